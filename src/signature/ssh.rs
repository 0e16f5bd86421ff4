//! Signatures made with keys of SSH, in the form `ssh-keygen -Y sign` gives them.
//!
//! The fields are read here first, so that a signature that is refused can be told from one that
//! is wrong; the mathematics is the crate's.

use super::{Kind, NAMESPACE, Seal, Soundness, base64};
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey, SshSig};

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The key as a line of a file has it, without a comment: `ssh-ed25519 AAAA…`.
    pub text: String,
    /// Its fingerprint: `SHA256:…`.
    pub fingerprint: String,
}

impl Key {
    /// Reads a key as a line of a file has it; what follows the key is its comment.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
        let (algorithm, blob) = (words.next()?, words.next()?);
        let key = PublicKey::from_openssh(&format!("{algorithm} {blob}")).ok()?;
        Self::of(key.key_data())
    }

    fn of(data: &KeyData) -> Option<Self> {
        let key = PublicKey::from(data.clone());
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        Some(Self { text: key.to_openssh().ok()?, fingerprint })
    }
}

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// Looks whether a signature was made over `payload` with the key that it names.
pub(super) fn check(armor: &[u8], payload: &[u8]) -> Seal {
    let seal = |key, soundness| Seal { kind: Kind::Ssh, key, soundness };
    let broken = |why: &str| seal(None, Soundness::Broken(why.to_owned()));
    let Some(base64) = dearmored(armor) else {
        return broken("its signature cannot be read");
    };
    let Some(fields) = base64::decode(&base64).as_deref().and_then(Fields::read) else {
        return broken("its signature cannot be read");
    };
    if let Some(why) = fields.refusal() {
        return seal(None, Soundness::Unchecked(why));
    }
    let Some(signature) = signature(&base64) else {
        return broken("its signature cannot be read");
    };
    let Some(key) = Key::of(signature.public_key()) else {
        return broken("its key cannot be read");
    };
    if let Some(why) = weakness(signature.public_key()) {
        return seal(Some(key), Soundness::Unchecked(why));
    }
    if signature.namespace() != NAMESPACE {
        let why = format!(
            "its signature was made for `{}`, not for `{NAMESPACE}`",
            signature.namespace()
        );
        return seal(Some(key), Soundness::Broken(why));
    }
    let public = PublicKey::from(signature.public_key().clone());
    let soundness = match public.verify(NAMESPACE, payload, &signature) {
        Ok(()) => Soundness::Sound,
        Err(_) => Soundness::Broken("its signature does not fit its content".to_owned()),
    };
    seal(Some(key), soundness)
}

/// Takes the armor off; line breaks may stand anywhere, those of Windows nowhere: Git does not read
/// them.
fn dearmored(armor: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(armor).ok()?.trim_end();
    if text.contains('\r') {
        return None;
    }
    let inner = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
    Some(inner.split_ascii_whitespace().collect())
}

/// Lets the crate read a signature, in the lines of seventy characters that it expects.
fn signature(base64: &str) -> Option<SshSig> {
    const WIDTH: usize = 70;
    let lines = base64.as_bytes().chunks(WIDTH).map(String::from_utf8_lossy);
    let lines = lines.collect::<Vec<_>>().join("\n");
    SshSig::from_pem(format!("{BEGIN}\n{lines}\n{END}\n")).ok()
}

/// The names within a signature.
struct Fields {
    key: String,
    hash: String,
    algorithm: String,
}

impl Fields {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"SSHSIG")?.get(4..)?;
        let mut key = string(&mut rest)?;
        let (_namespace, _reserved) = (string(&mut rest)?, string(&mut rest)?);
        let hash = string(&mut rest)?;
        let mut signature = string(&mut rest)?;
        let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(Self {
            key: name(string(&mut key)?),
            hash: name(hash),
            algorithm: name(string(&mut signature)?),
        })
    }

    /// Says why such a signature is not looked at, if it is not.
    fn refusal(&self) -> Option<String> {
        const KEYS: [&str; 7] = [
            "ssh-ed25519",
            "ssh-rsa",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com",
        ];
        if self.key.contains("-cert-") {
            return Some("it is signed with a certificate; certificates are not accepted".into());
        }
        if !KEYS.contains(&self.key.as_str()) {
            return Some(format!(
                "it is signed with a key of the type `{}`, not checked by this build",
                self.key
            ));
        }
        if self.algorithm == "ssh-rsa" || self.hash == "sha1" {
            return Some("it is signed by means of SHA-1, which is too weak".into());
        }
        if !["sha256", "sha512"].contains(&self.hash.as_str()) {
            return Some(format!(
                "it is signed by means of `{}`, not checked by this build",
                self.hash
            ));
        }
        None
    }
}

/// Takes a string off the front: four bytes of length, then that many bytes.
fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (found, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(found)
}

/// Says why nothing is proved with a key, if that is so.
fn weakness(key: &KeyData) -> Option<String> {
    const LEAST: usize = 2048;
    // The crate calculates with no longer ones.
    const MOST: usize = 4096;
    let bytes = key.rsa()?.n.as_positive_bytes()?;
    let zeros = bytes.first().map_or(0, |first| first.leading_zeros());
    let bits = bytes.len() * 8 - usize::try_from(zeros).unwrap_or(0);
    match bits {
        ..LEAST => Some(format!("it is signed with an RSA key of {bits} bits, which is too weak")),
        LEAST..=MOST => None,
        _ => Some(format!(
            "it is signed with an RSA key of {bits} bits; more than {MOST} are not checked by this build"
        )),
    }
}
