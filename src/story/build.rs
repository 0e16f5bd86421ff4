//! From a [`Recording`] to a repository on disk.
//!
//! The objects are written as they were recorded, so the ids are the same; Git's own settings of
//! the person at the machine have no say in it.

use super::{Recording, StoryError, recording::git_kind};
use crate::repo::object::ObjectId;
use git2::{Config, Oid, Repository, RepositoryInitOptions, build::CheckoutBuilder};
use std::path::Path;

/// Before every other place objects could be written to.
const FIRST: i32 = 1000;

/// Writes a recording as a repository with a checked-out work tree.
///
/// # Errors
/// When the folder exists and is not empty, or something cannot be written.
pub fn build(recording: &Recording, folder: &Path) -> Result<(), StoryError> {
    let cannot = |why: &str| {
        StoryError::at(0, format!("cannot build a repository in {}: {why}", folder.display()))
    };
    refuse_occupied(folder).map_err(|why| cannot(&why))?;
    if !git2::Branch::name_is_valid(&recording.head).unwrap_or(false) {
        return Err(cannot(&format!("Git takes no branch with the name `{}`", recording.head)));
    }
    write(recording, folder).map_err(|error| cannot(error.message()))
}

fn refuse_occupied(folder: &Path) -> Result<(), String> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries.count(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error.to_string()),
    };
    if entries > 0 { Err("the folder is not empty".to_owned()) } else { Ok(()) }
}

fn write(recording: &Recording, folder: &Path) -> Result<(), git2::Error> {
    let mut options = RepositoryInitOptions::new();
    options.external_template(false).no_reinit(true).initial_head(&recording.head);
    let created = Repository::init_opts(folder, &options)?;
    configure(&created)?.set_bool("core.autocrlf", false)?;
    write_pack(recording, &created)?;

    // Opened again, because the first handle still holds every object in memory.
    let repository = Repository::open(created.path())?;
    let mut config = configure(&repository)?;
    write_refs(recording, &repository, &mut config)?;
    if recording.head_commit().is_some() {
        repository.checkout_head(Some(CheckoutBuilder::new().force().disable_filters(true)))?;
    }
    Ok(())
}

/// Leaves the repository with its own configuration only.
fn configure(repository: &Repository) -> Result<Config, git2::Error> {
    let config = Config::open(&repository.path().join("config"))?;
    repository.set_config(&config)?;
    Ok(config)
}

fn write_pack(recording: &Recording, repository: &Repository) -> Result<(), git2::Error> {
    let odb = repository.odb()?;
    let _memory = odb.add_new_mempack_backend(FIRST)?;
    let mut pack = repository.packbuilder()?;
    for (_, kind, bytes) in recording.objects() {
        let id = odb.write(git_kind(kind), bytes)?;
        pack.insert_object(id, None)?;
    }
    if pack.object_count() == 0 {
        return Ok(());
    }
    pack.write(&repository.path().join("objects").join("pack"), 0)
}

fn write_refs(
    recording: &Recording,
    repository: &Repository,
    config: &mut Config,
) -> Result<(), git2::Error> {
    // A reflog would hold the hour of the build.
    config.set_bool("core.logallrefupdates", false)?;
    let branches = recording.branches.iter().map(|(name, id)| (format!("refs/heads/{name}"), id));
    let tags = recording.tags.iter().map(|(name, id)| (format!("refs/tags/{name}"), id));
    for (name, id) in branches.chain(tags) {
        repository.reference(&name, oid(*id)?, false, "")?;
    }
    config.set_bool("core.logallrefupdates", true)
}

fn oid(id: ObjectId) -> Result<Oid, git2::Error> {
    Oid::from_bytes(id.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::{Story, replay};

    const STORY: &str = "# commit 2026-01-10 Ada Lovelace <ada@example.org>: Issue the policy\n\
        ```md policies/a b.md\nOne.\n```\n```bytes raw.bin\n\\x00\\xff\\x0d\n\\\n```\n```text .gitattributes\n* text eol=crlf\n```\n\
        # tag v1.0 2026-01-10 Bo Approver <bo@example.org>: In force\n> Said so.\n\n\
        # commit 2026-01-11 Ada Lovelace <ada@example.org>: Try\n- branch: topic/try\n```md t.md\nt\n```\n\
        # switch main\n\
        # commit 2026-01-12 Ada Lovelace <ada@example.org>: Merge\n- merge: topic/try\n- committer: Bo Approver <bo@example.org> 2026-01-13\n\
        # tag light\n";

    fn recording() -> Recording {
        replay(&Story::parse(STORY).unwrap(), &|_| None).unwrap()
    }

    #[test]
    fn a_built_repository_has_the_recorded_history() {
        let recording = recording();
        let folder = tempfile::tempdir().unwrap();
        build(&recording, folder.path()).unwrap();

        let repository = Repository::open(folder.path()).unwrap();
        let head = repository.head().unwrap();
        assert_eq!(head.name(), Ok("refs/heads/main"));
        let head = head.peel_to_commit().unwrap();
        assert_eq!(head.id().to_string(), recording.head_commit().unwrap().to_string());
        let tag = repository.find_reference("refs/tags/v1.0").unwrap().peel_to_tag().unwrap();
        assert_eq!(tag.id().to_string(), recording.tags["v1.0"].to_string());
        assert_eq!(tag.message(), Ok(Some("In force\n\nSaid so.\n")));

        let index: Vec<Vec<u8>> =
            repository.index().unwrap().iter().map(|entry| entry.path).collect();
        let files = recording.files(recording.head_commit().unwrap());
        assert_eq!(index, files.keys().map(|path| path.as_bytes().to_vec()).collect::<Vec<_>>());
        assert_eq!(std::fs::read(folder.path().join("policies/a b.md")).unwrap(), b"One.\n");
        assert_eq!(std::fs::read(folder.path().join("raw.bin")).unwrap(), b"\0\xFF\r\n");
        assert!(!folder.path().join(".git/logs").exists());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "git itself is the judge, where it is installed")]
    fn git_finds_nothing_wrong_with_it() {
        let folder = tempfile::tempdir().unwrap();
        build(&recording(), folder.path()).unwrap();
        let git = |arguments: &[&str]| {
            std::process::Command::new("git")
                .args(arguments)
                .current_dir(folder.path())
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .output()
        };
        let Ok(checked) = git(&["fsck", "--strict", "--full"]) else {
            return;
        };
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success() && !said.contains("warning"), "{said}");
        let loose = git(&["count-objects"]).unwrap();
        assert_eq!(String::from_utf8_lossy(&loose.stdout), "0 objects, 0 kilobytes\n");
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x"), "x").unwrap();
        let error = build(&recording(), folder.path()).unwrap_err();
        assert!(error.message.ends_with("the folder is not empty"), "{error}");
        assert!(build(&recording(), &folder.path().join("x")).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_empty_story_is_an_empty_repository() {
        let folder = tempfile::tempdir().unwrap();
        build(&Recording::default(), &folder.path().join("new/deep")).unwrap();
        let repository = Repository::open(folder.path().join("new/deep")).unwrap();
        let reason = repository.head().err().map(|error| error.code());
        assert_eq!(reason, Some(git2::ErrorCode::UnbornBranch));
        assert_eq!(repository.references().unwrap().count(), 0);
    }
}
