//! What the report says of one document: what changed of it, how much of that is shown, and what follows
//! from it.

use super::{
    ID, NAMED, SENTENCE, TITLE, WORD, code, cut, in_list, joined, short_list, versions, word_of,
};
use crate::report::pull_request::{Approver, Follower, PassagePiece, ReportDocument, ReportSign};
use crate::report::redline::escaped;
use crate::source::counted;

/// How much of one document is shown: lines of passages, letters of a line that did not change,
/// letters of one that did, and letters of all.
const LINES: usize = 30;
const KEPT: usize = 160;
const CHANGED: usize = 600;
const PASSAGES: usize = 4_000;

/// Writes what changed of a document, and what follows from it.
pub(super) fn detail(document: &ReportDocument, source: &str) -> String {
    let mut text = format!(
        "\n<details>\n<summary>{} {}: {}, {}</summary>\n",
        code(&document.id, ID),
        code(&document.title, TITLE),
        word_of(document.what),
        versions(document)
    );
    if let Some(step) = document.step.as_ref().filter(|step| !step.signs.is_empty()) {
        let line =
            |it: &ReportSign| in_list(&format!("{}: {}", it.size, code(&it.words, SENTENCE)));
        text.push_str("<p>What changed of it:</p>\n");
        text.push_str(&short_list(&step.signs, line));
    }
    text.push_str(&redline(&document.passages));
    text.push_str("<ul>\n");
    for fact in facts(document, source) {
        text.push_str(&in_list(&fact));
    }
    text + "</ul>\n</details>\n"
}

fn is_taken(taken: &str) -> String {
    let words = match taken {
        "version" => {
            "<strong>the base has issued this version meanwhile, with another text</strong>: merge it, and take the number after it with <code>clausebook bump</code>"
        }
        _ => {
            "<strong>the base has another document of this id meanwhile</strong>: merge it, and give this one the next free id"
        }
    };
    words.to_owned()
}

fn facts(document: &ReportDocument, source: &str) -> Vec<String> {
    let mut facts = Vec::new();
    match &document.path_before {
        Some(before) => {
            facts.push(format!(
                "renamed: {} → {}",
                code(before, TITLE),
                code(&document.path, TITLE)
            ));
        }
        None => facts.push(format!("file: {}", code(&document.path, TITLE))),
    }
    for (word, before) in
        [("title", &document.title_before), ("id of the file", &document.id_before)]
    {
        facts.extend(
            before.as_ref().map(|before| format!("{word} before: {}", code(before, TITLE))),
        );
    }
    facts.extend(document.taken_meanwhile.map(is_taken));
    // Of what is removed it is why its last version was made.
    let why = document.why.as_ref().filter(|_| document.what != "removed");
    facts.extend(why.map(|why| format!("why: {}", code(why, SENTENCE))));
    if !document.clauses.is_empty() {
        let clauses = document.clauses.iter().map(|it| match (it.before, it.now) {
            (false, true) if document.what != "new" => format!("{} (new)", code(&it.clause, WORD)),
            (true, false) => format!("{} (not any more)", code(&it.clause, WORD)),
            _ => code(&it.clause, WORD),
        });
        facts.push(format!("clauses: {}", joined(&clauses.collect::<Vec<_>>())));
    }
    let followers = |all: &[Follower]| joined(&all.iter().map(follower).collect::<Vec<_>>());
    if !document.children.is_empty() {
        facts.push(format!(
            "<strong>stand beneath it and are not revised with it</strong>: {}",
            followers(&document.children)
        ));
    }
    if !document.references.is_empty() {
        let before = document.version_before.as_deref().unwrap_or("it");
        facts.push(format!(
            "still name {}: {}",
            code(before, TITLE),
            followers(&document.references)
        ));
    }
    if document.approval_holds == Some(false) {
        let words = "says that it is approved, and its approval does not hold";
        facts.push(format!("<strong>{words}</strong>"));
    }
    for approval in document.outdated_approvals.iter().take(NAMED) {
        let word = |text: &Option<String>| code(text.as_deref().unwrap_or("nobody"), TITLE);
        let is_kept = if approval.is_kept { ", and it is still in the document" } else { "" };
        facts.push(format!(
            "<strong>outdated approval</strong> of version {} by {} on {}: {}{is_kept}",
            word(&approval.version),
            word(&approval.by),
            code(approval.on.as_deref().unwrap_or("no day"), TITLE),
            code(&approval.why, SENTENCE),
        ));
    }
    facts.extend(who_may_decide(document, source));
    facts
}

