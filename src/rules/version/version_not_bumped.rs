use crate::document::change::{self, Size};
use crate::document::conflict::conflicts;
use crate::document::edit::{self, Change};
use crate::document::{Document, Version};
use crate::finding::{Findings, Splice};
use crate::repo::object::ObjectId;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::{Contradiction, Grade};
use crate::sms::former::Fault;
use crate::sms::versions::{SilentEdit, in_mass};
use crate::sms::withdrawn::{LateEdit, Withdrawal};
use std::collections::HashSet;

rule!(VC001, "version-not-bumped", Error, "7.5.3");

/// A silent edit, and how large it is.
type Edited<'s> = (&'s Document, SilentEdit<'s>, &'s change::Change);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    let claimed = sms.claimed_approvals();
    let settled: HashSet<_> = (claimed.iter())
        .filter(|claimed| claimed.before_start.is_some())
        .map(|claimed| &claimed.document.path)
        .collect();
    let is_old = |document: &Document, edit: &SilentEdit<'_>| match edit.approval {
        Some(_) => settled.contains(&document.path),
        None => edit.changed_in.is_some_and(|commit| before_start.contains(&commit)),
    };
    let mut edited: Vec<Edited<'_>> = Vec::new();
    for document in sms.versioned() {
        match sms.silent_edit(document) {
            Some(edit) if is_old(document, &edit) => {}
            // That it is a draft again under its number says what to do with the text.
            Some(_) if sms.moved_back(document).is_some() => {}
            Some(edit) => {
                let change = sms.change_since(document, edit.approved);
                edited.extend(change.map(|change| (document, edit, change)));
            }
            None => confirm(sms, document, out),
        }
    }
    let is_editorial = |edited: &Edited<'_>| edited.2.size() <= Some(Size::Editorial);
    let (editorial, larger): (Vec<_>, Vec<_>) = edited.into_iter().partition(is_editorial);
    let (masses, single) = in_mass(editorial, |(_, edit, _)| edit.changed_in);
    for mass in masses {
        let count = mass.seen.len();
        let words = format!(
            "one commit changed the spelling or the layout of {count} approved documents, and their versions stayed"
        );
        let names = mass
            .names(|(document, ..)| document.id().map_or_else(String::new, |id| id.to_string()));
        out.finding(sms.source_folder(), words)
            .commit(mass.commit)
            .note(sms.commit_words(mass.commit))
            .note(format!("it changed {names}"))
            .help("take the commit back, or raise the versions together and have them approved as one change");
    }
    for (document, edit, change) in larger.into_iter().chain(single) {
        report(sms, document, &edit, change, out);
    }
    for document in sms.maintained() {
        let edit = sms.edit_of_withdrawn(document);
        let edit = edit.filter(|it| it.changed_in.is_none_or(|at| !before_start.contains(&at)));
        // A link that is dead by now may be mended.
        let is_larger = |edit: &LateEdit<'_>| {
            let change = sms.change_since(document, edit.kept);
            change.is_some_and(|change| change.size() > Some(Size::Editorial))
        };
        if let Some(edit) = edit.filter(is_larger) {
            report_withdrawn(sms, document, &edit, out);
        }
    }
    report_former(sms, out, |fault| matches!(fault, Fault::NotRaised));
}

fn report_withdrawn(sms: &Sms, document: &Document, edit: &LateEdit<'_>, out: &mut Findings) {
    let when = match edit.withdrawal {
        Withdrawal::Before(_) | Withdrawal::Announced(_) => "after",
        Withdrawal::Together => "when",
    };
    let now = document.front.text("version").map(|version| version.value);
    let number = match now.filter(|now| !Version::are_same(now, edit.version)) {
        Some(now) => format!("the number is {now} now"),
        None => "the number is the same".to_owned(),
    };
    let words =
        format!("the text changed {when} version {} was withdrawn, and {number}", edit.version);
    let finding = out.finding(document.at("version"), words);
    finding.note(match edit.withdrawal {
        Withdrawal::Before(commit) => format!("withdrawn in {}", sms.commit_words(commit)),
        Withdrawal::Announced(day) => {
            format!("withdrawn on {day}, as it stood in {}", sms.commit_words(edit.kept_in))
        }
        Withdrawal::Together => {
            format!("in use until then as it stood in {}", sms.commit_words(edit.kept_in))
        }
    });
    match edit.changed_in {
        Some(commit) => {
            finding.commit(commit).note(format!("changed in {}", sms.commit_words(commit)))
        }
        None => finding.note("the change is not committed yet"),
    };
    finding.help(match edit.withdrawal {
        Withdrawal::Before(_) | Withdrawal::Announced(_) => {
            "take the change back: a withdrawn document stays as it was, for those who look it up; to work by it again, write the next version"
        }
        Withdrawal::Together => {
            "take the change back: a withdrawn document stays as it was, for those who look it up; `withdrawal_reason` says what a notice in the text would"
        }
    });
}

