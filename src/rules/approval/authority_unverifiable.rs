use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::RepoPath;

rule!(AP008, "authority-unverifiable", Warning, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let roles = sms.roles();
    if roles.has_register {
        let register = sms.registers("roles").find(|it| it.status() != Some("withdrawn"));
        if let Some(register) = register {
            let rows = match roles.entries.len() {
                1 => "1 row".to_owned(),
                rows => format!("{rows} rows"),
            };
            out.evidence(register.at("id"), format!("says in {rows} who may approve, and when"));
        }
        return;
    }
    let claims = sms.claimed_approvals().iter().filter(|it| !it.grades.is_empty()).count();
    if claims == 0 {
        return;
    }
    let documents = match claims {
        1 => "1 document claims".to_owned(),
        claims => format!("{claims} documents claim"),
    };
    out.finding(
        Place::file(&RepoPath::from(FILE)),
        format!("{documents} to be approved, but no role register says who may approve"),
    )
    .help(
        "add a register with `register_kind: roles` that says who holds which role, and from when",
    );
}
