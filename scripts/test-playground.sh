#!/usr/bin/env bash
# Builds examples/playground, renders in it what real Helm rendered (Node), and uses its page in a headless Chromium.
#
# usage: scripts/test-playground.sh [golden|page]        (default: both)
#
# Installs what it needs (scripts/install-chromium.sh). Pictures land in target/playground/pictures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() { echo "test-playground: $*" >&2; exit 1; }

command -v node >/dev/null || fail "needs Node.js"
what=${1:-both}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/playground
examples/playground/build.sh "$target/page"

if [ "$what" != page ]; then
    # The stack that a caller needs where the library starts no thread.
    CARGO_TARGET_DIR=$target cargo test --quiet --manifest-path examples/playground/Cargo.toml --package playground
    cargo xtask record --list >"$target/runs.jsonl"
    node examples/playground/test/golden.cjs "$target/page/node/playground.js" tests/golden "$target/runs.jsonl"
    node examples/playground/test/depth.cjs "$target/page/node/playground.js"
fi
[ "$what" != golden ] || exit 0

. scripts/install-chromium.sh
tar -czf "$target/demo-1.0.0.tgz" --transform 's,^chart,demo,' -C tests/golden/create-demo-4 chart
node examples/playground/test/page.cjs "$target/page/page.html" \
    "$target/demo-1.0.0.tgz" "$target/pictures"
