//! Whose signature an approval carries, and what it is worth.
//!
//! Git's own check is content when anybody whose key is listed signs a commit in somebody else's
//! name. Here the key must be listed for the very person who is said to act, by name and not by a
//! pattern, for Git, and at the time that the commit gives itself. That time is typed by whoever
//! commits, so a signature proves who, and never when.

use super::baseline::is_baseline;
use super::machine::is_forge;
use super::reading::allowed_signers;
use super::roles::{RoleEntry, Roles};
use super::tag::NamedTag;
use super::wording::{denies_approval, says_approved};
use super::{Sms, Trust};
use crate::config::Revoked;
use crate::document::{DocId, Version};
use crate::history::History;
use crate::repo::object::{Commit, ObjectId, ObjectKind, Objects, ReadError, Tag, read_verified};
use crate::repo::snapshot;
use crate::signature::allowed_signers::Line;
use crate::signature::{
    AllowedSigners, Key, Kind, NAMESPACE, OpenPgpKeys, Seal, Signed, Soundness,
};
use crate::source::{Date, listed, quoted_for_shell};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The signatures that approvals may rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signatures {
    /// Those of the commits that brought approvals. Whether they hold is looked at when it is
    /// asked: those of former versions seldom are.
    commits: HashMap<ObjectId, Signed>,
    /// The keys of OpenPGP that they are looked at with.
    openpgp: Option<OpenPgpKeys>,
    /// The annotated tags with a signature on commits of the history, by name.
    pub tags: Vec<SignedTag>,
    /// The keys that count no more, each with the commits and tags whose signatures do.
    revoked: Vec<(Revoked, HashSet<ObjectId>)>,
    /// The latest moment that a commit beneath what is signed says of itself.
    grown_from: HashMap<ObjectId, i64>,
}

/// An annotated tag with a signature.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedTag {
    /// The tag.
    pub tag: Tag,
    /// What its signature shows.
    pub seal: Seal,
}

impl SignedTag {
    /// Tells whether whoever signs it speaks of a document: it names that, in its name or in what is said
    /// of it. A baseline names the state of the whole system, be it as it should be or not.
    pub fn speaks_of(&self, id: &DocId) -> bool {
        !is_baseline(&self.tag.name) && self.said().any(|text| id.is_named_in(text))
    }

    /// Says why it approves no version of a document that it speaks of, if it does not: it names another
    /// version, it denies something, or it neither bears the name of the document nor says that it
    /// approves.
    pub fn why_no_approval(&self, id: &DocId, version: Option<&str>) -> Option<String> {
        if let Some(other) = self.another_version(id, version) {
            return Some(format!("it names version {other}"));
        }
        if let Some(word) = self.said().find_map(denies_approval) {
            return Some(format!("it says `{word}`"));
        }
        let approves = id.is_named_in(&self.tag.name) || says_approved(&self.tag.message);
        (!approves).then(|| "it does not say that it approves the document".to_owned())
    }

    /// Returns a version of a document that it names in place of the one that stands where it was put.
    fn another_version(&self, id: &DocId, version: Option<&str>) -> Option<Version> {
        let versions: Vec<Version> =
            self.said().flat_map(|text| id.versions_named_in(text)).collect();
        let is_this =
            |named: &Version| version.is_none_or(|it| Version::are_same(named.as_str(), it));
        versions.iter().find(|_| !versions.iter().any(is_this)).cloned()
    }

    /// Returns its name, and what is said of it.
    fn said(&self) -> impl Iterator<Item = &str> {
        [self.tag.name.as_str(), self.tag.message.as_str()].into_iter()
    }
}

