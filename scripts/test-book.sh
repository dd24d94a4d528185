#!/usr/bin/env bash
# Builds the book (cargo xtask book), which checks its links and generated pages, and opens it in a headless Chromium.
#
# usage: scripts/test-book.sh [PLAYGROUND]        (default: examples/playground is built)
#
# Installs what it needs (scripts/install-chromium.sh). Pictures land in target/book-pictures: look at them after a change
# of its style.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() { echo "test-book: $*" >&2; exit 1; }

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
cargo xtask book ${1:+--playground "$1"}
. scripts/install-chromium.sh
node tests/book/book.cjs "$target/book" "$target/book-pictures"
