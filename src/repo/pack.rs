//! Where objects lie in the packs of a repository, how large they are, and which rest on which.
//!
//! Git stores most objects as differences to others, whatever their paths. Who reads one family of
//! objects after the other, each after that which it differs from, works out each base once; in any
//! other order it is worked out again and again. No verdict rests on what is found here, so an index
//! that is damaged, or of a form that is not known, is one that knows no object, and an object of which
//! a pack does not say what it differs from stands for itself. How large an object is has to be known
//! before it is taken into memory, and libgit2 cannot be asked: what it says of a damaged pack ends the
//! program.

use super::object::{ObjectId, ObjectKind, Opened};
use flate2::bufread::ZlibDecoder;
use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fs::{self, File};
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What an index of the second form begins with: its mark and its number.
const HEAD: [u8; 8] = [0xFF, b't', b'O', b'c', 0, 0, 0, 2];
/// How many objects have ids that begin with a byte or a lower one: a number for each.
const FIRST_BYTES: usize = 256;
/// The length of an id.
const ID: usize = 20;
/// A larger index is not read.
const LARGEST: u64 = 1 << 30;

/// The index of one pack.
#[derive(Debug)]
struct PackIndex {
    path: PathBuf,
    bytes: Vec<u8>,
    count: usize,
}

/// Puts ids in the order in which their objects are read fastest from some packs; those that lie in none
/// come last, as they came.
fn put_in_order(packs: &[PackIndex], ids: &mut [ObjectId]) {
    let mut offsets: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    let mut places: HashMap<ObjectId, (usize, u64)> = HashMap::with_capacity(ids.len());
    for id in ids.iter() {
        let found = |(at, pack): (usize, &PackIndex)| Some((at, pack.offset_of(id)?));
        if let Some((pack, offset)) = packs.iter().enumerate().find_map(found) {
            offsets.entry(pack).or_default().push(offset);
            places.insert(*id, (pack, offset));
        }
    }
    let ranks: HashMap<usize, HashMap<u64, usize>> =
        offsets.into_iter().map(|(at, offsets)| (at, ranks(&packs[at], offsets))).collect();
    let place = |id: &ObjectId| match places.get(id) {
        Some((pack, offset)) => (*pack, ranks[pack].get(offset).copied().unwrap_or_default()),
        None => (packs.len(), 0),
    };
    ids.sort_by_cached_key(place);
}

/// The packs of some folders of objects.
#[derive(Debug)]
pub(super) struct Packs {
    indexes: Vec<PackIndex>,
    /// The one that was asked last, by its place: there may be more of them than files may be open.
    open: Mutex<Option<(usize, File)>>,
}

impl Packs {
    /// Finds those that are there.
    pub(super) fn of(folders: &[PathBuf]) -> Self {
        let indexes = folders.iter().flat_map(|folder| packs_of(&folder.join("pack")));
        Self { indexes: indexes.collect(), open: Mutex::default() }
    }

    /// Puts ids in the order in which their objects are read fastest; those that lie in none of them come
    /// last, as they came.
    pub(super) fn put_in_order(&self, ids: &mut [ObjectId]) {
        put_in_order(&self.indexes, ids);
    }

    /// Tells whether an object lies in one of them.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.indexes.iter().any(|index| index.offset_of(&id).is_some())
    }

    /// Returns how many bytes an object has; none if it lies in no pack, or what is there is none.
    pub(super) fn size_of(&self, id: ObjectId) -> Option<u64> {
        let indexes = self.indexes.iter().enumerate();
        let (at, offset) = indexes.filter_map(|(at, it)| Some((at, it.offset_of(&id)?))).next()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_ref().is_none_or(|(opened, _)| *opened != at) {
            *open = Some((at, File::open(self.indexes[at].path.with_extension("pack")).ok()?));
        }
        let head = head_at(&mut open.as_mut()?.1, offset)?;
        drop(open);
        size_in(&head)
    }

    /// Opens an object that is stored whole; none if it lies in no pack, or as a difference to another.
    pub(super) fn open(&self, id: ObjectId) -> Option<Opened<'static>> {
        let found = |index: &PackIndex| Some((index.path.clone(), index.offset_of(&id)?));
        let (path, offset) = self.indexes.iter().find_map(found)?;
        let mut pack = File::open(path.with_extension("pack")).ok()?;
        let head = head_at(&mut pack, offset)?;
        let mut rest = head.as_slice();
        let kind = match rest.first()? >> 4 & 7 {
            1 => ObjectKind::Commit,
            2 => ObjectKind::Tree,
            3 => ObjectKind::Blob,
            4 => ObjectKind::Tag,
            _ => return None,
        };
        number_in(&mut rest)?;
        let begin = offset.checked_add((head.len() - rest.len()) as u64)?;
        pack.seek(SeekFrom::Start(begin)).ok()?;
        let bytes = Box::new(ZlibDecoder::new(BufReader::new(pack)));
        Some(Opened { kind, size: size_in(&head)?, bytes })
    }
}

