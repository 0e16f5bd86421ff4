//! The checks: every finding, what was switched off, and a page for each rule.

use super::approval::sentence;
use super::atlas::Atlas;
use super::views::{Cell, Column, Fact, Piece, Row, Section, SectionsView, Table, prose};
use super::{Page, SiteError, template};
use crate::document::markdown::{Resolved, Target, to_html};
use crate::finding::{Finding, Level, Place, RuleName};
use crate::report::places::Places;
use crate::rules::{ALL, Rule, Severity, Tally};
use crate::source::{Position, counted};

/// Returns the address of a rule's page.
pub(super) fn rule_page(rule: RuleName) -> String {
    format!("rules/{}.html", rule.name)
}

/// Returns a level with its mark.
pub(super) fn level_piece(level: Level) -> Piece {
    match level {
        Level::Error => Piece::mark("M-contradicted", "bad", "error"),
        Level::Warning => Piece::mark("M-overdue", "ask", "warning"),
        Level::Note => Piece::mark("M-none", "quiet", "note"),
    }
}

/// Returns the level of a finding, and whether it is waived.
pub(super) fn level_of(finding: &Finding) -> Vec<Piece> {
    let mut level = vec![level_piece(finding.level)];
    if finding.waived.is_some() {
        level.push(Piece::text(", waived"));
    }
    level
}

/// Returns a finding in one line: its level, its document and its rule.
pub(super) fn line(atlas: &Atlas<'_>, root: &str, finding: &Finding) -> Vec<Piece> {
    let mut line = level_of(finding);
    line.push(Piece::text(" "));
    line.push(match atlas.sms.document_at(&finding.place.path) {
        Some(document) => atlas.link(root, document),
        None => Piece::oid(finding.place.path.to_string()),
    });
    line.push(Piece::text(": "));
    line.extend(prose(&sentence(&finding.message)));
    line.push(Piece::text(" "));
    let rule = format!("{root}{}", rule_page(finding.rule));
    line.push(Piece::link(finding.rule.code, rule));
    line
}

/// Returns findings as a table.
pub(super) fn findings_table<'f>(
    atlas: &Atlas<'_>,
    root: &str,
    caption: &str,
    findings: impl Iterator<Item = &'f Finding>,
) -> Table {
    let mut places = Places::of(atlas.sms);
    let row = |finding| finding_row(atlas, &mut places, root, finding);
    let rows: Vec<Row> = findings.map(row).collect();
    Table {
        caption: format!("{caption}: {}", counted(rows.len(), "finding")),
        class: "findings",
        columns: Column::all(&["Rule", "Level", "Where", "What", "What to do"]),
        rows,
        ..Table::default()
    }
}

fn finding_row(atlas: &Atlas<'_>, places: &mut Places<'_>, root: &str, finding: &Finding) -> Row {
    let sms = atlas.sms;
    let path = &finding.place.path;
    let mut place = Vec::new();
    if let Some(document) = sms.document_at(path) {
        place.push(atlas.link(root, document));
        place.push(Piece::text(" "));
    }
    place.push(Piece::oid(location(places, &finding.place)));
    let mut what = prose(&sentence(&finding.message));
    for other in &finding.others {
        what.push(Piece::text(" "));
        what.extend(prose(&sentence(&other.text)));
        what.extend([Piece::text(" "), Piece::oid(location(places, &other.place))]);
    }
    for note in &finding.notes {
        what.push(Piece::quiet(format!(" {}", sentence(note))));
    }
    if let Some(commit) = &finding.commit {
        what.extend([Piece::text(" Commit "), Piece::oid(commit.get(..10).unwrap_or(commit))]);
    }
    if let Some(waived) = &finding.waived {
        let page = format!("{root}waivers.html#Documents");
        what.extend([
            Piece::text(" "),
            Piece::link("Waived", page),
            Piece::text(" until "),
            Piece::date(waived.until),
            Piece::text(": "),
            Piece::voice(&waived.reason),
        ]);
    }
    let help = finding.help.as_deref().map(|help| prose(&sentence(help)));
    Row::of(vec![
        Cell::one(
            "lead",
            "",
            Piece::id_link(finding.rule.code, format!("{root}{}", rule_page(finding.rule))),
        ),
        Cell::of("", "", level_of(finding)),
        Cell::of("wide", "Where", place),
        Cell::of("wide", "", what),
        Cell::of("wide", "To do", help.unwrap_or_else(|| vec![Piece::quiet("nothing to do here")])),
    ])
}

fn location(places: &mut Places<'_>, place: &Place) -> String {
    match places.range(place) {
        Some((Position { line, column }, _)) => format!("{}:{line}:{column}", place.path),
        None => place.path.to_string(),
    }
}

