//! What takes the place of what: a version of the one before, a document of another.
//!
//! Front matter says it on one side, with `supersedes`. It holds if the other side agrees: what was
//! named is what was in force until then, and nothing of it is in force any more.

use super::Sms;
use super::tenure::Tenure;
use crate::document::{Claims, DocId, Document, Reference, Version};
use crate::repo::object::ObjectId;
use crate::source::{Date, Span};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// What a document says it takes the place of, held against when that was in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Supersession<'s> {
    /// What it names.
    pub reference: Reference,
    /// Where it names it.
    pub span: Span,
    /// What became of it.
    pub outcome: Outcome<'s>,
}

/// What became of a claim to take a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'s> {
    /// It took the place, on this day if one is known.
    Took(Option<Date>),
    /// Another version of its own was the one in force before it, until this day.
    OtherBefore(String, Date),
    /// The other document is in force as another version than the one named.
    StillInForce(&'s Document, String),
    /// The other document says that it takes the place of this one, or does so by way of others: from
    /// it to the one that names this one.
    Circle(Vec<&'s Document>),
    /// The other document needs an approval of this level, which this one does not have.
    Unproved(&'s Document, u8),
    /// The history does not tell.
    Unknown,
}

/// That another document took the place of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Succession {
    /// The first day on which it was in force in its place, if one is known.
    pub from: Option<Date>,
    /// The document that took the place.
    pub by: DocId,
    /// The version whose place it took; whatever was in force by then, if it names none.
    pub version: Option<String>,
    /// How visibly it is approved: it takes the place of nothing that needs more.
    pub level: u8,
    /// The place of the commit that published it so; none, if none did.
    pub published: Option<usize>,
}

impl Succession {
    /// Tells whether it is this version that was replaced, in force since a day, and not one that
    /// came later.
    fn is_of(&self, claims: &Claims, since: Option<Date>) -> bool {
        let is_named =
            |named: &String| claims.version.as_ref().is_some_and(|it| Version::are_same(named, it));
        self.version.as_ref().is_none_or(is_named)
            && since.zip(self.from).is_none_or(|(since, from)| since <= from)
    }
}

impl Sms {
    /// Works out what took the place of what. A place is taken once a version that says so is
    /// approved, as visibly as what it replaces has to be, and begins; the next version of the
    /// successor, or its end, gives it back to nobody.
    pub(super) fn settle_successions(&self) -> BTreeMap<DocId, Vec<Succession>> {
        let mut taken: BTreeMap<DocId, Vec<Succession>> = BTreeMap::new();
        let mut take = |by: &DocId, (from, published), claims: &Claims, level: u8| {
            let named = claims.supersedes.iter().map(|it| Reference::parse(it));
            for Reference { id, version } in named.filter(|it| it.id != *by) {
                let succession = Succession { from, by: by.clone(), version, level, published };
                taken.entry(id).or_default().push(succession);
            }
        };
        for (id, tenure) in
            self.tenures.iter().flat_map(|(id, all)| all.iter().map(move |it| (id, it)))
        {
            if tenure.names_another(id)
                && tenure.was_ever_in_force()
                && let Some((claims, level)) = self.borne_out(id, tenure)
            {
                // What was approved more visibly only later takes what needs that only then.
                let first = self.level_as_published(id, tenure).filter(|first| *first < level);
                let published = self.history.place_of(tenure.published_in);
                take(id, (tenure.from, published), claims, first.unwrap_or(level));
                if first.is_some() {
                    let from = tenure.from.max(self.history.day_of(tenure.at));
                    take(id, (from, Some(tenure.at)), claims, level);
                }
            }
        }
        // What is published as it is has been looked at.
        let is_published = |document: &Document| {
            let id = document.id();
            id.is_some_and(|id| self.tenures(&id).last().is_some_and(|it| it.blob == document.blob))
        };
        let approved = self.documents.iter().filter(|it| self.is_approved(it));
        for document in approved.filter(|it| !is_published(it)) {
            let claims = self.claims(document);
            let begins = self.begins_on(document);
            // What is withdrawn before it begins takes no place.
            let ever_begins = begins.zip(claims.withdrawn_on).is_none_or(|(from, to)| from < to);
            if let Some(id) = claims.id.as_ref().filter(|_| ever_begins) {
                take(id, (begins, None), claims, self.level_held(document));
            }
        }
        for successions in taken.values_mut() {
            // The first one ends it.
            successions.sort();
            successions.dedup();
        }
        taken
    }

    /// Returns what took the place of a document, as far as that has begun on the day spoken of.
    pub fn succession(&self, document: &Document) -> Option<&Succession> {
        let claims = self.claims(document);
        self.succession_of(claims.id.as_ref()?, claims)
    }

    /// Returns the same of what a document claims, or claimed as it stood in one of its versions.
    pub(super) fn succession_of(&self, id: &DocId, claims: &Claims) -> Option<&Succession> {
        self.taken(id, claims).next()
    }

    /// Returns the commit with which the place of a document was taken: that which published the approved
    /// version of the successor, else that of its approval.
    pub fn taken_in(&self, document: &Document, succession: &Succession) -> Option<ObjectId> {
        let id = document.id()?;
        let names_it = |tenure: &&Tenure| {
            let mut named = tenure.claims.supersedes.iter();
            named.any(|it| Reference::parse(it).id == id) && tenure.from <= succession.from
        };
        let published = self.tenures(&succession.by).iter().rfind(names_it);
        let approved = || self.grade(self.document(succession.by.as_str())?)?.commit;
        published.map(|tenure| tenure.published_in).or_else(approved)
    }

    /// Returns what took the place of a document as it claims, as far as that has begun on the day
    /// spoken of, the first first.
    fn taken<'s>(&'s self, id: &DocId, claims: &Claims) -> impl Iterator<Item = &'s Succession> {
        let has_begun = |it: &&Succession| it.from.is_none_or(|from| from <= self.as_of);
        let all = self.successions.get(id).into_iter().flatten();
        all.filter(has_begun).filter(move |it| {
            it.level >= self.minimum_of(claims)
                && it.is_of(claims, self.came_into_force(id, claims))
        })
    }

    /// Returns the first day of a version: another day, or another approval, is no new version.
    fn came_into_force(&self, id: &DocId, claims: &Claims) -> Option<Date> {
        let version = claims.version.as_deref();
        let first = self.tenures(id).iter().find(|it| version.is_some_and(|v| it.is_version(v)));
        first.and_then(|tenure| tenure.from).or(claims.begins_on())
    }

    /// Returns what a document says it takes the place of.
    pub fn supersessions(&self, document: &Document) -> Vec<Supersession<'_>> {
        let Some(id) = document.id() else { return Vec::new() };
        let named = document.front.list("supersedes").into_iter();
        let named: Vec<_> = named.map(|it| (Reference::parse(it.value), it.span)).collect();
        let all = named.iter().map(|(reference, span)| Supersession {
            outcome: match reference.id == id {
                true => self.own_former(&id, document, named.iter().map(|(it, _)| it)),
                false => self.former_document(document, &id, reference),
            },
            reference: reference.clone(),
            span: *span,
        });
        all.collect()
    }

    /// Holds the former version that a document names against the one that was in force before.
    fn own_former<'r>(
        &self,
        id: &DocId,
        document: &Document,
        named: impl Iterator<Item = &'r Reference>,
    ) -> Outcome<'_> {
        let version = document.front.text("version").map_or("", |version| version.value);
        let tenures = self.tenures(id);
        let Some(now) = tenures.iter().rposition(|tenure| tenure.is_version(version)) else {
            return Outcome::Unknown;
        };
        let earlier = || tenures[..now].iter().rev().filter(|tenure| !tenure.is_version(version));
        let Some(last) = earlier().find(|tenure| tenure.was_ever_in_force()) else {
            return Outcome::Unknown;
        };
        let mut named = named.filter(|it| it.id == *id);
        // What was replaced before it took effect may be named as well.
        let newest = earlier().next().map(|tenure| tenure.version.as_str());
        let is_former = |it: &Reference| match it.version.as_deref() {
            None => true,
            Some(version) => [Some(last.version.as_str()), newest]
                .into_iter()
                .flatten()
                .any(|former| Version::are_same(version, former)),
        };
        match last.last_day_in_force() {
            _ if named.any(is_former) => Outcome::Took(tenures[now].from),
            Some(until) => Outcome::OtherBefore(last.version.clone(), until),
            None => Outcome::Unknown,
        }
    }

    fn level_held(&self, document: &Document) -> u8 {
        let grade = self.grade(document).filter(|grade| grade.contradictions.is_empty());
        grade.map_or(0, |grade| grade.level)
    }

    /// Asks whether another document agrees that its place was taken.
    fn former_document(
        &self,
        document: &Document,
        id: &DocId,
        reference: &Reference,
    ) -> Outcome<'_> {
        let Some(other) = self.document(reference.id.as_str()) else { return Outcome::Unknown };
        if !self.says_approved(other) {
            return Outcome::Took(None);
        }
        if let Some(circle) = self.circle_back(id, other) {
            return Outcome::Circle(circle);
        }
        let version = other.front.text("version").map(|version| version.value.to_owned());
        let Some(version) = version else { return Outcome::Unknown };
        let is_named = reference.version.as_ref().is_some_and(|it| Version::are_same(it, &version));
        // What came into force later was not there to be replaced.
        let began = |id| self.tenures(id).iter().rfind(|it| it.was_ever_in_force())?.from;
        let is_later =
            || began(&reference.id).zip(began(id)).is_some_and(|(other, own)| other > own);
        let needed = self.minimum(other);
        match is_later() || reference.version.is_some() && !is_named {
            true => Outcome::StillInForce(other, version),
            false if self.level_held(document) >= needed => Outcome::Took(None),
            false if self.state(other).is_in_force() => Outcome::Unproved(other, needed),
            false => Outcome::Unknown,
        }
    }

    fn says_approved(&self, document: &Document) -> bool {
        self.status(document) == Some("approved") && document.is_sound()
    }

    /// Follows what documents say they take the place of, from one on, until a document is named;
    /// returns those on the way.
    fn circle_back(&self, id: &DocId, first: &'_ Document) -> Option<Vec<&Document>> {
        /// So many names are followed: longer chains are no slip of anybody's hand.
        const MOST: usize = 1_000;
        let mut followed = 0;
        let first = self.index(first);
        let mut came_from: HashMap<usize, Option<usize>> = HashMap::from([(first, None)]);
        let mut open = VecDeque::from([first]);
        while let Some(at) = open.pop_front().filter(|_| followed < MOST) {
            for named in self.documents[at].front.list("supersedes").into_iter().take(MOST) {
                followed += 1;
                let named = Reference::parse(named.value).id;
                if named == *id {
                    let back = std::iter::successors(Some(at), |at| came_from[at]);
                    let mut way: Vec<&Document> = back.map(|at| &self.documents[at]).collect();
                    way.reverse();
                    return Some(way);
                }
                let next = self.document(named.as_str()).filter(|it| self.says_approved(it));
                if let Some(next) = next.map(|next| self.index(next))
                    && !came_from.contains_key(&next)
                {
                    came_from.insert(next, Some(at));
                    open.push_back(next);
                }
            }
        }
        None
    }

    /// Returns all that took the place of a document on the first day on which something did, as far
    /// as that has begun on the day spoken of: more than one, where it was split.
    pub fn successors(&self, document: &Document) -> Vec<&DocId> {
        let claims = self.claims(document);
        claims.id.as_ref().map(|id| self.successors_of(id, claims)).unwrap_or_default()
    }

    /// Returns the same of what a document claims, or claimed as it stood in one of its versions.
    pub fn successors_of(&self, id: &DocId, claims: &Claims) -> Vec<&DocId> {
        let mut taken = self.taken(id, claims).peekable();
        let day = taken.peek().map(|it| it.from);
        let of_day = taken.filter(|it| Some(it.from) == day);
        let mut successors: Vec<&DocId> = of_day.map(|it| &it.by).collect();
        successors.dedup();
        successors
    }

    /// Returns what took the place of a version that ended because `first` did.
    pub fn successors_at_end<'s>(
        &'s self,
        id: &DocId,
        tenure: &Tenure,
        first: &'s DocId,
    ) -> Vec<&'s DocId> {
        let by = self.successors_of(id, &tenure.claims);
        if by.contains(&first) { by } else { vec![first] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::reading;
    use crate::story::{Story, replay};

    #[test]
    fn a_circle_is_found_however_many_are_in_it() {
        let mut text = String::new();
        for (id, supersedes) in [
            ("POL-1", "POL-2@1.0"),
            ("POL-2", "POL-3"),
            ("POL-3", "POL-1@1.0"),
            ("POL-4", "POL-1@1.0"),
            ("POL-5", "POL-6"),
            ("POL-6", "POL-7"),
        ] {
            text += &format!(
                "```md docs/{id}.md\n---\nid: {id}\ntype: policy\nversion: 1.0\nstatus: approved\nsupersedes: {supersedes}\n---\n```\n\n"
            );
        }
        let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
        let sms = reading::of_commit(&recording, recording.head_commit().unwrap(), &[]).unwrap();
        let told =
            sms.documents.iter().map(|document| match &sms.supersessions(document)[0].outcome {
                Outcome::Circle(others) => {
                    others.iter().map(|it| it.called()).collect::<Vec<_>>().join(" ")
                }
                _ => String::new(),
            });
        assert_eq!(
            told.collect::<Vec<_>>(),
            ["POL-2 POL-3", "POL-3 POL-1", "POL-1 POL-2", "", "", ""]
        );
    }
}
