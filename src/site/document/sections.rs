//! What stands beside the text of a document on its page: its particulars, its revisions, what it
//! is related to, what the checks said, and what its links lead to that the site does not show.

use super::ROOT;
use crate::document::digest::ContentDigest;
use crate::document::markdown::Link;
use crate::document::{Document, Reference};
use crate::history::{Revision, What};
use crate::site::approval::{self, sentence};
use crate::site::atlas::{Atlas, file_name};
use crate::site::views::{Cell, Column, Fact, Piece, Row, Section, Table, joined, prose, shown};
use crate::site::{checks, registers};
use crate::sms::past::word_of;
use crate::sms::reference::Resolution;
use std::collections::BTreeSet;

/// Front matter that the page shows elsewhere than under the further fields.
const SHOWN: [&str; 16] = [
    "id",
    "title",
    "type",
    "version",
    "status",
    "owner",
    "clauses",
    "parent",
    "effective_from",
    "review_months",
    "classification",
    "services",
    "supersedes",
    "change_kind",
    "change_summary",
    "approval",
];

/// What is said of what a page shows, and its text alone does not say.
pub(super) struct Said {
    pub(super) state: Piece,
    pub(super) first_day: Piece,
    pub(super) next_review: Piece,
    pub(super) digest: Option<ContentDigest>,
}

pub(super) fn particulars(atlas: &Atlas<'_>, document: &Document, said: Said) -> Vec<Fact> {
    let is_record = atlas.card(document).is_record;
    let front = &document.front;
    let text = |key: &str| match front.text(key) {
        Some(found) => Piece::voice(found.value),
        None => Piece::quiet("none"),
    };
    let list = |key: &str, link: &dyn Fn(&str) -> Piece| {
        let found: Vec<Piece> = front.list(key).iter().map(|one| link(one.value)).collect();
        match found.is_empty() {
            true => vec![Piece::quiet("none")],
            false => joined(found, ", "),
        }
    };
    let mut facts = vec![Fact::one("State", said.state), Fact::one("Type", text("type"))];
    if is_record {
        facts.push(Fact::one("Kind", text("kind")));
        facts.push(Fact::one("Date", text("date")));
    } else {
        let mut version = vec![text("version")];
        if front.text("change_kind").is_some() {
            version.extend([Piece::text(", "), text("change_kind")]);
        }
        facts.push(Fact::of("Version", version));
        facts.push(Fact::one("Effective", said.first_day));
        facts.push(Fact::one("Next review", said.next_review));
    }
    let owner = front.text("owner").map(|owner| atlas.person(owner.value));
    facts.push(Fact::of("Owner", owner.unwrap_or_else(|| vec![Piece::quiet("none")])));
    facts.push(Fact::one("Class", text("classification")));
    facts.push(Fact::of("Clauses", list("clauses", &|clause| atlas.link_clause(ROOT, clause))));
    if !is_record || front.get("services").is_some() {
        facts.push(Fact::of("Services", list("services", &|id| atlas.link_word(ROOT, id))));
    }
    if front.text("change_summary").is_some() {
        facts.push(Fact::one("Change", text("change_summary")));
    }
    facts.push(Fact::one("Source", Piece::oid(document.path.to_string())));
    facts.push(Fact::one("Blob", Piece::oid(document.blob.to_string())));
    let digest = said.digest.map(|digest| Piece::oid(digest.to_string()));
    facts.push(Fact::one("Digest", digest.unwrap_or_else(|| Piece::quiet("none"))));
    facts
}

/// Shows all other front matter: the rows of registers, the fields of records.
pub(super) fn further_fields(atlas: &Atlas<'_>, document: &Document) -> Option<Section> {
    let mut section = Section::titled("Fields", "Rows and further fields");
    for entry in &document.front.entries {
        let key = entry.key.value.as_str();
        if SHOWN.contains(&key) {
            continue;
        }
        let rows: Vec<_> = document.front.rows(key).map(|row| &row.value).collect();
        if rows.is_empty() {
            let pieces = registers::value(atlas, ROOT, &entry.value.value);
            section.facts.push(Fact::of(&shown(&key.replace('_', " ")), pieces));
        } else {
            let caption = shown(&key.replace('_', " "));
            section.tables.extend(registers::rows_tables(atlas, ROOT, &caption, &rows));
        }
    }
    (!section.facts.is_empty() || !section.tables.is_empty()).then_some(section)
}

