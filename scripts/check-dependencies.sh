#!/usr/bin/env bash
# Checks the licences, sources and advisories of all dependencies, and which of them are banned, by deny.toml.
#
# usage: scripts/check-dependencies.sh
#
# Installs cargo-deny into ~/.cache/rhelm (RHELM_CACHE_DIR moves it). The database of advisories comes from GitHub: where it
# cannot be had and no copy is there, that is said, and the rest is checked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=0.20.2
root=${RHELM_CACHE_DIR:-$HOME/.cache/rhelm}/cargo-deny/$version
if ! [ -x "$root/bin/cargo-deny" ]; then
    CARGO_TARGET_DIR=$root/target cargo install cargo-deny --locked --version "$version" --root "$root" --quiet
    rm -rf "$root/target"
fi
deny() { "$root/bin/cargo-deny" --log-level warn "$@"; }

deny check bans licenses sources
if deny fetch db >/dev/null 2>&1; then
    deny check --disable-fetch advisories
else
    echo "    the database of advisories cannot be had here: advisories are not checked"
fi
