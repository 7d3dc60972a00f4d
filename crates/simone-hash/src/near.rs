//! Pairs of fingerprints that agree in at least so many slots: all of them, by bands that cannot miss any.
//!
//! Not for approximate search.

use rayon::prelude::*;

/// Two rows and in how many slots they agree; the first is the lower.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Pair {
    /// Index of the lower row.
    pub first: usize,
    /// Index of the higher row.
    pub second: usize,
    /// Slots that are equal.
    pub equal: usize,
}

/// Every pair of rows (of `width` slots each) that agrees in at least `needed` slots, ordered by its rows.
///
/// Such a pair differs in at most `width - needed` slots. The slots are cut into one band more than that, so at least
/// one band of the pair is free of differences (pigeonhole): only rows that agree in a whole band are compared.
#[must_use]
pub fn near_duplicates(slots: &[u32], width: usize, needed: usize) -> Vec<Pair> {
    let needed = needed.max(1);
    if width == 0 || needed > width {
        return Vec::new();
    }
    let rows: Vec<&[u32]> = slots.chunks_exact(width).collect();
    let count = width - needed + 1;
    let bands: Vec<(usize, usize)> =
        (0..count).map(|band| (band * width / count, (band + 1) * width / count)).collect();
    let mut pairs: Vec<Pair> =
        (0..count).into_par_iter().flat_map_iter(|band| agreeing_first_in(band, &bands, &rows, needed)).collect();
    pairs.par_sort_unstable();
    pairs
}

/// The pairs whose first band without differences is `band`.
fn agreeing_first_in(band: usize, bands: &[(usize, usize)], rows: &[&[u32]], needed: usize) -> Vec<Pair> {
    let (earlier, (start, end)) = match bands.split_at_checked(band) {
        Some((earlier, [this, ..])) => (earlier, *this),
        _ => return Vec::new(),
    };
    let mut keyed: Vec<(u64, usize)> =
        rows.iter().enumerate().map(|(index, row)| (key(row.get(start..end).unwrap_or_default()), index)).collect();
    keyed.sort_unstable();
    let mut found = Vec::new();
    for group in keyed.chunk_by(|left, right| left.0 == right.0) {
        for (place, &(_, first)) in group.iter().enumerate() {
            for &(_, second) in group.iter().skip(place + 1) {
                let (Some(left), Some(right)) = (rows.get(first), rows.get(second)) else { continue };
                let equal = left.iter().zip(*right).map(|(left, right)| usize::from(left == right)).sum();
                let alike = |&(start, end): &(usize, usize)| left.get(start..end) == right.get(start..end);
                if equal >= needed && alike(&(start, end)) && !earlier.iter().any(alike) {
                    found.push(Pair { first, second, equal });
                }
            }
        }
    }
    found
}

/// Equal bands have equal keys; unequal bands with equal keys cost a comparison and no more.
fn key(band: &[u32]) -> u64 {
    band.iter().fold(0, |key, &slot| (key ^ u64::from(slot)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29))
}

#[cfg(test)]
mod tests {
    use super::{Pair, near_duplicates};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_pair_is_missed_or_made_up(
            width in 1_usize..12,
            needed in 1_usize..13,
            values in prop::collection::vec(0_u32..3, 0..200),
        ) {
            let slots = &values[..values.len() / width * width];
            let rows: Vec<&[u32]> = slots.chunks(width).collect();
            let mut expected = Vec::new();
            for (first, left) in rows.iter().enumerate() {
                for (second, right) in rows.iter().enumerate().skip(first + 1) {
                    let equal = left.iter().zip(*right).filter(|(left, right)| left == right).count();
                    if equal >= needed {
                        expected.push(Pair { first, second, equal });
                    }
                }
            }
            prop_assert_eq!(near_duplicates(slots, width, needed), expected);
        }
    }

    #[test]
    fn no_slots_make_no_pairs() {
        assert!(near_duplicates(&[], 0, 1).is_empty() && near_duplicates(&[], 4, 1).is_empty());
    }
}
