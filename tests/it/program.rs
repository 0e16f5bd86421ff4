//! Runs the program as a person would, far from the settings of the machine.

use std::path::Path;
use std::process::{Command, Output};

/// What a run printed, and how it ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A command that knows nothing of this machine's user.
#[expect(clippy::disallowed_methods, reason = "a test of the program starts the program")]
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("COLUMNS")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE");
    command
}

/// Runs clausebook in a folder.
pub(crate) fn clausebook(folder: &Path, arguments: &[&str]) -> Run {
    told(
        &command(env!("CARGO_BIN_EXE_clausebook"))
            .current_dir(folder)
            .args(arguments)
            .output()
            .unwrap(),
    )
}

/// Runs clausebook in a folder, as a person (`Ada Writer <ada@example.org>`) on a day.
pub(crate) fn clausebook_as(folder: &Path, who: &str, day: &str, arguments: &[&str]) -> Run {
    clausebook_with(folder, (who, day), &[], arguments)
}

/// Runs clausebook in a folder as somebody on a day, with more in the environment.
pub(crate) fn clausebook_with(
    folder: &Path,
    (who, day): (&str, &str),
    more: &[(&str, &str)],
    arguments: &[&str],
) -> Run {
    let (name, email) = who.trim_end_matches('>').split_once(" <").unwrap();
    let moment = format!("{day}T12:00:00+0000");
    told(
        &command(env!("CARGO_BIN_EXE_clausebook"))
            .current_dir(folder)
            .envs([
                ("GIT_AUTHOR_NAME", name),
                ("GIT_AUTHOR_EMAIL", email),
                ("GIT_AUTHOR_DATE", &moment),
                ("GIT_COMMITTER_NAME", name),
                ("GIT_COMMITTER_EMAIL", email),
                ("GIT_COMMITTER_DATE", &moment),
            ])
            .envs(more.iter().copied())
            .args(arguments)
            .output()
            .unwrap(),
    )
}

/// Asserts that a page of the manual shows a line as the program printed it.
pub(crate) fn is_shown_in(page: &str, line: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(line.trim()), "{page} does not show `{}`", line.trim());
}

/// Who commits where it does not matter: the machine need not know anybody.
const SOMEBODY: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "Ada Lovelace"),
    ("GIT_AUTHOR_EMAIL", "ada@example.org"),
    ("GIT_COMMITTER_NAME", "Ada Lovelace"),
    ("GIT_COMMITTER_EMAIL", "ada@example.org"),
];

/// Runs Git in a folder, as a given person on a given day.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> Run {
    let run = told(
        &command("git")
            .current_dir(folder)
            .envs(SOMEBODY)
            .envs([
                ("GIT_AUTHOR_DATE", "2026-01-10T09:00:00+0000"),
                ("GIT_COMMITTER_DATE", "2026-01-10T09:00:00+0000"),
            ])
            .args(arguments)
            .output()
            .unwrap(),
    );
    assert_eq!(run.code, 0, "git {arguments:?}: {}", run.err);
    run
}

/// Runs lines of a shell in a folder; the first that fails ends them.
#[cfg(unix)]
pub(crate) fn shell(folder: &Path, lines: &str) -> Run {
    let arguments = ["-e", "-c", lines];
    told(&command("sh").current_dir(folder).envs(SOMEBODY).args(arguments).output().unwrap())
}

/// Makes a repository of a story in a folder.
pub(crate) fn repository(story: &str, folder: &Path) {
    let story = clausebook::story::Story::parse(story).unwrap();
    let recording = clausebook::story::replay(&story, &|_| None).unwrap();
    clausebook::story::build(&recording, folder).unwrap();
}

fn told(output: &Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn content_that_is_not_what_its_name_promises_is_no_ground_for_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let story = include_str!("../stories/approvals/renamed_with_an_edit.md");
    repository(story, folder);
    let unpack = "mv .git/objects/pack/*.pack . && cat *.pack | git unpack-objects -q && rm *.pack";
    let unpacked = command("sh").current_dir(folder).args(["-c", unpack]).status().unwrap();
    assert!(unpacked.success());
    let arguments = ["check", "--no-cache"];
    assert_eq!(clausebook(folder, &arguments).code, 1);
    let object = |name: &str| {
        let id = git(folder, &["rev-parse", name]).out;
        folder.join(".git/objects").join(&id[..2]).join(id[2..].trim())
    };
    // Another text, and another commit, under the name of the approved ones.
    for (taken, given) in
        [("HEAD~1:docs/change.md", "HEAD:docs/policies/change.md"), ("HEAD~1", "HEAD")]
    {
        let (taken, given) = (object(taken), object(given));
        let kept = std::fs::read(&taken).unwrap();
        std::fs::remove_file(&taken).unwrap();
        std::fs::copy(&given, &taken).unwrap();
        let run = clausebook(folder, &arguments);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains("damaged"), "{}", run.err);
        std::fs::remove_file(&taken).unwrap();
        std::fs::write(&taken, kept).unwrap();
    }
    assert_eq!(clausebook(folder, &arguments).code, 1);
}
