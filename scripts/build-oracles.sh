#!/usr/bin/env bash
# Builds the oracles: small programs over the engine packages of the two pinned Helm versions.
#
# usage: scripts/build-oracles.sh
#
# Each lands beside the helm of its version, in ${RHELM_HELM_DIR:-$HOME/.cache/rhelm/helm}/VERSION/oracle,
# linked with the same flags. Go's build cache makes a second call quick.
set -euo pipefail

# shellcheck source=scripts/helm-flags.sh
. "$(dirname "${BASH_SOURCE[0]}")/helm-flags.sh"
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/../tools/oracle/go" && pwd)

build() {
    local version=$1 major=${1%%.*} module=helm.sh/helm/v${1%%.*} go_mod
    grep -q "$module v$version\$" "$sources/helm$major/go.mod" || fail "the helm$major oracle is not for $version"
    go_mod=$(published_go_mod "$version" "$module")
    mkdir -p "$dir/$version"
    (cd "$sources/helm$major" && CGO_ENABLED=0 go build -trimpath \
        -ldflags "$(linker_flags "$version" "$module" "$go_mod")" -o "$dir/$version/oracle" .) ||
        fail "cannot build the oracle of helm $version"
}

build 3.21.4
build 4.2.4