impl Signatures {
    /// Reads the signatures of the commits that brought approvals, and those of tags. A tag that
    /// was put under another name than it gives itself is none.
    ///
    /// # Errors
    /// When a commit cannot be read, or is not what its id promises.
    pub(super) fn read(
        objects: &dyn Objects,
        history: &History,
        tags: &[NamedTag],
        trust: &Trust,
    ) -> Result<Self, ReadError> {
        let commits: Vec<ObjectId> = history.signed_approvals().into_iter().collect();
        let signed = |id: &ObjectId| Ok(signed(objects, *id)?.map(|signed| (*id, signed)));
        let commits: Vec<_> =
            commits.par_iter().map(signed).collect::<Result<Vec<_>, ReadError>>()?;
        let openpgp = trust.openpgp.clone();
        let tag = |named: &NamedTag| {
            let (tag, raw) = named.annotated.as_ref()?;
            // A tag can only add to a proof: one that is not what its id promises adds nothing.
            let is_whole = ObjectId::of(ObjectKind::Tag, raw) == tag.id;
            let is_known = history.commit(tag.commit).is_some();
            let counts = is_whole && is_known && tag.name == named.name;
            let seal = Signed::of_tag(raw).filter(|_| counts)?.seal(openpgp.as_ref());
            Some(SignedTag { tag: tag.clone(), seal })
        };
        let commits: HashMap<ObjectId, Signed> = commits.into_iter().flatten().collect();
        let tags: Vec<SignedTag> = tags.par_iter().filter_map(tag).collect();
        Ok(Self {
            grown_from: grown_from(history, &commits, &tags),
            commits,
            tags,
            revoked: trust
                .config
                .revoked
                .iter()
                .map(|revoked| (revoked.clone(), accepted(revoked, history)))
                .collect(),
            openpgp,
        })
    }

    /// Returns the latest moment that a commit beneath a signed commit or tag says of itself.
    pub(super) fn grown_from(&self, id: ObjectId) -> Option<i64> {
        self.grown_from.get(&id).copied()
    }

    /// Returns what the signature of a commit shows, if it has one and brought an approval.
    pub fn of_commit(&self, id: ObjectId) -> Option<Seal> {
        self.commits.get(&id).map(|signed| signed.seal(self.openpgp.as_ref()))
    }
}

/// Reads the signature of a commit, if it has one.
fn signed(objects: &dyn Objects, id: ObjectId) -> Result<Option<Signed>, ReadError> {
    let mut raw = Vec::new();
    if read_verified(objects, id, &mut raw)? != ObjectKind::Commit {
        return Err(ReadError::Damaged(id));
    }
    Ok(Signed::of_commit(&raw))
}

/// Finds the latest moment beneath each signed commit and tag.
fn grown_from(
    history: &History,
    commits: &HashMap<ObjectId, Signed>,
    tags: &[SignedTag],
) -> HashMap<ObjectId, i64> {
    let latest = moments_beneath(history);
    let of_commit = |id: &ObjectId| Some((*id, latest[history.place_of(*id)?]?));
    let of_tag = |signed: &SignedTag| {
        let at = history.place_of(signed.tag.commit)?;
        Some((signed.tag.id, latest[at].max(history.commits[at].committer.seconds)?))
    };
    commits.keys().filter_map(of_commit).chain(tags.iter().filter_map(of_tag)).collect()
}

/// Returns the latest moment beneath each commit. A date is a claim; that a commit was made after
/// those it grew out of is none.
fn moments_beneath(history: &History) -> Vec<Option<i64>> {
    let mut latest: Vec<Option<i64>> = Vec::with_capacity(history.commits.len());
    for at in 0..history.commits.len() {
        let parents = history.parents(at).iter().copied();
        let own = |at: usize| latest[at].max(history.commits[at].committer.seconds);
        let moment = parents.filter_map(own).max();
        latest.push(moment);
    }
    latest
}

impl Sms {
    /// Weighs the signatures that commits carry, each as its committer's, whatever the commits are
    /// for; none where a commit carries none. `commits` are places in the history. One counts only where
    /// the list that stood before the commit says so as well: a commit may bring the key it is signed
    /// with.
    ///
    /// # Errors
    /// When a commit cannot be read, or is not what its id promises.
    pub fn signers_of(
        &self,
        objects: &dyn Objects,
        commits: &BTreeSet<usize>,
    ) -> Result<BTreeMap<usize, Signer>, ReadError> {
        let latest = moments_beneath(&self.history);
        let mut signers = BTreeMap::new();
        for &at in commits {
            let commit = &self.history.commits[at];
            let Some(signed) = signed(objects, commit.id)? else { continue };
            let seal = signed.seal(self.signatures.openpgp.as_ref());
            let weighed_by = |keyring: Keyring<'_>| {
                keyring.signer(&Case {
                    seal: &seal,
                    of: &Of::Commit(commit.id),
                    by: &commit.committer.person.email,
                    seconds: commit.committer.seconds,
                    grown_from: latest[at],
                    authors: &[],
                })
            };
            let mut signer = weighed_by(self.keyring());
            if signer.counts() && signer.kind == Kind::Ssh {
                let before = self.signers_before(objects, commit);
                let then = weighed_by(Keyring { signers: before.as_ref(), ..self.keyring() });
                if !then.counts() {
                    signer.worth = Worth::Nothing(format!(
                        "its key counts by a list that came with it or later; by the one before, {}",
                        then.words()
                    ));
                }
            }
            signers.insert(at, signer);
        }
        Ok(signers)
    }

    /// Returns the list of allowed signers that a commit found when it was made, if there was one.
    fn signers_before(&self, objects: &dyn Objects, commit: &Commit) -> Option<AllowedSigners> {
        let before = *commit.parents.first()?;
        let file = |name: &str| {
            Some(String::from_utf8_lossy(&snapshot::file(objects, before, name)?).into_owned())
        };
        allowed_signers(&self.trust.config, file)
    }
}

