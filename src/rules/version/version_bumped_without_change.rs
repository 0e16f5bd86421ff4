use crate::document::change::{Change, Size};
use crate::document::{Claims, Document, Version};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::versions::{Issue, in_mass};

rule!(VC003, "version-bumped-without-change", Warning, "7.5.3");

/// A document, the issue before, and its version.
type Bumped<'s> = (&'s Document, Issue<'s>, Version);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    let mut bumped: Vec<Bumped<'_>> = Vec::new();
    for document in sms.versioned() {
        let (Some(former), Some(version)) = (sms.former_issue(document), document.front.version())
        else {
            continue;
        };
        let is_judged = sms.brought_version(document).is_none_or(|it| !before_start.contains(&it));
        let is_raised = Version::parse(former.version).is_some_and(|it| it < version);
        let same_text = former.claims.text == sms.claims(document).text;
        let change = sms.change_since(document, former.blob);
        let is_empty = change.is_some_and(|change| change.size().is_none() && !change.upkeep);
        // A number that was raised because the former one was used for another text, or went out of
        // use, is well raised.
        let was_in_order = sms.is_borne_out(document, former.version)
            && !sms.was_withdrawn(document, former.version)
            && !is_of_larger_kind(sms.claims(document), &former);
        if is_raised && is_judged && is_empty && was_in_order {
            bumped.push((document, former, version));
        } else if is_raised && sms.status(document) == Some("approved") {
            let what = match change.filter(|_| same_text).map(Change::why) {
                Some(why) if !why.is_empty() => format!(": {why}"),
                Some(_) => " in its front matter".to_owned(),
                None => " in its text".to_owned(),
            };
            let words = format!("version {version} differs from version {}{what}", former.version);
            let evidence = out.evidence(document.at("id"), words);
            if let Some(commit) = sms.brought_version(document) {
                evidence.commit(commit);
            }
        }
    }
    let (masses, single) = in_mass(bumped, |(document, ..)| sms.brought_version(document));
    for mass in masses {
        let count = mass.seen.len();
        let names = mass
            .names(|(document, ..)| document.id().map_or_else(String::new, |id| id.to_string()));
        let words =
            format!("one commit raised the versions of {count} documents and changed none of them");
        out.finding(sms.source_folder(), words)
            .commit(mass.commit)
            .note(sms.commit_words(mass.commit))
            .note(format!("it raised the versions of {names}"))
            .help("take the commit back; a review that found nothing to change is a record of its own");
    }
    for (document, former, version) in single {
        let words = format!(
            "version {version} says what version {} said: nothing changed but the version",
            former.version
        );
        let finding = out.finding(document.at("version"), words);
        if let Some(commit) = sms.brought_version(document) {
            finding.commit(commit);
        }
        let keep = match sms.status(document) {
            Some("approved") => "leave it as it is approved now",
            _ => "keep the former version",
        };
        finding
            .note(format!("version {} was issued in {}", former.version, sms.commit_words(former.commit.id)))
            .help(format!("{keep}; a review that found nothing to change is a record (`kind: document-review`)"));
    }
}

/// Tells whether a version says that the change is a larger one than the version before said: it puts
/// the number right.
fn is_of_larger_kind(claims: &Claims, former: &Issue<'_>) -> bool {
    let kind = |claims: &Claims| claims.change_kind.as_deref().and_then(Size::parse);
    kind(former.claims).is_some_and(|former| kind(claims) > Some(former))
}
