//! A CODEOWNERS file: whom a forge asks to review a change of each document.

use super::known;
use crate::document::{Document, is_address};
use crate::sms::Sms;
use crate::sms::roles::{Owner, RoleEntry};
use crate::source::{RepoPath, is_unprintable};
use std::collections::BTreeSet;

/// Where forges look for the file; the first, where it lies nowhere yet.
const PLACES: [&str; 4] =
    [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Writes the file from owners and from those who may approve on the day that is spoken of. A forge
/// is content with the review of any of them; without owners it asks those alone whose approval
/// would count.
pub fn text(sms: &Sms, with_owners: bool) -> String {
    let rules = of_rules(sms);
    let mut lines: Vec<(String, BTreeSet<String>)> = Vec::new();
    let mut unwritten = Vec::new();
    let documents =
        sms.documents.iter().map(|it| (it.path.as_bytes(), asked(sms, it, with_owners)));
    for (path, people) in
        rules.iter().map(|(path, it)| (path.as_bytes(), it.clone())).chain(documents)
    {
        match pattern(path) {
            Some(pattern) => lines.push((pattern, people)),
            None => unwritten.push(String::from_utf8_lossy(path).escape_debug().to_string()),
        }
    }
    let mut text = format!(
        "# Written by `clausebook export codeowners` as of {}, at commit {}.\n\
         # Write it again when roles change; it says who is asked, and proves nothing.\n\n",
        sms.as_of,
        sms.head.short()
    );
    for path in unwritten {
        text.push_str(&format!("# no pattern can name this file: {path}\n"));
    }
    let width = lines.iter().map(|(pattern, _)| pattern.chars().count()).max().unwrap_or(0);
    for (pattern, people) in lines {
        let people: Vec<String> = people.into_iter().collect();
        if people.is_empty() {
            text.push_str(&format!("# nobody is known for {pattern}\n"));
        } else {
            text.push_str(&format!("{pattern:width$}  {}\n", people.join(" ")));
        }
    }
    text
}

/// Returns the files that settle how everything is judged, and who is asked. Top management answers for them.
fn of_rules(sms: &Sms) -> Vec<(String, BTreeSet<String>)> {
    let top = sms.roles_in_force().holders(crate::config::types::TOP_MANAGEMENT, sms.as_of);
    let top = addresses(top);
    let own = [crate::config::FILE.to_owned()].into_iter();
    let lies_there = |file: &&str| sms.snapshot.files.contains_key(&RepoPath::from(*file));
    let mut places: Vec<&str> = PLACES.into_iter().filter(lies_there).collect();
    if places.is_empty() {
        places.extend(PLACES.first());
    }
    let known = Some(known::LIST).filter(lies_there);
    let files = own
        .chain(sms.config.allowed_signers.clone())
        .chain(sms.config.openpgp_keys.clone())
        .chain(sms.config.packs.clone())
        .chain(known.into_iter().chain(places).map(ToOwned::to_owned));
    files.map(|file| (file, top.clone())).collect()
}

/// Returns the addresses of those who are asked about a document.
fn asked(sms: &Sms, document: &Document, with_owners: bool) -> BTreeSet<String> {
    let mut people = match sms.is_record(document) {
        true => BTreeSet::new(),
        false => addresses(sms.rows_to_approve_by(document, sms.as_of)),
    };
    if !with_owners && !people.is_empty() {
        return people;
    }
    let owner = document.front.text("owner");
    let rows = owner.map(|owner| match sms.roles_in_force().owner(owner.value, sms.as_of) {
        Owner::Role(rows) | Owner::Person(rows) => rows,
        Owner::Machine(_) | Owner::Unknown => Vec::new(),
    });
    people.extend(addresses(rows.unwrap_or_default()));
    people
}

/// Returns the first address of each row: the one the forge is to know the person by.
fn addresses(rows: Vec<&RoleEntry>) -> BTreeSet<String> {
    let first = rows.into_iter().filter_map(|row| row.emails.first());
    first.filter(|email| can_be_written(email)).cloned().collect()
}

/// Tells whether an address stands in the file as one: what follows a `#` is a comment.
fn can_be_written(email: &str) -> bool {
    is_address(email) && !email.contains(|c| c == '#' || is_unprintable(c))
}

/// Writes the pattern that matches one file and no other; none if there is no such pattern.
fn pattern(path: &[u8]) -> Option<String> {
    let path = std::str::from_utf8(path).ok()?;
    if path.contains(is_unprintable) || path.contains(['*', '?', '[', ']', '!', '#', '\\']) {
        return None;
    }
    Some(format!("/{}", path.replace(' ', "\\ ")))
}
