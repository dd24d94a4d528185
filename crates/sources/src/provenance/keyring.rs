//! The keys of a keyring, and what go-crypto makes of their own signatures.

use super::signature;
use crate::Error;
use files::OsError;
use files::input::{self, NamedBy};
use pgp::composed::{PublicOrSecret, SignedPublicKey, SignedPublicSubKey, SignedSecretKey};
use pgp::packet::{Signature, SignatureType, SubpacketData};
use pgp::types::{KeyDetails, KeyId, Tag};
use std::path::Path;

/// The most bytes of a keyring.
const KEYRING_BYTES: u64 = 64 << 20;
/// The number of keys that cannot be read, one after the other, after which the rest is left.
const MOST_UNREADABLE: usize = 1000;

/// A key with what belongs to it.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) key: SignedPublicKey,
    /// The secret half, in a keyring of secret keys.
    pub(super) secret: Option<SignedSecretKey>,
    pub(super) identities: Vec<Identity>,
}

/// A name that a key gives itself.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    /// The newest of the key's own signatures of it.
    certification: Signature,
    is_revoked: bool,
}

/// Reads a keyring; keys that make no sense are left out (`openpgp.ReadKeyRing`).
pub(super) fn load(path: &Path) -> Result<Vec<Entity>, Error> {
    let bytes = input::read(path, NamedBy::User, KEYRING_BYTES);
    let bytes = bytes.map_err(|error| OsError::new("open", path, &error))?;
    check_packets(&bytes)?;
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let keys = PublicOrSecret::from_bytes_many(&bytes[..]);
    let keys = keys.map_err(|error| signature(format!("openpgp: invalid data: {error}")))?;
    let (mut entities, mut problem, mut unreadable) = (Vec::new(), None, 0);
    for key in keys {
        let entity = key.map_err(|error| error.to_string()).and_then(Entity::new);
        match entity {
            Ok(entity) => entities.push(entity),
            Err(text) => {
                problem = Some(text);
                unreadable += 1;
            }
        }
        if unreadable > MOST_UNREADABLE {
            break;
        }
    }
    match problem {
        Some(text) if entities.is_empty() => {
            Err(signature(format!("openpgp: invalid data: {text}")))
        }
        _ => Ok(entities),
    }
}

/// Refuses what is no row of packets: a keyring that is armored, GnuPG's newer database, and one that is cut.
fn check_packets(bytes: &[u8]) -> Result<(), Error> {
    let mut rest = bytes;
    while let Some((&tag, body)) = rest.split_first() {
        if tag & 0x80 == 0 {
            return Err(signature(
                "openpgp: invalid data: tag byte does not have MSB set",
            ));
        }
        rest = match after_packet(tag, body) {
            Some(after) => after,
            None => return Err(signature("unexpected EOF")),
        };
    }
    Ok(())
}

/// What follows a packet whose first byte was read; nothing where the packet has no end.
fn after_packet(tag: u8, body: &[u8]) -> Option<&[u8]> {
    let number = |bytes: &[u8]| {
        let number = bytes
            .iter()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        usize::try_from(number).ok()
    };
    let is_new = tag & 0x40 != 0;
    let (&first, after) = body.split_first()?;
    let (length, after) = match (is_new, tag & 3, first) {
        (true, _, 0..=191) => (usize::from(first), after),
        (true, _, 192..=223) => {
            let (&second, after) = after.split_first()?;
            let length = (usize::from(first) - 192) * 256 + usize::from(second) + 192;
            (length, after)
        }
        (true, _, 255) => (number(after.get(..4)?)?, after.get(4..)?),
        // In parts, which keys have not.
        (true, ..) => return None,
        (false, 0, _) => (usize::from(first), after),
        (false, 1, _) => (number(body.get(..2)?)?, body.get(2..)?),
        (false, 2, _) => (number(body.get(..4)?)?, body.get(4..)?),
        // Up to the end.
        (false, ..) => (body.len(), body),
    };
    after.get(length..)
}

impl Entity {
    fn new(key: PublicOrSecret) -> Result<Entity, String> {
        let (key, secret) = match key {
            PublicOrSecret::Public(key) => (key, None),
            PublicOrSecret::Secret(key) => (key.to_public_key(), Some(key)),
        };
        let mut identities: Vec<Identity> = Vec::new();
        for user in &key.details.users {
            let name = String::from_utf8_lossy(user.id.id()).into_owned();
            let own = user
                .signatures
                .iter()
                .filter(|one| is_by(one, &key.primary_key));
            let mut identity: Option<Identity> = None;
            let mut is_revoked = false;
            for one in own {
                one.verify_certification(&key.primary_key, Tag::UserId, &user.id)
                    .map_err(|error| format!("user ID self-signature invalid: {error}"))?;
                if one.typ() == Some(SignatureType::CertRevocation) {
                    is_revoked = true;
                    continue;
                }
                let is_newer = |found: &Identity| created(one) > created(&found.certification);
                if identity.as_ref().is_none_or(is_newer) {
                    identity = Some(Identity {
                        name: name.clone(),
                        certification: one.clone(),
                        is_revoked: false,
                    });
                }
            }
            identities.extend(identity.map(|found| Identity {
                is_revoked,
                ..found
            }));
        }
        if identities.is_empty() {
            return Err("v4 entity without any identities".into());
        }
        Ok(Entity {
            key,
            secret,
            identities,
        })
    }

