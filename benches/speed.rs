//! How fast the program is beside `git log`, and what memory it takes: `cargo bench`.
//!
//! Every program runs as a person would run it, a process of its own, in turns, so that a busy
//! machine is equally unkind to all. Figures are printed and never asserted: what matters are the
//! ratios of one run. `cargo bench -- --quick` measures the small repository only, `-- --huge` one
//! of 10,000 documents and 100,000 commits as well, which takes long to make, and
//! `cargo bench -- --planted` says how many mistakes are found of those that were planted.
//! `cargo bench --features serve` measures as well how soon an edit is seen in the preview, and with
//! `-- --preview` nothing else.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod corpus;
#[cfg(feature = "serve")]
mod preview;

use corpus::mistake::{MANIFEST, compare as compare_with_manifest};
use corpus::{NO_MISTAKES, Size};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const SMALL: Size = Size { documents: 200, commits: 2_000 };
const LARGE: Size = Size { documents: 2_000, commits: 20_000 };
const HUGE: Size = Size { documents: 10_000, commits: 100_000 };
const RUNS: usize = 5;

/// How many documents are staged where a hook is measured.
const STAGED: usize = 3;

/// Of a hundred revisions, how many hold a mistake where mistakes are planted.
const PLANTED: usize = 2;

/// Raised when the same size gives another repository than before: those kept are made anew.
const EDITION: u32 = 2;

