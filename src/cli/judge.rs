//! From a folder to a judgement: opens the repository, settles by which rules is judged, reads,
//! links and checks.

mod nothing;
mod policy;
mod tree;

use super::Judging;
use super::find::day;
use super::terminal::environment;
use crate::config::Config;
use crate::document::digest::sha256_hex;
use crate::index::Index;
use crate::index::answers::Answers;
use crate::repo::object::{ObjectId, ObjectKind, Objects, Signature};
use crate::repo::overlay::{Made, Overlay};
use crate::repo::snapshot::{Content, Edited};
use crate::repo::staged::Said;
use crate::repo::walk::read_commit;
use crate::repo::{Repository, snapshot_of};
use crate::report::audit::Recorded;
use crate::report::fingerprint::to_keep;
use crate::rules::{self, Outcome};
use crate::sms::reading::{self, Request};
use crate::sms::{Audited, AuditedTag, Elsewhere, Sms, Tagged};
use crate::source::{Date, Printable, RepoPath};
use anyhow::{Context as _, anyhow, bail, ensure};
use nothing::without_documents;
use policy::{Judged, policy};
use std::path::Path;
use tree::own_packs;
pub(super) use tree::{Tree, configuration};

/// What was judged, and what was found.
pub(super) struct Judgement {
    /// The repository.
    pub(super) repository: Repository,
    /// The system.
    pub(super) sms: Sms,
    /// Findings and evidence.
    pub(super) outcome: Outcome,
    /// Where the findings are looked for once the commit is made, if it is being made.
    to_be_found_as: Option<String>,
}

/// What is to be judged, and by which rules.
pub(super) struct Case {
    repository: Repository,
    request: Request,
    /// The commit that is being made, where that is what is judged.
    made: Made,
    /// The list of known findings that lies at the top of what is judged, or why it cannot be read.
    list: Result<Option<String>, String>,
    is_kept: bool,
}

impl Judging {
    /// Tells whether what is read of the history is kept from one run to the next.
    fn is_kept(&self) -> bool {
        !self.no_cache && !self.strict
    }
}

fn opened(path: &Path, judging: &Judging) -> anyhow::Result<Repository> {
    let repository = Repository::open(path)?;
    let repository = match environment("GIT_QUARANTINE_PATH") {
        Some(folder) => repository.with_quarantine(Path::new(&folder)),
        None => repository,
    };
    if judging.strict {
        repository.verify_all();
    }
    Ok(repository)
}

/// Returns what opens the index, where one is kept.
fn index(repository: &Repository, is_kept: bool) -> impl Fn() -> Index + Send + use<> {
    let folder = is_kept.then(|| repository.common_folder().to_owned());
    move || folder.as_deref().map_or_else(Index::none, Index::open)
}

/// Opens the repository and settles what is judged, and what became of what an audit was shown.
///
/// # Errors
/// When no judgement is possible; the sentence says why and what to do.
pub(super) fn open(
    path: &Path,
    judging: &Judging,
    audit: Option<&Recorded>,
) -> anyhow::Result<Case> {
    let repository = opened(path, judging)?;
    let (tree, head) = subject(&repository, judging)?;
    let mut request = request(&repository, judging, tree, head)?;
    request.trust.audited = audit.map(|audit| audited(&repository, audit, head));
    let list = tree.list();
    Ok(Case { repository, request, made: Made::new(), list, is_kept: judging.is_kept() })
}

/// Settles which tree is judged, and by the history of which commit.
fn subject<'r>(
    repository: &'r Repository,
    judging: &Judging,
) -> anyhow::Result<(Tree<'r>, ObjectId)> {
    Ok(match &judging.rev {
        Some(rev) => {
            let commit = repository.revision(rev)?;
            (Tree::Commit(repository.objects(), commit), commit)
        }
        None => (Tree::Work(repository), repository.head()?.commit),
    })
}

