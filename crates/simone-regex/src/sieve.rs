//! Where literals stand in a text, in any case of ASCII letters: one pass, however many literals there are.
//!
//! Not for patterns.
//!
//! Each literal is known by a few neighbouring bytes of it, those that English has least. A bitmap of their hashes rules out
//! nearly every place of a text with one look-up that waits for no other; what it lets through is compared in full.

/// Bytes of a block, one bit each.
const BLOCK: usize = 64;
/// Bytes that a literal is known by, at most.
const WIDEST: usize = 4;
/// A block and what its last windows reach into.
const REACH: usize = BLOCK + WIDEST - 1;
const HASHES: usize = 1 << 16;
/// Makes ASCII letters small; other signs may fall together, which costs a comparison.
const SMALL: u64 = 0x2020_2020_2020_2020;
/// Letters and the space by how often English has them.
const OFTEN: &[u8] = b" etaoinsrhldcumfpgwybvkxjqz";

/// Literals of at least `width` bytes each.
pub(crate) struct Sieve {
    literals: Vec<Vec<u8>>,
    /// What is kept of the four bytes read at a place: the first `width`.
    mask: u32,
    bits: Box<[u64; HASHES / BLOCK]>,
    /// Hash -> its entries, up to the next one's.
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

struct Entry {
    key: u32,
    literal: usize,
    /// Of the key in the literal.
    offset: usize,
    /// The first bytes of the literal, and what of eight bytes they are.
    first: u64,
    first_mask: u64,
}

impl Sieve {
    /// `literals`: ASCII letters small, each of at least `width` bytes, which is 3 or 4.
    pub(crate) fn new(literals: Vec<Vec<u8>>, width: usize) -> Self {
        let mask = u32::MAX >> (8 * WIDEST.saturating_sub(width).min(3));
        let mut bits = Box::new([0; HASHES / BLOCK]);
        let mut entries: Vec<(usize, Entry)> = Vec::with_capacity(literals.len());
        for (literal, text) in literals.iter().enumerate() {
            let rarest = text.windows(width).enumerate().max_by_key(|(_, window)| rarity(window));
            let Some((offset, window)) = rarest else { continue };
            let key = key(padded(window), mask);
            let hash = hash(key);
            if let Some(word) = bits.get_mut(hash / BLOCK) {
                *word |= 1 << (hash % BLOCK);
            }
            let first_mask = u64::MAX >> (8 * 8_usize.saturating_sub(text.len()));
            let first = (u64::from_le_bytes(padded(text)) | SMALL) & first_mask;
            entries.push((hash, Entry { key, literal, offset, first, first_mask }));
        }
        entries.sort_by_key(|&(hash, ref entry)| (hash, entry.key, entry.literal));
        let mut heads = Vec::with_capacity(HASHES + 1);
        let mut next = 0_u32;
        let mut hashes = entries.iter().map(|&(hash, _)| hash).peekable();
        for hash in 0..=HASHES {
            heads.push(next);
            while hashes.next_if_eq(&hash).is_some() {
                next += 1;
            }
        }
        Self { literals, mask, bits, heads, entries: entries.into_iter().map(|(_, entry)| entry).collect() }
    }

    /// Give each literal and place at which it stands to `found`, by no order that matters.
    pub(crate) fn scan(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let mut at = 0;
        while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk()) {
            self.block(block, BLOCK, text, at, &mut found);
            at += BLOCK;
        }
        // the rest, with nothing after it
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            self.block(&padded(rest), rest.len(), text, at, &mut found);
            at += BLOCK;
        }
    }

    /// The literals that may stand at the first `count` places of a block.
    #[inline(always)]
    fn block(&self, block: &[u8; REACH], count: usize, text: &[u8], at: usize, found: &mut impl FnMut(usize, usize)) {
        let mut places = 0_u64;
        for (place, window) in block.windows(WIDEST).take(count).enumerate() {
            let &[a, b, c, d] = window else { continue };
            let hash = hash(key([a, b, c, d], self.mask));
            let word = self.bits.get(hash / BLOCK).copied().unwrap_or_default();
            places |= (word >> (hash % BLOCK) & 1) << place;
        }
        while places != 0 {
            let place = places.trailing_zeros() as usize;
            places &= places - 1;
            let bytes = block.get(place..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
            self.compare(key(bytes, self.mask), text, at + place, found);
        }
    }

    /// The literals of which `key` may stand at `at`.
    fn compare(&self, key: u32, text: &[u8], at: usize, found: &mut impl FnMut(usize, usize)) {
        let hash = hash(key);
        let head = |hash: usize| self.heads.get(hash).map_or(0, |&head| head as usize);
        for entry in self.entries.get(head(hash)..head(hash + 1)).unwrap_or_default() {
            let Some(start) = at.checked_sub(entry.offset).filter(|_| entry.key == key) else { continue };
            let rest = text.get(start..).unwrap_or_default();
            let first = u64::from_le_bytes(rest.first_chunk().copied().unwrap_or_else(|| padded(rest)));
            if (first | SMALL) & entry.first_mask != entry.first {
                continue;
            }
            let Some(literal) = self.literals.get(entry.literal) else { continue };
            if rest.get(..literal.len()).is_some_and(|there| there.eq_ignore_ascii_case(literal)) {
                found(entry.literal, start);
            }
        }
    }
}

/// The first bytes, and zeros where there are too few.
fn padded<const COUNT: usize>(bytes: &[u8]) -> [u8; COUNT] {
    let mut first = [0; COUNT];
    first.iter_mut().zip(bytes).for_each(|(place, &byte)| *place = byte);
    first
}

fn key(bytes: [u8; WIDEST], mask: u32) -> u32 {
    (u32::from_le_bytes(bytes) | SMALL as u32) & mask
}

fn hash(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 16) as usize
}

fn rarity(window: &[u8]) -> usize {
    let rank = |byte: &u8| OFTEN.iter().position(|often| often == byte).unwrap_or(OFTEN.len() / 2);
    window.iter().map(rank).sum()
}

#[cfg(test)]
mod tests {
    use super::Sieve;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_literal_is_found_where_it_stands(
            literals in prop::collection::btree_set("[a-c ]{3,7}", 1..12),
            text in "[a-cA-C @]{0,200}",
            width in 3_usize..5,
        ) {
            let literals: Vec<Vec<u8>> =
                literals.into_iter().map(String::into_bytes).filter(|literal| literal.len() >= width).collect();
            let mut found = Vec::new();
            Sieve::new(literals.clone(), width).scan(text.as_bytes(), |literal, start| found.push((literal, start)));
            found.sort_unstable();
            let mut expected = Vec::new();
            for (index, literal) in literals.iter().enumerate() {
                let places = text.as_bytes().windows(literal.len()).enumerate();
                expected.extend(
                    places.filter(|(_, there)| there.eq_ignore_ascii_case(literal)).map(|(start, _)| (index, start)),
                );
            }
            prop_assert_eq!(found, expected);
        }
    }
}
