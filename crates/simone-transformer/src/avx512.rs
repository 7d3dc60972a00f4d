//! What AVX-512 offers, with its byte products (VNNI); each has its twin of plain code.
//!
//! Not for choosing: `products` and `model` do, where the instructions were detected.
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::arch::x86_64::{
    __m512, _mm_loadu_si128, _mm_storeu_si128, _mm512_add_ps, _mm512_and_ps, _mm512_andnot_ps, _mm512_castps_si512,
    _mm512_castsi512_ps, _mm512_cvtepi8_epi32, _mm512_cvtepi32_epi8, _mm512_cvtepi32_ps, _mm512_div_ps,
    _mm512_dpbusd_epi32, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_max_ps, _mm512_min_ps, _mm512_mul_ps,
    _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_si512, _mm512_slli_epi32, _mm512_storeu_ps, _mm512_storeu_si512,
    _mm512_sub_epi32, _mm512_sub_ps, _mm512_xor_ps,
};

use crate::lanes::{EXPONENT_BIAS, LANES, Lanes, WHOLE_BITS};
use crate::products::{ABREAST, COLUMNS, Panel, ROWS};

/// Sixteen floats of AVX-512; made only in what is inlined into functions for which F, BW, DQ and VL were detected.
#[derive(Clone, Copy)]
pub struct Widest(__m512);

impl Lanes for Widest {
    const BY_TWOS: bool = true;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    fn load(values: &[f32; LANES]) -> Self {
        // SAFETY: see `Widest`; sixteen floats are 64 bytes.
        Self(unsafe { _mm512_loadu_ps(values.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, values: &mut [f32; LANES]) {
        // SAFETY: as above.
        unsafe { _mm512_storeu_ps(values.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn whole(values: &[i32; LANES]) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_cvtepi32_ps(_mm512_loadu_si512(values.as_ptr().cast())) })
    }

    #[inline(always)]
    fn codes(values: &[i8; LANES]) -> Self {
        // SAFETY: see `Widest`; sixteen bytes are read.
        Self(unsafe { _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(values.as_ptr().cast()))) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn over(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_div_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn least(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_min_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn most(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_max_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_andnot_ps(_mm512_set1_ps(-0.0), self.0) })
    }

    #[inline(always)]
    fn signed(self, other: Self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe { _mm512_xor_ps(self.0, _mm512_and_ps(_mm512_set1_ps(-0.0), other.0)) })
    }

    #[inline(always)]
    fn power(self) -> Self {
        // SAFETY: see `Widest`.
        Self(unsafe {
            let power = _mm512_sub_epi32(_mm512_castps_si512(self.0), _mm512_set1_epi32(WHOLE_BITS - EXPONENT_BIAS));
            _mm512_castsi512_ps(_mm512_slli_epi32::<23>(power))
        })
    }

    #[inline(always)]
    fn bytes(self, codes: &mut [u8; LANES]) {
        // SAFETY: see `Widest`; sixteen bytes are written, the last of each four.
        unsafe { _mm_storeu_si128(codes.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(_mm512_castps_si512(self.0))) }
    }
}

/// Rows that are multiplied together: the sums of so many hide how long a product takes, and with the weights they fit
/// into the registers; those of `FEWER` nearly do.
const MANY: usize = 3 * ROWS;
const FEWER: usize = 2 * ROWS;

/// The sums of rows and a panel with byte products; rows are a multiple of `ROWS`.
#[target_feature(enable = "avx512f,avx512vnni")]
pub fn sums(mut codes: &[[u8; ABREAST]], panel: Panel<'_>, mut sums: &mut [[i32; COLUMNS]]) {
    while !sums.is_empty() {
        // so that four rows are never left, but for four in all
        (codes, sums) = match sums.len() {
            ..FEWER => multiply::<ROWS>(codes, panel, sums),
            FEWER | 16 => multiply::<FEWER>(codes, panel, sums),
            _ => multiply::<MANY>(codes, panel, sums),
        };
    }
}

/// The sums of the first `N` rows, and what is left.
#[target_feature(enable = "avx512f,avx512vnni")]
#[inline]
fn multiply<'a, 'b, const N: usize>(
    codes: &'a [[u8; ABREAST]],
    panel: Panel<'_>,
    out: &'b mut [[i32; COLUMNS]],
) -> (&'a [[u8; ABREAST]], &'b mut [[i32; COLUMNS]]) {
    let (codes, other_codes) = codes.split_at(N * panel.len());
    let (out, other_sums) = out.split_at_mut(N);
    let mut sums = [_mm512_setzero_si512(); N];
    for (number, step) in panel.iter().enumerate() {
        // SAFETY: a step is 64 bytes.
        let weights = unsafe { _mm512_loadu_si512(step.as_ptr().cast()) };
        for (row, sum) in sums.iter_mut().enumerate() {
            // SAFETY: `row` is less than `N` and `number` less than the steps of each row, so it is within the codes.
            let values = unsafe { *codes.get_unchecked(row * panel.len() + number) };
            *sum = _mm512_dpbusd_epi32(*sum, _mm512_set1_epi32(i32::from_le_bytes(values)), weights);
        }
    }
    for (row, sum) in out.iter_mut().zip(sums) {
        // SAFETY: a row is sixteen numbers of four bytes.
        unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), sum) };
    }
    (other_codes, other_sums)
}
