#!/usr/bin/env bash
# Builds mdBook, which makes the book of docs/, once into ~/.cache/rhelm (RHELM_CACHE_DIR moves it), and prints its path.
#
# usage: scripts/install-mdbook.sh
set -euo pipefail
version=0.5.4
root=${RHELM_CACHE_DIR:-$HOME/.cache/rhelm}/mdbook/$version
if ! [ -x "$root/bin/mdbook" ]; then
    # Without its own server.
    CARGO_TARGET_DIR=$root/target cargo install mdbook --locked --version "$version" --no-default-features \
        --features search --root "$root" --quiet >&2
    rm -rf "$root/target"
fi
echo "$root/bin/mdbook"