/// Opens the repository and settles how the work tree is judged while some of it is being edited.
///
/// # Errors
/// When there is nothing to judge, or no way to.
pub(super) fn open_edited(path: &Path, judging: &Judging, edited: &Edited) -> anyhow::Result<Case> {
    let repository = opened(path, judging)?;
    let head = repository.head()?.commit;
    let tree = Tree::Edited(&repository, edited);
    let request = request(&repository, judging, tree, head)?;
    let list = tree.list();
    Ok(Case { repository, request, made: Made::new(), list, is_kept: judging.is_kept() })
}

/// Opens the repository and settles how the commit that is being made is judged.
///
/// # Errors
/// When there is nothing to judge, or no way to.
pub(super) fn open_staged(
    path: &Path,
    judging: &Judging,
    message: Option<&str>,
) -> anyhow::Result<Case> {
    let repository = opened(path, judging)?;
    let elsewhere = environment("GIT_DIR").filter(|folder| !repository.is_at(Path::new(folder)));
    // Where a hook names no other repository with `-C`, it means the one that Git is at work in.
    if let Some(elsewhere) = elsewhere.as_ref().filter(|_| path == Path::new(".")) {
        bail!(
            "Git is at work in another repository, `{elsewhere}` (GIT_DIR), than the one that this folder lies in, `{}`; name the one that is meant with `-C`",
            repository.root().unwrap_or_default().display()
        );
    }
    let index = environment("GIT_INDEX_FILE").filter(|_| elsewhere.is_none());
    let staged = repository.staged(index.as_deref().map(Path::new))?;
    let by = repository.at_work(Said {
        author: (environment("GIT_AUTHOR_NAME"), environment("GIT_AUTHOR_EMAIL")),
        committer: (environment("GIT_COMMITTER_NAME"), environment("GIT_COMMITTER_EMAIL")),
        day: environment("GIT_COMMITTER_DATE").and_then(|moment| Date::parse(moment.get(..10)?)),
    });
    let shelf = repository.objects_beside(&staged)?;
    let mut objects = Overlay::over(&shelf);
    let commit = objects.commit_staged(&staged, &by, message.unwrap_or_default());
    let tree = Tree::Commit(&objects, commit);
    let mut request = request(&repository, judging, tree, commit)?;
    let list = tree.list();
    request.is_imagined = true;
    if staged.branch.as_ref() == Some(&request.trust.config.branch) {
        request.tip = Some(commit);
    }
    let made = objects.into_made();
    Ok(Case { repository, request, made, list, is_kept: judging.is_kept() })
}

impl Case {
    /// The same with other contents of some of its files.
    pub(super) fn with_files<'f>(
        mut self,
        files: impl Iterator<Item = (&'f RepoPath, &'f [u8])>,
    ) -> Self {
        for (path, bytes) in files {
            if let Some(file) = self.request.snapshot.files.get_mut(path) {
                file.content = Content::Text(bytes.into());
                file.blob = Some(ObjectId::of(ObjectKind::Blob, bytes));
            }
        }
        self
    }

    /// Returns the repository.
    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Returns the configuration of what is judged.
    pub(super) fn config(&self) -> &Config {
        &self.request.config
    }

    /// Returns the list of known findings that lies at the top of what is judged, if one does.
    ///
    /// # Errors
    /// When what lies there cannot be read: it lets nothing through, and nobody meant that.
    pub(super) fn list(&self) -> anyhow::Result<Option<&str>> {
        self.list.as_ref().map(Option::as_deref).map_err(|why| anyhow!("{why}"))
    }

    /// Judges it.
    ///
    /// # Errors
    /// When the history cannot be read, or there is nothing to judge.
    pub(super) fn judge(self, stage1: bool) -> anyhow::Result<Judgement> {
        let index = index(&self.repository, self.is_kept);
        let objects = Overlay::with(self.repository.objects(), self.made);
        let is_for_later = self.is_kept && self.request.is_imagined;
        let to_be_found_as =
            is_for_later.then(|| found_as(&objects, &self.request, stage1)).flatten();
        let sms = read(&objects, self.request, index)?;
        let outcome = rules::run(&sms, stage1);
        Ok(Judgement { repository: self.repository, sms, outcome, to_be_found_as })
    }

    /// Returns a hash over all that the judgement depends on, as long as the objects of the history
    /// are what their ids say.
    #[cfg(feature = "serve")]
    pub(super) fn fingerprint(&self) -> String {
        self.request.fingerprint()
    }

    /// Returns what the commit that is being made follows, if it is not the first.
    pub(super) fn followed(&self) -> Option<ObjectId> {
        self.repository.head().ok().map(|head| head.commit)
    }

    /// Returns where the answer to a question about it is kept, and its key there; none if nothing
    /// is to be kept.
    pub(super) fn kept(&self, question: &str) -> Option<(Answers, String)> {
        let key = self.is_kept.then(|| key(question, &self.request.fingerprint()))??;
        let key = sha256_hex(format!("{key}{}", self.repository.state_of_objects()).as_bytes());
        Some((Answers::of(self.repository.common_folder()), key))
    }
}

