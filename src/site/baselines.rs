//! The system as it stood on a day that matters to an auditor, and what changed since.
//!
//! Such days are control start, the stages of the certification that have come, the last internal
//! audit and the last management review; and the commits that tags of the form `sms-baseline/...`
//! name.

use super::atlas::Atlas;
use super::terms::Term;
use super::views::{Cell, Column, Piece, Row, Section, SectionsView, Table, joined, prose};
use super::{Page, SiteError, template, versions};
use crate::config::{Config, FILE};
use crate::document::{DocId, Document};
use crate::repo::object::{Commit, ObjectId};
use crate::repo::snapshot::{self, Snapshot};
use crate::sms::since::{Earlier, Entry, Revised, Since};
use crate::sms::target::OutsideTerm;
use crate::sms::tenure::Tenure;
use crate::source::{Date, RepoPath, counted};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};

const ROOT: &str = "../";

/// A day, the commit that holds what stood then, and what changed since.
pub(super) struct Baseline<'s> {
    /// The name of its pages.
    name: String,
    day: Date,
    /// Why the day matters.
    names: Vec<Piece>,
    commit: &'s Commit,
    /// The day on which the tag that names the commit was made, where that is a later one.
    tagged_on: Option<Date>,
    /// The commits by the end of that day.
    by_then: HashSet<ObjectId>,
    /// Nothing, if the content of that time cannot be read.
    since: Option<Since>,
}

/// Finds the baselines, newest first, and compares each with what is judged.
pub(super) fn all<'s>(atlas: &Atlas<'s>) -> Vec<Baseline<'s>> {
    let history = &atlas.sms.history;
    let of_days = days(atlas).into_iter().filter_map(|(day, names)| {
        let by_then = history.commits_before(day.day_after()?);
        let commit = history.first_parents().find(|commit| by_then.contains(&commit.id))?;
        let (name, tagged_on) = (day.to_string(), None);
        Some(Baseline { name, day, names, commit, tagged_on, by_then, since: None })
    });
    let mut baselines: Vec<Baseline<'s>> = of_days.chain(tagged(atlas)).collect();
    baselines.par_iter_mut().for_each(|baseline| {
        let earlier = earlier(atlas, baseline.commit, baseline.day);
        baseline.since = earlier.map(|earlier| atlas.sms.changes_since(&earlier));
    });
    baselines.sort_by(|a, b| (b.day, &b.name).cmp(&(a.day, &a.name)));
    baselines
}

/// What the name of a tag begins with that marks a baseline.
const TAG: &str = "sms-baseline/";

/// So many baselines of tags have pages, the newest of them.
const MOST_TAGS: usize = 6;

/// Returns the baselines that tags name, newest first.
fn tagged<'s>(atlas: &Atlas<'s>) -> Vec<Baseline<'s>> {
    let sms = atlas.sms;
    let mut tags: Vec<(Date, &String, &Commit)> = sms
        .tags
        .iter()
        .filter(|(name, _)| name.starts_with(TAG))
        .filter_map(|(name, tag)| {
            let commit = sms.history.commit(tag.commit)?;
            Some((commit.committer.date()?, name, commit))
        })
        .collect();
    tags.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)));
    let baseline = |(day, name, commit): (Date, &String, &'s Commit)| Baseline {
        name: super::atlas::file_name(&name.replacen('/', "-", 1)),
        day,
        names: vec![Piece::text("Tag "), Piece::oid(name)],
        by_then: ancestors(atlas, commit),
        tagged_on: tagged_on(atlas, name).filter(|made| *made > day),
        commit,
        since: None,
    };
    let mut baselines: Vec<Baseline<'s>> = tags.into_iter().take(MOST_TAGS).map(baseline).collect();
    let mut seen = HashSet::new();
    for baseline in &mut baselines {
        // Names that differ only in what an address does not keep.
        while !seen.insert(baseline.name.to_ascii_lowercase()) {
            baseline.name.push('-');
        }
    }
    baselines
}

/// Returns the day on which an annotated tag was made.
fn tagged_on(atlas: &Atlas<'_>, name: &str) -> Option<Date> {
    let baseline = atlas.sms.baselines.iter().find(|baseline| baseline.name == name)?;
    baseline.tagger.as_ref()?.date()
}

