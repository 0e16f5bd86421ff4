//! What this repository can prove, and what it cannot.

use super::atlas::{Atlas, addresses};
use super::card::{Proof, Standing, level_name, verdict_piece};
use super::views::{Cell, Column, Fact, Piece, Row, Section, SectionsView, Table, prose};
use super::{Page, SiteError, template};
use crate::document::{DocId, Document};
use crate::history::Revision;
use crate::sms::approval::{Grade, LEVELS, merged_by};
use crate::sms::ground::{GroundChange, row_changes};
use crate::sms::past::word_of;
use crate::sms::signatures::{Signer, Worth};
use crate::source::{counted, listed};
use std::collections::{BTreeMap, BTreeSet};

/// What Git cannot show, why, and what to ask for instead.
const LIMITS: [[&str; 3]; 6] = [
    [
        "That the person at the keyboard was the person named",
        "A name and an address are typed. A signature shows whose key it was, not whose hand",
        "Key issue and custody, sign-in records of the forge",
    ],
    [
        "When a commit was really made",
        "Both dates are set by the committer’s clock",
        "The forge’s audit log, a trusted time stamp",
    ],
    [
        "That a customer or supplier countersigned",
        "Their signature is on paper or in another system",
        "The signed original",
    ],
    [
        "That a record tells what happened",
        "A record shows what was written, not what was done",
        "Interviews, sampling at the source system",
    ],
    [
        "That people read and follow a document",
        "Git keeps the text, not its use",
        "Interviews, observation of work",
    ],
    [
        "That no other history exists",
        "A branch can be rewritten before it is shown",
        "A clone or pack you kept from an earlier visit",
    ],
];

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut sections = vec![
        proved(atlas),
        limits(),
        judged(atlas),
        trust_root(atlas),
        ground(atlas),
        levels(atlas),
        unproved(atlas),
        unproved_versions(atlas),
    ];
    sections.extend(super::register::uncontrolled(atlas));
    let rows = atlas.not_identified();
    if !rows.is_empty() {
        sections.push(Section::titled("NotIdentified", "Files that cannot be identified").table(
            Table {
                caption: counted(rows.len(), "file"),
                columns: Column::all(&["Path", "Title", "Why"]),
                rows,
                ..Table::default()
            },
        ));
    }
    sections.push(repeat(atlas));
    let view = SectionsView {
        frame: atlas.frame("integrity.html", "integrity.html", "Integrity"),
        heading: "What this record proves, and what it cannot".to_owned(),
        lede: vec![Piece::text(
            "Git keeps bytes and their order very well, and names and times only as well as people guard them. This page states what was looked at, what follows, and where you need other evidence.",
        )],
        sections,
        ..SectionsView::default()
    };
    template::fill("sections.html", "integrity.html", &view)
}

