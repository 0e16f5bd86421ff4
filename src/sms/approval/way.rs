//! The ways by which the contents of a document came: revision by revision, from the newest back.
//!
//! Which of the approvals on a way a later one may build on is told in `base`.

mod base;

use super::contradiction::{Contradiction, wrong_dates};
use super::ends::{Ends, is_withdrawn_by, takes_out};
use super::{ACTED, Case, Content};
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, Claims, DocId};
use crate::history::{Act, History, Named, Revision, Step, What, act, held_since};
use crate::repo::object::{Commit, ObjectId, Person};
use crate::source::Date;
use base::{Former, Held, KINDS, Kind, Relied, Seen};
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The ways to the contents of one document. They end alike, and what is known of a revision holds
/// for all that lead over it, so each is looked at once.
pub struct Ways<'h> {
    history: &'h History,
    id: &'h DocId,
    /// How many ids the document had that is asked about, since this one.
    depth: usize,
    nodes: Vec<Node<'h>>,
    /// The nodes at or before what happened to the document, by the level that approvals need.
    known: HashMap<(usize, u8), Option<usize>>,
    /// The first step at which a way may turn because of each approval.
    turns: OnceCell<HashMap<Act<'h>, usize>>,
    /// The merges that took each approval to the publishing branch.
    merges: OnceCell<HashMap<Act<'h>, Vec<&'h Commit>>>,
    /// Where the publishing branch gave up approvals, or the document.
    ends: OnceCell<Ends<'h>>,
    /// The revisions that were the first to have each content that approvals cover: by the order of
    /// the commits, and by the days of their authors.
    first: OnceCell<HashMap<Sha256Sum, [&'h Revision; 2]>>,
    /// The contents on which each approval was put by its author at a moment; several where one
    /// commit was picked from the other.
    moments: OnceCell<HashMap<Moment<'h>, HashSet<Sha256Sum>>>,
    /// The content that was looked at last, by kind of the approval it begins after, with the nodes it
    /// goes from and to: the next goes on from there.
    made: RefCell<[Option<(Range, Content<'h>)>; KINDS]>,
}

/// An author, a moment and the version approved: whoever copies a commit copies all of them.
type Moment<'h> = (&'h Person, Option<i64>, Option<&'h str>);

/// The node that a content stands at, and the one after which it begins.
type Range = (usize, Option<usize>);

/// A revision on a way; the nodes before it are those it grew from.
struct Node<'h> {
    revision: &'h Revision,
    older: Option<usize>,
    /// The first on the way: that node, or itself.
    first: usize,
    /// Where it is a merge that made something of its own: what it joined; by kind of approval.
    joined: [Joined; KINDS],
    /// What the document was under each other id when its file got this one.
    former: Vec<Former<'h>>,
    /// The last that relies on approvals from elsewhere, of joined lines or under another id: this
    /// one, or one before it.
    relying: Option<usize>,
    /// Whether it changed what approvals cover.
    changes: bool,
    /// The commits in which others wrote the same before, as indices into the commits of the history.
    wrote_before: Vec<usize>,
    /// The last that changed what approvals cover: this one, or one before it.
    content: usize,
    /// The last that brought an approval on which a later one may build: this one, or one before that
    /// its approver did not take back; by kind of approval.
    approved: [Option<usize>; KINDS],
    /// What it brought of these; by kind of approval.
    held: [Vec<Held<'h>>; KINDS],
}

impl Node<'_> {
    /// Tells whether it changed what approvals cover, be it by what a merge joined from where it was
    /// not the document.
    fn writes(&self) -> bool {
        let is_elsewhere = !self.revision.written_elsewhere.is_empty() || !self.former.is_empty();
        self.changes && (!self.revision.is_joined || is_elsewhere)
    }
}

/// What stands on the lines that a merge joined, and the way does not follow.
#[derive(Clone, Default)]
struct Joined {
    /// What changed the content there, as far as it came with this merge.
    changes: Vec<usize>,
    /// The approvals after which that begins.
    relied_on: Vec<Relied>,
}

/// The revisions that led to a content, newest first, as far as an approval of it is asked about.
pub(super) struct Way<'w, 'h> {
    ways: &'w Ways<'h>,
    newest: Option<usize>,
}

impl<'h> Ways<'h> {
    /// Returns the ways of a document, none of which was gone yet.
    pub fn of(history: &'h History, id: &'h DocId) -> Self {
        Self {
            history,
            id,
            depth: 0,
            nodes: Vec::new(),
            known: HashMap::new(),
            turns: OnceCell::new(),
            merges: OnceCell::new(),
            ends: OnceCell::new(),
            first: OnceCell::new(),
            moments: OnceCell::new(),
            made: RefCell::default(),
        }
    }

    /// Goes the way to the content of a case; where a merge changed what it joined, through the
    /// line that had the approval.
    pub(super) fn to(&mut self, case: &Case<'_>, approval: &Approval) -> Way<'_, 'h> {
        let minimum = case.minimum;
        let (history, id) = (self.history, self.id);
        let turns = self.turns.get_or_init(|| history.first_turns(id));
        let turn = turns.get(&act(approval)).copied().unwrap_or(usize::MAX);
        // What was not known yet, with what joined it: each step comes after those it grew from.
        let mut new: BTreeMap<usize, Step<'h>> = BTreeMap::new();
        let mut newest = None;
        let mut open = vec![history.way_of_approval(id, case.blob, case.at, approval)];
        while let Some(steps) = open.pop() {
            for step in steps {
                newest.get_or_insert(step.event);
                let is_known = self.known.contains_key(&(step.event, minimum));
                if is_known && step.event < turn || new.contains_key(&step.event) {
                    break;
                }
                let lines = step.joined.iter().flat_map(|joined| &joined.lines);
                open.extend(lines.map(|line| history.way_from(id, *line, approval)));
                new.insert(step.event, step);
            }
        }
        // The nodes of those that are what they are because of this approval.
        let mut own: HashMap<usize, Option<usize>> = HashMap::new();
        for (event, step) in new {
            let lines = step.joined.iter().flat_map(|joined| &joined.lines);
            let is_own = step.turns_for_approval
                || step.before.iter().chain(lines.clone()).any(|it| own.contains_key(it));
            if !is_own && self.known.contains_key(&(event, minimum)) {
                continue;
            }
            let node =
                |event: &usize| *own.get(event).or_else(|| self.known.get(&(*event, minimum)))?;
            let (older, lines) = (step.before.as_ref().and_then(node), lines.filter_map(node));
            let node = self.add(case, &step, older, &lines.collect::<Vec<_>>());
            match is_own {
                true => own.insert(event, node),
                false => self.known.insert((event, minimum), node),
            };
        }
        let node = |event| *own.get(&event).or_else(|| self.known.get(&(event, minimum)))?;
        let newest = newest.and_then(node);
        Way { ways: self, newest }
    }

    /// Returns the node of a step: a new one where the step changed the document.
    fn add(
        &mut self,
        case: &Case<'_>,
        step: &Step<'h>,
        older: Option<usize>,
        lines: &[usize],
    ) -> Option<usize> {
        let Some(revision) = step.revision else { return older };
        let at = self.nodes.len();
        let older = self.put_back(revision, older).or(older);
        let before = older.map(|older| &self.nodes[older]);
        let changes = before.is_none_or(|it| it.revision.claims.covered != revision.claims.covered);
        let content = before.filter(|_| !changes).map_or(at, |before| before.content);
        let first = before.map_or(at, |before| before.first);
        let approved = before.map_or([None; KINDS], |before| before.approved);
        let approved = [Kind::AsNeeded, Kind::Seen]
            .map(|kind| self.left_standing(approved[kind as usize], older, revision, lines, kind));
        let joined = match &step.joined {
            Some(joined) => self.joined_by_kind(case, revision, joined.through, lines),
            None => Default::default(),
        };
        let former = if changes { self.former(case, revision) } else { Vec::new() };
        let wrote_before = if changes { self.wrote_before(revision) } else { Vec::new() };
        let relies = !former.is_empty() || joined.iter().any(|it| !it.relied_on.is_empty());
        let relying = if relies { Some(at) } else { before.and_then(|before| before.relying) };
        self.nodes.push(Node {
            revision,
            older,
            first,
            joined,
            former,
            relying,
            changes,
            wrote_before,
            content,
            approved,
            held: Default::default(),
        });
        let needed = self.held(case, at, Kind::AsNeeded);
        let seen = match needed.is_empty() || is_seen_as_needed(case) {
            true => needed.clone(),
            false => self.held(&Case { minimum: ACTED, ..*case }, at, Kind::Seen),
        };
        let node = &mut self.nodes[at];
        node.held = [needed, seen];
        for (approved, held) in node.approved.iter_mut().zip(&node.held) {
            if !held.is_empty() {
                *approved = Some(at);
            }
        }
        Some(at)
    }

    /// Returns the node whose content a revision puts back that nobody could read in the meantime: all
    /// is as if that had never been. What could be read of it takes no approval out, and in what could
    /// not no approver took out his own.
    fn put_back(&self, revision: &Revision, older: Option<usize>) -> Option<usize> {
        let is_unreadable = |at: &usize| {
            let node = &self.nodes[*at];
            let is_joined = node.joined.iter().any(|it| !it.changes.is_empty());
            !node.revision.claims.can_be_read() && !is_joined
        };
        let last = older.filter(|at| is_unreadable(at) && revision.claims.can_be_read())?;
        let unreadable = || self.back_from(Some(last)).take_while(is_unreadable);
        let before = unreadable().last().and_then(|at| self.nodes[at].older)?;
        let says = |at: usize| {
            let claims = self.claims(at);
            (&claims.status, claims.approvals.iter().map(act).collect::<Vec<_>>())
        };
        let takes_any = |at: usize| {
            let mut approvals = self.claims(before).approvals.iter();
            approvals.any(|it| takes_out(self.history, self.nodes[at].revision, it))
        };
        let is_kept = |at: usize| match self.claims(at).is_sound {
            true => says(at) == says(before),
            false => !takes_any(at),
        };
        let is_back = self.covered(before) == revision.claims.covered;
        (is_back && unreadable().all(is_kept)).then_some(before)
    }

    /// Returns what a merge joined, by kind of approval.
    fn joined_by_kind(
        &self,
        case: &Case<'_>,
        merge: &Revision,
        through: usize,
        lines: &[usize],
    ) -> [Joined; KINDS] {
        let needed = self.joined(merge, through, lines, Kind::AsNeeded);
        let seen = match is_seen_as_needed(case) {
            true => needed.clone(),
            false => self.joined(merge, through, lines, Kind::Seen),
        };
        [needed, seen]
    }

    /// Returns what changed the content on the lines that a merge joined to the one through which
    /// the way goes, newest first: of each what was not approved there, and is not on that line; and
    /// the approvals that were.
    fn joined(&self, merge: &Revision, through: usize, lines: &[usize], kind: Kind) -> Joined {
        let commit = |at: &usize| self.nodes[*at].revision.commit;
        let new = self.history.only_beneath(merge.commit, through);
        let mut joined = Joined::default();
        for &line in lines {
            let mut bases = self.bases(self.nodes[line].approved[kind as usize], kind);
            let base = bases.find(|base| {
                self.stands_until(*base, line, kind)
                    && self.approved_at(*base, kind).is_kept_by(&merge.claims)
            });
            joined.relied_on.extend(base.map(|base| Relied { base, line, through }));
            let changes = self.changes_since(Some(line), base, kind).into_iter();
            joined.changes.extend(changes.filter(|at| new.contains(&commit(at))));
        }
        joined.changes.sort_by_key(|at| Reverse(commit(at)));
        joined.changes.dedup();
        joined
    }

    fn claims(&self, at: usize) -> &'h Claims {
        &self.nodes[at].revision.claims
    }

    /// Tells whether a revision changed nothing but approval and status, and was written after
    /// the content it stands on: an approval that was picked from elsewhere was not, or stands on
    /// other content there.
    fn holds_approval_alone(&self, at: usize) -> bool {
        let Node { revision, content, changes, .. } = &self.nodes[at];
        let written = |at: usize| self.commit(at).author.seconds;
        let is_later =
            written(*content).zip(written(at)).is_some_and(|(content, it)| it >= content);
        is_later && revision.what == What::Approval && !changes && !self.is_elsewhere(at)
    }

    /// Tells whether the same act of the same moment stands on other content as well: then one of the
    /// two commits was picked from the other.
    fn is_elsewhere(&self, at: usize) -> bool {
        let moment = |revision: &'h Revision| -> Moment<'h> {
            let author = &self.history.commit_of(revision).author;
            (&author.person, author.seconds, revision.claims.version.as_deref())
        };
        let moments = self.moments.get_or_init(|| {
            let mut moments: HashMap<Moment<'_>, HashSet<Sha256Sum>> = HashMap::new();
            let revisions = self.history.revisions(self.id).iter();
            for revision in revisions.filter(|it| it.what == What::Approval) {
                moments.entry(moment(revision)).or_default().insert(revision.claims.covered);
            }
            moments
        });
        moments.get(&moment(self.nodes[at].revision)).is_some_and(|contents| contents.len() > 1)
    }

    /// Returns the content that stood at a node: the commits that changed it after another node, with
    /// those that wrote the same before, as it is seen from a later node.
    fn content(&self, at: usize, stop: Option<usize>, until: usize, kind: Kind) -> Content<'h> {
        let made = &mut self.made.borrow_mut()[kind as usize];
        let known = made.take_if(|((_, begins), _)| *begins == stop);
        let known_at = known.as_ref().map(|((at, _), _)| *at);
        let is_new = |it: &usize| Some(*it) != stop && Some(*it) != known_at;
        let new: Vec<usize> = self.back_from(Some(at)).take_while(is_new).collect();
        let end = new.last().map_or(Some(at), |first| self.nodes[*first].older);
        let known = known.filter(|_| end == known_at).map(|(_, content)| content);
        let mut content = known.unwrap_or_else(|| Content::of(self.history));
        let changed = |at: usize| {
            let node = &self.nodes[at];
            let own = node.writes().then_some(at);
            own.into_iter().chain(node.joined[kind as usize].changes.iter().copied())
        };
        let new = new.into_iter().flat_map(changed).filter(|at| !self.is_back_at(*at, stop));
        new.flat_map(|at| self.written_with(at)).for_each(|commit| content.add(commit));
        *made = Some(((at, stop), content.clone()));
        self.lost_since(at, stop, until, kind).into_iter().for_each(|commit| content.add(commit));
        content
    }

    /// Returns the commits that wrote what a node changed: its own, those that wrote the same before,
    /// and those under other ids that nobody else was seen to have approved then.
    fn written_with(&self, at: usize) -> impl Iterator<Item = usize> {
        let node = &self.nodes[at];
        let former = node.former.iter().filter_map(|former| former.first());
        let former = former.flat_map(|seen| seen.since.iter().copied());
        // Git itself joined what comes from both sides.
        let (own, before) = match node.revision.is_joined {
            true => (None, &node.revision.written_elsewhere),
            false => (Some(node.revision.commit), &node.wrote_before),
        };
        own.into_iter().chain(before.iter().copied()).chain(former)
    }

    /// Tells whether a node has the very content that was approved with another: whoever drops a draft
    /// writes nothing.
    fn is_back_at(&self, at: usize, approved: Option<usize>) -> bool {
        approved.is_some_and(|approved| self.covered(at) == self.covered(approved))
    }

    /// Returns the commits that had the content of a revision before, by the order of commits or by
    /// what their authors say, or wrote it elsewhere: whoever brings in what another wrote is not alone
    /// its author.
    fn wrote_before(&self, revision: &Revision) -> Vec<usize> {
        let written = |it: &Revision| self.history.commit_of(it).author.seconds;
        let first = self.first.get_or_init(|| {
            let mut first: HashMap<Sha256Sum, [&Revision; 2]> = HashMap::new();
            for revision in self.history.writings(self.id) {
                let known = first.entry(revision.claims.covered).or_insert([revision; 2]);
                if written(revision) < written(known[1]) {
                    known[1] = revision;
                }
            }
            first
        });
        let mut before = revision.written_elsewhere.clone();
        if let Some([by_order, by_date]) = first.get(&revision.claims.covered) {
            before.extend((by_order.commit < revision.commit).then_some(by_order.commit));
            before.extend((written(by_date) < written(revision)).then_some(by_date.commit));
        }
        before
    }

    /// Returns what the document was under other ids when its file came with a revision.
    fn former(&self, case: &Case<'_>, revision: &Revision) -> Vec<Former<'h>> {
        let named = self.history.named_before(self.id, revision.commit);
        let former = named.map(|named| {
            let mut ways = Self { depth: self.depth + 1, ..Self::of(self.history, &named.id) };
            ways.seen(case, named, &revision.claims)
        });
        former.collect()
    }

    /// Returns the approvals of what a document was when its file got another id, as far as their
    /// approvers were seen to give them and `became` does not give them up.
    fn seen(&mut self, case: &Case<'_>, named: &'h Named, became: &Claims) -> Former<'h> {
        /// Of what the text was under still another id before, nobody is seen to have approved any.
        const IDS: usize = 1;
        if self.depth > IDS {
            return vec![self.unseen(named)];
        }
        /// So many approvals are looked at, the last ones.
        const MOST: usize = 8;
        let (id, minimum) = (&named.id, case.minimum.max(ACTED));
        let case = Case { id, blob: named.blob, at: named.at, minimum, ..*case };
        let Some(newest) = self.to(&case, &Approval::default()).newest else {
            return vec![self.unseen(named)];
        };
        let bases = self.bases(self.nodes[newest].approved[Kind::Seen as usize], Kind::Seen);
        let standing = bases.filter(|base| {
            self.stands_until(*base, newest, Kind::Seen)
                && self.approved_at(*base, Kind::Seen).is_kept_by(became)
        });
        let all = standing.take(MOST).map(Some).chain([None]);
        let mut seen: Vec<Seen<'h>> = all.map(|base| self.seen_since(newest, base)).collect();
        if let Some(parent) = named.joined_to {
            let came = self.history.only_beneath(named.at, parent);
            seen.iter_mut().for_each(|seen| seen.since.retain(|at| came.contains(at)));
        }
        seen
    }

    /// Returns the commits that wrote a document under any id, of which nobody is seen to have approved
    /// any.
    fn unseen(&self, named: &Named) -> Seen<'h> {
        let mut since = Vec::new();
        let mut known = BTreeSet::new();
        let mut open = vec![named];
        while let Some(named) = open.pop() {
            if !known.insert((&named.id, named.at)) {
                continue;
            }
            let beneath = self.history.beneath(&[self.history.commits[named.at].id]);
            let writings = self.history.writings(&named.id).into_iter();
            let writings = writings.filter(|it| beneath[it.commit]);
            since.extend(
                writings.flat_map(|it| it.written_elsewhere.iter().copied().chain([it.commit])),
            );
            let before = self.history.all_named_before(&named.id);
            open.extend(before.filter(|(got, _)| beneath[*got]).map(|(_, named)| named));
        }
        Seen { since, ..Seen::default() }
    }

    /// Returns the commits that wrote what stands at a node, since one that brought an approval.
    fn seen_since(&self, newest: usize, base: Option<usize>) -> Seen<'h> {
        let needed = base.map(|base| self.needed(base, Kind::Seen)).unwrap_or_default();
        let approvals = needed.into_iter().map(|it| (it.claims, it.held.to_vec())).collect();
        let changes = self.changes_since(Some(newest), base, Kind::Seen);
        let lost = self.lost_since(newest, base, newest, Kind::Seen);
        let since = changes.into_iter().flat_map(|at| self.written_with(at)).chain(lost).collect();
        Seen { approvals, since }
    }

    /// Returns the nodes that changed the content on the way to one, newest first, as far as they
    /// came after another; those of joined lines with them.
    fn changes_since(&self, at: Option<usize>, stop: Option<usize>, kind: Kind) -> Vec<usize> {
        let since = self.back_from(at).take_while(|it| Some(*it) != stop);
        let mut changes = Vec::new();
        let mut is_joined = false;
        for at in since {
            let node = &self.nodes[at];
            let is_own = node.writes() && !self.is_back_at(at, stop);
            changes.extend(is_own.then_some(at));
            let joined = &node.joined[kind as usize].changes;
            changes.extend(joined);
            is_joined |= !joined.is_empty();
        }
        if is_joined {
            changes.sort_by_key(|at| Reverse(self.nodes[*at].revision.commit));
            changes.dedup();
        }
        changes
    }

    /// Returns the merges that took an approval to the publishing branch, whether or not it has
    /// stayed there.
    fn merges_of<'s>(&'s self, approval: &'s Approval) -> &'s [&'h Commit] {
        let merges = self.merges.get_or_init(|| {
            let mut merges: HashMap<_, Vec<_>> = HashMap::new();
            for (approval, merge) in self.history.merged_approvals(self.id) {
                merges.entry(act(approval)).or_default().push(merge);
            }
            merges
        });
        merges.get(&act(approval)).map_or(&[], Vec::as_slice)
    }

    fn back_from(&self, at: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(at, |at| self.nodes[*at].older)
    }

    fn commit(&self, at: usize) -> &'h Commit {
        self.history.commit_of(self.nodes[at].revision)
    }

    fn covered(&self, at: usize) -> Sha256Sum {
        self.nodes[at].revision.claims.covered
    }

    /// Holds the day of an approval against the acts it rests on and the content it is for, newest
    /// commit first. What was taken back and put back again existed before, and so did what the file
    /// said before it had the id.
    fn wrong_dates(
        &self,
        on: Date,
        acts: &[&Commit],
        content: &Content<'_>,
        covered: Sha256Sum,
    ) -> Vec<Contradiction> {
        let wrong = wrong_dates(on, acts, content.latest());
        let is_early = |it: &Contradiction| matches!(it, Contradiction::BeforeContent(..));
        if !wrong.iter().any(is_early) {
            return wrong;
        }
        let mut revisions = self.history.revisions(self.id).iter();
        let first = revisions.find(|it| it.blob.is_some() && it.claims.covered == covered);
        let first = first.map(|first| {
            let before = self.history.said_before_id(self.id, &first.claims);
            &self.history.commits[before.unwrap_or(first.commit)]
        });
        wrong_dates(on, acts, first)
    }
}

