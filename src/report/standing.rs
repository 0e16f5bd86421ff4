//! What is in force of a document, in one sentence, beside a text of it that somebody looks at.
//!
//! What is in force is what the publishing branch shows. A text in an editor is something else until
//! it is the very text that was approved, and where it is not, that is said in the same breath.

use super::document::ShownApproval;
use super::tenure::{ShownTenure, Subject, days_in_force, then};
use crate::document::{Claims, Document};
use crate::history::has_approval;
use crate::sms::Sms;
use crate::sms::tenure::Tenure;
use crate::source::{Date, Printable};

/// What is in force of a document, and whether a text is it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The day spoken of.
    pub as_of: Date,
    /// What is in force on that day.
    pub in_force: Option<ShownTenure>,
    /// The version that was approved last, where none is in force.
    pub last: Option<ShownTenure>,
    /// The approval level that the type needs.
    pub minimum: u8,
    /// Whether the text is the one of that version.
    pub is_it: bool,
}

/// Finds what is in force of a document of the system, and whether a text that claims `shown` is it.
pub fn standing(sms: &Sms, document: &Document, shown: &Claims) -> Standing {
    let id = document.id();
    let last = id.as_ref().and_then(|id| sms.tenures(id).last());
    let of_day = id.as_ref().and_then(|id| sms.in_force_on(id, sms.as_of));
    let subject = Subject::of(sms, document);
    let told = |version: Option<&str>, on| then(sms, &subject, version, on).in_force.pop();
    let in_force = of_day.and_then(|_| told(None, Some(sms.as_of)));
    Standing {
        as_of: sms.as_of,
        last: match (&in_force, last) {
            (None, Some(last)) => told(Some(&last.version), None),
            _ => None,
        },
        in_force,
        minimum: sms.minimum(document),
        is_it: of_day.or(last).is_some_and(|tenure| {
            is_text_of(tenure, shown, sms.as_of) && !claims_more(sms, tenure, shown)
        }),
    }
}

/// Tells whether a text is that of a version: what its approval covers is the same, and it claims the
/// same approval. Upkeep may differ.
fn is_text_of(tenure: &Tenure, shown: &Claims, day: Date) -> bool {
    let of_version = tenure.claims.approvals.iter();
    let mut of_version = of_version.filter(|act| act.version == tenure.claims.version);
    shown.is_sound
        && shown.id == tenure.claims.id
        && shown.covered == tenure.claims.covered
        && shown.version == tenure.claims.version
        && shown.status_on(day) == tenure.claims.status_on(day)
        && of_version.all(|act| has_approval(shown, act))
}

/// Tells whether a text claims an approval of its version that neither the version came with nor any
/// commit gave it since.
fn claims_more(sms: &Sms, tenure: &Tenure, shown: &Claims) -> bool {
    let committed = shown.id.as_ref().and_then(|id| sms.history.committed_content(id));
    let committed = committed.and_then(|content| sms.history.claims_in(content));
    let is_known = |act| {
        has_approval(&tenure.claims, act) || committed.is_some_and(|it| has_approval(it, act))
    };
    let mut of_version = shown.approvals.iter().filter(|act| act.version == shown.version);
    !of_version.all(is_known)
}

impl Standing {
    /// Says it in one line, where `text` names the text that was compared: "this text".
    pub fn words(&self, text: &str) -> String {
        let mut words = match (&self.in_force, &self.last) {
            (Some(tenure), _) => self.with_proof(tenure, &days_in_force(tenure)),
            (None, None) => return format!("no version is in force on {}", self.as_of),
            (None, Some(last)) => {
                format!("no version is in force on {}; {}", self.as_of, self.of_last(last))
            }
        };
        if !self.is_it {
            words.push_str(&format!("; {text} differs from it"));
        }
        words
    }

    /// Says when the last version comes into force, or was.
    fn of_last(&self, last: &ShownTenure) -> String {
        let as_of = self.as_of.to_string();
        match &last.from {
            _ if last.is_turned_round => {
                format!("version {} was {}", Printable(&last.version), days_in_force(last))
            }
            Some(from) if *from > as_of => {
                let words = self.with_proof(last, &format!("in force from {from}"));
                format!("{words}, a day to come")
            }
            Some(_) => {
                let claims = if last.is_proved { "was" } else { "claims to have been" };
                let (version, days) = (Printable(&last.version), days_in_force(last));
                format!("version {version} {claims} {days}")
            }
            None => format!("version {} gives no day that can be read", Printable(&last.version)),
        }
    }

    /// Says of a version what it claims, and how far Git bears that out.
    fn with_proof(&self, tenure: &ShownTenure, days: &str) -> String {
        let version = Printable(&tenure.version);
        let level = |it: &ShownApproval| format!("level {} {}", it.level_text, it.level_name);
        match (tenure.is_proved, decisive(tenure)) {
            (true, Some(approval)) => format!("version {version} {days}, {}", level(approval)),
            (_, Some(approval)) if !approval.contradictions.is_empty() => {
                let but = approval.contradictions.join("; ");
                let but = Printable(&but);
                format!("version {version} claims to be {days}, and Git contradicts it: {but}")
            }
            (_, Some(approval)) => format!(
                "version {version} claims to be {days}, and Git does not bear that out: {}, where level {} is needed",
                level(approval),
                self.minimum
            ),
            (_, None) => format!(
                "version {version} claims to be {days}, and nobody is said to have approved it"
            ),
        }
    }
}

/// Returns the approval that decides: one that is contradicted, else the strongest.
fn decisive(tenure: &ShownTenure) -> Option<&ShownApproval> {
    let approvals = &tenure.approvals;
    let contradicted = approvals.iter().find(|approval| !approval.contradictions.is_empty());
    contradicted.or(approvals.iter().max_by_key(|approval| approval.level))
}
