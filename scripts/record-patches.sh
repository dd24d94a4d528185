#!/usr/bin/env bash
# Records patches: what Kubernetes' own Go packages, called as Helm calls them, make of random changes of the objects in
# tests/releases/objects.yaml.
#
# usage: scripts/record-patches.sh [COUNT SEED FILE]
#
# Without arguments it writes tests/releases/patches.jsonl. To compare more than that:
#   scripts/record-patches.sh 5000 7 /tmp/patches.jsonl
#   RHELM_PATCH_VECTORS=/tmp/patches.jsonl cargo test -p rhelm-release patch
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
objects=$root/tests/releases/objects.yaml
file=${3:-$root/tests/releases/patches.jsonl}
(cd "$root/tools/oracle/go/helm4" && go run ./releases patches "$objects" "${1:-400}" "${2:-1}") >"$file.part"
mv "$file.part" "$file"
