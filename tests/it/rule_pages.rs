//! Every rule page is a test: its Bad story yields its findings, its Good story its evidence.

use crate::files::NOT_TOLD;
use clausebook::config::{Config, FILE};
use clausebook::finding::{Evidence, Finding, Findings};
use clausebook::repo::object::ObjectId;
use clausebook::report::human;
use clausebook::rules::{ALL, Rule, names, run, run_one};
use clausebook::sms::{Audited, AuditedTag, Elsewhere, Sms, Tagged, reading};
use clausebook::source::{Date, RepoPath};
use clausebook::story::{Recording, Story, build, replay};
use std::ops::Not;
use std::path::{Path, PathBuf};

const HEADINGS: [&str; 5] =
    ["What it checks", "Why it matters", "Bad", "Good", "How to put it right"];

/// Returns the sections of a page: heading and text. Headings within fences are no headings.
fn sections(page: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut fence: Option<usize> = None;
    for line in page.lines() {
        let ticks = line.chars().take_while(|&c| c == '`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open && line.trim_end().len() == ticks => fence = None,
            None if line.starts_with("## ") => {
                sections.push((line[3..].trim().to_owned(), String::new()));
                continue;
            }
            _ => {}
        }
        if let Some((_, text)) = sections.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    sections
}

pub(crate) struct Told {
    pub(crate) story: Story,
    pub(crate) recording: Recording,
    pub(crate) sms: Sms,
}

fn fail(rule: &Rule, section: &str, error: &dyn std::fmt::Display) -> ! {
    panic!("{} {section}: {error}", rule.name.name)
}

pub(crate) fn tell(rule: &Rule, section: &str) -> Told {
    let sections = sections(rule.page);
    let (_, text) = sections
        .iter()
        .find(|(heading, _)| heading == section)
        .unwrap_or_else(|| panic!("{}: no section `{section}`", rule.name.name));
    let story = Story::parse(text).unwrap_or_else(|error| fail(rule, section, &error));
    let recording = replay(&story, &|_| None).unwrap_or_else(|error| fail(rule, section, &error));
    let head = recording.head_commit().unwrap_or_else(|| fail(rule, section, &"no commit"));
    let tip = recording.branches.get("main").copied().unwrap_or(head);
    let mut sms = reading::of_commit_beside(&recording, head, tip, &names())
        .unwrap_or_else(|error| fail(rule, section, &error));
    // What the command line finds out about the repository, a story tells otherwise: a branch is
    // judged by the rules of main, and what bends a history, or a commit, or is lacking, is shown to
    // the reader.
    sms.trust.changes = changes_since_main(&recording, &sms);
    sms.trust.bent = lines_shown(text, "bent");
    sms.trust.has_branch = lines_shown(text, "lacking").is_empty();
    if let Some(commit) = sms.history.commits.last_mut() {
        commit.problems.extend(lines_shown(text, "malformed"));
    }
    sms.trust.audited = audited(&lines_shown(text, "audited"), head);
    Told { story, recording, sms }
}

/// Reads what an audit was shown; `HEAD` is the commit that is judged.
fn audited(lines: &[String], judged: ObjectId) -> Option<Audited> {
    let commit = |word: &str| match word {
        "HEAD" => Some(judged),
        hex => ObjectId::from_hex(hex.as_bytes()),
    };
    // `HEAD` is a tag that is no more than a name, `HEAD=3f2a...` an annotated one.
    let tagged = |word: &str| {
        let (word, object) = word.split_once('=').map_or((word, None), |(w, o)| (w, Some(o)));
        let object = object.and_then(|hex| ObjectId::from_hex(hex.as_bytes()));
        Some(Tagged { commit: commit(word)?, object })
    };
    let mut audited =
        Audited { head: judged, whereabouts: Elsewhere::Nowhere, as_of: None, tags: Vec::new() };
    for line in lines {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["head", word] => audited.head = commit(word).unwrap(),
            ["as_of", day] => audited.as_of = Date::parse(day),
            ["tag", name, was, is] => audited.tags.push(AuditedTag {
                name: (*name).to_owned(),
                was: tagged(was).unwrap(),
                is: tagged(is),
            }),
            _ => panic!("not understood: {line}"),
        }
    }
    (!lines.is_empty()).then_some(audited)
}