/// So many bytes of an object in a pack say how long it is.
const FIRST_BYTES_OF_ENTRY: usize = 1024;

fn head_at(pack: &mut File, offset: u64) -> Option<Vec<u8>> {
    pack.seek(SeekFrom::Start(offset)).ok()?;
    let mut head = Vec::with_capacity(FIRST_BYTES_OF_ENTRY);
    pack.take(FIRST_BYTES_OF_ENTRY as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// Returns how many bytes an object has that begins in a pack like this. A difference says first how
/// long its base is and how long what it makes of it.
fn size_in(head: &[u8]) -> Option<u64> {
    let mut rest = head;
    let kind = rest.first()? >> 4 & 7;
    let length = number_in(&mut rest)?;
    match kind {
        // Among the bits of the length stand those of the kind.
        1..=4 => return Some(length >> 7 << 4 | length & 0xF),
        6 => drop(number_in(&mut rest)?),
        7 => rest = rest.get(ID..)?,
        _ => return None,
    }
    let mut difference = Vec::with_capacity(LENGTHS);
    ZlibDecoder::new(rest).take(LENGTHS as u64).read_to_end(&mut difference).ok()?;
    let mut difference = difference.as_slice();
    number_in(&mut difference)?;
    number_in(&mut difference)
}

/// So many bytes hold two lengths.
const LENGTHS: usize = 20;

/// Reads a number of seven bits a byte, the lowest first, and goes on behind it.
fn number_in(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & !GOES_ON) << shift;
        if byte & GOES_ON == 0 {
            return Some(number);
        }
    }
    None
}

/// Set in a byte of a number that another one follows.
const GOES_ON: u8 = 0x80;

fn packs_of(folder: &Path) -> Vec<PackIndex> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    let is_index = |path: &Path| path.extension().is_some_and(|ending| ending == "idx");
    paths.retain(|path| is_index(path) && path.with_extension("pack").is_file());
    paths.sort();
    paths.iter().filter_map(|path| PackIndex::read(path)).collect()
}

/// Numbers the objects of a pack, and those they rest on, so that each comes after that which it
/// differs from and with its family.
fn ranks(pack: &PackIndex, mut open: Vec<u64>) -> HashMap<u64, usize> {
    let mut file = File::open(pack.path.with_extension("pack")).ok();
    let mut bases: BTreeMap<u64, Option<u64>> = BTreeMap::new();
    while let Some(offset) = open.pop() {
        if let Entry::Vacant(unknown) = bases.entry(offset) {
            let base = file.as_mut().and_then(|file| pack.base_of(file, offset));
            unknown.insert(base);
            open.extend(base);
        }
    }
    let mut resting: HashMap<u64, Vec<u64>> = HashMap::new();
    for (offset, base) in bases.iter().rev() {
        match base {
            Some(base) => resting.entry(*base).or_default().push(*offset),
            None => open.push(*offset),
        }
    }
    let mut ranks = HashMap::with_capacity(bases.len());
    while let Some(offset) = open.pop() {
        ranks.insert(offset, ranks.len());
        open.extend(resting.remove(&offset).into_iter().flatten());
    }
    ranks
}

impl PackIndex {
    fn read(path: &Path) -> Option<Self> {
        Self::of(path.to_owned(), super::read_regular(path, LARGEST)?)
    }

    fn of(path: PathBuf, bytes: Vec<u8>) -> Option<Self> {
        bytes.starts_with(&HEAD).then_some(())?;
        let mut index = Self { path, bytes, count: 0 };
        index.count = index.number(HEAD.len() + 4 * (FIRST_BYTES - 1))?;
        // So many there cannot be, and none of the sums below goes beyond what a number holds.
        (index.count <= index.bytes.len() / (ID + 8)).then_some(index)
    }

    fn number(&self, at: usize) -> Option<usize> {
        let four = self.bytes.get(at..at.checked_add(4)?)?;
        Some(u32::from_be_bytes(four.try_into().ok()?) as usize)
    }

    /// Returns where the object of an id begins in the pack.
    fn offset_of(&self, id: &ObjectId) -> Option<u64> {
        const IDS: usize = HEAD.len() + 4 * FIRST_BYTES;
        let first = usize::from(id.as_bytes()[0]);
        let until = |byte: usize| self.number(HEAD.len() + 4 * byte);
        let mut low = if first == 0 { 0 } else { until(first - 1)? };
        let mut high = until(first)?.min(self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            let there = self.bytes.get(IDS + ID * middle..IDS + ID * (middle + 1))?;
            match there.cmp(id.as_bytes().as_slice()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.offset(middle),
            }
        }
        None
    }

