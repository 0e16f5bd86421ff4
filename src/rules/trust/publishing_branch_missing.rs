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
    out.finding(
        place,
        format!("the publishing branch `{branch}` is not here, so what is judged sets its own rules"),
    )
    .note("whatever it says of levels, types and roles was believed, and no approval goes above level 2")
    .help(format!(
        "fetch it (`git fetch origin {branch}:refs/remotes/origin/{branch}`), or name the branch that publishes as `branch` in book.toml, or a revision with `--policy-ref`"
    ));
}
