//! What is said of a document wherever it is named: its address, its state, its proof.

use super::views::{Piece, shown};
use crate::document::Document;
use crate::repo::object::ObjectId;
use crate::sms::approval::{Grade, LEVELS};
use crate::sms::out_of_use::OutOfUse;
use crate::sms::{Sms, State};
use crate::source::Date;
use std::collections::BTreeSet;

/// What is said of a document wherever it is named.
#[derive(Clone, Debug)]
pub(super) struct Card {
    /// The address of its page, from the root of the site.
    pub(super) page: String,
    /// Its id; its path where the id cannot be relied on.
    pub(super) label: String,
    /// Its title: that of the version in force, where the file has the next one already.
    pub(super) title: String,
    /// Why the file cannot be identified, as a sentence.
    pub(super) not_identified: Option<String>,
    /// Whether it is a record.
    pub(super) is_record: bool,
    /// What state it is shown in.
    pub(super) standing: Standing,
    /// What became of its claimed approval.
    pub(super) proof: Proof,
    /// The last day on which its review is not overdue.
    pub(super) next_review: Option<Date>,
}

/// The state a page shows. The word `approved` is never taken from the front matter alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A state that Git bears out.
    Is(State),
    /// In force, or approved to be, and withdrawn from a day on that is still to come.
    Until(State, Date),
    /// The front matter says approved, and Git does not bear it out.
    ClaimsApproval,
    /// A record, with the status it gives itself.
    Record(String),
    /// A file that cannot be identified.
    NotIdentified,
}

/// What became of a claimed approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// `verified`, `contradicted`, `unverifiable` or `none`.
    pub(super) verdict: &'static str,
    /// The level; none where no approval is claimed.
    pub(super) level: Option<u8>,
    /// The level as people write it.
    pub(super) level_text: String,
    /// Whether the level says something: it does not where the claim is contradicted, or the
    /// document cannot be told.
    pub(super) counts: bool,
    /// The commit that holds the approval.
    pub(super) commit: Option<ObjectId>,
    /// The level that the type needs, where the approval is verified below that.
    needed: Option<u8>,
}

impl Standing {
    fn of(sms: &Sms, document: &Document, is_identified: bool) -> Self {
        if !is_identified {
            return Self::NotIdentified;
        }
        if sms.is_record(document) {
            return Self::Record(shown(document.status().unwrap_or("no status")));
        }
        match (sms.state(document), sms.withdrawn_as_of(document)) {
            _ if sms.only_claims_approval(document) => Self::ClaimsApproval,
            (state, Some(day)) if state.is_in_force() || state == State::Approved => {
                Self::Until(state, day)
            }
            (state, _) => Self::Is(state),
        }
    }

    /// Returns the name for filters and classes.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Is(state) | Self::Until(state, _) => state.word(),
            Self::ClaimsApproval => "claimed",
            Self::Record(_) => "record",
            Self::NotIdentified => "not-identified",
        }
    }

    /// Returns the words with their mark.
    pub(super) fn piece(&self) -> Piece {
        match self {
            Self::Is(state) => {
                let (symbol, class, word) = match state {
                    State::Draft => ("M-draft", "state is-draft", "draft"),
                    State::InReview => ("M-in-review", "state is-in-review", "in review"),
                    State::Approved => {
                        ("M-approved", "state is-approved", "approved, not yet in force")
                    }
                    State::Effective => ("M-effective", "state is-effective", "effective"),
                    State::Overdue => ("M-overdue", "state is-overdue", "in force, review overdue"),
                    State::Superseded => ("M-superseded", "state is-superseded", "superseded"),
                    State::Withdrawn => ("M-withdrawn", "state is-withdrawn", "withdrawn"),
                };
                Piece::mark(symbol, class, word)
            }
            Self::Until(State::Approved, day) => {
                let words = format!("approved, not yet in force, to be withdrawn on {day}");
                Piece::mark("M-approved", "state is-approved", words)
            }
            Self::Until(state, day) => {
                let overdue = if *state == State::Overdue { ", review overdue" } else { "" };
                let words = format!("in force, to be withdrawn on {day}{overdue}");
                Piece::mark("M-effective", "state is-effective", words)
            }
            Self::ClaimsApproval => {
                Piece::mark("M-unverifiable", "ask", "claims approval, not verified")
            }
            Self::Record(status) => Piece::text(format!("record, {status}")),
            Self::NotIdentified => Piece::mark("M-unverifiable", "ask", "not identified"),
        }
    }

    /// Returns the words that go before it in a sentence, behind what it is said of.
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::ClaimsApproval => " ",
            Self::Is(State::Draft) => " is a ",
            _ => " is ",
        }
    }

    /// Tells whether people may work by it.
    pub(super) fn is_in_force(&self) -> bool {
        matches!(self, Self::Is(state) | Self::Until(state, _) if state.is_in_force())
    }

    /// Tells whether its time is over.
    pub(super) fn is_obsolete(&self) -> bool {
        matches!(self, Self::Is(State::Withdrawn | State::Superseded))
    }
}

impl Proof {
    pub(super) fn of(grade: Option<&Grade>, is_identified: bool) -> Self {
        let Some(grade) = grade else {
            let level_text = "none".to_owned();
            let counts = is_identified;
            let (level, commit, needed) = (None, None, None);
            return Self { verdict: "none", level, level_text, counts, commit, needed };
        };
        Self {
            // Whose approval it is cannot be told if the document cannot be told.
            verdict: if is_identified { grade.verdict() } else { "unverifiable" },
            level: Some(grade.level),
            level_text: grade.level_text(),
            counts: is_identified && grade.contradictions.is_empty(),
            commit: grade.commit,
            needed: None,
        }
    }

