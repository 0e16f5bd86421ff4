//! The pictures that texts show: each a file of the site, named by its content.
//!
//! A picture is shown as Git has it: for a version in force whose file has the next one already,
//! as it was when that version came into force. What is no picture by its first bytes is none
//! here, whatever its name says. A drawing (SVG) can hold a script, which runs where the drawing is
//! opened by itself; so it stands in the page, as the address of an image, where none runs.

use crate::document::Document;
use crate::document::markdown::{Picture, Target};
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot;
use crate::sms::Sms;
use crate::source::RepoPath;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use imagesize::ImageType;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The largest picture that is shown, in bytes.
const LIMIT: u64 = 16 << 20;

/// The largest drawing that is shown, in bytes: it stands in every page that shows it.
const DRAWING_LIMIT: usize = 1 << 20;

/// The pictures of the documents that the site shows.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    shown: BTreeMap<ObjectId, Shown>,
    /// The commit whose pictures belong to a text that is not that of the file, by path and content.
    former: HashMap<(RepoPath, ObjectId), ObjectId>,
}

/// How a picture is shown.
#[derive(Clone, Debug)]
enum Shown {
    /// As a file of the site: its address, and width and height.
    File(String, (usize, usize)),
    /// Within the page.
    Inside(String),
}

impl Pictures {
    /// Looks at the pictures of the documents, and of the texts in force in the place of their
    /// files, each with the commit it came into force by.
    pub(super) fn of(sms: &Sms, former: &[(&Document, ObjectId)], objects: &dyn Objects) -> Self {
        let mut pictures = Self {
            shown: BTreeMap::new(),
            former: former
                .iter()
                .map(|(text, commit)| ((text.path.clone(), text.blob), *commit))
                .chain(removed(sms))
                .collect(),
        };
        let texts = sms.documents.iter().chain(former.iter().map(|(text, _)| *text));
        let mut contents = BTreeSet::new();
        for text in texts {
            for link in text.body.links.iter().filter(|link| link.is_image) {
                contents.extend(pictures.content(sms, text, &link.target, objects).map(|it| it.1));
            }
        }
        let contents: Vec<ObjectId> = contents.into_iter().collect();
        let look = |blob: &ObjectId| Some((*blob, Shown::of(*blob, objects)?));
        pictures.shown = contents.par_iter().filter_map(look).collect();
        pictures
    }

    /// Returns the contents that are files of the site, with their addresses.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, ObjectId)> {
        self.shown.iter().filter_map(|(blob, shown)| match shown {
            Shown::File(address, _) => Some((address.as_str(), *blob)),
            Shown::Inside(_) => None,
        })
    }

    /// Returns the picture that a text shows, for a page from which `root` leads to the root of the
    /// site.
    pub(super) fn find(
        &self,
        sms: &Sms,
        text: &Document,
        target: &Target,
        root: &str,
        objects: &dyn Objects,
    ) -> Option<Picture> {
        let (path, blob) = self.content(sms, text, target, objects)?;
        let title = path.to_string();
        Some(match self.shown.get(&blob)? {
            Shown::File(address, size) => {
                Picture { src: format!("{root}{address}"), size: Some(*size), title }
            }
            Shown::Inside(src) => Picture { src: src.clone(), size: None, title },
        })
    }

    /// Tells whether a text shows a picture, without laying it out.
    pub(super) fn holds(
        &self,
        sms: &Sms,
        text: &Document,
        target: &Target,
        objects: &dyn Objects,
    ) -> bool {
        let content = self.content(sms, text, target, objects);
        content.is_some_and(|(_, blob)| self.shown.contains_key(&blob))
    }

    fn content(
        &self,
        sms: &Sms,
        text: &Document,
        target: &Target,
        objects: &dyn Objects,
    ) -> Option<(RepoPath, ObjectId)> {
        let Target::Path { path, .. } = target else { return None };
        match self.former.get(&(text.path.clone(), text.blob)) {
            Some(commit) => sms.beside_then(text, path, *commit, objects),
            None => sms.beside(text, path),
        }
    }
}

