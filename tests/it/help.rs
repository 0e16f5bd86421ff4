//! What `--help` prints, of every command and of those within it, recorded as a page of the manual
//! that people read when it changes. `BLESS=1 cargo test help` writes it anew.

use crate::program::clausebook;

/// Returns the help of a command.
fn help(command: &[String]) -> String {
    let anywhere = tempfile::tempdir().unwrap();
    let arguments = command.iter().map(String::as_str).chain(["--help"]);
    let run = clausebook(anywhere.path(), &arguments.collect::<Vec<&str>>());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{command:?}");
    run.out
}

/// Returns the names of the commands that a help lists.
fn listed(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("Commands:\n") else { return Vec::new() };
    let list = list.split("\n\n").next().unwrap();
    let is_command = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names = list.lines().filter(is_command).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Returns a command and all within it, in the order of the help, each with its help.
fn all_within(command: Vec<String>) -> Vec<(Vec<String>, String)> {
    let help = help(&command);
    let names = listed(&help);
    let within = |name: String| all_within([command.as_slice(), &[name]].concat());
    let mut all: Vec<_> = names.into_iter().flat_map(within).collect();
    all.insert(0, (command, help));
    all
}

/// Returns the names of all commands, as `--help` lists them.
pub(crate) fn commands() -> Vec<String> {
    listed(&help(&[]))
}

#[test]
fn the_help_of_every_command_shows_an_example() {
    let all = all_within(Vec::new());
    let has = |words: &[&str]| all.iter().any(|(command, _)| command == words);
    assert!(has(&["check"]) && has(&["hook", "uninstall"]) && has(&["export", "codeowners"]));
    for (command, help) in all {
        let called = [&["clausebook".to_owned()], command.as_slice()].concat().join(" ");
        let (_, examples) = help.split_once("\nExample").unwrap_or_else(|| panic!("{called}"));
        assert!(examples.contains(&format!("\n  {called}")), "{called}: {examples}");
    }
}

#[cfg(feature = "serve")]
#[test]
fn the_manual_has_the_help_of_every_command() {
    const PAGE: &str = "docs/help.md";
    let mut page = String::from(
        "# What `--help` prints\n\n\
         Of the program, of every command and of those within it, as it is printed; \
         `-h` prints it in short. [Commands](commands.md) tells what each is for. \
         `serve` is there where the program was built with it.\n",
    );
    for (command, help) in all_within(Vec::new()) {
        let called = [&["clausebook".to_owned()], command.as_slice()].concat().join(" ");
        let lines: String = help.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        page.push_str(&format!("\n## {called}\n\n```text\n{lines}```\n"));
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    #[expect(clippy::disallowed_methods, reason = "asked for by whoever runs the tests")]
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "`BLESS=1 cargo test help` brings {PAGE} up to date");
}