/// What clocks may differ by, in seconds.
const A_DAY: i64 = 24 * 60 * 60;

/// Returns what a revoked key signed and the policy accepts: the commits and tags that are listed,
/// and what the commits rest on.
fn accepted(revoked: &Revoked, history: &History) -> HashSet<ObjectId> {
    let listed = revoked.accepted.iter().filter_map(|id| ObjectId::from_hex(id.as_bytes()));
    let listed: Vec<ObjectId> = listed.collect();
    let mut accepted = history.with_ancestors(&listed);
    accepted.extend(listed);
    accepted
}

/// The signature on an act, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// What is signed.
    pub of: Of,
    /// How it is signed.
    pub kind: Kind,
    /// The fingerprint of the key, where it can be read.
    pub key: Option<String>,
    /// Whose key it is, where it counts.
    pub principal: Option<String>,
    /// What it is worth.
    pub worth: Worth,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// A commit.
    Commit(ObjectId),
    /// An annotated tag: its name and its id.
    Tag(String, ObjectId),
}

/// What a signature is worth. The words stand alone and say "it" of what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It is that of the person who is said to act. When that was is unproven.
    Counts,
    /// It adds nothing, for this reason.
    Nothing(String),
    /// It is that of somebody else: of these principals.
    OfAnother(String),
    /// It does not hold, for this reason.
    Broken(String),
}

impl Signer {
    /// Tells whether it proves who acted.
    pub fn counts(&self) -> bool {
        self.worth == Worth::Counts
    }

    /// Says what is signed: `the commit 0123456789`.
    pub fn object(&self) -> String {
        match &self.of {
            Of::Commit(id) => format!("the commit {}", id.short()),
            Of::Tag(name, _) => format!("the tag `{name}`"),
        }
    }

    /// Returns the command with which Git looks at the signature. Git asks whether anybody on the
    /// list made it; that it is the right one is to be seen in what it prints.
    pub fn repeat_with(&self, signers: Option<&AllowedSigners>) -> String {
        let of_ssh = signers.filter(|_| self.kind == Kind::Ssh);
        let list = of_ssh.map_or_else(String::new, |signers| {
            let setting = format!("gpg.ssh.allowedSignersFile={}", signers.path);
            format!(" -c {}", quoted_for_shell(&setting))
        });
        match &self.of {
            Of::Commit(id) => format!("git{list} verify-commit {id}"),
            Of::Tag(_, id) => format!("git{list} verify-tag {id}"),
        }
    }

    /// Returns `verified`, `contradicted` or `unverifiable`.
    pub fn verdict(&self) -> &'static str {
        match self.worth {
            Worth::Counts => "verified",
            Worth::Nothing(_) => "unverifiable",
            Worth::OfAnother(_) | Worth::Broken(_) => "contradicted",
        }
    }

    /// Says what it is worth, in words that stand alone.
    pub fn words(&self) -> String {
        match &self.worth {
            Worth::Counts => {
                let principal = self.principal.as_deref().unwrap_or_default();
                let key = self.key.as_deref().unwrap_or_default();
                format!("signed by {principal}, key {key}; time unproven")
            }
            Worth::Nothing(why) | Worth::Broken(why) => why.clone(),
            Worth::OfAnother(principals) => format!("its key is that of {principals}"),
        }
    }
}

/// Whose keys are whose, and which count no more.
#[derive(Clone, Copy, Debug)]
pub struct Keyring<'a> {
    /// The allowed signers of the policy ref.
    pub signers: Option<&'a AllowedSigners>,
    /// The role registers of the publishing branch: under which names a person may be listed.
    pub trusted: &'a Roles,
    /// Who is who by any register that ever stood, and by what is judged: a key of an author is one
    /// under each of their names.
    pub people: &'a Roles,
    /// The signatures, among which the revoked keys are.
    pub signatures: &'a Signatures,
}