    /// Returns the same of an approval that its type may need more of: what is verified below that level
    /// leaves the claim open.
    pub(super) fn needing(self, minimum: u8) -> Self {
        let is_below = self.verdict == "verified" && self.level < Some(minimum);
        match is_below {
            true => Self { verdict: "unverifiable", needed: Some(minimum), ..self },
            false => self,
        }
    }

    /// Returns what is to be said of a claim in a file that cannot be identified: it counts for nothing.
    fn of_unidentified(grade: Option<&Grade>) -> Self {
        let proof = Self::of(grade, false);
        let level = Some(proof.level.unwrap_or(0));
        Self { verdict: "unverifiable", level, counts: false, ..proof }
    }

    /// Returns the verdict with its mark.
    pub(super) fn piece(&self) -> Piece {
        let Some(needed) = self.needed else { return verdict_piece(self.verdict) };
        let words = format!("verified at level {}, level {needed} is needed", self.level_text);
        Piece::mark("M-unverifiable", "ask", words)
    }

    /// Returns the verdict with its mark, and the commit that it rests on.
    pub(super) fn piece_with_commit(&self) -> Vec<Piece> {
        let commit = self.commit.map(|commit| [Piece::text(" "), Piece::oid(commit.short())]);
        std::iter::once(self.piece()).chain(commit.into_iter().flatten()).collect()
    }

    /// Returns the level as bars and number. Where the verdict takes it back, no bar is shown.
    pub(super) fn meter(&self) -> Piece {
        match self.level {
            Some(level) if self.counts => Piece::meter(level, &self.level_text),
            Some(_) => Piece::quiet("does not count"),
            None => Piece::quiet("none"),
        }
    }

    /// Returns the level as bars, number and name.
    pub(super) fn meter_in_words(&self) -> Piece {
        match self.level {
            Some(level) if self.counts => {
                Piece::meter(level, format!("{} {}", self.level_text, level_name(level)))
            }
            Some(level) => Piece::quiet(format!("{level} does not count")),
            None => Piece::quiet("no approval is claimed"),
        }
    }
}

/// Returns how a version went out of use, with its mark.
pub(super) fn out_of_use_piece(out: &OutOfUse) -> Piece {
    match out.state() {
        Some(state) => Standing::Is(state).piece(),
        None => Piece::mark("M-withdrawn", "state is-withdrawn", "out of use, opened again"),
    }
}

/// Returns a verdict with its mark.
pub(super) fn verdict_piece(verdict: &str) -> Piece {
    match verdict {
        "verified" => Piece::mark("M-verified", "state is-verified", "verified"),
        "contradicted" => Piece::mark("M-contradicted", "state is-contradicted", "contradicted"),
        "unverifiable" => Piece::mark("M-unverifiable", "state is-unverifiable", "unverifiable"),
        // Nobody claimed it: that it is not there speaks against nothing.
        "not shown" => Piece::mark("M-none", "state is-none", "not shown"),
        _ => Piece::mark("M-none", "state is-none", "none claimed"),
    }
}

/// Returns the name of a proof level.
pub(super) fn level_name(level: u8) -> &'static str {
    LEVELS.get(usize::from(level)).copied().unwrap_or("attested")
}

/// Returns a coverage level as quarters of a circle, number and word.
pub(super) fn coverage_piece(level: u8, name: &str) -> Piece {
    let class = match level {
        0 | 1 => "nowrap ask",
        2 | 3 => "nowrap is-part",
        _ => "nowrap good",
    };
    Piece::mark(&format!("Q-{level}"), class, format!("{level} {name}"))
}

/// Returns what is said of each document, in the order of the documents. No two share an address.
pub(super) fn cards(sms: &Sms) -> Vec<Card> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut cards = Vec::with_capacity(sms.documents.len());
    for document in &sms.documents {
        let not_identified = sms.why_not_identified(document);
        let id = document.id().filter(|_| not_identified.is_none());
        let page = match &id {
            Some(id) => format!("documents/{id}.html"),
            None => file_page(document, &mut taken),
        };
        let is_identified = id.is_some();
        cards.push(Card {
            page,
            label: id.map_or_else(|| document.path.to_string(), |id| id.to_string()),
            title: shown(&document.title()),
            not_identified,
            is_record: sms.is_record(document),
            standing: Standing::of(sms, document, is_identified),
            proof: match is_identified || !sms.may_claim_approval(document) {
                true => {
                    Proof::of(sms.grade(document), is_identified).needing(sms.minimum(document))
                }
                false => Proof::of_unidentified(sms.grade(document)),
            },
            next_review: sms.next_review(document).filter(|_| sms.state(document).is_in_force()),
        });
    }
    cards
}

/// Returns the address of a file without a usable id: from its path and its content.
fn file_page(document: &Document, taken: &mut BTreeSet<String>) -> String {
    let path = String::from_utf8_lossy(document.path.as_bytes()).to_ascii_lowercase();
    let name = plain_name(path.trim_end_matches(".md"));
    free_page(&format!("files/{name}-{}", document.blob.short()), taken)
}

/// Returns what every system takes for the name of a file, and is most like a text; of a long one its end.
pub(super) fn plain_name(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { ' ' };
    let plain: String = text.to_ascii_lowercase().chars().map(plain).collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join("-");
    name[name.len().saturating_sub(60)..].trim_matches('-').to_owned()
}

/// Returns an address that begins so and is no other page's, and takes it. Some file systems take small and
/// capital letters for one.
pub(super) fn free_page(base: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{base}-{n}.html"));
    let mut candidates = std::iter::once(format!("{base}.html")).chain(numbered);
    let is_free = |page: &String| taken.insert(page.to_ascii_lowercase());
    candidates.find(is_free).expect("numbers do not end")
}
