use crate::document::Document;
use crate::document::conflict::conflicts;
use crate::finding::Findings;
use crate::sms::Sms;

rule!(ST006, "merge-conflict-left", Error, "7.5.2", by_document);

pub(crate) fn check_document(_: &Sms, document: &Document, out: &mut Findings) {
    let left = conflicts(&document.text);
    if left.is_empty() {
        out.evidence(document.at("id"), "no merge left a conflict in the file");
    }
    for line in left {
        let message = "a merge left a conflict here: both sides stand in the file, and nobody can tell which is meant";
        out.finding(document.place(line), message).help(
            "keep what is meant of the two sides, and take out the lines with which Git marks them",
        );
    }
}
