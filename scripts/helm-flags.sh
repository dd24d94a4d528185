# How Helm's releases are linked. Sourced by install-helm.sh and build-oracles.sh.
# shellcheck shell=bash

dir=${RHELM_HELM_DIR:-$HOME/.cache/rhelm/helm}

fail() { echo "$(basename "$0" .sh): $*" >&2; exit 1; }

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

# The go.mod of a published Helm version; downloads the module when need be.
published_go_mod() {
    local version=$1 module=$2 go_mod
    command -v go >/dev/null || fail "needs Go (https://go.dev/dl) for Helm $version"
    go_mod=$(cd / && go mod download -json "$module@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
    [ -f "$go_mod" ] || fail "cannot download $module@v$version"
    echo "$go_mod"
}
