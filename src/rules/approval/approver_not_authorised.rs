use crate::finding::{Finding, Findings};
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::{Contradiction, Grade};
use crate::sms::authority::{Authority, Lack, NotHeld};
use crate::sms::former::Fault;
use crate::source::{did_you_mean, listed};

rule!(AP002, "approver-not-authorised", Error, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        for (grade, contradiction) in claimed.contradictions() {
            let Contradiction::NotAuthorised(lack) = contradiction else { continue };
            let report = |out| claimed.finding(out, &grade.approval, "role", lack_words(grade));
            match lack {
                Lack::NotHeld(lack) => not_held(sms, lack, report(out)),
                Lack::NotForRole { held, needed, ground } => {
                    let others = needed.iter().filter(|role| !held.contains(role));
                    let others: Vec<String> = others.map(|role| format!("`{role}`")).collect();
                    let needed = match others.is_empty() {
                        true => "`top-management`".to_owned(),
                        false => listed(others, "or"),
                    };
                    let finding = report(out);
                    if let Some(ground) = ground {
                        finding.note(ground.words());
                    }
                    finding.help(format!(
                        "let {needed} approve it in place of this approval, or say under `approves` in the role register who else may"
                    ));
                }
                _ => {}
            }
        }
        for grade in claimed.judged() {
            let Authority::Verified(mandate) = &grade.authorised else { continue };
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let words = format!("{by} could approve it: {}", mandate.words());
            let evidence = out.evidence(claimed.document.at("id"), words);
            if let Some(commit) = mandate.since {
                evidence.commit(commit);
            }
        }
    }
    report_former(sms, out, |fault| {
        matches!(
            fault,
            Fault::Approval(
                Contradiction::NotAuthorised(Lack::NotHeld(_) | Lack::NotForRole { .. }),
                _
            )
        )
    });
}

fn lack_words(grade: &Grade) -> String {
    grade.authorised.words()
}

fn not_held(sms: &Sms, lack: &NotHeld, finding: &mut Finding) {
    if let Some((role, to)) = &lack.ended {
        finding.note(format!("by the role register `{role}` ended on {to}"));
    }
    if let Some((role, from)) = &lack.begins {
        finding.note(format!("by the role register `{role}` begins on {from}"));
    }
    let known = lack.role.as_deref().is_some_and(|role| sms.roles().of_role(role).next().is_some());
    let near = lack.role.as_deref().filter(|_| !known);
    match near.and_then(|role| did_you_mean(role, sms.roles().names())) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding
            .help("let somebody who holds the role now approve it anew, in place of this approval"),
    };
}
