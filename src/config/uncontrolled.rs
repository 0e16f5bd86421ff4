//! The files that their owner lists as not being under document control, by globs.

use super::Config;
use super::table::Table;
use crate::source::{Printable, RepoPath, Span, Spanned};

/// Reads the globs, and reports those that cannot be asked, which are not kept, or match nothing.
pub(super) fn read(table: &mut Table<'_, '_>, globs: &mut Vec<String>) {
    let here = |glob: &String| Spanned::new(glob.clone(), Span::default());
    let mut found: Vec<Spanned<String>> = globs.iter().map(here).collect();
    table.spanned_texts("uncontrolled", &mut found);
    globs.clear();
    for Spanned { value: glob, span } in found {
        if let Err(error) = set_of([&glob]) {
            table.mistake_in(span, glob_problem(&error));
            continue;
        }
        if matches_nothing(&glob) {
            let words = format!(
                "`{}` matches no file; a glob begins at the top of the repository or of the source folder, without `/`, and holds no `.` or `..`; all files of a folder are `folder/**`",
                Printable(&glob)
            );
            table.mistake_in(span, words);
        }
        globs.push(glob);
    }
    // Each may be small enough, and all of them together not.
    if let Err(error) = set_of(&*globs) {
        table.mistake_at("uncontrolled", &glob_problem(&error));
        globs.clear();
    }
}

/// Compiles globs into the set that is asked.
fn set_of<'g>(
    globs: impl IntoIterator<Item = &'g String>,
) -> Result<globset::GlobSet, globset::Error> {
    let mut builder = globset::GlobSetBuilder::new();
    for glob in globs {
        builder.add(globset::GlobBuilder::new(glob).literal_separator(true).build()?);
    }
    builder.build()
}

/// Tells whether a glob can match no file: none is empty, absolute, ends like a folder or leads up.
fn matches_nothing(glob: &str) -> bool {
    let leads_up = |part: &str| matches!(part, "." | "..");
    let has_no_name = |part: &str| part.is_empty() || part.trim() != part || leads_up(part);
    glob.split('/').any(has_no_name)
}

/// Says what is wrong with a glob, and what to do.
fn glob_problem(error: &globset::Error) -> String {
    use globset::ErrorKind;
    let glob = error.glob().map_or_else(|| "one of the globs".to_owned(), |it| format!("`{it}`"));
    let what = match error.kind() {
        ErrorKind::UnclosedClass => "opens a `[` that no `]` closes; `[[]` stands for `[` itself",
        ErrorKind::InvalidRange(..) => "holds a range in `[...]` that runs backwards",
        ErrorKind::UnopenedAlternates => {
            "closes a `}` that no `{` opened; `[}]` stands for `}` itself"
        }
        ErrorKind::UnclosedAlternates => {
            "opens a `{` that no `}` closes; `[{]` stands for `{` itself"
        }
        ErrorKind::DanglingEscape => "ends with `\\`, which needs a character behind it",
        _ => "is too long or nests too deeply; write several that are simpler",
    };
    format!("{glob} {what}")
}

/// Tells files under document control from those that their owner listed as not being so.
#[derive(Clone, Debug)]
pub struct Uncontrolled {
    set: globset::GlobSet,
    src: RepoPath,
}

impl Uncontrolled {
    /// Compiles the globs of a configuration.
    pub fn of(config: &Config) -> Self {
        let set = set_of(&config.uncontrolled).expect("globs are checked when book.toml is read");
        Self { set, src: config.src.clone() }
    }

    /// Returns the source folder of the configuration.
    pub fn folder(&self) -> &RepoPath {
        &self.src
    }

    /// Tells whether a path is listed, seen from the repository or from the source folder.
    pub fn lists(&self, path: &RepoPath) -> bool {
        let text = String::from_utf8_lossy(path.as_bytes());
        let src = String::from_utf8_lossy(self.src.as_bytes());
        let inside = text.strip_prefix(&*src).and_then(|rest| rest.strip_prefix('/'));
        self.set.is_match(&*text) || inside.is_some_and(|inside| self.set.is_match(inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let found = Config::parse(text, &[]).unwrap_err();
        found.into_iter().map(|mistake| mistake.message).collect()
    }

    #[test]
    fn globs_are_tried_as_they_are_asked() {
        let nested = format!("{}{}", "{a,".repeat(130), "}".repeat(130));
        let deep =
            "one of the globs is too long or nests too deeply; write several that are simpler";
        for (glob, problem) in [
            (nested.as_str(), deep),
            ("[a", "`[a` opens a `[` that no `]` closes; `[[]` stands for `[` itself"),
            ("[z-a]", "`[z-a]` holds a range in `[...]` that runs backwards"),
            ("a}", "`a}` closes a `}` that no `{` opened; `[}]` stands for `}` itself"),
            ("{a", "`{a` opens a `{` that no `}` closes; `[{]` stands for `{` itself"),
            ("a\\\\", "`a\\` ends with `\\`, which needs a character behind it"),
            (
                "../**",
                "`../**` matches no file; a glob begins at the top of the repository or of the source folder, without `/`, and holds no `.` or `..`; all files of a folder are `folder/**`",
            ),
        ] {
            let text = format!("[preprocessor.clausebook]\nuncontrolled = [\"{glob}\"]\n");
            assert_eq!(mistakes(&text), [problem]);
        }
    }

    #[test]
    fn every_glob_that_cannot_be_asked_is_told_in_its_place() {
        let text = "[preprocessor.clausebook]\nuncontrolled = [\"[\", \"a/**\", \"b[\"]\n";
        let found = Config::parse(text, &[]).unwrap_err();
        let at = |glob: &str| text.find(glob).unwrap();
        let places: Vec<usize> = found.iter().map(|mistake| mistake.span.start).collect();
        assert_eq!(places, [at("\"[\""), at("\"b[\"")]);
    }

    #[test]
    fn globs_match_from_the_top_and_from_the_source_folder() {
        let uncontrolled = Uncontrolled::of(&Config::default());
        assert!(uncontrolled.lists(&RepoPath::from("README.md")));
        assert!(uncontrolled.lists(&RepoPath::from("docs/SUMMARY.md")));
        assert!(!uncontrolled.lists(&RepoPath::from("docs/a/README.md")));
    }
}
