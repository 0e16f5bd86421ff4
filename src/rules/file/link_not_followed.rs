use crate::finding::{Findings, Place};
use crate::repo::snapshot::Content;
use crate::sms::Sms;
use crate::sms::files::LinkEnd;

rule!(UF003, "link-not-followed", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (path, file) in sms.source_files() {
        let Content::Symlink(target) = &file.content else { continue };
        let target: String = target.chars().take(200).collect();
        let leads = match sms.end_of_link(path, &target) {
            LinkEnd::Outside => "out of the repository".to_owned(),
            LinkEnd::Itself => "to itself".to_owned(),
            LinkEnd::Link(end) => format!("to `{end}`, which is a link as well"),
            LinkEnd::Inside(end) => format!("to `{end}`"),
            LinkEnd::Missing(end) => format!("to `{end}`, which the repository does not hold"),
        };
        let message = format!(
            "this is a symbolic link that leads {leads}; links are not followed, and a file was expected"
        );
        out.finding(Place::file(path), message)
            .note(format!("its target is `{target}`"))
            .help("put the file itself here, or link to it from the text of a document");
    }
    if out.findings.is_empty() {
        out.evidence(sms.source_folder(), "nothing in the folder is a symbolic link");
    }
}
