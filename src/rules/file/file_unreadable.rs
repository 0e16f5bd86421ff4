use crate::finding::{Findings, Place};
use crate::repo::snapshot::Content;
use crate::sms::Sms;

rule!(UF005, "file-unreadable", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut read = 0;
    for (path, file) in sms.source_files() {
        match &file.content {
            Content::Text(_) => read += 1,
            Content::Special(what) if path.is_markdown() => {
                let message =
                    format!("this is {what}, which holds no document; a file was expected");
                out.finding(Place::file(path), message)
                    .help("remove it, or give it a name that does not end like Markdown");
            }
            Content::Unreadable(why) => {
                let finding = out.finding(Place::file(path), format!("this cannot be read: {why}"));
                if let Some(was) = sms.was_before_it_was_lost(path) {
                    finding.note(was);
                }
                finding.help("a document is a file that the person who runs the check may read, of at most 16 MiB and less than 200 folders deep");
            }
            _ => {}
        }
    }
    if out.findings.is_empty() {
        let files = if read == 1 { "file" } else { "files" };
        let statement = format!("{read} Markdown {files} could be read");
        out.evidence(sms.source_folder(), statement);
    }
}