/// A signature that is to be weighed.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What it shows by itself.
    pub seal: &'a Seal,
    /// What is signed.
    pub of: &'a Of,
    /// Who is said to act: an address.
    pub by: &'a str,
    /// When, as the signed object says.
    pub seconds: Option<i64>,
    /// The latest moment that a commit beneath it says of itself.
    pub grown_from: Option<i64>,
    /// The authors of the content: no key of theirs proves that somebody else acted.
    pub authors: &'a [&'a Commit],
}

impl<'a> Keyring<'a> {
    /// Returns the lines that give a key to somebody.
    fn lines_of(&self, key: &Key) -> Vec<&'a Line> {
        let gives_it =
            |line: &&Line| !line.is_authority && !line.gives_nobody() && line.key == *key;
        self.lines().filter(gives_it).collect()
    }

    /// Returns what the lists of SSH and of OpenPGP say whose keys are.
    fn lines(&self) -> impl Iterator<Item = &'a Line> {
        let of_ssh = self.signers.iter().flat_map(|signers| &signers.lines);
        of_ssh.chain(self.signatures.openpgp.iter().flat_map(|keys| &keys.lines))
    }

    /// Weighs the signature of a commit in which somebody is said to have acted, if it has one.
    pub fn commit_signer(&self, commit: &Commit, by: &str, authors: &[&Commit]) -> Option<Signer> {
        let seal = self.signatures.of_commit(commit.id)?;
        let of = Of::Commit(commit.id);
        let seconds = commit.committer.seconds;
        let grown_from = self.signatures.grown_from(commit.id);
        Some(self.signer(&Case { seal: &seal, of: &of, by, seconds, grown_from, authors }))
    }

    /// Tells whether a commit was not made by who it says committed it: its signature is somebody else's,
    /// or broken; or it is said to be a forge's whose key is listed, and is not signed with that.
    pub fn disowns(&self, commit: &Commit) -> bool {
        let committer = &commit.committer.person;
        let signer = self.commit_signer(commit, &committer.email, &[]);
        match signer.map(|signer| signer.worth) {
            Some(Worth::Counts) => false,
            Some(Worth::OfAnother(_) | Worth::Broken(_)) => true,
            Some(Worth::Nothing(_)) | None => is_forge(committer) && self.lists(&committer.email),
        }
    }

    /// Tells whether a key is listed for somebody by name.
    fn lists(&self, name: &str) -> bool {
        self.lines().flat_map(Line::names_given).any(|given| given.eq_ignore_ascii_case(name))
    }

    /// Weighs the signature of a tag that somebody is said to have made.
    pub fn tag_signer(&self, signed: &SignedTag, by: &str, authors: &[&Commit]) -> Signer {
        let tag = &signed.tag;
        let of = Of::Tag(tag.name.clone(), tag.id);
        let (seconds, grown_from) = (tag.tagger.seconds, self.signatures.grown_from(tag.id));
        self.signer(&Case { seal: &signed.seal, of: &of, by, seconds, grown_from, authors })
    }

    /// Weighs a signature.
    pub fn signer(&self, case: &Case<'_>) -> Signer {
        let key = case.seal.key.as_ref();
        let (worth, principal) = match self.weigh(case) {
            Ok(principal) => (Worth::Counts, Some(principal)),
            Err(worth) => (worth, None),
        };
        Signer {
            of: case.of.clone(),
            kind: case.seal.kind,
            key: key.map(|key| key.fingerprint.clone()),
            principal,
            worth,
        }
    }

    /// Returns the principal whose signature it is, or why it is not that of the one who acted.
    fn weigh(&self, case: &Case<'_>) -> Result<String, Worth> {
        let nothing = |why: &str| Err(Worth::Nothing(why.to_owned()));
        match &case.seal.soundness {
            Soundness::Sound => {}
            Soundness::Broken(why) => return Err(Worth::Broken(why.clone())),
            Soundness::Unchecked(why) => return nothing(why),
        }
        let Some(key) = &case.seal.key else { return nothing("its key cannot be read") };
        if self.signers.is_none() && case.seal.kind == Kind::Ssh {
            return nothing("there are no allowed signers, so nobody knows whose key it is");
        }
        let lines = self.lines_of(key);
        if lines.is_empty() {
            let mut lines = self.signers.iter().flat_map(|signers| &signers.lines);
            return match lines.any(|line| line.key == *key && line.is_authority) {
                true => nothing(
                    "its key is listed for a certificate authority only, which vouches for nobody here",
                ),
                false => nothing("its key is not among the allowed signers"),
            };
        }
        let identities = names_in(&lines, self.trusted, case.by);
        let theirs = |line: &&&Line| identities.iter().any(|identity| line.names(identity));
        let theirs: Vec<&Line> = lines.iter().filter(theirs).copied().collect();
        if theirs.is_empty() {
            let said = self.principals_said(case.by);
            let is_said = |line: &&Line| said.contains(&line.principals.as_str());
            if let Some(line) = lines.iter().find(|line| is_said(line)) {
                return nothing(&format!(
                    "its key is listed for `{}`, and no role register that was approved says that this is {}",
                    line.principals, case.by
                ));
            }
            return Err(self.of_another(&lines));
        }
        let principal =
            |line: &Line| identities.iter().find(|identity| line.names_alone(identity)).cloned();
        let named: Vec<(&Line, String)> =
            theirs.iter().filter_map(|line| Some((*line, principal(line)?))).collect();
        if named.is_empty() {
            let patterns =
                listed(theirs.iter().map(|line| format!("`{}`", line.principals)), "and");
            return nothing(&format!(
                "its key is listed for the pattern {patterns}, which does not say who signed"
            ));
        }
        let for_git: Vec<_> = named.iter().filter(|(line, _)| line.is_for(NAMESPACE)).collect();
        if for_git.is_empty() {
            let purposes = named.iter().filter_map(|(line, _)| line.namespaces.as_deref());
            let purposes = listed(purposes.map(|purpose| format!("`{purpose}`")), "and");
            return nothing(&format!(
                "its key may sign for {purposes} only, not for `{NAMESPACE}`"
            ));
        }
        let Some(seconds) = case.seconds else { return nothing("its date cannot be read") };
        let Some((_, principal)) = for_git.iter().find(|(line, _)| line.holds_at(seconds)) else {
            let times = listed(for_git.iter().map(|(line, _)| line.validity()), "and");
            let day = Date::of_seconds(seconds, 0).map(|day| format!(" on {day}"));
            return nothing(&format!(
                "its key was not valid{}: it is listed {times}",
                day.unwrap_or_default()
            ));
        };
        let object = match case.of {
            Of::Commit(id) | Of::Tag(_, id) => id,
        };
        let grown_from = case.grown_from;
        let is_over = |line: &Line| {
            line.valid_before.zip(grown_from).is_some_and(|(end, from)| from - A_DAY > end)
        };
        if for_git.iter().all(|(line, _)| !line.holds_at(seconds) || is_over(line)) {
            let times = listed(for_git.iter().map(|(line, _)| line.validity()), "and");
            let day = grown_from.and_then(|from| Date::of_seconds(from, 0));
            let day = day.map(|day| format!(" of {day}")).unwrap_or_default();
            return nothing(&format!(
                "its key was not valid any more, whatever date it bears: it is listed {times}, and it grew out of a commit{day}"
            ));
        }
        let is_of_author = |commit: &&Commit| {
            let theirs = names_in(&lines, self.people, &commit.author.person.email);
            lines.iter().any(|line| theirs.iter().any(|identity| line.names(identity)))
        };
        if let Some(commit) = case.authors.iter().find(|commit| is_of_author(commit)) {
            return nothing(&format!(
                "its key is listed for {} as well, who is an author of the content",
                commit.author.person.email
            ));
        }
        if let Some(other) = self.names_of_others(key, case.by).next() {
            return nothing(&format!(
                "its key is listed for `{other}` as well, so it does not say which of them signed"
            ));
        }
        // Written in other letters it was meant all the same.
        let is_it = |revoked: &Revoked| revoked.key.eq_ignore_ascii_case(&key.fingerprint);
        let revoked = self.signatures.revoked.iter().find(|(revoked, _)| is_it(revoked));
        if let Some((revoked, _)) = revoked.filter(|(_, accepted)| !accepted.contains(object)) {
            let from = revoked.from.map(|from| format!(" from {from}")).unwrap_or_default();
            return nothing(&format!(
                "its key is revoked{from}, and the policy does not accept it here"
            ));
        }
        Ok(principal.clone())
    }

    /// Returns the names for which a key is listed and that are not of the person with a name. An
    /// owner of an OpenPGP key puts addresses on it: only those of other people of the register
    /// are others'.
    pub fn names_of_others(&self, key: &'a Key, name: &str) -> impl Iterator<Item = &'a str> {
        let (own, said) = (names_of_owner(self.trusted, name), names_of_owner(self.people, name));
        let has =
            |names: &[String], other: &str| names.iter().any(|it| it.eq_ignore_ascii_case(other));
        // What is only said makes no single owner of two people of the register that stands.
        let is_own = |other: &str| {
            has(&own, other) || has(&said, other) && !self.trusted.are_two_people(name, other)
        };
        let of_ssh = self.signers.iter().flat_map(|signers| signers.lines_of(key));
        let of_ssh = of_ssh.flat_map(Line::names_given).filter(|other| self.is_somebody(other));
        let of_openpgp = self.signatures.openpgp.iter().flat_map(|keys| &keys.lines);
        let of_openpgp = of_openpgp.filter(|line| line.key == *key).flat_map(Line::names_given);
        let of_openpgp = of_openpgp.filter(|it| self.people.of_email(it).next().is_some());
        let names: Vec<&str> = of_ssh.chain(of_openpgp).filter(|other| !is_own(other)).collect();
        names.into_iter()
    }

    /// Returns a name to which a line gives its key, and one for which that key is listed although
    /// it is another person's.
    pub fn two_owners(&self, line: &'a Line) -> Option<(&'a str, &'a str)> {
        let mut names = line.names_given().filter(|one| self.is_somebody(one));
        names.find_map(|one| Some((one, self.names_of_others(&line.key, one).next()?)))
    }

    /// Tells whether a principal says who it is: it is an address, or the role register has it.
    fn is_somebody(&self, principal: &str) -> bool {
        let is_in_register = |entry: &RoleEntry| entry.principal.as_deref() == Some(principal);
        principal.contains('@') || self.people.entries.iter().any(is_in_register)
    }

    /// Returns the principals, other than addresses, that any register gives to somebody, be it a draft.
    fn principals_said(&self, by: &str) -> Vec<&'a str> {
        let rows = self.people.of_person(by).into_iter();
        let principals = rows.filter_map(|entry| entry.row.principal.as_deref());
        principals.filter(|principal| !principal.contains('@')).collect()
    }

    /// Says whose key it is, if that can be said.
    fn of_another(&self, lines: &[&Line]) -> Worth {
        let is_somebody = |principal: &str| self.is_somebody(principal);
        let is_known = lines.iter().any(|line| line.principals.split(',').any(is_somebody));
        let named = |line: &&Line| match &line.namespaces {
            Some(purposes) if !line.is_for(NAMESPACE) => {
                format!("`{}` (for `{purposes}` only)", line.principals)
            }
            _ => format!("`{}`", line.principals),
        };
        let principals: BTreeSet<String> = lines.iter().map(named).collect();
        let principals = listed(principals, "and");
        match is_known {
            true => Worth::OfAnother(principals),
            false => Worth::Nothing(format!(
                "its key is that of {principals}, and no `principal` of the role register says who that is"
            )),
        }
    }
}

