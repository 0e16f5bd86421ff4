use super::approval_before_content::as_copied;
use crate::finding::Findings;
use crate::rules::{report_former, show_replaced};
use crate::sms::Sms;
use crate::sms::annex::Replaced;
use crate::sms::approval::{Contradiction, Grade};
use crate::sms::claimed::Claimed;
use crate::sms::former::Fault;
use crate::source::counted;

rule!(AP003, "content-changed-after-approval", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        // Another text under the same number: that the number stayed is told with the change.
        let is_told = sms.silent_edit(claimed.document).is_some();
        let mut is_contradicted = is_told;
        for grade in &claimed.grades {
            let of_content =
                claimed.contradictions().filter(|(other, _)| std::ptr::eq(*other, *grade));
            // One change has several signs: the version tells most, the digest least.
            if !is_told
                && let Some((_, sign)) =
                    of_content.min_by_key(|(_, sign)| rank(sign)).filter(|(_, sign)| rank(sign) < 3)
            {
                is_contradicted = true;
                report(sms, &claimed, grade, sign, out);
            }
        }
        if is_contradicted {
            continue;
        }
        let pictures = sms.pictures(claimed.document);
        for (grade, commit) in claimed.shown() {
            let digest = if grade.digest_fits { ", and so says its digest" } else { "" };
            let shown = match pictures {
                0 => String::new(),
                1 => " with its picture".to_owned(),
                count => format!(" with its {}", counted(count, "picture")),
            };
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let words =
                format!("the content{shown} is the one {by} is said to have approved{digest}");
            out.evidence(claimed.document.at("id"), words).commit(commit);
        }
    }
    report_former(sms, out, |fault| matches!(fault, Fault::Approval(sign, _) if rank(sign) < 3));
}

fn rank(sign: &Contradiction) -> u8 {
    match sign {
        Contradiction::OtherVersion(_) => 0,
        Contradiction::ContentChanged(_)
        | Contradiction::PictureReplaced(_)
        | Contradiction::Withdrawn(_) => 1,
        Contradiction::DigestDiffers => 2,
        Contradiction::BySelf(_)
        | Contradiction::BeforeContent(..)
        | Contradiction::AfterCommit(..)
        | Contradiction::NotAuthorised(_)
        | Contradiction::WrongSigner(..)
        | Contradiction::BrokenSignature(..) => 3,
    }
}

fn report(
    sms: &Sms,
    claimed: &Claimed<'_>,
    grade: &Grade,
    sign: &Contradiction,
    out: &mut Findings,
) {
    let document = claimed.document;
    let approval = &grade.approval;
    let by = approval.by.as_deref().unwrap_or("its approver");
    let version = document.front.text("version").map_or("none", |version| version.value);
    match sign {
        Contradiction::OtherVersion(other) => {
            let words =
                format!("the approval is for version {other}, but the version is {version}");
            claimed
                .finding(out, approval, "version", words)
                .label("approved")
                .other(document.at("version"), "now")
                .help(
                    "let the approver approve this version, or set the status back to `in-review`",
                );
        }
        Contradiction::DigestDiffers => {
            let words = format!("the digest of the approval by {by} is not that of this content");
            claimed
                .finding(out, approval, "digest", words)
                .note(format!("the digest of this content is {}", sms.claims(document).digest))
                .help(match sms.approval_of_another(document, approval) {
                    Some(other) => as_copied(&other),
                    None => {
                        "let the approver look at this content and approve it with its own digest"
                            .to_owned()
                    }
                });
        }
        Contradiction::PictureReplaced(_) => {
            let pictures = grade.contradictions.iter().filter_map(|sign| match sign {
                Contradiction::PictureReplaced(replaced) => Some(replaced),
                _ => None,
            });
            for replaced in pictures {
                report_picture(sms, claimed, grade, replaced, out);
            }
        }
        Contradiction::Withdrawn(commit) => {
            let words = format!(
                "the document was withdrawn after {by} approved it, and is said to be in force again"
            );
            let finding = out.finding(document.at("status"), words);
            if let Some(commit) = grade.acted_in() {
                finding.note(format!("approved in {}", sms.commit_words(commit)));
            }
            let back = "set `status` back to `withdrawn` with the day of that as `withdrawn_on`, or issue a new version that is approved anew";
            let help = match document.id().filter(|id| sms.stands_published(id)) {
                Some(id) => format!(
                    "unless it is withdrawn again on the same day, record as a nonconformity that names `{id}@{version}` that it was said to be in force; then {back}"
                ),
                None => back.to_owned(),
            };
            finding
                .commit(*commit)
                .note(format!("withdrawn in {}", sms.commit_words(*commit)))
                .other(document.place(approval.span), "approved here")
                .help(help);
        }
        _ => {
            let commit = sign.commit();
            let uncommitted = if commit.is_none() { ", in the work tree" } else { "" };
            let words = format!(
                "the content changed after {by} approved it{uncommitted}, and the version is still {version}"
            );
            let finding = out.finding(document.at("version"), words);
            if let Some(commit) = grade.acted_in() {
                finding.note(format!("approved in {}", sms.commit_words(commit)));
            }
            if let Some(commit) = commit {
                finding.commit(commit).note(format!("changed in {}", sms.commit_words(commit)));
            }
            let is_published = sms.is_published_as_changed(document, commit);
            let help = match document.id().filter(|_| is_published) {
                Some(id) => format!(
                    "record the change as a nonconformity that names `{id}@{version}`, then raise `version` and let the approver approve it anew; or take the change back"
                ),
                None => {
                    "take the change back, or raise `version` and let the approver approve it anew"
                        .to_owned()
                }
            };
            finding.other(document.place(approval.span), "approved here").help(help);
        }
    }
}

fn report_picture(
    sms: &Sms,
    claimed: &Claimed<'_>,
    grade: &Grade,
    replaced: &Replaced,
    out: &mut Findings,
) {
    let document = claimed.document;
    let by = grade.approval.by.as_deref().unwrap_or("its approver");
    let version = document.front.text("version").map_or("none", |version| version.value);
    let words = replaced.words(by, "shows");
    let words = format!("the picture {words}, and the version is still {version}");
    let finding = out.finding(document.place(replaced.span), words);
    show_replaced(sms, finding, grade, replaced);
    finding.other(document.place(grade.approval.span), "approved here").help(
        "take the change back, or raise `version` and let the approver approve it anew; a picture that says nothing can be listed in `uncontrolled` of book.toml",
    );
}
