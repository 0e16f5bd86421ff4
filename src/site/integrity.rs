//! What this repository can prove, and what it cannot.

mod ground;

use super::atlas::{Atlas, addresses};
use super::card::{Card, Proof, Standing, level_name, verdict_piece};
use super::terms::Term;
use super::versions::claimed_beside;
use super::views::{Cell, Column, Fact, Piece, Row, Section, SectionsView, Table, prose};
use super::{Page, SiteError, template};
use crate::document::Document;
use crate::repo::object::ObjectId;
use crate::sms::approval::{Grade, LEVELS};
use crate::sms::signatures::Signer;
use crate::source::{counted, listed};
use std::collections::BTreeSet;

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
        ground::trust_root(atlas),
        ground::ground(atlas),
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
    let approvals = approvals(atlas);
    let by_second = approvals.iter().filter(|it| it.has_second_person && it.holds_at(3)).count();
    let merged = format!(
        "{}; {by_second} of {} came by one of a second person, which level 3 needs",
        counted(merges.len(), "merge"),
        counted(approvals.len(), "approval")
    );
    let look =
        merges.last().map_or_else(|| Piece::quiet("none"), |merge| Piece::oid(merge.id.short()));
    rows.push(row(
        "Second persons took part",
        say(merged),
        if by_second == 0 { "not shown" } else { "verified" },
        look,
    ));
    let (words, verdict, look) = signatures(atlas, &approvals);
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

/// Returns the approval of each document that claims one: that of the version in force, also where the
/// file has the next one already.
fn approvals<'a>(atlas: &'a Atlas<'_>) -> Vec<&'a Grade> {
    let approval = |document| match atlas.counted_by(document) {
        Some(term) => term.grade,
        None => atlas.sms.grade(document),
    };
    atlas.sms.maintained().filter_map(approval).collect()
}

/// Says how many approvals are signed by their approvers, and shows one of them.
fn signatures(atlas: &Atlas<'_>, grades: &[&Grade]) -> (String, &'static str, Piece) {
    let sms = atlas.sms;
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
    let proof = |document| match atlas.counted_by(document) {
        Some(term) => &term.proof,
        None => atlas.proof(document),
    };
    let proofs: Vec<&Proof> = atlas.sms.maintained().map(proof).collect();
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
        caption: format!(
            "{}, files that cannot be identified among them, by the level of their approval; level 6 needs an attestation, which clausebook does not read yet",
            counted(proofs.len(), "document")
        ),
        class: "narrow",
        columns: vec![Column::text("Level"), Column::number("Documents")],
        rows,
        ..Table::default()
    })
}

/// Tells whether what the file of a document claims is not verified.
fn is_unproved(card: &Card) -> bool {
    let claims = matches!(card.proof.verdict, "contradicted" | "unverifiable")
        || card.standing == Standing::ClaimsApproval;
    claims && !card.is_record
}

/// Returns how many claims of approval are not verified, and how many of them lack what they need to
/// count.
pub(super) fn unproved_claims(atlas: &Atlas<'_>) -> (usize, usize) {
    let beside = atlas.sms.documents.iter().filter_map(|it| unproved_in_force(atlas, it)).count();
    let before = atlas.sms.documents.iter().filter_map(|it| claimed_beside(atlas, it)).count();
    let unproved: Vec<&Card> = atlas.cards.iter().filter(|card| is_unproved(card)).collect();
    let lacks =
        |card: &&&Card| matches!(card.standing, Standing::ClaimsApproval | Standing::NotIdentified);
    let lacking = unproved.iter().filter(lacks).count();
    (unproved.len() + beside + before, lacking + before)
}