/// Returns what an answer of this program is kept under.
fn key(question: &str, fingerprint: &str) -> Option<String> {
    let program = std::env::current_exe().and_then(std::fs::metadata).ok()?;
    let program = (program.len(), program.modified().ok()?);
    let asked = format!("{program:?}{question}{fingerprint}");
    Some(sha256_hex(asked.as_bytes()))
}

/// Returns what the findings of a commit are kept under: the same while it is being made and once
/// it is made by those who were to make it.
fn found_as(objects: &dyn Objects, request: &Request, stage1: bool) -> Option<String> {
    let commit = read_commit(objects, request.head, &mut Vec::new()).ok()?;
    let made_by = [&commit.author, &commit.committer].map(|it| (&it.person, it.date()));
    let is_of_others = (commit.co_authors().collect::<Vec<_>>(), commit.signed, &commit.problems);
    let beyond = request.tip.map(|tip| (tip != request.head).then_some(tip));
    let day = request.as_of.or(commit.committer.date());
    let described =
        format!("{}{:?}{made_by:?}{is_of_others:?}{beyond:?}{day:?}", commit.tree, commit.parents);
    key(&format!("found {stage1}"), &request.fingerprint_for(&described))
}

impl Judgement {
    /// Keeps what was found in a commit that is being made, for the run that will ask what was
    /// there before the next one.
    pub(super) fn keep_found(&self) {
        // A sentence that names a commit by the id it will not have would not be known again.
        let unmade = self.sms.head.short();
        let names_it = self.outcome.findings.iter().any(|it| it.message.contains(&unmade));
        if let Some(key) = self.to_be_found_as.as_ref().filter(|_| !names_it) {
            let answers = Answers::of(self.repository.common_folder());
            answers.keep(key, &to_keep(&self.outcome.findings));
        }
    }

    /// Returns what is to be known of the findings of a commit before, on the same day.
    ///
    /// # Errors
    /// When that commit cannot be judged.
    pub(super) fn found_at(
        &self,
        commit: ObjectId,
        judging: &Judging,
        stage1: bool,
    ) -> anyhow::Result<Vec<String>> {
        let Self { repository, sms, .. } = self;
        let as_of = Some(sms.as_of.to_string());
        let judging = Judging { rev: Some(commit.to_string()), as_of, ..judging.clone() };
        let (tree, head) = subject(repository, &judging)?;
        let objects = repository.objects();
        // Most often it was found before, and no document need be read.
        let mut request = request(repository, &judging, Tree::Outline(objects, head), head)?;
        let key = judging.is_kept().then(|| found_as(objects, &request, stage1)).flatten();
        let answers = Answers::of(repository.common_folder());
        if let Some(found) = key.as_ref().and_then(|key| answers.find(key)) {
            return Ok(found);
        }
        request.snapshot = tree.snapshot(&request.config.src)?;
        // Where it has no document yet, nothing was found there.
        let before = reading::read(objects, request, index(repository, judging.is_kept()))?;
        let found = to_keep(&rules::run(&before, stage1).findings);
        key.inspect(|key| answers.keep(key, &found));
        // As with what is judged itself, to take it apart would be time for nothing.
        std::mem::forget(before);
        Ok(found)
    }
}

