use crate::finding::{Findings, Place};
use crate::sms::{Sms, WhyUncontrolled};

rule!(UF001, "file-uncontrolled", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for file in &sms.uncontrolled {
        let place = Place::file(&file.path);
        match file.why {
            WhyUncontrolled::NoFrontMatter if sms.is_pointer(&file.path) => {
                let message = "the file is a pointer of Git LFS, so Git has nothing of its text, and it is not under document control";
                out.finding(place, message).help(
                    "take documents out of Git LFS (`git lfs untrack`) and commit the text, or list the file in `uncontrolled` of book.toml",
                );
            }
            WhyUncontrolled::NoFrontMatter => {
                let message = "the file has no front matter, so it is not under document control";
                out.finding(place, message).help(
                    "give it front matter with an id, or list it in `uncontrolled` of book.toml",
                );
            }
            WhyUncontrolled::NotMarkdown => {
                let message = "the file is not Markdown, so nothing in it is read, and no document links to it or cites it";
                out.finding(place, message).help(
                    "make it a document with the ending `.md`, link to it from the document it belongs to, or list it in `uncontrolled` of book.toml",
                );
            }
            WhyUncontrolled::Listed => {
                out.evidence(place, "is listed as not under document control");
            }
            WhyUncontrolled::Outside => {}
        }
    }
}
