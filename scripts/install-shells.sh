#!/usr/bin/env bash
# Installs the shells that completion is tried in: bash, zsh and fish. Needs Debian's package tools, and root where
# one of them is missing.
set -euo pipefail
missing=()
for shell in bash zsh fish; do
    command -v "$shell" > /dev/null || missing+=("$shell")
done
[[ ${#missing[@]} -eq 0 ]] && exit
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
for shell in "${missing[@]}"; do
    command -v "$shell" > /dev/null || { echo "no $shell after its installation" >&2; exit 1; }
done