/// Returns a commit and all it rests on.
fn ancestors(atlas: &Atlas<'_>, commit: &Commit) -> HashSet<ObjectId> {
    let mut found = HashSet::new();
    let mut open = vec![commit.id];
    while let Some(id) = open.pop() {
        if found.insert(id)
            && let Some(commit) = atlas.commit(id)
        {
            open.extend(&commit.parents);
        }
    }
    found
}

/// Returns the days that matter, each with why.
fn days(atlas: &Atlas<'_>) -> BTreeMap<Date, Vec<Piece>> {
    let as_of = atlas.sms.as_of;
    let mut days: BTreeMap<Date, Vec<Piece>> = BTreeMap::new();
    for (day, name) in super::timeline::milestones(atlas) {
        let name = super::approval::sentence(&name).trim_end_matches('.').to_owned();
        days.entry(day).or_default().push(Piece::text(name));
    }
    let kinds = [
        ("internal-audit", "Last internal audit, "),
        ("management-review", "Last management review, "),
    ];
    for (kind, words) in kinds {
        if let Some((day, record)) = atlas.sms.last_held(kind) {
            let names = days.entry(day).or_default();
            names.extend([Piece::text(words), atlas.link("", record)]);
        }
    }
    days.retain(|day, _| *day <= as_of);
    days
}

fn earlier(atlas: &Atlas<'_>, commit: &Commit, day: Date) -> Option<Earlier> {
    let snapshot = Snapshot::of_tree(atlas.objects, commit.tree, &RepoPath::is_markdown).ok()?;
    let config = match snapshot.files.get(&RepoPath::from(FILE)).map(|file| file.blob) {
        None => Some(Config::default()),
        Some(blob) => {
            let bytes = snapshot::blob(atlas.objects, blob?).ok()?;
            Config::parse(&String::from_utf8_lossy(&bytes), &crate::rules::names()).ok()
        }
    };
    atlas.sms.earlier(atlas.objects, &snapshot, config, (commit.id, Some(day))).ok()
}

impl Baseline<'_> {
    pub(super) fn register_address(&self) -> String {
        format!("as-of/{}.html", self.name)
    }

    pub(super) fn changes_address(&self) -> String {
        format!("since/{}.html", self.name)
    }

    fn names_at(&self, root: &str) -> Vec<Piece> {
        let mut names = self.names.clone();
        for name in &mut names {
            name.href = name.href.take().map(|href| format!("{root}{href}"));
        }
        names
    }
}

/// Renders the list of baselines.
pub(super) fn index(atlas: &Atlas<'_>, baselines: &[Baseline<'_>]) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "changes.html",
        "What stood then, and what changed since",
        "For each day that matters: what was in force on it, and what is new, revised, withdrawn or decided otherwise since.",
    );
    let section = Section::titled("Baselines", "Days that matter");
    let rows = baselines.iter().map(|baseline| {
        let number = |count: &dyn Fn(&Since) -> usize| match &baseline.since {
            Some(since) => Piece::text(count(since).to_string()),
            None => Piece::quiet("unknown"),
        };
        Row::of(vec![
            Cell::one("lead date", "", Piece::date(baseline.day)),
            Cell::of("wide", "", baseline.names_at("")),
            Cell::one("", "", Piece::link("In force then", baseline.register_address())),
            Cell::one("", "", Piece::link("Changes since", baseline.changes_address())),
            Cell::one("num", "New", number(&|since| documents(&since.new))),
            Cell::one("num", "Revised", number(&|since| documents_revised(since))),
            Cell::one(
                "num",
                "Withdrawn",
                number(&|since| {
                    documents(&since.withdrawn)
                        + documents(&since.superseded)
                        + documents(&since.removed)
                }),
            ),
            Cell::one("num", "Records", number(&|since| since.new.len() - documents(&since.new))),
            Cell::one("", "Commit", Piece::oid(baseline.commit.id.short())),
        ])
    });
    view.sections = vec![match baselines.is_empty() {
        true => section.say(
            "None: book.toml names no control start and no day of a certification, and there is no record of an audit or a management review.",
        ),
        false => section.table(Table {
            caption: "Newest first; documents are counted without records, the last number is that of new records"
                .to_owned(),
            columns: [
                ("Day", ""),
                ("Why it matters", ""),
                ("Register", ""),
                ("Changes", ""),
                ("New", "num"),
                ("Revised", "num"),
                ("Withdrawn, superseded or removed", "num"),
                ("New records", "num"),
                ("Commit", ""),
            ]
            .map(|(name, class)| Column { class, ..Column::text(name) })
            .to_vec(),
            rows: rows.collect(),
            ..Table::default()
        }),
    }];
    let mut other = Section::titled("Other", "Any other day");
    let day = baselines.first().map_or(atlas.sms.as_of, |baseline| baseline.day);
    let example = atlas.sms.maintained().find_map(Document::id).unwrap_or_else(|| DocId::new("ID"));
    other.commands =
        vec![format!("clausebook changes {day}\nclausebook show {example} --on {day}")];
    other.notes = vec![vec![Piece::text(
        "With your own day and document. The first compares with a day, a tag or a commit; the second tells what was in force on a day. Day by day the page of each document’s history shows it.",
    )]];
    view.sections.push(other);
    view.frame.body_class = "wide";
    template::fill("sections.html", "changes.html", &view)
}

