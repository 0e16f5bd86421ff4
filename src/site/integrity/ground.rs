//! Who changed what verdicts rest on: the register of roles, the rules, the keys.

use crate::document::DocId;
use crate::history::Revision;
use crate::site::atlas::Atlas;
use crate::site::card::verdict_piece;
use crate::site::views::{Cell, Column, Piece, Row, Section, Table, prose};
use crate::sms::approval::merged_by;
use crate::sms::ground::{GroundChange, row_changes};
use crate::sms::past::word_of;
use crate::sms::signatures::{Signer, Worth};
use std::collections::BTreeMap;

/// Who changed the register of roles: it says who may approve.
pub(super) fn trust_root(atlas: &Atlas<'_>) -> Section {
    let section = Section::titled("TrustRoot", "Who changed who may approve");
    let history = &atlas.sms.history;
    let mut changes: Vec<(&DocId, &Revision)> = Vec::new();
    for (id, life) in &history.lives {
        let is_register = life.iter().any(|revision| revision.claims.roles.is_some());
        changes.extend(life.iter().filter(|_| is_register).map(|revision| (id, revision)));
    }
    if changes.is_empty() {
        return section.say(
            "There is no register of roles in the history, so nothing shows who may approve.",
        );
    }
    changes.sort_by_key(|(_, revision)| std::cmp::Reverse(revision.commit));
    let rows: Vec<Row> =
        changes.iter().map(|(id, revision)| register_row(atlas, id, revision)).collect();
    section
        .say("A row counts once the version it came with is approved, by somebody whom the version before lets approve it.")
        .table(Table {
            caption: "Commits that changed the register of roles, newest first".to_owned(),
            columns: Column::all(&[
                "Register",
                "Date",
                "What changed",
                "Approval of that version",
                "By",
                "Message",
                "Commit",
            ]),
            rows,
            ..Table::default()
        })
}

fn register_row(atlas: &Atlas<'_>, id: &DocId, revision: &Revision) -> Row {
    let history = &atlas.sms.history;
    let commit = history.commit_of(revision);
    let before = revision.before.and_then(|blob| history.claims_in(blob));
    let before = before.and_then(|claims| claims.roles.as_deref()).unwrap_or_default();
    let after = revision.claims.roles.as_deref().filter(|_| revision.blob.is_some());
    let mut words = vec![word_of(revision).to_owned()];
    words.extend(row_changes(before, after.unwrap_or_default()));
    Row::of(vec![
        Cell::one("lead", "", atlas.link_id("", id)),
        Cell::one("date", "Date", Piece::date_or_none(commit.committer.date())),
        Cell::of("wide", "What", in_lines(&words)),
        Cell::of("wide", "Approval", approval_of(atlas, id, revision)),
        Cell::of("wide", "By", who(atlas, &commit.author.person.email)),
        Cell::one("wide", "", Piece::voice(commit.subject())),
        Cell::one("", "Commit", Piece::oid(commit.id.short())),
    ])
}

/// Puts each of several changes into a line of its own.
fn in_lines(changes: &[String]) -> Vec<Piece> {
    let lines = changes.iter().map(|change| prose(change));
    lines.reduce(|above, line| [above, vec![Piece::line_end()], line].concat()).unwrap_or_default()
}

/// Says what is known of the approval of the version of a register that a commit left.
fn approval_of(atlas: &Atlas<'_>, id: &DocId, revision: &Revision) -> Vec<Piece> {
    let version = revision.claims.version.as_deref().unwrap_or("none");
    let terms = atlas.terms.get(id).map(Vec::as_slice).unwrap_or_default();
    let term = terms.iter().rev().find(|term| term.tenure.is_version(version));
    let words = Piece::text(format!("version {version}: "));
    match (revision.claims.status.as_deref(), term) {
        _ if revision.blob.is_none() => vec![Piece::quiet(word_of(revision))],
        (Some("approved"), Some(term)) => vec![words, term.verdict()],
        (_, Some(term)) => vec![words, Piece::text("a draft then; later "), term.verdict()],
        (status, None) => {
            let status = status.unwrap_or("without a status");
            vec![words, Piece::quiet(format!("{status}, never published as approved"))]
        }
    }
}

/// Names the author of a commit by the role register, with the address that the commit has.
fn who(atlas: &Atlas<'_>, email: &str) -> Vec<Piece> {
    match atlas.known_name(email) {
        Some(name) => vec![Piece::voice(name), Piece::text(" "), Piece::quiet(email)],
        None => vec![
            Piece::code(email),
            Piece::text(" "),
            Piece::mark("M-unverifiable", "ask", "not in the role register"),
        ],
    }
}

