#!/usr/bin/env bash
# Makes the keys and signed charts of tests/golden/signatures anew: throw-away keys, which sign nothing but tests.
#
# usage: scripts/make-test-signatures.sh HELM3 HELM4      (needs gpg 2)
set -euo pipefail
helm3=$1 helm4=$2
case=$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests/golden/signatures" && pwd)
keys=$case/throw-away-test-keys
scratch=$(mktemp -d)
export GNUPGHOME=$scratch/gnupg
trap 'gpgconf --kill all; rm -rf "$scratch"' EXIT
mkdir -m 700 "$GNUPGHOME"
rm -rf "$keys" "$case"/by-* "$case"/bad-*
mkdir "$keys"

passphrase=not-a-secret
new() { # NAME ALGORITHM EXPIRES PASSPHRASE [TIME]
    gpg --batch --quiet --pinentry-mode loopback --passphrase "$4" ${5:+--faked-system-time "$5"} \
        --quick-generate-key "$1" "$2" sign "$3"
}
new "RSA (throw-away test key) <rsa@test.invalid>" rsa2048 never ""
new "Ed (throw-away test key) <edwards@test.invalid>" ed25519 never ""
new "Locked (throw-away test key) <locked@test.invalid>" rsa2048 never "$passphrase"
new "Expired (throw-away test key) <expired@test.invalid>" ed25519 30d "" 20200101T000000!
new "P256 (throw-away test key) <p256@test.invalid>" nistp256 never ""
new "Two (throw-away test key) <two@test.invalid>" ed25519 never ""
new "Revoked (throw-away test key) <revoked@test.invalid>" ed25519 never ""
gpg --batch --quiet --quick-add-uid two@test.invalid "Second name (throw-away test key) <second@test.invalid>"
echo "$passphrase" >"$keys/passphrase-of-locked"
echo wrong >"$keys/wrong-passphrase"
export_all() {
    gpg --batch --quiet --export >"$keys/$1"
}
export_all pubring.gpg
gpg --batch --quiet --pinentry-mode loopback --passphrase "$passphrase" --export-secret-keys >"$keys/secring.gpg"
gpg --batch --quiet --export edwards@test.invalid >"$keys/only-ed.gpg"
gpg --batch --quiet --armor --export rsa@test.invalid >"$keys/armored.asc"
cp "$GNUPGHOME/pubring.kbx" "$keys/pubring.kbx"
: >"$keys/empty.gpg"
echo "these are no keys" >"$keys/text.gpg"
head -c 100 "$keys/only-ed.gpg" >"$keys/cut.gpg"
cat "$keys/pubring.gpg" "$keys/text.gpg" >"$keys/with-rest.gpg"

# Helm 4 keeps the files' time, and what is recorded has it.
find "$case/web" -exec touch -d 2020-01-01T00:00:00Z {} +

sign() { # HELM KEY DIRECTORY
    "$1" package "$case/web" --sign --key "$2" --keyring "$keys/secring.gpg" --passphrase-file "$keys/passphrase-of-locked" \
        -d "$case/$3" >/dev/null
}
for key in rsa edwards locked p256; do
    sign "$helm3" "$key@test.invalid" "by-helm3-$key"
    sign "$helm4" "$key@test.invalid" "by-helm4-$key"
done
sign "$helm4" revoked@test.invalid bad-revoked
sign "$helm4" expired@test.invalid bad-expired
revocation=$GNUPGHOME/openpgp-revocs.d/$(gpg --batch --with-colons --list-keys revoked@test.invalid | awk -F: '$1 == "fpr" {print $10; exit}').rev
sed 's/^:---/---/' "$revocation" | gpg --batch --quiet --import
gpg --batch --quiet --export revoked@test.invalid >"$keys/revoked.gpg"

# GnuPG's own, with SHA-256, its checksum and a final newline.
mkdir "$case/by-gpg"
cp "$case/by-helm4-rsa/web-1.0.0.tgz" "$case/by-gpg/"
sed -n '/^apiVersion/,/^-----BEGIN PGP SIGNATURE/p' "$case/by-helm4-rsa/web-1.0.0.tgz.prov" | sed '$d' >"$scratch/text"
gpg --batch --quiet --local-user rsa@test.invalid --digest-algo SHA256 --clearsign --output "$case/by-gpg/web-1.0.0.tgz.prov" "$scratch/text"
mkdir "$case/by-gpg-expired-signature"
cp "$case/by-gpg/web-1.0.0.tgz" "$case/by-gpg-expired-signature/"
gpg --batch --quiet --local-user edwards@test.invalid --faked-system-time 20400101T000000! --clearsign \
    --output "$case/by-gpg-expired-signature/web-1.0.0.tgz.prov" "$scratch/text" || true

bad() { # NAME
    mkdir "$case/bad-$1"
    cp "$case/by-helm4-rsa/"* "$case/bad-$1/"
}
bad archive && printf x >>"$case/bad-archive/web-1.0.0.tgz"
bad text && sed -i 's/^version: 1.0.0/version: 1.0.1/' "$case/bad-text/web-1.0.0.tgz.prov"
bad name && mv "$case/bad-name/web-1.0.0.tgz" "$case/bad-name/other-1.0.0.tgz" && mv "$case/bad-name/web-1.0.0.tgz.prov" "$case/bad-name/other-1.0.0.tgz.prov"
bad message && echo "no message" >"$case/bad-message/web-1.0.0.tgz.prov"
bad cut && head -c 400 "$case/by-helm4-rsa/web-1.0.0.tgz.prov" >"$case/bad-cut/web-1.0.0.tgz.prov"
bad empty && : >"$case/bad-empty/web-1.0.0.tgz.prov"
bad missing && rm "$case/bad-missing/web-1.0.0.tgz.prov"
bad directory && rm "$case/bad-directory/web-1.0.0.tgz.prov" && mkdir "$case/bad-directory/web-1.0.0.tgz.prov" && echo "a file" >"$case/bad-directory/web-1.0.0.tgz.prov/file"
bad extension && mv "$case/bad-extension/web-1.0.0.tgz" "$case/bad-extension/web.tar.gz"
bad parts
sed '/^\.\.\.$/,$d' "$scratch/text" | gpg --batch --quiet --yes --local-user rsa@test.invalid --clearsign --output "$case/bad-parts/web-1.0.0.tgz.prov"
bad sums
{ sed '/^files:/,$d' "$scratch/text"; echo "files: [a"; } | gpg --batch --quiet --yes --local-user rsa@test.invalid --clearsign --output "$case/bad-sums/web-1.0.0.tgz.prov"

# A repository: signed, unsigned, and with a signature of something else.
charts=$case/www/charts
rm -rf "$case/www"
mkdir -p "$charts"
cp "$case/by-helm4-rsa/"* "$charts/"
for version in 0.9.0 1.1.0; do "$helm4" package "$case/web" --version "$version" -d "$charts" >/dev/null; done
cp "$case/by-helm4-rsa/web-1.0.0.tgz.prov" "$charts/web-1.1.0.tgz.prov"
"$helm4" repo index "$charts"
sed -i '/^generated/d; s/created: .*/created: "2020-01-01T00:00:00Z"/' "$charts/index.yaml"