fn proved(atlas: &Atlas<'_>) -> Section {
    let sms = atlas.sms;
    let commits = &sms.history.commits;
    let row = |what: &str, found: Vec<Piece>, verdict: &str, look: Piece| {
        Row::of(vec![
            Cell::one("wide lead", "", Piece::text(what)),
            Cell::of("wide", "", found),
            Cell::one("", "", verdict_piece(verdict)),
            Cell::one("end", "", look),
        ])
    };
    let tip = Piece::oid(sms.head.short());
    let say = |text: String| vec![Piece::text(text)];
    let whole = format!(
        "{} {} reachable from the judged one, back to the first",
        counted(commits.len(), "commit"),
        if commits.len() == 1 { "is" } else { "are" }
    );
    let mut rows = vec![row("The history is whole", say(whole), "verified", tip.clone())];
    let (bent, verdict) = match sms.trust.bent.is_empty() {
        true => (
            "No grafts and no replace references: Git shows the history this site shows".to_owned(),
            "verified",
        ),
        false => (
            format!(
                "Git shows another history than the one judged here: {}",
                listed(&sms.trust.bent, "and")
            ),
            "contradicted",
        ),
    };
    rows.push(row("Nothing bends the history", say(bent), verdict, tip));
    let older = commits_older_than_a_parent(atlas);
    let order = match older.first() {
        None => {
            "Order is taken from the commit graph; no commit is dated before its parents".to_owned()
        }
        Some(_) => format!(
            "Order is taken from the commit graph; {} dated before a parent, so dates there are not to be relied on",
            counted(older.len(), "commit")
        ),
    };
    let look = older.first().map_or_else(|| Piece::quiet("none"), Piece::oid);
    rows.push(row("The order of versions", say(order), "verified", look));
    let merges: Vec<_> = commits.iter().filter(|commit| commit.parents.len() > 1).collect();
    let shown = |document| match super::versions::in_force_instead(atlas, document) {
        Some(term) => term.grade,
        None => sms.grade(document),
    };
    let approvals = || sms.maintained().filter_map(shown);
    let by_second = approvals().filter(|it| it.has_second_person && it.holds_at(3)).count();
    let merged = format!(
        "{}; {by_second} of {} came by one of a second person, which level 3 needs",
        counted(merges.len(), "merge"),
        counted(approvals().count(), "approval")
    );
    let look =
        merges.last().map_or_else(|| Piece::quiet("none"), |merge| Piece::oid(merge.id.short()));
    rows.push(row(
        "Second persons took part",
        say(merged),
        if by_second == 0 { "not shown" } else { "verified" },
        look,
    ));
    let (words, verdict, look) = signatures(atlas);
    let mut found = prose(&words);
    found.extend([Piece::text(". "), Piece::link("Keys", "roles.html#Keys")]);
    rows.push(row("Signatures", found, verdict, look));
    let unknown: BTreeSet<String> = commits
        .iter()
        .map(|commit| commit.author.person.email.to_lowercase())
        .filter(|email| atlas.known_name(email).is_none())
        .collect();
    let identities = match unknown.is_empty() {
        true => "Every address that wrote a commit is in the role register".to_owned(),
        false => {
            format!("{} that wrote commits: not in the role register", addresses(unknown.len()))
        }
    };
    let mut found = say(identities);
    if sms.has_mailmap() {
        found.push(Piece::text(". The repository has a .mailmap; it decides no identity"));
    }
    found.extend([Piece::text(". "), Piece::link("Addresses", "roles.html#Identities")]);
    rows.push(row(
        "Identities",
        found,
        if unknown.is_empty() { "verified" } else { "unverifiable" },
        Piece::quiet("see there"),
    ));
    let malformed: Vec<_> = commits.iter().filter(|commit| !commit.problems.is_empty()).collect();
    let text = match malformed.is_empty() {
        true => "Every commit reads as Git writes them".to_owned(),
        false => format!(
            "{} malformed: {}",
            counted(malformed.len(), "commit"),
            malformed[0].problems.join(", ")
        ),
    };
    let look = malformed
        .first()
        .map_or_else(|| Piece::quiet("none"), |commit| Piece::oid(commit.id.short()));
    rows.push(row(
        "Commits are well formed",
        say(text),
        if malformed.is_empty() { "verified" } else { "contradicted" },
        look,
    ));
    rows.push(row(
        "When things were done",
        say("Dates in commits are claims of the committer; no time stamp is attached".to_owned()),
        "unverifiable",
        Piece::quiet("none"),
    ));
    Section::titled("Proved", "What the repository shows").table(Table {
        caption: "Statements about the history as a whole".to_owned(),
        columns: Column::all(&["Statement", "What was found", "Verdict", "Look at"]),
        rows,
        ..Table::default()
    })
}

