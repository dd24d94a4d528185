#!/usr/bin/env bash
# Builds the two pinned Helm versions from their published Go modules, as Helm's own Makefile does.
#
# usage: scripts/install-helm.sh [VERSION...]          (default: 3.21.4 4.2.4)
#
# Each lands in ${RHELM_HELM_DIR:-$HOME/.cache/rhelm/helm}/VERSION/helm, outside the checkout. What is
# there already and answers rightly is kept. Everything that compares rhelm with Helm looks there.
set -euo pipefail

# shellcheck source=scripts/helm-flags.sh
. "$(dirname "${BASH_SOURCE[0]}")/helm-flags.sh"
# The Kubernetes version both pins render for when none is given.
kube_version=v1.36.0

# Says what is wrong with a helm binary; says nothing when it is the one we want.
complaint() {
    local helm=$1 version=$2 answer chart
    [ -x "$helm" ] || { echo "is missing"; return; }
    answer=$("$helm" version --short </dev/null 2>&1) || { echo "does not run: $answer"; return; }
    case $answer in
        "v$version" | "v$version+g"*) ;;
        *) echo "says it is $answer"; return ;;
    esac
    chart=$(mktemp -d)
    mkdir "$chart/templates"
    printf 'apiVersion: v2\nname: probe\nversion: 0.1.0\n' >"$chart/Chart.yaml"
    printf 'kube: {{ .Capabilities.KubeVersion.Version }}\nhelm: {{ .Capabilities.HelmVersion.Version }} {{ .Capabilities.HelmVersion.GitCommit }}\n' \
        >"$chart/templates/probe.yaml"
    answer=$("$helm" template probe "$chart" </dev/null 2>&1) || true
    rm -rf "$chart"
    case $answer in
        *"kube: $kube_version"*"helm: v$version $(git_commit "$version")"*) ;;
        *) echo "renders for another version: $answer" ;;
    esac
}

install() {
    local version=$1 module=helm.sh/helm/v${1%%.*} helm=$dir/$1/helm what go_mod into
    what=$(complaint "$helm" "$version")
    if [ -z "$what" ]; then
        echo "helm $version: $helm"
        return
    fi
    echo "helm $version: $helm $what; building it"
    go_mod=$(published_go_mod "$version" "$module")
    mkdir -p "$dir/$version"
    into=$(mktemp -d "$dir/$version/build.XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf '$into'" EXIT
    (cd / && GOBIN=$into CGO_ENABLED=0 go install -trimpath \
        -ldflags "$(linker_flags "$version" "$module" "$go_mod")" "$module/cmd/helm@v$version") ||
        fail "cannot build helm $version"
    what=$(complaint "$into/helm" "$version")
    [ -z "$what" ] || fail "the built helm $version $what"
    mv -f "$into/helm" "$helm"
    rm -rf "$into"
    trap - EXIT
    echo "helm $version: $helm"
}

[ $# -gt 0 ] || set -- 3.21.4 4.2.4
for version in "$@"; do install "$version"; done
