//! Sums and extremes over a row, in sixteen lanes.
//!
//! Not for products of rows: `attention` and `dense` hold those.

/// Lanes of a sum, count; every row's length is a multiple of it.
pub const LANES: usize = 16;

/// Lane `i` adds what stands at `i`, `i + 16`, … in ascending order; then lanes eight, four, two and one apart are added.
#[inline(always)]
pub fn total(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for chunk in row.as_chunks::<LANES>().0 {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += of(*value);
        }
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = lanes;
    let [a, b, c, d, e, f, g, h] = [a + i, b + j, c + k, d + l, e + m, f + n, g + o, h + p];
    let [a, b, c, d] = [a + e, b + f, c + g, d + h];
    (a + c) + (b + d)
}

/// The least and the greatest value of a row; (0, 0) of an empty one.
#[inline(always)]
pub fn extremes(row: &[f32]) -> (f32, f32) {
    let chunks = row.as_chunks::<LANES>().0;
    let Some(&first) = chunks.first() else { return (0.0, 0.0) };
    let (mut low, mut high) = (first, first);
    for chunk in chunks {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *value < *low { *value } else { *low };
            *high = if *value > *high { *value } else { *high };
        }
    }
    let least = low.iter().copied().fold(f32::INFINITY, |a, b| if b < a { b } else { a });
    (least, high.iter().copied().fold(f32::NEG_INFINITY, |a, b| if b > a { b } else { a }))
}
