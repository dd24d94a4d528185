//! `encryptAES` and `decryptAES`: AES-256 in CBC mode, the initial block in front, base64 around.

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use gostd::base64;
use gostd::host::Host;

const BLOCK: usize = 16;

/// The password's first 32 bytes, filled up with zeros.
fn cipher(password: &[u8]) -> Aes256 {
    let mut key = [0; 32];
    key.iter_mut().zip(password).for_each(|(k, p)| *k = *p);
    Aes256::new(&key.into())
}

fn xor(block: &mut [u8; BLOCK], other: &[u8; BLOCK]) {
    block.iter_mut().zip(other).for_each(|(b, o)| *b ^= o);
}

/// Sprig's `encryptAES`; nothing is made of nothing.
pub(super) fn encrypt(password: &[u8], plain: &[u8], host: &dyn Host) -> String {
    if plain.is_empty() {
        return String::new();
    }
    let cipher = cipher(password);
    let padding = BLOCK - plain.len() % BLOCK;
    let padded = [plain, &vec![padding as u8; padding]].concat();
    let mut last = [0; BLOCK];
    host.random(&mut last);
    let mut out = last.to_vec();
    let (blocks, _) = padded.as_chunks::<BLOCK>();
    for block in blocks {
        xor(&mut last, block);
        let mut encrypted = last.into();
        cipher.encrypt_block(&mut encrypted);
        last = encrypted.into();
        out.extend_from_slice(&last);
    }
    base64::encode(&out)
}

/// Sprig's `decryptAES`.
///
/// # Errors
/// Go's texts, also of the panics that a wrong password or length leads to.
pub(super) fn decrypt(password: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let bytes = base64::decode(text).map_err(|(_, error)| error.to_string())?;
    let Some((first, rest)) = bytes.split_first_chunk::<BLOCK>() else {
        // Go's slice has the room that the text could need at most.
        let room = text.len() / 4 * 3;
        if room < BLOCK {
            return Err(format!(
                "runtime error: slice bounds out of range [:{BLOCK}] with capacity {room}"
            ));
        }
        let len = bytes.len();
        return Err(format!(
            "runtime error: slice bounds out of range [{BLOCK}:{len}]"
        ));
    };
    let (blocks, incomplete) = rest.as_chunks::<BLOCK>();
    if !incomplete.is_empty() {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let cipher = cipher(password);
    let mut last = *first;
    let mut plain = Vec::with_capacity(rest.len());
    for block in blocks {
        let mut decrypted = (*block).into();
        cipher.decrypt_block(&mut decrypted);
        let mut decrypted: [u8; BLOCK] = decrypted.into();
        xor(&mut decrypted, &last);
        plain.extend_from_slice(&decrypted);
        last = *block;
    }
    unpad(plain)
}

/// Takes as many bytes off as the last one says.
fn unpad(mut plain: Vec<u8>) -> Result<Vec<u8>, String> {
    let Some(padding) = plain.last().copied() else {
        return Err("runtime error: index out of range [-1]".into());
    };
    match plain.len().checked_sub(usize::from(padding)) {
        Some(len) => {
            plain.truncate(len);
            Ok(plain)
        }
        None => {
            let len = plain.len() as i64 - i64::from(padding);
            Err(format!("runtime error: slice bounds out of range [:{len}]"))
        }
    }
}
