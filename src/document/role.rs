//! A row of the role register: a person in a role, for a time, as one state of the file says it.

use super::fields::TO_COME;
use super::front::{Node, one_or_more};
use super::name::are_one_name;
use crate::source::{Date, Span, Spanned};
use serde::{Deserialize, Serialize};

/// One row: a person in a role, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    /// The role.
    pub role: String,
    /// The name of the person, or of the machine.
    pub person: String,
    /// The e-mail addresses the person commits and approves under.
    pub emails: Vec<String>,
    /// The first day; always, if none is given.
    pub from: Option<Date>,
    /// The last day; open, if none is given.
    pub to: Option<Date>,
    /// Whether it is a machine, which may never approve: whatever is said but `false` counts.
    pub is_bot: bool,
    /// What the role approves: ids and types of documents.
    pub approves: Vec<String>,
    /// Whether a list says what the role approves, and names nothing.
    pub approves_nothing: bool,
    /// The identity of the signing key, where it is not an e-mail address.
    pub principal: Option<String>,
    /// Whether both days can be read; a row with a day that cannot be read holds on no day.
    pub is_dated: bool,
    /// Where the row stands in its file.
    pub span: Span,
}

impl RoleRow {
    /// Tells whether the row holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        let has_begun = self.from.is_none_or(|from| from <= day);
        let has_ended = self.to.is_some_and(|to| to < day);
        self.is_dated && has_begun && !has_ended
    }

    /// Tells whether the row is about anybody: a role may be listed while nobody is found for it.
    pub fn names_somebody(&self) -> bool {
        !self.emails.is_empty() || !is_nobody(&self.person)
    }

    /// Tells whether the person uses an address; only its case does not matter.
    pub fn uses(&self, email: &str) -> bool {
        self.emails.iter().any(|own| own.eq_ignore_ascii_case(email))
    }

    /// Tells whether two rows give one name, and it is that of somebody.
    pub fn shares_name_with(&self, other: &Self) -> bool {
        are_one_name(&self.person, &other.person) && !is_nobody(&self.person)
    }

    /// Tells whether two rows speak of the same person: they share a name and an address.
    pub fn is_of_same_person(&self, other: &Self) -> bool {
        let share_name = self.person == other.person || self.shares_name_with(other);
        share_name && self.emails.iter().any(|email| other.uses(email))
    }

    /// Tells whether two rows say the same, wherever they stand.
    pub fn says_the_same(&self, other: &Self) -> bool {
        *self == Self { span: self.span, ..other.clone() }
    }

    /// Reads a row; one without a role says nothing.
    pub fn read(row: &Spanned<Node>) -> Option<Self> {
        let text = |key| row.value.text(key).map(|found| found.value.to_owned());
        let list = |key| -> Vec<String> {
            let Some(found) = row.value.get(key) else { return Vec::new() };
            one_or_more(found)
                .iter()
                .filter_map(|item| item.value.as_text().map(str::to_owned))
                .collect()
        };
        let written = |key| row.value.get(key).filter(|found| !found.value.is_empty());
        let day = |key| Some(written(key)?.value.as_text().and_then(Date::parse));
        let (from, to) = (day("from"), day("to"));
        let approves = list("approves");
        let is_listed = |value: &Spanned<Node>| !matches!(value.value, Node::Scalar { .. });
        Some(Self {
            role: text("role")?,
            person: text("person").unwrap_or_default(),
            emails: list("email"),
            from: from.flatten(),
            to: to.flatten(),
            is_bot: is_machine(&row.value),
            approves_nothing: approves.is_empty()
                && row.value.get("approves").is_some_and(is_listed),
            approves,
            principal: text("principal"),
            is_dated: from != Some(None) && to != Some(None),
            span: row.span,
        })
    }
}

/// Tells whether what stands for a name says that there is none: nothing, `vacant`, `N.N.`, `to be
/// appointed`.
fn is_nobody(name: &str) -> bool {
    const WORDS: [&str; 10] = [
        "vacant",
        "vakant",
        "unbesetzt",
        "nobody",
        "niemand",
        "none",
        "open",
        "nn",
        "na",
        "tobeappointed",
    ];
    let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let letters: String = letters.collect();
    letters.is_empty() || WORDS.iter().chain(&TO_COME).any(|word| *word == letters)
}

/// Tells whether a word in the place of a person names none: neither a name nor one who is not said, as
/// `self` and `the owner`.
pub fn is_no_name(word: &str) -> bool {
    const WORDS: [&str; 23] = [
        "self",
        "myself",
        "himself",
        "herself",
        "themselves",
        "me",
        "owner",
        "the owner",
        "same",
        "unknown",
        "selbst",
        "ich",
        "various",
        "intern",
        "internal",
        "extern",
        "external",
        "externer auditor",
        "external auditor",
        "internal auditor",
        "auditor",
        "the auditor",
        "third party",
    ];
    let plain = word.trim().to_lowercase();
    is_nobody(word) || WORDS.contains(&plain.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Tells whether a row is of a machine: its `bot` says more than that it is none.
pub(super) fn is_machine(row: &Node) -> bool {
    let says_so =
        |bot: &Spanned<Node>| !bot.value.is_empty() && bot.value.as_text() != Some("false");
    row.get("bot").is_some_and(says_so)
}

#[cfg(test)]
mod tests {
    use super::{is_no_name, is_nobody};

    #[test]
    fn a_placeholder_is_nobody() {
        for nobody in
            ["", " ", "?", "-", "vacant", "(Vacant)", "N.N.", "n/a", "TBD", "to be appointed"]
        {
            assert!(is_nobody(nobody), "{nobody}");
        }
        for somebody in ["Ana Owner", "Na Li", "Open Source Office", "N. Nolan", "王"] {
            assert!(!is_nobody(somebody), "{somebody}");
            assert!(!is_no_name(somebody), "{somebody}");
        }
    }

    #[test]
    fn whoever_is_not_said_has_no_name() {
        for word in ["self", "(the owner)", "Extern", "external auditor", "ich", "TBD"] {
            assert!(is_no_name(word), "{word}");
        }
    }
}
