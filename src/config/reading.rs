//! From the tables of book.toml to the configuration: each value by its kind and within its bounds,
//! and all mistakes at once.

use super::table::{Mistake, Table, place_of, suggestion};
use super::types::{self, DocType};
use super::{Config, RuleLevel, folder_problem, limits, misnamed, source_folder, uncontrolled};
use crate::source::Printable;
use std::collections::BTreeMap;
use toml::de::DeTable;

/// What may be said of the certification.
const CERTIFICATION: [&str; 8] = [
    "body",
    "accreditation",
    "certificate",
    "scope",
    "stage1",
    "stage2",
    "surveillance",
    "expires",
];

impl Config {
    /// Takes over what the tables say, and reports what cannot be meant.
    pub(super) fn read(&mut self, root: &DeTable<'_>, rules: &[&str], mistakes: &mut Vec<Mistake>) {
        if let Some(mut book) = Table::find(root, "book", mistakes) {
            self.read_book(&mut book);
        }
        self.repository_url = repository_url(root);
        misnamed::report(root, mistakes);
        let Some(mut preprocessor) = Table::find(root, "preprocessor", mistakes) else { return };
        let Some(mut ours) = preprocessor.table("clausebook") else { return };
        self.read_settings(&mut ours);
        if let Some(mut approval) = ours.table("approval") {
            self.read_approval(&mut approval);
            approval.finish();
        }
        if let Some(mut levels) = ours.table("rules") {
            read_rule_levels(&mut levels, rules, &mut self.rules);
            levels.finish();
        }
        if let Some(mut limits) = ours.table("limits") {
            for (key, least, most, limit) in limits::ALL {
                if let Some(number) = limits.number(key, least, most) {
                    *limit(&mut self.limits) = number;
                }
            }
            limits.finish();
        }
        if let Some(mut own) = ours.table("types") {
            for name in own.keys() {
                if let Some(mut table) = own.table(&name) {
                    types::read(&mut table, &name, &mut self.types);
                    table.finish();
                }
            }
            own.finish();
        }
        if let Some(mut certification) = ours.table("certification") {
            for key in CERTIFICATION {
                let mut text = None;
                certification.optional_text(key, &mut text);
                self.certification.extend(text.map(|text| (key.to_owned(), text)));
            }
            certification.finish();
        }
        if self.is_small {
            merge_small_layers(&mut self.types);
        }
        ours.finish();
        self.check_types(root, mistakes);
    }

    /// Reads mdBook's own table, as far as it says something to us.
    fn read_book(&mut self, book: &mut Table<'_, '_>) {
        book.text("title", &mut self.title);
        book.texts("authors", &mut self.authors);
        book.text("language", &mut self.language);
        let mut src = None;
        book.optional_text("src", &mut src);
        let Some(src) = src else { return };
        let empty = "names no folder; the one at the top of the repository is `.`";
        match folder_problem(&src).or_else(|| src.is_empty().then_some(empty)) {
            Some(problem) => book.mistake_at("src", &format!("`src = \"{src}\"` {problem}")),
            None => self.src = source_folder(&src),
        }
    }

    /// Reads the settings that stand in our table itself.
    fn read_settings(&mut self, ours: &mut Table<'_, '_>) {
        ours.allow(&["optional", "command", "renderers", "before", "after"]);
        ours.spanned_text("out", &mut self.out);
        ours.text("organization", &mut self.organization);
        ours.spanned_texts("frameworks", &mut self.frameworks);
        ours.texts("packs", &mut self.packs);
        for pack in &self.packs.clone() {
            if let Some(problem) = folder_problem(pack) {
                ours.mistake_at("packs", &format!("the pack `{pack}` {problem}"));
            }
        }
        ours.text("branch", &mut self.branch);
        if !is_branch_name(&self.branch) {
            let words = format!("`{}` can be the name of no branch", Printable(&self.branch));
            ours.mistake_at("branch", &words);
        }
        ours.date("verify_from", &mut self.verify_from);
        ours.date("as_of", &mut self.as_of);
        ours.texts("other_keys", &mut self.other_keys);
        if self.frameworks.is_empty() {
            ours.mistake_at(
                "frameworks",
                "`frameworks` is empty; name at least one, like \"iso20000-1:2018\"",
            );
        }
        uncontrolled::read(ours, &mut self.uncontrolled);
        let mut profile = "standard".to_owned();
        ours.text("profile", &mut profile);
        ours.one_of("profile", &profile, &["standard", "small"]);
        self.is_small = profile == "small";
    }