/// The first argument of this program when it is started to measure one other.
const MEASURE: &str = "--measure-one";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.split_first() {
        Some((first, command)) if first == MEASURE => measure_here(command),
        // `cargo test --all-targets` starts benches as well, without this word.
        _ if !arguments.iter().any(|word| word == "--bench") => Ok(()),
        _ => {
            let has = |option: &str| arguments.iter().any(|word| word == option);
            let sizes = match () {
                () if has("--quick") => &[SMALL][..],
                () if has("--huge") => &[SMALL, LARGE, HUGE],
                () => &[SMALL, LARGE],
            };
            if has("--planted") {
                find_planted(sizes)
            } else if has("--preview") {
                see_edits(sizes)
            } else {
                compare(sizes)
            }
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cannot measure: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(sizes: &[Size]) -> Result<(), Box<dyn Error>> {
    let repositories = sizes.iter().map(|size| repository(*size, NO_MISTAKES));
    let repositories: Vec<PathBuf> = repositories.collect::<Result<_, _>>()?;
    let clear = || repositories.iter().try_for_each(|it| take_away(&laid_aside(it)));
    clear()?;
    for (size, repository) in sizes.iter().zip(&repositories) {
        let mut contestants = contestants(repository)?;
        for _ in 0..RUNS {
            for contestant in &mut contestants {
                contestant.run(repository)?;
            }
        }
        print(*size, &contestants);
        print_preview(repository)?;
    }
    clear()?;
    Ok(())
}

/// Measures nothing but how soon an edit is to be seen.
fn see_edits(sizes: &[Size]) -> Result<(), Box<dyn Error>> {
    for size in sizes {
        let repository = repository(*size, NO_MISTAKES)?;
        println!("\n{} documents, {} commits, median of {RUNS}", size.documents, size.commits);
        print_preview(&repository)?;
    }
    Ok(())
}

/// Prints how soon an edit is to be seen.
#[cfg(feature = "serve")]
fn print_preview(repository: &Path) -> Result<(), Box<dyn Error>> {
    let program = process(env!("CARGO_BIN_EXE_clausebook"));
    let seen = preview::measure(program, repository, RUNS, now)?;
    let shown = median(seen.iter().map(|edit| edit.shown));
    let judged = median(seen.iter().map(|edit| edit.judged));
    println!("{:16}{shown:9.3}", "an edit, shown");
    println!("{:16}{judged:9.3}", "an edit, judged");
    Ok(())
}

#[cfg(not(feature = "serve"))]
fn print_preview(_: &Path) -> Result<(), Box<dyn Error>> {
    println!("an edit in the preview is left out: it is measured with `--features serve`");
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Checks repositories with planted mistakes, and holds what is found against their manifests.
fn find_planted(sizes: &[Size]) -> Result<(), Box<dyn Error>> {
    for size in sizes {
        let repository = repository(*size, PLANTED)?;
        let check = ["check", "--no-cache", "--format", "json"];
        let printed = run(env!("CARGO_BIN_EXE_clausebook"), &check, &repository)?.stdout;
        let manifest = std::fs::read_to_string(repository.join(MANIFEST))?;
        let found = compare_with_manifest(&manifest, &String::from_utf8_lossy(&printed))?;
        println!(
            "{} documents, {} commits: {} of {} planted mistakes found, {} other errors",
            size.documents,
            size.commits,
            found.planted - found.missed.len(),
            found.planted,
            found.others.len()
        );
        found.missed.iter().for_each(|it| println!("  missed: {it}"));
        found.others.iter().for_each(|it| println!("  other: {it}"));
    }
    Ok(())
}

/// Returns the repository of a size and a share of mistakes, made now unless it was kept.
fn repository(size: Size, mistakes: usize) -> Result<PathBuf, Box<dyn Error>> {
    let Size { documents, commits } = size;
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-corpora");
    let folder = match mistakes {
        NO_MISTAKES => format!("{documents}x{commits}-{EDITION}"),
        _ => format!("{documents}x{commits}-{EDITION}-{mistakes}-planted"),
    };
    let folder = all.join(folder);
    if !folder.exists() {
        let begun = now();
        let unfinished = folder.with_extension("unfinished");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)?;
        }
        corpus::write(size, mistakes, &unfinished)?;
        // Packed as a clone is: most contents are differences to others.
        run("git", &["repack", "-a", "-d", "--quiet"], &unfinished)?;
        std::fs::rename(&unfinished, &folder)?;
        println!("made {} in {:.0} s", folder.display(), begun.elapsed().as_secs_f64());
    }
    Ok(folder)
}

/// One way of running one program.
struct Contestant {
    name: &'static str,
    command: Vec<String>,
    preparation: Preparation,
    runs: Vec<Measured>,
}

/// What is done before a run.
#[derive(Clone, Copy, PartialEq)]
enum Preparation {
    /// Nothing: what the run before left may be used.
    Nothing,
    /// What clausebook keeps of a history is taken away.
    Forget,
    /// The answers it keeps are taken away, and the history stays known.
    ForgetAnswers,
    /// Some documents are edited, staged, judged and committed, and then again edited and staged:
    /// one commit among others.
    Stage,
    /// The site of the run before is laid aside, and the history stays known.
    LayAside,
}

/// The time and the memory of one run.
#[derive(Clone, Copy)]
struct Measured {
    seconds: f64,
    usage: Usage,
}

/// What a process took of the machine.
#[derive(Clone, Copy)]
struct Usage {
    /// Of all its threads: other work on the machine hardly changes it.
    cpu_seconds: f64,
    peak_kilobytes: u64,
}

fn contestants(repository: &Path) -> Result<Vec<Contestant>, Box<dyn Error>> {
    let contestant = |name, preparation, command: &[&str]| Contestant {
        name,
        command: command.iter().map(|&word| word.to_owned()).collect(),
        preparation,
        runs: Vec::new(),
    };
    let program = env!("CARGO_BIN_EXE_clausebook");
    let git_log =
        ["git", "log", "--raw", "--no-renames", "--diff-merges=first-parent", "--format=%H"];
    let mut all = vec![
        contestant("git log --raw", Preparation::Nothing, &git_log),
        contestant("check, cold", Preparation::Forget, &[program, "check"]),
        contestant("check, warm", Preparation::ForgetAnswers, &[program, "check"]),
        contestant("check, again", Preparation::Nothing, &[program, "check"]),
        contestant("check --staged", Preparation::Stage, &[program, "check", "--staged"]),
    ];
    let has_build = run(program, &["build", "--help"], repository)?.status.success();
    if has_build {
        let build = [program, "build", "--out", SITE];
        all.push(contestant("build, new", Preparation::LayAside, &build));
        all.push(contestant("build, again", Preparation::Nothing, &build));
    } else {
        println!("`build` is left out: this clausebook has no such command");
    }
    Ok(all)
}

/// Where clausebook keeps what it read.
const KEPT: &str = ".git/clausebook";

/// Where sites are built, inside the repository.
const SITE: &str = "site";

impl Contestant {
    fn run(&mut self, repository: &Path) -> Result<(), Box<dyn Error>> {
        let kept = repository.join(KEPT);
        match self.preparation {
            Preparation::Nothing => {}
            Preparation::Forget => take_away(&kept)?,
            Preparation::ForgetAnswers => forget_answers(&kept)?,
            Preparation::Stage => {
                stage(repository, 2 * self.runs.len())?;
                measure(&self.command, repository)?;
                run("git", &["commit", "--quiet", "-m", "Edit some documents"], repository)?;
                stage(repository, 2 * self.runs.len() + 1)?;
            }
            Preparation::LayAside => lay_aside(repository, self.runs.len())?,
        }
        self.runs.push(measure(&self.command, repository)?);
        if self.preparation == Preparation::Stage {
            run("git", &["reset", "--quiet", "--hard", "HEAD~1"], repository)?;
        }
        Ok(())
    }

    fn seconds(&self) -> f64 {
        median(self.runs.iter().map(|run| run.seconds))
    }

    fn cpu_seconds(&self) -> f64 {
        median(self.runs.iter().map(|run| run.usage.cpu_seconds))
    }

    fn peak_megabytes(&self) -> u64 {
        self.runs.iter().map(|run| run.usage.peak_kilobytes).max().unwrap_or(0) / 1024
    }
}

fn take_away(folder: &Path) -> std::io::Result<()> {
    if folder.exists() { std::fs::remove_dir_all(folder) } else { Ok(()) }
}

/// Lays the site aside. To remove it would make the next slower: for a minute ext4 passes over the
/// places of files that were removed, one by one.
fn lay_aside(repository: &Path, nth: usize) -> std::io::Result<()> {
    let aside = laid_aside(repository);
    std::fs::create_dir_all(&aside)?;
    match std::fs::rename(repository.join(SITE), aside.join(nth.to_string())) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns where the sites of former runs lie, beside the repository.
fn laid_aside(repository: &Path) -> PathBuf {
    repository.with_extension("sites")
}

fn forget_answers(kept: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(kept)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "answer") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Edits some documents and stages them; each time with other words.
fn stage(repository: &Path, time: usize) -> Result<(), Box<dyn Error>> {
    let listed = run("git", &["ls-files", "--", "*.md"], repository)?.stdout;
    let listed = String::from_utf8(listed)?;
    let documents: Vec<&str> = listed.lines().filter(|it| it.contains('/')).take(STAGED).collect();
    for document in &documents {
        let path = repository.join(document);
        let text = std::fs::read_to_string(&path)?;
        std::fs::write(&path, format!("{text}\nEdited, time {time}.\n"))?;
    }
    run("git", &[&["add", "--"], &documents[..]].concat(), repository)?;
    Ok(())
}

/// Prints a table; the ratios are to the first contestant.
fn print(size: Size, contestants: &[Contestant]) {
    println!("\n{} documents, {} commits, median of {RUNS}", size.documents, size.commits);
    println!("{:16}{:>9}{:>9}{:>9}{:>9}{:>9}", "", "seconds", "ratio", "CPU s", "ratio", "peak MB");
    let first = &contestants[0];
    for contestant in contestants {
        let (name, seconds, cpu) =
            (contestant.name, contestant.seconds(), contestant.cpu_seconds());
        let (ratio, cpu_ratio) = (seconds / first.seconds(), cpu / first.cpu_seconds());
        let megabytes = contestant.peak_megabytes();
        println!("{name:16}{seconds:9.3}{ratio:9.2}{cpu:9.3}{cpu_ratio:9.2}{megabytes:9}");
    }
}

/// Measures a command by starting this program again: a process inherits the peak memory of the
/// one that starts it, and we may just have made a large repository.
fn measure(command: &[String], folder: &Path) -> Result<Measured, Box<dyn Error>> {
    let here = std::env::current_exe()?;
    let mut arguments = vec![MEASURE];
    arguments.extend(command.iter().map(String::as_str));
    let output = run(&here.to_string_lossy(), &arguments, folder)?;
    let told = String::from_utf8_lossy(&output.stdout);
    let mut words = told.split_whitespace();
    let (true, Some(seconds), Some(cpu_seconds), Some(peak_kilobytes)) =
        (output.status.success(), words.next(), words.next(), words.next())
    else {
        let why = told.into_owned() + &String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed: {}", command.join(" "), why.trim()).into());
    };
    let usage =
        Usage { cpu_seconds: cpu_seconds.parse()?, peak_kilobytes: peak_kilobytes.parse()? };
    Ok(Measured { seconds: seconds.parse()?, usage })
}

/// Runs a command and prints its seconds, its seconds on processors, and its kilobytes.
fn measure_here(command: &[String]) -> Result<(), Box<dyn Error>> {
    let (program, arguments) = command.split_first().ok_or("there is no command to measure")?;
    let mut command = process(program);
    command.args(arguments).stdout(Stdio::null());
    let begun = now();
    let status = command.status()?;
    let seconds = begun.elapsed().as_secs_f64();
    // 1 says that there are findings: work done.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(status.to_string().into());
    }
    let Usage { cpu_seconds, peak_kilobytes } = usage()?;
    println!("{seconds} {cpu_seconds} {peak_kilobytes}");
    Ok(())
}

/// Returns what the one process took that was started here and has ended.
#[cfg(unix)]
fn usage() -> Result<Usage, Box<dyn Error>> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| {
        Duration::from_secs(time.tv_sec().unsigned_abs())
            + Duration::from_micros(time.tv_usec().unsigned_abs())
    };
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    let peak = u64::try_from(usage.max_rss())?;
    let peak_kilobytes = if cfg!(target_os = "macos") { peak / 1024 } else { peak };
    Ok(Usage { cpu_seconds: cpu.as_secs_f64(), peak_kilobytes })
}

#[cfg(not(unix))]
fn usage() -> Result<Usage, Box<dyn Error>> {
    Ok(Usage { cpu_seconds: 0.0, peak_kilobytes: 0 })
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> std::io::Result<std::process::Output> {
    process(program).args(arguments).current_dir(folder).output()
}

/// A process that knows nothing of this machine's user, and commits as somebody.
#[expect(clippy::disallowed_methods, reason = "programs are measured as people start them")]
fn process(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for of in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{of}_NAME"), "Ada Lovelace");
        command.env(format!("GIT_{of}_EMAIL"), "ada@example.org");
    }
    command
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
