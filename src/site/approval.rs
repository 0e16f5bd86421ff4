//! The approval of a document: what the front matter claims beside what Git shows.

use super::atlas::Atlas;
use super::card::{Proof, level_name, verdict_piece};
use super::views::{Cell, Column, Fact, Piece, Row, Section, Table, prose};
use crate::document::Document;
use crate::repo::object::{Commit, ObjectId};
use crate::sms::approval::{Act, Contradiction, Grade, LEVELS};
use crate::sms::authority::Authority;
use crate::sms::signatures::Of;
use crate::source::{RepoPath, counted, is_unprintable, quoted_for_shell};
use serde::Serialize;

/// One rung of a ladder of levels.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Rung {
    number: usize,
    name: &'static str,
    class: &'static str,
    is_current: bool,
    #[serde(serialize_with = "super::markup::in_a_row")]
    why: Vec<Piece>,
}

/// Returns a ladder with `reached` as its current rung and, above it, what is missing.
pub(super) fn ladder(names: &[&'static str], reached: u8, here: &str, missing: &str) -> Vec<Rung> {
    let reached = usize::from(reached);
    let rung = |(number, &name): (usize, &&'static str)| Rung {
        number,
        name,
        class: match number {
            0 => "ground",
            _ if number <= reached => "on",
            _ => "",
        },
        is_current: number == reached,
        why: match number {
            _ if number == reached && !here.is_empty() => prose(here),
            _ if number == reached + 1 && !missing.is_empty() => prose(missing),
            _ => Vec::new(),
        },
    };
    names.iter().enumerate().rev().map(rung).collect()
}

/// Returns the ladder of a document's approval; empty where none is claimed.
pub(super) fn proof_ladder(atlas: &Atlas<'_>, document: &Document) -> Vec<Rung> {
    let Some(grade) = atlas.sms.grade(document) else { return Vec::new() };
    let card = atlas.card(document);
    if !card.proof.counts {
        // A filled rung would say that something is proved.
        let why = grade.contradictions.first().map(Contradiction::words);
        let why = why.or_else(|| card.not_identified.clone()).unwrap_or_default();
        let here = format!("Level {} does not count. {}", grade.level_text(), sentence(&why));
        let mut rungs = ladder(&LEVELS, 0, &here, "");
        // Nor is it a level that was reached.
        rungs.iter_mut().for_each(|rung| rung.is_current = false);
        return rungs;
    }
    let missing = match grade.missing.as_str() {
        "" => String::new(),
        missing => format!("Missing: {missing}."),
    };
    let mut rungs = ladder(&LEVELS, grade.level, "", &missing);
    if grade.level > 3 && !grade.has_second_person {
        // A signature stands without it; a filled rung would say that it was there.
        for rung in rungs.iter_mut().filter(|rung| rung.number == 3) {
            rung.class = "";
            rung.why = prose("Not shown, and not needed for a signature to count.");
        }
    }
    rungs
}

/// Returns the section on all approvals of a document.
pub(super) fn section(atlas: &Atlas<'_>, root: &str, document: &Document) -> Section {
    let mut section = Section::titled("Approval", "Approval: claimed and shown");
    let grades = atlas.sms.grades(document);
    let card = atlas.card(document);
    if let Some(why) = &card.not_identified {
        section = section.say(format!(
            "{why} An approval belongs to a document, so none of this file is taken as verified."
        ));
    }
    if grades.is_empty() {
        return section.say(match atlas.sms.status(document) {
            _ if card.is_record => "A record is not approved; it shows what was done.",
            Some("approved") => {
                "The status says approved, and the front matter names no approval that can be read. Nothing can be verified."
            }
            _ => "No approval is claimed, and none is expected of this status.",
        });
    }
    let (earlier, own): (Vec<_>, Vec<_>) = grades
        .iter()
        .map(|grade| (grade, atlas.sms.grade_of_earlier(document, grade)))
        .partition(|(_, earlier)| earlier.is_some());
    let minimum = atlas.sms.minimum(document);
    let minimum = format!(
        "Documents of this type need level {minimum}, {}. A claim counts as verified from level 2.",
        level_name(minimum)
    );
    section.text.push(vec![Piece::text(minimum)]);
    if own.is_empty() {
        section = section.say("No approval of the version of this file is claimed.");
    }
    for (grade, _) in own {
        section.tables.push(claims_table(atlas, root, document, grade));
        section.after.extend(facts(atlas, grade, card.not_identified.is_none()));
        section.commands.extend(commands(atlas, document, grade));
        let signers = atlas.sms.trust.signers.as_ref();
        let signed = grade.signer.iter().chain(&grade.baseline);
        section.commands.extend(signed.map(|signer| signer.repeat_with(signers)));
    }
    let earlier: Vec<&Grade> = earlier.into_iter().filter_map(|(_, earlier)| earlier).collect();
    if !earlier.is_empty() {
        section.tables.push(earlier_table(atlas, card.not_identified.is_none(), &earlier));
        section.commands.extend(earlier.iter().flat_map(|grade| commands(atlas, document, grade)));
    }
    section.notes.push(vec![Piece::text(
        "Each command prints what the verdict rests on: compare the committer of the commit with the claim, and see that it changes the approval and not the text. Git accepts the signature of anybody on the list: compare whom it names, too.",
    )]);
    section
}

/// Returns the approvals that are kept from earlier versions, each as Git bears it out for its own.
fn earlier_table(atlas: &Atlas<'_>, is_identified: bool, grades: &[&Grade]) -> Table {
    let rows = grades.iter().map(|grade| {
        let approval = &grade.approval;
        let or_none = |text: Option<&str>| text.map_or_else(|| Piece::quiet("none"), Piece::voice);
        let by = approval.by.as_deref().map(|by| atlas.name_of(by));
        let proof = Proof::of(Some(grade), is_identified);
        let commit = commit(atlas, grade);
        Row::of(vec![
            Cell::one("lead ver num", "", or_none(approval.version.as_deref())),
            Cell::one("", "Approver", or_none(by.as_deref())),
            Cell::one("", "Role", or_none(approval.role.as_deref())),
            Cell::one("date", "On", Piece::date_or_none(approval.on)),
            Cell::one("", "So it is", proof.piece()),
            Cell::one("", "Proof", proof.meter()),
            Cell::one(
                "",
                "Commit",
                commit.map_or_else(|| Piece::quiet("none"), |it| Piece::oid(it.id.short())),
            ),
        ])
    });
    Table {
        caption: "Kept from earlier versions, each held against its own: they decide nothing here"
            .to_owned(),
        columns: Column::all(&["Version", "Approver", "Role", "On", "So it is", "Proof", "Commit"]),
        rows: rows.collect(),
        ..Table::default()
    }
}

fn claims_table(atlas: &Atlas<'_>, root: &str, document: &Document, grade: &Grade) -> Table {
    let is_identified = atlas.card(document).not_identified.is_none();
    let row = |question: &str, claimed: Vec<Piece>, shown: Vec<Piece>, verdict: &str| {
        let verdict = match verdict {
            "verified" if !is_identified => "unverifiable",
            verdict => verdict,
        };
        Row::of(vec![
            Cell::one("lead wide", "", Piece::text(question)),
            Cell::of("wide", "Claimed", claimed),
            Cell::of("wide", "Git", shown),
            Cell::one("wide", "", verdict_piece(verdict)),
        ])
    };
    let approval = &grade.approval;
    let (who, who_verdict) = who_acted(atlas, root, grade);
    let (content, content_verdict) = what_content(atlas, document, grade);
    let (when, when_verdict) = which_day(atlas, grade);
    let (second, second_verdict) = second_person(atlas, grade);
    let (held, held_verdict) = authority(atlas, root, grade);
    let (signed, signed_verdict) = signature(grade);
    let or_none = |text: &Option<String>| match text {
        Some(text) => Piece::voice(text),
        None => Piece::quiet("not said"),
    };
    let mut version = vec![Piece::text("version "), or_none(&approval.version)];
    if let Some(digest) = &approval.digest {
        version.extend([Piece::text(", "), Piece::code(digest)]);
    }
    let day = approval.on.map_or_else(|| Piece::quiet("not said"), Piece::date);
    Table {
        caption: match &approval.by {
            Some(by) => format!("Approval by {}", super::views::shown(&atlas.name_of(by))),
            None => "Approval that names nobody".to_owned(),
        },
        class: "claims",
        columns: Column::all(&["Question", "Claimed", "Git shows", "So it is"]),
        rows: vec![
            row("Who approved", vec![or_none(&approval.by)], who, who_verdict),
            row("In which role", vec![or_none(&approval.role)], held, held_verdict),
            row("Which content", version, content, content_verdict),
            row("When", vec![day], when, when_verdict),
            row("A second person", vec![Piece::quiet("not claimed")], second, second_verdict),
            row("Whose signature", vec![Piece::quiet("not claimed")], signed, signed_verdict),
        ],
        ..Table::default()
    }
}

fn commit<'a>(atlas: &'a Atlas<'_>, grade: &Grade) -> Option<&'a Commit> {
    let id = grade.commit?;
    atlas.commit(id)
}

fn who_acted(atlas: &Atlas<'_>, root: &str, grade: &Grade) -> (Vec<Piece>, &'static str) {
    let by_self = grade.contradictions.iter().find(|c| matches!(c, Contradiction::BySelf(_)));
    let Some(commit) = commit(atlas, grade) else {
        return (prose(&sentence(&grade.missing)), "unverifiable");
    };
    let mut shown = vec![Piece::text("Brought by commit "), Piece::oid(commit.id.short())];
    if let Some(actor) = &grade.actor {
        let how = grade.act.map_or("committed", Act::word);
        shown.extend([Piece::text(format!(", {how} by ")), Piece::code(&actor.email)]);
    }
    for (place, control) in grade.control.iter().enumerate() {
        shown.push(Piece::text(match place {
            0 => ". The author may approve under the waiver ",
            _ => ", with which goes on ",
        }));
        shown.push(atlas.link_id(root, control));
    }
    match by_self {
        Some(contradiction) => {
            let words = prose(&sentence(&contradiction.words()));
            (words, "contradicted")
        }
        None if grade.level >= 2 => (shown, "verified"),
        None => (shown, "unverifiable"),
    }
}

fn what_content(
    atlas: &Atlas<'_>,
    document: &Document,
    grade: &Grade,
) -> (Vec<Piece>, &'static str) {
    let against = grade.contradictions.iter().find(|contradiction| {
        matches!(
            contradiction,
            Contradiction::ContentChanged(_)
                | Contradiction::PictureReplaced(_)
                | Contradiction::Withdrawn(_)
                | Contradiction::DigestDiffers
                | Contradiction::OtherVersion(_)
        )
    });
    if let Some(contradiction) = against {
        return (prose(&sentence(&contradiction.words())), "contradicted");
    }
    let digest = match grade.digest_fits {
        true => "The digest fits the content that is judged. ",
        false => "",
    };
    let pictures = match atlas.sms.pictures(document) {
        0 => String::new(),
        1 => ", and so its picture".to_owned(),
        count => format!(", and so its {}", counted(count, "picture")),
    };
    match commit(atlas, grade) {
        Some(commit) => {
            let mut shown = vec![
                Piece::text(format!("{digest}Content unchanged from commit ")),
                Piece::oid(commit.id.short()),
                Piece::text(" to this one, blob "),
                Piece::oid(document.blob.short()),
                Piece::text(pictures),
            ];
            shown.retain(|piece| !piece.text.is_empty());
            (shown, "verified")
        }
        None => (
            vec![Piece::text(format!("{digest}What is judged here is not in the history."))],
            "unverifiable",
        ),
    }
}

fn which_day(atlas: &Atlas<'_>, grade: &Grade) -> (Vec<Piece>, &'static str) {
    let against = grade.contradictions.iter().find(|contradiction| {
        matches!(contradiction, Contradiction::BeforeContent(..) | Contradiction::AfterCommit(..))
    });
    if let Some(contradiction) = against {
        return (prose(&sentence(&contradiction.words())), "contradicted");
    }
    let day = commit(atlas, grade).and_then(|commit| commit.committer.date());
    match (day, grade.approval.on) {
        (Some(day), Some(_)) => (
            vec![
                Piece::text("Committed "),
                Piece::date(day),
                Piece::text(
                    "; not before the content, not after the commit. The time is the committer’s own claim.",
                ),
            ],
            "verified",
        ),
        _ => (vec![Piece::text("No commit shows a day.")], "unverifiable"),
    }
}

fn second_person(atlas: &Atlas<'_>, grade: &Grade) -> (Vec<Piece>, &'static str) {
    let merge = grade.merge.and_then(|id| atlas.commit(id));
    match merge {
        Some(merge) => {
            let shown = vec![
                Piece::text("Taken to the publishing branch by merge "),
                Piece::oid(merge.id.short()),
                Piece::text(", committer "),
                Piece::code(&merge.committer.person.email),
            ];
            let verdict = if grade.has_second_person { "verified" } else { "not shown" };
            (shown, verdict)
        }
        None => (
            vec![Piece::text("No merge by another person took it to the publishing branch.")],
            "not shown",
        ),
    }
}

/// Says whose signature the act carries.
fn signature(grade: &Grade) -> (Vec<Piece>, &'static str) {
    let Some(signer) = &grade.signer else {
        let why = match grade.act {
            Some(_) => "The act carries no signature.",
            None => "No act of the approver is shown that could carry one.",
        };
        return (vec![Piece::text(why)], "not shown");
    };
    let of = match &signer.of {
        Of::Commit(id) => vec![Piece::text("Commit "), Piece::oid(id.short())],
        Of::Tag(name, _) => vec![Piece::text("Tag "), Piece::code(name)],
    };
    let key = signer.key.iter().flat_map(|key| [Piece::text(", key "), Piece::code(key)]);
    let mut shown: Vec<Piece> = of;
    match &signer.principal {
        Some(principal) => {
            shown.extend([Piece::text(": signed by "), Piece::code(principal)]);
            shown.extend(key);
            shown.push(Piece::text(". The signature does not prove the time."));
        }
        None => {
            shown.push(Piece::text(format!(": {}", signer.words())));
            shown.extend(key);
            shown.push(Piece::text("."));
        }
    }
    (shown, signer.verdict())
}

/// Says whether the approver could approve it that day, and what shows it.
fn authority(atlas: &Atlas<'_>, root: &str, grade: &Grade) -> (Vec<Piece>, &'static str) {
    let authority = &grade.authorised;
    let words = prose(&sentence(&authority.words()));
    let Authority::Verified(mandate) = authority else { return (words, authority.verdict()) };
    let register = mandate.register.as_ref().and_then(|id| atlas.sms.document(id.as_str()));
    let mut shown = Vec::new();
    if let Some(register) = register {
        shown.extend([atlas.link(root, register), Piece::text(": ")]);
    }
    shown.extend(words);
    (shown, authority.verdict())
}

/// Returns what Git shows of an approval, as labels and values.
pub(super) fn facts(atlas: &Atlas<'_>, grade: &Grade, is_identified: bool) -> Vec<Fact> {
    let proof = Proof::of(Some(grade), is_identified);
    let mut facts =
        vec![Fact::one("Verdict", proof.piece()), Fact::one("Level", proof.meter_in_words())];
    if let Some(commit) = commit(atlas, grade) {
        facts.push(Fact::one("Approving commit", Piece::oid(commit.id.to_string())));
        let person = &commit.committer.person;
        let committer = format!("{} <{}>", person.name, person.email);
        facts.push(Fact::one("Committer", Piece::code(committer)));
        let signed = match (&grade.signer, commit.signed) {
            (Some(signer), _) => sentence(&signer.words()),
            (None, true) => {
                "It carries a signature, which is not the approver\u{2019}s.".to_owned()
            }
            (None, false) => "unsigned".to_owned(),
        };
        facts.push(Fact::one("Signature", Piece::text(signed)));
    }
    if let Some(merge) = grade.merge {
        facts.push(Fact::one("Merge commit", Piece::oid(merge.to_string())));
    }
    if let Some(baseline) = &grade.baseline {
        let words = format!("{}, {}", baseline.object(), baseline.words());
        facts.push(Fact::of("Baseline", prose(&sentence(&words))));
    }
    for contradiction in &grade.contradictions {
        facts.push(Fact::of("Contradicted by", prose(&sentence(&contradiction.words()))));
    }
    if proof.counts && !grade.missing.is_empty() {
        let label = format!("Missing for {}", grade.level + 1);
        facts.push(Fact::of(&label, prose(&grade.missing)));
    }
    facts
}

/// Returns the plain Git commands that show what a verdict rests on.
pub(super) fn commands(atlas: &Atlas<'_>, document: &Document, grade: &Grade) -> Vec<String> {
    let mut commands = Vec::new();
    if let Some(commit) = grade.commit {
        let paths = paths_in(atlas, document, commit).join(" ");
        commands.push(format!("git show --format=fuller {commit} -- {paths}"));
    }
    if let Some(merge) = grade.merge {
        let paths = paths_in(atlas, document, merge).join(" ");
        commands.push(format!("git show --format=fuller --first-parent -m {merge} -- {paths}"));
    }
    let changed = grade.contradictions.iter().find_map(Contradiction::commit);
    if let Some(changed) = changed {
        let paths = paths_in(atlas, document, changed).join(" ");
        commands.push(format!("git show --format=fuller {changed} -- {paths}"));
    }
    if commands.is_empty() {
        let path = shell_word(&document.path);
        commands.push(format!("git log --format=fuller --patch -- {path}"));
    }
    commands.dedup();
    commands
}

/// Returns where a document lay in a commit, and where it had lain if the commit moved it, as words
/// of a shell.
pub(super) fn paths_in(atlas: &Atlas<'_>, document: &Document, commit: ObjectId) -> Vec<String> {
    let paths = atlas.sms.places_in(document.id().as_ref(), &document.path, commit);
    paths.into_iter().map(shell_word).collect()
}

/// Writes a path as one word of a shell.
pub(super) fn shell_word(path: &RepoPath) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
    if path.as_bytes().iter().all(plain) {
        return path.to_string();
    }
    match path.as_str() {
        Some(text) if !text.contains(is_unprintable) => quoted_for_shell(text),
        _ => {
            let byte = |b: &u8| match b {
                b if plain(b) || *b == b' ' => char::from(*b).to_string(),
                b => format!("\\x{b:02x}"),
            };
            format!("$'{}'", path.as_bytes().iter().map(byte).collect::<String>())
        }
    }
}

/// Makes words a sentence. An address is written as it is, at its beginning as well.
pub(super) fn sentence(words: &str) -> String {
    let begins_with_address = words.split(' ').next().is_some_and(|first| first.contains('@'));
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => {
            let rest = chars.as_str().trim_end_matches('.');
            let end = if rest.ends_with(['?', '!', '\u{2026}']) { "" } else { "." };
            let first = match begins_with_address {
                true => first.to_string(),
                false => first.to_uppercase().to_string(),
            };
            format!("{first}{rest}{end}")
        }
        None => String::new(),
    }
}
