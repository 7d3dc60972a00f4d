//! Cutting bytes where their content says so, so that an insertion moves few boundaries.
//!
//! Not for text: a boundary may fall inside a character.
//!
//! Source: Xia et al., FastCDC, USENIX ATC 2016: gear hash, normalised chunking (level 2), no test below the minimum.

use crate::content::const_hash;

/// The hash covers so many last bytes: older ones are shifted out.
pub const WINDOW: usize = 64;

/// Random values for bytes: XXH3-64 of the byte.
const GEAR: [u64; 256] = gear();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler, which checks")]
const fn gear() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = const_hash(&[byte as u8]);
        byte += 1;
    }
    table
}

/// Cuts what it is fed; how the bytes are split over calls makes no difference.
#[derive(Clone, Debug)]
pub struct Chunker {
    minimum: usize,
    average: usize,
    maximum: usize,
    /// A cut needs a hash below this while the chunk is shorter than the average: once in four averages.
    early: u64,
    /// And below this from then on: four times per average.
    late: u64,
    hash: u64,
    /// Bytes of the open chunk.
    filled: usize,
    /// Bytes fed so far.
    position: u64,
}

impl Chunker {
    /// Sizes in bytes. The hash covers 64 bytes, so no chunk is cut below 64, and none averages below 256.
    #[must_use]
    pub fn new(minimum: usize, average: usize, maximum: usize) -> Self {
        let minimum = minimum.max(WINDOW);
        let average = average.max(minimum).max(256);
        let threshold = |power: u32| u64::try_from((1_u128 << power) / average as u128).unwrap_or(u64::MAX);
        Self {
            minimum,
            average,
            maximum: maximum.max(average),
            early: threshold(62),
            late: threshold(66),
            hash: 0,
            filled: 0,
            position: 0,
        }
    }

    /// Appends the offsets, from the very first byte fed, at which chunks end within `data`.
    pub fn feed(&mut self, data: &[u8], cuts: &mut Vec<u64>) {
        let mut rest = data;
        while !rest.is_empty() {
            let (read, cut) = self.advance(rest);
            self.filled += read;
            self.position += read as u64;
            rest = rest.get(read..).unwrap_or_default();
            if cut || self.filled == self.maximum {
                cuts.push(self.position);
                self.filled = 0;
                self.hash = 0;
            }
        }
    }

    /// The end of the last chunk, if any is open; the chunker can be fed anew.
    pub fn finish(&mut self) -> Option<u64> {
        let open = self.filled > 0;
        let end = self.position;
        (self.filled, self.hash, self.position) = (0, 0, 0);
        open.then_some(end)
    }

    /// Reads up to the end of the stretch the open chunk is in, or to a cut: bytes read, and whether they end a chunk.
    fn advance(&mut self, data: &[u8]) -> (usize, bool) {
        let head = |end: usize, filled: usize| data.get(..end - filled).unwrap_or(data);
        // the byte that fills the minimum is the first after which a cut may be made
        let (unread, untested) = (self.minimum - WINDOW, self.minimum - 1);
        if self.filled < unread {
            return (head(unread, self.filled).len(), false);
        }
        if self.filled < untested {
            return self.roll(head(untested, self.filled), 0);
        }
        if self.filled < self.average - 1 {
            return self.roll(head(self.average - 1, self.filled), self.early);
        }
        self.roll(head(self.maximum, self.filled), self.late)
    }

    fn roll(&mut self, data: &[u8], below: u64) -> (usize, bool) {
        let mut hash = self.hash;
        for (index, &byte) in data.iter().enumerate() {
            hash = (hash << 1).wrapping_add(GEAR.get(usize::from(byte)).copied().unwrap_or_default());
            if hash < below {
                return (index + 1, true);
            }
        }
        self.hash = hash;
        (data.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunker, GEAR, WINDOW};
    use crate::content::hash;
    use proptest::prelude::*;

    fn noise(length: usize, seed: u64) -> Vec<u8> {
        (0..length as u64).map(|at| hash(&[at.to_le_bytes(), seed.to_le_bytes()].concat()) as u8).collect()
    }

    fn cuts(sizes: (usize, usize, usize), pieces: &[&[u8]]) -> Vec<u64> {
        let mut chunker = Chunker::new(sizes.0, sizes.1, sizes.2);
        let mut cuts = Vec::new();
        pieces.iter().for_each(|piece| chunker.feed(piece, &mut cuts));
        cuts.extend(chunker.finish());
        cuts
    }

    #[test]
    fn a_byte_has_the_hash_of_itself() {
        assert!((0..=255).all(|byte: u8| GEAR[usize::from(byte)] == hash(&[byte])));
    }

    #[test]
    fn a_hash_covers_the_window_and_nothing_before_it() {
        let data = noise(100_000, 1);
        let ends = cuts((64, 256, 4096), &[&data]);
        let mut start = 0;
        for &end in &ends[..ends.len() - 1] {
            let length = end as usize - start;
            let below = if length < 256 { (1_u128 << 62) / 256 } else { (1_u128 << 66) / 256 };
            let window = &data[end as usize - WINDOW..end as usize];
            let sum = window.iter().fold(0_u64, |sum, &byte| (sum << 1).wrapping_add(GEAR[usize::from(byte)]));
            assert!((64..=4096).contains(&length) && u128::from(sum) < below);
            start = end as usize;
        }
    }

    #[test]
    fn an_insertion_moves_few_boundaries() {
        let before = noise(1 << 20, 2);
        let mut after = before.clone();
        after.splice(5000..5000, *b"inserted");
        let ends = cuts((512, 2048, 8192), &[&before]);
        let moved: Vec<u64> = cuts((512, 2048, 8192), &[&after]).into_iter().map(|end| end - 8).collect();
        let kept = ends.iter().filter(|end| moved.contains(end)).count();
        assert!(ends.len() > 300 && kept + 20 > ends.len());
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_split_makes_no_difference(
            length in 0_usize..20_000,
            seed: u64,
            plain: bool,
            minimum in 64_usize..300,
            pieces in prop::collection::vec(0_usize..3000, 0..30),
        ) {
            let data = if plain { vec![7; length] } else { noise(length, seed) };
            let sizes = (minimum, minimum + 300, minimum + 900);
            let mut split = Vec::new();
            let mut rest = data.as_slice();
            for piece in pieces {
                let (head, tail) = rest.split_at(piece.min(rest.len()));
                split.push(head);
                rest = tail;
            }
            split.push(rest);
            let whole = cuts(sizes, &[&data]);
            prop_assert_eq!(&whole, &cuts(sizes, &split));
            prop_assert_eq!(whole.last().copied().unwrap_or(0), length as u64);
        }
    }
}
