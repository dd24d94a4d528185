//! The entries of a map, sorted bytewise by key.

use super::Entry;
use crate::text::Text;
use std::cmp::Ordering;
use std::collections::{BTreeMap, btree_map};
use std::{slice, vec};

/// Up to this many entries lie in one row: an entry that is put into the middle moves those behind it.
const FEW: usize = 256;

/// The entries of a map, sorted bytewise by key, which is the order in which Go's templates range
/// over and print maps.
#[derive(Clone, Debug)]
pub struct Entries(Store);

#[derive(Clone, Debug)]
enum Store {
    Few(Vec<Slot>),
    Many(BTreeMap<Text, Entry>),
}

/// A key with its entry.
#[derive(Clone, Debug)]
struct Slot {
    prefix: u64,
    key: Text,
    entry: Entry,
}

/// A key's first eight bytes as a number that sorts as they do, so that most keys are told apart
/// without a look at them. Bytes that are not there are zeros.
#[inline]
fn prefix(key: &[u8]) -> u64 {
    if let Some(first) = key.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    if let (Some(first), Some(last)) = (key.first_chunk(), key.last_chunk()) {
        // Four to seven bytes: some are in both halves, and the same in both.
        let first = u64::from(u32::from_be_bytes(*first)) << 32;
        let last = u64::from(u32::from_be_bytes(*last));
        return first | last << (64 - 8 * key.len());
    }
    match *key {
        [] => 0,
        [a] => u64::from(a) << 56,
        [a, b] => u64::from(a) << 56 | u64::from(b) << 48,
        [a, b, c, ..] => u64::from(a) << 56 | u64::from(b) << 48 | u64::from(c) << 40,
    }
}

impl Slot {
    fn new(key: Text, entry: Entry) -> Self {
        Slot {
            prefix: prefix(key.as_bytes()),
            key,
            entry,
        }
    }
}

/// Returns the place of a key, or the place where it would be put.
#[inline]
fn search(slots: &[Slot], key: &[u8]) -> Result<usize, usize> {
    let prefix = prefix(key);
    let start = slots.partition_point(|slot| slot.prefix < prefix);
    let rest = slots.get(start..).unwrap_or_default();
    // Hardly ever more than two keys have one prefix.
    let alike = rest.iter().take_while(|slot| slot.prefix == prefix);
    for (at, slot) in (start..).zip(alike.clone()) {
        match slot.key.as_bytes().cmp(key) {
            Ordering::Less => {}
            Ordering::Equal => return Ok(at),
            Ordering::Greater => return Err(at),
        }
    }
    Err(start + alike.count())
}

impl Default for Entries {
    fn default() -> Self {
        Entries::new()
    }
}

impl Entries {
    /// No entries.
    pub const fn new() -> Self {
        Entries(Store::Few(Vec::new()))
    }

    /// No entries, with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        Entries(Store::Few(Vec::with_capacity(count.min(FEW))))
    }

    /// Number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Store::Few(slots) => slots.len(),
            Store::Many(tree) => tree.len(),
        }
    }

    /// Returns true if there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of `key`.
    #[inline]
    pub fn get(&self, key: &[u8]) -> Option<&Entry> {
        match &self.0 {
            Store::Few(slots) => slots.get(search(slots, key).ok()?).map(|slot| &slot.entry),
            Store::Many(tree) => tree.get(key),
        }
    }

    /// The entry of `key`, to be changed.
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut Entry> {
        match &mut self.0 {
            Store::Few(slots) => {
                let at = search(slots, key).ok()?;
                slots.get_mut(at).map(|slot| &mut slot.entry)
            }
            Store::Many(tree) => tree.get_mut(key),
        }
    }

    /// Returns true if `key` is there.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    /// Sets the entry of `key` and gives the one that it had.
    pub fn insert(&mut self, key: Text, entry: Entry) -> Option<Entry> {
        let slots = match &mut self.0 {
            Store::Few(slots) => slots,
            Store::Many(tree) => return tree.insert(key, entry),
        };
        match search(slots, key.as_bytes()) {
            Ok(at) => {
                let slot = slots.get_mut(at)?;
                return Some(std::mem::replace(&mut slot.entry, entry));
            }
            Err(at) if slots.len() < FEW => slots.insert(at, Slot::new(key, entry)),
            Err(_) => {
                let slots = std::mem::take(slots).into_iter();
                let mut tree: BTreeMap<_, _> = slots.map(|slot| (slot.key, slot.entry)).collect();
                tree.insert(key, entry);
                self.0 = Store::Many(tree);
            }
        }
        None
    }

    /// Removes the entry of `key` and gives it.
    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        match &mut self.0 {
            Store::Few(slots) => {
                let at = search(slots, key).ok()?;
                Some(slots.remove(at).entry)
            }
            Store::Many(tree) => tree.remove(key),
        }
    }

    /// Keys with their entries.
    pub fn iter(&self) -> Iter<'_> {
        Iter(match &self.0 {
            Store::Few(slots) => Rows::Few(slots.iter()),
            Store::Many(tree) => Rows::Many(tree.iter()),
        })
    }

    /// The keys.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Text> {
        self.iter().map(|(key, _)| key)
    }

    /// The entries without their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.iter().map(|(_, entry)| entry)
    }

    /// The entries without their keys, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        let (few, many) = match &mut self.0 {
            Store::Few(slots) => (Some(slots), None),
            Store::Many(tree) => (None, Some(tree)),
        };
        let few = few.into_iter().flatten().map(|slot| &mut slot.entry);
        few.chain(many.into_iter().flat_map(|tree| tree.values_mut()))
    }
}

