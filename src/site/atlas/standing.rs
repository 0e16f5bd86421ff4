//! What is said of a document everywhere: its state, its proof, and what stands beside it.

use super::super::card::{Proof, Standing, out_of_use_piece};
use super::super::terms::Term;
use super::super::views::{Piece, shown};
use super::Atlas;
use crate::document::Document;
use crate::sms::State;
use crate::sms::out_of_use::OutOfUse;
use crate::source::Date;

impl<'s> Atlas<'s> {
    /// Tells whether a version of a document is in force: the one of its file, or the one before.
    pub(in crate::site) fn is_in_force(&self, document: &Document) -> bool {
        self.card(document).standing.is_in_force()
            || self.in_force.contains_key(&self.index(document))
    }

    /// Returns since when what the page of a document shows is in force, or was, and else from when it
    /// is to be.
    pub(in crate::site) fn first_day(&self, document: &Document) -> Option<Date> {
        let withdrawn = self.withdrawn_instead(document).and_then(|(_, term)| term);
        match withdrawn.or_else(|| super::super::versions::in_force_instead(self, document)) {
            Some(term) => term.tenure.from,
            None => self.sms.first_day(document),
        }
    }

    /// Returns the last day on which the review of what is in force of a document is not overdue.
    pub(in crate::site) fn next_review(&self, document: &Document) -> Option<Date> {
        self.sms.review_in_force(document).filter(|_| self.is_in_force(document))
    }

    /// Says that the file has the next version already, with the way to it; nothing where it has
    /// not.
    pub(in crate::site) fn next_beside(&self, root: &str, document: &Document) -> Vec<Piece> {
        if !self.in_force.contains_key(&self.index(document)) {
            return Vec::new();
        }
        let card = self.card(document);
        let next = document.front.text("version").map_or("none", |version| version.value);
        let address = format!("{root}{}", super::super::document::next_address(card));
        let mut pieces =
            vec![Piece::text("; the next, "), Piece::link(format!("version {next}"), address)];
        match &card.standing {
            Standing::ClaimsApproval => {
                pieces.extend([Piece::text(", "), card.standing.piece()]);
                if card.proof.verdict == "contradicted" {
                    pieces.extend([Piece::text(": "), card.proof.piece()]);
                }
            }
            standing => {
                pieces.extend([Piece::text(format!(",{}", standing.verb())), standing.piece()]);
            }
        }
        pieces
    }

    /// Says that the version before that of the file claims to be in force, which Git does not bear out,
    /// and what became of its approval; nothing where none does. `begin` is the word that it begins with.
    pub(in crate::site) fn claimed_beside(
        &self,
        root: &str,
        document: &Document,
        begin: &str,
    ) -> Vec<Piece> {
        let Some(term) = super::super::versions::claimed_beside(self, document) else {
            return Vec::new();
        };
        let version = format!("{begin} {}", term.tenure.version);
        let version = match super::super::versions::address(self.card(document)) {
            Some(history) => Piece::link(version, format!("{root}{history}")),
            None => Piece::text(version),
        };
        let words = Piece::text(" claims to be in force, approval: ");
        vec![version, words, term.verdict_of_now()]
    }

