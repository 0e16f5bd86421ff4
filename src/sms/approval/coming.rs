//! How an approval came to where it is judged: what brought it, what took it to the publishing
//! branch, what ended it there, and the acts of the approver among these.

use super::Case;
use super::act::{Act, Deed, Seen, deeds};
use super::ends::Ended;
use super::person::is_by;
use super::way::Way;
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, seeming_address};
use crate::history::Publication;
use crate::repo::object::{Commit, ObjectId, ReadError};
use crate::sms::machine::is_forge;

/// How an approval came.
pub(super) struct Coming<'h> {
    /// The commit that brought it. Where it was given up and brought back, the one that did.
    pub brought_in: &'h Commit,
    /// What the approval covered when it was written.
    covered: Sha256Sum,
    /// Whether content came with it, so that its committer is not seen to approve what was there.
    is_mixed: bool,
    /// What took it to the publishing branch.
    pub publication: Option<Publication<'h>>,
    /// The commit that took the document out of use since.
    pub withdrawn: Option<ObjectId>,
    /// The commit in which the publishing branch gave up what has been brought back since, and
    /// whether it withdrew the document.
    pub given_up: Option<(&'h Commit, bool)>,
    /// The acts of the approver.
    pub deeds: Vec<Deed<'h>>,
}

impl<'h> Coming<'h> {
    /// Finds how an approval by `by` came that the node `brought` of a way put on the content.
    ///
    /// # Errors
    /// When a tree cannot be read that holds a picture of the text.
    pub(super) fn of(
        case: &Case<'h>,
        way: &Way<'_, 'h>,
        brought: usize,
        approval: &Approval,
        by: &str,
    ) -> Result<Self, ReadError> {
        let commit = way.commit(brought);
        let is_mixed = way.changes(brought) || case.brings_pictures(commit)?;
        let rests_on = |commit: &Commit, end: Ended| case.history.beneath(&[commit.id])[end.at];
        let is_current = approval.is_of(case.claims.version.as_deref());
        let ended = way.ends().end_of(approval, case.at).filter(|_| is_current);
        // What ended may be put back by whoever knew, or come back by a line that did not.
        let is_put_back = ended.is_some_and(|end| rests_on(commit, end));
        let since = ended.filter(|_| is_put_back).map(|end| end.at);
        let publication = case.history.publication(case.id, case.at, since, approval);
        let withdrawn = withdrawn(case, way, brought, ended.filter(|_| !is_put_back));
        let over = ended.filter(|end| is_put_back || !end.is_withdrawn);
        let is_anew = |deed: &Deed<'_>, end: Ended| {
            let is_of_before = match deed.act {
                Act::Authored => way.ends().was_written_before(way.revision(brought), end),
                // Whoever merges a line does not say that the approval on it is given again.
                Act::Merged | Act::MergedByForge => !way.ends().is_claimed_after(approval, end),
                Act::Committed | Act::Tagged => false,
            };
            rests_on(deed.commit, end) && !is_of_before
        };
        let mut deeds = deeds(case, way, brought, is_mixed, publication, by)?;
        deeds.retain(|deed| over.is_none_or(|end| is_anew(deed, end)));
        // Where the line it came by had it from before, the commit that brought it back counts.
        let brought_back = publication.filter(|_| over.is_some() && !is_put_back);
        let given_up = over.filter(|end| match is_put_back {
            true => !way.ends().is_claimed_after(approval, *end),
            false => brought_back.is_some(),
        });
        Ok(Self {
            brought_in: brought_back.map_or(commit, |publication| publication.commit),
            covered: way.covered(brought),
            is_mixed,
            publication,
            withdrawn,
            given_up: given_up.map(|end| (&case.history.commits[end.at], end.is_withdrawn)),
            deeds,
        })
    }

    /// Returns the act that the approval rests on: the first of those that fit best what is judged.
    pub(super) fn deed(&self, now: &Seen) -> Option<&Deed<'h>> {
        let fits = |deed: &&Deed<'_>| (deed.seen.covered == now.covered, deed.seen == *now);
        self.deeds.iter().rev().max_by_key(fits)
    }

    /// Returns the commit whose state the approver saw, and what approvals cover of it.
    pub(super) fn approved(&self, deed: Option<&Deed<'h>>) -> (&'h Commit, Sha256Sum) {
        deed.map_or((self.brought_in, self.covered), |deed| (deed.commit, deed.seen.covered))
    }

    /// Returns the merge that took it to the publishing branch.
    pub(super) fn merge(&self) -> Option<&'h Commit> {
        self.publication.filter(|publication| publication.is_merge).map(|it| it.commit)
    }

    /// Says what the approver would have to do, where no act of theirs is shown.
    pub(super) fn missing_act(&self, by: &str) -> String {
        if let Some((ended, is_withdrawn)) = self.given_up {
            let what = match is_withdrawn {
                true => "withdrew the document",
                false => "gave the approval up",
            };
            return format!(
                "let {by} approve it anew: the publishing branch {what} in commit {}, and it was brought back",
                ended.id.short()
            );
        }
        let commit = self.brought_in;
        if commit.is_of_two() {
            return format!(
                "let {by} approve it in a commit that names one author and one committer"
            );
        }
        if self.is_mixed {
            return format!(
                "let {by} commit the approval, or the merge that publishes it: here content and approval came in one commit"
            );
        }
        if is_by(&commit.author.person, by) {
            return format!(
                "let {by} approve the content as it is: the approval was written before it, or together with other changes"
            );
        }
        let (author, committer) = (&commit.author.person.email, &commit.committer.person.email);
        let actor = match is_forge(&commit.committer.person) {
            true => format!("it was written by {author}, in the forge{}", seeming(author)),
            false if committer.is_empty() => {
                "it was committed by nobody whom the commit names".to_owned()
            }
            false => format!("it was committed by {committer}{}", seeming(committer)),
        };
        format!("let {by} commit the approval: {actor}")
    }
}

/// Says of an address that reads as another one that it does.
fn seeming(address: &str) -> String {
    let look = seeming_address(address);
    let look = look.or_else(|| (address.trim() != address).then(|| address.trim().to_owned()));
    look.map(|look| format!(", which reads as {look}, and is another one")).unwrap_or_default()
}

/// Returns the commit that withdrew what claims to be approved, after the approval was brought.
fn withdrawn(
    case: &Case<'_>,
    way: &Way<'_, '_>,
    brought: usize,
    ended: Option<Ended>,
) -> Option<ObjectId> {
    if case.claims.status.as_deref() != Some("approved") {
        return None;
    }
    // By an earlier day, the withdrawal that the content itself tells of is still to come.
    let is_own = |commit: ObjectId| {
        let there = case.history.claims_at(case.id, commit);
        there.is_some_and(|it| it.withdrawn_on == case.claims.withdrawn_on)
            && case.claims.withdrawn_on.is_some()
    };
    let on_branch = ended.filter(|end| end.is_withdrawn);
    let on_branch = on_branch.map(|end| case.history.commits[end.at].id);
    way.withdrawn_since(brought).or(on_branch.filter(|commit| !is_own(*commit)))
}
