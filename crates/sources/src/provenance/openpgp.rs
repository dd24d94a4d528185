//! Signatures by keys of a keyring. The texts of errors are those of Go's `openpgp`.

use super::clearsign::Message;
use super::keyring::{self, Entity};
use super::signature;
use crate::Error;
use gostd::strconv::quote;
use pgp::composed::SignedSecretKey;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{
    Packet, PacketParser, PacketTrait, Signature, SignatureConfig, SignatureType, Subpacket,
    SubpacketData,
};
use pgp::types::{KeyDetails, KeyId, Password, Timestamp};
use std::path::Path;

/// Keys to check signatures with.
pub(super) struct Keyring {
    entities: Vec<Entity>,
}

/// Who signed.
pub(super) struct Signer {
    pub(super) names: Vec<String>,
    pub(super) fingerprint: String,
}

impl Keyring {
    pub(super) fn load(path: &Path) -> Result<Keyring, Error> {
        let entities = keyring::load(path)?;
        Ok(Keyring { entities })
    }

    /// Checks a signed text (`CheckDetachedSignature`).
    pub(super) fn check(&self, message: &Message, now: i64) -> Result<Signer, Error> {
        let (found, id) = self.signature(&message.signature)?;
        let mut failure = signature("openpgp: signature made by unknown entity");
        for entity in self.entities.iter().filter(|entity| entity.signs_as(&id)) {
            let verified = match entity.subkey(&id) {
                _ if entity.primary_signs_as(&id) => {
                    found.verify(&entity.key.primary_key, &message.signed[..])
                }
                Some((subkey, _)) => found.verify(&subkey.key, &message.signed[..]),
                None => continue,
            };
            if verified.is_err() {
                let algorithm = found.config().map(|config| config.pub_alg);
                failure = wrong(algorithm);
                continue;
            }
            entity.check(&found, &id, now)?;
            let names = entity.identities.iter();
            return Ok(Signer {
                names: names.map(|identity| identity.name.clone()).collect(),
                fingerprint: format!("{:X}", entity.key.primary_key.fingerprint()),
            });
        }
        Err(failure)
    }

    /// The first signature by a key of this ring, and the key's number.
    fn signature(&self, packets: &[u8]) -> Result<(Signature, KeyId), Error> {
        for packet in PacketParser::new(packets) {
            let packet =
                packet.map_err(|error| signature(format!("openpgp: invalid data: {error}")))?;
            let Packet::Signature(found) = packet else {
                return Err(signature(
                    "openpgp: invalid data: non signature packet found",
                ));
            };
            let Some(id) = found.issuer_key_id().first().map(|id| **id) else {
                return Err(signature(
                    "openpgp: invalid data: signature doesn't have an issuer",
                ));
            };
            if self.entities.iter().any(|entity| entity.signs_as(&id)) {
                return Ok((found, id));
            }
        }
        Err(signature("openpgp: signature made by unknown entity"))
    }
}

/// The error for a signature of another text.
fn wrong(algorithm: Option<PublicKeyAlgorithm>) -> Error {
    let name = match algorithm {
        Some(PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSASign) => "RSA",
        Some(PublicKeyAlgorithm::DSA) => "DSA",
        Some(PublicKeyAlgorithm::ECDSA) => "ECDSA",
        Some(PublicKeyAlgorithm::EdDSALegacy) => "EdDSA",
        Some(PublicKeyAlgorithm::Ed25519) => "Ed25519",
        Some(PublicKeyAlgorithm::Ed448) => "ed448",
        _ => {
            return signature(
                "openpgp: invalid signature: Unsupported public key algorithm used in signature",
            );
        }
    };
    signature(format!(
        "openpgp: invalid signature: {name} verification failure"
    ))
}

/// A key to sign with. What it holds is in no output: `Debug` shows its name alone.
pub struct SigningKey {
    name: String,
    key: Result<SignedSecretKey, Error>,
    passphrase: Password,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").field(&self.name).finish()
    }
}

impl SigningKey {
    /// Finds a key by its name, or a part of it (`NewFromKeyring`).
    ///
    /// # Errors
    /// The system's, and a part of several names. That there is no such key, or not its secret half, is said when it is
    /// used: Helm reads the passphrase before.
    pub fn find(keyring: &Path, id: &str) -> Result<SigningKey, Error> {
        let entities = keyring::load(keyring)?;
        let mut candidate = None;
        let mut is_vague = false;
        'keys: for entity in entities {
            let names = entity.identities.iter().map(|identity| &identity.name);
            let mut matching = names.filter(|name| name.contains(id)).peekable();
            if matching.peek().is_none() {
                continue;
            }
            let matching: Vec<&String> = matching.collect();
            is_vague |= candidate.is_some() || matching.len() > 1;
            if matching.iter().any(|name| *name == id) {
                candidate = Some(entity);
                is_vague = false;
                break 'keys;
            }
            candidate = Some(entity);
        }
        if is_vague {
            return Err(signature(format!(
                "more than one key contain the id {}",
                quote(id.as_bytes())
            )));
        }
        let identities = candidate.as_ref().map(|entity| &entity.identities);
        let mut names = identities.into_iter().flatten().map(|one| &one.name);
        let name = names.find(|name| !name.is_empty());
        Ok(SigningKey {
            name: name.map_or_else(|| "Unknown".to_owned(), Clone::clone),
            key: match candidate.map(|entity| entity.secret) {
                Some(Some(key)) => Ok(key),
                Some(None) => Err(signature(
                    "provided key is not a private key. Try providing a keyring with secret keys",
                )),
                None => Err(signature("private key not found")),
            },
            passphrase: Password::empty(),
        })
    }

    /// The name to ask for a passphrase with; none where the key needs none.
    ///
    /// # Errors
    /// A keyring that has no such key, or not its secret half.
    pub fn locked(&self) -> Result<Option<&str>, Error> {
        let key = self.key()?;
        let is_locked = key.primary_key.secret_params().is_encrypted();
        Ok(is_locked.then_some(&*self.name))
    }

    /// Unlocks the key.
    ///
    /// # Errors
    /// A wrong passphrase.
    pub fn unlock(&mut self, passphrase: &[u8]) -> Result<(), Error> {
        let passphrase = Password::from(passphrase);
        let unlocked = self.key()?.primary_key.unlock(&passphrase, |_, _| Ok(()));
        if !matches!(unlocked, Ok(Ok(()))) {
            return Err(signature(
                "openpgp: invalid data: private key checksum failure",
            ));
        }
        self.passphrase = passphrase;
        Ok(())
    }

    fn key(&self) -> Result<&SignedSecretKey, Error> {
        self.key.as_ref().map_err(Error::clone)
    }

    /// The packet of a signature of a text whose lines end in CRLF.
    pub(super) fn sign(&self, text: &[u8], now: i64) -> Result<Vec<u8>, Error> {
        let key = &self.key()?.primary_key;
        let failed =
            |error: pgp::errors::Error| signature(format!("failed to sign the text: {error}"));
        let time = Timestamp::from_secs(u32::try_from(now).unwrap_or_default());
        let mut config =
            SignatureConfig::v4(SignatureType::Text, key.algorithm(), HashAlgorithm::Sha512);
        config.hashed_subpackets = vec![
            Subpacket::regular(SubpacketData::SignatureCreationTime(time)).map_err(failed)?,
            Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id())).map_err(failed)?,
            Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))
                .map_err(failed)?,
        ];
        let made = config.sign(key, &self.passphrase, text).map_err(failed)?;
        let mut packet = Vec::new();
        made.to_writer_with_header(&mut packet).map_err(failed)?;
        Ok(packet)
    }
}
