use crate::document::is_address;
use crate::finding::Findings;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::{Contradiction, Grade};
use crate::sms::authority::{Authority, Lack};
use crate::sms::former::Fault;
use crate::source::did_you_mean;

rule!(AP005, "approver-unknown", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        for (grade, contradiction) in claimed.contradictions() {
            let Contradiction::NotAuthorised(lack) = contradiction else { continue };
            let help = match lack {
                Lack::Machine(_) => {
                    "let a person who may approve it do so, in place of this approval".to_owned()
                }
                Lack::Unknown(by) => who_is_meant(sms, grade, by),
                _ => continue,
            };
            claimed.finding(out, &grade.approval, "by", lack.words()).help(help);
        }
        for grade in claimed.judged() {
            let is_known = match &grade.authorised {
                Authority::Verified(_) => true,
                Authority::Contradicted(lack) => {
                    !matches!(lack, Lack::Unknown(_) | Lack::Machine(_))
                }
                Authority::Unverifiable(_) => false,
            };
            if let Some(by) = grade.approval.by.as_ref().filter(|_| is_known) {
                let words = format!("the approver {by} is a person of the role register");
                out.evidence(claimed.document.at("id"), words);
            }
        }
    }
    report_former(sms, out, |fault| {
        matches!(
            fault,
            Fault::Approval(Contradiction::NotAuthorised(Lack::Machine(_) | Lack::Unknown(_)), _)
        )
    });
}

/// Says what to do about an address that the role register does not know.
fn who_is_meant(sms: &Sms, grade: &Grade, by: &str) -> String {
    let is_new = sms.roles().of_email(by).next().is_some();
    if is_new {
        return "bring the row to the role register of the publishing branch first, and have that approved".to_owned();
    }
    // The address is one that commits, so it may be the register that has another.
    if let Some(other) = sms.roles_asked().mistyped(by).filter(|_| grade.act.is_some()) {
        return format!(
            "if `{other}` of the role register is meant to be this address, put that right there, and have it approved before this"
        );
    }
    match did_you_mean(by, sms.roles().emails()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if !is_address(by) && !sms.roles().has_register => {
            "let a person approve it, named by an e-mail address, in place of this approval".to_owned()
        }
        None => "write the address as it stands in the role register, or let somebody it knows approve in place of this".to_owned(),
    }
}