/// Says who may decide on what the branch proposes: approve it, or take it out of use.
fn who_may_decide(document: &ReportDocument, source: &str) -> Option<String> {
    let name = |it: &Approver| format!("{} as {}", code(&it.person, TITLE), code(&it.role, TITLE));
    if document.what == "withdrawn" && document.status_before.as_deref() == Some("approved") {
        let names: Vec<String> = document.approvers.iter().map(name).collect();
        return (!names.is_empty()).then(|| {
            format!(
                "may take it out of use, {source}: {}; whoever wrote the withdrawal or makes the merge is to be one of them (<code>AP013</code>)",
                joined(&names)
            )
        });
    }
    let is_asked = !document.record && matches!(document.what, "new" | "revised" | "affected");
    if !is_asked {
        return None;
    }
    if document.approvers.is_empty() {
        return Some(format!(
            "may approve it, {source}: nobody of whom it can be told (where nothing says who may, an approval whose act is seen counts, with the warning `AP008`)"
        ));
    }
    let approver = |it: &Approver| match it.is_author {
        true => format!("{} (who wrote of it and so cannot)", name(it)),
        false => name(it),
    };
    let names: Vec<String> = document.approvers.iter().map(approver).collect();
    Some(format!("may approve it, {source}: {}", joined(&names)))
}

fn follower(follower: &Follower) -> String {
    let record = if follower.record { "record " } else { "" };
    let version = follower.version.as_ref().filter(|_| !follower.record);
    let version = version.map(|version| format!(" {}", code(version, WORD))).unwrap_or_default();
    format!("{record}{}{version} {}", code(&follower.id, ID), code(&follower.title, TITLE))
}

/// Writes the passages that changed, the first of them if there are many.
fn redline(passages: &[Vec<PassagePiece>]) -> String {
    if passages.is_empty() {
        return String::new();
    }
    let mut text = "\n<pre>\n".to_owned();
    let mut lines = 0;
    for (at, passage) in passages.iter().enumerate() {
        if lines >= LINES || text.len() > PASSAGES {
            let more = counted(passages.len() - at, "more passage");
            text.push_str(&format!("… and {more}\n"));
            break;
        }
        if at > 0 {
            text.push_str("…\n");
        }
        let mut parts = passage
            .iter()
            .flat_map(|piece| piece.text.split_inclusive('\n').map(|part| (piece.what, part)));
        while lines < LINES
            && text.len() <= PASSAGES
            && let Some((what, part)) = parts.next()
        {
            let (words, end) = match part.strip_suffix('\n') {
                Some(words) => (words, "\n"),
                None => (part, ""),
            };
            lines += end.len();
            text.push_str(&marked(what, words));
            text.push_str(end);
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let left = parts.filter(|(_, part)| part.ends_with('\n')).count();
        if left > 0 {
            let more = counted(left, "more line");
            text.push_str(&format!("… and {more} of this passage\n"));
        }
    }
    text + "</pre>\n\n"
}

fn marked(what: &str, words: &str) -> String {
    match what {
        "added" => format!("<ins>{}</ins>", escaped(&begun(words))),
        "removed" => format!("<del>{}</del>", escaped(&begun(words))),
        _ => escaped(&around(words)),
    }
}

/// Shortens what changed of a line, and says by how much.
fn begun(words: &str) -> String {
    match words.chars().count().saturating_sub(CHANGED) {
        0 => words.to_owned(),
        left => format!("{} and {}", cut(words, CHANGED), counted(left, "more letter")),
    }
}

/// Shortens what did not change in the middle of a line.
fn around(words: &str) -> String {
    let letters: Vec<char> = words.chars().collect();
    if letters.len() <= KEPT {
        return words.to_owned();
    }
    let begin: String = letters.iter().take(KEPT / 2).collect();
    let end: String = letters.iter().skip(letters.len() - KEPT / 2).collect();
    format!("{begin} … {end}")
}
