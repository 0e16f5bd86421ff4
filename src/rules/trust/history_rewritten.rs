use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::{Elsewhere, Sms, Tagged};
use crate::source::{RepoPath, listed};

rule!(GI003, "history-rewritten", Warning, "7.5.3");

const REWRITTEN: &str = "ask who rewrote the branch, and compare with a copy from before; if another branch is judged here, judge the right one";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    check_baselines(sms, out);
    let Some(audited) = &sms.trust.audited else { return };
    let place = Place::file(&RepoPath::from(FILE));
    let when = audited.as_of.map(|day| format!(" of {day}")).unwrap_or_default();
    let head = audited.head;
    let is_kept = sms.history.commit(head).is_some();
    if !is_kept {
        let (note, help) = match audited.whereabouts {
            Elsewhere::Later => (
                "what is judged is older than the commit, and nothing of it is lost",
                "judge that commit, or what grew out of it",
            ),
            Elsewhere::Beside => (
                "the commit is still in the repository, on a line that does not lead here",
                REWRITTEN,
            ),
            Elsewhere::Nowhere => {
                ("the commit is not in this repository any more, or never was", REWRITTEN)
            }
        };
        let words = format!(
            "commit {}, which the audit{when} was shown, is not in the history of what is judged",
            head.short()
        );
        out.finding(place.clone(), words).commit(head).note(note).help(help);
    }
    for tag in &audited.tags {
        let help =
            "a baseline never moves: put the tag back where it was, and name the new state anew";
        match tag.is {
            Some(is) if is == tag.was => {}
            Some(is) if is.commit == tag.was.commit => {
                let words = format!(
                    "the tag `{}` was made anew since the audit{when}: it is {}, and was {}",
                    tag.name,
                    object_words(is),
                    object_words(tag.was)
                );
                out.finding(place.clone(), words).commit(is.commit).help(
                    "who made a baseline, and whether it was signed, stands in the tag itself: ask who made it anew, and put the tag back that was there",
                );
            }
            Some(is) => {
                let (name, was, is) = (&tag.name, tag.was.commit.short(), is.commit.short());
                let words = format!(
                    "the tag `{name}` names commit {is}, and named commit {was} at the audit{when}"
                );
                out.finding(place.clone(), words).commit(tag.was.commit).help(help);
            }
            None => {
                let (name, was) = (&tag.name, tag.was.commit.short());
                let words =
                    format!("the tag `{name}` is gone; it named commit {was} at the audit{when}");
                out.finding(place.clone(), words).commit(tag.was.commit).help(help);
            }
        }
    }
    if is_kept {
        let kept = audited.tags.iter().filter(|tag| tag.is == Some(tag.was)).count();
        let tags = match audited.tags.len() {
            0 => "it recorded no tags".to_owned(),
            all => format!("of {all} recorded tags, {kept} are what they were"),
        };
        let words = format!("what the audit{when} was shown is in the history, and {tags}");
        out.evidence(place, words).commit(head);
    }
}

fn object_words(tag: Tagged) -> String {
    match tag.object {
        Some(object) => format!("the tag object {}", object.short()),
        None => "no more than a name".to_owned(),
    }
}

/// A baseline that was moved stands where it cannot have been put, or shows nothing of it.
fn check_baselines(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let place = Place::file(&RepoPath::from(FILE));
    for name in &sms.baselines_of_nothing {
        let words = format!(
            "the tag `{name}` is named as a baseline, and what it names is no commit that is here"
        );
        out.finding(place.clone(), words).help(
            "put the tag on the commit whose state it is to keep, or take it away; if the commit is lost, ask for a copy from before",
        );
    }
    let mut standing = 0;
    for baseline in &sms.baselines {
        let commit = baseline.commit.id;
        if sms.before_start().contains(&commit) {
            continue;
        }
        let Some(words) = sms.astray(baseline) else {
            standing += 1;
            continue;
        };
        let finding = out.finding(place.clone(), words).commit(commit).help("a baseline never moves: put the tag back where it was, and name the new state anew; an older copy of the repository shows where");
        let gone = baseline.left_behind.iter().filter(|(id, _)| !sms.knows(id.as_str()));
        let gone: Vec<String> = gone.map(|(id, version)| format!("{id} {version}")).collect();
        if !gone.is_empty() {
            let is = if gone.len() == 1 { "which is" } else { "which are" };
            let gone = listed(gone, "and");
            finding.note(format!("it holds as approved {gone}, {is} not here any more"));
        }
    }
    if standing > 0 {
        let tags = if standing == 1 { "one baseline stands" } else { "baselines stand" };
        let count = if standing == 1 { String::new() } else { format!("{standing} ") };
        out.evidence(
            place,
            format!("{count}{tags} in the history, on nothing younger than they are"),
        );
    }
}
