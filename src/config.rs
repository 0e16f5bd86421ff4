//! book.toml: mdBook's file, with everything of ours under `[preprocessor.clausebook]`.
//!
//! mdBook must be able to read the same file, so its own tables are left to it. In our tables an
//! unknown key is a mistake: a misspelt setting that is silently ignored would change a verdict.

mod difference;
pub mod limits;
mod misnamed;
mod reading;
mod table;
pub mod types;
mod uncontrolled;

use crate::source::{Date, RepoPath, Span, Spanned, is_unprintable};
use limits::Limits;
use std::collections::BTreeMap;
use toml::de::DeTable;
use types::DocType;

pub use difference::Difference;
pub use table::Mistake;
pub use uncontrolled::Uncontrolled;

/// The name of the configuration file.
pub const FILE: &str = "book.toml";

/// What the owner of the repository decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The title of the management system.
    pub title: String,
    /// The authors mdBook prints.
    pub authors: Vec<String>,
    /// The folder of the documents.
    pub src: RepoPath,
    /// The language of the documents, as a BCP 47 tag.
    pub language: String,
    /// The organization whose system it is.
    pub organization: String,
    /// The address of the repository on a forge, as mdBook knows it.
    pub repository_url: Option<String>,
    /// Where `build` writes, as written; judged when it is used.
    pub out: Spanned<String>,
    /// The frameworks; the first gives bare clause numbers their meaning.
    pub frameworks: Vec<Spanned<String>>,
    /// Files beside book.toml that hold framework packs of one's own.
    pub packs: Vec<String>,
    /// The publishing branch.
    pub branch: String,
    /// The day from which document control is claimed.
    pub verify_from: Option<Date>,
    /// The day the site speaks of, where it is not that of the commit.
    pub as_of: Option<Date>,
    /// Globs of files that are not under document control.
    pub uncontrolled: Vec<String>,
    /// Keys of front matter that other tools read.
    pub other_keys: Vec<String>,
    /// Whether process and procedure are one layer and an author may approve with a control.
    pub is_small: bool,
    /// The approval level that each type needs; `default` for those not named.
    pub minimum: BTreeMap<String, u8>,
    /// The file of signing keys, read at the policy ref.
    pub allowed_signers: Option<String>,
    /// The file of the keys of OpenPGP that may sign, if any.
    pub openpgp_keys: Option<String>,
    /// The signing keys that are revoked.
    pub revoked: Vec<Revoked>,
    /// The level of rules, by name.
    pub rules: BTreeMap<String, RuleLevel>,
    /// What rules measure by.
    pub limits: Limits,
    /// The types of documents.
    pub types: Vec<DocType>,
    /// The certification: body, dates.
    pub certification: BTreeMap<String, String>,
}

/// A signing key that counts no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Its fingerprint: `SHA256:…`.
    pub key: String,
    /// The day from which it is not trusted, as its owner says. It is shown, and decides nothing: a
    /// commit can be dated back.
    pub from: Option<Date>,
    /// The ids of commits and tags whose signatures count nevertheless. A commit vouches for all
    /// that it rests on, a tag for itself alone.
    pub accepted: Vec<String>,
}

/// What the configuration makes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleLevel {
    /// It fails the run.
    Error,
    /// It warns.
    Warning,
    /// It tells.
    Note,
    /// It is silent, and the site says so.
    Off,
}

impl RuleLevel {
    const WORDS: [(&'static str, Self); 4] = [
        ("error", Self::Error),
        ("warning", Self::Warning),
        ("note", Self::Note),
        ("off", Self::Off),
    ];

    /// Returns the word in book.toml.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, level)| *level == self).map_or("", |(word, _)| word)
    }
}

