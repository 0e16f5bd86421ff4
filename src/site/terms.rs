//! The versions of a document that were published as approved: when in force, and how well proved.
//!
//! Worked out once for all pages that speak of the past, so that none of them says more than the
//! others. A version whose approval Git does not bear out *claims* to have been in force.

use super::atlas::Atlas;
use super::card::Proof;
use super::views::{Cell, Column, Piece, Row, Table, joined};
use crate::document::DocId;
use crate::repo::object::{ObjectId, Person};
use crate::sms::Sms;
use crate::sms::approval::{Grade, brought_by};
use crate::sms::tenure::{End, Tenure};
use crate::source::Date;
use std::collections::{BTreeMap, HashSet};

/// A version and its proof.
#[derive(Clone, Debug)]
pub(super) struct Term<'s> {
    /// The version and its days.
    pub(super) tenure: &'s Tenure,
    /// The approval that decides.
    pub(super) grade: Option<&'s Grade>,
    /// What became of it.
    pub(super) proof: Proof,
    /// Whether Git bears the approval out as the type needs.
    pub(super) is_proved: bool,
    /// The level that its type needs.
    pub(super) minimum: u8,
    /// Whether all of it lies before control start: it is shown and not judged.
    pub(super) is_before_start: bool,
}

impl<'s> Term<'s> {
    /// Returns the versions of a document, oldest first. `before_start` are the commits before
    /// control start.
    pub(super) fn all(sms: &'s Sms, id: &'s DocId, before_start: &HashSet<ObjectId>) -> Vec<Self> {
        let is_alone = !sms.knows(id.as_str()) || sms.document(id.as_str()).is_some();
        let start = sms.trust.config.verify_from;
        let term = |tenure: &'s Tenure| {
            let grades = &tenure.grades;
            let is_identified = is_alone && tenure.claims.is_sound;
            let contradicted = grades.iter().find(|grade| !grade.contradictions.is_empty());
            let is_proved = is_identified && sms.bears_out(tenure);
            let best = grades.iter().max_by_key(|grade| grade.level);
            let grade = contradicted.or(best);
            let is_old = |grade: &Grade| grade.approval.on.is_none_or(|on| Some(on) < start);
            Self {
                proof: Proof::of(grade, is_identified),
                is_proved,
                minimum: sms.trust.config.minimum_for(tenure.claims.kind.as_deref()),
                is_before_start: before_start.contains(&tenure.published_in)
                    && grades.iter().all(is_old),
                grade,
                tenure,
            }
        };
        sms.tenures(id).iter().map(term).collect()
    }

    /// Returns the verdict on its approval, with its mark.
    pub(super) fn verdict(&self) -> Piece {
        match self.is_before_start && !self.is_proved {
            true => Piece::quiet("before control start, not judged"),
            false => self.verdict_of_now(),
        }
    }

    /// Returns the verdict on a version that stands: control start makes no state better.
    pub(super) fn verdict_of_now(&self) -> Piece {
        match self.proof.verdict == "verified" && !self.is_proved {
            true => self.proof.clone().needing(self.minimum).piece(),
            false => self.proof.piece(),
        }
    }

    /// Returns that verdict, with the commit that brought the approval.
    pub(super) fn verdict_with_commit(&self) -> Vec<Piece> {
        let commit = self.proof.commit.map(|commit| [Piece::text(" "), Piece::oid(commit.short())]);
        std::iter::once(self.verdict()).chain(commit.into_iter().flatten()).collect()
    }

    /// Returns the name of the version as a link to its row on the page of its history.
    pub(super) fn anchor(&self, at: usize) -> String {
        format!("Version-{}-{}", at + 1, super::atlas::file_name(&self.tenure.version))
    }

    /// Returns who wrote it, each once, as the commits name them.
    fn authors(&self, atlas: &Atlas<'_>) -> Vec<Piece> {
        let of = self.tenure.claims.id.as_ref();
        let wrote = of.map(|id| atlas.sms.authors_of(id, Some(&self.tenure.version)));
        let mut people: BTreeMap<String, &str> = BTreeMap::new();
        for (email, commit) in wrote.into_iter().flatten() {
            let Some(commit) = atlas.commit(commit) else { continue };
            let name = name_in_commit(&commit.author.person);
            people.entry(email.to_lowercase()).or_insert(name);
        }
        let mut names: Vec<&str> = people.into_values().collect();
        names.sort_unstable();
        names.dedup();
        match names.is_empty() {
            true => vec![Piece::quiet("none shown")],
            false => joined(names.into_iter().map(Piece::voice), ", "),
        }
    }

    /// Returns the commit that brought it to the publishing branch, its day, and who made it.
    fn published(&self, atlas: &Atlas<'_>) -> Vec<Piece> {
        let tenure = self.tenure;
        let mut pieces = vec![
            Piece::date_or_none(tenure.published_on),
            Piece::text(" "),
            Piece::oid(tenure.published_in.short()),
        ];
        if let Some(commit) = atlas.commit(tenure.published_in) {
            let how = if commit.parents.len() > 1 { "merged by " } else { "committed by " };
            let by = Piece::voice(name_in_commit(brought_by(commit)));
            pieces.extend([Piece::line_end(), Piece::text(how), by]);
        }
        pieces
    }

    /// Returns who approved it.
    pub(super) fn approver(&self, atlas: &Atlas<'_>) -> Piece {
        let by = self.grade.and_then(|grade| grade.approval.by.as_deref());
        by.map_or_else(|| Piece::quiet("none"), |by| Piece::voice(atlas.name_of(by)))
    }

    /// Returns the day it was approved, as claimed.
    pub(super) fn approved_on(&self) -> Option<Date> {
        self.grade?.approval.on
    }
}

