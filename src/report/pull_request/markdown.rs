//! The report as a comment on a forge: what matters in sight, the rest folded, all of it short
//! enough to be accepted.
//!
//! Content stands in `code` and `pre` alone, inside of blocks of HTML: there nothing of it is read
//! as Markdown, names anybody, or becomes a link.

mod document;

use super::{PullRequest, ReportDocument, ReportWaiver};
use crate::report::changes::Point;
use crate::report::json::{JsonFinding, JsonWaived};
use crate::report::redline::escaped;
use crate::sms::approval::LEVELS;
use crate::source::{Printable, counted, listed};

/// Forges refuse a comment of more than 65 536 characters. Each part ends where the next begins at
/// the latest; what a part leaves is there for those after it.
const TRUST: usize = 5_000;
const WAIVERS: usize = 8_000;
const TABLE: usize = 17_000;
const BROUGHT_IN: usize = 30_000;
const DETAILS: usize = 49_000;
const COVERAGE: usize = 53_000;
const MENDED: usize = 56_000;
const FILES: usize = 58_500;

/// How many letters of a number or a status, of an id, of a title or a path, and of a sentence.
const WORD: usize = 24;
const ID: usize = 60;
const TITLE: usize = 100;
const SENTENCE: usize = 400;

/// How many signs, followers, approvals and approvers of a document are named.
const NAMED: usize = 8;

/// What closes a list that is not told to its end.
const CLOSING: usize = 200;

/// What begins every report, so that a program finds its comment again.
const MARK: &str = "<!-- clausebook report -->";

/// Writes the report.
pub fn text(report: &PullRequest) -> String {
    let mut sheet = Sheet { text: format!("{MARK}\n## {}\n\n", headline(report)), left_out: false };
    sheet.text.push_str(&format!("<p>{}</p>\n", ends(report)));
    if report.is_empty {
        sheet.text.push_str("\nNothing changed.\n");
        return sheet.text;
    }
    trust(&mut sheet, report);
    waivers(&mut sheet, report);
    table(&mut sheet, report);
    findings(&mut sheet, BROUGHT_IN, &report.brings_in, "come in", "comes in");
    details(&mut sheet, report);
    coverage(&mut sheet, report);
    findings(&mut sheet, MENDED, &report.mends, "are mended", "is mended");
    files(&mut sheet, report);
    if sheet.left_out {
        sheet
            .text
            .push_str("\nNot all of it fits in a comment. `--format json` leaves nothing out.\n");
    }
    sheet.text
}

/// A comment under construction.
struct Sheet {
    text: String,
    left_out: bool,
}

impl Sheet {
    /// Writes a list between two pieces of text, as far as there is room for it.
    fn list(&mut self, room: usize, begin: &str, items: &[String], end: &str, part: &Part<'_>) {
        self.text.push_str(begin);
        let mut left_out = 0;
        for item in items {
            // One that is too long does not keep out those after it.
            match self.text.len() + item.len() + end.len() + CLOSING > room {
                true => left_out += 1,
                false => self.text.push_str(item),
            }
        }
        if left_out > 0 {
            let words = format!("and {} more, left out here", counted(left_out, part.noun));
            self.text.push_str(&(part.more)(&words));
            self.left_out = true;
        }
        self.text.push_str(end);
    }
}

/// What a list is a list of, and how it says that there is more.
struct Part<'p> {
    noun: &'p str,
    more: &'p dyn Fn(&str) -> String,
}

fn in_list(words: &str) -> String {
    format!("<li>{words}</li>\n")
}

fn headline(report: &PullRequest) -> String {
    let count = |what: &str| report.documents.iter().filter(|it| it.what == what).count();
    let kinds = ["new", "revised", "withdrawn", "removed", "unreadable", "renamed", "affected"];
    let kinds = kinds.into_iter().map(|what| (count(what), what)).filter(|(count, _)| *count > 0);
    let changed: Vec<String> =
        kinds.map(|(count, what)| format!("{count} {}", word_of(what))).collect();
    let is_error = |it: &&JsonFinding| it.level == "error" && it.waived.is_none();
    let errors = report.brings_in.iter().filter(is_error).count();
    let documents = match changed.is_empty() {
        true => "no document changed".to_owned(),
        false => changed.join(", "),
    };
    let findings = match (report.brings_in.len(), errors) {
        (0, _) => "no finding comes in".to_owned(),
        (all, 0) => format!("{} come in, no error", counted(all, "finding")),
        (all, errors) => {
            format!("{} come in, {}", counted(all, "finding"), counted(errors, "error"))
        }
    };
    let findings = findings.replace("1 finding come", "1 finding comes");
    format!("clausebook: {documents}; {findings}; {} mended", report.mends.len())
}

