//! `derivePassword`, `bcrypt`, `htpasswd`: passwords made and hashed.

use gostd::Text;
use gostd::host::Host;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Sprig's `derivePassword`: the Master Password algorithm, version 1.
pub(super) fn derive(
    counter: u32,
    kind: &Text,
    password: &Text,
    user: &Text,
    site: &Text,
) -> Vec<u8> {
    let Some(templates) = templates(kind.as_bytes()) else {
        let text = b"cannot find password template ".as_slice();
        return [text, kind.as_bytes()].concat();
    };
    let seed = seed(counter, password, user, site);
    let byte = |at: usize| usize::from(seed.get(at).copied().unwrap_or_default());
    let template = templates.get(byte(0) % templates.len()).unwrap_or(&"");
    let classes = template.bytes().map(characters);
    let chosen = classes.enumerate().filter_map(|(at, class)| {
        let class = class.as_bytes();
        class.get(byte(at + 1) % class.len().max(1)).copied()
    });
    chosen.collect()
}

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

fn seed(counter: u32, password: &Text, user: &Text, site: &Text) -> Vec<u8> {
    let length = |text: &Text| (text.len() as u32).to_be_bytes();
    let salt = [SCOPE, &length(user), user.as_bytes()].concat();
    let mut key = [0; 64];
    // 2^15 rounds on blocks of 8; neither these numbers nor the key's length can be wrong.
    if let Ok(params) = scrypt::Params::new(15, 8, 2) {
        let _ = scrypt::scrypt(password.as_bytes(), &salt, &params, &mut key);
    }
    let message = [
        SCOPE,
        &length(site),
        site.as_bytes(),
        &counter.to_be_bytes(),
    ]
    .concat();
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(&key) else {
        return Vec::new();
    };
    hmac.update(&message);
    hmac.finalize().into_bytes().to_vec()
}

/// The shapes of a kind of password: a letter for each character's class.
fn templates(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters(class: u8) -> &'static str {
    match class {
        b'C' => "BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => "aeiou",
        b'c' => "bcdfghjklmnpqrstvwxyz",
        b'a' => "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => "0123456789",
        b'o' => "@&%?,=[]_:-+*$#!'^~;()/.",
        b'x' => "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
        _ => "",
    }
}

/// The rounds that Go's bcrypt takes by default, as a power of two.
const COST: u32 = 10;

/// Sprig's `bcrypt`; a failure is the result's text.
pub(super) fn bcrypt(password: &[u8], host: &dyn Host) -> String {
    let failed = "failed to encrypt string with bcrypt: bcrypt";
    if password.len() > 72 {
        return format!("{failed}: password length exceeds 72 bytes");
    }
    let mut salt = [0; 16];
    host.random(&mut salt);
    match bcrypt::hash_with_salt(password, COST, salt) {
        Ok(hash) => hash.format_for_version(bcrypt::Version::TwoA),
        Err(error) => format!("{failed}: {error}"),
    }
}

/// Sprig's `htpasswd`.
pub(super) fn htpasswd(user: &[u8], password: &[u8], host: &dyn Host) -> Vec<u8> {
    if user.contains(&b':') {
        return [b"invalid username: ", user].concat();
    }
    [user, b":", bcrypt(password, host).as_bytes()].concat()
}