/// Counts a document once that came into force anew and has a next version as well.
fn documents_revised(since: &Since) -> usize {
    let documents = since.revised.iter().filter(|one| !one.entry.is_record);
    documents.map(|one| &one.entry.id).collect::<HashSet<_>>().len()
}

fn documents(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| !entry.is_record).count()
}

fn page_of(
    atlas: &Atlas<'_>,
    path: &str,
    heading: String,
    baseline: &Baseline<'_>,
) -> SectionsView {
    let mut frame = atlas.frame(path, "changes.html", &heading);
    frame.body_class = "wide";
    let mut lede = baseline.names_at(ROOT);
    lede.extend([
        Piece::text(match baseline.name == baseline.day.to_string() {
            true => ". The last commit of the publishing line by the end of that day, by the dates of commits: ",
            false => ". It names the commit ",
        }),
        Piece::oid(baseline.commit.id.to_string()),
        Piece::text("."),
    ]);
    if let Some(made) = baseline.tagged_on {
        lede.extend([
            Piece::text(" The tag was made on "),
            Piece::date(made),
            Piece::text(". This page speaks of the day of the commit, "),
            Piece::date(baseline.day),
            Piece::text(": what took effect after it came later."),
        ]);
    }
    SectionsView {
        frame,
        trail: vec![Piece::link("What stood then", format!("{ROOT}changes.html"))],
        heading,
        lede,
        ..SectionsView::default()
    }
}

