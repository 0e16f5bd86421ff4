//! What a certificate of OpenPGP says: which of its keys sign, whose they are, how long they hold.
//!
//! The library checks the mathematics of one statement at a time. What follows from them is worked
//! out here, and where a rule leaves a choice, the one that gives less is taken: a key that was
//! revoked counts for nothing that it ever signed, and of several ends the first one holds.

use super::{Line, OpenPgpKeys};
use crate::signature::Key;
use crate::source::Span;
use pgp::composed::{Deserializable as _, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{PublicKey, PublicSubkey, Signature, SignatureType};
use pgp::ser::Serialize as _;
use pgp::types::{Duration, KeyDetails, KeyVersion, PublicParams, SignedUser, Tag, Timestamp};

/// A file with more than this, in bytes, is not read.
const LARGEST: usize = 1 << 20;

/// The bits of an RSA key that is neither too weak to prove something nor too long to calculate.
const RSA_BITS: std::ops::RangeInclusive<u16> = 2048..=4096;

const BEGIN: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/// A key that may sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SigningKey {
    /// The key, as reports name it.
    pub(super) key: Key,
    pub(super) material: Material,
    /// Seconds since 1970 from which it holds.
    pub(super) from: i64,
    /// Seconds since 1970 up to which it holds, if it has an end.
    pub(super) until: Option<i64>,
}

/// What the library calculates with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Material {
    Primary(PublicKey),
    Subkey(PublicSubkey),
}

/// Reads the keys of a file.
pub(super) fn read(mut keys: OpenPgpKeys, text: &str) -> OpenPgpKeys {
    if text.len() > LARGEST {
        keys.problems.push(format!("it holds more than {LARGEST} bytes, and is not read"));
        return keys;
    }
    if text.contains("PRIVATE KEY BLOCK-----") {
        keys.problems.push("it holds a private key, which everybody who has the repository now has: revoke that key".to_owned());
    }
    // One block may hold several certificates, and people put one block after another.
    let blocks = text.match_indices(BEGIN).map(|(start, _)| start).collect::<Vec<_>>();
    if blocks.is_empty() {
        keys.problems.push(format!("it holds no key: `{BEGIN}` is nowhere in it"));
    }
    for (i, &start) in blocks.iter().enumerate() {
        let end = blocks.get(i + 1).copied().unwrap_or(text.len());
        match SignedPublicKey::from_armor_many(&text.as_bytes()[start..end]) {
            Ok((certificates, _)) => {
                for certificate in certificates {
                    take(&mut keys, certificate.ok());
                }
            }
            Err(_) => take(&mut keys, None),
        }
    }
    keys
}

fn take(keys: &mut OpenPgpKeys, certificate: Option<SignedPublicKey>) {
    let Some(certificate) = certificate else {
        keys.problems.push("one of its keys cannot be read".to_owned());
        return;
    };
    let name = fingerprint(&certificate.primary_key);
    match signing_keys(&certificate) {
        Err(why) => keys.problems.push(format!("the key {name} counts for nothing: {why}")),
        Ok((addresses, signing)) => {
            let line = |signing: &SigningKey| Line {
                number: 0,
                span: Span::default(),
                principals: addresses.join(","),
                is_authority: false,
                namespaces: None,
                valid_after: Some(signing.from),
                valid_before: signing.until,
                key: signing.key.clone(),
            };
            keys.lines.extend(signing.iter().map(line));
            keys.keys.extend(signing);
        }
    }
}

/// Returns the addresses of a certificate, and the keys of it that may sign.
fn signing_keys(
    certificate: &SignedPublicKey,
) -> Result<(Vec<String>, Vec<SigningKey>), &'static str> {
    let SignedPublicKey { primary_key: primary, details, public_subkeys } = certificate;
    if !matches!(primary.version(), KeyVersion::V4 | KeyVersion::V6) {
        return Err("it is of a version that is not trusted any more");
    }
    if !details.revocation_signatures.is_empty() {
        return Err("it is revoked");
    }
    if let Some(why) = weakness(primary.public_params()) {
        return Err(why);
    }
    let users: Vec<(&SignedUser, &Signature)> = details
        .users
        .iter()
        .filter_map(|user| Some((user, certification(primary, user)?)))
        .collect();
    let addresses: Vec<String> =
        users.iter().filter_map(|(user, _)| address(user.id.as_str()?)).collect();
    if addresses.is_empty() {
        return Err("its owner certified no address with it");
    }
    let is_direct = |it: &&Signature| is_strong(it) && it.verify_key(primary).is_ok();
    let direct = details.direct_signatures.iter().filter(is_direct);
    let statements: Vec<&Signature> = users.iter().map(|(_, it)| *it).chain(direct).collect();
    let until = statements.iter().filter_map(|statement| end(primary, statement)).min();
    let mut signing = Vec::new();
    if statements.iter().any(|statement| statement.key_flags().sign()) {
        let from = i64::from(primary.created_at().as_secs());
        let material = Material::Primary(primary.clone());
        signing.push(SigningKey { key: key(primary), material, from, until });
    }
    signing.extend(public_subkeys.iter().filter_map(|subkey| bound(primary, subkey, until)));
    if signing.is_empty() {
        return Err("neither it nor a subkey of it may sign");
    }
    Ok((addresses, signing))
}

