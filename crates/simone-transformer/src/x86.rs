//! What AVX2 and the byte products of AVX-512 (VNNI) offer; each has its twin of plain code.
//!
//! Not for choosing: `products` and `model` do, where the instructions were detected.
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::arch::x86_64::{
    __m256, __m256i, _mm_loadl_epi64, _mm_packs_epi32, _mm_packus_epi16, _mm_storel_epi64, _mm256_add_epi32,
    _mm256_add_ps, _mm256_and_ps, _mm256_and_si256, _mm256_andnot_ps, _mm256_castps_si256, _mm256_castsi256_ps,
    _mm256_castsi256_si128, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps, _mm256_div_ps, _mm256_dpbusd_epi32,
    _mm256_extracti128_si256, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_setzero_si256, _mm256_slli_epi32, _mm256_storeu_ps, _mm256_storeu_si256, _mm256_sub_epi32, _mm256_sub_ps,
    _mm256_xor_ps,
};

use crate::lanes::{EIGHT, EXPONENT_BIAS, Lanes, WHOLE_BITS};
use crate::products::{ABREAST, COLUMNS, Panel, ROWS, Tile, by_fours};

/// Eight floats of AVX2; made only in what is inlined into functions for which it was detected.
#[derive(Clone, Copy)]
pub struct Wide(__m256);

impl Lanes for Wide {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    fn load(values: &[f32; EIGHT]) -> Self {
        // SAFETY: see `Wide`; eight floats are 32 bytes.
        Self(unsafe { _mm256_loadu_ps(values.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, values: &mut [f32; EIGHT]) {
        // SAFETY: as above.
        unsafe { _mm256_storeu_ps(values.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn whole(values: &[i32; EIGHT]) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm256_cvtepi32_ps(_mm256_loadu_si256(values.as_ptr().cast())) })
    }

    #[inline(always)]
    fn codes(values: &[i8; EIGHT]) -> Self {
        // SAFETY: see `Wide`; eight bytes are read.
        Self(unsafe { _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(values.as_ptr().cast()))) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn over(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_div_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn least(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_min_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn most(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_max_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
    }

    #[inline(always)]
    fn signed(self, other: Self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe { _mm256_xor_ps(self.0, _mm256_and_ps(_mm256_set1_ps(-0.0), other.0)) })
    }

    #[inline(always)]
    fn power(self) -> Self {
        // SAFETY: see `Wide`.
        Self(unsafe {
            let power = _mm256_sub_epi32(_mm256_castps_si256(self.0), _mm256_set1_epi32(WHOLE_BITS - EXPONENT_BIAS));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(power))
        })
    }

    #[inline(always)]
    fn bytes(self, codes: &mut [u8; EIGHT]) {
        // SAFETY: see `Wide`; eight bytes are written.
        unsafe {
            let bytes = _mm256_and_si256(_mm256_castps_si256(self.0), _mm256_set1_epi32(255));
            let pairs = _mm_packs_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes));
            _mm_storel_epi64(codes.as_mut_ptr().cast(), _mm_packus_epi16(pairs, pairs));
        }
    }
}

/// Registers of a panel's columns.
const HALVES: usize = 2;

/// The sums with AVX2.
#[target_feature(enable = "avx2")]
pub fn with_avx2(codes: &[[u8; ABREAST]], panel: Panel<'_>, sums: &mut [[i32; COLUMNS]]) {
    let ones = _mm256_set1_epi16(1);
    for (rows, tile) in by_fours(codes, panel.len(), sums) {
        *tile = multiply(rows, panel, |sum, values, weights| {
            _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(values, weights), ones))
        });
    }
}

/// The sums with the byte products of AVX-512.
#[target_feature(enable = "avx2,avx512f,avx512vl,avx512vnni")]
pub fn with_byte_products(codes: &[[u8; ABREAST]], panel: Panel<'_>, sums: &mut [[i32; COLUMNS]]) {
    for (rows, tile) in by_fours(codes, panel.len(), sums) {
        *tile = multiply(rows, panel, |sum, values, weights| _mm256_dpbusd_epi32(sum, values, weights));
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn multiply(
    rows: [&[[u8; ABREAST]]; ROWS],
    panel: Panel<'_>,
    add: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) -> Tile {
    let [a, b, c, d] = rows;
    let mut sums = [[_mm256_setzero_si256(); HALVES]; ROWS];
    for ((((step, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
        let (left, right) = step.split_at(COLUMNS * ABREAST / HALVES);
        // SAFETY: either half of a step is 32 bytes.
        let weights = unsafe { [_mm256_loadu_si256(left.as_ptr().cast()), _mm256_loadu_si256(right.as_ptr().cast())] };
        for (sums, values) in sums.iter_mut().zip([a, b, c, d]) {
            let values = _mm256_set1_epi32(i32::from_le_bytes(*values));
            for (sum, weights) in sums.iter_mut().zip(weights) {
                *sum = add(*sum, values, weights);
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
