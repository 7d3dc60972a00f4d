//! Texts as small sketches: MinHash of word shingles, and SimHash, from one pass over the text.
//!
//! Not for comparing the sketches.
//!
//! Source: Broder, On the resemblance and containment of documents, 1997 (MinHash); Charikar, Similarity estimation
//! techniques from rounding algorithms, 2002 (SimHash).

use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

use crate::content::hash;
use crate::words::append_words;

/// Permutations that are worked on at once, so that their minimums stay in registers.
const LANES: usize = 32;
/// Bytes of a word's hash.
const WORD_BYTES: usize = 8;
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
    /// `shingle` words at a time, and that many permutations, each at least one. Permutation i comes from XXH3-64 of i (eight bytes,
    /// little-endian): the upper half, made odd, multiplies; the lower half is added.
    #[must_use]
    pub fn new(shingle: usize, permutations: usize) -> Self {
        let lanes = (0..permutations.max(1).div_ceil(LANES)).map(|block| {
            let seeds: [u64; LANES] = std::array::from_fn(|lane| hash(&((block * LANES + lane) as u64).to_le_bytes()));
            Lanes { multipliers: seeds.map(|seed| (seed >> 32) as u32 | 1), summands: seeds.map(|seed| seed as u32) }
        });
        Self { shingle: shingle.max(1), permutations: permutations.max(1), lanes: lanes.collect() }
    }

    /// For each text the least value of every permutation over its shingles, row by row.
    #[must_use]
    pub fn fingerprints(&self, texts: &[&str]) -> Vec<u32> {
        let mut slots = vec![u32::MAX; texts.len() * self.permutations];
        let arch = Arch::new();
        texts.par_iter().zip(slots.par_chunks_mut(self.permutations)).with_min_len(TEXTS_WORTH_A_THREAD).for_each_init(
            Scratch::default,
            |scratch, (text, row)| {
                self.read(text, scratch);
                arch.dispatch(Lower { lanes: &self.lanes, shingles: &scratch.shingles, row });
            },
        );
        slots
    }

    /// The same, and each text's SimHash, from one reading.
    #[must_use]
    pub fn sketches(&self, texts: &[&str]) -> (Vec<u32>, Vec<u64>) {
        let mut slots = vec![u32::MAX; texts.len() * self.permutations];
        let mut bits = vec![0; texts.len()];
        let arch = Arch::new();
        texts
            .par_iter()
            .zip(slots.par_chunks_mut(self.permutations))
            .zip(bits.par_iter_mut())
            .with_min_len(TEXTS_WORTH_A_THREAD)
            .for_each_init(Scratch::default, |scratch, ((text, row), bits)| {
                self.read(text, scratch);
                *bits = majority(self.shingles(&scratch.words));
                arch.dispatch(Lower { lanes: &self.lanes, shingles: &scratch.shingles, row });
            });
        (slots, bits)
    }

    /// Leaves the hashes of the words and the lower halves of the shingles' hashes in `scratch`.
    fn read(&self, text: &str, scratch: &mut Scratch) {
        scratch.words.clear();
        append_words(text, &mut scratch.word, &mut scratch.words);
        scratch.shingles.clear();
        let threes = scratch.words.as_chunks::<WORD_BYTES>().0.windows(3).filter_map(|three| three.first_chunk::<3>());
        if self.shingle == 3 && scratch.words.len() >= 3 * WORD_BYTES {
            // what the compiler knows the length of is hashed in half the time
            scratch.shingles.extend(threes.map(|three| hash(three.as_flattened()) as u32));
        } else {
            scratch.shingles.extend(self.shingles(&scratch.words).map(|hash| hash as u32));
        }
    }

    /// The hash of every shingle of the words whose hashes are given.
    fn shingles<'a>(&self, words: &'a [u8]) -> impl ExactSizeIterator<Item = u64> + use<'a> {
        let window = (self.shingle * WORD_BYTES).min(words.len());
        words.windows(window.max(1)).step_by(WORD_BYTES).map(hash)
    }
}

/// Brings the slots of `row` down to the least values over `shingles`; compiled for each instruction set.
struct Lower<'a> {
    lanes: &'a [Lanes],
    shingles: &'a [u32],
    row: &'a mut [u32],
}

impl NullaryFnOnce for Lower<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (lanes, slots) in self.lanes.iter().zip(self.row.chunks_mut(LANES)) {
            let mut least = [u32::MAX; LANES];
            for &shingle in self.shingles {
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

/// The bits that are set in more than half of the hashes.
fn majority(hashes: impl ExactSizeIterator<Item = u64>) -> u64 {
    let count = hashes.len() as u64;
    // plane p holds bit p of 64 counters, one for each bit of a hash
    let mut planes = vec![0_u64; (u64::BITS - count.leading_zeros()) as usize];
    for hash in hashes {
        let mut carry = hash;
        for plane in &mut planes {
            (*plane, carry) = (*plane ^ carry, *plane & carry);
        }
    }
    // from the highest plane down: counters above half so far, and equal to half so far
    let (mut above, mut equal) = (0_u64, u64::MAX);
    for (number, &plane) in planes.iter().enumerate().rev() {
        let half = if (count / 2) >> number & 1 == 1 { u64::MAX } else { 0 };
        above |= equal & plane & !half;
        equal &= !(plane ^ half);
    }
    above
}

#[cfg(test)]
mod tests {
    use super::{Sketcher, majority};
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
            prop_assert_eq!(&slots, &Sketcher::new(size, 33).fingerprints(&[&text, &text]));
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
            let expected = (0..64).filter(|bit| hashes.iter().filter(|hash| *hash >> bit & 1 == 1).count() * 2 > hashes.len());
            prop_assert_eq!(majority(hashes.iter().copied()), expected.fold(0, |bits, bit| bits | 1_u64 << bit));
        }
    }

    #[test]
    fn sketches_are_alike_on_any_number_of_threads() {
        let texts: Vec<String> =
            (0..300).map(|number| format!("text {number} of {} words ", number % 7).repeat(9)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let expected = Sketcher::new(3, 128).sketches(&texts);
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| Sketcher::new(3, 128).sketches(&texts)), expected);
        }
    }
}
