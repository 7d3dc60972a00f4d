//! How often keys were asked for lately, roughly.
//!
//! Not exact: a count may be too high where keys share all their counters, never too low before it is halved.
//!
//! Source: Cormode and Muthukrishnan, the count-min sketch, 2005; halving from TinyLFU, as in the crate's description.

const MULTIPLIERS: [u64; 4] =
    [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0xD6E8_FEB8_6659_FD93];
const FIRST_WIDTH: usize = 1024;
const WIDTH_PER_ENTRY: usize = 8;
const MOST: u8 = 15;
/// Accesses per entry after which all counts are halved, when next an entry must go.
const PERIOD: usize = 28;
/// Entries for which the period is reckoned, at least.
const FEWEST: usize = 16;

/// Four rows of counters from 0 to 15.
#[derive(Debug)]
pub struct Sketch {
    rows: [Vec<u8>; 4],
    mask: usize,
    noted: usize,
}

impl Sketch {
    pub fn new() -> Self {
        Self { rows: std::array::from_fn(|_| vec![0; FIRST_WIDTH]), mask: FIRST_WIDTH - 1, noted: 0 }
    }

    /// One more access.
    #[inline]
    pub fn note(&mut self, hash: u64) {
        for (row, multiplier) in self.rows.iter_mut().zip(MULTIPLIERS) {
            if let Some(count) = row.get_mut(place(hash, multiplier, self.mask)) {
                *count = MOST.min(*count + 1);
            }
        }
        self.noted += 1;
    }

    /// Halves all counts if many accesses were noted since, for a cache of `entries`.
    pub fn age(&mut self, entries: usize) {
        if self.noted >= PERIOD * entries.max(FEWEST) {
            for count in self.rows.iter_mut().flatten() {
                *count >>= 1;
            }
            self.noted /= 2;
        }
    }

    /// How often, from 0 to 15.
    #[inline]
    pub fn count(&self, hash: u64) -> u8 {
        let counts = self.rows.iter().zip(MULTIPLIERS);
        counts.filter_map(|(row, multiplier)| row.get(place(hash, multiplier, self.mask)).copied()).min().unwrap_or(0)
    }

    /// Wide enough for `entries`. A row twice as wide that holds itself twice counts what it counted before.
    #[inline]
    pub fn fit(&mut self, entries: usize) {
        while entries * WIDTH_PER_ENTRY > self.mask + 1 {
            for row in &mut self.rows {
                row.extend_from_within(..);
            }
            self.mask = 2 * self.mask + 1;
        }
    }
}

#[inline]
fn place(hash: u64, multiplier: u64, mask: usize) -> usize {
    (hash.wrapping_mul(multiplier) >> 32) as usize & mask
}

#[cfg(test)]
mod tests {
    use super::Sketch;

    #[test]
    fn a_count_survives_growth_and_is_halved_in_the_end() {
        let mut sketch = Sketch::new();
        for _ in 0..5 {
            sketch.note(77);
        }
        assert_eq!(sketch.count(77), 5);
        sketch.fit(100_000);
        assert_eq!(sketch.count(77), 5);
        for other in 0..27_995_u64 {
            sketch.note(other.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        }
        sketch.age(1000);
        assert_eq!(sketch.count(77), 2);
    }

    #[test]
    fn no_count_is_above_fifteen() {
        let mut sketch = Sketch::new();
        for _ in 0..100 {
            sketch.note(1);
        }
        assert_eq!(sketch.count(1), 15);
    }
}