/// Renders the register of a day.
pub(super) fn register(atlas: &Atlas<'_>, baseline: &Baseline<'_>) -> Result<Page, SiteError> {
    let path = baseline.register_address();
    let heading = format!("In force on {}", baseline.day);
    let mut view = page_of(atlas, &path, heading, baseline);
    let is_record = |term: &Term<'_>| term.tenure.claims.kind.as_deref() == Some("record");
    let of_day: Vec<(&DocId, &Term<'_>)> = atlas
        .terms
        .iter()
        .filter_map(|(id, terms)| {
            let was = |term: &&Term<'_>| term.tenure.was_in_force_on(baseline.day);
            Some((id, terms.iter().rev().find(was).filter(|term| !is_record(term))?))
        })
        .collect();
    let part = |test: &dyn Fn(&Term<'_>) -> bool| -> Vec<(&DocId, &Term<'_>)> {
        of_day.iter().copied().filter(|(_, term)| test(term)).collect()
    };
    let proved = part(&|term| term.is_proved);
    let old = part(&|term| !term.is_proved && term.is_before_start);
    let (later, claimed): (Vec<_>, Vec<_>) = part(&|term| !term.is_proved && !term.is_before_start)
        .into_iter()
        .partition(|(id, term)| atlas.sms.was_borne_out_on(id, term.tenure, baseline.day));
    let section = Section::titled("InForce", "In force");
    view.sections.push(match proved.is_empty() {
        true => section.say("Nothing is shown by the history to have been in force."),
        false => section.table(register_table(atlas, &proved, baseline.day)),
    });
    if !later.is_empty() {
        let section =
            Section::titled("Later", "In force by the content of that day, contradicted since");
        let words = format!(
            "By the content that stood on {} Git bears the approval out; what speaks against it came later.",
            baseline.day
        );
        view.sections.push(section.say(words).table(register_table(atlas, &later, baseline.day)));
    }
    let section = Section::titled("Claimed", "Claimed to be in force, not verified");
    view.sections.push(match claimed.is_empty() {
        true => section.say("None."),
        false => section.table(register_table(atlas, &claimed, baseline.day)),
    });
    if !old.is_empty() {
        view.sections.push(
            Section::titled("Old", "Approved before control start: shown, and not judged")
                .table(register_table(atlas, &old, baseline.day)),
        );
    }
    let named: HashSet<&DocId> = of_day.iter().map(|(id, _)| *id).collect();
    view.sections.push(committed(atlas, baseline, &named));
    view.sections.push(Section::titled("Note", "How this was found").say(
        "A version is in force from the day it claims to the day before its successor, its withdrawal or its removal, as the publishing branch shows them today. What was committed later under an earlier day is listed as well: compare the day of publication. Records are not listed; they are not in force.",
    ));
    template::fill("sections.html", path, &view)
}

fn link_id(atlas: &Atlas<'_>, id: &DocId) -> Piece {
    let document = atlas.sms.document(id.as_str());
    let history = document.and_then(|document| versions::address(atlas.card(document)));
    match history {
        Some(history) => Piece::id_link(id.as_str(), format!("{ROOT}{history}")),
        None => atlas.link_id(ROOT, id),
    }
}

/// Says of an agreement that a day is none of its term, behind its title; nothing where it is.
fn outside_term(tenure: &Tenure, day: Date) -> Vec<Piece> {
    let Some(outside) = OutsideTerm::of(tenure.claims.term, day) else { return Vec::new() };
    let words = format!("its term {outside}: on {day} it binds nobody");
    vec![Piece::text("; "), Piece::mark("M-overdue", "ask", words)]
}

fn register_table(atlas: &Atlas<'_>, terms: &[(&DocId, &Term<'_>)], day: Date) -> Table {
    let rows = terms.iter().map(|(id, term)| {
        let tenure = term.tenure;
        let or_none = |text: &Option<String>| match text {
            Some(text) => Piece::voice(text),
            None => Piece::quiet("none"),
        };
        let mut title = vec![or_none(&tenure.claims.title)];
        title.extend(outside_term(tenure, day));
        Row::of(vec![
            Cell::one("lead", "", link_id(atlas, id)),
            Cell::one("ver num end", "v", Piece::voice(&tenure.version)),
            Cell::of("wide", "", title),
            Cell::one("date", "From", Piece::date_or_none(tenure.from)),
            Cell::one(
                "date",
                "Until",
                tenure.until.map_or_else(|| Piece::quiet("open"), Piece::date),
            ),
            Cell::one("", "Owner", or_none(&tenure.claims.owner)),
            Cell::one("", "Approver", term.approver(atlas)),
            Cell::one("date", "Approved", Piece::date_or_none(term.approved_on())),
            Cell::one("", "", term.verdict()),
            Cell::one("", "Proof", term.proof.meter()),
            Cell::one("date", "Published", Piece::date_or_none(tenure.published_on)),
            Cell::one("", "Commit", Piece::oid(tenure.published_in.short())),
        ])
    });
    Table {
        caption: counted(terms.len(), "document"),
        columns: [
            ("Id", ""),
            ("Ver.", "num"),
            ("Title", ""),
            ("From", ""),
            ("Until", ""),
            ("Owner", ""),
            ("Approver", ""),
            ("Approved", ""),
            ("Approval is", ""),
            ("Proof", ""),
            ("Published", ""),
            ("Commit", ""),
        ]
        .map(|(name, class)| Column { class, ..Column::text(name) })
        .to_vec(),
        rows: rows.collect(),
        ..Table::default()
    }
}

/// What the publishing branch had by then and what was not in force: drafts, what was withdrawn.
fn committed(atlas: &Atlas<'_>, baseline: &Baseline<'_>, named: &HashSet<&DocId>) -> Section {
    let history = &atlas.sms.history;
    let mut rows = Vec::new();
    for id in history.lives.keys().filter(|id| !named.contains(id)) {
        let states = history.published_states(id);
        let by_then = |state: &&crate::history::PublishedState<'_>| {
            baseline.by_then.contains(&history.commits[state.at].id)
        };
        let Some((at, claims)) =
            states.iter().rev().find(by_then).and_then(|state| Some((state.at, state.shown?.1)))
        else {
            continue;
        };
        if claims.kind.as_deref() == Some("record") {
            continue;
        }
        let or_none = |text: &Option<String>| match text {
            Some(text) => Piece::voice(text),
            None => Piece::quiet("none"),
        };
        rows.push(Row::of(vec![
            Cell::one("lead", "", link_id(atlas, id)),
            Cell::one("ver num end", "v", or_none(&claims.version)),
            Cell::one("wide", "", or_none(&claims.title)),
            Cell::one("", "Claimed", or_none(&claims.status)),
            Cell::one("", "Commit", Piece::oid(history.commits[at].id.short())),
        ]));
    }
    let section = Section::titled("Committed", "Committed by then, and not in force");
    if rows.is_empty() {
        return section.say("None.");
    }
    section.table(Table {
        caption: format!("{}, with the status each gave itself", counted(rows.len(), "document")),
        columns: vec![
            Column::text("Id"),
            Column::number("Ver."),
            Column::text("Title"),
            Column::text("Status as written"),
            Column::text("Commit"),
        ],
        rows,
        ..Table::default()
    })
}