    /// Reads who may sign, and what an approval has to be.
    fn read_approval(&mut self, approval: &mut Table<'_, '_>) {
        for (key, file) in [
            ("allowed_signers", &mut self.allowed_signers),
            ("openpgp_keys", &mut self.openpgp_keys),
        ] {
            approval.optional_text(key, file);
            if let Some(problem) = file.as_deref().and_then(folder_problem) {
                approval.mistake_at(key, &format!("`{key}` {problem}"));
            }
        }
        approval.read_revoked(&mut self.revoked);
        if let Some(mut minimum) = approval.table("minimum") {
            for key in minimum.keys() {
                if let Some(level) = minimum.number(&key, 0, 6) {
                    self.minimum.insert(key, u8::try_from(level).unwrap_or(6));
                }
            }
            minimum.finish();
        }
    }

    fn check_types(&self, root: &DeTable<'_>, mistakes: &mut Vec<Mistake>) {
        let place =
            |keys: &[&str]| place_of(root, &[&["preprocessor", "clausebook"], keys].concat());
        let names: Vec<&str> = self.types.iter().map(|doc_type| doc_type.name.as_str()).collect();
        for doc_type in &self.types {
            for parent in &doc_type.parents {
                if !names.contains(&parent.as_str()) {
                    let message = format!(
                        "the type `{}` names the parent type `{parent}`, which does not exist{}",
                        doc_type.name,
                        suggestion(parent, &names)
                    );
                    let span = place(&["types", &doc_type.name, "parents"]);
                    mistakes.push(Mistake { span, message });
                }
            }
        }
        for (at, doc_type) in self.types.iter().enumerate() {
            let of_another = |prefix: &&String| {
                self.types[..at].iter().find(|other| other.prefixes.contains(prefix))
            };
            let taken =
                doc_type.prefixes.iter().find_map(|prefix| Some((prefix, of_another(&prefix)?)));
            let Some((prefix, other)) = taken else { continue };
            let is_set = |name: &str| place(&["types", name]) != place(&["types"]);
            // The one that book.toml speaks of takes it from the other.
            let (taker, owner) = match is_set(&doc_type.name) || !is_set(&other.name) {
                true => (doc_type, other),
                false => (other, doc_type),
            };
            let message = format!(
                "the prefix `{prefix}` of the type `{}` belongs to the type `{}`; ids say by it what a document is",
                taker.name, owner.name
            );
            let span = place(&["types", &taker.name, "prefix"]);
            mistakes.push(Mistake { span, message });
        }
        for key in self.minimum.keys().filter(|key| *key != "default") {
            if !names.contains(&key.as_str()) {
                let message = format!(
                    "`approval.minimum` names the type `{key}`, which does not exist{}",
                    suggestion(key, &names)
                );
                let span = place(&["approval", "minimum", key]);
                mistakes.push(Mistake { span, message });
            }
        }
    }
}

/// Reads what mdBook calls `git-repository-url`. It is not our table, so nothing in it is a mistake.
fn repository_url(root: &DeTable<'_>) -> Option<String> {
    let output = root.get("output")?.get_ref().as_table()?;
    let html = output.get("html")?.get_ref().as_table()?;
    Some(html.get("git-repository-url")?.get_ref().as_str()?.to_owned())
}

fn read_rule_levels(
    table: &mut Table<'_, '_>,
    rules: &[&str],
    into: &mut BTreeMap<String, RuleLevel>,
) {
    for key in table.keys() {
        if !rules.contains(&key.as_str()) {
            continue; // `finish` says so, with a suggestion.
        }
        let mut written = None;
        let expected = "\"error\", \"warning\", \"note\" or \"off\"";
        table.optional_word(&key, expected, &mut written);
        let Some(word) = written else { continue };
        match RuleLevel::WORDS.iter().find(|(name, _)| *name == word) {
            Some((_, level)) => {
                into.insert(key, *level);
            }
            None => {
                let message =
                    format!("`{key}` is \"{word}\", expected error, warning, note or off");
                table.mistake_at(&key, &message);
            }
        }
    }
    table.allow(rules);
}

/// In a small organization a process may be its own procedure.
fn merge_small_layers(types: &mut [DocType]) {
    for doc_type in types {
        if doc_type.name == "procedure" {
            doc_type.required.retain(|field| field != "process");
        }
    }
}

/// Tells whether Git can hold a branch of a name.
fn is_branch_name(name: &str) -> bool {
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.ends_with(".lock")
    };
    name.len() <= 1000
        && name != "@"
        && !name.starts_with('-')
        && !name.contains(is_bad)
        && !name.contains("..")
        && !name.contains("@{")
        && name.split('/').all(is_part)
}
