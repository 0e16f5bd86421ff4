//! Signatures of stories, made with demonstration keys.
//!
//! The key of a name follows from the name alone, and Ed25519 signs the same bytes the same way, so
//! ids stay the same on every machine. Everybody has these keys: they show how signing works, and
//! protect nothing.

use super::heading::first_word;
use sha2::{Digest as _, Sha256};
use ssh_key::private::Ed25519Keypair;
use ssh_key::{HashAlg, LineEnding, PrivateKey};

/// How a commit or a tag is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signing {
    /// With the demonstration key of a name.
    Demonstration {
        /// The name.
        name: String,
        /// The purpose; Git's is `git`.
        namespace: String,
        /// Whether something else was signed, so that the signature does not hold.
        is_over_other: bool,
    },
    /// With a signature that is told word for word.
    Verbatim(String),
}

impl Signing {
    /// Reads `bo`, `bo for file` or `bo over other content`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, rest) = first_word(text);
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        };
        let (namespace, is_over_other) = match first_word(rest) {
            ("", "") => ("git", false),
            ("for", purpose) if is_name(purpose) => (purpose, false),
            ("over", "other content") => ("git", true),
            _ => ("", false),
        };
        if !is_name(name) || namespace.is_empty() {
            return Err(
                "`signed` takes the name of a demonstration key in small letters, as in `signed: bo`, `signed: bo for file` or `signed: bo over other content`"
                    .to_owned(),
            );
        }
        let (name, namespace) = (name.to_owned(), namespace.to_owned());
        Ok(Self::Demonstration { name, namespace, is_over_other })
    }

    /// Signs the bytes of an object.
    pub(super) fn sign(&self, payload: &[u8]) -> Result<String, String> {
        match self {
            Self::Verbatim(armor) => Ok(armor.clone()),
            Self::Demonstration { name, namespace, is_over_other } => {
                let other: &[u8] = b"other content\n";
                let signed = if *is_over_other { other } else { payload };
                let signature = demonstration_key(name)
                    .sign(namespace, HashAlg::Sha512, signed)
                    .and_then(|signature| signature.to_pem(LineEnding::LF));
                signature.map_err(|error| format!("cannot sign as `{name}`: {error}"))
            }
        }
    }
}

/// Returns the demonstration key of a name.
fn demonstration_key(name: &str) -> PrivateKey {
    let seed = Sha256::digest(format!("clausebook demonstration key: {name}"));
    let mut key = PrivateKey::from(Ed25519Keypair::from_seed(&seed.into()));
    key.set_comment(format!("demonstration-key-of-{name}"));
    key
}

/// Puts public demonstration keys in the place of their names in braces: `{bo}`.
pub(super) fn with_keys(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name).filter(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        });
        match name.and_then(|name| demonstration_key(name).public_key().to_openssh().ok()) {
            Some(key) => {
                told.push_str(&key);
                rest = after.split_once('}').map_or("", |(_, rest)| rest);
            }
            None => {
                told.push('{');
                rest = after;
            }
        }
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_from_their_names() {
        let bo = with_keys("bo@example.org {bo}\n{ no } {");
        assert!(bo.starts_with("bo@example.org ssh-ed25519 AAAA"), "{bo}");
        assert!(bo.ends_with(" demonstration-key-of-bo\n{ no } {"), "{bo}");
        assert_eq!(bo, with_keys("bo@example.org {bo}\n{ no } {"));
        assert_ne!(with_keys("{bo}"), with_keys("{ada}"));
    }

    #[test]
    fn items_say_who_signs_and_what_for() {
        assert!(Signing::parse("bo").is_ok());
        assert!(Signing::parse("bo for file").is_ok());
        assert!(Signing::parse("bo over other content").is_ok());
        for bad in ["", "Bo", "bo for", "bo over", "bo with love"] {
            assert!(Signing::parse(bad).unwrap_err().contains("as in `signed: bo`"), "{bad}");
        }
    }
}
