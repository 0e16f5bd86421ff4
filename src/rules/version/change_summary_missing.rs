use crate::document::Document;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::versions::Issue;

rule!(VC008, "change-summary-missing", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    for document in sms.versioned().filter(|document| document.status() != Some("draft")) {
        let Some(version) = document.front.text("version") else { continue };
        let Some(former) = sms.former_issue(document) else { continue };
        if sms.brought_version(document).is_some_and(|it| before_start.contains(&it)) {
            continue;
        }
        match document.front.text("change_summary") {
            None => {
                let words = format!(
                    "nothing says what version {} changed of version {}",
                    version.value, former.version
                );
                out.finding(document.at("version"), words).help(format!(
                    "say it in one line under `change_summary`{}, for those who work by the document",
                    in_next_version(sms, document)
                ));
            }
            Some(summary) if is_same(&former, summary.value) => {
                let words = format!(
                    "`change_summary` of version {} still says what changed in version {}",
                    version.value, former.version
                );
                out.finding(document.at("change_summary"), words).commit(former.commit.id).help(
                    format!(
                        "say what this version changed{}, for those who work by the document",
                        in_next_version(sms, document)
                    ),
                );
            }
            Some(_) => confirm(document, version.value, out),
        }
    }
}

fn is_same(former: &Issue<'_>, summary: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    former.claims.change_summary.as_deref().is_some_and(|it| plain(it) == plain(summary))
}

fn confirm(document: &Document, version: &str, out: &mut Findings) {
    out.evidence(document.at("id"), format!("it says what version {version} changed"));
}