fn ends(report: &PullRequest) -> String {
    let point = |point: &Point| {
        format!("{} (commit <code>{}</code>)", code(&point.asked, TITLE), &point.commit[..10])
    };
    let met = match report.before == report.base.commit {
        true => String::new(),
        false => format!(", which left it at commit <code>{}</code>", &report.before[..10]),
    };
    format!(
        "From {} to {}{met}. Both are judged by the rules and roles of the base, as of {}, and as they are before a merge.",
        point(&report.base),
        point(&report.head),
        report.as_of
    )
}

fn trust(sheet: &mut Sheet, report: &PullRequest) {
    if report.trust.is_empty() {
        return;
    }
    let items: Vec<String> = report.trust.iter().map(|it| in_list(&code(it, SENTENCE))).collect();
    sheet.list(
        TRUST,
        "\n### It changes what judges it\n\n<ul>\n",
        &items,
        "</ul>\n",
        &Part { noun: "change", more: &in_list },
    );
}

fn waivers(sheet: &mut Sheet, report: &PullRequest) {
    if report.waivers.is_empty() {
        return;
    }
    let item = |it: &ReportWaiver| {
        let place = format!("{}:{}", it.path, it.line);
        let none = || "none".to_owned();
        let worth = match it.worth {
            "holds" => String::new(),
            other => format!(" <strong>{other}, and so it waives nothing</strong>"),
        };
        in_list(&format!(
            "{} for {} until {}: {} (<code>{}</code>){worth}",
            code(it.rule.as_deref().unwrap_or("no rule"), ID),
            code(&it.reach, TITLE),
            code(it.until.as_deref().unwrap_or("no day"), WORD),
            code(&it.reason.clone().unwrap_or_else(none), SENTENCE),
            escaped(&short(&place, TITLE)),
        ))
    };
    let items: Vec<String> = report.waivers.iter().map(item).collect();
    sheet.list(
        WAIVERS,
        "\n### It waives findings\n\n<ul>\n",
        &items,
        "</ul>\n",
        &Part { noun: "waiver", more: &in_list },
    );
}

fn table(sheet: &mut Sheet, report: &PullRequest) {
    let not_compared = report.not_compared.iter().map(|it| {
        format!(
            "<tr><td>{}</td><td><strong>not compared</strong></td><td></td><td>{}</td><td></td></tr>\n",
            code(&it.path, TITLE),
            code(&it.why, TITLE)
        )
    });
    // What cannot be told comes first, and records last: there may be many of them.
    let unreadable = |it: &&ReportDocument| !it.is_sound;
    let (broken, sound): (Vec<_>, Vec<_>) = report.documents.iter().partition(unreadable);
    let (records, documents): (Vec<_>, Vec<_>) = sound.into_iter().partition(|it| it.record);
    let documents = broken.into_iter().chain(documents).chain(records);
    let rows: Vec<String> = not_compared.chain(documents.map(row)).collect();
    if rows.is_empty() {
        return;
    }
    sheet.list(
        TABLE,
        "\n<table>\n<tr><th>document</th><th>what</th><th>version</th><th>its change needs</th><th>approval</th></tr>\n",
        &rows,
        "</table>\n",
        &Part {
            noun: "document",
            more: &|words| format!("<tr><td colspan=\"5\">{words}</td></tr>\n"),
        },
    );
}

/// Says what happens to a document. What can be read may still not say which document it is.
fn word_of(what: &str) -> &str {
    if what == "unreadable" { "without its id" } else { what }
}

fn row(document: &ReportDocument) -> String {
    let mut what = word_of(document.what).to_owned();
    if document.path_before.is_some() && document.what != "renamed" {
        what.push_str(", renamed");
    }
    if document.record {
        what.push_str(" record");
    }
    if !document.is_sound {
        what.push_str(", <strong>its front matter cannot be relied on</strong>");
    }
    if let Some(taken) = document.taken_meanwhile {
        what.push_str(&format!(", <strong>its {taken} is taken</strong>"));
    }
    // An approval that somebody else may have typed holds as well, where no more is asked for.
    let level = document.approval_level.unwrap_or_default();
    let holds = format!("holds at level {level} ({})", LEVELS[usize::from(level.min(6))]);
    let approval = match (document.outdated_approvals.len(), document.approval_holds) {
        (0, None) => String::new(),
        (0, Some(true)) => holds,
        (0, Some(false)) => "<strong>does not hold</strong>".to_owned(),
        (count, Some(true)) => format!("{holds}; {count} of before outdated"),
        (count, Some(false)) => {
            format!("<strong>does not hold</strong>; {count} of before outdated")
        }
        (count, None) => format!("<strong>{count} outdated</strong>"),
    };
    format!(
        "<tr><td>{} {}</td><td>{what}</td><td>{}</td><td>{}</td><td>{approval}</td></tr>\n",
        code(&document.id, ID),
        code(&document.title, TITLE),
        versions(document),
        need(document),
    )
}

