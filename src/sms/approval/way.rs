//! The ways by which the contents of a document came: revision by revision, from the newest back.

use super::act::{acting, approver, is_by_another};
use super::contradiction::{Contradiction, wrong_dates};
use super::ends::{Ends, is_withdrawn_by};
use super::person::is_by;
use super::{ACTED, Case, Content};
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, Claims, DocId, seeming_address};
use crate::history::{Act, History, Named, Revision, Step, What, act, has_approval, held_since};
use crate::repo::object::{Commit, ObjectId, Person};
use crate::source::Date;
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

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
    /// Where it is a merge that made something of its own: what changed the content on the lines
    /// that the way does not follow, as far as it came with this merge; by kind of approval.
    joined: [Vec<usize>; KINDS],
    /// The approvals on those lines after which that begins; by kind of approval.
    relied_on: [Vec<Relied>; KINDS],
    /// The last merge that relies on any: this one, or one before it.
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

/// An approval on which a later one may build.
#[derive(Clone, Copy)]
struct Held<'h> {
    approval: &'h Approval,
    /// Whether it holds without those of the same version that were there before.
    is_alone: bool,
}

/// An approval on a line that a merge joined, for whose content nobody else need be an author.
#[derive(Clone, Copy)]
struct Relied {
    /// The node that brought it.
    base: usize,
    /// The newest node of its line.
    line: usize,
    /// The parent of the merge through which the way goes, as an index into the commits of the history.
    through: usize,
}

/// Which approvals a later one may build on.
#[derive(Clone, Copy)]
enum Kind {
    /// Those that are as strong as the type needs.
    AsNeeded,
    /// Those that their approvers were seen to give.
    Seen,
}