    /// Returns the offset of the object at a place: beyond two gigabytes it stands in a further table.
    fn offset(&self, place: usize) -> Option<u64> {
        const FAR: usize = 1 << 31;
        // A checksum of four bytes stands between the ids and the offsets.
        let offsets = HEAD.len() + 4 * FIRST_BYTES + (ID + 4) * self.count;
        let near = self.number(offsets + 4 * place)?;
        if near < FAR {
            return Some(near as u64);
        }
        let at = (near - FAR).checked_mul(8)?.checked_add(offsets + 4 * self.count)?;
        let eight = self.bytes.get(at..at.checked_add(8)?)?;
        Some(u64::from_be_bytes(eight.try_into().ok()?))
    }

    /// Returns where the object begins that another one is stored as a difference to; nothing if it
    /// is stored whole.
    fn base_of(&self, pack: &mut File, offset: u64) -> Option<u64> {
        let mut head = [0; HEAD_OF_ENTRY];
        pack.seek(SeekFrom::Start(offset)).ok()?;
        pack.read_exact(&mut head).ok()?;
        let base = match base_in(&head)? {
            Base::Before(distance) => offset.checked_sub(distance)?,
            Base::Named(id) => self.offset_of(&id)?,
        };
        // A base lies before what rests on it, or this is no pack of Git's.
        (base < offset).then_some(base)
    }
}

/// So many bytes hold the kind and the length of an object, and what it rests on.
const HEAD_OF_ENTRY: usize = 10 + ID;

/// What an object is stored as a difference to.
enum Base {
    /// The one so many bytes before it.
    Before(u64),
    /// The one of an id.
    Named(ObjectId),
}