fn changes_since_main(recording: &Recording, sms: &Sms) -> Vec<String> {
    let Some(main) = recording.branches.get("main").filter(|_| recording.head != "main") else {
        return Vec::new();
    };
    let book = recording.file(*main, &RepoPath::from(FILE)).unwrap_or_default();
    let policy = Config::parse(&String::from_utf8_lossy(book), &names()).unwrap();
    let differences = sms.config.differences(&policy);
    differences.iter().map(|it| it.as_contrast("on the branch that judges")).collect()
}

fn lines_shown(text: &str, what: &str) -> Vec<String> {
    let fence = text.split(&format!("\n```show {what}\n")).nth(1);
    let shown = fence.and_then(|rest| rest.split("```").next()).unwrap_or_default();
    shown.lines().map(str::to_owned).collect()
}

fn statement(evidence: &Evidence) -> String {
    let subject = evidence.document.clone().unwrap_or_else(|| evidence.path.to_string());
    format!("{subject}: {}", evidence.statement)
}

#[test]
fn pages_have_the_same_headings() {
    for rule in ALL {
        let found: Vec<String> =
            sections(rule.page).into_iter().map(|(heading, _)| heading).collect();
        let mut expected: Vec<&str> = HEADINGS.to_vec();
        if found.last().is_some_and(|last| last == "Settings") {
            expected.push("Settings");
        }
        assert_eq!(found, expected, "{}", rule.name.name);
        assert!(rule.page.starts_with("# "), "{} has no title", rule.name.name);
    }
}

