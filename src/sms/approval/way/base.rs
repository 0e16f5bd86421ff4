//! Which approvals on a way a later one may build on: those that were good on their day, and still
//! stand where it is asked.

use super::super::act::{acting, approver, is_by_another};
use super::super::ends::takes_out;
use super::super::person::{is_by, share_mailbox};
use super::super::{Case, Content};
use super::{Node, Ways, are_of_one_version};
use crate::document::{Approval, Claims, seeming_address};
use crate::history::{Revision, has_approval};
use crate::repo::object::Commit;

/// An approval on which a later one may build.
#[derive(Clone, Copy)]
pub(super) struct Held<'h> {
    approval: &'h Approval,
    /// Whether it holds without those of the same version that were there before.
    is_alone: bool,
}

/// An approval on a line that a merge joined, for whose content nobody else need be an author.
#[derive(Clone, Copy)]
pub(super) struct Relied {
    /// The node that brought it.
    pub(super) base: usize,
    /// The newest node of its line.
    pub(super) line: usize,
    /// The parent of the merge through which the way goes, as an index into the commits of the history.
    pub(super) through: usize,
}

/// Approvals that came with one commit, and the state that has them.
#[derive(Clone, Copy)]
pub(super) struct Approved<'n, 'h> {
    pub(super) claims: &'h Claims,
    pub(super) held: &'n [Held<'h>],
}

impl Approved<'_, '_> {
    /// Tells whether a state has one of the approvals, or is of another version.
    pub(super) fn is_kept_by(self, state: &Claims) -> bool {
        !are_of_one_version(state, self.claims)
            || self.held.iter().any(|held| has_approval(state, held.approval))
    }
}

/// What a document was when its file got another id: the approvals that others were seen to give, the
/// last one first, each with what was written since; at the end all that was written.
pub(super) type Former<'h> = Vec<Seen<'h>>;

/// Approvals under another id, and what nobody else is seen to have approved if they are built on.
#[derive(Default)]
pub(super) struct Seen<'h> {
    /// They, and those that they need, each with the state that has them; none at the end.
    pub(super) approvals: Vec<(&'h Claims, Vec<Held<'h>>)>,
    /// The commits that wrote the document since.
    pub(super) since: Vec<usize>,
}

impl<'h> Seen<'h> {
    fn approved(&self) -> impl Iterator<Item = Approved<'_, 'h>> {
        self.approvals.iter().map(|(claims, held)| Approved { claims, held })
    }
}

/// Which approvals a later one may build on.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Those that are as strong as the type needs.
    AsNeeded,
    /// Those that their approvers were seen to give.
    Seen,
}

pub(super) const KINDS: usize = 2;

/// Where so many approvals were given up, one after the other, none is built on.
const MOST_BASES: usize = 64;

impl<'h> Ways<'h> {
    /// Returns the approvals that a revision brought and that held at the level the case needs, as far
    /// as a later approval may build on them, and which themselves build on those of a kind.
    pub(super) fn held(&self, case: &Case<'_>, at: usize, kind: Kind) -> Vec<Held<'h>> {
        let Node { revision, older, .. } = self.nodes[at];
        let claims = &revision.claims;
        let is_new =
            |approval: &&Approval| !older.is_some_and(|it| has_approval(self.claims(it), approval));
        let fits = |approval: &&Approval| {
            approval.version.is_some()
                && approval.is_of(claims.version.as_deref())
                && approval.digest.as_ref().is_none_or(|it| *it == claims.digest.to_string())
        };
        if claims.status.as_deref() != Some("approved") {
            return Vec::new();
        }
        let new = claims.approvals.iter().filter(is_new).filter(fits);
        new.filter_map(|approval| self.hold(case, at, approval, kind)).collect()
    }

    /// Returns an approval if a person who may approve anything at all gave it, on a day on which it was
    /// possible, to content of others, as visibly as the case needs.
    fn hold(
        &self,
        case: &Case<'_>,
        at: usize,
        approval: &'h Approval,
        kind: Kind,
    ) -> Option<Held<'h>> {
        let (by, on) = (approval.by.as_ref()?, approval.on?);
        let is_somebody = case.roles.entries.is_empty() || case.roles.vouches_for(by);
        let is_ruled_out = case.roles.rule_out(by, on) || seeming_address(by).is_some();
        if !is_somebody || is_ruled_out {
            return None;
        }
        let content = self.content(at, self.base(at, at, kind), at, kind);
        let authors = content.authors();
        let commit = self.commit(at);
        let approver = approver([&commit.committer.person, &commit.author.person], by);
        let shared = match case.minimum {
            0 | 1 => Vec::new(),
            _ => content.naming(case.roles, &approver),
        };
        // A squash may tell of nothing but the approval.
        let is_squash = |it: &&Commit| it.id == commit.id;
        let is_held = content.by(case.roles, &approver).is_none()
            && shared.iter().all(is_squash)
            && match shared.is_empty() {
                true => self.is_visible(case, at, approval, by, (&content, &authors)),
                false => self.is_tagged(case, at, approval, by, &authors),
            }
            && self.wrong_dates(on, &[self.commit(at)], &content, self.covered(at)).is_empty();
        let is_alone = || {
            let whole = self.whole(at, at, at, kind);
            whole.is_none_or(|whole| whole.by(case.roles, &approver).is_none())
        };
        is_held.then(|| Held { approval, is_alone: is_alone() })
    }