fn versions(document: &ReportDocument) -> String {
    let word = |text: &Option<String>| text.as_ref().map(|text| code(text, WORD));
    let step = |before: Option<String>, now: Option<String>| match (before, now) {
        (Some(before), Some(now)) if before != now => format!("{before} → {now}"),
        (_, Some(now)) => now,
        (Some(before), None) => before,
        (None, None) => "none".to_owned(),
    };
    let version = step(word(&document.version_before), word(&document.version));
    let status = step(word(&document.status_before), word(&document.status));
    let has_version = document.version_before.is_some() || document.version.is_some();
    match document.record && !has_version {
        true => status,
        false => format!("{version}, {status}"),
    }
}

/// Says which step the change needs, and whether the version has it.
fn need(document: &ReportDocument) -> String {
    let Some(step) = &document.step else { return String::new() };
    let from = code(&step.from, WORD);
    let to = step.to.as_ref().map_or_else(|| "none".to_owned(), |to| code(to, WORD));
    match (step.size, &step.needed, step.is_enough) {
        (None, _, Some(true)) => "no step".to_owned(),
        (None, _, Some(false)) => {
            format!("no step, and <strong>{to} is lower than {from}</strong>")
        }
        (Some(size), Some(needed), Some(true)) => {
            let has = if step.to.as_ref() == Some(needed) { "it".to_owned() } else { to };
            format!("{size}, {} from {from}: it has {has}", code(needed, WORD))
        }
        (Some(size), Some(needed), Some(false)) => {
            let called = step.called.map(|kind| format!(" and is called {kind}"));
            format!(
                "<strong>{size}, {} from {from}</strong>: it has {to}{}",
                code(needed, WORD),
                called.unwrap_or_default()
            )
        }
        (Some(size), None, Some(_)) => {
            format!("{size}; before its first issue it is numbered freely")
        }
        (size, _, None) => {
            let size = size.unwrap_or("no change");
            format!("{size}; <strong>the versions {from} and {to} cannot be compared</strong>")
        }
    }
}

fn findings(sheet: &mut Sheet, room: usize, all: &[JsonFinding], many: &str, one: &str) {
    if all.is_empty() {
        return;
    }
    let open = if many == "come in" { " open" } else { "" };
    let verb = if all.len() == 1 { one } else { many };
    let begin = format!(
        "\n<details{open}>\n<summary>{} {verb}</summary>\n\n<pre>\n",
        counted(all.len(), "finding")
    );
    // Errors first: what is cut off in the end should matter least.
    let of = |level: &'static str| all.iter().filter(move |finding| finding.level == level);
    let sorted = of("error").chain(of("warning")).chain(of("note"));
    let items: Vec<String> = sorted.map(finding).collect();
    let more = |words: &str| format!("{words}\n");
    let part = Part { noun: "finding", more: &more };
    sheet.list(room, &begin, &items, "</pre>\n\n</details>\n", &part);
}

fn finding(finding: &JsonFinding) -> String {
    let place = match finding.path.is_empty() {
        true => ".".to_owned(),
        false => format!("{}:{}:{}", finding.path, finding.line, finding.column),
    };
    let mut text = format!("{}[{} {}] ", finding.level, finding.code, finding.name);
    let mut line = |before: &str, words: &str| {
        text.push_str(&format!("{before}{}\n", escaped(&short(words, SENTENCE))));
    };
    line("", &place);
    line("  ", &finding.message);
    finding.notes.iter().take(NAMED).for_each(|note| line("  note: ", note));
    if let Some(JsonWaived { until, reason, .. }) = &finding.waived {
        line("  waived: ", &format!("until {until}: {reason}"));
    }
    finding.help.iter().for_each(|help| line("  help: ", help));
    text
}

fn details(sheet: &mut Sheet, report: &PullRequest) {
    let source = match (report.base_has_role_register, report.base_has_another_role_register) {
        (true, false) => "by the role register of the base",
        (true, true) => {
            "by the role register of the base, both as the branch knows it and as it is by now"
        }
        (false, _) => "by the role register of the branch, as the base has none",
    };
    let told = report.documents.iter().map(|it| document::detail(it, source));
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return;
    }
    let more = |words: &str| format!("\n<p>{words}</p>\n");
    let part = Part { noun: "document", more: &more };
    sheet.list(DETAILS, "\n### Document by document\n", &told, "", &part);
}