/// Says how many approvals are signed by their approvers, and shows one of them.
fn signatures(atlas: &Atlas<'_>) -> (String, &'static str, Piece) {
    let sms = atlas.sms;
    let grades: Vec<&Grade> = sms.maintained().filter_map(|document| sms.grade(document)).collect();
    let signed = || grades.iter().filter(|grade| grade.signer.is_some());
    let counts = |grade: &&&Grade| grade.signer.as_ref().is_some_and(Signer::counts);
    let of_ssh = sms.trust.signers.as_ref().map(|signers| &signers.path);
    let of_openpgp = sms.trust.openpgp.as_ref().map(|keys| &keys.path);
    let lists = of_ssh.into_iter().chain(of_openpgp).map(|path| format!("`{path}`"));
    let proved = signed().filter(counts).count();
    let mut words = format!(
        "{proved} of {} are signed by the approver{}",
        counted(grades.len(), "approval"),
        match listed(lists.clone(), "and") {
            files if files.is_empty() => "; no file lists whose key is whose".to_owned(),
            files => {
                let verb = if lists.count() == 1 { "lists" } else { "list" };
                format!(", with keys that {files} {verb} for them")
            }
        }
    );
    match signed().count() - proved {
        0 => {}
        1 => words += "; 1 other signature does not count",
        others => words += &format!("; {others} other signatures do not count"),
    }
    let verdict = match (proved, signed().count()) {
        (0, 0) => "not shown",
        (0, _) => "unverifiable",
        _ => "verified",
    };
    let shown = signed().find(counts).and_then(|grade| grade.acted_in());
    (words, verdict, shown.map_or_else(|| Piece::quiet("none"), |id| Piece::oid(id.short())))
}

fn commits_older_than_a_parent(atlas: &Atlas<'_>) -> Vec<String> {
    let is_older = |commit: &&crate::repo::object::Commit| {
        commit.parents.iter().filter_map(|id| atlas.commit(*id)).any(|parent| {
            matches!((commit.committer.seconds, parent.committer.seconds), (Some(own), Some(before)) if own < before)
        })
    };
    atlas.sms.history.commits.iter().filter(is_older).map(|commit| commit.id.short()).collect()
}

fn limits() -> Section {
    let rows = LIMITS.iter().map(|[what, why, instead]| {
        Row::of(vec![
            Cell::one("wide lead", "", Piece::text(what)),
            Cell::one("wide", "", Piece::text(why)),
            Cell::one("wide", "Ask for", Piece::text(instead)),
        ])
    });
    Section::titled("Limits", "Not provable from here").table(Table {
        caption: "What needs other evidence".to_owned(),
        columns: Column::all(&["Git cannot show", "Because", "Ask for instead"]),
        rows: rows.collect(),
        ..Table::default()
    })
}

fn judged(atlas: &Atlas<'_>) -> Section {
    let sms = atlas.sms;
    let mut section = Section::titled("Judged", "What was judged, and by which rules");
    let branch = match sms.trust.has_branch {
        true => vec![Piece::oid(&sms.config.branch)],
        false => vec![Piece::mark(
            "M-unverifiable",
            "ask",
            "there is no publishing branch to hold approvals against",
        )],
    };
    let trust = match &sms.trust.policy_ref {
        Some(name) => vec![Piece::text("rules and levels are read at "), Piece::oid(name)],
        None => {
            vec![Piece::mark("M-unverifiable", "ask", "the judged tree is judged by its own rules")]
        }
    };
    let changes: Vec<String> = sms.changes_of_trust().into_iter().map(|(_, words)| words).collect();
    let changes = match changes.is_empty() {
        true => Piece::text("none"),
        false => Piece::mark("M-unverifiable", "ask", changes.join("; ")),
    };
    let off: Vec<&str> = atlas.outcome.off.iter().map(|rule| rule.name).collect();
    let off = if off.is_empty() { "none".to_owned() } else { off.join(", ") };
    let uncommitted = atlas.sms.documents.iter().filter(|one| is_uncommitted(atlas, one)).count();
    section.facts = vec![
        Fact::of("Tree", vec![Piece::text("commit "), Piece::oid(sms.head.to_string())]),
        Fact::one("As of", Piece::date(sms.as_of)),
        Fact::one("Control start", Piece::date_or_none(sms.trust.config.verify_from)),
        Fact::of("Publishing branch", branch),
        Fact::of("Trust root", trust),
        Fact::one("Changes of its own rules", changes),
        Fact::one("Rules off", Piece::text(off)),
        Fact::one(
            "Not committed",
            match uncommitted {
                0 => Piece::text("every document shown is held by a commit"),
                number => Piece::mark(
                    "M-unverifiable",
                    "ask",
                    format!(
                        "{} shown with content that no commit holds",
                        counted(number, "document")
                    ),
                ),
            },
        ),
        Fact::one("Source folder", Piece::oid(sms.config.src.to_string())),
    ];
    section
}

