//! What can be done about findings without asking: each fix by itself, and all of a file at once.
//!
//! A fix is for the text that was judged. Where the text went on since, none is offered until it is
//! judged again.

use super::desk::{Asked, Desk};
use super::diagnostics::{code, of_file};
use super::edits::{change, together};
use crate::document::Document;
use crate::finding::{Finding, Fix, Splice};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
    Diagnostic, Position, Range,
};

/// The kind of the action that mends all of a file.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.clausebook");

/// Returns what can be done about the findings that touch a range.
pub(super) fn actions(desk: &Desk, params: &CodeActionParams) -> Option<CodeActionResponse> {
    let asked = desk.asked(&params.text_document.uri)?;
    let path = &asked.document.path;
    if !desk.is_as_judged(path) || desk.refused.is_some() {
        return None;
    }
    let fixable = asked.model.outcome.findings.iter().filter(|finding| finding.place.path == *path);
    let fixable: Vec<(&Finding, &Fix)> =
        fixable.filter_map(|finding| Some((finding, finding.fix.as_ref()?))).collect();
    let mut offered = Vec::new();
    if is_wanted(params, &CodeActionKind::QUICKFIX) {
        for &(finding, fix) in &fixable {
            let diagnostic = diagnostic(desk, &asked, finding)?;
            if touches(diagnostic.range, params.range) {
                offered.extend(quick(desk, &asked, fix, told_as(params, finding, diagnostic)));
            }
        }
    }
    if is_wanted(params, &FIX_ALL) && !fixable.is_empty() {
        offered.extend(all(desk, &asked, &fixable));
    }
    Some(offered.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// Tells whether the editor wants actions of a kind: it names none, or that one, or one above it.
fn is_wanted(params: &CodeActionParams, kind: &CodeActionKind) -> bool {
    let is_above = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty()
        })
    };
    params.context.only.as_ref().is_none_or(|wanted| wanted.iter().any(is_above))
}

fn diagnostic(desk: &Desk, asked: &Asked<'_>, finding: &Finding) -> Option<Diagnostic> {
    let text = &judged(asked).text;
    of_file(desk.frame()?, text, std::slice::from_ref(finding)).pop()
}

/// Returns the document that the places of findings are in. An editor may keep a byte order mark to
/// itself, or the ends of lines.
fn judged<'d>(asked: &'d Asked<'_>) -> &'d Document {
    asked.judged().unwrap_or(asked.document)
}

/// Returns the diagnostic as the editor has it, so that it knows what the action is for.
fn told_as(params: &CodeActionParams, finding: &Finding, ours: Diagnostic) -> Diagnostic {
    let told = params.context.diagnostics.iter();
    let mut same = told.filter(|it| it.range == ours.range && it.code == Some(code(finding)));
    same.find(|it| it.message == ours.message).cloned().unwrap_or(ours)
}

fn quick(desk: &Desk, asked: &Asked<'_>, fix: &Fix, told: Diagnostic) -> Option<CodeAction> {
    let change = change(desk, judged(asked), &fix.splices)?;
    Some(CodeAction {
        title: fix.what.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![told]),
        edit: Some(together(desk, vec![change])),
        ..CodeAction::default()
    })
}

fn all(desk: &Desk, asked: &Asked<'_>, fixable: &[(&Finding, &Fix)]) -> Option<CodeAction> {
    let splices = joined(fixable.iter().map(|(_, fix)| *fix));
    let change = change(desk, judged(asked), &splices)?;
    Some(CodeAction {
        title: "mend all that clausebook can mend in this file".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(together(desk, vec![change])),
        ..CodeAction::default()
    })
}

/// Puts fixes together, leaving out those that would meet an earlier one: they come with the next
/// judgement, if they are still needed.
fn joined<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Vec<Splice> {
    let mut taken: Vec<Splice> = Vec::new();
    for fix in fixes {
        let meets =
            |a: &Splice, b: &Splice| a.span.start <= b.span.end && b.span.start <= a.span.end;
        let is_free = |splice: &Splice| !taken.iter().any(|other| meets(splice, other));
        if fix.splices.iter().all(is_free) {
            taken.extend(fix.splices.iter().cloned());
        }
    }
    taken.sort();
    taken
}

