use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::RepoPath;

// That there are no rules but those of what is judged is not for these to say.
rule!(TR002, "publishing-branch-missing", Error, "7.5.3", not_configurable);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let place = Place::file(&RepoPath::from(FILE));
    if sms.trust.has_branch {
        out.evidence(place, "the publishing branch is here, and what it published is known");
        return;
    }
    let branch = &sms.config.branch;
    let fetch = format!("`git fetch origin {branch}:refs/remotes/origin/{branch}`");
    // Many repositories publish on `master`, and have no other branch to fetch.
    let help = match &sms.trust.checked_out {
        Some(here) => format!(
            "where `{here}`, which is checked out, is the branch that publishes, write `branch = \"{here}\"` under `[preprocessor.clausebook]` in book.toml; where `{branch}` is, fetch it ({fetch}), or name a revision with `--policy-ref`"
        ),
        None => format!(
            "fetch it ({fetch}), or name the branch that publishes as `branch` under `[preprocessor.clausebook]` in book.toml, or a revision with `--policy-ref`"
        ),
    };
    let words = format!(
        "the publishing branch `{branch}` is not here, so what is judged sets its own rules"
    );
    out.finding(place, words)
        .note("whatever it says of levels, types and roles was believed, and no approval goes above level 2")
        .help(help);
}
