//! The acts by which an approver approves: what was done, by whom, and what was seen then.

use super::contradiction::Contradiction;
use super::person::is_by;
use super::way::Way;
use super::{Case, Content};
use crate::document::digest::Sha256Sum;
use crate::history::Publication;
use crate::repo::object::{Commit, ObjectId, Person, ReadError};
use crate::sms::machine::is_forge;
use crate::sms::signatures::{SignedTag, Signer, Worth};

/// How an approver acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Committed the approval.
    Committed,
    /// Is the author of a commit that holds the approval and nothing else.
    Authored,
    /// Merged it to the publishing branch.
    Merged,
    /// Pressed the button of a forge, which merged it: the forge's word for who it was.
    MergedByForge,
    /// Signed a tag on the commit that brought it, which names the document.
    Tagged,
}

impl Act {
    /// Returns the word that follows "it was" and precedes "by".
    pub fn word(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Authored => "written",
            Self::Merged => "merged",
            Self::MergedByForge => "merged through a forge",
            Self::Tagged => "tagged",
        }
    }
}

/// The act by which an approver approved, and what.
pub(super) struct Deed<'h> {
    pub act: Act,
    pub commit: &'h Commit,
    pub seen: Seen,
    tag: Option<&'h SignedTag>,
}

/// What an approval covers of a state of a document: its content, and the pictures in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub covered: Sha256Sum,
    pictures: Vec<Option<ObjectId>>,
}

impl Case<'_> {
    /// Returns what is judged.
    pub(super) fn now(&self) -> Seen {
        let pictures = self.annexes.map(|annexes| annexes.pictures_now()).unwrap_or_default();
        Seen { covered: self.claims.covered, pictures }
    }

    /// Returns what somebody saw who acted in a commit that had this content.
    pub(super) fn seen_in(&self, commit: &Commit, covered: Sha256Sum) -> Result<Seen, ReadError> {
        let annexes = self.annexes.filter(|_| covered == self.claims.covered);
        let pictures = annexes.map(|annexes| annexes.pictures_at(commit)).transpose()?;
        Ok(Seen { covered, pictures: pictures.unwrap_or_default() })
    }

    /// Tells whether a commit has pictures that none of its parents has.
    pub(super) fn brings_pictures(&self, commit: &Commit) -> Result<bool, ReadError> {
        let Some(annexes) = self.annexes else { return Ok(false) };
        let pictures = annexes.pictures_at(commit)?;
        for parent in commit.parents.iter().filter_map(|id| self.history.commit(*id)) {
            if annexes.pictures_at(parent)? == pictures {
                return Ok(false);
            }
        }
        Ok(!pictures.is_empty() && !commit.parents.is_empty())
    }
}

impl Deed<'_> {
    /// Returns who acted.
    pub(super) fn actor(&self) -> &Person {
        match (self.tag, self.act) {
            (Some(signed), _) => &signed.tag.tagger.person,
            (None, Act::Authored) => &self.commit.author.person,
            (None, _) => acting(self.commit).0,
        }
    }
}

