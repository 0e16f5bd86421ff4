//! The addresses by which an editor names files, and the paths of the repository.

use crate::repo::Repository;
use crate::source::RepoPath;
use lsp_types::Uri;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr as _;

/// Where the repository lies, as an editor and as the disk name it.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    /// The top folder as the editor came to it, perhaps by a link.
    seen: PathBuf,
    /// The top folder without links.
    real: PathBuf,
}

impl Ground {
    /// Finds the repository that a folder lies in; none where there is none with files.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let root = Repository::open(folder).ok()?.root().ok()?;
        let real = root.canonicalize().unwrap_or(root);
        let inside = folder.canonicalize().ok()?.strip_prefix(&real).ok()?.components().count();
        let seen = folder.ancestors().nth(inside).map(Path::to_owned);
        let is_it = |seen: &PathBuf| seen.canonicalize().is_ok_and(|found| found == real);
        let seen = seen.filter(is_it).unwrap_or_else(|| real.clone());
        Some(Self { seen, real })
    }

    /// Takes a folder for the top folder.
    #[cfg(test)]
    pub(super) fn at(folder: &Path) -> Self {
        Self { seen: folder.to_owned(), real: folder.to_owned() }
    }

    /// Returns the top folder.
    pub(super) fn root(&self) -> &Path {
        &self.real
    }

    /// Returns the path inside the repository of a file on disk; none for one outside.
    pub(super) fn path_of(&self, file: &Path) -> Option<RepoPath> {
        let is_plain = file.components().all(|part| part != Component::ParentDir);
        let inside = [&self.seen, &self.real]
            .iter()
            .find_map(|root| file.strip_prefix(root).ok().filter(|_| is_plain))
            .map(Path::to_owned)
            .or_else(|| {
                // The folder may be named by a link, and the file need not be there yet.
                let folder = file.parent()?.canonicalize().ok()?;
                folder.join(file.file_name()?).strip_prefix(&self.real).ok().map(Path::to_owned)
            })?;
        let mut path = RepoPath::from("");
        for part in inside.components() {
            let Component::Normal(name) = part else { return None };
            path = path.join(name.as_encoded_bytes());
        }
        (!path.as_bytes().is_empty()).then_some(path)
    }

    /// Returns the address of a file of the repository.
    pub(super) fn uri_of(&self, path: &RepoPath) -> Option<Uri> {
        let mut bytes = self.seen.as_os_str().as_encoded_bytes().to_vec();
        if cfg!(windows) {
            bytes.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
            bytes.insert(0, b'/');
        }
        while bytes.last() == Some(&b'/') {
            bytes.pop();
        }
        bytes.push(b'/');
        bytes.extend_from_slice(path.as_bytes());
        Uri::from_str(&format!("file://{}", encoded(&bytes))).ok()
    }

    /// Returns a file of the repository as the disk has it.
    pub(super) fn on_disk(&self, path: &RepoPath) -> Option<PathBuf> {
        Some(self.real.join(native(path.as_bytes().to_vec())?))
    }
}

/// Returns the file that an address names; none for what is no file of this machine.
pub(super) fn file_of(uri: &Uri) -> Option<PathBuf> {
    let (scheme, rest) = uri.as_str().split_once(':')?;
    let rest = rest.strip_prefix("//").filter(|_| scheme.eq_ignore_ascii_case("file"))?;
    let (host, path) = rest.split_at(rest.find('/')?);
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut bytes = decoded(path);
    if cfg!(windows) && bytes.get(2) == Some(&b':') {
        bytes.remove(0);
    }
    if bytes.contains(&0) {
        return None;
    }
    native(bytes)
}

#[cfg(unix)]
fn native(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn native(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = digit(at + 1).zip(digit(at + 2)).filter(|_| byte == b'%');
        let code = code.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        out.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn file(uri: &str) -> Option<String> {
        file_of(&Uri::from_str(uri).unwrap()).map(|path| path.display().to_string())
    }

    #[test]
    fn only_files_of_this_machine_are_files() {
        assert_eq!(file("file:///a/b%20c%C3%A9.md").as_deref(), Some("/a/b cé.md"));
        assert_eq!(file("file://localhost/a%2Fb").as_deref(), Some("/a/b"));
        assert_eq!(file("file:///a%252").as_deref(), Some("/a%2"));
        for other in ["untitled:Untitled-1", "git:/a/b.md?x", "file://host/a", "file:///a%00b"] {
            assert_eq!(file(other), None, "{other}");
        }
    }

    #[test]
    fn addresses_and_paths_agree() {
        let ground = Ground { seen: PathBuf::from("/s m s"), ..Ground::at(Path::new("/r")) };
        for path in ["docs/a b.md", "docs/ä#?%.md"] {
            let path = RepoPath::from(path);
            let uri = ground.uri_of(&path).unwrap();
            assert!(uri.as_str().starts_with("file:///s%20m%20s/docs/"), "{}", uri.as_str());
            assert_eq!(ground.path_of(&file_of(&uri).unwrap()), Some(path));
        }
        let strange = RepoPath::from_bytes(*b"docs/caf\xE9.md");
        let uri = ground.uri_of(&strange).unwrap();
        assert_eq!(ground.path_of(&file_of(&uri).unwrap()), Some(strange));
        assert_eq!(ground.path_of(Path::new("/r/docs/a.md")), Some(RepoPath::from("docs/a.md")));
        assert_eq!(ground.path_of(Path::new("/r/../etc/passwd")), None);
        assert_eq!(ground.path_of(Path::new("/r")), None);
    }
}
