//! Whose key is whose: the list of allowed signers, as the page of the roles shows it.
//!
//! A signature is worth what this list is worth, so the page says who is on it, what its file says
//! of itself, and how to see who changed it.

use super::approval::shell_word;
use super::atlas::Atlas;
use super::views::{Cell, Column, Piece, Row, Section, Table};
use crate::signature::allowed_signers::Line;
use crate::signature::{NAMESPACE, OpenPgpKeys};
use crate::source::counted;

/// Returns the section about the keys that approvals and baselines are signed with.
pub(super) fn section(atlas: &Atlas<'_>) -> Section {
    let section = of_signers(atlas, Section::titled("Keys", "Keys that may sign"));
    match &atlas.sms.trust.openpgp {
        Some(keys) => of_openpgp(atlas, section, keys),
        None => section,
    }
}

/// Adds the keys of OpenPGP, and why some count for nothing.
fn of_openpgp(atlas: &Atlas<'_>, section: Section, keys: &OpenPgpKeys) -> Section {
    if !cfg!(feature = "openpgp") {
        return section.say(format!(
            "The OpenPGP keys of {} were not read: this site was made by a build that does not check what is signed with OpenPGP.",
            keys.path
        ));
    }
    let mut section = section.table(Table {
        caption: format!("{} of OpenPGP by {}", counted(keys.lines.len(), "key"), keys.path),
        columns: Column::all(&["Certified for", "Person", "Key", "Signs", "Valid"]),
        rows: keys.lines.iter().map(|line| row(atlas, line)).collect(),
        ..Table::default()
    });
    section.text.extend(
        keys.problems
            .iter()
            .map(|problem| vec![Piece::text(format!("Of {}: {problem}.", keys.path))]),
    );
    section
}

fn of_signers(atlas: &Atlas<'_>, section: Section) -> Section {
    let Some(signers) = &atlas.sms.trust.signers else {
        return section.say("book.toml names no list of allowed signers, so no signature adds to the proof of an approval.");
    };
    if signers.lines.is_empty() {
        return section.say(format!("{} lists no key that can be read.", signers.path));
    }
    let mut section = section.table(Table {
        caption: format!("{} by {}", counted(signers.lines.len(), "line"), signers.path),
        columns: Column::all(&["Listed for", "Person", "Key", "Signs", "Valid"]),
        rows: signers.lines.iter().map(|line| row(atlas, line)).collect(),
        ..Table::default()
    });
    let introduction = signers.introduction();
    if !introduction.is_empty() {
        section
            .text
            .push(vec![Piece::text("The file says of itself: "), Piece::voice(introduction)]);
    }
    section.commands = vec![format!(
        "git log --first-parent --format='%h %cs %an <%ae> %s' --patch -- {}",
        shell_word(&signers.path)
    )];
    section.notes.push(vec![Piece::text(
        "The list is that of the branch whose rules judge; the command shows who changed it. Whether a key is in the hands of the person it is listed for, no repository can show.",
    )]);
    section
}

fn row(atlas: &Atlas<'_>, line: &Line) -> Row {
    let is_theirs = |name: &String| line.names_alone(name);
    let entries = &atlas.roles.entries;
    let person = entries.iter().find(|entry| {
        !entry.person.is_empty() && entry.emails.iter().chain(&entry.principal).any(is_theirs)
    });
    let person = match person {
        Some(entry) => Piece::voice(&entry.person),
        None => Piece::mark("M-unverifiable", "ask", "nobody of the role register by name"),
    };
    let mut revoked = atlas.sms.trust.config.revoked.iter();
    let is_revoked = revoked.any(|revoked| revoked.key == line.key.fingerprint);
    let mut valid = vec![Piece::text(line.validity())];
    if is_revoked {
        valid.extend([Piece::text(", "), Piece::mark("M-contradicted", "bad", "revoked")]);
    }
    let purposes = match (&line.namespaces, line.is_authority) {
        (_, true) => Piece::text("nothing here: a certificate authority"),
        (Some(purposes), false) => Piece::code(purposes),
        (None, false) => Piece::text(format!("anything, {NAMESPACE} included")),
    };
    Row::of(vec![
        Cell::one("wide", "", Piece::code(&line.principals)),
        Cell::one("wide", "Person", person),
        Cell::one("wide", "Key", Piece::code(&line.key.fingerprint)),
        Cell::one("wide", "Signs", purposes),
        Cell::of("wide", "Valid", valid),
    ])
}
