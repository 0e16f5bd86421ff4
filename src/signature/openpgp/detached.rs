//! Signatures as Git lets `gpg` make them: detached, armored, over the bytes of an object.

use super::certificate::{self, Material, SigningKey, is_strong};
use super::{Kind, OpenPgpKeys, Seal, Soundness};
use crate::signature::Key;
use pgp::composed::{Deserializable as _, DetachedSignature};
use pgp::packet::{Signature, SignatureType};
use pgp::types::KeyDetails as _;

/// Looks whether a signature was made over `payload` with one of the keys.
pub(super) fn check(keys: &OpenPgpKeys, armor: &[u8], payload: &[u8]) -> Seal {
    let seal = |key, soundness| Seal { kind: Kind::OpenPgp, key, soundness };
    let unchecked = |key, why: &str| seal(key, Soundness::Unchecked(why.to_owned()));
    let broken = |key, why: &str| seal(key, Soundness::Broken(why.to_owned()));
    let Some(signatures) = read(armor) else {
        return broken(None, "its signature cannot be read");
    };
    let [signature] = &signatures[..] else {
        return unchecked(None, "it has more than one signature, so it is not checked");
    };
    if signature.typ() != Some(SignatureType::Binary) {
        return unchecked(None, "its signature is of another kind than Git makes");
    }
    let Some(found) = keys.keys.iter().find(|key| key.made(signature)) else {
        let why = format!("its key is not among those that count of `{}`", keys.path);
        return unchecked(named(signature), &why);
    };
    let key = || Some(found.key.clone());
    if !is_strong(signature) {
        return unchecked(key(), "it is signed by means of a hash that is too weak");
    }
    if signature.signature_expiration_time().is_some_and(|lasts| lasts.as_secs() > 0) {
        return unchecked(key(), "its signature says that it ends, which a proof must not");
    }
    let is_made_with_it = match &found.material {
        Material::Primary(key) => signature.verify(key, payload),
        Material::Subkey(key) => signature.verify(key, payload),
    };
    if is_made_with_it.is_err() {
        return broken(key(), "its signature does not fit its content");
    }
    let made = signature.created().map(|created| i64::from(created.as_secs()));
    let held =
        made.is_some_and(|made| found.from <= made && found.until.is_none_or(|it| made <= it));
    if !held {
        return unchecked(key(), "its signature says that it was made when its key did not hold");
    }
    seal(key(), Soundness::Sound)
}

fn read(armor: &[u8]) -> Option<Vec<Signature>> {
    let (signatures, _) = DetachedSignature::from_armor_many(armor).ok()?;
    let signatures = signatures.map(|it| it.ok().map(|it| it.signature));
    signatures.collect::<Option<Vec<_>>>().filter(|signatures| !signatures.is_empty())
}

/// Returns the key that a signature says it was made with, by its full fingerprint.
fn named(signature: &Signature) -> Option<Key> {
    let fingerprints = signature.issuer_fingerprint();
    fingerprints.first().map(|fingerprint| certificate::named(format!("{fingerprint:X}")))
}

impl SigningKey {
    /// Tells whether a signature says that it was made with this key.
    fn made(&self, signature: &Signature) -> bool {
        let (fingerprint, id) = match &self.material {
            Material::Primary(key) => (key.fingerprint(), key.legacy_key_id()),
            Material::Subkey(key) => (key.fingerprint(), key.legacy_key_id()),
        };
        let fingerprints = signature.issuer_fingerprint();
        match fingerprints.is_empty() {
            true => signature.issuer_key_id().contains(&&id),
            false => fingerprints.contains(&&fingerprint),
        }
    }
}
