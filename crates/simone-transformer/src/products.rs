//! Products of matrices of bytes: activations of eight bits without sign by weights of seven bits with one.
//!
//! Not for scales: `dense` turns the sums into floats.
//!
//! Two products fit into 16 bits (255 * 63 * 2 < 32,768), so no instruction saturates, and sums are whole numbers.
#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "detected instructions need an unsafe call"))]

use simone_similarity::Level;

/// Columns of a panel of weights.
pub const COLUMNS: usize = 16;
/// Rows of activations that are multiplied together.
pub const ROWS: usize = 4;
/// Inputs that stand beside one another.
pub const ABREAST: usize = 4;
/// Weights of a panel for the inputs that stand beside one another.
const STEP: usize = COLUMNS * ABREAST;

/// Sums of a block of rows and a panel of columns.
pub type Tile = [[i32; COLUMNS]; ROWS];

/// A panel of weights: of each four inputs in turn, the weights of sixteen columns, those of a column beside one another.
pub type Panel<'a> = &'a [[i8; STEP]];

/// Weights (inputs, columns) as panels.
pub fn packed(weights: &[i8], inputs: usize, columns: usize) -> Vec<[i8; STEP]> {
    let mut panels = vec![[0_i8; STEP]; inputs / ABREAST * (columns / COLUMNS)];
    let steps = inputs / ABREAST;
    for (input, row) in weights.chunks_exact(columns.max(1)).enumerate() {
        for (column, weight) in row.iter().enumerate() {
            let panel = panels.get_mut(column / COLUMNS * steps + input / ABREAST);
            if let Some(place) = panel.and_then(|step| step.get_mut(column % COLUMNS * ABREAST + input % ABREAST)) {
                *place = *weight;
            }
        }
    }
    panels
}

/// The sums of four rows and a panel; `rows` hold as many groups of four inputs as the panel has steps.
pub type Multiply = fn(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile;

/// The kernel that a level serves with.
pub fn kernel(level: Level) -> Multiply {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(_) => x86::with_avx2,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(token) if token.has_byte_products() => x86::with_byte_products,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(_) => x86::with_avx2,
        _ => plain,
    }
}

fn plain(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
    let mut tile = Tile::default();
    for (sums, row) in tile.iter_mut().zip(rows) {
        for (values, step) in row.iter().zip(panel) {
            for (sum, weights) in sums.iter_mut().zip(step.as_chunks::<ABREAST>().0) {
                for (value, weight) in values.iter().zip(weights) {
                    *sum += i32::from(*value) * i32::from(*weight);
                }
            }
        }
    }
    tile
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_dpbusd_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
        _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256,
    };

    use super::{ABREAST, COLUMNS, Panel, ROWS, Tile};

    /// Registers of a panel's columns.
    const HALVES: usize = 2;

    pub fn with_avx2(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
        // SAFETY: chosen only where AVX2 was detected.
        unsafe { avx2(rows, panel) }
    }

    pub fn with_byte_products(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
        // SAFETY: chosen only where AVX-512 VNNI and VL were detected.
        unsafe { byte_products(rows, panel) }
    }

    #[target_feature(enable = "avx2")]
    fn avx2(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
        let ones = _mm256_set1_epi16(1);
        multiply(rows, panel, |sum, values, weights| {
            _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(values, weights), ones))
        })
    }

    #[target_feature(enable = "avx2,avx512f,avx512vl,avx512vnni")]
    fn byte_products(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
        multiply(rows, panel, |sum, values, weights| _mm256_dpbusd_epi32(sum, values, weights))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn multiply(
        rows: [&[[u8; ABREAST]]; ROWS],
        panel: Panel<'_>,
        add: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
    ) -> Tile {
        let steps = rows.iter().map(|row| row.len()).fold(panel.len(), usize::min);
        let [a, b, c, d] = rows.map(|row| row.get(..steps).unwrap_or_default());
        let mut sums = [[_mm256_setzero_si256(); HALVES]; ROWS];
        for ((((step, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
            let (left, right) = step.split_at(COLUMNS * ABREAST / HALVES);
            // SAFETY: either half of a step is 32 bytes.
            let weights =
                unsafe { [_mm256_loadu_si256(left.as_ptr().cast()), _mm256_loadu_si256(right.as_ptr().cast())] };
            for (sums, values) in sums.iter_mut().zip([a, b, c, d]) {
                let values = _mm256_set1_epi32(i32::from_le_bytes(*values));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = add(*sum, values, weights);
                }
            }
        }
        let mut tile = Tile::default();
        for (row, sums) in tile.iter_mut().zip(sums) {
            for (part, sum) in row.as_chunks_mut::<{ COLUMNS / HALVES }>().0.iter_mut().zip(sums) {
                // SAFETY: a part is eight numbers of four bytes.
                unsafe { _mm256_storeu_si256(part.as_mut_ptr().cast(), sum) };
            }
        }
        tile
    }
}
