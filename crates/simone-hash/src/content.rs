//! XXH3 of bytes, and the first of each group of equal items.
//!
//! Not for near-duplicates.
//!
//! Source: Collet, xxHash, XXH3 with seed 0; stable across versions and platforms.

use hashbrown::HashTable;
use rayon::prelude::*;
use xxhash_rust::const_xxh3;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Bytes below which a second thread costs more than it saves.
const BYTES_WORTH_A_THREAD: usize = 1 << 18;

/// XXH3-64 with seed 0.
#[inline]
#[must_use]
pub fn hash(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// XXH3-128 with seed 0; its digits in base 16 are the canonical form.
#[inline]
#[must_use]
pub fn wide_hash(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// XXH3-64 with seed 0, for the compiler.
pub(crate) const fn const_hash(bytes: &[u8]) -> u64 {
    const_xxh3::xxh3_64(bytes)
}

/// What `hash` makes of every item, in order.
#[must_use]
pub fn hash_batch<H: Send>(items: &[&[u8]], hash: impl Fn(&[u8]) -> H + Sync) -> Vec<H> {
    let bytes: usize = items.iter().map(|item| item.len()).sum();
    if bytes < BYTES_WORTH_A_THREAD {
        return items.iter().map(|item| hash(item)).collect();
    }
    let per_task = (items.len() * (BYTES_WORTH_A_THREAD / 4) / bytes).max(1);
    items.par_iter().with_min_len(per_task).map(|item| hash(item)).collect()
}

/// Indices of the first of each group of items with equal bytes, ascending. Equal hashes of unequal bytes do not mislead.
#[must_use]
pub fn first_of_each(items: &[&[u8]]) -> Vec<usize> {
    let hashes = hash_batch(items, hash);
    let mut seen: HashTable<(u64, &[u8])> = HashTable::with_capacity(items.len());
    let mut first = Vec::new();
    for (index, (&hash, &item)) in hashes.iter().zip(items).enumerate() {
        let entry = seen.entry(hash, |known| *known == (hash, item), |known| known.0);
        if let hashbrown::hash_table::Entry::Vacant(place) = entry {
            place.insert((hash, item));
            first.push(index);
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::{first_of_each, hash, hash_batch};
    use proptest::prelude::*;

    #[test]
    fn the_published_vector_of_the_empty_input_holds() {
        assert_eq!(hash(b""), 0x2D06_8005_38D3_94C2);
    }

    #[test]
    fn many_bytes_hash_alike_on_any_number_of_threads() {
        let text: Vec<u8> = (0..1 << 21).map(|i: u32| (i % 251) as u8).collect();
        let items: Vec<&[u8]> = text.chunks(777).collect();
        let one: Vec<u64> = items.iter().map(|item| hash(item)).collect();
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| hash_batch(&items, hash)), one);
        }
    }

    proptest! {
        #[test]
        fn the_first_of_each_is_kept(items in prop::collection::vec(prop::collection::vec(0_u8..3, 0..3), 0..60)) {
            let slices: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
            let expected: Vec<usize> =
                (0..items.len()).filter(|&index| !items[..index].contains(&items[index])).collect();
            prop_assert_eq!(first_of_each(&slices), expected);
        }
    }
}
