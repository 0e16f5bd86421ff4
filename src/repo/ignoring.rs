//! What Git ignores, asked only where an answer comes in time.
//!
//! Rules of ignoring are content: with each star in one, libgit2 tries as many times more places as a name
//! has letters. How long that takes at most is worked out before it is asked. Where it is too long, or
//! where rules are no file, nothing is ignored: what lies there is told rather than left out.

use super::{FILE_LIMIT, native, read_regular};
use crate::source::RepoPath;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// So many places are tried for one path at most.
const MOST_STEPS: u64 = 500_000;

/// The rules of a work tree, by folder.
pub(super) struct Ignoring {
    root: PathBuf,
    /// Those that hold in every folder.
    everywhere: Option<Rules>,
    known: HashMap<RepoPath, Option<Rules>>,
}

/// How much there is to try of rules that hold for a folder.
#[derive(Clone, Default)]
struct Rules {
    /// How many rules there are of each shape.
    shapes: BTreeMap<Shape, u64>,
    /// The length of the longest rule that takes another back, which is held against the others.
    longest_exception: u64,
}

/// What of a rule decides how long it takes.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// Its stars within names.
    stars: u64,
    /// Its `**`, which stand for folders.
    folders: u64,
}

impl Ignoring {
    /// Returns the rules of a repository with a work tree at `root`.
    pub(super) fn of(git: &git2::Repository, root: PathBuf) -> Self {
        let files = [Some(git.commondir().join("info/exclude")), excludes_file(git)];
        let mut everywhere = Some(Rules::default());
        for file in files.into_iter().flatten() {
            // Of these a link may be the owner's own, so it is followed like Git does.
            let file = file.canonicalize().unwrap_or(file);
            everywhere = everywhere.and_then(|rules| rules.with(&file));
        }
        Self { root, everywhere, known: HashMap::new() }
    }

    /// Tells whether Git ignores a path, as [`git2::Repository::is_path_ignored`] takes it.
    pub(super) fn ignores(
        &mut self,
        git: &git2::Repository,
        path: &RepoPath,
        named: &Path,
    ) -> bool {
        let is_answered = self.rules_of(&path.parent()).is_some_and(|it| it.is_answered_for(path));
        is_answered && git.is_path_ignored(named).unwrap_or(false)
    }

    /// Returns the rules that hold in a folder; none where the rules of it, or of one above it, are no
    /// file, for Git does not follow a link there and libgit2 would.
    fn rules_of(&mut self, folder: &RepoPath) -> Option<&Rules> {
        if !self.known.contains_key(folder) {
            let above = match folder.as_bytes().is_empty() {
                true => self.everywhere.clone(),
                false => self.rules_of(&folder.parent()).cloned(),
            };
            let file = self.root.join(native(folder)).join(".gitignore");
            self.known.insert(folder.clone(), above.and_then(|above| above.with(&file)));
        }
        self.known.get(folder)?.as_ref()
    }
}

/// Returns the file of rules that is set up for all repositories of a user.
fn excludes_file(git: &git2::Repository) -> Option<PathBuf> {
    let named = git.config().and_then(|config| config.get_path("core.excludesFile"));
    let by_default = || {
        let beside = |path: PathBuf| Some(path.parent()?.join("ignore"));
        let at_home = |path: PathBuf| Some(path.parent()?.join(".config/git/ignore"));
        let xdg = git2::Config::find_xdg().ok().and_then(beside);
        xdg.or_else(|| git2::Config::find_global().ok().and_then(at_home))
    };
    named.ok().or_else(by_default)
}

impl Rules {
    /// Returns these and those of a file, which need not be there.
    fn with(mut self, file: &Path) -> Option<Self> {
        match std::fs::symlink_metadata(file) {
            Ok(metadata) if metadata.is_file() => self.add(&read_regular(file, FILE_LIMIT)?),
            Ok(_) if file == Path::new("/dev/null") => {}
            Ok(_) => return None,
            Err(_) => {}
        }
        Some(self)
    }

    fn add(&mut self, text: &[u8]) {
        for rule in text.split(|byte| *byte == b'\n').filter(|rule| !rule.starts_with(b"#")) {
            *self.shapes.entry(Shape::of(rule)).or_default() += 1;
            if rule.starts_with(b"!") {
                self.longest_exception = self.longest_exception.max(rule.len() as u64);
            }
        }
    }

    /// Tells whether it does not take too long to hold all of them against a path.
    fn is_answered_for(&self, path: &RepoPath) -> bool {
        let names = || path.as_bytes().split(|byte| *byte == b'/');
        let longest = names().map(|name| name.len() as u64).max().unwrap_or_default();
        let longest = longest.max(self.longest_exception);
        let depth = names().count() as u64;
        let steps = self.shapes.iter().map(|(shape, rules)| {
            let once = ways(longest, shape.stars).saturating_mul(ways(depth, shape.folders));
            once.saturating_mul(*rules)
        });
        steps.fold(0, u64::saturating_add) <= MOST_STEPS
    }
}

impl Shape {
    fn of(rule: &[u8]) -> Self {
        let names: Vec<&[u8]> = rule.trim_ascii_end().split(|byte| *byte == b'/').collect();
        let runs = |name: &[u8]| {
            name.chunk_by(|one, next| one == next).filter(|run| run[0] == b'*').count()
        };
        let mut shape = Self::default();
        for name in &names {
            match *name {
                b"**" if names.len() > 1 => shape.folders += 1,
                name => shape.stars += runs(name) as u64,
            }
        }
        shape
    }
}

/// Returns in how many ways so many stars can be laid over so many places.
fn ways(places: u64, stars: u64) -> u64 {
    (0..stars).fold(1_u64, |ways, star| {
        ways.saturating_mul(places.saturating_sub(star).max(1)) / (star + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_stars_are_answered_for_and_many_are_not() {
        let is_answered = |rules: &str, path: &str| {
            let mut all = Rules::default();
            all.add(rules.as_bytes());
            all.is_answered_for(&RepoPath::from(path))
        };
        let (short, long) = ("docs/a/change.md".to_owned(), format!("docs/{}.md", "a".repeat(240)));
        for rules in ["*.tmp\n/site/\n**/target/**\n", "# * * * * * * * *\n", "*a*b*c.md\n"] {
            assert!(is_answered(rules, &short), "{rules}");
        }
        assert!(is_answered("*.tmp\n*-old.*\n", &long));
        let many = "*a*b*c*d*e*f*g*h\n";
        for (rules, path) in [
            ("*a*b*c.md\n", &long),
            ("**a**a**a**a**a\n", &long),
            (many, &format!("docs/{}.md", "a".repeat(40))),
            ("**/a/**/b/**/c/**/d\n", &format!("{}x.md", "a/".repeat(150))),
        ] {
            assert!(!is_answered(rules, path), "{rules} {path}");
        }
        let exception = format!("*a*b*c.md\n!{}\n", "a".repeat(2_000));
        assert!(!is_answered(&exception, &short), "one rule is held against another");
    }
}