fn coverage(sheet: &mut Sheet, report: &PullRequest) {
    let changed = report.coverage.levels.iter().any(|level| level.before != level.after);
    if !changed && report.coverage.changed.is_empty() && report.clauses.is_empty() {
        return;
    }
    let numbers = |of: fn(&super::CoveringLevel) -> usize| {
        let cells = report.coverage.levels.iter().map(|level| format!("<td>{}</td>", of(level)));
        cells.collect::<String>()
    };
    let names = report.coverage.levels.iter().map(|level| format!("<th>{}</th>", level.name));
    let affected: Vec<String> = report.clauses.iter().map(|it| code(it, WORD)).collect();
    let is_listed = !report.coverage.changed.is_empty();
    let begin = format!(
        "\n<details>\n<summary>Clauses: {} affected, coverage of {} changed</summary>\n\
         <p>Affected: {}</p>\n\
         <table>\n<tr><th>clauses</th>{}</tr>\n<tr><td>before</td>{}</tr>\n<tr><td>after</td>{}</tr>\n</table>\n{}",
        report.clauses.len(),
        report.coverage.changed.len(),
        if affected.is_empty() { "none".to_owned() } else { first(&affected, 30) },
        names.collect::<String>(),
        numbers(|level| level.before),
        numbers(|level| level.after),
        if is_listed { "<ul>\n" } else { "" },
    );
    let level = |level: Option<u8>| level.map_or_else(|| "none".to_owned(), |it| it.to_string());
    let items: Vec<String> = (report.coverage.changed.iter())
        .map(|it| {
            let why = match it.why_not_higher.is_empty() {
                true => String::new(),
                false => format!(": {}", code(&it.why_not_higher, SENTENCE)),
            };
            in_list(&format!(
                "{} {}: {} → {}{why}",
                code(&it.number, WORD),
                code(&it.title, TITLE),
                level(it.before),
                level(it.after)
            ))
        })
        .collect();
    sheet.list(
        COVERAGE,
        &begin,
        &items,
        if is_listed { "</ul>\n</details>\n" } else { "</details>\n" },
        &Part { noun: "clause", more: &in_list },
    );
}

fn files(sheet: &mut Sheet, report: &PullRequest) {
    let lists = [
        ("superseded", &report.superseded),
        ("owner", &report.owners),
        ("scope", &report.scope),
        ("role", &report.roles),
        ("book.toml", &report.rules),
    ];
    let lists = lists.iter().flat_map(|(what, all)| all.iter().map(move |it| (*what, it)));
    let mut items: Vec<String> =
        lists.map(|(what, words)| in_list(&format!("{what}: {}", code(words, SENTENCE)))).collect();
    let whole = items.len();
    items.extend(report.files.iter().map(|it| {
        let says = it.document.as_ref();
        let says = says.map(|id| format!(", and {} says what it said", code(id, ID)));
        let path = code(&it.path, TITLE);
        in_list(&format!("{}: {path}{}", it.what, says.unwrap_or_default()))
    }));
    if items.is_empty() {
        return;
    }
    let same = report.files.iter().filter(|it| it.document.is_some()).count();
    let others = match report.files.len() - same {
        1 => "1 changed file that is no document".to_owned(),
        count => format!("{} that are no documents", counted(count, "changed file")),
    };
    let same = match same {
        0 => String::new(),
        1 => ", 1 changed file of a document that says what it said".to_owned(),
        count => format!(", {count} changed files of documents that say what they said"),
    };
    let begin = format!(
        "\n<details>\n<summary>{} of the whole, {others}{same}</summary>\n<ul>\n",
        counted(whole, "change"),
    );
    let part = Part { noun: "item", more: &in_list };
    sheet.list(FILES, &begin, &items, "</ul>\n</details>\n", &part);
}

fn short_list<T>(all: &[T], line: impl Fn(&T) -> String) -> String {
    let mut text = "<ul>\n".to_owned();
    all.iter().take(NAMED).for_each(|it| text.push_str(&line(it)));
    if all.len() > NAMED {
        text.push_str(&in_list(&format!("and {} more", all.len() - NAMED)));
    }
    text + "</ul>\n"
}

fn joined(all: &[String]) -> String {
    first(all, NAMED)
}

fn first(all: &[String], most: usize) -> String {
    match all.len() > most {
        false => listed(all, "and"),
        true => format!("{} and {} more", all[..most].join(", "), all.len() - most),
    }
}

/// Writes content so that it is nothing but content.
fn code(text: &str, most: usize) -> String {
    format!("<code>{}</code>", escaped(&short(text, most)))
}

/// Shortens a text, and makes it printable.
fn short(text: &str, most: usize) -> String {
    cut(&Printable(text).to_string(), most)
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
