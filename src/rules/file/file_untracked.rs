use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::repo::snapshot::Content;
use crate::sms::Sms;

rule!(UF007, "file-untracked", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut tracked = 0;
    for (path, file) in sms.source_markdown() {
        if !matches!(file.content, Content::Text(_) | Content::TooLarge(_)) {
            continue;
        }
        if file.tracked {
            tracked += 1;
            continue;
        }
        let id = sms.document_at(path).and_then(Document::id);
        let what = match &id {
            Some(id) => format!("the document {id}"),
            None => "the file".to_owned(),
        };
        let lost = id.as_ref().filter(|id| !sms.holds(id));
        let (why, help) = if lost.is_some_and(|id| sms.history.committed(id).is_some()) {
            (
                ", and the last commit has it: the next one would remove it",
                "take it back with `git add`, or withdraw it first",
            )
        } else if lost.is_some_and(|id| !sms.history.revisions(id).is_empty()) {
            (
                ", and a commit removed it: what lies here is no controlled version",
                "add it with `git add` and commit it, or delete the file",
            )
        } else {
            (
                ": Git holds no version of it, so nothing it claims can be shown",
                "add it with `git add` and commit it, or list it in .gitignore",
            )
        };
        let message = format!("{what} is untracked{why}");
        out.finding(Place::file(path).of_document(id), message).help(help);
    }
    if out.findings.is_empty() && tracked > 0 {
        let files = match tracked {
            1 => "the one Markdown file of the folder is".to_owned(),
            _ => format!("all {tracked} Markdown files of the folder are"),
        };
        out.evidence(sms.source_folder(), format!("{files} under version control"));
    }
}