/// Who changed book.toml, which sets levels and rules, and the list of keys that may sign.
pub(super) fn ground(atlas: &Atlas<'_>) -> Section {
    let section = Section::titled("Ground", "Who changed the rules and the keys");
    let sms = atlas.sms;
    let read = sms.changes_of_ground(atlas.objects, &crate::rules::names()).and_then(|changes| {
        let commits = changes.iter().flat_map(|change| [change.made_in, change.taken_over_in]);
        let signers = sms.signers_of(atlas.objects, &commits.collect())?;
        Ok((changes, signers))
    });
    let Ok((changes, signers)) = read else {
        return section.say(
            "The history of book.toml cannot be read, so nothing shows who changed the rules.",
        );
    };
    let command = Piece::link("the command that lists the same", "verify.html#Rules");
    if changes.is_empty() {
        return section.say(
            "Nobody: there is no book.toml in the history, so rules and levels are as they come, and no list of keys.",
        );
    }
    let rows: Vec<Row> = changes.iter().map(|change| ground_row(atlas, change, &signers)).collect();
    let mut section = section.table(Table {
        caption: "Commits that changed book.toml or a list of allowed signers, newest first"
            .to_owned(),
        class: "addresses",
        columns: Column::all(&[
            "File",
            "Date",
            "What changed",
            "How it came here",
            "By",
            "Message",
            "Commit",
        ]),
        rows,
        ..Table::default()
    });
    section.notes.push(vec![
        Piece::text("These files carry no approval of their own. That one person wrote a change and another merged it, both with their own keys, is the strongest that is shown here ("),
        command,
        Piece::text(")."),
    ]);
    section
}

fn ground_row(atlas: &Atlas<'_>, change: &GroundChange, signers: &BTreeMap<usize, Signer>) -> Row {
    let commit = &atlas.sms.history.commits[change.made_in];
    let what = match change.words.is_empty() {
        true => vec![Piece::quiet("nothing that a verdict rests on")],
        false => in_lines(&change.words),
    };
    let mut by = who(atlas, &commit.author.person.email);
    by.push(Piece::line_end());
    by.extend(signed(signers.get(&change.made_in)));
    Row::of(vec![
        Cell::one("lead", "", Piece::code(change.path.to_string())),
        Cell::one("date", "Date", Piece::date_or_none(commit.committer.date())),
        Cell::of("wide", "What", what),
        Cell::of("wide", "How", route(atlas, change, signers)),
        Cell::of("wide", "By", by),
        Cell::one("wide", "", Piece::voice(commit.subject())),
        Cell::one("", "Commit", Piece::oid(commit.id.short())),
    ])
}

/// Says by whom a change came to the line that is judged.
fn route(
    atlas: &Atlas<'_>,
    change: &GroundChange,
    signers: &BTreeMap<usize, Signer>,
) -> Vec<Piece> {
    let sms = atlas.sms;
    let (made, taken) =
        (&sms.history.commits[change.made_in], &sms.history.commits[change.taken_over_in]);
    let author = &made.author.person.email;
    let merger = merged_by(taken);
    let is_another = !sms.identities().are_one_person(author, merger);
    let mut pieces = match change.made_in == change.taken_over_in {
        true => vec![Piece::mark("M-unverifiable", "ask", "one person, straight to the branch")],
        false if is_another => vec![
            Piece::text("merged by another, "),
            Piece::voice(atlas.name_of(merger)),
            Piece::text(", in "),
            Piece::oid(taken.id.short()),
        ],
        false => vec![
            Piece::mark("M-unverifiable", "ask", "merged by its own author"),
            Piece::text(" in "),
            Piece::oid(taken.id.short()),
        ],
    };
    if change.made_in != change.taken_over_in {
        pieces.push(Piece::text(", "));
        pieces.extend(signed(signers.get(&change.taken_over_in)));
    }
    if sms.trust.has_branch && !sms.history.is_published(change.taken_over_in) {
        pieces.push(Piece::text("; not on the publishing branch yet"));
    }
    pieces
}

/// Says whose signature a commit carries.
fn signed(signer: Option<&Signer>) -> Vec<Piece> {
    match signer {
        None => vec![Piece::quiet("unsigned")],
        Some(Signer { worth: Worth::Counts, principal, .. }) => vec![
            Piece::text("signed by "),
            Piece::code(principal.as_deref().unwrap_or_default()),
            Piece::text(" "),
            verdict_piece("verified"),
        ],
        Some(signer) => vec![
            Piece::text(format!("signed, but {} ", signer.words())),
            verdict_piece(signer.verdict()),
        ],
    }
}
