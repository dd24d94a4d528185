#!/usr/bin/env bash
# Builds what a cluster without nodes consists of, from its published Go modules: etcd, kube-apiserver,
# kube-controller-manager and kubectl, in the versions that scripts/cluster/go.mod pins.
#
# usage: scripts/install-cluster.sh [--nodes]
#
# With --nodes also kube-scheduler and kwok, which simulates nodes: pods are scheduled, become ready and come to their
# ends as scripts/cluster/nodes.yaml tells.
#
# They land in ${RHELM_CLUSTER_DIR:-$HOME/.cache/rhelm/cluster}/VERSION, outside the checkout; VERSION
# is Kubernetes'. What is there already and answers rightly is kept. `cargo xtask cluster` uses them.
set -euo pipefail

fail() { echo "install-cluster: $*" >&2; exit 1; }

nodes=
[ $# = 0 ] || { [ "$*" = --nodes ] && nodes=yes; } || fail "usage: scripts/install-cluster.sh [--nodes]"
kwok=0.8.0
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/cluster" && pwd)
pinned() { sed -n "s#^[[:space:]]*$1 v\([0-9.]*\)\( // indirect\)*\$#\1#p" "$sources/go.mod" | head -n 1; }
kubernetes=$(pinned k8s.io/kubernetes)
etcd=$(pinned go.etcd.io/etcd/server/v3)
[ -n "$kubernetes" ] && [ -n "$etcd" ] || fail "$sources/go.mod pins no versions"
dir=${RHELM_CLUSTER_DIR:-$HOME/.cache/rhelm/cluster}/$kubernetes

# Says which program is not the one we want; says nothing when all are.
complaint() {
    local dir=$1 program answer
    for program in kube-apiserver kube-controller-manager; do
        answer=$("$dir/$program" --version 2>&1) || true
        [ "$answer" = "Kubernetes v$kubernetes" ] || { echo "$program is missing or another one"; return; }
    done
    answer=$("$dir/kubectl" version --client 2>&1) || true
    [[ $answer == "Client Version: v$kubernetes"* ]] || { echo "kubectl is missing or another one"; return; }
    answer=$("$dir/etcd" --version 2>&1) || true
    [[ $answer == "etcd Version: $etcd"$'\n'* ]] || { echo "etcd is missing or another one"; return; }
}

# The same for what simulates nodes.
complaint_of_nodes() {
    local dir=$1 answer
    answer=$("$dir/kube-scheduler" --version 2>&1) || true
    [ "$answer" = "Kubernetes v$kubernetes" ] || { echo "kube-scheduler is missing or another one"; return; }
    answer=$("$dir/kwok" --version 2>&1) || true
    [[ $answer == *"$kwok"* ]] || echo "kwok is missing or another one"
}

what=$(complaint "$dir")
[ -z "$nodes" ] || what_of_nodes=$(complaint_of_nodes "$dir")
if [ -z "$what" ] && [ -z "${what_of_nodes:-}" ]; then
    echo "Kubernetes $kubernetes, etcd $etcd: $dir"
    exit 0
fi
command -v go >/dev/null || fail "needs Go (https://go.dev/dl)"
echo "Kubernetes $kubernetes, etcd $etcd: $what${what_of_nodes:-}; building them, which takes some minutes"
mkdir -p "$dir"
into=$(mktemp -d "$dir/build.XXXXXX")
trap 'rm -rf "$into"' EXIT
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=v$kubernetes -X $package.gitMajor=${kubernetes%%.*}"
    flags+=" -X $package.gitMinor=$(echo "$kubernetes" | cut -d . -f 2) -X $package.gitTreeState=clean"
done
if [ -n "$what" ]; then
    (cd "$sources" && CGO_ENABLED=0 nice -n 10 go build -trimpath -ldflags "$flags" -o "$into/" tool) ||
        fail "cannot build Kubernetes $kubernetes"
    # etcd's program is called after its module.
    mv "$into/server" "$into/etcd"
    what=$(complaint "$into")
    [ -z "$what" ] || fail "what was built is wrong: $what"
fi
if [ -n "${what_of_nodes:-}" ]; then
    (cd "$sources" && CGO_ENABLED=0 nice -n 10 go build -trimpath -ldflags "$flags" -o "$into/" \
        k8s.io/kubernetes/cmd/kube-scheduler) || fail "cannot build kube-scheduler $kubernetes"
    # A module of its own: its requirements are not those of Kubernetes.
    (cd / && GOBIN=$into CGO_ENABLED=0 nice -n 10 go install -trimpath \
        -ldflags "-s -w -X sigs.k8s.io/kwok/pkg/consts.Version=v$kwok" "sigs.k8s.io/kwok/cmd/kwok@v$kwok") ||
        fail "cannot build kwok $kwok"
    what=$(complaint_of_nodes "$into")
    [ -z "$what" ] || fail "what was built is wrong: $what"
fi
mv -f "$into"/* "$dir/"
echo "Kubernetes $kubernetes, etcd $etcd: $dir"
