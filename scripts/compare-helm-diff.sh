#!/usr/bin/env bash
# Compares `rhelm diff upgrade|rollback|revision|release` with the plugin helm-diff over both Helms, on a real API server.
#
# usage: KUBECONFIG=FILE scripts/compare-helm-diff.sh RHELM
#
# The cluster may be one without nodes (`scripts/install-cluster.sh` has its programs). Releases are made in a namespace
# of their own, which goes in the end. scripts/install-helm.sh and scripts/install-helm-diff.sh bring the rest. Stdout, stderr and
# the exit status of each run must be the same; it ends with status 1 if some are not.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rhelm=${1:?usage: compare-helm-diff.sh RHELM}
cache=$HOME/.cache/rhelm
plugin=$(ls -d "${RHELM_HELM_DIFF_DIR:-$cache/helm-diff}"/*/helm-diff | tail -n 1)
helm() { ls -d "${RHELM_HELM_DIR:-$cache/helm}/$1".*/helm | tail -n 1; }
kubectl=${KUBECTL:-$(ls -d "${RHELM_CLUSTER_DIR:-$cache/cluster}"/*/kubectl | tail -n 1)}
work=$(mktemp -d)
namespace=helm-diff-$$
export HELM_NAMESPACE=$namespace
trap '"$kubectl" delete namespace "$namespace" --wait=false >/dev/null; rm -rf "$work"' EXIT
cp -r "$root/tests/golden/diff-releases/chart" "$work/chart"
cd "$work"
cat >chart/templates/deployment.yaml <<'Y'
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.size }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: app, image: "web:{{ .Values.tag | default "1" }}"}]}
Y
"$kubectl" create namespace "$namespace" >/dev/null
"$(helm 4)" install web ./chart --set size=2 >/dev/null
"$(helm 4)" upgrade web ./chart --set size=2,greeting=hi >/dev/null
"$(helm 3)" install other ./chart >/dev/null
"$kubectl" -n "$namespace" scale deployment web --replicas 4 >/dev/null
different=0 same=0
while read -r line; do
    [ -n "$line" ] || continue
    for major in 3 4; do
        status=0; eval "HELM_BIN=$(helm $major) '$plugin' $line" >a.out 2>a.err </dev/null || status=$?
        own=0; eval "'$rhelm' diff $line --helm-version $major" >b.out 2>b.err </dev/null || own=$?
        if [ $status = $own ] && cmp -s a.out b.out && cmp -s a.err b.err; then
            same=$((same + 1))
        else
            different=$((different + 1))
            echo "Helm $major ($status, $own): $line"
            diff a.out b.out || true
            diff a.err b.err || true
        fi
    done
done <<'RUNS'
rollback web 1
rollback web 99
revision web 1 2 -C 1
revision web 1 --detailed-exitcode
revision nosuch 1
release web other
release web other --detailed-exitcode --normalize-manifests
upgrade web ./chart
upgrade web ./chart --set tag=2 -C 2 --detailed-exitcode
upgrade web ./chart --set tag=2 --three-way-merge
upgrade web ./chart --reuse-values --set tag=2
upgrade web ./chart --reset-values -C 0
upgrade web ./chart --reset-then-reuse-values --set tag=4 -C 0
upgrade web ./chart --no-hooks --include-tests
upgrade web ./chart --dry-run --kube-version 1.30.0
upgrade web ./chart --dry-run=server --set tag=5 -C 0
upgrade web ./chart --dry-run=false --kube-version 1.30.0 -C 0
upgrade web ./chart --disable-validation --kube-version 1.30.0 -a x/v1 -C 0
upgrade web ./chart --set "size=x y"
upgrade web ./chart --set greeting=
upgrade web ./chart -f nosuch.yaml
upgrade web ./nosuch
upgrade nosuch ./chart
upgrade nosuch ./chart --install --output simple
upgrade nosuch ./chart --allow-unreleased --three-way-merge
upgrade other ./chart --three-way-merge
RUNS
echo "$same runs are the same, $different are not"
[ $different = 0 ]
