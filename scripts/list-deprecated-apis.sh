#!/usr/bin/env bash
# Writes the table of deprecated Kubernetes APIs that `rhelm lint` warns of.
#
# usage: scripts/list-deprecated-apis.sh
#
# The table is that of k8s.io/api as the pinned Helm 4 is linked with it; Helm 3's is the same.
set -euo pipefail

# shellcheck source=scripts/helm-flags.sh
. "$(dirname "${BASH_SOURCE[0]}")/helm-flags.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/build-judges.sh"
table=$here/../src/lint/deprecated_apis.txt
{
    echo "# Made by scripts/list-deprecated-apis.sh from the life cycle marks in k8s.io/api $(
        cd "$here/../xtask/judge/helm4" && go list -m -f '{{.Version}}' k8s.io/api)."
    echo "# API version, kind, deprecated in, removed in (or -), replacement."
    "$dir/4.2.4/judge" --deprecated-apis
} >"$table.part"
mv "$table.part" "$table"
