//! Texts as small sketches: MinHash of word shingles, and SimHash, from one pass over the text.
//!
//! Not for comparing the sketches.
//!
//! Source: Broder, On the resemblance and containment of documents, 1997 (MinHash); Charikar, Similarity estimation
//! techniques from rounding algorithms, 2002 (SimHash).

use pulp::Arch;
use rayon::prelude::*;

use crate::content::hash;
use crate::words::append_words;

/// Permutations that are worked on at once, so that their minimums stay in registers.
const LANES: usize = 32;
/// Bytes of a word's hash.
const WORD_BYTES: usize = 8;
/// A SimHash counts its bits in so many planes: shingles up to 2^48.
const PLANES: usize = 48;
/// Texts below which a second thread costs more than it saves.
const TEXTS_WORTH_A_THREAD: usize = 8;

/// The permutations `x -> a x + b` of 32 bits, and how many words make a shingle.
pub struct Sketcher {
    shingle: usize,
    permutations: usize,
    lanes: Vec<Lanes>,
}

struct Lanes {
    multipliers: [u32; LANES],
    summands: [u32; LANES],
}

/// What is used again for every text.
#[derive(Default)]
struct Scratch {
    word: Vec<u8>,
    words: Vec<u8>,
    shingles: Vec<u32>,
}

impl Sketcher {
    /// `shingle` words at a time, and that many permutations. Permutation i comes from XXH3-64 of i (eight bytes,
    /// little-endian): the upper half, made odd, multiplies; the lower half is added.
    #[must_use]
    pub fn new(shingle: usize, permutations: usize) -> Self {
        let lanes = (0..permutations.div_ceil(LANES)).map(|block| {
            let seeds: [u64; LANES] =
                std::array::from_fn(|lane| hash(&((block * LANES + lane) as u64).to_le_bytes()));
            Lanes { multipliers: seeds.map(|seed| (seed >> 32) as u32 | 1), summands: seeds.map(|seed| seed as u32) }
        });
        Self { shingle: shingle.max(1), permutations, lanes: lanes.collect() }
    }

    /// For each text the least value of every permutation over its shingles, row by row, and its SimHash.
    #[must_use]
    pub fn sketches(&self, texts: &[&str]) -> (Vec<u32>, Vec<u64>) {
        let mut slots = vec![u32::MAX; texts.len() * self.permutations];
        let mut bits = vec![0; texts.len()];
        let arch = Arch::new();
        texts
            .par_iter()
            .zip(slots.par_chunks_mut(self.permutations.max(1)))
            .zip(bits.par_iter_mut())
            .with_min_len(TEXTS_WORTH_A_THREAD)
            .for_each_init(Scratch::default, |scratch, ((text, row), bits)| {
                *bits = self.read(text, scratch);
                arch.dispatch(|| self.lower(&scratch.shingles, row));
            });
        (slots, bits)
    }

    /// Leaves the lower halves of the shingles' hashes in `scratch`; gives the SimHash.
    fn read(&self, text: &str, scratch: &mut Scratch) -> u64 {
        scratch.words.clear();
        scratch.shingles.clear();
        append_words(text, &mut scratch.word, &mut scratch.words);
        let window = (self.shingle * WORD_BYTES).min(scratch.words.len());
        if window == 0 {
            return 0;
        }
        let mut majority = Majority::default();
        for shingle in scratch.words.windows(window).step_by(WORD_BYTES) {
            let hash = hash(shingle);
            scratch.shingles.push(hash as u32);
            majority.add(hash);
        }
        majority.bits(scratch.shingles.len())
    }

    #[inline(always)]
    fn lower(&self, shingles: &[u32], row: &mut [u32]) {
        for (lanes, slots) in self.lanes.iter().zip(row.chunks_mut(LANES)) {
            let mut least = [u32::MAX; LANES];
            for &shingle in shingles {
                for ((least, &multiplier), &summand) in least.iter_mut().zip(&lanes.multipliers).zip(&lanes.summands) {
                    *least = (*least).min(shingle.wrapping_mul(multiplier).wrapping_add(summand));
                }
            }
            for (slot, least) in slots.iter_mut().zip(least) {
                *slot = least;
            }
        }
    }
}

