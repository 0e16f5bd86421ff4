use crate::document::change::{Change, Size};
use crate::document::{Document, Version};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::versions::Issue;

rule!(VC004, "change-larger-than-its-kind", Error, "7.5.3");

/// An editorial change may give something another name; it does not say something else.
const EDITORIAL_WORDS: usize = 12;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    for document in sms.versioned() {
        let Some(kind) = document.front.text("change_kind").and_then(|it| Size::parse(it.value))
        else {
            continue;
        };
        let Some(former) = sms.former_issue(document) else { continue };
        let is_old = sms.brought_version(document).is_some_and(|it| before_start.contains(&it));
        if is_old || document.status() == Some("draft") {
            continue;
        }
        let change = sms.change_since(document, former.blob);
        let is_larger = change.filter(|change| is_larger(change, kind));
        if let Some(change) = is_larger {
            report_size(sms, document, kind, &former, change, out);
        } else if let Some(versions) = too_small_a_step(document, kind, &former) {
            report_step(document, kind, versions, out);
        } else {
            let words = format!(
                "the change from version {} is called {}, and numbered as that",
                former.version,
                kind.word()
            );
            out.evidence(document.at("id"), words).commit(former.commit.id);
        }
    }
}

/// What is called minor may well bring a number or a duty with it: how much that is, is for the
/// approver to say.
fn is_larger(change: &Change, kind: Size) -> bool {
    kind == Size::Editorial
        && match change.size() {
            Some(Size::Major) => true,
            Some(Size::Minor) => change.words > EDITORIAL_WORDS,
            Some(Size::Editorial) | None => false,
        }
}

fn report_size(
    sms: &Sms,
    document: &Document,
    kind: Size,
    former: &Issue<'_>,
    change: &Change,
    out: &mut Findings,
) {
    let size = change.size().unwrap_or(kind);
    let next = Version::parse(former.version).map(|version| version.after(size).to_string());
    let mut words = format!(
        "the change is called {} and is {} one: {}",
        kind.word(),
        size.with_article(),
        change.why()
    );
    if size == Size::Minor {
        words = format!(
            "the change is called {} and changes {} words: {}",
            kind.word(),
            change.words,
            change.why()
        );
    }
    let finding = out.finding(document.at("change_kind"), words);
    finding.commit(former.commit.id).note(format!(
        "held against version {}, issued in {}",
        former.version,
        sms.commit_words(former.commit.id)
    ));
    finding.help(format!(
        "set `change_kind` to {}, which makes it version {}, and have it approved as that",
        size.word(),
        next.unwrap_or_else(|| "of the next number".to_owned())
    ));
}

/// Returns the former version, that of now and that which the kind asks for, if they do not fit.
fn too_small_a_step(
    document: &Document,
    kind: Size,
    former: &Issue<'_>,
) -> Option<(Version, Version, Version)> {
    let (was, is) = (Version::parse(former.version)?, document.front.version()?);
    let expected = was.after(kind);
    let fits = is <= was || was.is_before_first() || is.is_raised_enough(&was, kind);
    (!fits).then_some((was, is, expected))
}

fn report_step(
    document: &Document,
    kind: Size,
    (was, is, expected): (Version, Version, Version),
    out: &mut Findings,
) {
    let words = format!(
        "the change is called {} and the version went from {was} to {is}: {expected} was expected",
        kind.word()
    );
    out.finding(document.at("version"), words)
        .other(document.at("change_kind"), "how large it is said to be")
        .help(format!("set `version` to {expected}, or `change_kind` to what the change is"));
}