fn touches(a: Range, b: Range) -> bool {
    let key = |position: Position| (position.line, position.character);
    key(a.start) <= key(b.end) && key(b.start) <= key(a.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::lsp::addresses::Ground;
    use crate::cli::lsp::desk::{Buffer, Client, Model};
    use crate::finding::{Findings, Level, RuleName};
    use crate::rules::{self, Outcome};
    use crate::sms::reading::of_commit;
    use crate::source::{RepoPath, Span};
    use crate::story::{Story, replay};
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::str::FromStr as _;

    const STORY: &str = "# A\n\n## commit 2026-01-05 Ana Owner <ana@example.org>: Begin\n\n\
        ```md docs/a.md\n---\nid: A-1\nonwer: ana\ntitel: A\n---\n\n# A\n```\n";

    fn fix(pieces: &[(usize, usize, &str)]) -> Fix {
        let splice = |&(start, end, text): &(usize, usize, &str)| Splice {
            span: Span::new(start, end),
            text: text.to_owned(),
        };
        Fix { what: "mend".to_owned(), splices: pieces.iter().map(splice).collect() }
    }

    #[test]
    fn fixes_that_meet_are_not_made_at_once() {
        let fixes = [
            fix(&[(10, 12, "a")]),
            fix(&[(12, 14, "b"), (30, 31, "c")]),
            fix(&[(0, 1, "d"), (20, 20, "e")]),
            fix(&[(20, 20, "e")]),
        ];
        let made: Vec<usize> = joined(fixes.iter()).iter().map(|it| it.span.start).collect();
        assert_eq!(made, [0, 10, 20]);
    }

    /// A desk with one document that stands open, and two findings that can be mended.
    fn desk(says: serde_json::Value) -> Desk {
        desk_of(STORY, says)
    }

    fn desk_of(story: &str, says: serde_json::Value) -> Desk {
        let recording = replay(&Story::parse(story).unwrap(), &|_| None).unwrap();
        let head = recording.head_commit().unwrap();
        let sms = of_commit(&recording, head, &rules::names()).unwrap();
        let document = sms.document_at(&RepoPath::from("docs/a.md")).unwrap();
        let rule = RuleName { code: "FM010", name: "key-unknown" };
        let mut found = Findings::of(rule, Level::Warning, "");
        for (wrong, right) in [("onwer", "owner"), ("titel", "title")] {
            let start = document.text.find(wrong).unwrap();
            let span = Span::new(start, start + wrong.len());
            let splice = Splice { span, text: right.to_owned() };
            found
                .finding(document.place(span), format!("the key `{wrong}` is not known"))
                .fix(format!("write `{right}` for `{wrong}`"), vec![splice]);
        }
        let ground = Ground::at(Path::new("/sms"));
        let uri = lsp_types::Uri::from_str("file:///sms/docs/a.md").unwrap();
        let text = document.text.trim_start_matches('\u{FEFF}').replace('\n', "\r\n");
        let buffer = Buffer::new(uri, 7, text, Some(&ground));
        Desk {
            client: Client::of(&serde_json::from_value(says).unwrap()),
            ground: Some(ground),
            buffers: BTreeMap::from([(buffer.uri.as_str().to_owned(), buffer)]),
            model: Some(Model {
                sms,
                outcome: Outcome { findings: found.findings, ..Outcome::default() },
            }),
            refused: None,
        }
    }

    /// The actions at a line, one a line: title, kind, what it is for, what it changes.
    fn offered(desk: &Desk, line: u32, only: Option<&str>) -> Vec<String> {
        let place = serde_json::json!({"line": line, "character": 2});
        let mut params = serde_json::json!({
            "textDocument": {"uri": "file:///sms/docs/a.md"},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        });
        if let Some(only) = only {
            params["context"]["only"] = serde_json::json!([only]);
        }
        let params = serde_json::from_value(params).unwrap();
        let found = serde_json::to_value(actions(desk, &params)).unwrap();
        let told = |action: &serde_json::Value| {
            let edits = match &action["edit"]["documentChanges"][0] {
                serde_json::Value::Null => &action["edit"]["changes"]["file:///sms/docs/a.md"],
                change => {
                    assert_eq!(change["textDocument"]["version"], 7);
                    &change["edits"]
                }
            };
            let edits = edits.as_array().unwrap().iter().map(|edit| {
                let start = &edit["range"]["start"];
                format!("{}:{} {}", start["line"], start["character"], edit["newText"])
            });
            let edits: Vec<String> = edits.collect();
            let code = action["diagnostics"][0]["code"].as_str().unwrap_or("none");
            let kind = action["kind"].as_str().unwrap();
            format!(
                "{} | {kind} | {code} | {}",
                action["title"].as_str().unwrap(),
                edits.join(", ")
            )
        };
        found.as_array().map(|actions| actions.iter().map(told).collect()).unwrap_or_default()
    }

    #[test]
    fn a_fix_is_offered_where_its_finding_stands() {
        let quick = "write `owner` for `onwer` | quickfix | FM010 key-unknown | 2:0 \"owner\"";
        let all = "mend all that clausebook can mend in this file | source.fixAll.clausebook | none | 2:0 \"owner\", 3:0 \"title\"";
        let able = serde_json::json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
        for says in [able, serde_json::json!({})] {
            let desk = desk(says);
            assert_eq!(offered(&desk, 2, None), [quick, all]);
            assert_eq!(offered(&desk, 2, Some("quickfix")), [quick]);
            assert_eq!(offered(&desk, 2, Some("source.fixAll")), [all]);
            assert_eq!(offered(&desk, 2, Some("refactor")), [""; 0]);
            assert_eq!(offered(&desk, 6, None), [all]);
        }
    }

    #[test]
    fn what_an_editor_keeps_to_itself_moves_no_fix() {
        let marked = STORY.replace("---\nid", "\u{FEFF}---\nid");
        let mut desk = desk_of(&marked, serde_json::json!({}));
        let without = desk_of(STORY, serde_json::json!({}));
        assert_eq!(offered(&desk, 2, None), offered(&without, 2, None));
        let Some(model) = &mut desk.model else { panic!("it was judged") };
        let mark = Splice { span: Span::new(0, 3), text: String::new() };
        model.outcome.findings.truncate(1);
        model.outcome.findings[0].fix("take the mark out", vec![mark]);
        assert_eq!(offered(&desk, 2, None), [""; 0], "it is not in the editor");
    }

    #[test]
    fn no_fix_is_offered_for_a_text_that_went_on() {
        let mut desk = desk(serde_json::json!({}));
        for buffer in desk.buffers.values_mut() {
            buffer.exchange(None, "---\nid: A-1\n\nonwer: ana\n---\n", desk.client.encoding);
            buffer.read();
        }
        assert_eq!(offered(&desk, 3, None), [""; 0]);
    }
}
