#!/usr/bin/env bash
# Builds the playground: page.html, which any browser opens, and node/, the same engine for tests.
#
# usage: examples/playground/build.sh [DIRECTORY]        (default: target/playground/page)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
target=$(realpath -m "${CARGO_TARGET_DIR:-../../target}")/playground
directory=$(realpath -m "${1:-$target/page}")
rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
export CARGO_TARGET_DIR=$target
cargo build --quiet --release --target wasm32-unknown-unknown --package playground
cargo run --quiet --package bundle -- "$target/wasm32-unknown-unknown/release/playground.wasm" "$directory"