/// Renders what changed since a day.
pub(super) fn changes(atlas: &Atlas<'_>, baseline: &Baseline<'_>) -> Result<Page, SiteError> {
    let path = baseline.changes_address();
    let heading = format!("Changes since {}", baseline.day);
    let mut view = page_of(atlas, &path, heading, baseline);
    let Some(since) = &baseline.since else {
        view.sections.push(
            Section::titled("Unknown", "Not compared")
                .say("The content of that day cannot be read from this repository."),
        );
        return template::fill("sections.html", path, &view);
    };
    let own = |entries: &[Entry], is_record| -> Vec<Entry> {
        entries.iter().filter(|entry| entry.is_record == is_record).cloned().collect()
    };
    let revised = |is_record| -> Vec<&Revised> {
        since.revised.iter().filter(|one| one.entry.is_record == is_record).collect()
    };
    view.sections = vec![
        entries(atlas, "New", "New documents", &own(&since.new, false)),
        revisions(atlas, "Revised", "Revised documents", &revised(false)),
        entries(atlas, "Withdrawn", "Withdrawn", &own(&since.withdrawn, false)),
        entries(atlas, "Announced", "To be withdrawn", &own(&since.to_be_withdrawn, false)),
        entries(atlas, "Superseded", "Superseded by another document", &since.superseded),
        entries(atlas, "Removed", "Removed from the repository", &since.removed),
        moved(atlas, since),
        owners(atlas, since),
        sentences("Scope", "The scope", &since.scope),
        sentences("Roles", "Roles and authority", &since.roles),
        sentences("Rules", "The rules of the judgement", &since.rules),
        entries(atlas, "Records", "New records", &own(&since.new, true)),
        revisions(atlas, "RecordsChanged", "Changed records", &revised(true)),
    ];
    if !since.not_compared.is_empty() {
        let mut section = Section::titled("NotCompared", "Files that were not compared")
            .say("Their id is missing, or not theirs alone.");
        section.list =
            since.not_compared.iter().map(|path| vec![Piece::oid(path.to_string())]).collect();
        view.sections.push(section);
    }
    let mut command = Section::titled("Repeat", "See it in Git");
    command.commands =
        vec![format!("git diff --stat {} {}", baseline.commit.id.short(), atlas.sms.head.short())];
    view.sections.push(command);
    template::fill("sections.html", path, &view)
}

fn or_none(text: Option<&String>) -> Piece {
    text.map_or_else(|| Piece::quiet("none"), Piece::voice)
}

