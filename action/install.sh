#!/usr/bin/env bash
# Fetches a release of rhelm for this machine, compares its checksum, and puts it into the PATH of the later steps.
#
# Reads RHELM_VERSION (`none`: what is in the PATH is used), RHELM_RELEASES (where releases are), RUNNER_TEMP and
# GITHUB_PATH.
set -euo pipefail

if [[ $RHELM_VERSION == none ]]; then
    command -v rhelm > /dev/null || { echo "::error::version is none, and there is no rhelm in the PATH"; exit 1; }
    exit
fi
releases=${RHELM_RELEASES:-https://rhelm.example/rhelm/releases/download}
case $(uname -s)-$(uname -m) in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-gnu ;;
    *) echo "::error::there is no rhelm for $(uname -sm)"; exit 1 ;;
esac
name=rhelm-$RHELM_VERSION-$target
dir=$RUNNER_TEMP/rhelm
mkdir -p "$dir"
cd "$dir"
for file in "$name.tar.gz" SHA256SUMS; do
    curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/v$RHELM_VERSION/$file"
done
grep --fixed-strings "  $name.tar.gz" SHA256SUMS > expected || { echo "::error::no checksum of $name.tar.gz"; exit 1; }
if command -v sha256sum > /dev/null; then
    sha256sum --check --quiet expected
else
    shasum --algorithm 256 --check --quiet expected
fi
tar -xzf "$name.tar.gz"
echo "$dir/$name" >> "$GITHUB_PATH"
