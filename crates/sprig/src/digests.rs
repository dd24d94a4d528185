//! `sha1sum`, `sha256sum`, `sha512sum` in hexadecimal, `adler32sum` in decimal.

use gostd::Text;
use gotemplate::{ArgumentUse, FunctionTable, Uses};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("sha1sum", |text: Text| hex(&Sha1::digest(text.as_bytes())));
    table.add("sha256sum", |text: Text| {
        hex(&Sha256::digest(text.as_bytes()))
    });
    table.add("sha512sum", |text: Text| {
        hex(&Sha512::digest(text.as_bytes()))
    });
    table.add("adler32sum", |text: Text| {
        adler32(text.as_bytes()).to_string()
    });
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["sha1sum", "sha256sum"];

const USES: Uses = &[(ArgumentUse::Text, &["sha1sum", "sha256sum", "adler32sum"])];

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> Vec<u8> {
    let digit = |n: u8| b"0123456789abcdef"[usize::from(n & 15)];
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.extend([digit(byte >> 4), digit(*byte)]);
    }
    out
}

/// The checksum of RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    /// The greatest prime below 2 to the 16.
    const MODULUS: u32 = 65521;
    /// So many bytes cannot make the sums overflow.
    const STRETCH: usize = 5552;
    let (mut a, mut b) = (1u32, 0u32);
    for stretch in bytes.chunks(STRETCH) {
        for byte in stretch {
            a += u32::from(*byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}