impl Default for Config {
    fn default() -> Self {
        let minimum = [("policy", 2), ("plan", 2), ("default", 1)];
        Self {
            title: "Service Management System".to_owned(),
            authors: Vec::new(),
            src: RepoPath::from("docs"),
            language: "en".to_owned(),
            organization: String::new(),
            repository_url: None,
            out: Spanned::new("site".to_owned(), Span::default()),
            frameworks: vec![Spanned::new("iso20000-1:2018".to_owned(), Span::default())],
            packs: Vec::new(),
            branch: "main".to_owned(),
            verify_from: None,
            as_of: None,
            uncontrolled: vec!["README.md".to_owned(), "SUMMARY.md".to_owned()],
            other_keys: Vec::new(),
            is_small: false,
            minimum: minimum.map(|(name, level)| (name.to_owned(), level)).into(),
            allowed_signers: None,
            openpgp_keys: None,
            revoked: Vec::new(),
            rules: BTreeMap::new(),
            limits: Limits::default(),
            types: types::standard(),
            certification: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads book.toml. `rules` are the names a rule level may be given for.
    ///
    /// # Errors
    /// All mistakes of the file, each with its place.
    pub fn parse(text: &str, rules: &[&str]) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let (tree, errors) = DeTable::parse_recoverable(text);
        mistakes.extend(errors.iter().map(|error| Mistake {
            span: error.span().map(Span::from).unwrap_or_default(),
            message: error.message().replace('\n', ", "),
        }));
        // What is nested too deep is left unclosed as many times, in the same place.
        mistakes.dedup();
        let mut config = Self::default();
        if mistakes.is_empty() {
            config.read(tree.get_ref(), rules, &mut mistakes);
        }
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// Returns the source folder that a book.toml of the past named, whatever else was in it.
    pub fn source_of(text: &str) -> RepoPath {
        let (tree, _) = DeTable::parse_recoverable(text);
        let book = tree.get_ref().get("book").and_then(|book| book.get_ref().as_table());
        let src = book.and_then(|book| book.get("src")?.get_ref().as_str());
        let src = src.filter(|src| !src.is_empty() && folder_problem(src).is_none());
        src.map_or_else(|| Self::default().src, source_folder)
    }

    /// Returns the type a document names.
    pub fn doc_type(&self, name: &str) -> Option<&DocType> {
        self.types.iter().find(|doc_type| doc_type.name == name)
    }

    /// Returns the approval level that documents of a type need; without a type, that of any other.
    pub fn minimum_for(&self, doc_type: Option<&str>) -> u8 {
        let named = doc_type.and_then(|doc_type| self.minimum.get(doc_type));
        named.or_else(|| self.minimum.get("default")).copied().unwrap_or(1)
    }
}

fn source_folder(written: &str) -> RepoPath {
    let folder = written.trim_start_matches("./").trim_end_matches('/');
    RepoPath::from(if folder == "." { "" } else { folder })
}

/// Says what is wrong with a folder that must lie inside the repository.
pub fn folder_problem(folder: &str) -> Option<&'static str> {
    let parts = || folder.split(['/', '\\']);
    if folder.starts_with(['/', '\\', '~']) || folder.get(1..2) == Some(":") {
        return Some("is an absolute path; it must lie inside the repository");
    }
    let mut depth = 0_i32;
    for part in parts() {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        if depth < 0 {
            return Some("leads out of the repository");
        }
    }
    if parts().any(|part| part == "..") {
        return Some("goes up with `..`; write the path without it");
    }
    // Some file systems leave such characters out of a name.
    if folder.chars().any(is_unprintable) {
        return Some("holds a character that nobody sees");
    }
    // Windows drops full stops and blanks at the end of a name, and has a short name for each.
    let plain = |part: &str| part.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    if parts().any(|part| matches!(plain(part).as_str(), ".git" | "git~1")) {
        return Some("lies inside .git");
    }
    folder.contains('\0').then_some("holds a NUL byte")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let mistakes = Config::parse(text, &["dead-link"]).unwrap_err();
        mistakes.into_iter().map(|mistake| mistake.message).collect()
    }

    #[test]
    fn an_unknown_key_is_a_mistake_with_a_suggestion() {
        let text = "[preprocessor.clausebook]\nbrnach = \"main\"\n[preprocessor.clausebook.rules]\ndead-lnk = \"off\"\n";
        assert_eq!(
            mistakes(text),
            [
                "`rules` has no key `dead-lnk`; did you mean `dead-link`?",
                "`clausebook` has no key `brnach`; did you mean `branch`?"
            ]
        );
    }

    #[test]
    fn what_is_nested_too_deep_is_told_once_for_each_place() {
        let deep = "cannot recurse further; max recursion depth met";
        let unclosed = "unclosed array, expected `]`";
        assert_eq!(mistakes(&format!("a = {}", "[".repeat(1_000))), [deep, unclosed]);
    }

    #[test]
    fn an_approver_is_one_role_or_several() {
        let approvers = |value: &str| {
            let text = format!("[preprocessor.clausebook.types.policy]\napprover = {value}\n");
            Config::parse(&text, &[]).map(|it| it.doc_type("policy").unwrap().approvers.clone())
        };
        assert_eq!(approvers("\"director\"").unwrap(), ["director"]);
        assert_eq!(approvers("[\"director\", \"owner\"]").unwrap(), ["director", "owner"]);
        assert!(approvers("\"\"").unwrap().is_empty());
        assert_eq!(
            approvers("3").unwrap_err()[0].message,
            "`approver` is a number, a list of texts was expected"
        );
    }