fn entries(atlas: &Atlas<'_>, id: &str, title: &str, entries: &[Entry]) -> Section {
    let section = Section::titled(id, title);
    if entries.is_empty() {
        return section.say("None.");
    }
    let rows = entries.iter().map(|entry| {
        Row::of(vec![
            Cell::one("lead", "", atlas.link_id(ROOT, &entry.id)),
            Cell::one("ver num end", "v", or_none(entry.version.as_ref())),
            Cell::one("wide", "", Piece::voice(&entry.title)),
            Cell::of("", "Status", status(entry)),
            Cell::of("wide", "Why", why(atlas, entry)),
        ])
    });
    section.table(Table {
        caption: format!("{}, with the status each gives itself", entries.len()),
        columns: vec![
            Column::text("Id"),
            Column::number("Ver."),
            Column::text("Title"),
            Column::text("Status as written"),
            Column::text("Why"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

/// Says why a document is as it is, why the versions came that stood before it since, and what lies where
/// it lay, if it is gone.
fn why(atlas: &Atlas<'_>, entry: &Entry) -> Vec<Piece> {
    let mut pieces = match entry.superseded_by.is_empty() {
        true => vec![or_none(entry.why.as_ref())],
        false => {
            let by = entry.superseded_by.iter().map(|id| atlas.link_id(ROOT, id));
            std::iter::once(Piece::text("superseded by ")).chain(joined(by, ", ")).collect()
        }
    };
    for (at, step) in entry.before_it.iter().enumerate() {
        let words = if at == 0 { "; before that " } else { "; " };
        let none = || Piece::quiet("no reason given");
        let why = step.why.as_ref().map_or_else(none, Piece::voice);
        let version = Piece::voice(&step.version);
        pieces.extend([Piece::text(words), version, Piece::text(": "), why]);
    }
    if let Some(what) = &entry.lies_there {
        pieces.push(Piece::text("; "));
        pieces.extend(prose(what));
    }
    pieces
}

/// Returns the status that a document gives itself, why it is not in force although it says so, and the
/// day of its withdrawal.
fn status(entry: &Entry) -> Vec<Piece> {
    let mut pieces = vec![or_none(entry.status.as_ref())];
    pieces.extend(entry.not_in_force.as_ref().map(|why| Piece::text(format!(", {why}"))));
    if let Some(day) = entry.withdrawn_on {
        let words = match entry.status.as_deref() {
            Some("withdrawn") => " as of ",
            _ => ", to be withdrawn on ",
        };
        pieces.extend([Piece::text(words), Piece::date(day)]);
    }
    pieces
}

fn revisions(atlas: &Atlas<'_>, id: &str, title: &str, revised: &[&Revised]) -> Section {
    let section = Section::titled(id, title);
    if revised.is_empty() {
        return section.say("None.");
    }
    let rows = revised.iter().map(|one| {
        let entry = &one.entry;
        let mut version = Vec::new();
        if let Some(before) = &one.version_before {
            version.extend([Piece::voice(before), Piece::text(" to ")]);
        }
        version.push(or_none(entry.version.as_ref()));
        if let Some(status) =
            entry.status.as_ref().filter(|it| *it != "approved" && !entry.is_record)
        {
            version.extend([Piece::text(", "), Piece::voice(status)]);
        }
        if let Some(why) = &entry.not_in_force {
            version.push(Piece::text(format!(", {why}")));
        }
        let mut what: Vec<Piece> = Vec::new();
        if one.text {
            what.push(Piece::text("text"));
        }
        what.extend(one.keys.iter().map(Piece::code));
        Row::of(vec![
            Cell::one("lead", "", link_id(atlas, &entry.id)),
            Cell::of("ver end", "v", version),
            Cell::one("wide", "", Piece::voice(&entry.title)),
            Cell::of("wide", "What", joined(what, ", ")),
            Cell::of("wide", "Why", why(atlas, entry)),
        ])
    });
    section.table(Table {
        caption: match id {
            "Revised" => format!(
                "{}; the id leads to the redlines; what is not in force stands beneath what is",
                revised.len()
            ),
            _ => revised.len().to_string(),
        },
        columns: Column::all(&["Id", "Version", "Title", "What changed", "Why"]),
        rows: rows.collect(),
        ..Table::default()
    })
}

fn moved(atlas: &Atlas<'_>, since: &Since) -> Section {
    let mut section = Section::titled("Moved", "Moved to another place");
    if since.moved.is_empty() {
        return section.say("None.");
    }
    section.list = since
        .moved
        .iter()
        .map(|one| {
            vec![
                atlas.link_id(ROOT, &one.id),
                Piece::text(" from "),
                Piece::oid(one.from.to_string()),
                Piece::text(" to "),
                Piece::oid(one.to.to_string()),
            ]
        })
        .collect();
    section
}

fn owners(atlas: &Atlas<'_>, since: &Since) -> Section {
    let mut section = Section::titled("Owners", "Other owners");
    if since.owners.is_empty() {
        return section.say("None.");
    }
    section.list = since
        .owners
        .iter()
        .map(|one| {
            vec![
                atlas.link_id(ROOT, &one.id),
                Piece::text(" from "),
                or_none(one.from.as_ref()),
                Piece::text(" to "),
                or_none(one.to.as_ref()),
                Piece::text(one.as_told.as_ref().map(|it| format!(", {it}")).unwrap_or_default()),
            ]
        })
        .collect();
    section
}

fn sentences(id: &str, title: &str, found: &[String]) -> Section {
    let mut section = Section::titled(id, title);
    if found.is_empty() {
        return section.say("Nothing changed.");
    }
    section.list = found.iter().map(|one| prose(one)).collect();
    section
}
