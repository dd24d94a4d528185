#!/usr/bin/env bash
# Writes the table of the kinds of Kubernetes' API versions: their scope, when they came, were
# deprecated and went, and what replaces them.
#
# usage: scripts/list-kubernetes-apis.sh
#
# Which kinds there are, and their scope, is from the OpenAPI document of each minor version of
# Kubernetes (k8s.io/kubernetes); what is deprecated from the life cycle marks of the types in
# k8s.io/api, kube-aggregator and apiextensions-apiserver; and what `helm lint` says from k8s.io/api as
# the pinned Helms are linked with it. All are Go modules. The few files that are read of them are kept
# in ~/.cache/rhelm/kubernetes-apis (RHELM_KUBERNETES_APIS_DIR moves that); the first run downloads about
# 1 GB, one module after the other.
set -euo pipefail

# shellcheck source=scripts/helm-flags.sh
. "$(dirname "${BASH_SOURCE[0]}")/helm-flags.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
first=16
last=36
"$here/build-oracles.sh"
table=$here/../crates/kubernetes/src/apis.txt
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
"$dir/4.2.4/oracle" --deprecated-apis >"$work/helm.txt"
(cd "$here/kubernetes-apis" && go build -o "$work/kubernetes-apis" .)
export KUBERNETES_APIS=${RHELM_KUBERNETES_APIS_DIR:-$HOME/.cache/rhelm/kubernetes-apis}
export GOMODCACHE=$work/modules GOFLAGS=-modcacherw
"$work/kubernetes-apis" $first $last "$work/helm.txt" >"$work/apis.txt"
{
    echo "# Made by scripts/list-kubernetes-apis.sh; Helm's marks are those of k8s.io/api $(
        unset GOMODCACHE GOFLAGS
        cd "$here/../tools/oracle/go/helm4" && go list -m -f '{{.Version}}' k8s.io/api)."
    echo "# API version, kind, scope, on or off by default, the minor versions of Kubernetes 1 that introduce, deprecate"
    echo "# and remove it, replacement, and what Helm's lint knows: the same (=), nothing (-) or other versions."
    cat "$work/apis.txt"
} >"$table.part"
mv "$table.part" "$table"
