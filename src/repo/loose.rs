//! Objects that lie in files of their own, until Git packs them.
//!
//! They are read here and never by libgit2: it does not come to an end with a file that was cut short,
//! as a full disk or a power cut leaves one.

use super::object::{ObjectId, ObjectKind, Opened, ReadError};
use flate2::read::ZlibDecoder;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The longest head of an object: its kind, its length and a zero byte.
const HEAD: usize = 32;

/// How many repositories may lend objects to one another in a row, as Git has it.
const LENDERS: usize = 5;

/// The objects of a repository that lie in files of their own.
#[derive(Debug, Default)]
pub(super) struct Loose {
    files: HashMap<ObjectId, PathBuf>,
    damaged: OnceLock<BTreeSet<ObjectId>>,
}

impl Loose {
    /// Finds those of some folders of objects.
    pub(super) fn of(folders: &[PathBuf]) -> Self {
        let mut files = HashMap::new();
        for folder in folders {
            for inner in entries(folder).filter(|it| it.to_str().is_some_and(is_pair)) {
                let inside = folder.join(&inner);
                for name in entries(&inside) {
                    let id = [inner.as_encoded_bytes(), name.as_encoded_bytes()].concat();
                    if let Some(id) = ObjectId::from_hex(&id) {
                        files.entry(id).or_insert_with(|| inside.join(name));
                    }
                }
            }
        }
        Self { files, damaged: OnceLock::new() }
    }

    /// Tells whether an object is among them.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.files.contains_key(&id)
    }

    /// Reads an object of at most so many bytes.
    ///
    /// # Errors
    /// When it is not there, larger, or its file is damaged.
    pub(super) fn read(
        &self,
        id: ObjectId,
        most: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<ObjectKind, ReadError> {
        let Opened { kind, size, bytes } = self.open(id)?;
        if size > most {
            return Err(ReadError::TooLarge(id, size));
        }
        buffer.clear();
        // One byte more shows that the stream ends, and ends well.
        let read = bytes.take(size.saturating_add(1)).read_to_end(buffer);
        match read.is_ok_and(|length| length as u64 == size) {
            true => Ok(kind),
            false => Err(ReadError::Damaged(id)),
        }
    }

    /// Opens an object as far as its head.
    ///
    /// # Errors
    /// When it is not there, or its file is damaged.
    pub(super) fn open(&self, id: ObjectId) -> Result<Opened<'static>, ReadError> {
        let path = self.files.get(&id).ok_or(ReadError::Missing(id))?;
        // Git may have packed it meanwhile.
        let lost = || if path.exists() { ReadError::Damaged(id) } else { ReadError::Missing(id) };
        open(path).ok_or_else(lost)
    }

    /// Returns those that say what changed, or where it lies, and cannot be read; contents of files are
    /// not asked. Many a power cut leaves one that nothing names.
    pub(super) fn damaged(&self) -> &BTreeSet<ObjectId> {
        self.damaged.get_or_init(|| {
            let damaged = self.files.iter().filter(|(_, path)| is_damaged(path));
            damaged.map(|(id, _)| *id).collect()
        })
    }
}

fn is_damaged(path: &Path) -> bool {
    match open(path) {
        Some(Opened { kind: ObjectKind::Blob, .. }) => false,
        Some(Opened { size, bytes, .. }) => {
            let read = io::copy(&mut bytes.take(size.saturating_add(1)), &mut io::sink());
            !read.is_ok_and(|length| length == size)
        }
        None => path.exists(),
    }
}

/// Opens an object as far as its head.
fn open(path: &Path) -> Option<Opened<'static>> {
    // Whoever opened a pipe would wait for a writer.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut rest = ZlibDecoder::new(BufReader::new(File::open(path).ok()?));
    let mut head = Vec::with_capacity(HEAD);
    let mut byte = [0];
    while head.len() < HEAD {
        rest.read_exact(&mut byte).ok()?;
        if byte == [0] {
            break;
        }
        head.extend(byte);
    }
    let (kind, size) = std::str::from_utf8(&head).ok()?.split_once(' ')?;
    let kind = match kind {
        "commit" => ObjectKind::Commit,
        "tree" => ObjectKind::Tree,
        "blob" => ObjectKind::Blob,
        "tag" => ObjectKind::Tag,
        _ => return None,
    };
    Some(Opened { kind, size: size.parse().ok()?, bytes: Box::new(rest) })
}

