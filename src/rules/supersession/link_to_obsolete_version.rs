use crate::document::{Document, Reference, Version};
use crate::finding::Findings;
use crate::sms::tenure::Tenure;
use crate::sms::{Sms, State};
use crate::source::Span;

rule!(SU002, "link-to-obsolete-version", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.documents.iter().filter(|document| sms.says_in_force(document)) {
        let mut led = 0;
        for link in &document.body.links {
            let Some((meant, version)) = sms.document_meant(document, &link.target) else {
                continue;
            };
            if sms.is_record(meant) || tells_of_the_past(document, meant, link.span) {
                continue;
            }
            let id = meant.called();
            let place = document.place(link.span);
            let help =
                "link to what is in force, or tell of the past in a section `Change history`";
            match sms.state(meant) {
                State::Withdrawn => {
                    out.finding(place, format!("the link leads to {id}, which is withdrawn"))
                        .other(meant.at("status"), "withdrawn here")
                        .help(help);
                    continue;
                }
                State::Superseded => {
                    let new = sms.succession(meant).map_or("another", |it| it.by.as_str());
                    let words = format!("the link leads to {id}, whose place {new} took");
                    out.finding(place, words).help(help);
                    continue;
                }
                _ => {}
            }
            match version.and_then(|version| in_force_instead(sms, meant, version)) {
                Some((version, later)) => {
                    let words = format!("the link leads to version {version} of {id}, and {later}");
                    out.finding(place, words).help(help);
                }
                None => led += 1,
            }
        }
        if led > 0 {
            let links = if led == 1 { "link leads" } else { "links lead" };
            let words = format!("{led} {links} to documents and versions that are not obsolete");
            out.evidence(document.at("id"), words);
        }
    }
}

/// A document may name its own former versions, what it took the place of, and in a section about
/// the past anything.
fn tells_of_the_past(document: &Document, meant: &Document, link: Span) -> bool {
    let took_its_place = || {
        let named = document.front.list("supersedes");
        named.iter().any(|it| Some(Reference::parse(it.value).id) == meant.id())
    };
    document.path == meant.path || took_its_place() || document.is_in_history_section(link)
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
