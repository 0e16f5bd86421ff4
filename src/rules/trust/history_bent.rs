use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::RepoPath;

rule!(GI005, "history-bent", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let place = Place::file(&RepoPath::from(FILE));
    for bend in &sms.trust.bent {
        out.finding(place.clone(), format!("Git shows another history than the commits hold: {bend}"))
            .note("clausebook judges what the commits hold")
            .help("look with `git replace --list` and into `.git/info/grafts`, and remove what nobody needs");
    }
    if sms.trust.bent.is_empty() {
        out.evidence(place, "no graft and no replace ref bends the history");
    }
}
