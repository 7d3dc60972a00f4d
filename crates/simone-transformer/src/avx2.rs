//! What AVX2 offers; each has its twin of plain code.
//!
//! Not for choosing: `products` and `model` do, where the instructions were detected.
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::arch::x86_64::{
    __m256, __m256i, _mm_loadl_epi64, _mm_packs_epi32, _mm_packus_epi16, _mm_storel_epi64, _mm256_add_epi32,
    _mm256_add_ps, _mm256_and_ps, _mm256_and_si256, _mm256_andnot_ps, _mm256_castps_si256, _mm256_castsi256_ps,
    _mm256_castsi256_si128, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps, _mm256_div_ps, _mm256_extracti128_si256,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_max_ps, _mm256_min_ps,
    _mm256_mul_ps, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_si256, _mm256_slli_epi32,
    _mm256_storeu_ps, _mm256_storeu_si256, _mm256_sub_epi32, _mm256_sub_ps, _mm256_xor_ps,
};

use crate::lanes::{EXPONENT_BIAS, LANES, Lanes, WHOLE_BITS};
use crate::products::{ABREAST, COLUMNS, Panel, ROWS, Tile, by_fours};

/// Floats of a register.
const EIGHT: usize = 8;

/// Sixteen floats of AVX2; made only in what is inlined into functions for which it was detected.
#[derive(Clone, Copy)]
pub struct Wide([__m256; 2]);

impl Wide {
    #[inline(always)]
    fn map(self, change: impl Fn(__m256) -> __m256) -> Self {
        Self(self.0.map(change))
    }

    #[inline(always)]
    fn zip(self, other: Self, change: impl Fn(__m256, __m256) -> __m256) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self([change(a, c), change(b, d)])
    }

    /// Of what is in memory, eight by eight.
    #[inline(always)]
    fn of<T>(values: &[T; LANES], load: impl Fn(*const T) -> __m256) -> Self {
        let (first, second) = values.split_at(EIGHT);
        Self([load(first.as_ptr()), load(second.as_ptr())])
    }
}

impl Lanes for Wide {
    const BY_TWOS: bool = false;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see `Wide`.
        Self([unsafe { _mm256_set1_ps(value) }; 2])
    }

    #[inline(always)]
    fn load(values: &[f32; LANES]) -> Self {
        // SAFETY: see `Wide`; eight floats are 32 bytes.
        Self::of(values, |values| unsafe { _mm256_loadu_ps(values) })
    }

    #[inline(always)]
    fn store(self, values: &mut [f32; LANES]) {
        for (values, half) in values.as_chunks_mut::<EIGHT>().0.iter_mut().zip(self.0) {
            // SAFETY: as above.
            unsafe { _mm256_storeu_ps(values.as_mut_ptr(), half) }
        }
    }

    #[inline(always)]
    fn whole(values: &[i32; LANES]) -> Self {
        // SAFETY: as above.
        Self::of(values, |values| unsafe { _mm256_cvtepi32_ps(_mm256_loadu_si256(values.cast())) })
    }

    #[inline(always)]
    fn codes(values: &[i8; LANES]) -> Self {
        // SAFETY: see `Wide`; eight bytes are read.
        Self::of(values, |values| unsafe { _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(values.cast()))) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_add_ps(a, b) })
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_sub_ps(a, b) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_mul_ps(a, b) })
    }

    #[inline(always)]
    fn over(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_div_ps(a, b) })
    }

    #[inline(always)]
    fn least(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_min_ps(a, b) })
    }

    #[inline(always)]
    fn most(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_max_ps(a, b) })
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: see `Wide`.
        self.map(|a| unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), a) })
    }

    #[inline(always)]
    fn signed(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        self.zip(other, |a, b| unsafe { _mm256_xor_ps(a, _mm256_and_ps(_mm256_set1_ps(-0.0), b)) })
    }

    #[inline(always)]
    fn power(self) -> Self {
        // SAFETY: see `Wide`.
        self.map(|a| unsafe {
            let power = _mm256_sub_epi32(_mm256_castps_si256(a), _mm256_set1_epi32(WHOLE_BITS - EXPONENT_BIAS));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(power))
        })
    }

    #[inline(always)]
    fn bytes(self, codes: &mut [u8; LANES]) {
        for (codes, half) in codes.as_chunks_mut::<EIGHT>().0.iter_mut().zip(self.0) {
            // SAFETY: see `Wide`; eight bytes are written. What is packed is 0 to 255 already: nothing saturates.
            unsafe {
                let bytes = _mm256_and_si256(_mm256_castps_si256(half), _mm256_set1_epi32(255));
                let pairs = _mm_packs_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes));
                _mm_storel_epi64(codes.as_mut_ptr().cast(), _mm_packus_epi16(pairs, pairs));
            }
        }
    }
}

/// Registers of a panel's columns.
const HALVES: usize = COLUMNS / EIGHT;

/// The sums of rows and a panel.
#[target_feature(enable = "avx2")]
pub fn sums(codes: &[[u8; ABREAST]], panel: Panel<'_>, sums: &mut [[i32; COLUMNS]]) {
    for (rows, tile) in by_fours(codes, panel.len(), sums) {
        *tile = multiply(rows, panel);
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn multiply(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
    let [a, b, c, d] = rows;
    let ones = _mm256_set1_epi16(1);
    let mut sums = [[_mm256_setzero_si256(); HALVES]; ROWS];
    for ((((step, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
        let (left, right) = step.split_at(COLUMNS * ABREAST / HALVES);
        // SAFETY: either half of a step is 32 bytes.
        let weights: [__m256i; HALVES] =
            unsafe { [_mm256_loadu_si256(left.as_ptr().cast()), _mm256_loadu_si256(right.as_ptr().cast())] };
        for (sums, values) in sums.iter_mut().zip([a, b, c, d]) {
            let values = _mm256_set1_epi32(i32::from_le_bytes(*values));
            for (sum, weights) in sums.iter_mut().zip(weights) {
                let pairs = _mm256_maddubs_epi16(values, weights);
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, ones));
            }
        }
    }
    let mut tile = Tile::default();
    for (row, sums) in tile.iter_mut().zip(sums) {
        for (part, sum) in row.as_chunks_mut::<EIGHT>().0.iter_mut().zip(sums) {
            // SAFETY: a part is eight numbers of four bytes.
            unsafe { _mm256_storeu_si256(part.as_mut_ptr().cast(), sum) };
        }
    }
    tile
}