/// Returns the last texts of removed documents, each with the commit that held it: what lies in the
/// place of a picture now is not the one they showed.
fn removed(sms: &Sms) -> impl Iterator<Item = ((RepoPath, ObjectId), ObjectId)> {
    sms.removed_documents()
        .map(|removed| ((removed.path.clone(), removed.content), sms.last_held_by(&removed)))
}

/// The most pixels of a side of a picture.
const LONGEST_SIDE: usize = 100_000;

impl Shown {
    /// Says how a content is shown; nothing if it is no picture, or too large a one.
    fn of(blob: ObjectId, objects: &dyn Objects) -> Option<Self> {
        let bytes = snapshot::blob_at_most(objects, blob, LIMIT).ok()?;
        let ending = match imagesize::image_type(&bytes) {
            Ok(ImageType::Png) => "png",
            Ok(ImageType::Jpeg) => "jpg",
            Ok(ImageType::Gif) => "gif",
            Ok(ImageType::Webp) => "webp",
            _ => return is_drawing(&bytes).then(|| Self::inside(&bytes)),
        };
        let size = imagesize::blob_size(&bytes).ok()?;
        // Of a head that is damaged a page takes no measure.
        let is_likely = |length: usize| (1..=LONGEST_SIDE).contains(&length);
        if !is_likely(size.width) || !is_likely(size.height) {
            return None;
        }
        Some(Self::File(format!("pictures/{blob}.{ending}"), (size.width, size.height)))
    }

    fn inside(drawing: &[u8]) -> Self {
        Self::Inside(format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(drawing)))
    }
}

/// Tells whether bytes are a drawing. Whatever else they are: an image runs nothing.
fn is_drawing(bytes: &[u8]) -> bool {
    let is_one = |text: &str| text.starts_with('<') && text.ends_with("</svg>");
    bytes.len() <= DRAWING_LIMIT
        && std::str::from_utf8(bytes).is_ok_and(|text| is_one(text.trim_matches(is_around)))
}

fn is_around(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::object::{ObjectKind, ReadError};

    /// A database of one blob.
    struct One(Vec<u8>);

    impl Objects for One {
        fn read(&self, _: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError> {
            self.0.clone_into(buffer);
            Ok(ObjectKind::Blob)
        }
    }

    /// Says how bytes are shown: as `png 3x2`, `inside`, or not at all.
    fn shown(bytes: &[u8]) -> String {
        let blob = ObjectId::of(ObjectKind::Blob, bytes);
        match Shown::of(blob, &One(bytes.to_owned())) {
            Some(Shown::File(address, (width, height))) => {
                let ending = address.strip_prefix(&format!("pictures/{blob}.")).unwrap();
                format!("{ending} {width}x{height}")
            }
            Some(Shown::Inside(_)) => "inside".to_owned(),
            None => "no".to_owned(),
        }
    }

    #[test]
    fn a_picture_is_what_its_first_bytes_say() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0";
        assert_eq!(shown(png), "png 3x2");
        assert_eq!(shown(b"GIF89a\x03\0\x02\0\0\0\0;"), "gif 3x2");
        assert_eq!(shown(b"<html><script>alert(1)</script></html>"), "no");
        assert_eq!(shown(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "no");
        assert_eq!(shown(b"\x89PNG\r\n"), "no");
        assert_eq!(shown(b""), "no");
        assert_eq!(shown(&[&png[..], &vec![0; 16 << 20]].concat()), "no");
    }

    #[test]
    fn a_drawing_stands_within_the_page() {
        let drawing =
            "\u{FEFF}<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n";
        assert_eq!(shown(drawing.as_bytes()), "inside");
        assert_eq!(shown(b"<svg>"), "no");
        let large = format!("<svg>{}</svg>", " ".repeat(DRAWING_LIMIT));
        assert_eq!(shown(large.as_bytes()), "no");
    }
}