fn is_uncommitted(atlas: &Atlas<'_>, document: &Document) -> bool {
    // What an id that is not its alone was, is no history of the file.
    let id = document.id().filter(|_| atlas.card(document).not_identified.is_none());
    id.is_some_and(|id| atlas.sms.history.way_to(&id, document.blob).next().is_none())
}

fn levels(atlas: &Atlas<'_>) -> Section {
    let proofs: Vec<&Proof> = atlas.sms.maintained().map(|one| atlas.proof(one)).collect();
    let rows = (0_u8..).zip(LEVELS).map(|(level, name)| {
        let is_it = |proof: &&&Proof| proof.level == Some(level) && proof.counts;
        let number = proofs.iter().filter(is_it).count();
        Row::of(vec![
            Cell::one("lead", "", Piece::meter(level, format!("{level} {name}"))),
            Cell::one("num", "Documents", Piece::text(number.to_string())),
        ])
    });
    let void = proofs.iter().filter(|proof| proof.level.is_some() && !proof.counts).count();
    let without = proofs.iter().filter(|proof| proof.level.is_none()).count();
    let mut rows: Vec<Row> = rows.collect();
    rows.push(Row::of(vec![
        Cell::one("lead", "", Piece::quiet("contradicted or not identified: does not count")),
        Cell::one("num", "Documents", Piece::text(void.to_string())),
    ]));
    rows.push(Row::of(vec![
        Cell::one("lead", "", Piece::quiet("no approval is claimed")),
        Cell::one("num", "Documents", Piece::text(without.to_string())),
    ]));
    Section::titled("Levels", "How strong the proofs are").table(Table {
        caption:
            "Documents by the level of their approval; level 6 needs an attestation, which clausebook does not read yet"
                .to_owned(),
        class: "narrow",
        columns: vec![Column::text("Level"), Column::number("Documents")],
        rows,
        ..Table::default()
    })
}

/// Every claim of approval that is not verified, with the reason.
fn unproved(atlas: &Atlas<'_>) -> Section {
    let sms = atlas.sms;
    let mut rows: Vec<Row> = Vec::new();
    for (document, card) in sms.documents.iter().zip(&atlas.cards) {
        rows.extend(unproved_in_force(atlas, document));
        let claims = matches!(card.proof.verdict, "contradicted" | "unverifiable")
            || card.standing == Standing::ClaimsApproval;
        if card.is_record || !claims {
            continue;
        }
        let why = match sms.grade(document) {
            _ if card.not_identified.is_some() => card.not_identified.clone().unwrap_or_default(),
            Some(grade) if grade.contradictions.is_empty() => how_far(grade),
            _ => super::approval::sentence(&sms.why_not_approved(document)),
        };
        rows.push(Row::of(vec![
            Cell::one("lead", "", atlas.link("", document)),
            Cell::one("wide", "", Piece::voice(&card.title)),
            Cell::one("wide", "", card.standing.piece()),
            Cell::one("", "", card.proof.piece()),
            Cell::of("wide", "", prose(&why)),
        ]));
    }
    let section = Section::titled("Unproved", "Claims of approval that are not verified");
    if rows.is_empty() {
        let claims = atlas.sms.maintained().filter(|it| atlas.proof(it).level.is_some()).count();
        return section.say(match claims {
            0 => "None: no document claims to be approved.",
            _ => "None: every claim of approval is verified.",
        });
    }
    section.table(Table {
        caption: counted(rows.len(), "claim"),
        columns: Column::all(&["Id", "Title", "State", "Approval is", "Why"]),
        rows,
        ..Table::default()
    })
}