pub(super) fn revisions(atlas: &Atlas<'_>, document: &Document) -> Section {
    let mut section = Section::titled("Revisions", "Revisions");
    let Some(id) = document.id() else {
        return section
            .say("Without an id there is no history to show: documents are followed by their id.");
    };
    let all = atlas.sms.history.revisions(&id);
    if all.is_empty() {
        return section.say("No commit holds this document yet.");
    }
    if atlas.card(document).not_identified.is_some() {
        section = section.say("These are the commits of all that had the id; which of them are of this file cannot be told.");
    } else if atlas.sms.history.way_to(&id, document.blob).next().is_none() {
        section = section
            .say("The content shown on this page is not committed; the commits below hold others.");
    }
    let mut anchors = BTreeSet::new();
    let mut rows: Vec<Row> = all
        .iter()
        .map(|revision| {
            let anchor = revision
                .claims
                .version
                .as_deref()
                .map(|version| format!("Version-{}", file_name(version)));
            let id = anchor.filter(|anchor| anchors.insert(anchor.clone())).unwrap_or_default();
            Row { id, class: String::new(), cells: revision_cells(atlas, revision) }
        })
        .collect();
    rows.reverse();
    section.tables.push(Table {
        caption: "Newest first, in the order of the commit graph".to_owned(),
        columns: vec![
            Column::number("Version"),
            Column::text("What changed"),
            Column::text("Date"),
            Column::text("Commit"),
            Column::text("Author"),
            Column::text("Message"),
        ],
        rows,
        ..Table::default()
    });
    let path = approval::shell_word(&document.path);
    section.commands.push(format!("git log --follow --format=fuller --patch -- {path}"));
    section
}

fn revision_cells(atlas: &Atlas<'_>, revision: &Revision) -> Vec<Cell> {
    let commit = atlas.sms.history.commit_of(revision);
    let mut what = vec![Piece::text(word_of(revision))];
    if let Some(from) = &revision.moved_from {
        what.extend([Piece::text(", moved from "), Piece::oid(from.to_string())]);
    }
    if revision.what == What::Ended {
        let at = if revision.is_in_place { " in " } else { " from " };
        what.extend([Piece::text(at), Piece::oid(revision.path.to_string())]);
    }
    let version = match &revision.claims.version {
        Some(version) => Piece::voice(version),
        None => Piece::quiet("none"),
    };
    let author = &commit.author.person;
    let name = if author.name.is_empty() { &author.email } else { &author.name };
    let mut message = vec![Piece::voice(commit.subject())];
    if revision.what != What::Approval
        && let Some(summary) = atlas.sms.history.new_summary(revision)
    {
        message.extend([Piece::quiet(" — "), Piece::voice(summary)]);
    }
    vec![
        Cell::one("ver num", "v", version),
        Cell::of("wide", "What", what),
        Cell::one("date", "Date", Piece::date_or_none(commit.committer.date())),
        Cell::one("", "Commit", Piece::oid(commit.id.short())),
        Cell::one("", "Author", Piece::voice(name)),
        Cell::of("wide", "", message),
    ]
}