    #[test]
    fn values_of_the_wrong_kind_are_mistakes() {
        assert_eq!(
            mistakes(
                "[preprocessor.clausebook]\nbranch = 3\nverify_from = \"soon\"\n\
                 [preprocessor.clausebook.rules]\ndead-link = false\n"
            ),
            [
                "`branch` is a number, text in quotes was expected",
                "`verify_from` is `soon`, a day like 2026-05-11 was expected",
                "`dead-link` is true or false, \"error\", \"warning\", \"note\" or \"off\" was expected"
            ]
        );
    }

    #[test]
    fn a_branch_is_called_as_git_can_call_it() {
        let book = |name: &str| format!("[preprocessor.clausebook]\nbranch = \"{name}\"\n");
        for name in ["main", "release/2026", "Ärger", "v1.0"] {
            assert!(Config::parse(&book(name), &[]).is_ok(), "{name}");
        }
        for name in ["", "--upload-pack=x", "refs/../x", "main~1", "@", "a b", "x.lock", "a//b"] {
            assert_eq!(mistakes(&book(name)), [format!("`{name}` can be the name of no branch")]);
        }
    }

    #[test]
    fn a_key_is_revoked_in_one_row() {
        let row = format!("{{ key = \"SHA256:{}\" }}", "a".repeat(43));
        let rows = format!("[preprocessor.clausebook.approval]\nrevoked = [{row}, {row}]\n");
        let told = mistakes(&rows);
        assert!(told[0].contains("revoked in a row above already"), "{told:?}");
    }

    #[test]
    fn what_only_looks_like_a_fingerprint_is_none() {
        let sum = "a".repeat(43);
        for key in [
            format!("SHA256:{sum}="),
            format!("SHA256:{sum} "),
            format!(" SHA256:{sum}"),
            format!("SHA256:{}", &sum[..20]),
            format!("SHA256:{}", "0a".repeat(32)),
            format!("sha256:{sum}"),
            "SHA256:".to_owned(),
        ] {
            let row = format!("revoked = [{{ key = \"{key}\" }}]\n");
            let told = mistakes(&format!("[preprocessor.clausebook.approval]\n{row}"));
            assert!(told[0].contains("43 letters"), "{key}: {told:?}");
        }
    }

    #[test]
    fn settings_under_a_name_that_nothing_reads_are_told() {
        for table in [
            "preprocessor.clausbook",
            "preprocessor.Clausebook",
            "preprocessor.clausebok.approval",
            "clausebook",
            "output.clausebook",
            "preprocesor.clausebook",
        ] {
            let told = mistakes(&format!("[{table}]\nprofile = \"small\"\n"));
            assert!(told[0].starts_with("nothing reads `["), "{table}: {told:?}");
        }
        for table in [
            "preprocessor.mermaid]\nx = 1",
            "output.html]\nx = 1",
            "preprocessor.casing]\nx = 1",
            "preprocessor.clausebook-toc]\nx = 1",
            "preprocessor.casebook]\ncommand = \"mdbook-casebook\"",
        ] {
            assert!(Config::parse(&format!("[{table}\n"), &[]).is_ok(), "{table}");
        }
    }

    #[test]
    fn settings_outside_of_our_table_are_told() {
        for (text, told) in [
            ("[rules]\ndead-link = \"off\"\n", "`rules`; `rules` stands in"),
            ("verify_from = 2025-01-01\n", "`verify_from`; `verify_from` stands in"),
            ("[book]\nprofile = \"small\"\n", "`book.profile`; `profile` stands in"),
            ("[preprocessor.approval]\nminimum = {}\n", "`preprocessor.approval`; `approval`"),
            ("[preprocessor]\nbranch = \"main\"\n", "`preprocessor.branch`; `branch` stands in"),
        ] {
            let mistakes = mistakes(text);
            assert!(mistakes[0].starts_with(&format!("nothing reads {told}")), "{mistakes:?}");
        }
        for text in [
            "[preprocessor.rules]\ncommand = \"mdbook-rules\"\n",
            "[preprocessor.mermaid]\nrules = 1\n",
            "[output.html]\nprofile = 1\n",
        ] {
            assert!(Config::parse(text, &[]).is_ok(), "{text}");
        }
    }

    #[test]
    fn mdbooks_tables_are_left_alone() {
        let text = "[book]\ntitle = \"A\"\nsrc = \"docs\"\n[output.html]\nanything = 1\n";
        assert_eq!(Config::parse(text, &[]).unwrap().title, "A");
    }

