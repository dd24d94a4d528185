#!/usr/bin/env bash
# Writes the table of the types that strategic merge patches follow: of every kind in the scheme of Helm's client, with the
# strategies and merge keys of the struct tags.
#
# usage: scripts/list-patch-types.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
table=$root/crates/kubernetes/src/patch_types.txt
cd "$root/tools/oracle/go/helm4"
{
    echo "; Made by scripts/list-patch-types.sh from k8s.io/api $(go list -m -f '{{.Version}}' k8s.io/api) and the scheme of Helm's client."
    echo "; #package and the API version of its kinds; then its types, kinds with a +: fields that are no scalars, their types"
    echo "; (* pointer, [ list, { map, package. of another package), ! the strategies of patches, ~ the merge key."
    go run ./releases patch-types
} >"$table.part"
mv "$table.part" "$table"
