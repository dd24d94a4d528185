#!/usr/bin/env bash
# Builds the two pinned Helm versions from their published Go modules, as Helm's own Makefile does.
#
# usage: scripts/install-helm.sh [VERSION...]          (default: 3.21.4 4.2.4)
#
# Each lands in ${RHELM_HELM_DIR:-$HOME/.cache/rhelm/helm}/VERSION/helm, outside the checkout. What is
# there already and answers rightly is kept. Everything that compares rhelm with Helm looks there.
set -euo pipefail

dir=${RHELM_HELM_DIR:-$HOME/.cache/rhelm/helm}
# The Kubernetes version both pins render for when none is given.
kube_version=v1.36.0

fail() { echo "install-helm: $*" >&2; exit 1; }

# The commit of a release, as the released binary tells it in .Capabilities.HelmVersion.
git_commit() {
    case $1 in
        3.21.4) echo 813176c51bb5c181dbbd7901298ddcc104cd3417 ;;
        4.2.4) echo 3900f434fd3ef2b84065dc04508df48f288dba00 ;;
    esac
}

# Helm's Kubernetes version is its client-go's minor version; Helm 3 takes it from linker flags,
# Helm 4 from the module list inside the binary.
linker_flags() {
    local version=$1 module=$2 go_mod=$3 client_go major minor
    client_go=$(sed -n 's|^[[:space:]]*k8s.io/client-go v||p' "$go_mod" | head -n 1)
    [ -n "$client_go" ] || fail "no k8s.io/client-go in $go_mod"
    major=$((${client_go%%.*} + 1))
    minor=${client_go#*.}
    minor=${minor%%.*}
    printf '%s ' -w -s \
        -X "$module/internal/version.version=v$version" \
        -X "$module/internal/version.metadata=" \
        -X "$module/internal/version.gitCommit=$(git_commit "$version")" \
        -X "$module/internal/version.gitTreeState=clean"
    case $module in
        */v3) printf '%s ' \
            -X "$module/pkg/lint/rules.k8sVersionMajor=$major" \
            -X "$module/pkg/lint/rules.k8sVersionMinor=$minor" \
            -X "$module/pkg/chartutil.k8sVersionMajor=$major" \
            -X "$module/pkg/chartutil.k8sVersionMinor=$minor" ;;
    esac
}

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
    command -v go >/dev/null || fail "needs Go to build helm $version (https://go.dev/dl)"
    go_mod=$(cd / && go mod download -json "$module@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
    [ -f "$go_mod" ] || fail "cannot download $module@v$version"
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
