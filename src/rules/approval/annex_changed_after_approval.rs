use crate::document::Document;
use crate::finding::Findings;
use crate::rules::show_replaced;
use crate::sms::Sms;
use crate::sms::annex::Replaced;
use crate::sms::in_force::{InForce, of_version};
use crate::source::counted;

rule!(AP012, "annex-changed-after-approval", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        let document = claimed.document;
        let start = sms.before_start();
        let is_judged =
            |replaced: &&Replaced| !replaced.commit.is_some_and(|commit| start.contains(&commit));
        let judged = claimed.judged().max_by_key(|grade| grade.approval.on);
        let Some(grade) = judged.filter(|grade| grade.contradictions.is_empty()) else { continue };
        let Some(seen) = grade.seen_in else { continue };
        let mut is_same = true;
        for replaced in grade.replaced.iter().filter(is_judged) {
            is_same = false;
            let by = grade.approval.by.as_deref().unwrap_or("its approver");
            let words = replaced.words(by, "links to");
            let finding = out.finding(document.place(replaced.span), words);
            show_replaced(sms, finding, grade, replaced);
            finding.help(
                "if the approval was meant for the file as well, let the document be approved anew; if the file is no part of it, list it in `uncontrolled` of book.toml",
            );
        }
        let linked = sms.annexes(document).iter().filter(|annex| !annex.is_picture).count();
        if is_same && linked > 0 {
            let words = match linked {
                1 => "the file it links to is the one that was there at the approval".to_owned(),
                _ => format!(
                    "the {} it links to are those that were there at the approval",
                    counted(linked, "file")
                ),
            };
            out.evidence(document.at("id"), words).commit(seen);
        }
    }
    for document in sms.maintained() {
        check_version_in_force(sms, document, out);
    }
}

/// To begin a next version takes nothing away from what the one in force links to.
fn check_version_in_force(sms: &Sms, document: &Document, out: &mut Findings) {
    let (Some(annexes), Some(InForce { version: Some(version), next, .. })) =
        (sms.annexes_in_force(document), sms.as_in_force(document))
    else {
        return;
    };
    let is_judged = |it: &&Replaced| !it.commit.is_some_and(|at| sms.before_start().contains(&at));
    for replaced in annexes.replaced.iter().filter(is_judged) {
        let by = annexes.grade.approval.by.as_deref().unwrap_or("its approver");
        let words =
            replaced.words_of(by, &format!("{}, and links to it", of_version(version, next)));
        let finding = out.finding(document.at("version"), words);
        finding.known_by(replaced.words(by, "links to"));
        show_replaced(sms, finding, &annexes.grade, replaced);
        let until = next.map_or("the next one is approved".to_owned(), |next| next.to_string());
        finding.help(format!(
            "put the file of version {version} back until {until}; if it is no part of the text, list it in `uncontrolled` of book.toml"
        ));
    }
}