fn is_pair(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn entries(folder: &Path) -> impl Iterator<Item = std::ffi::OsString> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name())
}

/// Returns a folder of objects and those that lend it theirs (`info/alternates`).
pub(super) fn with_lenders(objects: &Path) -> Vec<PathBuf> {
    let whole = |folder: PathBuf| folder.canonicalize().unwrap_or(folder);
    let mut folders = vec![whole(objects.to_owned())];
    let mut asked = 0;
    for _ in 0..LENDERS {
        let borrowers = asked..folders.len();
        asked = folders.len();
        for at in borrowers {
            let list = super::read_regular(&folders[at].join("info/alternates"), 1 << 20);
            let list = String::from_utf8_lossy(&list.unwrap_or_default()).into_owned();
            let named = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            // A path that is not absolute is one from there.
            let lenders: Vec<PathBuf> = named.map(|line| whole(folders[at].join(line))).collect();
            for lender in lenders {
                if !folders.contains(&lender) {
                    folders.push(lender);
                }
            }
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write as _;

    fn written(folder: &Path, object: &[u8], kept: impl Fn(usize) -> usize) -> ObjectId {
        let mut file = ZlibEncoder::new(Vec::new(), Compression::default());
        file.write_all(object).unwrap();
        let bytes = file.finish().unwrap();
        let body = object.iter().position(|byte| *byte == 0).map_or(0, |at| at + 1);
        let id = ObjectId::of(ObjectKind::Blob, &object[body..]);
        let name = id.to_string();
        let inner = folder.join(&name[..2]);
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join(&name[2..]), &bytes[..kept(bytes.len())]).unwrap();
        id
    }

    fn read(folder: &Path, id: ObjectId, most: u64) -> Result<(ObjectKind, Vec<u8>), ReadError> {
        let mut buffer = b"of before".to_vec();
        let kind = Loose::of(&[folder.to_owned()]).read(id, most, &mut buffer)?;
        Ok((kind, buffer))
    }

    #[test]
    fn an_object_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let text = "A sentence that is long enough to be cut.\n".repeat(9);
        let object = format!("blob {}\0{text}", text.len());
        let id = written(folder, object.as_bytes(), |all| all);
        assert_eq!(read(folder, id, 999), Ok((ObjectKind::Blob, text.clone().into_bytes())));
        assert_eq!(read(folder, id, 9), Err(ReadError::TooLarge(id, text.len() as u64)));
        for cut in 1..60 {
            written(folder, object.as_bytes(), |all| all.saturating_sub(cut));
            assert_eq!(read(folder, id, 999), Err(ReadError::Damaged(id)), "{cut}");
        }
        for lie in ["blob 9\0", "blob 99999\0", "song 378\0", "blob many\0", "blob378\0"] {
            let id = written(folder, format!("{lie}{text}").as_bytes(), |all| all);
            assert_eq!(read(folder, id, 1 << 40), Err(ReadError::Damaged(id)), "{lie}");
        }
    }

    #[test]
    fn what_is_damaged_is_found_unless_it_is_the_content_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let damaged =
            || Loose::of(&[folder.to_owned()]).damaged().iter().copied().collect::<Vec<_>>();
        written(folder, b"tree 5\0abcde", |all| all);
        written(folder, b"blob 5\0fghij", |all| all - 4);
        assert_eq!(damaged(), []);
        let tree = written(folder, b"tree 5\0klmno", |all| all - 4);
        assert_eq!(damaged(), [tree]);
    }

    #[test]
    fn objects_are_borrowed_over_several_repositories_and_not_in_circles() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, lenders) in [("one", "../two\n# none\n"), ("two", "../three\n\n../one\n")] {
            fs::create_dir_all(at(name).join("info")).unwrap();
            fs::write(at(name).join("info/alternates"), lenders).unwrap();
        }
        let names: Vec<String> = with_lenders(&at("one"))
            .iter()
            .map(|it| it.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["one", "two", "three"]);
    }
}
