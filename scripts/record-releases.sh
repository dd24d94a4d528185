#!/usr/bin/env bash
# Records what the Go packages behind Helm, called as Helm calls them, make of random changes of objects: patches of those in
# tests/releases/objects.yaml, and the readiness of those in tests/releases/states.yaml.
#
# usage: scripts/record-releases.sh [COUNT SEED DIR]
#
# Without arguments it writes tests/releases/patches.jsonl and states.jsonl. To compare more than that:
#   scripts/record-releases.sh 5000 7 /tmp/more
#   RHELM_PATCH_VECTORS=/tmp/more/patches.jsonl RHELM_STATE_VECTORS=/tmp/more/states.jsonl cargo test -p rhelm-release _of_go
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=${3:-$root/tests/releases}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
cd "$root/tools/oracle/go/helm4"
record() {
    CGO_ENABLED=0 go run -trimpath ./releases "$1" "$root/tests/releases/$2" "$count" "$seed" >"$dir/$3.part"
    mv "$dir/$3.part" "$dir/$3"
}
count=${1:-500} seed=${2:-1}
record patches objects.yaml patches.jsonl
record readiness states.yaml states.jsonl
