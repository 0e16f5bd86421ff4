//! How a site is written: beside the former one, and over nothing that is not ours.

use clausebook::site::{MARKER, Page, SiteError, Writing, Written};
use std::fs;
use std::path::Path;

fn page(path: &str, text: &str) -> Page {
    Page { path: path.to_owned(), bytes: text.into() }
}

fn write(pages: &[Page], target: &Path) -> Result<Written, SiteError> {
    let addresses = pages.iter().map(|page| page.path.as_str()).collect();
    let writing = Writing::begin(&addresses, target)?;
    pages.iter().try_for_each(|page| writing.put(page))?;
    writing.finish()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_site_is_written_and_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let first = [page("a/b.html", "one"), page("index.html", "two"), page("old.html", "x")];
    assert_eq!(write(&first, &target).unwrap(), Written { new: 3, ..Written::default() });
    let time = fs::metadata(target.join("index.html")).unwrap().modified().unwrap();
    let second = [page("a/b.html", "changed"), page("index.html", "two"), page("new.html", "x")];
    let written = write(&second, &target).unwrap();
    assert_eq!(written, Written { new: 1, changed: 1, unchanged: 1, removed: 1 });
    assert_eq!(fs::read_to_string(target.join("a/b.html")).unwrap(), "changed");
    assert_eq!(fs::metadata(target.join("index.html")).unwrap().modified().unwrap(), time);
    assert_eq!(names(&target), [MARKER, "a", "index.html", "new.html"]);
    assert_eq!(names(folder.path()), ["site"]);
    assert_eq!(write(&second, &target).unwrap(), Written { unchanged: 3, ..Written::default() });
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let pages = [page("index.html", "two")];
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "years of work").unwrap();
    assert!(matches!(write(&pages, &foreign), Err(SiteError::ForeignFolder { .. })));
    assert_eq!(names(&foreign), ["thesis.txt"]);
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(write(&pages, &file), Err(SiteError::NotAFolder { .. })));
    let repository = folder.path().join("repository");
    fs::create_dir_all(repository.join(".git")).unwrap();
    fs::write(repository.join(MARKER), "").unwrap();
    assert!(matches!(write(&pages, &repository), Err(SiteError::NotAFolder { .. })));
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(write(&pages, &empty).is_ok());
    assert!(write(&pages, &file.join("site")).is_err(), "a folder inside a file");
    assert_eq!(names(folder.path()), ["empty", "file", "foreign", "repository"]);
}

#[test]
fn a_file_that_no_build_wrote_is_never_removed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let pages = [page("a/index.html", "one")];
    write(&pages, &target).unwrap();
    fs::write(target.join("a/thesis.txt"), "years of work").unwrap();
    let refused = write(&pages, &target).unwrap_err();
    assert!(
        refused.to_string().ends_with(
            "clausebook did not write `a/thesis.txt` in it; move what is yours to another place, \
             or build into another folder"
        ),
        "{refused}"
    );
    assert_eq!(names(&target.join("a")), ["index.html", "thesis.txt"]);
    // A marker that comes with a repository gives nothing away.
    let docs = folder.path().join("docs");
    fs::create_dir(&docs).unwrap();
    fs::copy(target.join(MARKER), docs.join(MARKER)).unwrap();
    fs::write(docs.join("mine.md"), "x").unwrap();
    fs::write(docs.join("yours.md"), "x").unwrap();
    let refused = write(&pages, &docs).unwrap_err();
    assert!(matches!(refused, SiteError::ForeignFile { others: 1, .. }));
    assert_eq!(names(&docs), [MARKER, "mine.md", "yours.md"]);
    // What a file manager leaves behind is nobody's.
    fs::remove_file(target.join("a/thesis.txt")).unwrap();
    fs::write(target.join("a/.DS_Store"), "").unwrap();
    assert_eq!(write(&pages, &target).unwrap().removed, 1);
    assert_eq!(names(&target.join("a")), ["index.html"]);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    fs::create_dir(&real).unwrap();
    let link = folder.path().join("site");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let written = write(&[page("index.html", "x")], &link);
    assert!(matches!(written, Err(SiteError::NotAFolder { what: "a symbolic link", .. })));
    assert!(names(&real).is_empty());
}

#[test]
fn what_an_interrupted_build_left_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let pages = [page("index.html", "one")];
    write(&pages, &target).unwrap();
    // Stopped while writing: the new folder is half full.
    let half = folder.path().join("site.clausebook-new-0123456789abcdef");
    fs::create_dir(&half).unwrap();
    fs::write(half.join(MARKER), "").unwrap();
    // A folder of somebody else's with a name like ours stays.
    let other = folder.path().join("site.clausebook-new-backup");
    fs::create_dir(&other).unwrap();
    let unmarked = folder.path().join("site.clausebook-old-0123456789abcdef");
    fs::create_dir(&unmarked).unwrap();
    fs::write(unmarked.join("thesis.txt"), "years of work").unwrap();
    write(&pages, &target).unwrap();
    assert_eq!(
        names(folder.path()),
        ["site", "site.clausebook-new-backup", "site.clausebook-old-0123456789abcdef"]
    );
    // Stopped between the two renames: the former site lies beside.
    fs::remove_dir_all(&unmarked).unwrap();
    fs::rename(&target, &unmarked).unwrap();
    let written = write(&pages, &target).unwrap();
    assert_eq!(written, Written { unchanged: 1, ..Written::default() });
    assert_eq!(names(folder.path()), ["site", "site.clausebook-new-backup"]);
}

#[test]
fn a_build_leaves_alone_what_another_one_is_writing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let pages = [page("index.html", "one")];
    let other = Writing::begin(&["index.html"].into(), &target).unwrap();
    let [its] = <[String; 1]>::try_from(names(folder.path())).unwrap();
    // Each process has a folder of its own.
    let of_another = "site.clausebook-new-0123456789abcdef";
    fs::rename(folder.path().join(its), folder.path().join(of_another)).unwrap();
    write(&pages, &target).unwrap();
    assert_eq!(names(folder.path()), ["site", of_another]);
    drop(other);
    // A process that another test is about to start holds the lock a moment longer.
    let is_cleared = |_| {
        write(&[page("index.html", "two")], &target).unwrap();
        names(folder.path()) == ["site"]
    };
    assert!((0..1_000).any(is_cleared), "{:?}", names(folder.path()));
}