    #[test]
    fn a_type_of_ones_own_joins_the_others() {
        let text = "[preprocessor.clausebook.types.runbook]\nprefix = \"RUN\"\nlevel = 4\nparents = [\"procedure\"]\n";
        let config = Config::parse(text, &[]).unwrap();
        assert_eq!(config.doc_type("runbook").unwrap().prefixes, ["RUN"]);
    }

    #[test]
    fn mistakes_of_types_have_a_place() {
        let told = |text: &str| {
            let found = Config::parse(text, &[]).unwrap_err();
            let words = found.iter().map(|it| (&text[it.span.start..it.span.end], &*it.message));
            words.map(|(at, message)| format!("{at}: {message}")).collect::<Vec<_>>()
        };
        let own = "[preprocessor.clausebook.types.";
        assert_eq!(
            told(&format!("{own}Run]\nprefixes = [\"run\", \"RUN-\"]\nparents = [\"polcy\"]\n")),
            [
                "Run: the type is called `Run`; the name of a type is written in small Latin letters, digits and hyphens",
                "[\"run\", \"RUN-\"]: `run` begins no id; a prefix is written in capitals, digits and hyphens, like `POL`",
                "[\"run\", \"RUN-\"]: `RUN-` begins no id; a prefix is written in capitals, digits and hyphens, like `POL`",
                "[\"polcy\"]: the type `Run` names the parent type `polcy`, which does not exist; did you mean `policy`?",
            ]
        );
        assert_eq!(
            told(&format!("{own}runbook]\nlevel = 4\n")),
            ["runbook: the type `runbook` has no `prefix`; ids of its documents begin with it"]
        );
        let twice = told(&format!("{own}rule]\nprefix = \"POL\"\n"));
        let words = "the prefix `POL` of the type `rule` belongs to the type `policy`";
        assert!(twice.len() == 1 && twice[0].contains(words), "{twice:?}");
        let taken = told(&format!("{own}policy]\nprefix = \"PRC\"\n"));
        let words = "the prefix `PRC` of the type `policy` belongs to the type `process`";
        assert!(taken.len() == 1 && taken[0].contains(words), "{taken:?}");
        assert_eq!(
            told("[preprocessor.clausebook.approval.minimum]\npolcy = 3\n"),
            [
                "3: `approval.minimum` names the type `polcy`, which does not exist; did you mean `policy`?"
            ]
        );
        assert_eq!(
            told("preprocessor = 1\n"),
            ["1: `preprocessor` is a number, a table was expected"]
        );
    }

    #[test]
    fn limits_are_numbers_within_bounds() {
        let table = "[preprocessor.clausebook.limits]\n";
        let config = Config::parse(&format!("{table}waiver_months = 6\n"), &[]).unwrap();
        assert_eq!(config.limits, Limits { waiver_months: 6, ..Limits::default() });
        let [difference] = &config.differences(&Config::default())[..] else { panic!() };
        assert_eq!(
            difference.as_contrast("on the branch that judges"),
            "the limit `waiver_months` is 6 here, and 12 on the branch that judges"
        );
        assert_eq!(
            mistakes(&format!("{table}waiver_months = 0\n")),
            ["`waiver_months` must be a whole number from 1 to 120"]
        );
    }

    #[test]
    fn what_only_goes_up_does_not_lead_out() {
        let up = Some("goes up with `..`; write the path without it");
        assert_eq!(folder_problem("docs/../docs"), up);
        assert_eq!(folder_problem("./docs/.."), up);
        let out = Some("leads out of the repository");
        assert_eq!(folder_problem("docs/../../docs"), out);
        assert_eq!(folder_problem("../docs"), out);
        let empty = "`src = \"\"` names no folder; the one at the top of the repository is `.`";
        assert_eq!(mistakes("[book]\nsrc = \"\"\n"), [empty]);
    }

    #[test]
    fn folders_stay_inside() {
        for bad in [
            "/",
            "..",
            "site/../docs/..",
            ".git",
            "a/.GIT/b",
            ".git./x",
            "GIT~1",
            "C:\\x",
            ".g\u{200C}it",
        ] {
            assert!(folder_problem(bad).is_some(), "{bad}");
        }
        assert!(folder_problem("site/sub").is_none());
    }

    #[test]
    fn the_source_folder_may_be_the_top() {
        for top in [".", "./"] {
            let config = Config::parse(&format!("[book]\nsrc = \"{top}\"\n"), &[]).unwrap();
            assert!(RepoPath::from("a.md").is_inside(&config.src), "{top}");
        }
    }
}
