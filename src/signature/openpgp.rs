//! Signatures made with keys of OpenPGP, and the file that says whose keys those are.
//!
//! Reading them needs a library of many parts, so it is the feature `openpgp`; without it, nothing
//! that is signed so adds to a proof. A signature of OpenPGP does not hold its key, as one of SSH
//! does: it is looked at with the keys of the file, and whose a key is say the addresses that its
//! owner certified with it.

#[cfg(feature = "openpgp")]
mod certificate;
#[cfg(feature = "openpgp")]
mod detached;

use super::allowed_signers::Line;
use super::{Kind, Seal, Soundness};
use crate::source::RepoPath;

/// The keys of a file, as `gpg --armor --export` writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenPgpKeys {
    /// Where the file lies.
    pub path: RepoPath,
    /// Its text; nothing where there is no such file.
    pub text: Option<String>,
    /// Whose keys they are and when they hold, as a file of allowed signers would say it.
    pub lines: Vec<Line>,
    /// The keys that count for nothing, each with the reason, as a sentence.
    pub problems: Vec<String>,
    #[cfg(feature = "openpgp")]
    keys: Vec<certificate::SigningKey>,
}

impl OpenPgpKeys {
    /// Reads a file; it never fails, and says what it cannot read. Without the feature it reads no
    /// key.
    pub fn parse(path: RepoPath, text: &str) -> Self {
        let missing = Self::missing(path);
        #[cfg(feature = "openpgp")]
        let missing = certificate::read(missing, text);
        Self { text: Some(text.to_owned()), ..missing }
    }

    /// Says that there is no such file.
    pub fn missing(path: RepoPath) -> Self {
        Self {
            path,
            text: None,
            lines: Vec::new(),
            problems: Vec::new(),
            #[cfg(feature = "openpgp")]
            keys: Vec::new(),
        }
    }
}

/// Looks whether a signature was made over `payload` with one of the keys.
#[cfg(feature = "openpgp")]
pub(super) fn check(keys: Option<&OpenPgpKeys>, armor: &[u8], payload: &[u8]) -> Seal {
    match keys {
        Some(keys) => detached::check(keys, armor, payload),
        None => unchecked("it is signed with OpenPGP, and book.toml names no `openpgp_keys`"),
    }
}

/// Says that this build does not look.
#[cfg(not(feature = "openpgp"))]
pub(super) fn check(_: Option<&OpenPgpKeys>, _: &[u8], _: &[u8]) -> Seal {
    unchecked("it is signed with OpenPGP, not checked by this build")
}

fn unchecked(why: &str) -> Seal {
    Seal { kind: Kind::OpenPgp, key: None, soundness: Soundness::Unchecked(why.to_owned()) }
}

#[cfg(feature = "openpgp")]
#[cfg(test)]
mod tests {
    use super::*;
    use pgp::composed::{ArmorOptions, Deserializable as _, SignedPublicKey};
    use pgp::packet::UserId;
    use pgp::types::{PacketHeaderVersion, SignedUser};

    /// All keys and signatures were made with `gpg`, on 2026-01-01 and 2026-05-11.
    const KEYS: &str = include_str!("../../tests/openpgp/keys.asc");
    const PAYLOAD: &[u8] = include_bytes!("../../tests/openpgp/payload");
    const BO: &str = include_str!("../../tests/openpgp/bo.sig");
    const MAY_DAY: i64 = 1_778_500_000;

    fn keys(text: &str) -> OpenPgpKeys {
        OpenPgpKeys::parse("keys.asc".into(), text)
    }

    fn seal(armor: &str) -> Seal {
        check(Some(&keys(KEYS)), armor.as_bytes(), PAYLOAD)
    }

    fn why_not(seal: &Seal) -> &str {
        match &seal.soundness {
            Soundness::Unchecked(why) => why,
            other => panic!("{other:?}"),
        }
    }

    fn certificates() -> Vec<SignedPublicKey> {
        let (found, _) = SignedPublicKey::from_armor_many(KEYS.as_bytes()).unwrap();
        found.map(Result::unwrap).collect()
    }

    fn of(address: &str) -> SignedPublicKey {
        let has = |it: &&SignedPublicKey| {
            it.details.users.iter().any(|user| user.id.as_str().unwrap().contains(address))
        };
        certificates().iter().find(has).unwrap().clone()
    }

