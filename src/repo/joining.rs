//! Merges that have nothing of their own in a file: what Git makes of both sides by itself. Whoever
//! made such a merge wrote none of it.

use super::FILE_LIMIT;
use super::object::{Commit, ObjectId, Objects, ReadError};
use super::snapshot::{blob_at_most, blob_in};
use super::walk::{Change, Origin};
use git2::{MergeFileInput, merge_file};
use std::collections::{BTreeMap, HashMap};

/// Marks the changes of merges that are what Git makes of both parents by itself.
///
/// # Errors
/// When a tree or a content cannot be read that was joined.
pub(super) fn find_joins(
    objects: &dyn Objects,
    commits: &[Commit],
    changes: &mut [Change],
) -> Result<(), ReadError> {
    let is_open = |it: &&mut Change| {
        it.origin == Origin::Own && it.path.is_markdown() && commits[it.commit].parents.len() == 2
    };
    let mut open = changes.iter_mut().filter(is_open).peekable();
    if open.peek().is_none() {
        return Ok(());
    }
    let places: HashMap<ObjectId, usize> =
        commits.iter().enumerate().map(|(place, commit)| (commit.id, place)).collect();
    for change in open {
        if is_joined(objects, commits, &places, change)? {
            change.origin = Origin::Joined;
        }
    }
    Ok(())
}

fn is_joined(
    objects: &dyn Objects,
    commits: &[Commit],
    places: &HashMap<ObjectId, usize>,
    change: &Change,
) -> Result<bool, ReadError> {
    let parents = &commits[change.commit].parents;
    let [Some(first), Some(second)] = [0, 1].map(|i| places.get(&parents[i]).copied()) else {
        return Ok(false);
    };
    let Some(parting) = parting(commits, places, first, second) else { return Ok(false) };
    let at = |place: usize| blob_in(objects, commits[place].tree, &change.path);
    let (Some(made), Some(ours), Some(theirs), Some(before)) =
        (change.after, change.before, at(second)?, at(parting)?)
    else {
        return Ok(false);
    };
    let mut texts = Vec::new();
    for id in [before, ours, theirs, made] {
        match blob_at_most(objects, id, FILE_LIMIT) {
            Err(ReadError::TooLarge(..)) => return Ok(false),
            text => texts.push(text?),
        }
    }
    let made = texts.pop();
    Ok(joined(&texts[0], &texts[1], &texts[2]) == made)
}

/// Returns a file with the changes of two lines since what both began with; nothing where they
/// touch, so that somebody had to decide.
fn joined(before: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    // Git hands an empty result over as no memory at all, so none is ever empty.
    const FIRST_LINE: &[u8] = b"-\n";
    let texts = [before, ours, theirs].map(|text| [FIRST_LINE, text].concat());
    // Sets libgit2 up where no repository was opened: it would join nothing.
    git2::opts::enable_caching(false);
    let [mut base, mut our, mut their] = [(); 3].map(|()| MergeFileInput::new());
    base.content(&texts[0]);
    our.content(&texts[1]);
    their.content(&texts[2]);
    let result = merge_file(&base, &our, &their, None).ok()?;
    let joined = result.is_automergeable().then(|| result.content())?;
    joined.strip_prefix(FIRST_LINE).map(<[u8]>::to_vec)
}

/// How many commits are looked at for the one at which two lines parted. Merges of lines that are
/// further apart are taken as written, so that thousands of them do not take hours.
const FAR: usize = 4096;

/// Returns the last commit that two rest on; nothing where there are several of which none rests
/// on another, or it is too far back.
fn parting(
    commits: &[Commit],
    places: &HashMap<ObjectId, usize>,
    first: usize,
    second: usize,
) -> Option<usize> {
    const BOTH: u8 = 3;
    const FOUND: u8 = 4;
    let mut open = BTreeMap::from([(first, 1)]);
    *open.entry(second).or_default() |= 2;
    let mut partings = Vec::new();
    let mut looked_at = 0;
    // The newest first: all that grows out of a commit has been looked at before it is.
    while open.values().any(|marks| marks & FOUND == 0)
        && let Some((at, mut marks)) = open.pop_last()
    {
        looked_at += 1;
        if looked_at > FAR {
            return None;
        }
        if marks == BOTH {
            partings.push(at);
            marks |= FOUND;
        }
        for parent in commits[at].parents.iter().filter_map(|id| places.get(id)) {
            *open.entry(*parent).or_default() |= marks;
        }
    }
    match partings.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_touch_is_joined() {
        let before = b"one\n\ntwo\n\nthree\n\nfour\n";
        let ours = b"One\n\ntwo\n\nthree\n\nfour\n";
        let theirs = b"one\n\ntwo\n\nthree\n\nFour\n";
        assert_eq!(joined(before, ours, theirs).unwrap(), b"One\n\ntwo\n\nthree\n\nFour\n");
        assert_eq!(joined(before, ours, b"ONE\n\ntwo\n\nthree\n\nfour\n"), None);
        assert_eq!(joined(b"", b"", b"").unwrap(), b"");
    }
}
