//! By whose rules is judged.

use super::{Tree, configuration};
use crate::cli::Judging;
use crate::config::{Config, Difference, FILE};
use crate::repo::object::ObjectId;
use crate::repo::{RepoError, Repository};
use crate::sms::{Trust, reading};
use crate::source::Printable;
use anyhow::{Context as _, anyhow};

/// The rules that judge.
pub(super) struct Policy {
    /// The tip of the publishing branch.
    pub(super) tip: Option<ObjectId>,
    /// Whose they are, and what the judged tree changes of them.
    pub(super) trust: Trust,
}

/// A tree, its book.toml, and the commit whose history it has.
#[derive(Clone, Copy)]
pub(super) struct Judged<'j> {
    /// The tree.
    pub(super) tree: Tree<'j>,
    /// Its book.toml.
    pub(super) config: &'j Config,
    /// The commit.
    pub(super) head: ObjectId,
}

/// Settles by whose book.toml is judged: that of `--policy-ref`, else of the publishing branch,
/// else of the judged tree itself.
pub(super) fn policy(
    repository: &Repository,
    judging: &Judging,
    judged: Judged<'_>,
) -> anyhow::Result<Policy> {
    let (name, tip) = match &judging.policy_ref {
        Some(name) => {
            let tip = repository.revision(name).map_err(|error| match error {
                RepoError::NoSuchRevision(name) => {
                    anyhow!("`--policy-ref {name}` names no commit of this repository")
                }
                other => other.into(),
            })?;
            (Some(name.clone()), Some(tip))
        }
        None => publishing_branch(repository, judged.config),
    };
    let by_its_own =
        |tip| Policy { tip, trust: Trust { config: judged.config.clone(), ..Trust::default() } };
    let Some((name, policy)) = name.zip(tip) else {
        let mut own = by_its_own(None);
        own.trust.checked_out = repository.head().ok().and_then(|head| head.branch);
        return Ok(own);
    };
    let tree = Tree::Commit(repository.objects(), policy);
    tree.require_whole()
        .with_context(|| format!("the rules of {name} judge, and cannot be read"))?;
    if !tree.has(FILE) && judging.policy_ref.is_none() {
        // Nothing is laid down there yet: the first book.toml is on its way.
        return Ok(by_its_own(Some(policy)));
    }
    let ruling = configuration(tree, &format!("book.toml of {name}"));
    let (config, _) = ruling.map_err(|error| {
        anyhow!(
            "{error:#}\nthe rules of {name} judge: put its book.toml in order, or let another revision judge with `--policy-ref`"
        )
    })?;
    let is_it = repository.is_tracking(&name, &config.branch);
    let branch = repository.published_tip(&config.branch).filter(|_| !is_it);
    let is_beside_branch = !is_it && branch != Some(policy);
    let there = match is_beside_branch {
        true => format!("in `{}`", Printable(&name)),
        false => "on the branch that judges".to_owned(),
    };
    let ruling = Judged { tree, config: &config, head: policy };
    let changes = changes(repository, judged, ruling);
    let changes = changes.iter().map(|it| it.as_contrast(&there)).collect();
    let signers = reading::allowed_signers(&config, |name| tree.text(name));
    let openpgp = reading::openpgp_keys(&config, |name| tree.text(name));
    let trust = Trust {
        policy_ref: Some(name),
        is_beside_branch,
        changes,
        config,
        signers,
        openpgp,
        ..Trust::default()
    };
    Ok(Policy { tip: branch.or(Some(policy)), trust })
}

/// Returns what the judged tree changes of the rules that judge. One that is merely behind changes
/// nothing: what it says as where it left is not its doing.
fn changes(repository: &Repository, judged: Judged<'_>, ruling: Judged<'_>) -> Vec<Difference> {
    let mut changes = differences(judged, ruling, ruling.config);
    if changes.is_empty() {
        return changes;
    }
    // A commit that is being made grows out of `HEAD`.
    let mut met = repository.meeting_points(judged.head, ruling.head);
    if let Some(head) = repository.head().ok().filter(|_| met.is_empty()) {
        met = repository.meeting_points(head.commit, ruling.head);
    }
    let since = |head: &ObjectId| {
        let tree = Tree::Commit(repository.objects(), *head);
        let (config, _) = configuration(tree, FILE).ok()?;
        Some(differences(judged, Judged { tree, config: &config, head: *head }, ruling.config))
    };
    // Where one of them cannot be read, all of it may be its doing.
    let own: Option<Vec<Vec<Difference>>> = met.iter().map(since).collect();
    let own = own.filter(|own| !own.is_empty());
    let is_its_doing = |it: &Difference| match &own {
        Some(own) => own.iter().flatten().any(|own| own.what == it.what),
        None => true,
    };
    changes.retain(is_its_doing);
    changes
}

/// Returns what two trees do not say alike of the rules, as far as that could change a verdict; the
/// files are those that the configuration names which judges.
fn differences(here: Judged<'_>, there: Judged<'_>, ruling: &Config) -> Vec<Difference> {
    let mut found = here.config.differences(there.config);
    let mut compare = |what: &str, name: &str| {
        let name = name.trim_start_matches("./");
        if !is_same_text(&here.tree.text(name), &there.tree.text(name)) {
            let what = format!("{what}, `{name}`,");
            found.push(Difference { what, here: String::new(), there: String::new() });
        }
    };
    // One that names another file, or does without a pack, says so in its configuration.
    let files = [
        ("the list of allowed signers", &here.config.allowed_signers, &ruling.allowed_signers),
        ("the file of OpenPGP keys", &here.config.openpgp_keys, &ruling.openpgp_keys),
    ];
    for (what, own, name) in files {
        let is_named_here = |name: &&String| own.as_ref().is_none_or(|own| own == *name);
        if let Some(name) = name.as_ref().filter(is_named_here) {
            compare(what, name);
        }
    }
    for name in ruling.packs.iter().filter(|name| here.config.packs.contains(name)) {
        compare("the pack", name);
    }
    found
}

/// Line ends do not count: a work tree may have those of Windows.
fn is_same_text(a: &Option<String>, b: &Option<String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.lines().eq(b.lines()),
        _ => a == b,
    }
}

/// Finds the publishing branch: one that names itself as such in its own book.toml comes before
/// the one the judged tree names, or a pull request could choose its own judge. A usual branch that
/// names another one is believed, if that one names itself.
fn publishing_branch(
    repository: &Repository,
    judged: &Config,
) -> (Option<String>, Option<ObjectId>) {
    let usual = repository.default_branches();
    let named_by = |name: &str| {
        let tip = repository.published_tip(name)?;
        match configuration(Tree::Commit(repository.objects(), tip), FILE) {
            Ok((config, text)) => (!text.is_empty()).then_some((config.branch, tip)),
            // It is refused where its rules are read: the judged does not choose another instead.
            Err(_) => Some((name.to_owned(), tip)),
        }
    };
    let named: Vec<(String, String, ObjectId)> = usual
        .into_iter()
        .filter_map(|name| named_by(&name).map(|(named, tip)| (name, named, tip)))
        .collect();
    if let Some((name, _, tip)) = named.iter().find(|(name, named, _)| name == named) {
        return (Some(name.clone()), Some(*tip));
    }
    for (_, name, _) in named {
        if let Some((_, tip)) = named_by(&name).filter(|(named, _)| *named == name) {
            return (Some(name), Some(tip));
        }
    }
    let tip = repository.published_tip(&judged.branch);
    (tip.map(|_| judged.branch.clone()), tip)
}
