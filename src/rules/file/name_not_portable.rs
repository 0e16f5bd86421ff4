use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::{RepoPath, is_unprintable};
use std::collections::{BTreeMap, BTreeSet};

rule!(UF006, "name-not-portable", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut judged: BTreeSet<RepoPath> = BTreeSet::new();
    let mut by_case: BTreeMap<Vec<u8>, RepoPath> = BTreeMap::new();
    let mut names = 0;
    for (path, _) in sms.source_markdown() {
        names += 1;
        // A folder is reported once, at the first file in it.
        let own = ancestors(path).take_while(|part| part.is_inside(&sms.config.src));
        for part in own.filter(|part| *part != sms.config.src) {
            if !judged.insert(part.clone()) {
                break;
            }
            if let Some((what, help)) = trouble(part.file_name()) {
                let name = RepoPath::from_bytes(part.file_name());
                out.finding(Place::file(path), format!("the name `{name}` {what}")).help(help);
            }
            let other = by_case.insert(lower(&part), part.clone());
            // What lies in two such folders is told with them.
            let Some(other) = other.filter(|other| other.parent() == part.parent()) else {
                continue;
            };
            let (message, help) = match part == *path {
                true => (
                    format!(
                        "the path differs from `{other}` only in small and capital letters, so some systems keep only one of the two"
                    ),
                    "rename one of the two files",
                ),
                false => (
                    format!(
                        "the folder `{part}` differs from `{other}` only in small and capital letters, so some systems make one of the two"
                    ),
                    "rename one of the two folders, or put the files of both into one",
                ),
            };
            out.finding(Place::file(path), message).help(help);
        }
    }
    if out.findings.is_empty() && names > 0 {
        let names =
            if names == 1 { "the one name".to_owned() } else { format!("all {names} names") };
        let statement = format!("{names} of Markdown files can be kept on any system");
        out.evidence(sms.source_folder(), statement);
    }
}

/// Returns a path and the folders it is in, from the inside out.
fn ancestors(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    std::iter::successors(Some(path.clone()), |part| Some(part.parent()))
        .take_while(|part| !part.as_bytes().is_empty())
}

fn lower(path: &RepoPath) -> Vec<u8> {
    match path.as_str() {
        Some(text) => text.to_lowercase().into_bytes(),
        None => path.as_bytes().to_ascii_lowercase(),
    }
}

/// The names of devices, which Windows gives to no file.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Says what is the matter with a name on some system, and what to do.
fn trouble(name: &[u8]) -> Option<(String, &'static str)> {
    let Ok(text) = std::str::from_utf8(name) else {
        let what = "is not UTF-8, so it is shown and kept differently on every system";
        return Some((
            what.to_owned(),
            "rename the file; plain letters, digits and hyphens work everywhere",
        ));
    };
    if let Some(c) = text.chars().find(|c| is_unprintable(*c)) {
        let what = format!("holds U+{:04X}, a character that nobody sees", u32::from(c));
        return Some((what, "rename the file without the character"));
    }
    if let Some(c) =
        text.chars().find(|c| matches!(c, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*'))
    {
        return Some((
            format!("holds `{c}`, which Windows refuses"),
            "rename the file without the character",
        ));
    }
    if let Some(c) = text.chars().find(|c| matches!(c, '\u{300}'..='\u{36F}')) {
        let what = format!(
            "holds an accent as a character of its own (U+{:04X}), which some systems put together with its letter",
            u32::from(c)
        );
        return Some((
            what,
            "rename the file, with the accented letter as one character or without",
        ));
    }
    if text.ends_with(['.', ' ']) {
        let what = "ends with a full stop or a blank, which Windows drops".to_owned();
        return Some((what, "take it out of the name"));
    }
    is_device(text).then(|| ("is that of a device on Windows".to_owned(), "rename the file"))
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().find_map(|port| stem.strip_prefix(port));
    // Windows takes the small digits of Latin-1 for digits.
    let is_digit = |c: char| matches!(c, '1'..='9' | '¹' | '²' | '³');
    let is_port = numbered.is_some_and(|rest| {
        let mut rest = rest.chars();
        rest.next().is_some_and(is_digit) && rest.next().is_none()
    });
    is_port || DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_system_refuses_are_known() {
        let bad = ["a?b.md", "new\nline.md", "a\u{202E}b.md", "con.md", "LPT1.md", "folder.", "x "];
        let devices = ["com¹.md", "LPT³.md", "CONIN$.md", "conout$", "Aux.tar.md"];
        assert!(devices.iter().all(|name| is_device(name)));
        assert!(bad.iter().all(|name| trouble(name.as_bytes()).is_some()));
        assert!(trouble(b"caf\xE9.md").is_some());
        let good = [
            "café.md",
            "-rf.md",
            ".hidden.md",
            "a#b&c.md",
            "console.md",
            "com10.md",
            "com⁴.md",
            "conin.md",
        ];
        assert_eq!(good.iter().find(|name| trouble(name.as_bytes()).is_some()), None);
    }
}
