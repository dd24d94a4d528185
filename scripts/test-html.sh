#!/usr/bin/env bash
# Opens the page of `rhelm diff -o html` in a headless Chromium, filters and expands, and takes
# pictures at three widths in light and dark.
#
# usage: scripts/test-html.sh [RHELM]        (default: the debug build of this checkout)
#
# Installs what it needs (scripts/install-chromium.sh). Pictures land in target/html. No part of `cargo test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() { echo "test-html: $*" >&2; exit 1; }

target=${CARGO_TARGET_DIR:-target}
rhelm=${1:-$target/debug/rhelm}
[ -x "$rhelm" ] || fail "no rhelm at $rhelm: run cargo build"
command -v npm >/dev/null || fail "needs Node.js with npm"
. scripts/install-chromium.sh
mkdir -p "$target/html"

cases=tests/html
"$rhelm" diff "$cases/old.yaml" "$cases/new.yaml" --ignore-preset chart-version -o html >"$target/html/page.html"
"$rhelm" diff "$cases/old.yaml" "$cases/old.yaml" -o html >"$target/html/nothing.html"
node "$cases/page.cjs" "$(realpath "$target")/html"
