//! Signatures of commits and tags: what was signed, with which key, and whose key that is.
//!
//! Three questions that are kept apart. [`Signed`] splits the signature from what it was made
//! over. [`Seal`] says whether it holds, and with which key it was made. [`AllowedSigners`] says
//! whose key that is. Whether it is the right person's is for those who ask to say.

pub mod allowed_signers;
mod base64;
pub mod openpgp;
mod ssh;

pub use allowed_signers::AllowedSigners;
pub use openpgp::OpenPgpKeys;
pub use ssh::Key;

/// The purpose that Git signs for: a signature made for another proves nothing of a commit.
pub const NAMESPACE: &str = "git";

/// How something was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// With a key of SSH.
    Ssh,
    /// With OpenPGP.
    OpenPgp,
    /// With an X.509 certificate.
    X509,
    /// In a way that is not known here.
    Unknown,
}

impl Kind {
    const MARKERS: [(&'static [u8], Self); 4] = [
        (b"-----BEGIN SSH SIGNATURE-----", Self::Ssh),
        (b"-----BEGIN PGP SIGNATURE-----", Self::OpenPgp),
        (b"-----BEGIN PGP MESSAGE-----", Self::OpenPgp),
        (b"-----BEGIN SIGNED MESSAGE-----", Self::X509),
    ];

    /// Returns the word that follows "signed with".
    pub fn word(self) -> &'static str {
        match self {
            Self::Ssh => "SSH",
            Self::OpenPgp => "OpenPGP",
            Self::X509 => "X.509",
            Self::Unknown => "something unknown",
        }
    }

    fn beginning(line: &[u8]) -> Option<Self> {
        let found = Self::MARKERS.iter().find(|(marker, _)| line.starts_with(marker));
        found.map(|(_, kind)| *kind)
    }
}

/// A signature, and what it was made over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// How it was signed.
    pub kind: Kind,
    /// The signature as it stands, its armor included.
    pub armor: Vec<u8>,
    /// What was signed: the object without the signature.
    pub payload: Vec<u8>,
    /// What makes it impossible to say what was signed, as words that follow "it".
    pub oddity: Option<&'static str>,
}

impl Signed {
    /// Splits a raw commit; `None` where it is not signed. The signature stands in a header
    /// `gpgsig` whose further lines begin with a space. As Git does, all headers of that name are
    /// left out of what was signed.
    pub fn of_commit(raw: &[u8]) -> Option<Self> {
        let mut armor = Vec::new();
        let mut payload = Vec::with_capacity(raw.len());
        let (mut count, mut is_other) = (0, false);
        let mut part = Part::Payload;
        let mut rest = raw;
        while !rest.is_empty() {
            if rest.starts_with(b"\n") {
                payload.extend_from_slice(rest);
                break;
            }
            let end = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            part = match line.strip_prefix(b"gpgsig") {
                _ if line.starts_with(b" ") => part,
                Some(value) if value.starts_with(b" ") => Part::Signature,
                Some(_) => Part::Other,
                None => Part::Payload,
            };
            match part {
                Part::Payload => payload.extend_from_slice(line),
                Part::Other => is_other = true,
                Part::Signature if line.starts_with(b" ") => armor.extend_from_slice(&line[1..]),
                Part::Signature => {
                    count += 1;
                    armor.extend_from_slice(line.strip_prefix(b"gpgsig ").unwrap_or(line));
                }
            }
        }
        if count == 0 && !is_other {
            return None;
        }
        let oddity = match () {
            () if is_other => Some("has a signature under a header that is not looked at here"),
            () if count > 1 || markers(&armor).len() > 1 => Some("has more than one signature"),
            () => None,
        };
        let kind = Kind::beginning(&armor).unwrap_or(Kind::Unknown);
        Some(Self { kind, armor, payload, oddity })
    }

    /// Splits a raw annotated tag; `None` where it is not signed. The signature stands at the end
    /// of the message.
    pub fn of_tag(raw: &[u8]) -> Option<Self> {
        let head = raw.windows(2).position(|pair| pair == b"\n\n").unwrap_or(raw.len());
        let has_header = raw[..head].split(|&b| b == b'\n').any(|line| line.starts_with(b"gpgsig"));
        let markers = markers(raw);
        let oddity = match () {
            () if has_header => Some("has a signature under a header that is not looked at here"),
            () if markers.len() > 1 => Some("has more than one signature"),
            () => None,
        };
        // As Git does: the last one counts, and all before it was signed.
        let Some(&(at, kind)) = markers.last() else {
            return has_header.then(|| Self {
                kind: Kind::Unknown,
                armor: Vec::new(),
                payload: raw.to_vec(),
                oddity,
            });
        };
        Some(Self { kind, armor: raw[at..].to_vec(), payload: raw[..at].to_vec(), oddity })
    }

