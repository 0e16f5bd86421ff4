use crate::document::Document;
use crate::document::front::one_or_more;
use crate::document::name::Likeness;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::evaluation::{Audited, Tie};
use crate::sms::roles::Owner;
use crate::source::{Date, Spanned, listed};

rule!(AU002, "auditor-not-independent", Error, "9.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let start = sms.trust.config.verify_from;
    let before_start = start.map(|day| sms.history.commits_before(day)).unwrap_or_default();
    for record in sms.records_of("internal-audit") {
        let day = record.front.date("performed_on").or_else(|| record.front.date("date"));
        let Some(day) = day.filter(|day| !sms.is_before_start(*day)) else { continue };
        let (auditors, audited) = (sms.auditors(record, day), sms.audited(record, day));
        let before = out.findings.len();
        report_unnamed(sms, record, day, out);
        for auditor in &auditors {
            for audited in &audited {
                if let Some(tie) = sms.tie(auditor.value, audited, day, &before_start) {
                    report(sms, record, auditor, audited, &tie, day, out);
                }
            }
            for auditee in record.front.list("auditees") {
                let words = match sms.likeness(auditor.value, auditee.value, day) {
                    Likeness::One => "is",
                    Likeness::InDoubt => "cannot be told apart from",
                    Likeness::Two => continue,
                };
                let message = format!(
                    "the auditor {} {words} `{}`, who is audited",
                    auditor.value, auditee.value
                );
                out.finding(record.place(auditor.span), message)
                    .other(record.place(auditee.span), "audited")
                    .help("let somebody else audit this part");
            }
        }
        if out.findings.len() == before && !auditors.is_empty() && !audited.is_empty() {
            let words = match audited.len() {
                1 => "the document audited".to_owned(),
                number => format!("the {number} documents audited"),
            };
            let is_stranger =
                |it: &&Spanned<&str>| sms.roles_in_force().meant(it.value, day) == Owner::Unknown;
            let strangers = auditors.iter().filter(is_stranger).map(|it| format!("`{}`", it.value));
            let strangers = listed(strangers, "and");
            let but = match strangers.is_empty() {
                true => String::new(),
                false => format!("; of {strangers} the role register knows nothing but the name"),
            };
            out.evidence(
                record.at("id"),
                format!("no auditor owns, wrote or approved {words} on {day}{but}"),
            );
        }
    }
}

/// Reports what stands in the place of an auditor and names nobody, as a machine is, or somebody of the
/// role register among other words.
fn report_unnamed(sms: &Sms, record: &Document, day: Date, out: &mut Findings) {
    for key in ["auditors", "lead_auditor"] {
        let Some(found) = record.front.get(key) else { continue };
        for item in one_or_more(found).iter().filter(|it| !it.value.is_empty()) {
            if sms.is_no_one_person(&item.value, day) {
                out.finding(
                    record.place(item.span),
                    "an auditor is one person, named by role, name or address, and this is none",
                )
                .help(format!(
                    "write `{key}: [first, second]`, each as the role register has them"
                ));
            }
        }
    }
}

fn report(
    sms: &Sms,
    record: &Document,
    auditor: &Spanned<&str>,
    audited: &Audited<'_>,
    tie: &Tie,
    day: Date,
    out: &mut Findings,
) {
    let id = audited.document.id().map(|id| id.to_string()).unwrap_or_default();
    let version = audited.version.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
    let who = auditor.value;
    let words = match tie {
        Tie::Owns(_) => format!("the auditor {who} owned {id} on {day}, which is audited here"),
        Tie::Wrote(_) => format!("the auditor {who} wrote {id}{version}, which is audited here"),
        Tie::Approved(_) => {
            format!("the auditor {who} approved {id}{version}, which is audited here")
        }
        Tie::MayOwn(owner) => format!(
            "the auditor {who} cannot be told apart from `{owner}`, who owned {id} on {day}, which is audited here"
        ),
    };
    let finding = out.finding(record.place(auditor.span), words);
    match tie {
        Tie::Owns(owner) | Tie::MayOwn(owner) => {
            finding.other(audited.document.at("owner"), format!("the owner is `{owner}`"));
        }
        Tie::Wrote(commit) => {
            finding.commit(*commit).note(format!("written in {}", sms.commit_words(*commit)));
        }
        Tie::Approved(_) => {
            finding.other(audited.document.at("approval"), "approved here");
        }
    }
    finding.help(match tie {
        Tie::MayOwn(_) => "name the auditor as the role register does, or in full",
        _ => "let somebody audit this part who had no hand in it",
    });
}
