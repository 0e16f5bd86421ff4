use crate::finding::{Findings, Place};
use crate::repo::snapshot::Content;
use crate::sms::Sms;

rule!(UF004, "submodule-not-read", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (path, file) in sms.source_files() {
        if file.content != Content::Submodule {
            continue;
        }
        let (what, pinned) = match file.blob {
            Some(commit) => ("a submodule", format!("it is pinned to the commit {commit} there")),
            None => ("another repository", "Git does not know the folder".to_owned()),
        };
        let message = format!(
            "this folder is {what}; its documents have a history of their own and are not judged here"
        );
        out.finding(Place::file(path), message)
            .note(pinned)
            .help("run clausebook in that repository, or bring its documents into this one");
    }
    if out.findings.is_empty() {
        out.evidence(sms.source_folder(), "nothing in the folder belongs to another repository");
    }
}
