use crate::finding::Findings;
use crate::repo::object::Commit;
use crate::sms::Sms;

rule!(GI006, "commit-malformed", Warning, "7.5.3");

/// From how many commits on they are told together.
const MANY: usize = 10;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let before_start = sms.before_start();
    // Git says itself what it lacks for a commit that is still to be made.
    let is_made = |commit: &Commit| !sms.is_imagined || commit.id != sms.head;
    let is_odd = |commit: &&Commit| {
        !commit.problems.is_empty() && is_made(commit) && !before_start.contains(&commit.id)
    };
    let odd: Vec<&Commit> = sms.history.commits.iter().filter(is_odd).collect();
    let help = "nothing can be put right in a commit; find out what made it, and do anew what rests on it (an approval above all)";
    if odd.is_empty() {
        out.evidence(
            sms.source_folder(),
            "every commit names who made it and when, as Git writes it",
        );
    } else if odd.len() >= MANY {
        let words = format!("{} commits are malformed", odd.len());
        let finding = out.finding(sms.source_folder(), words).commit(odd[0].id);
        for commit in odd.iter().take(MANY) {
            finding.note(format!("commit {}: {}", commit.id.short(), commit.problems.join(", ")));
        }
        finding.help(help);
    } else {
        for commit in odd {
            let (short, problems) = (commit.id.short(), commit.problems.join(", "));
            out.finding(sms.source_folder(), format!("commit {short} is malformed: {problems}"))
                .commit(commit.id)
                .note(sms.commit_words(commit.id))
                .help(help);
        }
    }
}
