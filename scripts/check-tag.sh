#!/usr/bin/env bash
# Checks that a tag is that of the version in Cargo.toml.
#
# usage: scripts/check-tag.sh TAG
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
[[ $1 == "v$version" ]] || { echo "the tag is $1, the version $version" >&2; exit 1; }
