//! `hook`: the hooks of Git that ask before something is committed or pushed.

use super::terminal::Terminal;
use super::{Arguments as Global, Verdict};
use crate::repo::Repository;
use crate::repo::hooks::{Done, Moment};
use anyhow::Context as _;
use clap::{Args, Subcommand};

/// Check documents before they are committed or pushed, by hooks of Git
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clausebook hook install               check what is staged before every commit\n  \
    clausebook hook install --pre-push    check commits before they are pushed\n  \
    clausebook hook uninstall             give back what was there before\n\n\
    `git commit --no-verify` commits without asking."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Install hooks; a hook that is there already goes on, and runs first
    #[command(after_help = "Examples:\n  clausebook hook install\n  \
        clausebook hook install --pre-commit --pre-push")]
    Install(Moments),
    /// Take the hooks out, and give back what was there before
    #[command(after_help = "Examples:\n  clausebook hook uninstall\n  \
        clausebook hook uninstall --pre-push")]
    Uninstall(Moments),
}

#[derive(Debug, Args)]
struct Moments {
    /// Before a commit: `check --staged --adopted` [default for install]
    #[arg(long)]
    pre_commit: bool,

    /// When the message is written, whose co-authors count: `check --staged --adopted --message`
    #[arg(long)]
    commit_msg: bool,

    /// Before a push: `check --rev --adopted` of every commit that is pushed as the tip of a branch
    #[arg(long)]
    pre_push: bool,
}

impl Moments {
    /// Returns the moments that were asked for, and `usual` if none was.
    fn chosen(&self, usual: &[Moment]) -> Vec<Moment> {
        let is_chosen = |moment: &Moment| match moment {
            Moment::PreCommit => self.pre_commit,
            Moment::CommitMsg => self.commit_msg,
            Moment::PrePush => self.pre_push,
        };
        let chosen: Vec<Moment> = Moment::ALL.into_iter().filter(is_chosen).collect();
        if chosen.is_empty() { usual.to_vec() } else { chosen }
    }
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let repository = Repository::open(&global.repository)?;
    let mut tell = |moment: Moment, done: Done| -> anyhow::Result<()> {
        let hook = repository.hooks_folder()?.join(moment.name());
        terminal.print(&format!("{}: {}\n", hook.display(), words(&done)))?;
        Ok(())
    };
    // Each is told at once: the next may be refused.
    match &own.action {
        Action::Install(moments) => {
            let program = std::env::current_exe().context("cannot tell where this program lies")?;
            for moment in moments.chosen(&[Moment::PreCommit]) {
                tell(moment, repository.install_hook(moment, &program)?)?;
            }
        }
        Action::Uninstall(moments) => {
            for moment in moments.chosen(&Moment::ALL) {
                tell(moment, repository.uninstall_hook(moment)?)?;
            }
        }
    }
    Ok(Verdict::Clean)
}

fn words(done: &Done) -> &'static str {
    match done {
        Done::Installed => "installed",
        Done::Chained => "installed; the hook that was there goes on, and runs first",
        Done::Renewed => "installed anew",
        Done::Removed => "taken out",
        Done::GivenBack => "taken out; the hook that was there before is back",
        Done::Untouched => "not ours, or not there; nothing was changed",
        Done::LeftBeside => {
            "not ours any more; what was there before it lies beside it, with `.before-clausebook` behind its name, and nothing was changed"
        }
    }
}
