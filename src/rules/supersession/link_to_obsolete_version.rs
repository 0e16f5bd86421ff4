use crate::document::{Document, Reference, Version};
use crate::finding::Findings;
use crate::rules::{in_next_version, sooner, withdrawn_here};
use crate::sms::in_force::InForce;
use crate::sms::tenure::Tenure;
use crate::sms::{Sms, State};
use crate::source::Span;

rule!(SU002, "link-to-obsolete-version", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for found in sms.documents.iter().filter_map(|document| sms.as_in_force(document)) {
        check_one(sms, &found, out);
    }
}

fn check_one(sms: &Sms, found: &InForce<'_>, out: &mut Findings) {
    let document = found.text;
    let help = |meant: &Document| match (found.version, found.next) {
        (None, _) => format!(
            "link to what is in force, or tell of the past in a section `Change history`{}",
            in_next_version(sms, found.file)
        ),
        (_, Some(next)) if !links_to(sms, found.file, meant) => sooner(next),
        _ => "let the next version link to what is in force, and approve it".to_owned(),
    };
    let mut led = 0;
    for link in &document.body.links {
        let Some((meant, version)) = sms.document_meant(document, &link.target) else {
            continue;
        };
        if sms.is_record(meant) || tells_of_the_past(found, meant, link.span) {
            continue;
        }
        let id = meant.called();
        let place = found.place(link.span);
        match sms.state_of_use(meant) {
            State::Withdrawn => {
                let words =
                    |beside: &str| format!("the link{beside} leads to {id}, which is withdrawn");
                let finding = found.finding(out, place, words);
                finding.other(meant.at("status"), withdrawn_here(sms, meant)).help(help(meant));
                continue;
            }
            State::Superseded => {
                let new = sms.successor_in_use(meant).map_or("another", |it| it.as_str());
                let words = |beside: &str| {
                    format!("the link{beside} leads to {id}, whose place {new} took")
                };
                found.finding(out, place, words).help(help(meant));
                continue;
            }
            _ => {}
        }
        match version.and_then(|version| in_force_instead(sms, meant, version)) {
            Some((version, later)) => {
                let words = |beside: &str| {
                    format!("the link{beside} leads to version {version} of {id}, and {later}")
                };
                found.finding(out, place, words).help(help(meant));
            }
            None => led += 1,
        }
    }
    if led > 0 {
        let links = if led == 1 { "link leads" } else { "links lead" };
        let words = format!("{led} {links} to documents and versions that are not obsolete");
        out.evidence(found.file.at("id"), words);
    }
}

/// Tells whether a document links to another one.
fn links_to(sms: &Sms, document: &Document, other: &Document) -> bool {
    let links = document.body.links.iter();
    let mut meant = links.filter_map(|link| sms.document_meant(document, &link.target));
    meant.any(|(meant, _)| meant.path == other.path)
}

/// A document may name its own former versions, what it took the place of, and in a section about
/// the past anything.
fn tells_of_the_past(found: &InForce<'_>, meant: &Document, link: Span) -> bool {
    let document = found.text;
    let took_its_place = || {
        let named = document.front.list("supersedes");
        named.iter().any(|it| Some(Reference::parse(it.value).id) == meant.id())
    };
    found.file.path == meant.path || took_its_place() || document.is_in_history_section(link)
}

/// Returns a version, and says which later one took its place. What Git bears out gives way to nothing
/// less.
fn in_force_instead<'v>(
    sms: &Sms,
    meant: &Document,
    version: &'v str,
) -> Option<(&'v str, String)> {
    let id = meant.id()?;
    let came = |it: &&Tenure| it.was_ever_in_force() && it.from.is_some_and(|it| it <= sms.as_of);
    let tenures = sms.tenures(&id).iter().rev();
    let is_proved = sms.is_borne_out(meant, version);
    let later = tenures.filter(came).find(|it| !is_proved || sms.bears_out(it))?;
    let is_older = Version::parse(version)? < Version::parse(&later.version)?;
    let words = match later.was_in_force_on(sms.as_of) {
        true => "is in force",
        false => "came after it",
    };
    is_older.then(|| (version, format!("{} {words}", later.version)))
}
