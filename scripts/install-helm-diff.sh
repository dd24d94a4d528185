#!/usr/bin/env bash
# Builds the plugin helm-diff, the oracle of `rhelm diff --compat helm-diff`, from its Go module.
#
# usage: scripts/install-helm-diff.sh
#
# It lands in ${RHELM_HELM_DIFF_DIR:-$HOME/.cache/rhelm/helm-diff}/VERSION/helm-diff, outside the
# checkout; what is there already is kept. Where the module proxy does not offer the module,
# RHELM_HELM_DIFF_SOURCE names a clone of its repository (a bare one will do) to build from.
# Exit status 3: the module is not offered and no clone is named. It is run beside a real Helm, which
# HELM_BIN names (scripts/install-helm.sh).
set -euo pipefail

version=3.15.11
module=github.com/databus23/helm-diff/v3
dir=${RHELM_HELM_DIFF_DIR:-$HOME/.cache/rhelm/helm-diff}/$version
flags="-s -w -X $module/cmd.Version=$version"

fail() { echo "install-helm-diff: $1" >&2; exit "${2:-1}"; }

if [ -x "$dir/helm-diff" ] && [ "$("$dir/helm-diff" version </dev/null)" = "$version" ]; then
    echo "helm-diff $version: $dir/helm-diff"
    exit 0
fi
command -v go >/dev/null || fail "needs Go (https://go.dev/dl)"
mkdir -p "$dir"
into=$(mktemp -d "$dir/build.XXXXXX")
trap 'rm -rf "$into"' EXIT
if [ -n "${RHELM_HELM_DIFF_SOURCE:-}" ]; then
    mkdir "$into/source"
    git -C "$RHELM_HELM_DIFF_SOURCE" archive "v$version" | tar -x -C "$into/source"
    (cd "$into/source" && CGO_ENABLED=0 go build -trimpath -ldflags "$flags" -o "$into/helm-diff" .) ||
        fail "cannot build helm-diff $version from $RHELM_HELM_DIFF_SOURCE"
else
    (cd / && go mod download "$module@v$version") ||
        fail "the module proxy does not offer $module@v$version; set RHELM_HELM_DIFF_SOURCE" 3
    (cd / && GOBIN=$into CGO_ENABLED=0 go install -trimpath -ldflags "$flags" "$module@v$version") ||
        fail "cannot build helm-diff $version"
fi
[ "$("$into/helm-diff" version </dev/null)" = "$version" ] || fail "the built helm-diff is another version"
mv -f "$into/helm-diff" "$dir/helm-diff"
echo "helm-diff $version: $dir/helm-diff"