/// Renders the page of all findings.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let outcome = atlas.outcome;
    let mut sections = Vec::new();
    for (level, id, title) in [
        (Level::Error, "Errors", "Errors"),
        (Level::Warning, "Warnings", "Warnings"),
        (Level::Note, "Notes", "Notes"),
    ] {
        let mut section = Section::titled(id, title);
        let found = outcome.findings.iter().filter(|finding| finding.level == level);
        if outcome.count(level) == 0 {
            section = section.say(format!("0 {}.", title.to_lowercase()));
        } else {
            section.tables.push(findings_table(atlas, "", title, found));
        }
        sections.push(section);
    }
    sections.push(off(atlas));
    let rows = ALL.iter().map(|rule| {
        let Tally { findings, evidence } = atlas.tally(rule.name);
        Row::of(vec![
            Cell::one("lead", "", Piece::id_link(rule.name.code, rule_page(rule.name))),
            Cell::one("wide", "", Piece::code(rule.name.name)),
            Cell::one("num", "Findings", Piece::text(findings.to_string())),
            Cell::one("num", "Evidence", Piece::text(evidence.to_string())),
        ])
    });
    let mut section = Section::titled("Evidence", "Evidence by rule");
    section.text.push(vec![Piece::text(format!(
        "{} of evidence: what holds, each with the commit or the file that shows it. They stand on the pages of the documents.",
        counted(outcome.evidence.len(), "statement")
    ))]);
    section.tables.push(Table {
        caption: counted(ALL.len(), "rule"),
        columns: vec![
            Column::text("Rule"),
            Column::text("Name"),
            Column::number("Findings"),
            Column::number("Evidence"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    sections.push(section);
    let view = SectionsView {
        frame: atlas.frame("checks.html", "checks.html", "Checks"),
        heading: "What the checks found".to_owned(),
        lede: vec![Piece::text(
            "Every finding with the place to edit and what to do, most serious first, then by file. A finding is about documents; it is no nonconformity until somebody decides that. One that its document waives says until when and why.",
        )],
        sections,
        ..SectionsView::default()
    };
    template::fill("sections.html", "checks.html", &view)
}

fn off(atlas: &Atlas<'_>) -> Section {
    let mut section = Section::titled("Off", "Rules switched off");
    section.list = atlas
        .outcome
        .off
        .iter()
        .map(|rule| {
            vec![
                Piece::id_link(rule.code, rule_page(*rule)),
                Piece::text(" "),
                Piece::code(rule.name),
            ]
        })
        .collect();
    if section.list.is_empty() {
        return section.say("None: every rule ran.");
    }
    section.say("book.toml switches these off, so nothing is said about what they look at.")
}

/// Renders the list of rules.
pub(super) fn rules(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let root = "../";
    let rows = ALL.iter().map(|rule| {
        let is_off = atlas.outcome.off.contains(&rule.name);
        let level = if is_off { Piece::text("off") } else { Piece::text(severity(rule)) };
        Row::of(vec![
            Cell::one(
                "lead",
                "",
                Piece::id_link(rule.name.code, format!("{}.html", rule.name.name)),
            ),
            Cell::one("wide", "", Piece::code(rule.name.name)),
            Cell::one("wide", "", Piece::text(rule.title())),
            Cell::one("", "Level", level),
            Cell::one("", "Clause", clause(atlas, root, rule)),
        ])
    });
    let table = Table {
        caption: counted(ALL.len(), "rule"),
        columns: Column::all(&["Code", "Name", "What is wrong", "Level", "Clause"]),
        rows: rows.collect(),
        ..Table::default()
    };
    let view = SectionsView {
        frame: atlas.frame("rules/index.html", "checks.html", "Rules"),
        trail: vec![Piece::link("Checks", format!("{root}checks.html"))],
        heading: "Rules".to_owned(),
        lede: vec![Piece::text("What is checked, why, and how to put right what a check finds.")],
        sections: vec![Section::titled("All", "All rules").table(table)],
        ..SectionsView::default()
    };
    template::fill("sections.html", "rules/index.html", &view)
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
        Severity::Completeness => "note; error before a first-stage audit",
    }
}

fn clause(atlas: &Atlas<'_>, root: &str, rule: &Rule) -> Piece {
    if rule.clause.is_empty() { Piece::quiet("none") } else { atlas.link_clause(root, rule.clause) }
}

/// Renders the page of a rule.
pub(super) fn rule(atlas: &Atlas<'_>, rule: &Rule) -> Result<Page, SiteError> {
    let root = "../";
    let path = rule_page(rule.name);
    let outcome = atlas.outcome;
    let Tally { findings, evidence } = atlas.tally(rule.name);
    let mut about = Section::titled("About", "About this rule");
    let level = match outcome.off.contains(&rule.name) {
        true => "switched off by book.toml",
        false => severity(rule),
    };
    about.facts = vec![
        Fact::one("Code", Piece::code(rule.name.code)),
        Fact::one("Name", Piece::code(rule.name.name)),
        Fact::one("Level", Piece::text(level)),
        Fact::one("Clause", clause(atlas, root, rule)),
        Fact::one(
            "Waivers",
            Piece::text(match rule.is_waivable() {
                true => "a document may waive what it finds, until a day and for a reason",
                false => "no document can waive what it finds",
            }),
        ),
        Fact::of(
            "Here",
            vec![
                Piece::link(counted(findings, "finding"), format!("{root}checks.html")),
                Piece::text(format!(", {} of evidence", counted(evidence, "statement"))),
            ],
        ),
    ];
    let html = to_html(rule.page, &resolve);
    let text = Section { html, is_manual: true, ..Section::default() };
    let view = SectionsView {
        frame: atlas.frame(&path, "checks.html", &format!("{} {}", rule.name.code, rule.name.name)),
        trail: vec![
            Piece::link("Checks", format!("{root}checks.html")),
            Piece::link("Rules", "index.html"),
        ],
        kicker: format!("{} {}", rule.name.code, rule.name.name),
        heading: rule.title().to_owned(),
        sections: vec![about, text],
        ..SectionsView::default()
    };
    template::fill("sections.html", path, &view)
}

/// Rule pages link to each other and to the web. The addresses in their examples are nobody's.
fn resolve(target: &Target) -> Resolved {
    let href = match target {
        Target::Web(url) if url.starts_with("mailto:") => None,
        Target::Web(url) => Some(url.clone()),
        Target::Path { path, .. } => path
            .rsplit('/')
            .next()
            .and_then(|name| crate::rules::find(name.strip_suffix(".md")?))
            .map(|rule| format!("{}.html", rule.name.name)),
        _ => None,
    };
    Resolved { href, ..Resolved::default() }
}
