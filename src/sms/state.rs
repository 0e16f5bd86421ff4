//! The state of a document on the day spoken of: by what it says, and by what Git bears out of it.

use super::Sms;
use super::tenure::Tenure;
use crate::document::Document;
use crate::source::Date;

/// The state of a document on the day spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Being written.
    Draft,
    /// Handed in, or claimed to be approved without the proof that its type needs.
    InReview,
    /// Approved, and not yet in force.
    Approved,
    /// In force.
    Effective,
    /// In force, and its review is overdue.
    Overdue,
    /// Another document took its place.
    Superseded,
    /// Taken out of use.
    Withdrawn,
}

impl State {
    /// Returns the word for tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Approved => "approved",
            Self::Effective => "effective",
            Self::Overdue => "overdue",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Tells whether the document is in force.
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Effective | Self::Overdue)
    }
}

impl Sms {
    /// Returns the status of a document on the day spoken of, by what it says.
    pub fn status<'d>(&self, document: &'d Document) -> Option<&'d str> {
        document.status_on(self.as_of)
    }

    /// Tells whether Git bears out that the document is approved as its type needs. What is of no
    /// type that is known is not: nothing says what it needs.
    pub fn is_approved(&self, document: &Document) -> bool {
        self.is_identified(document)
            && self.type_of(document).is_some()
            && self.status(document) == Some("approved")
            && self.grade(document).is_some_and(|grade| grade.holds_at(self.minimum(document)))
    }

    /// Tells whether a document says that it is approved, and Git does not bear that out.
    pub fn only_claims_approval(&self, document: &Document) -> bool {
        self.status(document) == Some("approved") && !self.is_approved(document)
    }

    /// Returns the state of a document on the day spoken of.
    pub fn state(&self, document: &Document) -> State {
        match self.status(document) {
            Some("withdrawn") => State::Withdrawn,
            _ if self.only_claims_approval(document) => State::InReview,
            Some("approved") => self.state_of_approved(document),
            Some("in-review") => State::InReview,
            _ => State::Draft,
        }
    }

    fn state_of_approved(&self, document: &Document) -> State {
        if self.succession(document).is_some() {
            State::Superseded
        } else if self.begins_later(document) {
            State::Approved
        } else if self.next_review(document).is_some_and(|next| next < self.as_of) {
            State::Overdue
        } else {
            State::Effective
        }
    }

    /// Returns the day from which a document is withdrawn, where that is still to come.
    pub fn withdrawn_as_of(&self, document: &Document) -> Option<Date> {
        let day = document.front.date("withdrawn_on").filter(|day| *day > self.as_of);
        day.filter(|_| self.status(document) == Some("approved"))
    }

    /// Tells whether the first day of what a document says is still to come: the one it names, else
    /// that of its approval.
    fn begins_later(&self, document: &Document) -> bool {
        let is_unread = self.claims(document).is_first_day_unread;
        (is_unread || self.begins_on(document).is_some_and(|from| from > self.as_of))
            && !self.has_begun(document)
    }

    /// Returns the first day of what a document says, where that is still to come; of a record, none is.
    pub fn first_day_to_come(&self, document: &Document) -> Option<Date> {
        let is_to_come = !self.is_record(document) && self.begins_later(document);
        self.begins_on(document).filter(|from| is_to_come && *from > self.as_of)
    }

    /// Returns the first day of what a document says: as the publishing branch shows it, where that
    /// has the document as it is, else as the document says. Nobody moves it into the past.
    pub(super) fn begins_on(&self, document: &Document) -> Option<Date> {
        let claims = self.claims(document);
        let says = claims.begins_on();
        let published = document.id().and_then(|id| self.tenures(&id).last());
        let is_it = |it: &&Tenure| claims.version.as_ref().is_some_and(|own| it.is_version(own));
        match published.filter(is_it) {
            Some(tenure) if tenure.blob == document.blob => tenure.from,
            // Whoever moves it to an earlier day does so once that is published.
            Some(tenure) => says.max(tenure.from),
            None => says,
        }
    }

    /// Returns since when what a document says is in force, or was, and else from when it is to be: the
    /// day on which its version began, once that has come, whatever day the file names since.
    pub fn first_day(&self, document: &Document) -> Option<Date> {
        if !self.is_identified(document) {
            return self.claims(document).begins_on();
        }
        let begun = self.tenures_of_now(document).last().filter(|it| it.was_ever_in_force());
        let begun = begun.and_then(|it| it.from).filter(|from| *from <= self.as_of);
        begun.or_else(|| self.begins_on(document))
    }

    /// Tells whether a document says that it is in force on the day spoken of: approved, begun,
    /// and replaced by no other. Whether Git bears the approval out is another question.
    pub fn says_in_force(&self, document: &Document) -> bool {
        self.status(document) == Some("approved")
            && self.is_identified(document)
            && !self.begins_later(document)
            && !self.is_out_of_use(document)
            && !self.is_record(document)
    }
}