/// Counts, for each of 64 bits, how often it was set: plane p holds bit p of all 64 counters.
struct Majority {
    planes: [u64; PLANES],
}

impl Default for Majority {
    fn default() -> Self {
        Self { planes: [0; PLANES] }
    }
}

impl Majority {
    #[inline]
    fn add(&mut self, hash: u64) {
        let mut carry = hash;
        for plane in &mut self.planes {
            let both = *plane & carry;
            *plane ^= carry;
            carry = both;
            if carry == 0 {
                break;
            }
        }
    }

    /// The bits that were set in more than half of `count` hashes.
    fn bits(&self, count: usize) -> u64 {
        let half = count as u64 / 2;
        // from the highest plane down: above half so far, and equal to half so far
        let (mut above, mut equal) = (0_u64, u64::MAX);
        for (number, &plane) in self.planes.iter().enumerate().rev() {
            let half = if half >> number & 1 == 1 { u64::MAX } else { 0 };
            above |= equal & plane & !half;
            equal &= !(plane ^ half);
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use super::{Majority, Sketcher};
    use crate::content::hash;
    use proptest::prelude::*;

    fn permuted(number: u64, shingle: u64) -> u32 {
        let seed = hash(&number.to_le_bytes());
        (shingle as u32).wrapping_mul((seed >> 32) as u32 | 1).wrapping_add(seed as u32)
    }

    #[test]
    fn a_text_without_words_has_the_greatest_slots_and_no_bits() {
        assert_eq!(Sketcher::new(3, 5).sketches(&["", " . "]), (vec![u32::MAX; 10], vec![0, 0]));
    }

    #[test]
    fn one_shingle_is_its_own_sketch_even_where_words_are_few() {
        let shingle = hash(&[hash(b"one").to_le_bytes(), hash(b"two").to_le_bytes()].concat());
        let slots: Vec<u32> = (0..70).map(|number| permuted(number, shingle)).collect();
        for words in [2, 3] {
            assert_eq!(Sketcher::new(words, 70).sketches(&["One, two!"]), (slots.clone(), vec![shingle]));
        }
    }

    proptest! {
        #[test]
        fn a_slot_is_the_least_of_its_permutation(words in prop::collection::vec("[a-e]{1,2}", 1..60), size in 1_usize..5) {
            let text = words.join(" ");
            let hashes: Vec<u64> = words.iter().map(|word| hash(word.as_bytes())).collect();
            let shingles: Vec<u64> = hashes
                .windows(size.min(hashes.len()))
                .map(|window| hash(&window.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>()))
                .collect();
            let (slots, bits) = Sketcher::new(size, 33).sketches(&[&text, &text]);
            for (number, &slot) in slots.iter().enumerate() {
                let least = shingles.iter().map(|&shingle| permuted(number as u64 % 33, shingle)).min();
                prop_assert_eq!(Some(slot), least);
            }
            for bit in 0..64 {
                let set = shingles.iter().filter(|shingle| *shingle >> bit & 1 == 1).count();
                prop_assert_eq!(bits[1] >> bit & 1 == 1, set * 2 > shingles.len());
            }
        }

        #[test]
        fn a_majority_is_more_than_half(hashes in prop::collection::vec(any::<u64>(), 0..300)) {
            let mut majority = Majority::default();
            hashes.iter().for_each(|&hash| majority.add(hash));
            let expected = (0..64).filter(|bit| hashes.iter().filter(|hash| *hash >> bit & 1 == 1).count() * 2 > hashes.len());
            prop_assert_eq!(majority.bits(hashes.len()), expected.fold(0, |bits, bit| bits | 1_u64 << bit));
        }
    }

    #[test]
    fn sketches_are_alike_on_any_number_of_threads() {
        let texts: Vec<String> = (0..300).map(|number| format!("text {number} of {} words ", number % 7).repeat(9)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let expected = Sketcher::new(3, 128).sketches(&texts);
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| Sketcher::new(3, 128).sketches(&texts)), expected);
        }
    }
}