/// Every claim of approval that is not verified, with the reason.
fn unproved(atlas: &Atlas<'_>) -> Section {
    let sms = atlas.sms;
    let mut rows: Vec<Row> = Vec::new();
    for (document, card) in sms.documents.iter().zip(&atlas.cards) {
        rows.extend(unproved_in_force(atlas, document));
        rows.extend(claimed_beside(atlas, document).map(|term| row_beside(atlas, document, term)));
        if !is_unproved(card) {
            continue;
        }
        let why = match sms.grade(document) {
            _ if card.not_identified.is_some() => {
                let why = card.not_identified.clone().unwrap_or_default();
                match document.status() {
                    None => format!("{why} Whether it claims an approval cannot be told."),
                    Some(_) => why,
                }
            }
            Some(grade) if grade.contradictions.is_empty() => how_far(grade, sms.minimum(document)),
            _ => super::approval::sentence(&sms.why_not_approved(document)),
        };
        rows.push(Row::of(vec![
            Cell::one("lead", "", atlas.link("", document)),
            Cell::one("wide", "", Piece::voice(document.title())),
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
        Cell::of("wide", "", prose(&how_far(grade, term.minimum))),
    ]))
}

/// Returns the row of a version that claims to be in force while the file has the next one.
fn row_beside(atlas: &Atlas<'_>, document: &Document, term: &Term<'_>) -> Row {
    let title = term.tenure.claims.title.as_deref().unwrap_or("no title");
    let words = format!("version {}, which stands beside the next one: ", term.tenure.version);
    Row::of(vec![
        Cell::one("lead", "", atlas.link("", document)),
        Cell::one("wide", "", Piece::voice(title)),
        Cell::of("wide", "", vec![Piece::text(words), Standing::ClaimsApproval.piece()]),
        Cell::one("", "", term.verdict_of_now()),
        Cell::of("wide", "", prose(&why_unproved(atlas, term))),
    ])
}

/// Says why the approval of a version is not verified.
fn why_unproved(atlas: &Atlas<'_>, term: &Term<'_>) -> String {
    match term.grade {
        _ if atlas.sms.bears_out(term.tenure) => {
            "Its files cannot be identified now, so nothing of them counts.".to_owned()
        }
        None => "Its front matter names no approval of this version.".to_owned(),
        Some(grade) => match grade.contradictions.first() {
            Some(found) => super::approval::sentence(&found.words()),
            None => how_far(grade, term.minimum),
        },
    }
}

/// Says how far an approval is shown that nothing contradicts, whether its type needs more, and what
/// would give the next level.
fn how_far(grade: &Grade, minimum: u8) -> String {
    let (level, name) = (grade.level_text(), level_name(grade.level));
    match grade.holds_at(minimum) {
        false => format!("Level {level}, {name}: {}.", grade.missing),
        true => {
            let next = grade.level + 1;
            format!(
                "Level {level}, {name}, which is all that its type needs. For level {next}: {}.",
                grade.missing
            )
        }
    }
}

/// Former versions whose approval is not verified, each with the reason.
fn unproved_versions(atlas: &Atlas<'_>) -> Section {
    let mut rows: Vec<Row> = Vec::new();
    for (id, terms) in &atlas.terms {
        // What stands in several files stands above.
        let holders =
            atlas.sms.documents.iter().filter(|document| document.id().as_ref() == Some(id));
        let current: Vec<ObjectId> = holders.map(|document| document.blob).collect();
        let document = atlas.sms.document(id.as_str());
        let claimed = document.and_then(|document| atlas.sms.claimed_beside(document));
        let stands = |term: &Term<'_>| claimed.is_some_and(|it| std::ptr::eq(it, term.tenure));
        for term in terms.iter().filter(|term| !term.is_proved) {
            if current.contains(&term.tenure.blob) || stands(term) || term.is_before_start {
                continue;
            }
            rows.push(Row::of(vec![
                Cell::one("lead", "", atlas.link_id("", id)),
                Cell::one("ver num end", "v", Piece::voice(&term.tenure.version)),
                Cell::one("date", "From", Piece::date_or_none(term.tenure.from)),
                Cell::one("", "", term.verdict()),
                Cell::of("wide", "", prose(&why_unproved(atlas, term))),
            ]));
        }
    }
    let section = Section::titled("Former", "Former versions whose approval is not verified");
    if rows.is_empty() {
        return section.say(
            "None, as far as control start: every former version that was published as approved has its proof.",
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