/// Returns the names under which whoever has a name may be listed: an address, or a principal.
fn names_of_owner(roles: &Roles, name: &str) -> Vec<String> {
    let has_it = |entry: &&RoleEntry| entry.principal.as_deref() == Some(name);
    let addresses = roles.entries.iter().filter(has_it).flat_map(|entry| &entry.emails);
    let names = addresses.flat_map(|email| names_of(roles, email));
    names.chain(names_of(roles, name)).collect()
}

/// Returns the names under which a person may be listed, with addresses as the lines spell them:
/// large and small letters make no other person.
fn names_in(lines: &[&Line], roles: &Roles, email: &str) -> Vec<String> {
    let mut names = names_of(roles, email);
    let given = lines.iter().flat_map(|line| line.names_given());
    let is_one = |given: &&str| {
        given.contains('@') && names.iter().any(|name| name.eq_ignore_ascii_case(given))
    };
    let spelled: Vec<String> = given.filter(is_one).map(str::to_owned).collect();
    names.extend(spelled);
    names
}

/// Returns the names under which a person may be listed.
fn names_of(roles: &Roles, email: &str) -> Vec<String> {
    let mut found = vec![email.to_owned(), email.to_ascii_lowercase()];
    for entry in roles.of_person(email) {
        found.extend(entry.emails.iter().cloned());
        found.extend(entry.principal.clone());
    }
    found.retain(|name| !name.is_empty());
    found
}