    /// Tells whether an approval is shown by the acts that the level of its type needs.
    fn is_visible(
        &self,
        case: &Case<'_>,
        at: usize,
        approval: &Approval,
        by: &str,
        (content, authors): (&Content<'_>, &[&Commit]),
    ) -> bool {
        let commit = self.commit(at);
        let merges = self.merges_of(approval);
        let is_own = is_by(&commit.committer.person, by) && !self.nodes[at].changes
            || is_by(&commit.author.person, by) && self.holds_approval_alone(at);
        let mut acts = is_own.then_some(commit).into_iter();
        let mut merged = merges.iter().copied().filter(|merge| is_by(acting(merge).0, by));
        let is_signed = |act: &Commit| {
            let signer = case.keyring.commit_signer(act, by, authors);
            signer.is_some_and(|signer| signer.counts())
        };
        match case.minimum {
            0 | 1 => true,
            minimum => {
                let is_shown = match minimum {
                    2 => acts.next().is_some() || merged.next().is_some(),
                    3 => {
                        let whole = self.whole(at, at, at, Kind::AsNeeded);
                        let is_between = |merge: &&Commit| {
                            let mut contents = std::iter::once(content).chain(&whole);
                            contents.all(|content| is_by_another(case, merge, content))
                        };
                        (acts.next().is_some() || merged.next().is_some())
                            && merges.iter().any(is_between)
                    }
                    _ => acts.any(is_signed) || merged.any(is_signed),
                };
                is_shown || self.is_tagged(case, at, approval, by, authors)
            }
        }
    }

    /// Tells whether the approver signed a tag that names the document on the commit that brought an
    /// approval, or on a merge that took it to the publishing branch.
    fn is_tagged(
        &self,
        case: &Case<'_>,
        at: usize,
        approval: &Approval,
        by: &str,
        authors: &[&Commit],
    ) -> bool {
        let merges = self.merges_of(approval);
        let on = |id| id == self.commit(at).id || merges.iter().any(|merge| merge.id == id);
        let tags = case.keyring.signatures.tags.iter();
        let mut tags = tags.filter(|it| on(it.tag.commit) && it.speaks_of(case.id));
        tags.any(|tag| case.keyring.tag_signer(tag, by, authors).counts())
    }

    /// Returns the content of a version that stood at a node, with what its earlier approvals were for,
    /// under another id too; nothing where the one that another node brought builds on none of the
    /// same version.
    pub(super) fn whole(
        &self,
        at: usize,
        brought: usize,
        until: usize,
        kind: Kind,
    ) -> Option<Content<'h>> {
        let is_of_it = |claims: &Claims| are_of_one_version(claims, self.claims(brought));
        let base = self.base(brought, until, kind);
        let first = self.bases(base, kind).take_while(|it| is_of_it(self.claims(*it))).last();
        let stop = first.map_or(base, |first| self.before(first, kind));
        let is_seen_of_it =
            |seen: &&Seen<'_>| seen.approved().next().is_some_and(|it| is_of_it(it.claims));
        let former = self.relying_since(at, stop).flat_map(|at| &self.nodes[at].former);
        let former = former.filter(|former| former.first().as_ref().is_some_and(is_seen_of_it));
        let former = former.filter_map(|former| former.iter().find(|seen| !is_seen_of_it(seen)));
        let former: Vec<usize> = former.flat_map(|seen| &seen.since).copied().collect();
        if first.is_none() && former.is_empty() {
            return None;
        }
        let mut whole = self.content(at, stop, until, kind);
        former.into_iter().for_each(|commit| whole.add(commit));
        Some(whole)
    }

