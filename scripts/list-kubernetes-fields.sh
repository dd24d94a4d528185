#!/usr/bin/env bash
# Writes the table of Kubernetes' types and their fields that `rhelm validate` checks manifests with.
#
# usage: scripts/list-kubernetes-fields.sh
#
# Types and fields are those of the OpenAPI document of each minor version of Kubernetes; what that leaves out
# (enums and defaults) is in the code that it is made with. Both are in the Go module k8s.io/kubernetes. The two files
# of each version are kept in ~/.cache/rhelm/kubernetes-apis (RHELM_KUBERNETES_APIS_DIR moves that); the first run
# downloads about 250 MB, one module after the other. What is under `status` is left out.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
first=25
last=37
table=$here/../crates/kubernetes/src/fields.txt
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
(cd "$here/kubernetes-apis" && go build -o "$work/kubernetes-apis" .)
export KUBERNETES_APIS=${RHELM_KUBERNETES_APIS_DIR:-$HOME/.cache/rhelm/kubernetes-apis}
export GOMODCACHE=$work/modules GOFLAGS=-modcacherw
"$work/kubernetes-apis" $first $last >"$work/fields.txt"
{
    echo "# Made by scripts/list-kubernetes-fields.sh from the OpenAPI documents of Kubernetes 1.$first to 1.$last."
    echo "# Type, then its fields: s text, y base64, t time, i number of 32 bits, l of 64, n with a point, b boolean, q quantity,"
    echo "# p number or text, * anything, [T] list, {T} map, or a type; ! required; ~ the keys that tell items apart, % items are"
    echo "# unique; = default; | values; @ first and last minor version of Kubernetes 1 that have it so, where not all do."
    cat "$work/fields.txt"
} >"$table.part"
mv "$table.part" "$table"
