//! Hooks: put beside what is there, and taken out again without a trace.
//!
//! A hook that was there before goes on: it is kept under another name, and ours runs it first.

use super::Repository;
use super::hand::{Asked, Scope};
use crate::source::quoted_for_shell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The moments at which a hook of ours can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before a commit.
    PreCommit,
    /// When the message of a commit is written.
    CommitMsg,
    /// Before a push.
    PrePush,
}

impl Moment {
    /// Every moment.
    pub const ALL: [Self; 3] = [Self::PreCommit, Self::CommitMsg, Self::PrePush];

    /// Returns the name Git has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
        }
    }

    /// Returns the script that runs `program`, quoted for the shell.
    fn script(self, program: &str) -> String {
        let judge = match self {
            Self::PreCommit => r#""$program" check --staged --adopted"#,
            Self::CommitMsg => r#""$program" check --staged --adopted --message "$1""#,
            // Tags and notes are none of its business, and neither is a branch that is removed.
            Self::PrePush => {
                r#"printf '%s\n' "$pushed" | while read -r _ commit remote _; do
  case $remote:$commit in
    refs/heads/*:*[!0]*) "$program" check --rev "$commit" --adopted || exit $? ;;
  esac
done"#
            }
        };
        let (first, input) = match self {
            Self::PrePush => ("pushed=$(cat)\n", r#"printf '%s\n' "$pushed" | "#),
            Self::PreCommit | Self::CommitMsg => ("", ""),
        };
        let name = self.name();
        // A script of the shell is told the name it was called by, which is what dispatchers like
        // that of husky go by.
        let script = format!(
            r#"{first}hook="$(dirname "$0")/{name}"
before="$hook{KEPT}"
if [ -x "$before" ]; then
  shell=$(sed -n '1s/^#! *\(.*sh\( -[a-z]*\)*\) *$/\1/p' "$before")
  if [ -n "$shell" ]; then
    {input}$shell -c 'before=$1; shift; . "$before"' "$hook" "$before" "$@" || exit $?
  else
    {input}"$before" "$@" || exit $?
  fi
fi
program={program}
if [ ! -x "$program" ]; then program=$(command -v clausebook) || {{
  echo 'clausebook is not where it was when this hook was installed, and not on the PATH;' >&2
  echo 'install it again, or remove this hook with `clausebook hook uninstall`' >&2
  exit 2
}}; fi
{judge}
"#
        );
        let (begin, end) = (format!("#!/bin/sh\n{MARK}\n"), script);
        let whole = format!("{begin}{end}");
        format!("{begin}{SEAL}{}\n{end}", sealed(whole.as_bytes()))
    }
}

/// The line that tells a hook of ours.
const MARK: &str = "# Installed by `clausebook hook install`; `clausebook hook uninstall` gives back what was there.";
/// What the line begins with that tells whether a hook is as it was written, as Git hashes all of it
/// but this line.
const SEAL: &str = "# Written by a program; a hook with other lines is left as it is: ";
/// What is added to the name of a hook that was there before.
const KEPT: &str = ".before-clausebook";

/// What was done about a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was written.
    Installed,
    /// It was written, and runs the one that was there before.
    Chained,
    /// It was ours already, and was written anew.
    Renewed,
    /// It was taken out.
    Removed,
    /// It was taken out, and the one before is back.
    GivenBack,
    /// It is none of ours, or not there; nothing was touched.
    Untouched,
    /// The same, and what was there before ours still lies beside it.
    LeftBeside,
}

/// Why a hook cannot be installed or taken out.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The folder of hooks serves other repositories as well.
    #[error(
        "`core.hooksPath` is `{0}` for all your repositories, and a hook there would run in each of them; \
         `git config core.hooksPath .git/hooks` gives this one its own"
    )]
    Shared(String),
    /// The environment settles the folder of hooks.
    #[error(
        "`core.hooksPath` is `{0}` by the environment (GIT_CONFIG_COUNT or GIT_CONFIG_PARAMETERS), and no setting of the repository changes that; \
         take it out there, then install the hook"
    )]
    Ordered(String),
    /// The setting names no folder.
    #[error(
        "`core.hooksPath` is set and names no folder, so Git runs no hook here; \
         `git config core.hooksPath .git/hooks` has it run those of this repository"
    )]
    Nowhere,
    /// Somebody wrote into a hook of ours.
    #[error(
        "`{hook}` holds something else than clausebook wrote, and nothing of it is thrown away; \
         put the lines that were added into the script `{kept}`, which runs first if it may be executed, and remove `{hook}`"
    )]
    Altered {
        /// The hook.
        hook: String,
        /// Where what others want to run belongs.
        kept: String,
    },
    /// The folder of hooks is a link that leads out of the repository.
    #[error(
        "`{0}` is a link to `{1}`, and a hook there would run in every repository that shares it; \
         put a folder of its own in its place"
    )]
    Linked(String, String),
    /// Both the hook and the one it chains are not ours.
    #[error(
        "`{0}` is in the way: it is what an earlier hook was kept as, and `{1}` is not ours any more; \
         put the two together by hand"
    )]
    InTheWay(String, String),
    /// A file cannot be read or written.
    #[error("cannot write the hook `{path}`: {why}")]
    Unwritable {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
}

impl Repository {
    /// Returns the folder of hooks, as the settings of Git have it.
    ///
    /// # Errors
    /// When the folder is that of other repositories as well.
    pub fn hooks_folder(&self) -> Result<PathBuf, HookError> {
        let (path, scope) = match self.asked_of_git("core.hooksPath") {
            Ok(None) => return self.usual_hooks_folder(),
            Ok(Some(Asked { value, scope })) => (PathBuf::from(value), scope),
            // Without Git, what can be read of its settings has to do.
            Err(_) => match self.hooks_path_as_read() {
                None => return self.usual_hooks_folder(),
                Some(found) => found,
            },
        };
        let shown = || path.display().to_string();
        match scope {
            Scope::Command => Err(HookError::Ordered(shown())),
            _ if path.as_os_str().is_empty() || is_no_folder(&path) => Err(HookError::Nowhere),
            Scope::Shared => Err(HookError::Shared(shown())),
            Scope::Own => Ok(self.root().unwrap_or_else(|_| self.git.path().to_owned()).join(path)),
        }
    }

    fn hooks_path_as_read(&self) -> Option<(PathBuf, Scope)> {
        let settings = self.git.config().ok()?;
        let level = settings.get_entry("core.hooksPath").ok()?.level();
        let is_own = matches!(level, git2::ConfigLevel::Local | git2::ConfigLevel::Worktree);
        let path = settings.get_path("core.hooksPath").ok()?;
        Some((path, if is_own { Scope::Own } else { Scope::Shared }))
    }

    /// Returns the folder that Git takes where no setting names another.
    fn usual_hooks_folder(&self) -> Result<PathBuf, HookError> {
        let folder = self.common_folder().join("hooks");
        let (Ok(leads_to), Ok(common)) =
            (fs::canonicalize(&folder), fs::canonicalize(self.common_folder()))
        else {
            return Ok(folder);
        };
        let root = self.root().ok().and_then(|root| fs::canonicalize(root).ok());
        let is_own =
            leads_to.starts_with(common) || root.is_some_and(|root| leads_to.starts_with(root));
        match is_own {
            true => Ok(folder),
            false => {
                Err(HookError::Linked(folder.display().to_string(), leads_to.display().to_string()))
            }
        }
    }

    /// Installs the hook of a moment, which runs `program`. One that is there already is kept and
    /// runs first.
    ///
    /// # Errors
    /// When a file cannot be written; then nothing has changed.
    pub fn install_hook(&self, moment: Moment, program: &Path) -> Result<Done, HookError> {
        let folder = self.hooks_folder()?;
        let hook = folder.join(moment.name());
        let kept = kept(&hook);
        let unwritable = |error: io::Error| HookError::Unwritable {
            path: hook.display().to_string(),
            why: error.to_string(),
        };
        let script = moment.script(&quoted_for_shell(&program.display().to_string()));
        let found = fs::symlink_metadata(&hook).is_ok();
        let is_ours = is_ours(&hook)?;
        if found && !is_ours && fs::symlink_metadata(&kept).is_ok() {
            let (kept, hook) = (kept.display().to_string(), hook.display().to_string());
            return Err(HookError::InTheWay(kept, hook));
        }
        if fs::symlink_metadata(&hook).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(unwritable(io::Error::other("a folder is in its place")));
        }
        fs::create_dir_all(&folder).map_err(unwritable)?;
        let unfinished = folder.join(format!("{}.{}", moment.name(), std::process::id()));
        let keep = || if found && !is_ours { fs::rename(&hook, &kept) } else { Ok(()) };
        let installed = fs::write(&unfinished, script)
            .and_then(|()| make_runnable(&unfinished))
            .and_then(|()| keep())
            .and_then(|()| fs::rename(&unfinished, &hook));
        if let Err(error) = installed {
            drop(fs::remove_file(&unfinished));
            return Err(unwritable(error));
        }
        Ok(match (found, is_ours) {
            (true, true) => Done::Renewed,
            (true, false) => Done::Chained,
            (false, _) => Done::Installed,
        })
    }

    /// Takes out the hook of a moment, if it is ours, and gives back the one before.
    ///
    /// # Errors
    /// When a file cannot be removed or renamed.
    pub fn uninstall_hook(&self, moment: Moment) -> Result<Done, HookError> {
        let hook = self.hooks_folder()?.join(moment.name());
        let kept = kept(&hook);
        if !is_ours(&hook)? {
            return Ok(match fs::symlink_metadata(&kept) {
                Ok(_) => Done::LeftBeside,
                Err(_) => Done::Untouched,
            });
        }
        let has_kept = fs::symlink_metadata(&kept).is_ok();
        let done = if has_kept { fs::rename(&kept, &hook) } else { fs::remove_file(&hook) };
        done.map_err(|error| HookError::Unwritable {
            path: hook.display().to_string(),
            why: error.to_string(),
        })?;
        Ok(if has_kept { Done::GivenBack } else { Done::Removed })
    }
}

fn kept(hook: &Path) -> PathBuf {
    let mut name = hook.as_os_str().to_owned();
    name.push(KEPT);
    PathBuf::from(name)
}

/// Tells whether a hook is one of ours.
///
/// # Errors
/// When it was, and somebody wrote into it.
fn is_ours(hook: &Path) -> Result<bool, HookError> {
    let is_file = fs::symlink_metadata(hook).is_ok_and(|metadata| metadata.is_file());
    let Some(bytes) = is_file.then(|| fs::read(hook).ok()).flatten() else { return Ok(false) };
    let lines = || bytes.split_inclusive(|&b| b == b'\n');
    if !lines().any(|line| line.trim_ascii_end() == MARK.as_bytes()) {
        return Ok(false);
    }
    let seal = |line: &&[u8]| line.starts_with(SEAL.as_bytes());
    let rest: Vec<u8> = lines().filter(|line| !seal(line)).flatten().copied().collect();
    let expected = format!("{SEAL}{}\n", sealed(&rest));
    match lines().filter(seal).eq([expected.as_bytes()]) {
        true => Ok(true),
        false => Err(HookError::Altered {
            hook: hook.display().to_string(),
            kept: kept(hook).display().to_string(),
        }),
    }
}

/// Tells whether something else than a folder is there, as in `core.hooksPath = /dev/null`.
fn is_no_folder(path: &Path) -> bool {
    path.is_absolute() && path.exists() && !path.is_dir()
}

/// Returns the hash that Git gives a file.
fn sealed(bytes: &[u8]) -> String {
    let hash = git2::Oid::hash_object(git2::ObjectType::Blob, bytes);
    hash.map(|hash| hash.to_string()).unwrap_or_default()
}

#[cfg(unix)]
fn make_runnable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn make_runnable(_: &Path) -> io::Result<()> {
    Ok(())
}