    /// Returns the last approval of a kind that one which a node brought may build on, as seen from
    /// a later node: that of an earlier version, or of the same one, if it stands beside it. What
    /// was taken out of this version, or is replaced in it, is nothing to build on.
    pub(super) fn base(&self, brought: usize, until: usize, kind: Kind) -> Option<usize> {
        let mut bases = self.bases(self.before(brought, kind), kind);
        bases.find(|base| self.stands_until(*base, until, kind))
    }

    /// Returns the nodes that brought approvals of a kind, from one of them back.
    pub(super) fn bases(&self, from: Option<usize>, kind: Kind) -> impl Iterator<Item = usize> {
        std::iter::successors(from, move |base| self.before(*base, kind)).take(MOST_BASES)
    }

    fn before(&self, at: usize, kind: Kind) -> Option<usize> {
        self.nodes[at].older.and_then(|older| self.nodes[older].approved[kind as usize])
    }

    /// Tells whether the approvals of a node, and those that they need beneath them, were there as long as
    /// its version was, up to another node that has its version or its text.
    pub(super) fn stands_until(&self, base: usize, until: usize, kind: Kind) -> bool {
        self.stand_since(&self.needed(base, kind), base, until)
    }

    /// Tells the same of approvals, and of what came after a node.
    fn stand_since(&self, approved: &[Approved<'_, '_>], since: usize, until: usize) -> bool {
        let is_about = |it: &&Approved<'_, '_>| {
            let (own, other) = (it.claims, self.claims(until));
            are_of_one_version(own, other) || own.text == other.text
        };
        approved.iter().filter(is_about).all(|it| {
            let states = self.back_from(Some(until)).take_while(|at| *at != since);
            // What was gone, or could not be read, had no version meanwhile.
            let mut states =
                states.map(|at| self.nodes[at].revision).filter(|it| it.blob.is_some());
            states.all(|state| it.is_kept_by(&state.claims))
        })
    }

    /// Tells whether approvals stand since a node up to another one, and are not taken back there.
    fn stay_since(&self, approved: &[Approved<'_, '_>], since: usize, until: usize) -> bool {
        let mut states = self.back_from(Some(until)).take_while(|at| *at != since);
        let is_taken_back = |at: usize| {
            let Node { older, revision, .. } = self.nodes[at];
            approved.iter().any(|it| self.is_taken_back(*it, older, revision))
        };
        self.stand_since(approved, since, until) && !states.any(is_taken_back)
    }

    /// Returns what a node brought, and the approvals of the same version without which its approver
    /// would have approved words of their own, under another id too.
    pub(super) fn needed(&self, base: usize, kind: Kind) -> Vec<Approved<'_, 'h>> {
        let mut needed = Vec::new();
        let mut next = Some(base);
        while let Some(at) = next {
            let approved = self.approved_at(at, kind);
            needed.push(approved);
            if approved.held.iter().any(|held| held.is_alone) {
                break;
            }
            next = self.before(at, kind);
            if next.is_none() {
                let former = self.relying_since(at, None).flat_map(|at| &self.nodes[at].former);
                needed.extend(former.filter_map(|it| it.first()).flat_map(Seen::approved));
            }
        }
        needed
    }

    /// Returns the approvals that a node brought.
    pub(super) fn approved_at(&self, at: usize, kind: Kind) -> Approved<'_, 'h> {
        Approved { claims: self.claims(at), held: &self.nodes[at].held[kind as usize] }
    }

