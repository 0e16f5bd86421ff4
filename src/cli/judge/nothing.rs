//! What is said where there is nothing to judge.

use crate::config::FILE;
use crate::repo::snapshot::Content;
use crate::sms::{Sms, WhyUncontrolled};
use crate::source::{RepoPath, counted};

/// Says why no document was found in a system, and what to do.
pub(super) fn without_documents(sms: &Sms) -> String {
    let src = &sms.config.src;
    let in_its_place = sms.source_files().find(|(path, _)| src.is_inside(path));
    let why = match in_its_place.map(|(_, file)| &file.content) {
        Some(Content::Symlink(_)) => "is a symbolic link, and none is followed",
        Some(Content::Submodule) => "is a submodule, whose documents have a history of their own",
        Some(Content::Special(_) | Content::Unreadable(_)) => "is no folder that can be read",
        _ => "holds no Markdown with front matter",
    };
    let without = sms.uncontrolled.iter();
    let without = without.filter(|it| it.why == WhyUncontrolled::NoFrontMatter).count();
    let without = match without {
        0 => String::new(),
        count => format!(", only {} without", counted(count, "file")),
    };
    let src = if src.as_bytes().is_empty() { ".".to_owned() } else { src.to_string() };
    let elsewhere = elsewhere(sms, without.is_empty()).unwrap_or_default();
    let way_out = match sms.is_imagined {
        true => "; `git commit --no-verify` commits without asking",
        false => "",
    };
    let book = RepoPath::from(FILE);
    let is_another = |path: &&RepoPath| path.file_name() == FILE.as_bytes();
    let another = sms.snapshot.files.keys().find(is_another).filter(|_| sms.book.is_empty());
    let another = another.map(|path| {
        format!("; `{path}` is not read: book.toml counts at the top of the repository")
    });
    if another.is_none() && sms.book.is_empty() && !sms.snapshot.files.contains_key(&book) {
        return format!(
            "no documents found: there is no book.toml at the top of the repository, and `{src}`, where documents are looked for without one, {why}{without}{elsewhere}; `clausebook init FOLDER` makes a new system to begin with, or to copy book.toml from{way_out}"
        );
    }
    format!(
        "no documents found: `{src}` {why}{without} (the folder is `src` in book.toml){elsewhere}{}{way_out}",
        another.unwrap_or_default()
    )
}

/// Names a folder that is not read and holds documents, or at least Markdown where the one that is read
/// holds none.
fn elsewhere(sms: &Sms, is_without: bool) -> Option<String> {
    let meant = sms.folder_meant()?;
    let holds = match (meant.documents, meant.others) {
        (0, _) if !is_without => return None,
        (0, others) => format!("{} of Markdown, without front matter", counted(others, "file")),
        (documents, _) => format!("{} of Markdown with front matter", counted(documents, "file")),
    };
    let folder = match meant.path.as_bytes() {
        b"" => ".".to_owned(),
        _ => meant.path.to_string(),
    };
    // Such a name has to be written in another way, and nobody gives one to a folder of documents.
    let is_plain = !folder.contains(['"', '\\']);
    let write = match is_plain {
        true => {
            format!(": write `src = \"{folder}\"` under `[book]` in book.toml if it is the one")
        }
        false => String::new(),
    };
    Some(format!("; `{folder}` holds {holds}{write}"))
}
