#!/usr/bin/env bash
# Builds examples/playground, renders in it what real Helm rendered (Node), and uses its page in a headless Chromium.
#
# usage: scripts/test-playground.sh [golden|page]        (default: both)
#
# Installs what it needs, as scripts/test-html.sh does: Debian's chromium (as root), playwright-core from npm in
# ~/.cache/rhelm/html. Pictures land in target/playground/pictures.
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
    node examples/playground/test/golden.cjs "$target/page/node/playground.js" tests/golden
    node examples/playground/test/depth.cjs "$target/page/node/playground.js"
fi
[ "$what" != golden ] || exit 0

chromium=$(command -v chromium || true)
if [ -z "$chromium" ]; then
    apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu-core >/dev/null ||
        fail "cannot install Debian's chromium"
    chromium=$(command -v chromium)
fi
cache=$HOME/.cache/rhelm/html
mkdir -p "$cache"
[ -d "$cache/node_modules/playwright-core" ] ||
    (cd "$cache" && npm install --silent --no-audit --no-fund playwright-core@1) ||
    fail "cannot install playwright-core"
tar -czf "$target/demo-1.0.0.tgz" --transform 's,^chart,demo,' -C tests/golden/create-demo-4 chart
CHROMIUM=$chromium NODE_PATH=$cache/node_modules node examples/playground/test/page.cjs "$target/page/page.html" \
    "$target/demo-1.0.0.tgz" "$target/pictures"