    /// Returns the last of the nodes that brought approvals, from one of them back, of which no approver
    /// takes back what it needs, be it in a revision or on the lines that it joined.
    pub(super) fn left_standing(
        &self,
        base: Option<usize>,
        older: Option<usize>,
        revision: &Revision,
        lines: &[usize],
        kind: Kind,
    ) -> Option<usize> {
        let is_taken_back = |base: &usize| {
            let mut needed = self.needed(*base, kind).into_iter();
            needed.any(|it| self.is_taken_back(it, older, revision))
        };
        // What was there when the lines parted, and stands on one of them no more.
        let is_given_up_on = |base: usize, line: usize| {
            let bases: Vec<_> =
                self.bases(self.nodes[line].approved[kind as usize], kind).collect();
            bases.len() < MOST_BASES
                && !bases.contains(&base)
                && self.back_from(Some(line)).take_while(|at| *at >= base).any(|at| at == base)
        };
        let stands = |base: &usize| {
            !is_taken_back(base) && !lines.iter().any(|line| is_given_up_on(*base, *line))
        };
        self.bases(base, kind).find(stands)
    }

    /// Tells whether an approver takes an approval out: while it stays the same version, and by his own
    /// hand. Who only writes something else, or commits what others wrote, takes nothing back. Who took
    /// it out while the file was another document, or none, nobody has to find out.
    fn is_taken_back(
        &self,
        approved: Approved<'_, '_>,
        older: Option<usize>,
        revision: &Revision,
    ) -> bool {
        let author = &self.history.commit_of(revision).author.person;
        let had_it = |held: &&Held<'_>| {
            older.is_some_and(|older| has_approval(self.claims(older), held.approval))
        };
        let is_own = |held: &Held<'_>| {
            held.approval.by.as_ref().is_some_and(|by| share_mailbox(&author.email, by))
        };
        let was_another = || self.history.was_another_before(self.id, revision.commit);
        let mut had = approved.held.iter().filter(had_it);
        let is_out = |held: &Held<'_>| takes_out(self.history, revision, held.approval);
        !approved.is_kept_by(&revision.claims) && had.any(|held| is_own(held) || was_another())
            || !revision.claims.is_sound && approved.held.iter().any(is_out)
    }

    /// Returns the nodes on the way to one that rely on approvals from elsewhere, as far as they came
    /// after another, newest first.
    fn relying_since(&self, at: usize, stop: Option<usize>) -> impl Iterator<Item = usize> {
        let before = |at: &usize| self.nodes[*at].older.and_then(|it| self.nodes[it].relying);
        let relying = std::iter::successors(self.nodes[at].relying, before);
        relying.take_while(move |at| stop.is_none_or(|stop| stop < *at))
    }

    /// Returns the commits that wrote what was approved on joined lines or under other ids, on the way
    /// to a node as far as that came after another, where the approval did not stay until a later node.
    pub(super) fn lost_since(
        &self,
        at: usize,
        stop: Option<usize>,
        until: usize,
        kind: Kind,
    ) -> Vec<usize> {
        let mut lost = Vec::new();
        for at in self.relying_since(at, stop) {
            let node = &self.nodes[at];
            let place = node.revision.commit;
            let stands = |base: usize| self.stay_since(&self.needed(base, kind), at, until);
            let relied_on = node.joined[kind as usize].relied_on.iter();
            for &Relied { base, line, through } in relied_on.filter(|it| !stands(it.base)) {
                let mut others = self.bases(self.before(base, kind), kind);
                let other = others.find(|it| self.stands_until(*it, line, kind) && stands(*it));
                let new = self.history.only_beneath(place, through);
                let changes = self.changes_since(Some(line), other, kind).into_iter();
                let changes = changes.filter(|at| new.contains(&self.nodes[*at].revision.commit));
                lost.extend(changes.flat_map(|at| self.written_with(at)));
            }
            let stands = |seen: &Seen<'_>| {
                let approved: Vec<_> = seen.approved().collect();
                self.stay_since(&approved, at, until)
            };
            let former =
                node.former.iter().map(|former| former.iter().skip_while(|it| !stands(it)));
            lost.extend(former.filter_map(|mut it| it.next()).flat_map(|seen| &seen.since));
        }
        lost
    }
}