/// Returns what the owner of a key last said of one of its names, if that is that it is theirs.
fn certification<'u>(primary: &PublicKey, user: &'u SignedUser) -> Option<&'u Signature> {
    let holds = |it: &&Signature| {
        is_strong(it) && it.verify_certification(primary, Tag::UserId, &user.id).is_ok()
    };
    let own = || user.signatures.iter().filter(holds);
    let is_taken_back = own().any(|it| it.typ() == Some(SignatureType::CertRevocation));
    own().max_by_key(|it| seconds(it)).filter(|_| !is_taken_back)
}

/// Returns a subkey that may sign: bound by the key, and the key by it.
fn bound(
    primary: &PublicKey,
    subkey: &SignedPublicSubKey,
    until: Option<i64>,
) -> Option<SigningKey> {
    let SignedPublicSubKey { key: own, signatures } = subkey;
    let is = |it: &Signature, kind| it.typ() == Some(kind);
    let is_revoked = signatures.iter().any(|it| is(it, SignatureType::SubkeyRevocation));
    let holds = |it: &&Signature| {
        is(it, SignatureType::SubkeyBinding)
            && is_strong(it)
            && it.verify_subkey_binding(primary, own).is_ok()
    };
    let binding = signatures.iter().filter(holds).max_by_key(|it| seconds(it))?;
    let back = binding.embedded_signature()?;
    let is_agreed = is_strong(back) && back.verify_primary_key_binding(own, primary).is_ok();
    let is_fit = !is_revoked
        && is_agreed
        && binding.key_flags().sign()
        && weakness(own.public_params()).is_none();
    is_fit.then(|| SigningKey {
        key: key(own),
        material: Material::Subkey(own.clone()),
        from: i64::from(own.created_at().as_secs().max(primary.created_at().as_secs())),
        until: until.into_iter().chain(end(own, binding)).min(),
    })
}

/// Returns when a statement lets a key end, if it does.
fn end(key: &impl KeyDetails, statement: &Signature) -> Option<i64> {
    let lasts = statement.key_expiration_time().map(Duration::as_secs).filter(|it| *it > 0)?;
    Some(i64::from(key.created_at().as_secs()) + i64::from(lasts))
}

fn seconds(signature: &Signature) -> Option<u32> {
    signature.created().map(Timestamp::as_secs)
}

/// Tells whether a signature was made by means that still prove something.
pub(super) fn is_strong(signature: &Signature) -> bool {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    let strong = [Sha256, Sha384, Sha512, Sha3_256, Sha3_512];
    signature.hash_alg().is_some_and(|hash| strong.contains(&hash))
}

/// Says why a key proves nothing, if it does not.
fn weakness(parameters: &PublicParams) -> Option<&'static str> {
    match parameters {
        // What is written first of an RSA key is the length of its modulus.
        PublicParams::RSA(rsa) if rsa.to_bytes().is_ok_and(|it| RSA_BITS.contains(&bits(&it))) => {
            None
        }
        PublicParams::RSA(_) => Some("it is an RSA key of fewer than 2048 or more than 4096 bits"),
        PublicParams::ECDSA(_)
        | PublicParams::EdDSALegacy(_)
        | PublicParams::Ed25519(_)
        | PublicParams::Ed448(_) => None,
        _ => Some("it is of a kind that is not looked at"),
    }
}

fn bits(number: &[u8]) -> u16 {
    number.first_chunk().map_or(0, |length| u16::from_be_bytes(*length))
}

/// Returns the address within a name: `Bo Approver <bo@example.org>`. One that could be read as a
/// pattern or a list is none.
fn address(name: &str) -> Option<String> {
    let inner = name.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
    let address = inner.unwrap_or(name);
    let is_plain = |c: char| c.is_alphanumeric() || "@.-_+'/=%&#$~".contains(c);
    let is_address = address
        .split_once('@')
        .is_some_and(|(who, at)| !who.is_empty() && !at.is_empty() && !at.contains('@'));
    (is_address && address.chars().all(is_plain)).then(|| address.to_owned())
}

/// Returns a key as reports name it.
fn key(of: &impl KeyDetails) -> Key {
    named(fingerprint(of))
}

/// Returns the key of a fingerprint.
pub(super) fn named(fingerprint: String) -> Key {
    Key { text: format!("openpgp {fingerprint}"), fingerprint }
}

fn fingerprint(of: &impl KeyDetails) -> String {
    format!("{:X}", of.fingerprint())
}