/// Judges what the arguments name.
///
/// # Errors
/// When no judgement is possible; the sentence says why and what to do.
pub(super) fn judge(path: &Path, judging: &Judging, stage1: bool) -> anyhow::Result<Judgement> {
    open(path, judging, None)?.judge(stage1)
}

/// Reads the work tree without judging it: what a new document is put beside. There may be no
/// document yet.
///
/// # Errors
/// When it cannot be read; the sentence says why and what to do.
pub(super) fn survey(path: &Path) -> anyhow::Result<(Repository, Sms)> {
    let Case { repository, request, is_kept, .. } = open(path, &Judging::default(), None)?;
    let index = index(&repository, is_kept);
    let sms = reading::read(repository.objects(), request, index)?;
    Ok((repository, sms))
}

/// Two states of one system, judged by the same rules on the same day.
pub(super) struct Beside {
    /// The repository.
    pub(super) repository: Repository,
    /// The commit whose rules and roles judge.
    pub(super) base: ObjectId,
    /// What the base and the judged commit last had in common.
    pub(super) before: (Sms, Outcome),
    /// The judged commit.
    pub(super) after: (Sms, Outcome),
}

/// Judges a commit, and beside it where it left its base, both by the rules and roles of the base.
///
/// # Errors
/// When no judgement is possible, or the two have nothing in common.
pub(super) fn beside(path: &Path, judging: &Judging, base: &str) -> anyhow::Result<Beside> {
    let repository = opened(path, judging)?;
    repository.head()?;
    repository.require_complete()?;
    let base_commit = repository.revision(base)?;
    let index = index(&repository, judging.is_kept());
    let (tree, head) = subject(&repository, judging)?;
    let mut asked = request(&repository, judging, tree, head)?;
    asked.tip = Some(base_commit);
    // A branch that was left lying is judged as of today's base, not as of when it was left.
    let day_of = |commit| -> anyhow::Result<Option<Date>> {
        Ok(read_commit(repository.objects(), commit, &mut Vec::new())?.committer.date())
    };
    asked.as_of = match asked.as_of {
        None => day_of(head)?.max(day_of(base_commit)?),
        given => given,
    };
    let after = read(repository.objects(), asked, &index)?;
    let Some(met) = after.meeting_point(repository.objects(), base_commit)? else {
        bail!("`{base}` and the judged commit have no commit in common, so nothing can be compared")
    };
    let rev = Some(met.to_string());
    let judging = Judging { rev, as_of: Some(after.as_of.to_string()), ..judging.clone() };
    let cannot = || format!("cannot judge commit {}, where `{base}` was left", met.short());
    let tree = Tree::Commit(repository.objects(), met);
    let mut asked = request(&repository, &judging, tree, met).with_context(cannot)?;
    asked.tip = Some(base_commit);
    // There may be no document yet: the branch brings the first.
    let before = reading::read(repository.objects(), asked, &index).with_context(cannot)?;
    let judged = |sms: Sms| {
        let outcome = rules::run(&sms, false);
        (sms, outcome)
    };
    let (before, after) = (judged(before), judged(after));
    Ok(Beside { repository, base: base_commit, before, after })
}

/// Judges a commit that is not made: `HEAD` with one file changed, as `who` would commit it.
///
/// # Errors
/// When no judgement is possible.
pub(super) fn imagine(
    repository: &Repository,
    judging: &Judging,
    change: &WouldBe<'_>,
) -> anyhow::Result<(Sms, Outcome)> {
    let head = repository.head()?;
    let mut request = request(repository, judging, Tree::Work(repository), head.commit)?;
    let mut objects = Overlay::over(repository.objects());
    let commit =
        objects.commit(head.commit, change.path, change.bytes, change.who, change.message)?;
    request.snapshot = snapshot_of(&objects, commit)?;
    request.head = commit;
    request.is_imagined = true;
    if head.branch.as_ref() == Some(&request.trust.config.branch) {
        request.tip = Some(commit);
    }
    let sms = read(&objects, request, index(repository, true))?;
    let outcome = rules::run(&sms, false);
    Ok((sms, outcome))
}