    fn armored(certificate: &SignedPublicKey) -> String {
        certificate.to_armored_string(ArmorOptions::default()).unwrap()
    }

    #[test]
    fn a_signature_holds_and_says_whose_it_is() {
        let keys = keys(KEYS);
        for (armor, address) in [
            (BO, "bo@example.org"),
            (include_str!("../../tests/openpgp/rsa.sig"), "rsa@example.org"),
            (include_str!("../../tests/openpgp/ecc.sig"), "ecc@example.org"),
        ] {
            let seal = seal(armor);
            assert_eq!(seal.soundness, Soundness::Sound, "{address}");
            let key = seal.key.unwrap();
            let lines: Vec<&Line> = keys.lines.iter().filter(|it| it.key == key).collect();
            assert_eq!(
                lines.iter().map(|it| it.principals.as_str()).collect::<Vec<_>>(),
                [address]
            );
            assert!(lines[0].names_alone(address) && lines[0].holds_at(MAY_DAY));
        }
    }

    #[test]
    fn a_key_holds_from_its_beginning_to_its_first_end() {
        let seal = seal(include_str!("../../tests/openpgp/ed.sig"));
        assert_eq!(seal.soundness, Soundness::Sound);
        let keys = keys(KEYS);
        let key = seal.key.unwrap();
        let line = keys.lines.iter().find(|it| it.key == key).unwrap();
        assert_eq!(line.validity(), "from 2026-01-01 to 2026-01-31");
        assert!(!line.holds_at(MAY_DAY));
    }

    #[test]
    fn what_is_revoked_or_weak_counts_for_nothing() {
        let problems = keys(KEYS).problems.join("\n");
        assert!(problems.contains("counts for nothing: it is revoked"), "{problems}");
        assert!(problems.contains("an RSA key of fewer than 2048"), "{problems}");
        for armor in [
            include_str!("../../tests/openpgp/re.sig"),
            include_str!("../../tests/openpgp/weak.sig"),
        ] {
            let seal = seal(armor);
            assert!(why_not(&seal).contains("not among those that count of `keys.asc`"));
            assert!(seal.key.is_some());
        }
        assert!(why_not(&seal(include_str!("../../tests/openpgp/sha1.sig"))).contains("too weak"));
        let text = seal(include_str!("../../tests/openpgp/text.sig"));
        assert!(why_not(&text).contains("another kind than Git makes"));
    }

    #[test]
    fn a_signature_of_other_content_is_broken() {
        let other = check(Some(&keys(KEYS)), BO.as_bytes(), b"Approve POL-002\n");
        assert!(matches!(other.soundness, Soundness::Broken(_)), "{other:?}");
        assert!(matches!(
            seal("-----BEGIN PGP SIGNATURE-----\n\nx\n").soundness,
            Soundness::Broken(_)
        ));
        assert!(why_not(&check(None, BO.as_bytes(), PAYLOAD)).contains("names no `openpgp_keys`"));
    }

    #[test]
    fn a_name_counts_only_where_the_owner_of_the_key_certified_it() {
        let mut eve = of("ecc@example.org");
        let theirs = eve.details.users[0].signatures.clone();
        let name = UserId::from_str(PacketHeaderVersion::New, "Bo <bo@example.org>").unwrap();
        eve.details.users.push(SignedUser::new(name.clone(), theirs));
        let bos = of("bo@example.org").details.users[0].signatures.clone();
        eve.details.users.push(SignedUser::new(name, bos));
        let keys = keys(&armored(&eve));
        assert_eq!(
            keys.lines.iter().map(|it| &it.principals).collect::<Vec<_>>(),
            ["ecc@example.org"]
        );
    }

    #[test]
    fn a_subkey_counts_only_where_it_is_bound_to_the_key() {
        let mut eve = of("ecc@example.org");
        eve.public_subkeys = of("bo@example.org").public_subkeys;
        let keys = keys(&armored(&eve));
        assert_eq!(keys.lines.len(), 1, "{:?}", keys.lines);
        let seal = check(Some(&keys), BO.as_bytes(), PAYLOAD);
        assert!(why_not(&seal).contains("not among those that count"));
    }

    #[test]
    fn a_file_that_is_none_says_so() {
        for (text, why) in [
            ("", "holds no key"),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "holds a private key"),
            ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", "cannot be read"),
        ] {
            let problems = keys(text).problems.join("\n");
            assert!(problems.contains(why), "{text}: {problems}");
        }
    }
}