const KINDS: usize = 2;

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
        let before = older.map(|older| &self.nodes[older]);
        let changes = before.is_none_or(|it| it.revision.claims.covered != revision.claims.covered);
        let content = before.filter(|_| !changes).map_or(at, |before| before.content);
        let first = before.map_or(at, |before| before.first);
        let approved = before.map_or([None; KINDS], |before| before.approved);
        let approved = [Kind::AsNeeded, Kind::Seen]
            .map(|kind| self.left_standing(approved[kind as usize], older, revision, kind));
        let [(seen, on_seen), (needed, on_needed)] = match &step.joined {
            Some(joined) => [Kind::Seen, Kind::AsNeeded]
                .map(|kind| self.joined(revision, joined.through, lines, kind)),
            None => Default::default(),
        };
        let (joined, relied_on) = ([needed, seen], [on_needed, on_seen]);
        let relies = relied_on.iter().any(|relied| !relied.is_empty());
        let relying = if relies { Some(at) } else { before.and_then(|before| before.relying) };
        let wrote_before = if changes { self.wrote_before(case, revision) } else { Vec::new() };
        self.nodes.push(Node {
            revision,
            older,
            first,
            joined,
            relied_on,
            relying,
            changes,
            wrote_before,
            content,
            approved,
            held: Default::default(),
        });
        let needed = self.held(case, at, Kind::AsNeeded);
        let seen = match case.minimum {
            // Where the type needs an act, what is needed was seen.
            ACTED.. => needed.clone(),
            _ if needed.is_empty() => Vec::new(),
            _ => self.held(&Case { minimum: ACTED, ..*case }, at, Kind::Seen),
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

    /// Returns the last of the nodes that brought approvals, from one of them back, whose approvers do
    /// not take them back in a revision.
    fn left_standing(
        &self,
        base: Option<usize>,
        older: Option<usize>,
        revision: &Revision,
        kind: Kind,
    ) -> Option<usize> {
        self.bases(base, kind).find(|base| !self.is_taken_back(*base, older, revision, kind))
    }

    /// Tells whether an approver takes out what a node brought: while it stays the same version, and by
    /// his own hand. Who only writes something else, or commits what others wrote, takes nothing back.
    fn is_taken_back(
        &self,
        base: usize,
        older: Option<usize>,
        revision: &Revision,
        kind: Kind,
    ) -> bool {
        let author = &self.history.commit_of(revision).author.person;
        let had_it = |held: &Held<'_>| {
            older.is_some_and(|older| has_approval(self.claims(older), held.approval))
        };
        let mut held = self.nodes[base].held[kind as usize].iter().filter(|held| had_it(held));
        held.any(|held| held.approval.by.as_ref().is_some_and(|by| is_by(author, by)))
            && !self.keeps(&revision.claims, base, kind)
    }

    /// Returns what changed the content on the lines that a merge joined to the one through which
    /// the way goes, newest first: of each what was not approved there, and is not on that line; and
    /// the approvals that were.
    fn joined(
        &self,
        merge: &Revision,
        through: usize,
        lines: &[usize],
        kind: Kind,
    ) -> (Vec<usize>, Vec<Relied>) {
        let commit = |at: &usize| self.nodes[*at].revision.commit;
        let new = self.history.only_beneath(merge.commit, through);
        let mut relied_on = Vec::new();
        let mut joined = Vec::new();
        for &line in lines {
            let mut bases = self.bases(self.nodes[line].approved[kind as usize], kind);
            let base = bases.find(|base| {
                self.stands_until(*base, line, kind) && self.keeps(&merge.claims, *base, kind)
            });
            relied_on.extend(base.map(|base| Relied { base, line, through }));
            let changes = self.changes_since(Some(line), base, kind).into_iter();
            joined.extend(changes.filter(|at| new.contains(&commit(at))));
        }
        joined.sort_by_key(|at| Reverse(commit(at)));
        joined.dedup();
        (joined, relied_on)
    }

    /// Returns what merges on the way to a node, as far as they came after another, joined of what was
    /// approved on its line and did not stay so until a later node.
    fn lost_since(&self, at: usize, stop: Option<usize>, until: usize, kind: Kind) -> Vec<usize> {
        let before = |merge: &usize| self.nodes[*merge].older.and_then(|it| self.nodes[it].relying);
        let merges = std::iter::successors(self.nodes[at].relying, before);
        let mut lost = Vec::new();
        for merge in merges.take_while(|merge| stop.is_none_or(|stop| stop < *merge)) {
            let stands = |base: usize| {
                let mut since = self.back_from(Some(until)).take_while(|it| *it != merge);
                let is_taken_back = |at: usize| {
                    let Node { older, revision, .. } = self.nodes[at];
                    self.is_taken_back(base, older, revision, kind)
                };
                self.stands_since(base, merge, until, kind) && !since.any(is_taken_back)
            };
            let place = self.nodes[merge].revision.commit;
            let relied_on = self.nodes[merge].relied_on[kind as usize].iter();
            for &Relied { base, line, through } in relied_on.filter(|it| !stands(it.base)) {
                let mut others = self.bases(self.before(base, kind), kind);
                let other = others.find(|it| self.stands_until(*it, line, kind) && stands(*it));
                let new = self.history.only_beneath(place, through);
                let changes = self.changes_since(Some(line), other, kind).into_iter();
                lost.extend(changes.filter(|at| new.contains(&self.nodes[*at].revision.commit)));
            }
        }
        lost
    }

    /// Returns the approvals that a revision brought and that held at the level the case needs, as far
    /// as a later approval may build on them, and which themselves build on those of a kind.
    fn held(&self, case: &Case<'_>, at: usize, kind: Kind) -> Vec<Held<'h>> {
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

    /// Returns the last approval of a kind that one which a node brought may build on, as seen from
    /// a later node: that of an earlier version, or of the same one, if it stands beside it. What
    /// was taken out of this version, or is replaced in it, is nothing to build on.
    fn base(&self, brought: usize, until: usize, kind: Kind) -> Option<usize> {
        let mut bases = self.bases(self.before(brought, kind), kind);
        bases.find(|base| self.stands_until(*base, until, kind))
    }

    /// Returns the nodes that brought approvals of a kind, from one of them back.
    fn bases(&self, from: Option<usize>, kind: Kind) -> impl Iterator<Item = usize> {
        /// Where so many were given up, one after the other, none is built on.
        const MOST: usize = 64;
        std::iter::successors(from, move |base| self.before(*base, kind)).take(MOST)
    }

    fn before(&self, at: usize, kind: Kind) -> Option<usize> {
        self.nodes[at].older.and_then(|older| self.nodes[older].approved[kind as usize])
    }

    /// Tells whether the approvals of a node, and those that they need beneath them, were there as long as
    /// its version was, up to another node that has its version or its text.
    fn stands_until(&self, base: usize, until: usize, kind: Kind) -> bool {
        self.stands_since(base, base, until, kind)
    }

    /// Tells the same of what came after a node.
    fn stands_since(&self, base: usize, since: usize, until: usize, kind: Kind) -> bool {
        let is_about = |base: usize| {
            let (own, other) = (self.claims(base), self.claims(until));
            are_of_one_version(own, other) || own.text == other.text
        };
        // What was gone, or could not be read, had no version meanwhile.
        let is_lost = |base: usize, at: usize| {
            let revision = self.nodes[at].revision;
            revision.blob.is_some() && !self.keeps(&revision.claims, base, kind)
        };
        self.with_needed(base, kind).filter(|base| is_about(*base)).all(|it| {
            let mut states = self.back_from(Some(until)).take_while(|at| *at != since);
            !states.any(|at| is_lost(it, at))
        })
    }

    /// Returns a node that brought an approval, and those of the same version without which its approver
    /// would have approved words of their own.
    fn with_needed(&self, base: usize, kind: Kind) -> impl Iterator<Item = usize> {
        let needed = move |at: &usize| {
            let is_alone = self.nodes[*at].held[kind as usize].iter().any(|held| held.is_alone);
            self.before(*at, kind).filter(|_| !is_alone)
        };
        std::iter::successors(Some(base), needed)
    }

    /// Tells whether a state has an approval that a node brought, or is of another version.
    fn keeps(&self, state: &Claims, base: usize, kind: Kind) -> bool {
        let mut held = self.nodes[base].held[kind as usize].iter();
        !are_of_one_version(state, self.claims(base))
            || held.any(|held| has_approval(state, held.approval))
    }

    fn claims(&self, at: usize) -> &'h Claims {
        &self.nodes[at].revision.claims
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
        let known = case.roles.of_person(by);
        let is_somebody = case.roles.entries.is_empty() || case.roles.vouches_for(by);
        if !is_somebody || known.iter().any(|row| row.is_bot) || seeming_address(by).is_some() {
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
                            contents.all(|content| is_by_another(merge, content, case.roles))
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

    /// Tells whether the approver signed a tag on the commit that brought an approval, or on a merge
    /// that took it to the publishing branch.
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
        let tags = case.keyring.signatures.tags.iter().filter(|it| on(it.tag.commit));
        tags.into_iter().any(|tag| case.keyring.tag_signer(tag, by, authors).counts())
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
            let own = (node.changes && !node.revision.is_joined).then_some(at);
            own.into_iter().chain(node.joined[kind as usize].iter().copied())
        };
        let add = |content: &mut Content<'h>, at: usize| {
            let node = &self.nodes[at];
            content.add(node.revision.commit);
            node.wrote_before.iter().for_each(|&at| content.add(at));
        };
        let new = new.into_iter().flat_map(changed).filter(|at| !self.is_back_at(*at, stop));
        new.for_each(|at| add(&mut content, at));
        *made = Some(((at, stop), content.clone()));
        let lost = self.lost_since(at, stop, until, kind);
        lost.into_iter().for_each(|at| add(&mut content, at));
        content
    }

    /// Returns the content of a version that stood at a node, with what its earlier approvals were for;
    /// nothing where the one that another node brought builds on none of the same version.
    fn whole(&self, at: usize, brought: usize, until: usize, kind: Kind) -> Option<Content<'h>> {
        let base = self.base(brought, until, kind)?;
        let is_of_it = |it: &usize| are_of_one_version(self.claims(*it), self.claims(brought));
        let before = self.bases(Some(base), kind).take_while(is_of_it).last()?;
        Some(self.content(at, self.before(before, kind), until, kind))
    }

    /// Tells whether a node has the very content that was approved with another: whoever drops a draft
    /// writes nothing.
    fn is_back_at(&self, at: usize, approved: Option<usize>) -> bool {
        approved.is_some_and(|approved| self.covered(at) == self.covered(approved))
    }

    /// Returns the commits that had the content of a revision before, by the order of commits or by
    /// what their authors say, or wrote it elsewhere: whoever brings in what another wrote is not alone
    /// its author.
    fn wrote_before(&self, case: &Case<'_>, revision: &Revision) -> Vec<usize> {
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
        for named in self.history.named_before(self.id, revision.commit) {
            let mut ways = Self { depth: self.depth + 1, ..Self::of(self.history, &named.id) };
            before.extend(ways.written_unseen(case, named, &revision.claims));
        }
        if let Some([by_order, by_date]) = first.get(&revision.claims.covered) {
            before.extend((by_order.commit < revision.commit).then_some(by_order.commit));
            before.extend((written(by_date) < written(revision)).then_some(by_date.commit));
        }
        before
    }

    /// Returns the commits that wrote what a document was when its file got another id, since the last
    /// approval of it that its approver was seen to give, and that `became` does not give up.
    fn written_unseen(&mut self, case: &Case<'_>, named: &'h Named, became: &Claims) -> Vec<usize> {
        /// Of what the text was under still another id before, nobody is seen to have approved any.
        const IDS: usize = 1;
        let is_seen = |ways: &mut Self| {
            let (id, minimum) = (&named.id, case.minimum.max(ACTED));
            let case = Case { id, blob: named.blob, at: named.at, minimum, ..*case };
            ways.to(&case, &Approval::default()).newest
        };
        let Some(newest) = Some(&mut *self).filter(|it| it.depth <= IDS).and_then(is_seen) else {
            let writings = self.history.writings(self.id).into_iter().map(|it| it.commit);
            return writings.take_while(|at| *at <= named.at).collect();
        };
        let mut bases = self.bases(self.nodes[newest].approved[Kind::Seen as usize], Kind::Seen);
        let base = bases.find(|base| {
            self.stands_until(*base, newest, Kind::Seen) && self.keeps(became, *base, Kind::Seen)
        });
        let changes = self.changes_since(Some(newest), base, Kind::Seen);
        let lost = self.lost_since(newest, base, newest, Kind::Seen);
        let nodes = changes.into_iter().chain(lost).map(|at| &self.nodes[at]);
        nodes.flat_map(|it| it.wrote_before.iter().copied().chain([it.revision.commit])).collect()
    }

    /// Returns the nodes that changed the content on the way to one, newest first, as far as they
    /// came after another; those of joined lines with them.
    fn changes_since(&self, at: Option<usize>, stop: Option<usize>, kind: Kind) -> Vec<usize> {
        let since = self.back_from(at).take_while(|it| Some(*it) != stop);
        let mut changes = Vec::new();
        let mut is_joined = false;
        for at in since {
            let node = &self.nodes[at];
            let is_own = node.changes && !node.revision.is_joined && !self.is_back_at(at, stop);
            changes.extend(is_own.then_some(at));
            let joined = &node.joined[kind as usize];
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

fn are_of_one_version(one: &Claims, other: &Claims) -> bool {
    match &other.version {
        Some(version) => one.is_version(version),
        None => one.version.is_none(),
    }
}

impl<'h> Way<'_, 'h> {
    /// Returns the revision that brought an approval, if the content has it.
    pub(super) fn brought(&self, approval: &Approval) -> Option<usize> {
        let states = self.ways.back_from(self.newest).map(|at| {
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
        let before = match approved {
            Some(approved) => std::slice::from_ref(&self.commit(approved).id),
            None => &self.commit(self.ways.nodes[start].first).parents,
        };
        (content, before)
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

    fn base(&self, brought: usize, kind: Kind) -> Option<usize> {
        self.ways.base(brought, self.until(brought), kind)
    }

    fn until(&self, brought: usize) -> usize {
        self.newest.unwrap_or(brought)
    }
}