fn report(
    sms: &Sms,
    document: &Document,
    edit: &SilentEdit<'_>,
    change: &change::Change,
    out: &mut Findings,
) {
    let version = edit.version;
    let size = change.size().unwrap_or(Size::Editorial);
    let next = document.front.version().map(|version| version.after(size).to_string());
    let next = next.unwrap_or_else(|| "the next".to_owned());
    let words = format!(
        "the text changed and the version is still {version}: this is {} change ({}), so version {version} becomes {next}",
        size.with_article(),
        change.why()
    );
    let is_in_conflict = !conflicts(&document.text).is_empty();
    let words = match is_in_conflict {
        false => words,
        true => format!(
            "the text changed and the version is still {version}: a merge left a conflict in it, so it cannot be told how large the change is"
        ),
    };
    let finding = out.finding(document.at("version"), words);
    finding
        .note(format!("version {version} was approved in {}", sms.commit_words(edit.approved_in)));
    if let Some(approval) = edit.approval {
        finding.other(document.place(approval.span), "approved here");
    }
    match edit.changed_in {
        Some(commit) => {
            finding.commit(commit).note(format!("changed in {}", sms.commit_words(commit)))
        }
        None => finding.note("the change is not committed yet"),
    };
    if is_in_conflict {
        finding.help(
            "keep what is meant of the two sides first, and take out the lines with which Git marks them",
        );
        return;
    }
    let is_published = sms.is_published_as_changed(document, edit.changed_in);
    finding.help(match document.id().filter(|_| is_published) {
        Some(id) => format!(
            "record the change as a nonconformity that names `{id}@{version}`, then raise `version` to {next} and let the approver approve it; or take the change back"
        ),
        None => format!(
            "raise `version` to {next} and let the approver approve it, or take the change back"
        ),
    });
    if change.size().is_some()
        && let Some((what, splices)) = raised(sms, document, edit.approved, &next, size)
    {
        finding.fix(what, splices);
    }
}

/// Makes another version of a text that is another, if that is certainly what is wanted: the number
/// is free, nobody has approved the text of now, and the branch still has the one that was approved.
/// Once another is published, a person decides how it goes on. What was approved stands in the
/// history, with its approval; that of the former version stays here until the next one is given.
pub(super) fn raised(
    sms: &Sms,
    document: &Document,
    approved: ObjectId,
    next: &str,
    size: Size,
) -> Option<(String, Vec<Splice>)> {
    let id = document.id()?;
    let is_taken = |known: &String| Version::are_same(known, next);
    if Version::parse(next).is_none() || sms.versions(&id).iter().any(is_taken) {
        return None;
    }
    let published = sms.history.published_states(&id);
    let is_out = |at: usize| !sms.is_being_made(sms.history.commits[at].id);
    let (_, claims) = published.iter().rfind(|state| is_out(state.at))?.shown?;
    if sms.history.claims_in(approved).is_none_or(|approved| approved.text != claims.text) {
        return None;
    }
    let is_outdated = |grade: &&Grade| {
        let mut signs = grade.contradictions.iter();
        signs.any(|sign| matches!(sign, Contradiction::ContentChanged(_)))
    };
    let version = document.front.text("version")?.value;
    let of_now = sms.grades(document).iter();
    let mut of_now = of_now.filter(|it| it.approval.is_of(Some(version)));
    let is_approved = sms.status(document) == Some("approved");
    if !of_now.all(|grade| is_approved && is_outdated(&grade)) {
        return None;
    }
    let mut changes = vec![Change::Set("version", next.to_owned())];
    if document.front.get("change_kind").is_some() {
        changes.push(Change::Set("change_kind", size.word().to_owned()));
    }
    if is_approved {
        changes.push(Change::Set("status", "draft".to_owned()));
        changes.push(Change::Remove("effective_from"));
    }
    let what = match is_approved {
        true => format!("begin version {next} as a draft"),
        false => format!("write version {next}"),
    };
    Some((what, edit::splices(&document.text, &changes).ok()?))
}

/// The text of an approved version is evidence where a commit shows its approval.
fn confirm(sms: &Sms, document: &Document, out: &mut Findings) {
    if sms.status(document) != Some("approved") {
        return;
    }
    let Some(version) = document.front.text("version") else { return };
    let of_version = sms.current_grades(document).into_iter();
    let mut of_version = of_version.filter(|it| it.approval.is_of(Some(version.value)));
    if let Some(commit) = of_version.find_map(Grade::acted_in) {
        let words = format!("its text is the one that was approved as version {}", version.value);
        out.evidence(document.at("id"), words).commit(commit);
    }
}