    /// The name that counts: one that is not revoked, that the key calls its first, the newest.
    fn primary_identity(&self) -> Option<&Identity> {
        self.identities.iter().max_by_key(|identity| {
            let certification = &identity.certification;
            let is_first = certification.is_primary();
            (!identity.is_revoked, is_first, created(certification))
        })
    }

    /// Returns true if the key with this number may sign: the first one, or one below it.
    pub(super) fn signs_as(&self, id: &KeyId) -> bool {
        self.primary_signs_as(id) || self.subkey(id).is_some()
    }

    pub(super) fn primary_signs_as(&self, id: &KeyId) -> bool {
        let own = self
            .primary_identity()
            .map(|identity| &identity.certification);
        self.key.primary_key.legacy_key_id() == *id && own.is_some_and(may_sign)
    }

    /// The key below the first one with this number, if it may sign, and the signature that binds it.
    pub(super) fn subkey(&self, id: &KeyId) -> Option<(&SignedPublicSubKey, &Signature)> {
        let subkeys = self.key.public_subkeys.iter();
        let mut found = subkeys.filter(|subkey| subkey.key.legacy_key_id() == *id);
        found.find_map(|subkey| {
            subkey.verify_bindings(&self.key.primary_key).ok()?;
            let bindings = subkey.signatures.iter();
            let bindings = bindings.filter(|one| one.typ() == Some(SignatureType::SubkeyBinding));
            let binding = bindings.max_by_key(|one| created(one))?;
            may_sign(binding).then_some((subkey, binding))
        })
    }

    /// Refuses a signature by a key that was revoked or has expired, or one that has (`checkMessageSignatureDetails`).
    pub(super) fn check(&self, of_message: &Signature, id: &KeyId, now: i64) -> Result<(), Error> {
        let Some(identity) = self.primary_identity() else {
            return Ok(());
        };
        let subkey = self.subkey(id).filter(|_| !self.primary_signs_as(id));
        let is_revocation = |one: &Signature| one.typ() == Some(SignatureType::SubkeyRevocation);
        let revoked_below = subkey.is_some_and(|(key, _)| key.signatures.iter().any(is_revocation));
        if !self.key.details.revocation_signatures.is_empty()
            || revoked_below
            || identity.is_revoked
        {
            return Err(signature("openpgp: signature made by revoked key"));
        }
        let primary = &self.key.primary_key;
        let own = &identity.certification;
        let of_key = (primary.created_at().as_secs(), own);
        let of_subkey = subkey.map(|(key, binding)| (key.key.created_at().as_secs(), binding));
        for (made, binding) in [Some(of_key), of_subkey].into_iter().flatten() {
            let lifetime = binding.key_expiration_time().map(|time| time.as_secs());
            if i64::from(made) > now || is_over(made, lifetime, now) {
                return Err(signature("openpgp: key expired"));
            }
        }
        let binding = subkey.map(|(_, binding)| binding);
        for one in [Some(of_message), Some(own), binding].into_iter().flatten() {
            let lifetime = one.signature_expiration_time().map(|time| time.as_secs());
            if i64::from(created(one)) > now || is_over(created(one), lifetime, now) {
                return Err(signature("openpgp: signature expired"));
            }
        }
        Ok(())
    }
}

/// Returns true if something with a lifetime in seconds, of which 0 is none, is over.
fn is_over(made: u32, lifetime: Option<u32>, now: i64) -> bool {
    let lifetime = lifetime.filter(|seconds| *seconds > 0);
    lifetime.is_some_and(|seconds| now > i64::from(made) + i64::from(seconds))
}

fn created(one: &Signature) -> u32 {
    one.created().map_or(0, |time| time.as_secs())
}

/// Returns true if a key says that it made a signature.
fn is_by(one: &Signature, key: &impl KeyDetails) -> bool {
    let id = key.legacy_key_id();
    let fingerprint = key.fingerprint();
    one.issuer_key_id().contains(&&id) || one.issuer_fingerprint().contains(&&fingerprint)
}

/// Returns true if a key's own signature says that it may sign.
fn may_sign(own: &Signature) -> bool {
    let parts = own.config().into_iter();
    let mut parts = parts.flat_map(|config| config.hashed_subpackets());
    parts.any(|part| matches!(&part.data, SubpacketData::KeyFlags(flags) if flags.sign()))
}
