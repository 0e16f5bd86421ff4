use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::external::EditionCheck;
use crate::source::Printable;

rule!(EX001, "external-edition-unchecked", Warning, "7.5.3");

const LOOK: &str = "look whether there is a newer edition, and write the day to `checked_on`";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let months = sms.trust.config.limits.edition_check_months;
    for external in sms.externals() {
        let name = Printable(&external.name);
        // The rows of a register are kept up between approvals.
        let when = match external.file.front.is_living_register() {
            true => "",
            false => in_next_version(sms, external.file),
        };
        match external.check(sms) {
            EditionCheck::Never => {
                let words = format!("nobody ever checked the edition of {name}");
                out.finding(external.place, words).help(format!("{LOOK}{when}"));
            }
            // A day that cannot be read is another rule's matter.
            EditionCheck::Unreadable => {}
            EditionCheck::ToCome(checked) => {
                let words = format!(
                    "the edition of {name} was checked on {checked}, which is still to come"
                );
                out.finding(external.place, words)
                    .help(format!("write the day on which it was last looked for{when}"));
            }
            EditionCheck::Done(checked, _) => {
                let mut words = format!("the edition of {name} was checked on {checked}");
                if let Some(version) = external.noted_in {
                    let version = Printable(&version);
                    words += &format!(", as version {version} says, which is not in force");
                }
                out.evidence(external.document, words);
            }
            EditionCheck::Overdue(checked, _) => {
                let words = format!(
                    "the edition of {name} was last checked on {checked}, more than {months} months ago"
                );
                out.finding(external.place, words).help(format!("{LOOK}{when}"));
            }
        }
    }
}