impl FromIterator<(Text, Entry)> for Entries {
    /// Of equal keys the last entry counts.
    fn from_iter<I: IntoIterator<Item = (Text, Entry)>>(entries: I) -> Self {
        let slots = entries.into_iter();
        let mut slots: Vec<Slot> = slots.map(|(key, entry)| Slot::new(key, entry)).collect();
        let order = |a: &Slot, b: &Slot| {
            let prefixes = a.prefix.cmp(&b.prefix);
            prefixes.then_with(|| a.key.cmp(&b.key))
        };
        slots.sort_by(order);
        slots.dedup_by(|later, kept| {
            let same = order(later, kept).is_eq();
            if same {
                std::mem::swap(&mut later.entry, &mut kept.entry);
            }
            same
        });
        if slots.len() <= FEW {
            return Entries(Store::Few(slots));
        }
        let entries = slots.into_iter().map(|slot| (slot.key, slot.entry));
        Entries(Store::Many(entries.collect()))
    }
}

/// Keys with their entries, sorted; see [`Entries::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'e>(Rows<slice::Iter<'e, Slot>, btree_map::Iter<'e, Text, Entry>>);

/// Keys with their entries, sorted, taken out of [`Entries`].
#[derive(Debug)]
pub struct IntoIter(Rows<vec::IntoIter<Slot>, btree_map::IntoIter<Text, Entry>>);

#[derive(Clone, Debug)]
enum Rows<F, M> {
    Few(F),
    Many(M),
}

impl<'e> Iterator for Iter<'e> {
    type Item = (&'e Text, &'e Entry);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Rows::Few(slots) => slots.next().map(|slot| (&slot.key, &slot.entry)),
            Rows::Many(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Rows::Few(slots) => slots.size_hint(),
            Rows::Many(tree) => tree.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Rows::Few(slots) => slots.next_back().map(|slot| (&slot.key, &slot.entry)),
            Rows::Many(tree) => tree.next_back(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl Iterator for IntoIter {
    type Item = (Text, Entry);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Rows::Few(slots) => slots.next().map(|slot| (slot.key, slot.entry)),
            Rows::Many(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Rows::Few(slots) => slots.size_hint(),
            Rows::Many(tree) => tree.size_hint(),
        }
    }
}

impl ExactSizeIterator for IntoIter {}

impl IntoIterator for Entries {
    type Item = (Text, Entry);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(match self.0 {
            Store::Few(slots) => Rows::Few(slots.into_iter()),
            Store::Many(tree) => Rows::Many(tree.into_iter()),
        })
    }
}

impl<'e> IntoIterator for &'e Entries {
    type Item = (&'e Text, &'e Entry);
    type IntoIter = Iter<'e>;

    fn into_iter(self) -> Iter<'e> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;
    use crate::value::Value;

    fn entry(number: usize) -> Entry {
        Entry {
            value: Value::int(number as i64),
            origin: Origin(number as u32),
        }
    }

    /// Keys with common beginnings of all lengths, in no order.
    fn keys() -> impl Iterator<Item = Vec<u8>> {
        let letters = [0, b'a', b'b', 0xff];
        (0..900_usize).map(move |number| {
            let number = number * 7919 % 900;
            let digit = |place: u32| letters[number / 4_usize.pow(place) % 4];
            (0..number as u32 % 11).map(digit).collect()
        })
    }

    #[test]
    fn entries_behave_as_those_of_a_tree() {
        let (mut entries, mut tree) = (Entries::new(), BTreeMap::new());
        for (number, key) in keys().take(FEW).enumerate() {
            let previous = entries.insert(Text::from(&*key), entry(number));
            let expected = tree.insert(key.clone(), number as u32);
            assert_eq!(previous.map(|e| e.origin.0), expected, "{key:?}");
            if number % 3 == 0 {
                let key: Vec<u8> = key.iter().copied().take(number % 5).collect();
                let removed = entries.remove(&key).map(|e| e.origin.0);
                assert_eq!(removed, tree.remove(&key), "{key:?}");
            }
            assert_eq!(entries.len(), tree.len());
        }
        assert!(matches!(entries.0, Store::Few(_)));
        check(&entries, &tree);
        for number in 0..2 * FEW {
            let key = format!("{}", number * 7919 % 1000).into_bytes();
            entries.insert(Text::from(&*key), entry(number));
            tree.insert(key, number as u32);
        }
        assert!(matches!(entries.0, Store::Many(_)));
        check(&entries, &tree);
    }

    #[test]
    fn entries_are_collected_as_they_are_put_in() {
        for count in [0, 1, 100, 900] {
            let mut tree = BTreeMap::new();
            let pairs = keys().take(count).enumerate().map(|(number, key)| {
                tree.insert(key.clone(), number as u32);
                (Text::from(&*key), entry(number))
            });
            let entries: Entries = pairs.collect();
            check(&entries, &tree);
        }
    }

    fn check(entries: &Entries, tree: &BTreeMap<Vec<u8>, u32>) {
        let all = entries
            .iter()
            .map(|(k, e)| (k.as_bytes().to_vec(), e.origin.0));
        let expected = tree.iter().map(|(key, number)| (key.clone(), *number));
        assert!(all.eq(expected.clone()));
        let back = entries.iter().rev().map(|(_, e)| e.origin.0);
        assert!(back.eq(tree.values().rev().copied()));
        let owned = entries.clone().into_iter();
        assert!(
            owned
                .map(|(k, e)| (k.as_bytes().to_vec(), e.origin.0))
                .eq(expected)
        );
        for key in keys() {
            let origin = entries.get(&key).map(|e| e.origin.0);
            assert_eq!(origin.as_ref(), tree.get(&key), "{key:?}");
        }
    }
}