    /// Returns the version before that of the file by which a document is counted, where each is counted
    /// once: the one in force; else the one that claims to be, while the file claims nothing.
    pub(in crate::site) fn counted_by(&self, document: &Document) -> Option<&Term<'s>> {
        let claims_nothing = self.card(document).proof.level.is_none();
        let claimed =
            || super::super::versions::claimed_beside(self, document).filter(|_| claims_nothing);
        super::super::versions::in_force_instead(self, document).or_else(claimed)
    }

    /// Returns the state of what people work by: of the version in force, even where the file has
    /// the next one already.
    pub(in crate::site) fn standing(&self, document: &Document) -> Standing {
        if !self.in_force.contains_key(&self.index(document)) {
            return self.card(document).standing.clone();
        }
        let is_overdue = self.next_review(document).is_some_and(|next| next < self.sms.as_of);
        let state = if is_overdue { State::Overdue } else { State::Effective };
        match self.sms.withdrawn_as_of(self.shown_of(document)) {
            Some(day) => Standing::Until(state, day),
            None => Standing::Is(state),
        }
    }

    /// Returns that state, and beside it the next version with its own, the one before that claims to be
    /// in force, or what went out of use before it. An agreement may be outside of its own term.
    pub(in crate::site) fn state(&self, root: &str, document: &Document) -> Vec<Piece> {
        let mut pieces = vec![self.standing(document).piece()];
        pieces.extend(self.outside_term(document));
        pieces.extend(self.beside(root, document));
        pieces
    }

    /// Says behind a state what stands beside it: the next version, the one before that claims to be in
    /// force, or what went out of use before it.
    pub(in crate::site) fn beside(&self, root: &str, document: &Document) -> Vec<Piece> {
        let mut pieces = self.next_beside(root, document);
        let out = self.sms.out_of_use_beside(document);
        if let Some(out) = out.filter(|_| !self.standing(document).is_obsolete()) {
            let version = format!("; version {} is ", shown(out.version()));
            pieces.extend([Piece::text(version), out_of_use_piece(out)]);
        }
        let claimed = self.claimed_beside(root, document, "version");
        if !claimed.is_empty() {
            pieces.push(Piece::text("; "));
            pieces.extend(claimed);
        }
        pieces
    }

    /// Says that the day spoken of is none of the term of an agreement, behind its state; nothing where
    /// it is.
    pub(in crate::site) fn outside_term(&self, document: &Document) -> Vec<Piece> {
        let Some(outside) = self.sms.outside_term(self.shown_of(document)) else {
            return Vec::new();
        };
        let words = format!("its term {outside}");
        vec![Piece::text("; "), Piece::mark("M-overdue", "ask", words)]
    }

    /// Returns what went out of use of a withdrawn document whose file has a text that was never
    /// issued, with the version if it had one.
    pub(in crate::site) fn withdrawn_instead<'a>(
        &'a self,
        document: &Document,
    ) -> Option<(&'a OutOfUse, Option<&'a Term<'s>>)> {
        let is_withdrawn = self.card(document).standing.is_obsolete();
        let out = self.sms.out_of_use_beside(document).filter(|_| is_withdrawn)?;
        let terms = self.terms(document).iter();
        Some((out, terms.rev().find(|term| term.tenure.blob == out.text.blob)))
    }

    /// Returns what is told of a document: the content in force, or the one that was withdrawn, even
    /// where the file has another one.
    pub(in crate::site) fn told_of<'a>(&'a self, document: &'a Document) -> &'a Document {
        match self.withdrawn_instead(document) {
            Some((out, _)) => &out.text,
            None => self.shown_of(document),
        }
    }

    /// Returns the proof of what people work by, or worked by until it was withdrawn.
    pub(in crate::site) fn proof<'a>(&'a self, document: &Document) -> &'a Proof {
        if let Some((_, Some(term))) = self.withdrawn_instead(document) {
            return &term.proof;
        }
        match super::super::versions::in_force_instead(self, document) {
            Some(term) => &term.proof,
            None => &self.card(document).proof,
        }
    }

    /// Returns the verdicts on a document: on what people work by, and on the next version beside
    /// it, where that claims to be approved as well and the verdict is another; and on the version before
    /// that claims to be in force.
    pub(in crate::site) fn verdicts(&self, document: &Document) -> Vec<&'static str> {
        let mut verdicts = vec![self.proof(document).verdict, self.card(document).proof.verdict];
        if self.sms.status(document) != Some("approved") {
            verdicts.truncate(1);
        }
        let claimed = super::super::versions::claimed_beside(self, document);
        verdicts.extend(claimed.map(|term| term.proof.verdict));
        verdicts.dedup();
        verdicts
    }
}
