use crate::document::Document;
use crate::document::change::Size;
use crate::document::conflict::conflicts;
use crate::finding::{Finding, Findings};
use crate::rules::version::version_not_bumped::raised;
use crate::sms::Sms;
use crate::sms::moved_back::MovedBack;
use crate::sms::versions::SilentEdit;
use crate::source::Date;

rule!(VC015, "status-moved-back", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut is_clean = !sms.has_history_of_others();
    for document in sms.versioned() {
        let Some(moved) = sms.moved_back(document) else { continue };
        is_clean = false;
        report(sms, document, &moved, out);
    }
    if is_clean {
        let words = "nothing that was in force or withdrawn went back to a draft under its number";
        out.evidence(sms.source_folder(), words);
    }
}

fn report(sms: &Sms, document: &Document, moved: &MovedBack<'_>, out: &mut Findings) {
    let Some(id) = document.id() else { return };
    let version = &moved.tenure.version;
    let whereto = match document.status() {
        Some("in-review") => "into review",
        _ => "to a draft",
    };
    let withdrawn_on = moved.tenure.until.and_then(Date::day_after);
    let was = match moved.withdrawn_in {
        Some(_) => withdrawn_on.map(|day| format!(", withdrawn on {day},")),
        None => moved.tenure.from.map(|day| format!(", in force since {day},")),
    };
    let was = was.unwrap_or_default();
    let words = format!("version {version}{was} went back {whereto} under the same number");
    let finding = out.finding(document.at("status"), words);
    let issued = sms.issued_as(&id, moved.tenure).published_in;
    finding.note(format!("version {version} was issued in {}", sms.commit_words(issued)));
    if let Some(commit) = moved.withdrawn_in {
        finding.note(format!("withdrawn in {}", sms.commit_words(commit)));
    }
    match moved.moved_in {
        Some(commit) => {
            finding.commit(commit).note(format!("moved back in {}", sms.commit_words(commit)))
        }
        None => finding.note("the change is not committed yet"),
    };
    finding.note(match (moved.withdrawn_in, moved.is_published) {
        (Some(_), _) => "what is withdrawn is over, and its number with it",
        (None, true) => "nothing of the document is in force since then",
        (None, false) => "it is in force until this comes to the publishing branch",
    });
    finding.help(help(moved));
    if let Some(edit) = sms.silent_edit(document) {
        tell_text(sms, document, &edit, finding);
    }
}

/// Says that the text is another one as well, and which number it needs.
fn tell_text(sms: &Sms, document: &Document, edit: &SilentEdit<'_>, finding: &mut Finding) {
    let Some(change) = sms.change_since(document, edit.approved) else { return };
    let Some(version) = document.front.version() else { return };
    if !conflicts(&document.text).is_empty() {
        finding.note("the text changed as well, and a merge left a conflict in it");
        return;
    }
    let size = change.size().unwrap_or(Size::Editorial);
    let next = version.after(size).to_string();
    finding.note(format!(
        "the text changed as well: this is {} change ({}), so version {} becomes {next}",
        size.with_article(),
        change.why(),
        edit.version
    ));
    if change.size().is_some()
        && let Some((what, splices)) = raised(sms, document, edit.approved, &next, size)
    {
        finding.fix(what, splices);
    }
}

fn help(moved: &MovedBack<'_>) -> &'static str {
    match (moved.withdrawn_in, moved.is_published) {
        (Some(_), _) => {
            "put the file back as it was withdrawn; what is needed again gets a new id, or a new version: raise `version`, and have that approved"
        }
        (None, true) => {
            "put the file back as it was (an approval that was taken out is given anew), or begin the next version under a number of its own (`clausebook bump`), or withdraw the document (`clausebook withdraw`)"
        }
        (None, false) => {
            "put the file back as it was; what is to change gets the next version, under a number of its own (`clausebook bump`), and what is to go is withdrawn (`clausebook withdraw`)"
        }
    }
}