/// Shows what stands around a document, as a text of it says: that of the file, or the one in force.
pub(super) fn related(atlas: &Atlas<'_>, document: &Document, text: &Document) -> Section {
    let sms = atlas.sms;
    let mut section = Section::titled("Related", "Related");
    let none = || vec![Piece::quiet("none")];
    let links = |found: Vec<&Document>| match found.is_empty() {
        true => none(),
        false => joined(found.into_iter().map(|one| atlas.link(ROOT, one)), ", "),
    };
    let id = document.id().filter(|_| atlas.card(document).not_identified.is_none());
    let parent = match (sms.parent(text), text.front.text("parent")) {
        (Some(parent), _) => {
            let title = Piece::voice(&atlas.card(parent).title);
            vec![atlas.link(ROOT, parent), Piece::text(" "), title]
        }
        (None, Some(named)) => vec![Piece::id(named.value), Piece::text(" (not found)")],
        (None, None) => none(),
    };
    section.facts.push(Fact::of("Parent", parent));
    let children = id.as_ref().map(|id| sms.beneath(id.as_str())).unwrap_or_default();
    section.facts.push(Fact::of("Beneath it", links(children)));
    let supersedes: Vec<Piece> =
        text.front.list("supersedes").iter().map(|one| atlas.link_word(ROOT, one.value)).collect();
    if !supersedes.is_empty() {
        section.facts.push(Fact::of("Takes the place of", joined(supersedes, ", ")));
    }
    let successors = atlas.successors(ROOT, document);
    if !successors.is_empty() {
        section.facts.push(Fact::of("Replaced by", successors));
    }
    if !atlas.card(document).is_record {
        let produced: Vec<&Document> = match &id {
            Some(id) => atlas
                .produced_by
                .get(id)
                .map(|found| found.iter().map(|&i| &sms.documents[i]).collect())
                .unwrap_or_default(),
            None => Vec::new(),
        };
        section.facts.push(Fact::of("Records it produced", links(produced)));
        let declared: Vec<Piece> =
            text.front.list("records_produced").iter().map(|one| Piece::id(one.value)).collect();
        if !declared.is_empty() {
            section.facts.push(Fact::of("Records it declares", joined(declared, ", ")));
        }
    } else if let Some(by) = text.front.text("produced_by") {
        section
            .facts
            .push(Fact::one("Produced by", atlas.link_id(ROOT, &Reference::parse(by.value).id)));
    }
    let named_by = id.as_ref().and_then(|id| atlas.linked_from.get(id));
    let named_by: Vec<&Document> = named_by
        .map(|found| found.iter().map(|&i| &sms.documents[i]).collect())
        .unwrap_or_default();
    section.facts.push(Fact::of("Linked from", links(named_by)));
    section
}

pub(super) fn said_by_checks(atlas: &Atlas<'_>, document: &Document) -> Section {
    let mut section = Section::titled("Checks", "What the checks found");
    let mut findings = atlas.findings_of(document).peekable();
    if findings.peek().is_some() {
        section.tables.push(checks::findings_table(atlas, ROOT, "Not as it should be", findings));
    }
    let statements = atlas.evidence_of(document).map(|found| {
        let mark = Piece::mark("M-verified", "good", "");
        let mut line = vec![mark];
        line.extend(prose(&sentence(&found.statement)));
        line.push(Piece::text(" "));
        line.push(Piece::link(found.rule.code, format!("{ROOT}{}", checks::rule_page(found.rule))));
        if let Some(commit) = &found.commit {
            line.extend([Piece::text(" "), Piece::oid(commit.get(..10).unwrap_or(commit))]);
        }
        line
    });
    section.list = statements.collect();
    if section.tables.is_empty() && section.list.is_empty() {
        return section
            .say("The checks had nothing to say of this file, neither for it nor against it.");
    }
    section
}

/// Lists links to what the site does not show: a reader on paper sees no title on hover.
pub(super) fn leads_nowhere(atlas: &Atlas<'_>, document: &Document) -> Option<Section> {
    let mut section = Section::titled("Elsewhere", "Files and links that are not on this site");
    let is_shown = |link: &Link| link.is_image && atlas.has_picture(document, &link.target);
    for link in document.body.links.iter().filter(|link| !is_shown(link)) {
        let why = match atlas.sms.resolve(document, &link.target) {
            Resolution::File(path) => {
                let path = approval::shell_word(&path);
                vec![
                    Piece::voice(&link.text),
                    Piece::text(": a file of the repository, shown by "),
                    Piece::code(format!("git show {}:{path}", atlas.sms.head.short())),
                ]
            }
            Resolution::Missing { path, .. } => vec![
                Piece::voice(&link.text),
                Piece::text(format!(": leads to {path}, which does not exist.")),
            ],
            Resolution::NotShown { path, why } => {
                vec![Piece::voice(&link.text), Piece::text(format!(": leads to {path}, {why}."))]
            }
            Resolution::Outside => {
                vec![Piece::voice(&link.text), Piece::text(": leads out of the repository.")]
            }
            Resolution::UnknownId { id, .. } => vec![
                Piece::voice(&link.text),
                Piece::text(": no document has the id "),
                Piece::id(id),
                Piece::text(" alone."),
            ],
            Resolution::UnknownVersion { document, version } => vec![
                Piece::voice(&link.text),
                Piece::text(": "),
                atlas.link(ROOT, document),
                Piece::text(format!(" never had a version {version}.")),
            ],
            Resolution::Refused { url, why } => vec![
                Piece::voice(&link.text),
                Piece::text(": the address "),
                Piece::code(url),
                Piece::text(format!(" {why}.")),
            ],
            _ => continue,
        };
        section.list.push(why);
    }
    (!section.list.is_empty()).then_some(section)
}
