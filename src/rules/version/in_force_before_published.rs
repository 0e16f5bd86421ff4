use crate::document::Document;
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::tenure::Tenure;
use crate::sms::versions::in_mass;
use crate::source::Date;

rule!(VC010, "in-force-before-published", Warning, "7.5.3");

/// A document, the version in question, and the day from which it is in force.
type Late<'s> = (&'s Document, &'s Tenure, Date);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    let mut late: Vec<Late<'_>> = Vec::new();
    for document in sms.versioned().filter(|document| sms.status(document) == Some("approved")) {
        let Some(tenure) = sms.tenure_of_now(document) else { continue };
        let Some(from) = document.front.date("effective_from") else { continue };
        if before_start.contains(&tenure.published_in) {
            continue;
        }
        match earliest_day(sms, readable_since(sms, document, tenure)) {
            Some(published) if published > from => late.push((document, tenure, from)),
            Some(_) => {
                let words =
                    format!("published by {from}, the day from which it says it is in force");
                out.evidence(document.at("id"), words).commit(tenure.published_in);
            }
            None => {}
        }
    }
    let (masses, single) = in_mass(late, |(_, tenure, _)| Some(tenure.published_in));
    for mass in masses {
        let names = mass
            .names(|(document, ..)| document.id().map_or_else(String::new, |id| id.to_string()));
        let words = format!(
            "one commit published {} documents after the days from which they are in force",
            mass.seen.len()
        );
        out.finding(sms.source_folder(), words)
            .commit(mass.commit)
            .note(sms.commit_words(mass.commit))
            .note(format!("it published {names}"))
            .help("if they were taken over from elsewhere, say from which day on Git controls them: `verify_from` in book.toml");
    }
    for (document, tenure, from) in single {
        report(sms, document, tenure, from, out);
    }
}

/// Returns the commit with which the text of a version came to the publishing branch, be it before its
/// file had the id.
fn readable_since(sms: &Sms, document: &Document, tenure: &Tenure) -> ObjectId {
    let history = &sms.history;
    let said = document.id().as_ref().and_then(|id| history.said_before_id(id, &tenure.claims));
    let published = said.and_then(|said| history.published_since(said));
    published.map_or(tenure.published_in, |at| history.commits[at].id)
}

/// Returns the day of a commit where it is earliest on earth.
pub(super) fn earliest_day(sms: &Sms, commit: ObjectId) -> Option<Date> {
    const WESTERNMOST: i32 = -12 * 60;
    Date::of_seconds(sms.history.commit(commit)?.committer.seconds?, WESTERNMOST)
}

fn report(sms: &Sms, document: &Document, tenure: &Tenure, from: Date, out: &mut Findings) {
    let published = tenure.published_on.map(|day| format!(" on {day}")).unwrap_or_default();
    let words = format!(
        "version {} is in force from {from} and was published after that{published}",
        tenure.version
    );
    let day = tenure.given_on.map(|due| format!("write {due}: ")).unwrap_or_default();
    out.finding(document.at("effective_from"), words)
        .commit(tenure.published_in)
        .note(format!("published in {}", sms.commit_words(tenure.published_in)))
        .note("in between nobody could read the version that was in force")
        .help(format!("{day}let a version take effect on the day it is published or later"));
}
