//! Files that one line moved, or both alike, before a merge joined what stands in them.

use super::Merge;
use crate::repo::object::{EntryKind, ObjectId, ReadError, read_tree};
use crate::repo::snapshot::blob_in;
use crate::repo::walk::differing;
use crate::source::RepoPath;
use std::collections::HashMap;
use std::sync::Arc;

/// What a file was before two lines parted, and what each made of it.
type Versions = [Arc<[u8]>; 3];

impl Merge<'_> {
    /// Returns what a file of the merge can have been at other paths: those that are gone, and most of
    /// which stands at its path where a line has it.
    pub(super) fn moved(&mut self, path: &RepoPath) -> Result<Vec<Versions>, ReadError> {
        let parents = self.parents.clone();
        let Some(&[parting]) = self.partings(&parents).as_deref() else { return Ok(Vec::new()) };
        let &[first, second] = parents.as_slice() else { return Ok(Vec::new()) };
        let trees = [parting, first, second].map(|place| self.commits[place].tree);
        let at = |i: usize, path: &RepoPath| blob_in(self.objects, trees[i], path);
        let here = [at(1, path)?, at(2, path)?];
        if at(0, path)?.is_some() || here == [None, None] {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for (was_at, was) in self.gone(trees[0])? {
            if self.work.spend(1 << 10).is_none() {
                break;
            }
            let there = [1, 2].map(|i| blob_in(self.objects, trees[i], &was_at));
            let mut versions = vec![self.text(was)?];
            for (here, there) in here.into_iter().zip(there) {
                // A line that has moved it has it here and there no more.
                let version = match (here, there?) {
                    (Some(here), None) => {
                        let text = self.text(here)?;
                        text.filter(|text| {
                            versions[0].as_ref().is_some_and(|it| is_alike(it, text))
                        })
                    }
                    (None, Some(there)) => self.text(there)?,
                    _ => None,
                };
                versions.push(version);
            }
            let versions: Option<Vec<_>> = versions.into_iter().collect();
            found.extend(versions.and_then(|it| Versions::try_from(it).ok()));
        }
        Ok(found)
    }

    /// Returns the files of a tree that the merge has no more, as far as they may be documents.
    fn gone(&mut self, before: ObjectId) -> Result<Vec<(RepoPath, ObjectId)>, ReadError> {
        if let Some(known) = &self.gone {
            return Ok(known.clone());
        }
        let mut gone = Vec::new();
        let after = self.commits[self.merge].tree;
        let mut open = vec![(RepoPath::from(""), Some(after), before)];
        while let Some((folder, after, before)) = open.pop() {
            let (mut now, mut then) = (Vec::new(), Vec::new());
            if let Some(after) = after {
                read_tree(self.objects, after, &mut now)?;
            }
            read_tree(self.objects, before, &mut then)?;
            if self.work.spend(now.len() + then.len()).is_none() {
                break;
            }
            for (name, now, then) in differing(&now, &then) {
                let Some((kind, id)) = then else { continue };
                let path = folder.join(name);
                match kind {
                    EntryKind::Folder => {
                        let now = now.filter(|(kind, _)| *kind == EntryKind::Folder);
                        open.push((path, now.map(|(_, id)| id), id));
                    }
                    EntryKind::File if now.is_none() && path.is_markdown() => gone.push((path, id)),
                    _ => {}
                }
            }
        }
        Ok(self.gone.insert(gone).clone())
    }
}

/// Tells whether at least half of the longer of two texts is in both, as Git reckons it.
fn is_alike(old: &[u8], new: &[u8]) -> bool {
    let mut left: HashMap<&[u8], usize> = HashMap::new();
    for part in parts(old) {
        *left.entry(part).or_default() += 1;
    }
    let mut same = 0;
    for part in parts(new) {
        if let Some(count) = left.get_mut(part).filter(|count| **count > 0) {
            *count -= 1;
            same += part.len();
        }
    }
    same * 2 >= old.len().max(new.len())
}

/// Returns the parts of a text by which Git tells how alike two are: lines, the long ones cut.
fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    const LONG: usize = 64;
    text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(LONG))
}