/// Tells whether the type needs an act: what is needed was seen then.
fn is_seen_as_needed(case: &Case<'_>) -> bool {
    case.minimum >= ACTED
}

fn are_of_one_version(one: &Claims, other: &Claims) -> bool {
    match &other.version {
        Some(version) => one.is_version(version),
        None => one.version.is_none(),
    }
}

impl<'h> Way<'_, 'h> {
    /// Returns the revision that brought an approval, if the content has it.
    pub(super) fn brought(&self, approval: &Approval) -> Option<usize> {
        let is_out = |at: &usize| takes_out(self.ways.history, self.revision(*at), approval);
        let since = self.ways.back_from(self.newest).take_while(|at| !is_out(at));
        let states = since.map(|at| {
            let revision = self.ways.nodes[at].revision;
            (at, revision.blob, Some(&*revision.claims))
        });
        held_since(states, approval)
    }

    pub(super) fn commit(&self, at: usize) -> &'h Commit {
        self.ways.commit(at)
    }

    pub(super) fn revision(&self, at: usize) -> &'h Revision {
        self.ways.nodes[at].revision
    }

    pub(super) fn covered(&self, at: usize) -> Sha256Sum {
        self.ways.covered(at)
    }

    /// Holds the day of an approval against the acts it rests on and the content it is for, newest
    /// commit first.
    pub(super) fn wrong_dates(
        &self,
        on: Date,
        acts: &[&Commit],
        content: &Content<'_>,
        covered: Sha256Sum,
    ) -> Vec<Contradiction> {
        self.ways.wrong_dates(on, acts, content, covered)
    }

    /// Tells whether a revision changed what approvals cover.
    pub(super) fn changes(&self, at: usize) -> bool {
        self.ways.nodes[at].changes
    }

    /// Tells whether a revision changed nothing but approval and status, after the content was
    /// written.
    pub(super) fn holds_approval_alone(&self, at: usize) -> bool {
        self.ways.holds_approval_alone(at)
    }

    /// Returns what the publishing branch gave up of the document.
    pub(super) fn ends(&self) -> &Ends<'h> {
        self.ways.ends.get_or_init(|| Ends::of(self.ways.history, self.ways.id))
    }

    /// Returns the commit that took the document out of use after an approval was brought. What is
    /// judged itself came back from nothing, even if it is withdrawn by a later day.
    pub(super) fn withdrawn_since(&self, brought: usize) -> Option<ObjectId> {
        let since = || self.since(brought);
        let place = |at: usize| self.ways.nodes[at].revision.commit;
        let withdrawn = since().skip(1).zip(since().map(place)).filter(|(at, next)| {
            let claims = &self.ways.nodes[*at].revision.claims;
            is_withdrawn_by(self.ways.history, claims, Some(*next))
        });
        Some(self.commit(withdrawn.last()?.0).id)
    }

    /// Returns the revisions from the newest to the one that brought an approval.
    fn since(&self, brought: usize) -> impl Iterator<Item = usize> {
        let before = self.ways.nodes[brought].older;
        self.ways.back_from(self.newest).take_while(move |at| Some(*at) != before)
    }

    /// Returns the commit after which the content was no longer the one that was approved.
    pub(super) fn changed_after(&self, approved: Sha256Sum) -> Option<ObjectId> {
        let back = || self.ways.back_from(self.newest);
        let mut steps = back().zip(back().skip(1));
        let (changed, _) = steps.find(|(_, before)| self.covered(*before) == approved)?;
        Some(self.commit(changed).id)
    }

    /// Returns the first revision that had what was approved, of those since the approval was
    /// brought; that one, if none had it.
    pub(super) fn start(&self, approved: Sha256Sum, brought: usize) -> usize {
        let having = self.since(brought).filter(|at| self.covered(*at) == approved);
        having.last().unwrap_or(brought)
    }

    /// Returns the commits of the content that stood at `start`, newest first: all since the last
    /// approval before the one that came with `brought`; and the commits that were there before.
    pub(super) fn content(&self, start: usize, brought: usize) -> (Content<'h>, &'h [ObjectId]) {
        let approved = self.base(brought, Kind::AsNeeded);
        let content = self.ways.content(start, approved, self.until(brought), Kind::AsNeeded);
        (content, self.before(approved, start))
    }

    /// Returns the commits of that content since the last approval that its approver was seen to
    /// give: of what was only claimed to be approved, nobody else is shown to have seen it.
    pub(super) fn unseen(&self, start: usize, brought: usize) -> Content<'h> {
        let base = self.base(brought, Kind::Seen);
        self.ways.content(start, base, self.until(brought), Kind::Seen)
    }

    /// Returns the same with what earlier approvals of the same version were for, if it builds on any.
    pub(super) fn whole(&self, start: usize, brought: usize) -> Option<Content<'h>> {
        self.ways.whole(start, brought, self.until(brought), Kind::AsNeeded)
    }

    /// Returns the commits of the content that stands last since the last approval of another version on
    /// which a new one may build, and the commits that were there before.
    pub(super) fn unapproved(&self) -> Option<(Content<'h>, &'h [ObjectId])> {
        const KIND: Kind = Kind::AsNeeded;
        let (ways, newest) = (self.ways, self.newest?);
        let mut bases = ways.bases(ways.nodes[newest].approved[KIND as usize], KIND);
        let base = bases.find(|base| {
            !are_of_one_version(ways.claims(*base), ways.claims(newest))
                && ways.stands_until(*base, newest, KIND)
        });
        Some((ways.content(newest, base, newest, KIND), self.before(base, newest)))
    }

    /// Returns the commits that were there before what came after an approval, or before the first state
    /// on the way to a node where there was none.
    fn before(&self, approved: Option<usize>, at: usize) -> &'h [ObjectId] {
        match approved {
            Some(approved) => std::slice::from_ref(&self.commit(approved).id),
            None => &self.commit(self.ways.nodes[at].first).parents,
        }
    }

    fn base(&self, brought: usize, kind: Kind) -> Option<usize> {
        self.ways.base(brought, self.until(brought), kind)
    }

    fn until(&self, brought: usize) -> usize {
        self.newest.unwrap_or(brought)
    }
}