/// Returns the row of a version in force whose approval is not verified, and need not be, where the
/// file has the next one already.
fn unproved_in_force(atlas: &Atlas<'_>, document: &Document) -> Option<Row> {
    let term = super::versions::in_force_instead(atlas, document)?;
    let grade = term.grade.filter(|_| term.proof.verdict == "unverifiable")?;
    Some(Row::of(vec![
        Cell::one("lead", "", atlas.link("", document)),
        Cell::one("wide", "", Piece::voice(atlas.shown_of(document).title())),
        Cell::of("wide", "", atlas.state("", document)),
        Cell::one("", "", term.proof.piece()),
        Cell::of("wide", "", prose(&how_far(grade))),
    ]))
}

/// Says how far an approval is shown that nothing contradicts, and what is missing.
fn how_far(grade: &Grade) -> String {
    let (level, name) = (grade.level_text(), level_name(grade.level));
    format!("Level {level}, {name}: {}.", grade.missing)
}

/// Former versions whose approval is not verified, each with the reason.
fn unproved_versions(atlas: &Atlas<'_>) -> Section {
    let mut rows: Vec<Row> = Vec::new();
    for (id, terms) in &atlas.terms {
        let current = atlas.sms.document(id.as_str()).map(|document| document.blob);
        for term in terms.iter().filter(|term| !term.is_proved) {
            if Some(term.tenure.blob) == current || term.is_before_start {
                continue;
            }
            let why = match term.grade {
                None => "Its front matter names no approval of this version.".to_owned(),
                Some(grade) => match grade.contradictions.first() {
                    Some(found) => super::approval::sentence(&found.words()),
                    None => how_far(grade),
                },
            };
            rows.push(Row::of(vec![
                Cell::one("lead", "", atlas.link_id("", id)),
                Cell::one("ver num end", "v", Piece::voice(&term.tenure.version)),
                Cell::one("date", "From", Piece::date_or_none(term.tenure.from)),
                Cell::one("", "", term.verdict()),
                Cell::of("wide", "", prose(&why)),
            ]));
        }
    }
    let section = Section::titled("Former", "Former versions whose approval is not verified");
    if rows.is_empty() {
        return section.say(
            "None, as far as control start: every version that was published as approved has its proof.",
        );
    }
    section.table(Table {
        caption: counted(rows.len(), "version"),
        columns: vec![
            Column::text("Id"),
            Column::number("Ver."),
            Column::text("Claims to be in force from"),
            Column::text("Approval is"),
            Column::text("Why"),
        ],
        rows,
        ..Table::default()
    })
}

/// Who changed the register of roles: it says who may approve.
fn trust_root(atlas: &Atlas<'_>) -> Section {
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
        _ if revision.blob.is_none() => vec![Piece::quiet("removed")],
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
fn ground(atlas: &Atlas<'_>) -> Section {
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

fn repeat(atlas: &Atlas<'_>) -> Section {
    let head = atlas.sms.head;
    let mut section = Section::titled("Repeat", "Repeat this build");
    section.commands = vec![format!(
        "git clone REPOSITORY sms\ngit -C sms checkout {head}\nclausebook build sms --as-of {} --out site",
        atlas.sms.as_of
    )];
    section.notes.push(vec![Piece::text(
        "The same commit and date give the same bytes on any machine. If they do not, one of the two copies was altered.",
    )]);
    section.notes.push(vec![
        Piece::link("Check any of this yourself", "verify.html"),
        Piece::text(", with plain Git commands."),
    ]);
    section
}
