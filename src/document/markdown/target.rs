//! Where a link leads, judged by its address alone.
//!
//! The list of what is followed is short and closed; everything else is refused with the reason.
//! Whether a path stays inside the repository is for the caller, who knows the folder: the path is
//! decoded, so that `%2e%2e` is seen for what it is.

use super::slug;
use crate::source::is_unprintable;
use pulldown_cmark::LinkType;
use std::fmt;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A file, relative to the folder of the document.
    Path {
        /// The path, percent-decoded and otherwise as written; a query (`?plain=1`) is left out.
        path: String,
        /// The heading after `#`.
        anchor: Option<String>,
    },
    /// A document by its id: `[[POL-CHG-001]]`, `[[POL-CHG-001@2.0]]`, `[[POL-CHG-001#scope]]`.
    Document {
        /// The id, as written.
        id: String,
        /// The version after `@`.
        version: Option<String>,
        /// The heading after `#`, as an anchor.
        anchor: Option<String>,
    },
    /// A heading of the same document.
    Anchor(String),
    /// An address of the web (`http`, `https`) or of a mailbox (`mailto`).
    Web(String),
    /// An address that is not followed.
    Refused {
        /// The address, as written.
        url: String,
        /// Why not, as the end of a sentence that begins with the address.
        why: String,
    },
}