/// A file as it would be committed.
pub(super) struct WouldBe<'w> {
    /// The file.
    pub(super) path: &'w RepoPath,
    /// What it would hold.
    pub(super) bytes: &'w [u8],
    /// Who would commit it.
    pub(super) who: &'w Signature,
    /// The message.
    pub(super) message: &'w str,
}

/// Settles what is judged, and by which rules.
fn request(
    repository: &Repository,
    judging: &Judging,
    tree: Tree<'_>,
    head: ObjectId,
) -> anyhow::Result<Request> {
    let as_of = match &judging.as_of {
        Some(text) => Some(day("--as-of", text)?),
        None => source_date_epoch()?,
    };
    repository.require_complete()?;
    let (config, book) = configuration(tree, "book.toml")?;
    let judged = Judged { tree, config: &config, head };
    let policy = policy(repository, judging, judged)?;
    let snapshot = tree.snapshot(&config.src)?;
    let at_source = snapshot.files.get(&config.src);
    ensure!(
        at_source.is_none_or(|file| !file.content.is_file()),
        "`{}` is a file, and a folder was expected (the folder is `src` in book.toml)",
        config.src
    );
    let packs = own_packs(tree, &config)?;
    let mut trust = policy.trust;
    trust.bent = bent(repository);
    Ok(Request {
        as_of: as_of.or(trust.config.as_of),
        config,
        book,
        packs,
        snapshot,
        head,
        is_imagined: false,
        tip: policy.tip,
        trust,
        tags: repository.tags(),
    })
}

fn read(
    objects: &dyn Objects,
    request: Request,
    index: impl FnOnce() -> Index + Send,
) -> anyhow::Result<Sms> {
    let sms = reading::read(objects, request, index)?;
    ensure!(!sms.documents.is_empty(), without_documents(&sms));
    Ok(sms)
}

fn source_date_epoch() -> anyhow::Result<Option<Date>> {
    let Some(seconds) = environment("SOURCE_DATE_EPOCH").filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let day = seconds.parse().ok().and_then(|seconds| Date::of_seconds(seconds, 0));
    let day = day.with_context(|| {
        format!(
            "SOURCE_DATE_EPOCH is `{}`: a number of seconds since 1970 was expected",
            Printable(&seconds)
        )
    });
    day.map(Some)
}

/// Finds what there is now of what an audit was shown.
fn audited(repository: &Repository, audit: &Recorded, judged: ObjectId) -> Audited {
    let is_here = read_commit(repository.objects(), audit.head, &mut Vec::new()).is_ok();
    let whereabouts = match is_here {
        false => Elsewhere::Nowhere,
        true if repository.grew_out_of(audit.head, judged) => Elsewhere::Later,
        true => Elsewhere::Beside,
    };
    // An older record tells the commits alone.
    let told = |(commit, object): (ObjectId, Option<ObjectId>)| Tagged {
        commit,
        object: object.filter(|_| audit.tells_objects),
    };
    let tags = audit.tags.iter().map(|(name, was)| AuditedTag {
        name: name.clone(),
        was: told(*was),
        is: repository.tag_target(name).map(told),
    });
    Audited { head: audit.head, whereabouts, as_of: audit.as_of, tags: tags.collect() }
}

/// Says what Git obeys and this program does not.
fn bent(repository: &Repository) -> Vec<String> {
    let mut bent = Vec::new();
    if repository.has_grafts() {
        bent.push("`info/grafts` gives commits other parents than they have".to_owned());
    }
    for id in repository.replaced() {
        bent.push(format!("a replace ref shows another object in the place of {id}"));
    }
    bent
}