    /// Looks whether the signature holds; one of OpenPGP, with the keys there are.
    pub fn seal(&self, keys: Option<&OpenPgpKeys>) -> Seal {
        let unchecked = |why: &str| Seal {
            kind: self.kind,
            key: None,
            soundness: Soundness::Unchecked(why.to_owned()),
        };
        match (self.oddity, self.kind) {
            (Some(oddity), _) => unchecked(&format!("it {oddity}, so it is not checked")),
            (None, Kind::Ssh) => ssh::check(&self.armor, &self.payload),
            (None, Kind::OpenPgp) => openpgp::check(keys, &self.armor, &self.payload),
            (None, kind) => {
                unchecked(&format!("it is signed with {}, not checked by this build", kind.word()))
            }
        }
    }
}

/// What a line of a commit's header belongs to.
#[derive(Clone, Copy)]
enum Part {
    Payload,
    Signature,
    /// A signature over another form of the object.
    Other,
}

/// Returns where lines begin that begin a signature, and of which kind each is.
fn markers(text: &[u8]) -> Vec<(usize, Kind)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(|&b| b == b'\n') {
        found.extend(Kind::beginning(line).map(|kind| (start, kind)));
        start += line.len();
    }
    found
}

/// What a signature shows by itself, whoever's key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// How it was signed.
    pub kind: Kind,
    /// The key it was made with, where it can be read.
    pub key: Option<Key>,
    /// Whether it holds.
    pub soundness: Soundness,
}

/// Whether a signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Soundness {
    /// It was made with its key, for Git, over these very bytes.
    Sound,
    /// It was not; the reason, as words that stand alone.
    Broken(String),
    /// That cannot be said here; the reason, as words that stand alone.
    Unchecked(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@x> 1 +0000\n";

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_commit_is_signed_without_the_header_of_the_signature() {
        let raw = format!(
            "{HEAD}gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\nmergetag x\n y\n\nText\n\ngpgsig no\n"
        );
        let signed = Signed::of_commit(raw.as_bytes()).unwrap();
        assert_eq!(
            text(&signed.armor),
            "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"
        );
        assert_eq!(text(&signed.payload), format!("{HEAD}mergetag x\n y\n\nText\n\ngpgsig no\n"));
        assert_eq!((signed.kind, signed.oddity), (Kind::Ssh, None));
        assert_eq!(Signed::of_commit(format!("{HEAD}\ngpgsig x\n").as_bytes()), None);
    }

    #[test]
    fn kinds_are_told_by_their_first_line() {
        for (marker, kind) in [
            ("-----BEGIN PGP SIGNATURE-----", Kind::OpenPgp),
            ("-----BEGIN SIGNED MESSAGE-----", Kind::X509),
            ("minisign", Kind::Unknown),
        ] {
            let raw = format!("{HEAD}gpgsig {marker}\n x\n\nText\n");
            let signed = Signed::of_commit(raw.as_bytes()).unwrap();
            assert_eq!(signed.kind, kind);
            assert!(matches!(signed.seal(None).soundness, Soundness::Unchecked(_)));
        }
    }

    #[test]
    fn what_is_signed_twice_or_elsewhere_is_odd() {
        let one = "gpgsig -----BEGIN SSH SIGNATURE-----\n x\n";
        for headers in [
            format!("{one}{one}"),
            format!("{one} -----BEGIN PGP SIGNATURE-----\n"),
            format!("gpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n x\n{one}"),
            "gpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n x\n".to_owned(),
        ] {
            let signed = Signed::of_commit(format!("{HEAD}{headers}\nText\n").as_bytes()).unwrap();
            assert!(signed.oddity.is_some(), "{headers}");
            assert_eq!(text(&signed.payload), format!("{HEAD}\nText\n"));
        }
        let tag =
            "object x\n\nv1\n-----BEGIN PGP SIGNATURE-----\nx\n-----BEGIN SSH SIGNATURE-----\n";
        assert!(Signed::of_tag(tag.as_bytes()).unwrap().oddity.is_some());
    }

    #[test]
    fn a_tag_is_signed_up_to_the_signature() {
        let raw = "object x\ntype commit\n\nVersion 1\n\n-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
        let signed = Signed::of_tag(raw.as_bytes()).unwrap();
        assert_eq!(text(&signed.payload), "object x\ntype commit\n\nVersion 1\n\n");
        assert!(signed.armor.starts_with(b"-----BEGIN SSH"));
        assert_eq!(Signed::of_tag(b"object x\n\nnot -----BEGIN SSH SIGNATURE-----\n"), None);
    }
}
