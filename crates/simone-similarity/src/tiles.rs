//! Which pairs of unit rows can reach a threshold: single-precision sums that stop as soon as few pairs are left.
//!
//! Not for scores: `near` computes those of the pairs that remain.
//!
//! After every [`STEP`] columns the cosine of two rows is at most the sum so far plus the product of the lengths of what is
//! left of them (Cauchy and Schwarz).

/// Rows on the left of a tile.
pub(crate) const LEFTS: usize = 6;
/// Rows on the right of a tile, packed column by column: `panel[column * RIGHTS + row]`.
pub(crate) const RIGHTS: usize = 32;
/// Columns between two looks at what is left.
pub(crate) const STEP: usize = 32;
/// So few pairs are cheaper to score than to estimate further.
const FEW: u32 = 1;

/// Six rows beside thirty-two.
pub(crate) struct Tile<'a> {
    pub(crate) lefts: [&'a [f32]; LEFTS],
    pub(crate) left_rests: [&'a [f32]; LEFTS],
    pub(crate) panel: &'a [f32],
    pub(crate) panel_rests: &'a [f32],
    pub(crate) floor: f32,
}

impl<'a> Tile<'a> {
    /// `lefts` of one width, `panel` of `RIGHTS` rows; rests: lengths of what is left after each step, the last 0.0.
    pub(crate) fn new(
        lefts: [&'a [f32]; LEFTS],
        left_rests: [&'a [f32]; LEFTS],
        panel: &'a [f32],
        panel_rests: &'a [f32],
        floor: f32,
    ) -> Self {
        let width = panel.len() / RIGHTS;
        let steps = width.div_ceil(STEP);
        assert!(panel.len().is_multiple_of(RIGHTS), "a panel is whole columns");
        assert!(lefts.iter().all(|left| left.len() == width), "rows are as wide as the panel");
        assert!(left_rests.iter().all(|rests| rests.len() == steps), "one rest for each step");
        assert_eq!(panel_rests.len(), steps * RIGHTS, "one rest for each step and row");
        Self { lefts, left_rests, panel, panel_rests, floor }
    }

    /// Whether so few pairs are left that the rest of the columns need not be read.
    pub(crate) fn is_settled(&self, bits: &[u32; LEFTS]) -> bool {
        bits.iter().map(|bits| bits.count_ones()).sum::<u32>() <= FEW
    }
}

/// For each left row the right rows, as bits, that may reach the floor; all others are proven to stay below it.
pub(crate) fn reaching(tile: &Tile<'_>) -> [u32; LEFTS] {
    let mut sums = [[0.0_f32; RIGHTS]; LEFTS];
    let mut bits = [0; LEFTS];
    let steps = tile.panel.chunks(STEP * RIGHTS).zip(tile.panel_rests.chunks_exact(RIGHTS));
    for (step, (panel, rests)) in steps.enumerate() {
        for (sums, left) in sums.iter_mut().zip(tile.lefts) {
            for (right, value) in panel.chunks_exact(RIGHTS).zip(left.iter().skip(step * STEP)) {
                sums.iter_mut().zip(right).for_each(|(sum, other)| *sum += value * other);
            }
        }
        for ((bits, sums), own) in bits.iter_mut().zip(&sums).zip(tile.left_rests) {
            let own = own.get(step).copied().unwrap_or_default();
            let reaches = |(sum, rest): (&f32, &f32)| u32::from(sum + own * rest >= tile.floor);
            *bits = sums.iter().zip(rests).rev().fold(0, |bits, pair| bits << 1 | reaches(pair));
        }
        if tile.is_settled(&bits) {
            break;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::{LEFTS, RIGHTS, STEP, Tile};
    use crate::level::Level;

    #[test]
    fn every_kernel_keeps_the_pairs_that_reach_and_settles_the_rest() {
        for width in [1, 31, 32, 33, 70, 128] {
            let value = |seed: usize| ((seed * 7919 % 101) as f32 - 50.0) / 50.0;
            let unit = |row: usize| -> Vec<f32> {
                let row: Vec<f32> = (0..width).map(|column| value(row * 131 + column * 17 + row * column)).collect();
                let length = row.iter().map(|value| value * value).sum::<f32>().sqrt().max(0.1);
                row.iter().map(|value| value / length).collect()
            };
            let rests = |row: &[f32]| -> Vec<f32> {
                let rest =
                    |step: usize| row.iter().skip((step + 1) * STEP).map(|value| value * value).sum::<f32>().sqrt();
                (0..width.div_ceil(STEP)).map(rest).collect()
            };
            let lefts: Vec<Vec<f32>> = (0..LEFTS).map(unit).collect();
            let rights: Vec<Vec<f32>> = (100..100 + RIGHTS).map(unit).collect();
            let left_rests: Vec<Vec<f32>> = lefts.iter().map(|row| rests(row)).collect();
            let right_rests: Vec<Vec<f32>> = rights.iter().map(|row| rests(row)).collect();
            let panel: Vec<f32> = (0..width).flat_map(|column| rights.iter().map(move |row| row[column])).collect();
            let panel_rests: Vec<f32> =
                (0..width.div_ceil(STEP)).flat_map(|step| right_rests.iter().map(move |rests| rests[step])).collect();
            for floor in [-0.5, 0.2, 0.9] {
                let tile = Tile::new(
                    std::array::from_fn(|row| lefts[row].as_slice()),
                    std::array::from_fn(|row| left_rests[row].as_slice()),
                    &panel,
                    &panel_rests,
                    floor,
                );
                for level in Level::all() {
                    let bits = level.reaching(&tile);
                    let mut extra = 0;
                    for (left, bits) in lefts.iter().zip(bits) {
                        for (right, other) in rights.iter().enumerate() {
                            let score: f32 = left.iter().zip(other).map(|(one, two)| one * two).sum();
                            assert!(score < floor - 1e-4 || bits >> right & 1 == 1 || score < floor + 1e-4);
                            extra += u32::from(score < floor - 1e-4 && bits >> right & 1 == 1);
                        }
                    }
                    assert!(extra <= 2, "{extra} pairs were not ruled out");
                }
            }
        }
    }
}