/// Returns the name of a person as a commit has it, else the address.
fn name_in_commit(person: &Person) -> &str {
    match (person.name.as_str(), person.email.as_str()) {
        ("", "") => "nobody named",
        ("", email) => email,
        (name, _) => name,
    }
}

/// Says what ended a version.
fn end(atlas: &Atlas<'_>, root: &str, tenure: &Tenure) -> Vec<Piece> {
    match &tenure.end {
        None => vec![Piece::quiet("still open")],
        Some(End::NextVersion(version)) => {
            let of = tenure.claims.id.as_ref();
            let words =
                of.map_or("took its place", |of| atlas.sms.words_of_next(of, tenure, version));
            vec![Piece::text("version "), Piece::voice(version), Piece::text(format!(" {words}"))]
        }
        Some(End::Withdrawn(commit)) => {
            vec![Piece::text("withdrawn in "), Piece::oid(commit.short())]
        }
        Some(End::SupersededBy(first)) => {
            let of = tenure.claims.id.as_ref();
            let by = of.map(|of| atlas.sms.successors_at_end(of, tenure, first));
            let by = by.unwrap_or_else(|| vec![first]);
            let by = joined(by.into_iter().map(|id| atlas.link_id(root, id)), ", ");
            std::iter::once(Piece::text("superseded by ")).chain(by).collect()
        }
        Some(End::Reopened(commit)) => {
            vec![Piece::text("opened again in "), Piece::oid(commit.short())]
        }
        Some(End::Removed(commit)) => {
            let of = tenure.claims.id.as_ref();
            let went = of.map_or("removed", |of| atlas.sms.word_of_end(of, *commit));
            vec![Piece::text(format!("{went} in ")), Piece::oid(commit.short())]
        }
    }
}

/// Returns the versions as a table, newest first.
pub(super) fn table(atlas: &Atlas<'_>, root: &str, terms: &[Term<'_>]) -> Table {
    let rows = terms.iter().enumerate().rev().map(|(at, term)| {
        let tenure = term.tenure;
        let until = match (tenure.last_day_in_force(), tenure.was_ever_in_force()) {
            (_, false) => Piece::quiet("never in force"),
            (None, true) => Piece::quiet("open"),
            (Some(until), true) => Piece::date(until),
        };
        let why = match &tenure.claims.change_summary {
            Some(why) => Piece::voice(why),
            None => Piece::quiet("none"),
        };
        let cells = vec![
            Cell::one("lead ver num", "", Piece::voice(&tenure.version)),
            Cell::one("date", "From", Piece::date_or_none(tenure.from)),
            Cell::one("date", "Until", until),
            Cell::of("wide", "Ended by", end(atlas, root, tenure)),
            Cell::of("", "Authors", term.authors(atlas)),
            Cell::one("", "Approver", term.approver(atlas)),
            Cell::one("date", "Approved", Piece::date_or_none(term.approved_on())),
            Cell::one("", "So it is", term.verdict()),
            Cell::one("", "Proof", term.proof.meter()),
            Cell::of("wide", "Published", term.published(atlas)),
            Cell::one("wide", "Why", why),
        ];
        Row { id: term.anchor(at), class: String::new(), cells }
    });
    Table {
        caption: "Versions that were published as approved, newest first".to_owned(),
        columns: [
            ("Ver.", "num"),
            ("In force from", ""),
            ("Until", ""),
            ("Ended by", ""),
            ("Authors", ""),
            ("Approver", ""),
            ("Approved", ""),
            ("Approval is", ""),
            ("Proof", ""),
            ("Published", ""),
            ("Why", ""),
        ]
        .map(|(name, class)| Column { class, ..Column::text(name) })
        .to_vec(),
        rows: rows.collect(),
        ..Table::default()
    }
}
