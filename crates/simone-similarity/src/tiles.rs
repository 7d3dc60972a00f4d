//! Which pairs of unit rows can reach a threshold: single-precision sums that stop as soon as few pairs are left.
//!
//! Not for scores: `near` computes those of the pairs that remain.
//!
//! After every [`STEP`] columns the cosine of two rows is at most the sum so far plus the product of the lengths of what is
//! left of them (Cauchy and Schwarz).
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    _CMP_GE_OQ, _mm256_cmp_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_movemask_ps, _mm256_set1_ps, _mm256_setzero_ps,
    _mm512_cmp_ps_mask, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_setzero_ps,
};

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
    lefts: [&'a [f32]; LEFTS],
    left_rests: [&'a [f32]; LEFTS],
    panel: &'a [f32],
    panel_rests: &'a [f32],
    floor: f32,
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

    /// For each left row the right rows, as bits, that may reach the floor; all others are proven to stay below it.
    pub(crate) fn reaching(&self) -> [u32; LEFTS] {
        static FASTEST: OnceLock<Kernel> = OnceLock::new();
        let kernels = kernels();
        let fastest = FASTEST.get_or_init(|| kernels.last().copied().unwrap_or(scalar));
        fastest(self)
    }
}

type Kernel = fn(&Tile<'_>) -> [u32; LEFTS];

/// The kernels that this processor can run, the fastest last.
fn kernels() -> Vec<Kernel> {
    let mut found: Vec<Kernel> = vec![scalar];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the instructions were detected.
            found.push(|tile| unsafe { avx2(tile) });
        }
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the instructions were detected.
            found.push(|tile| unsafe { avx512(tile) });
        }
    }
    found
}

fn is_settled(bits: &[u32; LEFTS]) -> bool {
    bits.iter().map(|bits| bits.count_ones()).sum::<u32>() <= FEW
}

fn scalar(tile: &Tile<'_>) -> [u32; LEFTS] {
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
        if is_settled(&bits) {
            break;
        }
    }
    bits
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(tile: &Tile<'_>) -> [u32; LEFTS] {
    const HALF: usize = RIGHTS / 2;
    let mut bits = [0; LEFTS];
    for from in [0, HALF] {
        let mut sums = [[_mm256_setzero_ps(); 2]; LEFTS];
        let steps = tile.panel.chunks(STEP * RIGHTS).zip(tile.panel_rests.chunks_exact(RIGHTS));
        for (step, (panel, rests)) in steps.enumerate() {
            for (column, rights) in panel.chunks_exact(RIGHTS).enumerate() {
                // SAFETY: `rights` holds 32 values and `from` is 0 or 16; rows are as wide as the panel.
                unsafe {
                    let right = rights.as_ptr().add(from);
                    let right = [_mm256_loadu_ps(right), _mm256_loadu_ps(right.add(8))];
                    for (sums, left) in sums.iter_mut().zip(tile.lefts) {
                        let value = _mm256_set1_ps(*left.get_unchecked(step * STEP + column));
                        *sums = [_mm256_fmadd_ps(value, right[0], sums[0]), _mm256_fmadd_ps(value, right[1], sums[1])];
                    }
                }
            }
            // SAFETY: `rests` holds 32 values and `from` is 0 or 16.
            let rests = unsafe {
                let rests = rests.as_ptr().add(from);
                [_mm256_loadu_ps(rests), _mm256_loadu_ps(rests.add(8))]
            };
            let mut found = [0; LEFTS];
            for ((bits, sums), own) in found.iter_mut().zip(&sums).zip(tile.left_rests) {
                let own = _mm256_set1_ps(own.get(step).copied().unwrap_or_default());
                for (half, (sum, rest)) in sums.iter().zip(rests).enumerate() {
                    let most = _mm256_fmadd_ps(own, rest, *sum);
                    let reaches = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(most, _mm256_set1_ps(tile.floor)));
                    *bits |= reaches.cast_unsigned() << (8 * half);
                }
            }
            if is_settled(&found) || (step + 1) * STEP * RIGHTS >= tile.panel.len() {
                bits.iter_mut().zip(found).for_each(|(bits, found)| *bits |= found << from);
                break;
            }
        }
    }
    bits
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512(tile: &Tile<'_>) -> [u32; LEFTS] {
    let mut sums = [[_mm512_setzero_ps(); 2]; LEFTS];
    let mut bits = [0; LEFTS];
    let floor = _mm512_set1_ps(tile.floor);
    let steps = tile.panel.chunks(STEP * RIGHTS).zip(tile.panel_rests.chunks_exact(RIGHTS));
    for (step, (panel, rests)) in steps.enumerate() {
        for (column, rights) in panel.chunks_exact(RIGHTS).enumerate() {
            // SAFETY: `rights` holds 32 values; rows are as wide as the panel.
            unsafe {
                let right = [_mm512_loadu_ps(rights.as_ptr()), _mm512_loadu_ps(rights.as_ptr().add(16))];
                for (sums, left) in sums.iter_mut().zip(tile.lefts) {
                    let value = _mm512_set1_ps(*left.get_unchecked(step * STEP + column));
                    *sums = [_mm512_fmadd_ps(value, right[0], sums[0]), _mm512_fmadd_ps(value, right[1], sums[1])];
                }
            }
        }
        // SAFETY: `rests` holds 32 values.
        let rests = unsafe { [_mm512_loadu_ps(rests.as_ptr()), _mm512_loadu_ps(rests.as_ptr().add(16))] };
        for ((bits, sums), own) in bits.iter_mut().zip(&sums).zip(tile.left_rests) {
            let own = _mm512_set1_ps(own.get(step).copied().unwrap_or_default());
            let mut found = 0;
            for (half, (sum, rest)) in sums.iter().zip(rests).enumerate() {
                let reaches = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(_mm512_fmadd_ps(own, rest, *sum), floor);
                found |= u32::from(reaches) << (16 * half);
            }
            *bits = found;
        }
        if is_settled(&bits) {
            break;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::{LEFTS, RIGHTS, STEP, Tile, kernels};

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
                for kernel in kernels() {
                    let bits = kernel(&tile);
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