#[test]
fn bad_stories_yield_their_findings() {
    let mut wrong = Vec::new();
    let is_told = |rule: &&Rule| NOT_TOLD.iter().all(|(name, _)| *name != rule.name.name);
    for rule in ALL.iter().filter(is_told) {
        let told = tell(rule, "Bad");
        let found = run_one(rule, rule.severity.level(false), &told.sms);
        let actual = human::findings(&told.sms, &found.findings, false).trim_end().to_owned();
        let expected = told.story.findings.clone().unwrap_or_default();
        if actual != expected.trim_end() || actual.is_empty() {
            wrong.push(format!(
                "=== {}\n--- page\n{expected}\n--- program\n{actual}",
                rule.name.name
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Else a list of known findings fails on the day after it was written.
#[test]
fn what_is_found_on_two_days_is_known_again_on_the_second() {
    let mut wrong = Vec::new();
    for rule in ALL {
        for section in ["Bad", "Good"] {
            let Told { mut sms, .. } = tell(rule, section);
            let of_day = run(&sms, false).findings;
            sms.as_of = sms.as_of.day_after().unwrap();
            let of_next = run(&sms, false).findings;
            let place = |it: &Finding| (it.rule, it.place.clone());
            for finding in &of_day {
                let is_same = |it: &Finding| {
                    (it.lasting_message(), &it.version)
                        == (finding.lasting_message(), &finding.version)
                };
                let there = |it: &&Finding| place(it) == place(finding);
                if !of_next.iter().filter(there).any(is_same)
                    && let Some(found) = of_next.iter().find(there)
                {
                    let (before, after) = (&finding.message, &found.message);
                    let page = rule.name.name;
                    wrong.push(format!("{page} {section}: {before}\n    and then: {after}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn good_stories_yield_evidence_and_nothing_else() {
    let mut wrong = Vec::new();
    for rule in ALL {
        let told = tell(rule, "Good");
        let found = run_one(rule, rule.severity.level(false), &told.sms);
        let findings = human::findings(&told.sms, &found.findings, false);
        let mut evidence = found.evidence.clone();
        evidence.sort();
        let actual = evidence.iter().map(statement).collect::<Vec<_>>().join("\n");
        let expected = told.story.evidence.clone().unwrap_or_default();
        if !findings.is_empty() || actual != expected.trim_end() || actual.is_empty() {
            wrong.push(format!(
                "=== {}\n--- page\n{expected}\n--- program\n{actual}\n--- findings\n{findings}",
                rule.name.name
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_document_checked_by_itself_is_told_the_same() {
    for rule in ALL {
        let Some(check) = rule.check_document else { continue };
        for section in ["Bad", "Good"] {
            let Told { sms, .. } = tell(rule, section);
            let level = rule.severity.level(false);
            let mut found = Findings::of(rule.name, level, rule.clause);
            sms.documents.iter().for_each(|document| check(&sms, document, &mut found));
            assert_eq!(found, run_one(rule, level, &sms), "{} {section}", rule.name.name);
        }
    }
}

#[test]
fn git_tells_the_same_history_as_the_stories() {
    for rule in ALL {
        for section in ["Bad", "Good"] {
            if rule.name.name == "name-not-portable" && !cfg!(target_os = "linux") {
                continue; // Other systems cannot keep its files, which is its point.
            }
            let mut told = tell(rule, section);
            // No story can make a malformed commit: it is shown to the reader alone.
            told.sms.history.commits.iter_mut().for_each(|commit| commit.problems.clear());
            let folder = tempfile::tempdir().unwrap();
            build(&told.recording, folder.path()).unwrap();
            let repository = clausebook::repo::Repository::open(folder.path()).unwrap();
            let head = repository.head().unwrap().commit;
            assert_eq!(Some(head), told.recording.head_commit(), "{} {section}", rule.name.name);
            let tip = repository.published_tip("main").unwrap_or(head);
            let sms = reading::of_commit_beside(repository.objects(), head, tip, &names()).unwrap();
            assert_eq!(sms.history, told.sms.history, "{} {section}", rule.name.name);
            assert_eq!(sms.snapshot, told.sms.snapshot, "{} {section}", rule.name.name);
        }
    }
}

#[test]
fn codes_and_names_are_unique_and_well_formed() {
    let mut codes: Vec<&str> = ALL.iter().map(|rule| rule.name.code).collect();
    let mut all_names = names();
    for rule in ALL {
        let (letters, digits) = rule.name.code.split_at(2);
        assert!(letters.chars().all(|c| c.is_ascii_uppercase()), "{}", rule.name.code);
        assert!(
            digits.len() == 3 && digits.chars().all(|c| c.is_ascii_digit()),
            "{}",
            rule.name.code
        );
        assert!(
            rule.name.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{}",
            rule.name.name
        );
    }
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    all_names.sort_unstable();
    all_names.dedup();
    assert_eq!((codes.len(), all_names.len()), (count, count));
}

/// The groups of the manual: the folder of the rules, and what the manual calls it.
const GROUPS: [(&str, &str); 21] = [
    ("approval", "Approvals"),
    ("audit", "Audits"),
    ("improvement", "Nonconformities and corrective actions"),
    ("management_review", "Management review"),
    ("completeness", "Completeness"),
    ("document", "Front matter"),
    ("file", "Files"),
    ("hierarchy", "Hierarchy"),
    ("link", "Links"),
    ("text", "Text"),
    ("ownership", "Owners"),
    ("scope", "Scope and services"),
    ("version", "Versions"),
    ("review", "Reviews"),
    ("supersession", "Supersession"),
    ("waiver", "Waivers"),
    ("evidence", "Evidence"),
    ("service", "Service levels"),
    ("ticket", "Tickets and interfaces"),
    ("external", "External documents"),
    ("trust", "The ground of the judgement"),
];

/// What the list of rules ends with.
const CLOSING: &str = "\
`GI001 history-incomplete` is no rule: where commits or objects are missing, as in a shallow or partial clone, \
nothing is judged at all, and every command ends with 2 and says so. See [in CI](ci.md).

The code of a rule is never used again for something else.
";

const COMMAND: &str = "BLESS=1 cargo test rule_pages";

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the folder of a rule, as it stands in [`GROUPS`].
fn group(rule: &Rule) -> &'static str {
    let file = format!("{}.md", rule.name.name);
    let holds = |group: &&str| project().join("src/rules").join(group).join(&file).exists();
    let found = GROUPS.iter().map(|(group, _)| *group).find(holds);
    found.unwrap_or_else(|| panic!("give the group of `{}` a title in GROUPS", rule.name.name))
}

/// Returns the list of all rules: the introduction that stands there, and a table for each group.
fn index(before: &str) -> String {
    let (introduction, _) = before.split_once("\n## ").unwrap();
    let mut text = format!("{introduction}\n");
    for (group_name, title) in GROUPS {
        text += &format!("## {title}\n\n| code | name | level | clause | what it checks |\n");
        text += "|---|---|---|---|---|\n";
        for rule in ALL.iter().filter(|rule| group(rule) == group_name) {
            let (code, name) = (rule.name.code, rule.name.name);
            let clause = if rule.clause.is_empty() { "none" } else { rule.clause };
            let (level, what) = (level(rule), first_sentence(rule).replace('|', "\\|"));
            text += &format!(
                "| [{code}](rules/{name}.md) | `{name}` | {level} | {clause} | {what} |\n"
            );
        }
        text += "\n";
    }
    text + CLOSING
}

/// Says how much a rule matters, and whether a document may waive what it finds.
fn level(rule: &Rule) -> String {
    let level = rule.severity.words();
    if rule.is_waivable() { format!("{level}; may be waived") } else { level.to_owned() }
}

/// Returns the first sentence of what a rule checks.
fn first_sentence(rule: &Rule) -> String {
    let (_, text) = &sections(rule.page)[0];
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let ends = |pair: &[&str]| pair[0].ends_with('.') && pair[1].starts_with(char::is_uppercase);
    let end = words.windows(2).position(ends).map_or(words.len(), |last| last + 1);
    words[..end].join(" ")
}

/// Returns the page of a rule as it stands in the manual.
fn page_of_the_manual(rule: &Rule) -> String {
    let (code, name, level) = (rule.name.code, rule.name.name, rule.severity.words());
    let waived = match rule.is_waivable() {
        true => "; [may be waived](../waivers.md)",
        false => "",
    };
    let source = format!("src/rules/{}/{name}.md", group(rule));
    let clause = match rule.clause {
        "" => String::new(),
        clause => format!(", clause {clause}"),
    };
    let (title, rest) = rule.page.split_once('\n').unwrap();
    format!(
        "<!-- Written by `{COMMAND}` from {source}: edit that file. -->\n\n{title}\n\n`{code}` `{name}`: {level}{clause}{waived}. [All rules](../rules.md)\n{rest}"
    )
}

#[expect(clippy::disallowed_methods, reason = "who asks for new pages is at a keyboard")]
pub(crate) fn is_to_be_written() -> bool {
    std::env::var_os("BLESS").is_some()
}

#[test]
fn the_manual_has_the_page_of_every_rule() {
    let docs = project().join("docs");
    let list = docs.join("rules.md");
    let mut expected = vec![(list.clone(), index(&std::fs::read_to_string(&list).unwrap()))];
    expected.extend(ALL.iter().map(|rule| {
        let page = docs.join("rules").join(rule.name.name).with_extension("md");
        (page, page_of_the_manual(rule))
    }));
    let pages: Vec<PathBuf> = match std::fs::read_dir(docs.join("rules")) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => Vec::new(),
    };
    let is_left = |page: &&PathBuf| expected.iter().all(|(path, _)| path != *page);
    let left: Vec<&PathBuf> = pages.iter().filter(is_left).collect();
    if is_to_be_written() {
        std::fs::create_dir_all(docs.join("rules")).unwrap();
        left.iter().for_each(|page| std::fs::remove_file(page).unwrap());
        expected.iter().for_each(|(path, text)| std::fs::write(path, text).unwrap());
        return;
    }
    let differs = |(path, text): &&(PathBuf, String)| {
        std::fs::read_to_string(path).is_ok_and(|found| found == *text).not()
    };
    let stale = expected.iter().filter(differs).map(|(path, _)| path);
    let stale: Vec<&PathBuf> = stale.chain(left).collect();
    assert!(stale.is_empty(), "`{COMMAND}` brings these up to date: {stale:#?}");
}