/// Reads what an object of a pack is a difference to; nothing if it is stored whole.
fn base_in(head: &[u8; HEAD_OF_ENTRY]) -> Option<Base> {
    let kind = head[0] >> 4 & 7;
    let after = head.iter().position(|byte| byte & GOES_ON == 0)? + 1;
    let rest = &head[after..];
    match kind {
        6 => {
            let mut distance = u64::from(rest.first()? & !GOES_ON);
            let mut last = *rest.first()?;
            for byte in &rest[1..] {
                if last & GOES_ON == 0 {
                    break;
                }
                let higher = distance.checked_add(1)?.checked_mul(128)?;
                distance = higher.checked_add(u64::from(byte & !GOES_ON))?;
                last = *byte;
            }
            (last & GOES_ON == 0).then_some(Base::Before(distance))
        }
        7 => ObjectId::from_bytes(rest.get(..ID)?).map(Base::Named),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write as _;

    /// Writes an index of some objects, each with its offset; what lies beyond two gigabytes goes to
    /// the further table.
    fn index(objects: &[([u8; ID], u64)]) -> Vec<u8> {
        let mut sorted = objects.to_vec();
        sorted.sort_unstable();
        let mut bytes = HEAD.to_vec();
        for byte in 0..=u8::MAX {
            let until = sorted.iter().filter(|(id, _)| id[0] <= byte).count();
            bytes.extend((until as u32).to_be_bytes());
        }
        bytes.extend(sorted.iter().flat_map(|(id, _)| *id));
        bytes.extend(sorted.iter().flat_map(|_| [0; 4]));
        let mut far = Vec::new();
        for (_, offset) in sorted {
            let near = u32::try_from(offset).ok().filter(|near| near >> 31 == 0);
            bytes.extend(near.unwrap_or((1 << 31) | far.len() as u32).to_be_bytes());
            far.extend(near.is_none().then_some(offset));
        }
        bytes.extend(far.into_iter().flat_map(u64::to_be_bytes));
        bytes
    }

    fn id(first: u8, last: u8) -> [u8; ID] {
        let mut id = [0; ID];
        (id[0], id[ID - 1]) = (first, last);
        id
    }

    #[test]
    fn every_object_is_found_where_it_lies() {
        let objects = [
            (id(0, 1), 900),
            (id(0, 2), 12),
            (id(7, 0), 5_000_000_000),
            (id(255, 255), (1 << 31) - 1),
            (id(255, 0), 1 << 31),
        ];
        let index = PackIndex::of(PathBuf::new(), index(&objects)).unwrap();
        for (id, offset) in objects {
            assert_eq!(index.offset_of(&ObjectId::from_bytes(&id).unwrap()), Some(offset));
        }
        for missing in [id(0, 0), id(7, 1), id(8, 0), id(255, 1)] {
            assert_eq!(index.offset_of(&ObjectId::from_bytes(&missing).unwrap()), None);
        }
    }

    #[test]
    fn a_damaged_index_knows_nothing_it_does_not_hold() {
        let whole = index(&[(id(3, 1), 40), (id(9, 1), 5_000_000_000)]);
        let wanted = ObjectId::from_bytes(&id(9, 1)).unwrap();
        for length in 0..whole.len() {
            let cut = PackIndex::of(PathBuf::new(), whole[..length].to_vec());
            assert_eq!(cut.and_then(|cut| cut.offset_of(&wanted)), None, "{length}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] = !damaged[at];
            let found =
                PackIndex::of(PathBuf::new(), damaged).and_then(|index| index.offset_of(&wanted));
            assert!(found.is_none_or(|found| found != 40), "{at}");
        }
    }

    #[test]
    fn an_object_says_what_it_rests_on() {
        let head = |bytes: &[u8]| {
            let mut head = [0; HEAD_OF_ENTRY];
            head[..bytes.len()].copy_from_slice(bytes);
            base_in(&head)
        };
        // A blob of 4,000 bytes, stored whole.
        assert!(head(&[0xB0, 0xFA, 0x01]).is_none());
        // Differences to what lies 100, and 16,512 bytes before: Git counts on from the longest
        // number of fewer bytes.
        assert!(matches!(head(&[0x65, 100]), Some(Base::Before(100))));
        assert!(matches!(head(&[0xE5, 0x01, 0x80, 0x80, 0x00]), Some(Base::Before(16_512))));
        let named = [&[0x75][..], &id(3, 9)].concat();
        assert!(matches!(head(&named), Some(Base::Named(base)) if *base.as_bytes() == id(3, 9)));
        // A number without an end.
        assert!(head(&[0xFF; HEAD_OF_ENTRY]).is_none());
    }

    #[test]
    fn an_object_says_how_long_it_is() {
        assert_eq!(size_in(&[0xB0, 0xFA, 0x01]), Some(4_000));
        assert_eq!(size_in(&[0x35]), Some(5));
        // What makes 300 bytes of 5, stored as a difference to what lies 100 bytes before, or to what
        // has a name.
        let mut difference = ZlibEncoder::new(Vec::new(), Compression::default());
        difference.write_all(&[0x05, 0xAC, 0x02, 0x91, 0x00, 0x05]).unwrap();
        let difference = difference.finish().unwrap();
        let before = [&[0x66, 100], &difference[..]].concat();
        assert_eq!(size_in(&before), Some(300));
        assert_eq!(size_in(&[&[0x76], &id(3, 9)[..], &difference].concat()), Some(300));
        // No kind, one that is none of Git's, a number without an end, and a difference cut short.
        for damaged in [&[][..], &[0x05], &[0x55], &[0xFF; 40], &[0xB0], &before[..6]] {
            assert_eq!(size_in(damaged), None, "{damaged:?}");
        }
    }

    #[test]
    fn families_are_read_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pack")).unwrap();
        // Two families, laid among each other: 12 <- 112 <- 312, and 212 <- 412. The middle one of
        // the first is not asked for.
        let ids = [id(1, 0), id(2, 0), id(3, 0), id(4, 0), id(5, 0)];
        let objects: Vec<_> = ids.into_iter().zip([12, 112, 212, 312, 412]).collect();
        let mut pack = vec![0; 600];
        for (offset, head) in [
            (12, &[0x30][..]),
            (112, &[0x60, 100]),
            (212, &[0x30]),
            (312, &[0x60, 0x80, 72]),
            (412, &[0x60, 0x80, 72]),
        ] {
            pack[offset..offset + head.len()].copy_from_slice(head);
        }
        fs::write(folder.path().join("pack/pack-1.idx"), index(&objects)).unwrap();
        fs::write(folder.path().join("pack/pack-1.pack"), pack).unwrap();
        let of = |id: &[u8; ID]| ObjectId::from_bytes(id).unwrap();
        let mut order: Vec<ObjectId> = [4, 3, 2, 0].iter().map(|&at| of(&ids[at])).collect();
        Packs::of(&[folder.path().to_owned()]).put_in_order(&mut order);
        assert_eq!(order, [0, 3, 2, 4].iter().map(|&at| of(&ids[at])).collect::<Vec<_>>());
    }

    #[test]
    fn what_lies_in_no_pack_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pack")).unwrap();
        let ids = [id(1, 0), id(2, 0), id(3, 0), id(4, 0)];
        let bytes = index(&[(ids[3], 20), (ids[1], 300)]);
        fs::write(folder.path().join("pack/pack-1.idx"), bytes).unwrap();
        fs::write(folder.path().join("pack/pack-1.pack"), []).unwrap();
        let of = |id: &[u8; ID]| ObjectId::from_bytes(id).unwrap();
        let mut order: Vec<ObjectId> = ids.iter().map(of).collect();
        Packs::of(&[folder.path().to_owned()]).put_in_order(&mut order);
        assert_eq!(order, [ids[3], ids[1], ids[0], ids[2]].iter().map(of).collect::<Vec<_>>());
    }
}