/// Finds the acts of the approver that brought an approval in, or stand on what did.
pub(super) fn deeds<'h>(
    case: &Case<'h>,
    way: &Way<'_, 'h>,
    brought: usize,
    is_mixed: bool,
    publication: Option<Publication<'h>>,
    by: &str,
) -> Result<Vec<Deed<'h>>, ReadError> {
    let commit = way.commit(brought);
    let own = if is_mixed {
        None
    } else if is_by(&commit.committer.person, by) {
        Some(Act::Committed)
    } else if way.holds_approval_alone(brought) && is_by(&commit.author.person, by) {
        Some(Act::Authored)
    } else {
        None
    };
    let own = own.map(|act| (act, commit, way.covered(brought), None));
    let merged = publication.filter(|publication| publication.is_merge).and_then(|publication| {
        let (person, act) = acting(publication.commit);
        let covered = publication.claims.covered;
        is_by(person, by).then_some((act, publication.commit, covered, None))
    });
    let brought = Some((commit, way.covered(brought)));
    let published = publication.map(|it| (it.commit, it.claims.covered));
    let tagged = case.keyring.signatures.tags.iter().filter_map(|signed| {
        let on = |place: &(&Commit, Sha256Sum)| place.0.id == signed.tag.commit;
        let (commit, covered) = brought.filter(on).or(published.filter(on))?;
        let is_own = signed.speaks_of(case.id)
            && signed.why_no_approval(case.id, case.claims.version.as_deref()).is_none()
            && case.roles.are_one_person(&signed.tag.tagger.person.email, by)
            && case.keyring.tag_signer(signed, by, &[]).counts();
        is_own.then_some((Act::Tagged, commit, covered, Some(signed)))
    });
    let acts = own.into_iter().chain(merged).chain(tagged);
    // What its own committer signed with another's key speaks against the approval, and what the approver
    // signed is no stranger's.
    let is_signed = |commit: &Commit| {
        case.keyring.commit_signer(commit, by, &[]).is_some_and(|signer| signer.counts())
    };
    let is_strangers = |commit: &Commit| {
        !is_by(&commit.committer.person, by) && case.keyring.disowns(commit) && !is_signed(commit)
    };
    let acts = acts.filter(|(_, commit, _, tag)| {
        tag.is_some() || !commit.is_of_two() && !is_strangers(commit)
    });
    acts.map(|(act, commit, covered, tag)| {
        Ok(Deed { act, commit, seen: case.seen_in(commit, covered)?, tag })
    })
    .collect()
}

/// Returns the approver, with the name that they have among people who acted, if they did.
pub(super) fn approver<'p>(acted: impl IntoIterator<Item = &'p Person>, by: &str) -> Person {
    let own = acted.into_iter().find(|person| is_by(person, by));
    Person { name: own.map(|person| person.name.clone()).unwrap_or_default(), email: by.to_owned() }
}

/// Weighs the signature on an act. One that speaks against the act contradicts the approval.
pub(super) fn signer(
    case: &Case<'_>,
    deed: &Deed<'_>,
    by: &str,
    authors: &[&Commit],
    contradictions: &mut Vec<Contradiction>,
) -> Option<Signer> {
    if let Some(tag) = deed.tag {
        return Some(case.keyring.tag_signer(tag, by, authors));
    }
    let commit = deed.commit;
    let mut signer = case.keyring.commit_signer(commit, by, authors)?;
    let committer = &commit.committer.person;
    if signer.counts() || case.roles.are_one_person(&committer.email, by) {
        match &signer.worth {
            Worth::OfAnother(principals) => {
                contradictions.push(Contradiction::WrongSigner(principals.clone(), commit.id));
            }
            Worth::Broken(why) => {
                contradictions.push(Contradiction::BrokenSignature(why.clone(), commit.id));
            }
            Worth::Counts | Worth::Nothing(_) => {}
        }
    } else {
        // The signature on a commit is its committer's, who here is somebody else.
        let who = match is_forge(committer) {
            true => format!("the forge {}, which speaks for itself alone", committer.email),
            false => committer.email.clone(),
        };
        let own = case.keyring.commit_signer(commit, &committer.email, &[]);
        signer.worth = Worth::Nothing(match own.filter(Signer::counts) {
            Some(_) => format!("it is signed by its committer, {who}"),
            None => format!("it was committed by {who}"),
        });
    }
    Some(signer)
}

/// Returns the address of whoever made a merge; where a forge committed it, of its author.
pub fn merged_by(merge: &Commit) -> &str {
    &acting(merge).0.email
}

/// Returns who took a commit to where it stands: whoever made it; where a forge did, its author.
pub fn brought_by(commit: &Commit) -> &Person {
    acting(commit).0
}

/// Returns who made a merge, and how.
pub(super) fn acting(merge: &Commit) -> (&Person, Act) {
    match is_forge(&merge.committer.person) {
        true => (&merge.author.person, Act::MergedByForge),
        false => (&merge.committer.person, Act::Merged),
    }
}

/// Tells whether a merge was made by a person who had no hand in the content, as far as its signature
/// does not say that somebody else made it.
pub(super) fn is_by_another(case: &Case<'_>, merge: &Commit, content: &Content<'_>) -> bool {
    let (person, roles) = (acting(merge).0, case.roles);
    !roles.is_machine(&person.email)
        && !case.keyring.disowns(merge)
        && content.by(roles, person).is_none()
        && content.naming(roles, person).is_empty()
}
