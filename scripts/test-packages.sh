#!/usr/bin/env bash
# Tries what `cargo xtask dist --archive` wrote: the archive is whole, the checksums and the bill of materials are
# right, the Debian package is installed and removed, and the container's files start as another user, read-only.
#
# usage: scripts/test-packages.sh target/dist        (needs jq, dpkg and root; no container engine)
set -euo pipefail
dist=$(realpath "$1")
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scene=$(mktemp -d)
chmod 755 "$scene"
trap 'rm -rf "$scene"' EXIT
trap 'echo "FAILED: line $LINENO" >&2' ERR

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$top/Cargo.toml")
name=rhelm-$version-$(uname -m)-unknown-linux-musl

echo "checksums"
cd "$dist"
sha256sum --check --strict --quiet SHA256SUMS
grep --quiet "  $name.tar.gz\$" SHA256SUMS

echo "archive"
cd "$scene"
tar -xzf "$dist/$name.tar.gz"
[[ $(ls) == "$name" ]]
cd "$name"
for file in rhelm README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE THIRD-PARTY-LICENSES.txt completions/rhelm.bash \
    completions/_rhelm completions/rhelm.fish completions/_rhelm.ps1 man/rhelm.1 man/rhelm-template.1; do
    [[ -s $file ]] || { echo "no $file in the archive" >&2; exit 1; }
done
./rhelm --version
bash -n completions/rhelm.bash
# Each package of the bill is in the notice, with a licence.
jq --exit-status '.components | length > 50 and all(.licenses[0].expression and .purl)' "$dist/$name.cdx.json" > /dev/null
jq --exit-status '[.metadata.component["bom-ref"], .components[]["bom-ref"]] as $all
    | .dependencies | all(.ref as $ref | ($all | index($ref)) != null and ((.dependsOn - $all) == []))' \
    "$dist/$name.cdx.json" > /dev/null
jq --raw-output '.components[] | select(.hashes) | "  \(.name) \(.version): "' "$dist/$name.cdx.json" |
    while IFS= read -r line; do
        grep --quiet --fixed-strings "$line" THIRD-PARTY-LICENSES.txt || { echo "no notice of $line" >&2; exit 1; }
    done

echo "Debian package"
architecture=$(dpkg --print-architecture)
package=$dist/rhelm_${version}_$architecture.deb
dpkg-deb --info "$package" > /dev/null
root=$scene/root
mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
dpkg --root="$root" --log=/dev/null --install "$package" > "$scene/log" 2>&1 || { cat "$scene/log"; exit 1; }
cmp "$root/usr/bin/rhelm" rhelm
gzip --test "$root/usr/share/man/man1/rhelm-template.1.gz"
chroot "$root" /usr/bin/rhelm --version > /dev/null
dpkg --root="$root" --log=/dev/null --remove rhelm > "$scene/log" 2>&1 || { cat "$scene/log"; exit 1; }
left=$(find "$root" -type f -not -path '*/var/lib/dpkg/*')
[[ -z $left ]] || { echo "left after its removal: $left" >&2; exit 1; }

echo "container"
# The tree that packaging/Containerfile makes from scratch; /work is what a user mounts.
tree=$scene/tree
mkdir -p "$tree/usr/bin" "$tree/etc/ssl/certs" "$tree/work"
cp rhelm "$tree/usr/bin/rhelm"
cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
cp -r "$top/tests/docs/diff/charts/web" "$tree/work/web"
chmod -R a+rX "$tree"
# In a mount namespace of its own, so that nothing is left of the read-only mount.
run() {
    # shellcheck disable=SC2016
    unshare --mount sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && tree=$1 && shift &&
        exec env -i "$(command -v chroot)" --userspec=65532:65532 "$tree" /usr/bin/rhelm "$@"' sh "$tree" "$@"
}
run template demo /work/web > "$scene/container"
./rhelm template demo "$tree/work/web" | cmp - "$scene/container"
run validate /work/web 2> /dev/null
run diff /work/web /work/web > /dev/null
run show values istio-remote > /dev/null
if run template demo /work/web --output-dir /work/out 2> "$scene/log"; then
    echo "it wrote to what is read-only" >&2
    exit 1
fi
grep --quiet "read-only file system" "$scene/log"
echo "all of it holds"