impl Target {
    /// Reads the address of a link. The parser has decoded its entities.
    pub(super) fn of(link_type: LinkType, address: &str) -> Self {
        match link_type {
            LinkType::WikiLink { .. } => of_wiki_link(address),
            LinkType::Email => Self::Web(format!("mailto:{address}")),
            _ => of_url(address.trim())
                .unwrap_or_else(|why| Self::Refused { url: address.to_owned(), why }),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let anchor = match self {
            Self::Path { path, anchor } => {
                f.write_str(path)?;
                anchor
            }
            Self::Document { id, version, anchor } => {
                f.write_str(id)?;
                if let Some(version) = version {
                    write!(f, "@{version}")?;
                }
                anchor
            }
            Self::Anchor(anchor) => return write!(f, "#{anchor}"),
            Self::Web(url) | Self::Refused { url, .. } => return f.write_str(url),
        };
        anchor.iter().try_for_each(|anchor| write!(f, "#{anchor}"))
    }
}

fn of_wiki_link(text: &str) -> Target {
    let (name, anchor) = match text.split_once('#') {
        // `[[POL-CHG-001#Emergency changes]]` names the heading as it reads; a slug stays a slug.
        Some((name, anchor)) => (name.trim(), Some(slug(anchor)).filter(|a| !a.is_empty())),
        None => (text, None),
    };
    let (id, version) = match name.split_once('@') {
        Some((id, version)) => (id.trim(), Some(version.trim().to_owned())),
        None => (name, None),
    };
    match anchor {
        Some(anchor) if id.is_empty() && version.is_none() => Target::Anchor(anchor),
        anchor => Target::Document { id: id.to_owned(), version, anchor },
    }
}

fn of_url(url: &str) -> Result<Target, String> {
    refuse_disguises(url)?;
    match scheme(url) {
        Some(scheme) => return of_web(scheme, url),
        None if url.starts_with("//") => {
            return Err("names a host without saying https".to_owned());
        }
        None => {}
    }
    let (path, anchor) = match url.split_once('#') {
        Some((path, anchor)) => (path, Some(decoded(anchor)?)),
        None => (url, None),
    };
    let path = decoded(path.split('?').next().unwrap_or_default())?;
    match anchor {
        Some(anchor) if path.is_empty() && !url.starts_with('?') => {
            return Ok(Target::Anchor(anchor));
        }
        _ if path.is_empty() => return Err("names no file".to_owned()),
        _ => {}
    }
    if let Some(scheme) = scheme(&path) {
        return Err(unknown(scheme));
    }
    if path.starts_with('/') {
        return Err("begins with `/`; paths begin in the folder of the document".to_owned());
    }
    Ok(Target::Path { path, anchor: anchor.filter(|anchor| !anchor.is_empty()) })
}

fn of_web(scheme: &str, url: &str) -> Result<Target, String> {
    let rest = &url[scheme.len() + 1..];
    let has_host = |rest: &str| {
        rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if !has_host(rest) => Err("names no host".to_owned()),
        "http" | "https" | "mailto" => Ok(Target::Web(url.replace(' ', "%20"))),
        _ => Err(unknown(scheme)),
    }
}

fn unknown(scheme: &str) -> String {
    format!("begins with `{scheme}:`; only http, https and mailto are followed")
}

/// Refuses what browsers read differently from people.
fn refuse_disguises(text: &str) -> Result<(), String> {
    if text.chars().any(is_unprintable) {
        return Err("holds a character that cannot be seen".to_owned());
    }
    if text.contains('\\') {
        return Err("holds a backslash; paths are written with `/`".to_owned());
    }
    Ok(())
}

/// Returns what stands before the first colon, if it would be read as a scheme.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.trim_start().split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

/// Decodes `%2e` and its like, once; what is no such code stays.
fn decoded(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%').then(|| bytes.get(at + 1..at + 3).and_then(hex_pair)).flatten();
        out.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    let text = String::from_utf8(out).map_err(|_| "is not UTF-8 once decoded".to_owned())?;
    refuse_disguises(&text)?;
    Ok(text)
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    Some(digit(pair[0])? * 16 + digit(pair[1])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Target {
        Target::of(LinkType::Inline, text)
    }

    fn path(path: &str, anchor: Option<&str>) -> Target {
        Target::Path { path: path.to_owned(), anchor: anchor.map(str::to_owned) }
    }

    fn wiki(text: &str) -> (String, Option<String>, Option<String>) {
        match Target::of(LinkType::WikiLink { has_pothole: false }, text) {
            Target::Document { id, version, anchor } => (id, version, anchor),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn paths_are_decoded_once() {
        assert_eq!(url("../a/b.md#scope"), path("../a/b.md", Some("scope")));
        assert_eq!(url("%2e%2e/%2E%2e/secret.env"), path("../../secret.env", None));
        assert_eq!(url("a%23b%3Fc&d.md?plain=1"), path("a#b?c&d.md", None));
        assert_eq!(url("%252e.md"), path("%2e.md", None));
        assert_eq!(url("100%.md#"), path("100%.md", None));
        assert_eq!(url("docs/a:b.md"), path("docs/a:b.md", None));
        assert_eq!(url("#caf%C3%A9"), Target::Anchor("café".to_owned()));
    }

    #[test]
    fn the_web_is_http_https_and_mail() {
        for web in ["http://a.example", "HTTPS://a.example/b%0Ac", "mailto:a@b.example"] {
            assert_eq!(url(web), Target::Web(web.to_owned()));
        }
        assert_eq!(url("https://a.example/b c"), Target::Web("https://a.example/b%20c".to_owned()));
        let mail = Target::of(LinkType::Email, "a@b.example");
        assert_eq!(mail, Target::Web("mailto:a@b.example".to_owned()));
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "java\tscript:alert(1)",
            "javascript%3Aalert(1)",
            "%20javascript:alert(1)",
            "%6aavascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:x",
            "C:/x",
            "//evil.example/x",
            "/%2fevil.example",
            "%2f%2fevil.example",
            "/etc/passwd",
            "..\\..\\secret.env",
            "..%5csecret.env",
            "/\\evil.example",
            "https:evil.example",
            "https:///evil.example",
            "https://a\\@evil.example",
            "a%00.md",
            "a\u{202E}dm.b",
            "caf%E9.md",
            "?query",
            "",
        ];
        for address in refused {
            assert!(matches!(url(address), Target::Refused { .. }), "{address:?}");
        }
    }

    #[test]
    fn a_document_is_named_with_version_and_heading() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(wiki("POL-CHG-001"), ("POL-CHG-001".to_owned(), None, None));
        assert_eq!(wiki("POL-CHG-001@2.0").1, some("2.0"));
        assert_eq!(wiki("POL-CHG-001#Emergency changes").2, some("emergency-changes"));
        let whole = Target::of(LinkType::WikiLink { has_pothole: true }, "P-1 @ 1.10 # a-b");
        assert_eq!(whole.to_string(), "P-1@1.10#a-b");
        let here = Target::of(LinkType::WikiLink { has_pothole: true }, "#Scope");
        assert_eq!(here, Target::Anchor("scope".to_owned()));
    }
}
