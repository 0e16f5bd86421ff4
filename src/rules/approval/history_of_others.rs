use crate::finding::Findings;
use crate::sms::Sms;

rule!(AP009, "history-of-others", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let roles = sms.roles();
    let register = sms.registers("roles").find(|it| sms.status(it) != Some("withdrawn"));
    let Some(register) = register.filter(|_| roles.has_register) else { return };
    let claims = sms.claimed_approvals().iter().filter(|it| !it.grades.is_empty()).count();
    if !sms.has_history_of_others() {
        out.evidence(register.at("id"), "people of the register are at work in the history");
        return;
    }
    if claims == 0 {
        return;
    }
    let documents = match claims {
        1 => "the approval of 1 document".to_owned(),
        claims => format!("the approvals of {claims} documents"),
    };
    out.finding(
        register.at("entries"),
        format!("nobody of the role register has a commit in this history, so {documents} can only be taken as claimed"),
    )
    .help("keep the history the documents came with, or let the approvers approve again here");
}
