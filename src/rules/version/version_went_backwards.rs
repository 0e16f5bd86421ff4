use crate::document::{Document, Version};
use crate::finding::Findings;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::{Contradiction, Grade};
use crate::sms::former::{Fault, words_of_lower};
use crate::sms::versions::Issue;

rule!(VC002, "version-went-backwards", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    for document in sms.versioned() {
        let Some((id, version)) = document.id().zip(document.front.version()) else { continue };
        let issues = sms.issues(&id).collect::<Vec<_>>();
        let judged = issues.iter().filter(|issue| !before_start.contains(&issue.commit.id));
        let higher = judged.filter(|issue| of(issue).is_some_and(|it| it > version));
        if let Some(highest) = higher.max_by_key(|issue| of(issue)) {
            report_lower(sms, document, highest, out);
        } else if let Some(other) = other_content(sms, document, &version, &issues)
            .filter(|other| !before_start.contains(&other.commit.id))
        {
            report_reused(sms, document, &version, other, out);
        } else if let Some(last) = issues.last() {
            let mut rose: Vec<&str> = issues.iter().map(|issue| issue.version).collect();
            rose.dedup();
            let words = match rose[..] {
                [only] => format!("{only} is the first version that was issued"),
                _ => format!("its versions rose with each issue: {}", rose.join(", ")),
            };
            out.evidence(document.at("id"), words).commit(last.commit.id);
        }
    }
    report_former(sms, out, |fault| matches!(fault, Fault::WentBack(_)));
}

fn of(issue: &Issue<'_>) -> Option<Version> {
    Version::parse(issue.version)
}

/// Finds an issue of the same version with another content. Where the text changed under an approval
/// that stayed, the number was not used anew: it was never left.
fn other_content<'i, 's>(
    sms: &'s Sms,
    document: &Document,
    version: &Version,
    issues: &'i [Issue<'s>],
) -> Option<&'i Issue<'s>> {
    let is_told = |grade: &&Grade| {
        let mut signs = grade.contradictions.iter();
        signs.any(|sign| matches!(sign, Contradiction::ContentChanged(_)))
    };
    if sms.status(document) != Some("approved")
        || sms.silent_edit(document).is_some()
        || sms.current_grades(document).iter().any(is_told)
    {
        return None;
    }
    let covered = &sms.claims(document).covered;
    issues.iter().find(|it| of(it).as_ref() == Some(version) && it.claims.covered != *covered)
}

fn report_lower(sms: &Sms, document: &Document, highest: &Issue<'_>, out: &mut Findings) {
    let written = document.front.text("version").map_or("", |version| version.value);
    let words = words_of_lower(highest.version, written);
    let finding = out.finding(document.at("version"), words);
    finding.of_version(Some(written));
    if let Some(commit) = sms.brought_version(document) {
        finding.commit(commit).note(format!("it did in {}", sms.commit_words(commit)));
    }
    finding
        .note(format!(
            "version {} was issued in {}",
            highest.version,
            sms.commit_words(highest.commit.id)
        ))
        .help(format!(
            "to return to an earlier text, issue it as a version after {}",
            highest.version
        ));
}

fn report_reused(
    sms: &Sms,
    document: &Document,
    version: &Version,
    other: &Issue<'_>,
    out: &mut Findings,
) {
    let is_text = other.claims.text != sms.claims(document).text;
    let (another, this) = match is_text {
        true => ("another text", "this text"),
        false => ("other front matter", "what it says now"),
    };
    let words = format!("version {version} was issued before, with {another}");
    out.finding(document.at("version"), words)
        .commit(other.commit.id)
        .note(format!("that was issued in {}", sms.commit_words(other.commit.id)))
        .help(format!(
            "give {this} a version that was never used, and let the approver approve that"
        ));
}
