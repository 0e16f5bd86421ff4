use crate::document::Claims;
use crate::finding::{Findings, Place};
use crate::sms::{Sms, WhyUncontrolled};

rule!(UF002, "document-outside-source", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let src = sms.source_folder().path;
    let outside = sms.uncontrolled.iter().filter(|file| file.why == WhyUncontrolled::Outside);
    for file in outside {
        let claims = sms.snapshot.bytes(&file.path).and_then(Claims::read);
        let Some(Claims { id: Some(id), kind: Some(_), .. }) = claims else { continue };
        let message = format!(
            "the file begins as the document {id} would, but lies outside the source folder `{src}`, so no rule looks at it"
        );
        out.finding(Place::file(&file.path), message)
            .help(format!("move it into `{src}`, or list it in `uncontrolled` of book.toml"));
    }
    if out.findings.is_empty() {
        out.evidence(sms.source_folder(), "no document lies outside this folder");
    }
}
