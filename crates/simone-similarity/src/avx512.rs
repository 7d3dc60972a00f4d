//! The kernels for AVX-512, with its byte products (VNNI) where the processor has them; each has its twin in `scalar`.
//!
//! Not for choosing: `level` holds the token that proves detection.
//!
//! Eight doubles are the eight lanes of the definition, so a sum is one register.
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::arch::x86_64::{
    __m256i, __m512, __m512d, __m512i, _CMP_GE_OQ, _MM_HINT_T0, _mm_prefetch, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_maskz_loadu_epi8, _mm256_maskz_loadu_ps, _mm512_add_epi32, _mm512_add_pd, _mm512_add_ps, _mm512_and_si512,
    _mm512_cmp_ps_mask, _mm512_cvtepi8_epi16, _mm512_cvtps_pd, _mm512_dpbusd_epi32, _mm512_fmadd_pd, _mm512_fmadd_ps,
    _mm512_loadu_pd, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mask_storeu_ps,
    _mm512_maskz_loadu_epi8, _mm512_maskz_loadu_ps, _mm512_mul_pd, _mm512_reduce_add_epi32, _mm512_reduce_add_ps,
    _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_pd, _mm512_setzero_ps, _mm512_setzero_si512,
    _mm512_shuffle_f64x2, _mm512_srli_epi16, _mm512_storeu_pd, _mm512_storeu_si512, _mm512_sub_pd, _mm512_unpackhi_pd,
    _mm512_unpacklo_pd, _mm512_xor_si512,
};

use crate::amx::Amx;
use crate::halves::{RAISED, STEP as HALVES};
use crate::lines::{self, Asked, AskedTogether, Packing};
use crate::packed::{CODES_A_STEP, PackedCodes, PackedRows, REGISTER, TOGETHER};
use crate::rows::Rows;
use crate::scalar::LANES;
use crate::tiles::{LEFTS, RIGHTS, STEP, Tile};

/// Proof that this processor has AVX-512 F, BW, DQ and VL, and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx512 {
    /// Whether it also has AVX-512 VNNI.
    has_byte_products: bool,
    /// AMX beside that.
    tiles: Option<Amx>,
}

impl Avx512 {
    /// Tokens where the instructions exist: without byte products, with them, and with tiles as well.
    pub(crate) fn detect() -> impl Iterator<Item = Self> {
        let plain = is_here().then_some(Self { has_byte_products: false, tiles: None });
        let full = plain.filter(|_| is_x86_feature_detected!("avx512vnni"));
        let full = full.map(|plain| Self { has_byte_products: true, ..plain });
        let tiled = full.zip(Amx::detect()).map(|(full, tiles)| Self { tiles: Some(tiles), ..full });
        [plain, full, tiled].into_iter().flatten()
    }

    /// AMX beside it, where the processor has that too.
    #[must_use]
    pub fn tiles(self) -> Option<Amx> {
        self.tiles
    }

    /// Whether it also has AVX-512 VNNI.
    #[must_use]
    pub fn has_byte_products(self) -> bool {
        self.has_byte_products
    }

    pub(crate) fn dot(self, left: &[f32], right: &[f32]) -> f64 {
        assert_eq!(left.len(), right.len(), "rows differ in width");
        // SAFETY: the token exists only where the instructions were detected.
        unsafe { dot(left, right) }
    }

    pub(crate) fn squared_distance(self, left: &[f32], right: &[f32]) -> f64 {
        assert_eq!(left.len(), right.len(), "rows differ in width");
        // SAFETY: as above.
        unsafe { squared_distance(left, right) }
    }

    pub(crate) fn dots_and_squares(self, query: &[f32], rows: Rows<'_>, take: impl FnMut(usize, f64, f64)) {
        assert_eq!(query.len(), rows.width(), "query and rows differ in width");
        // SAFETY: as above.
        unsafe { dots_and_squares(query, rows, take) }
    }

    pub(crate) fn estimates(self, queries: Rows<'_>, packed: &PackedRows, rows: Rows<'_>, out: &mut [f32]) {
        assert_eq!(packed.padded(), queries.count().next_multiple_of(REGISTER), "what is packed are the queries");
        assert_eq!(packed.values().len(), packed.padded() * rows.width(), "queries and rows differ in width");
        assert_eq!(out.len(), queries.count() * rows.count(), "one place per estimate");
        // SAFETY: as above; packed rows fill one to four registers.
        unsafe {
            match packed.padded() / REGISTER {
                1 => estimates::<12, 1>(packed, queries.count(), rows, out),
                2 => estimates::<12, 2>(packed, queries.count(), rows, out),
                3 => estimates::<8, 3>(packed, queries.count(), rows, out),
                4 => estimates::<6, 4>(packed, queries.count(), rows, out),
                _ => {}
            }
        }
    }

    pub(crate) fn estimates_and_squares(self, query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
        assert_eq!(query.len(), rows.width(), "query and rows differ in width");
        // SAFETY: as above.
        unsafe { estimates_and_squares(query, rows, dots, squares) }
    }

    pub(crate) fn wide_dots(self, left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
        assert!(width > 0 && width.is_multiple_of(LANES), "widened rows are whole lanes");
        assert_eq!(out.len(), (left.len() / width) * (right.len() / width), "one place per pair");
        // SAFETY: as above.
        unsafe { wide_dots(left, right, width, out) }
    }

    pub(crate) fn code_dots(self, query: &[i8], codes: &[i8], out: &mut [i32]) {
        // SAFETY: as above; byte products only where they were detected.
        unsafe {
            if self.has_byte_products {
                code_dots_by_byte(query, codes, out);
            } else {
                code_dots(query, codes, out);
            }
        }
    }

    pub(crate) fn half_dots(self, query: &[i8], halves: &[u8], out: &mut [i32]) {
        if !self.has_byte_products {
            return crate::scalar::half_dots(query, halves, out);
        }
        assert!(query.len().is_multiple_of(2 * HALVES), "whole steps");
        // SAFETY: as above.
        unsafe { half_dots(query, halves, out) }
    }

    pub(crate) fn packed_dots(self, packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
        if !self.has_byte_products {
            return crate::scalar::packed_dots(packed, codes, added, out);
        }
        if let Some(tiles) = self.tiles.filter(|_| packed.width() > 0 && packed.width().is_multiple_of(CODES_A_STEP)) {
            return tiles.packed_dots(packed, codes, added, out);
        }
        assert_eq!(
            packed.values().len(),
            packed.width().div_ceil(CODES_A_STEP) * CODES_A_STEP * TOGETHER,
            "whole steps"
        );
        // SAFETY: as above.
        unsafe { packed_dots(packed, codes, added, out) }
    }

    pub(crate) fn any_reaches(self, dots: &[i32], least: i32) -> bool {
        // SAFETY: as above.
        unsafe { any_reaches(dots, least) }
    }

    pub(crate) fn reaching(self, tile: &Tile<'_>) -> [u32; LEFTS] {
        // SAFETY: as above.
        unsafe { reaching(tile) }
    }

    pub(crate) fn scores(self, dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
        // SAFETY: as above.
        unsafe { scores(dots, own, lengths, out) }
    }

    pub(crate) fn scaled(self, row: &[f32], length: f64, out: &mut [f32]) {
        // SAFETY: as above.
        unsafe { scaled(row, length, out) }
    }

    pub(crate) fn encode(self, row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
        // SAFETY: as above.
        unsafe { encode(row, length, scale, codes) }
    }

    pub(crate) fn may_reach(self, estimates: &[f32], floors: &[f32], length: f32) -> bool {
        // SAFETY: as above.
        unsafe { may_reach(estimates, floors, length) }
    }

    pub(crate) fn uppers(self, dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
        // SAFETY: as above.
        unsafe { uppers(dots, asked, rows, out) }
    }

    pub(crate) fn meet(self, dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
        // SAFETY: as above.
        unsafe { meet(dots, scale, residual, asked) }
    }
}

/// Whether the processor has AVX-512 F, BW, DQ and VL, and FMA.
pub(crate) fn is_here() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("fma")
}

/// The first `count` places of a register.
fn first(count: usize) -> u16 {
    (1_u32 << count).wrapping_sub(1) as u16
}

/// Eight values from `at` on as doubles.
///
/// # Safety
/// `at + 8 <= values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
pub(crate) unsafe fn widened(values: &[f32], at: usize) -> __m512d {
    debug_assert!(at + LANES <= values.len());
    // SAFETY: the caller's promise.
    unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(values.as_ptr().add(at))) }
}

/// The values from `at` to the end, fewer than eight, as doubles; the others are zeros, which change no defined sum.
///
/// # Safety
/// `at <= values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
pub(crate) unsafe fn widened_rest(values: &[f32], at: usize) -> __m512d {
    debug_assert!(at <= values.len() && values.len() < at + LANES);
    // SAFETY: masked places are not read, and all others lie in `values`.
    unsafe { _mm512_cvtps_pd(_mm256_maskz_loadu_ps(first(values.len() - at) as u8, values.as_ptr().add(at))) }
}

/// Sixteen values from `at` on.
///
/// # Safety
/// `at + 16 <= values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
unsafe fn sixteen(values: &[f32], at: usize) -> __m512 {
    debug_assert!(at + REGISTER <= values.len());
    // SAFETY: the caller's promise.
    unsafe { _mm512_loadu_ps(values.as_ptr().add(at)) }
}

/// The values from `at` to the end, fewer than sixteen; the others are zeros.
///
/// # Safety
/// `at <= values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
unsafe fn rest_of_sixteen(values: &[f32], at: usize) -> __m512 {
    debug_assert!(at <= values.len() && values.len() < at + REGISTER);
    // SAFETY: masked places are not read, and all others lie in `values`.
    unsafe { _mm512_maskz_loadu_ps(first(values.len() - at), values.as_ptr().add(at)) }
}

/// Asks for the memory some way behind `at`, which will be read soon: rows are met one after the other, and the
/// processor's own guess ends with a page. Nothing is read, wherever that lies.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
fn fetch<T>(values: &[T], at: usize) {
    const AHEAD: usize = 6 << 10;
    _mm_prefetch::<_MM_HINT_T0>(values.as_ptr().wrapping_add(at).cast::<i8>().wrapping_add(AHEAD));
}

/// The lanes of one sum, added in the defined order.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
pub(crate) fn total(sum: __m512d) -> f64 {
    let mut lanes = [0.0; LANES];
    // SAFETY: `lanes` holds eight values.
    unsafe { _mm512_storeu_pd(lanes.as_mut_ptr(), sum) };
    crate::scalar::total(lanes)
}

/// The defined totals of eight sums at once: lanes change places with sums, then are added in order, from 0.0.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
fn totals(sums: [__m512d; 8]) -> __m512d {
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    let [a, b, c, d, e, f, g, h] = sums;
    let spread = |low: [__m512d; 4]| {
        let [a, b, c, d] = low;
        let (first, second) = (_mm512_shuffle_f64x2::<EVEN>(a, b), _mm512_shuffle_f64x2::<EVEN>(c, d));
        let (third, fourth) = (_mm512_shuffle_f64x2::<ODD>(a, b), _mm512_shuffle_f64x2::<ODD>(c, d));
        [
            _mm512_shuffle_f64x2::<EVEN>(first, second),
            _mm512_shuffle_f64x2::<EVEN>(third, fourth),
            _mm512_shuffle_f64x2::<ODD>(first, second),
            _mm512_shuffle_f64x2::<ODD>(third, fourth),
        ]
    };
    let low = [_mm512_unpacklo_pd(a, b), _mm512_unpacklo_pd(c, d), _mm512_unpacklo_pd(e, f), _mm512_unpacklo_pd(g, h)];
    let high = [_mm512_unpackhi_pd(a, b), _mm512_unpackhi_pd(c, d), _mm512_unpackhi_pd(e, f), _mm512_unpackhi_pd(g, h)];
    let ([zero, two, four, six], [one, three, five, seven]) = (spread(low), spread(high));
    let mut sum = _mm512_setzero_pd();
    for lane in [zero, one, two, three, four, five, six, seven] {
        sum = _mm512_add_pd(sum, lane);
    }
    sum
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn dot(left: &[f32], right: &[f32]) -> f64 {
    let mut sum = _mm512_setzero_pd();
    let whole = left.len() - left.len() % LANES;
    // SAFETY: both rows are of one length, of which `whole` is a part.
    unsafe {
        for at in (0..whole).step_by(LANES) {
            sum = _mm512_fmadd_pd(widened(left, at), widened(right, at), sum);
        }
        if whole < left.len() {
            sum = _mm512_fmadd_pd(widened_rest(left, whole), widened_rest(right, whole), sum);
        }
    }
    total(sum)
}

/// Differences are not exact in `f64`, so here products and sums are rounded one after the other.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn squared_distance(left: &[f32], right: &[f32]) -> f64 {
    let mut sum = _mm512_setzero_pd();
    let mut add = |apart| sum = _mm512_add_pd(sum, _mm512_mul_pd(apart, apart));
    let whole = left.len() - left.len() % LANES;
    // SAFETY: both rows are of one length, of which `whole` is a part.
    unsafe {
        for at in (0..whole).step_by(LANES) {
            fetch(right, at);
            add(_mm512_sub_pd(widened(left, at), widened(right, at)));
        }
        if whole < left.len() {
            add(_mm512_sub_pd(widened_rest(left, whole), widened_rest(right, whole)));
        }
    }
    total(sum)
}

/// One row at a time, since memory is read fastest in order.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn dots_and_squares(query: &[f32], rows: Rows<'_>, mut take: impl FnMut(usize, f64, f64)) {
    let whole = query.len() - query.len() % LANES;
    for index in 0..rows.count() {
        let row = rows.row(index);
        let mut sums = [_mm512_setzero_pd(); 2];
        let mut add = |c, d| sums = [_mm512_fmadd_pd(c, d, sums[0]), _mm512_fmadd_pd(d, d, sums[1])];
        // SAFETY: the query is as wide as the row, and `whole` is a part of that.
        unsafe {
            for at in (0..whole).step_by(LANES) {
                fetch(row, at);
                add(widened(query, at), widened(row, at));
            }
            if whole < query.len() {
                add(widened_rest(query, whole), widened_rest(row, whole));
            }
        }
        take(index, total(sums[0]), total(sums[1]));
    }
}

/// One row at a time, since memory is read fastest in order; four registers for each of its two sums hide the latency of the
/// additions.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn estimates_and_squares(query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
    const ABREAST: usize = 4;
    const STEP: usize = ABREAST * REGISTER;
    let width = query.len();
    let (steps, whole) = (width - width % STEP, width - width % REGISTER);
    for (index, (dot, square)) in (0..rows.count()).zip(dots.iter_mut().zip(squares)) {
        let row = rows.row(index);
        let mut sums = [[_mm512_setzero_ps(); 2]; ABREAST];
        // SAFETY: the query is as wide as the row, and both parts of it are.
        unsafe {
            for at in (0..steps).step_by(STEP) {
                for (sum, at) in sums.iter_mut().zip([at, at + 16, at + 32, at + 48]) {
                    fetch(row, at);
                    *sum = added(*sum, sixteen(query, at), sixteen(row, at));
                }
            }
            let [first, second, ..] = &mut sums;
            for at in (steps..whole).step_by(REGISTER) {
                *first = added(*first, sixteen(query, at), sixteen(row, at));
            }
            if whole < width {
                *second = added(*second, rest_of_sixteen(query, whole), rest_of_sixteen(row, whole));
            }
        }
        let sum = |[a, b, c, d]: [__m512; ABREAST]| {
            _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)))
        };
        (*dot, *square) = (sum(sums.map(|[dot, _]| dot)), sum(sums.map(|[_, square]| square)));
    }
}

/// The sums of c.d and d.d with one more register of each.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
fn added(sums: [__m512; 2], c: __m512, d: __m512) -> [__m512; 2] {
    let [dot, square] = sums;
    [_mm512_fmadd_ps(c, d, dot), _mm512_fmadd_ps(d, d, square)]
}

/// Blocks of `ROWS` rows by `REGISTERS` registers of packed queries: `ROWS * REGISTERS` independent sums.
///
/// # Safety
/// `packed` holds `REGISTERS * 16` values for each column of `rows`; `out` holds `queries` for each row.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
unsafe fn estimates<const ROWS: usize, const REGISTERS: usize>(
    packed: &PackedRows,
    queries: usize,
    rows: Rows<'_>,
    out: &mut [f32],
) {
    let last = rows.count().max(1) - 1;
    for (start, lines) in (0..rows.count()).step_by(ROWS).zip(out.chunks_mut(ROWS * queries)) {
        let b: [&[f32]; ROWS] = std::array::from_fn(|step| rows.row((start + step).min(last)));
        let mut sums = [[_mm512_setzero_ps(); REGISTERS]; ROWS];
        for (column, held) in packed.values().chunks_exact(REGISTERS * REGISTER).enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                let asked: [__m512; REGISTERS] =
                    std::array::from_fn(|place| _mm512_loadu_ps(held.as_ptr().add(place * REGISTER)));
                for (sums, row) in sums.iter_mut().zip(b) {
                    let value = _mm512_set1_ps(*row.get_unchecked(column));
                    for (sum, asked) in sums.iter_mut().zip(asked) {
                        *sum = _mm512_fmadd_ps(value, asked, *sum);
                    }
                }
            }
        }
        for (line, sums) in lines.chunks_exact_mut(queries).zip(sums) {
            for (places, sum) in line.chunks_mut(REGISTER).zip(sums) {
                let mask = first(places.len());
                // SAFETY: masked places are not written.
                unsafe { _mm512_mask_storeu_ps(places.as_mut_ptr(), mask, sum) };
            }
        }
    }
}

/// Three left by eight right rows: twenty-four sums, and eight totals at once.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn wide_dots(left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
    const BESIDE: usize = 3;
    const ACROSS: usize = 8;
    let (lefts, rights) = (left.len() / width, right.len() / width);
    for j in (0..rights).step_by(ACROSS) {
        let b: [&[f64]; ACROSS] = std::array::from_fn(|step| wide_row(right, width, (j + step).min(rights - 1)));
        for i in (0..lefts).step_by(BESIDE) {
            let a: [&[f64]; BESIDE] = std::array::from_fn(|step| wide_row(left, width, (i + step).min(lefts - 1)));
            let next = wide_row(left, width, (i + BESIDE).min(lefts - 1)).as_ptr();
            let mut sums = [[_mm512_setzero_pd(); BESIDE]; ACROSS];
            for at in (0..width).step_by(LANES) {
                // SAFETY: every row holds `width` values, a multiple of eight; fetching reads nothing, wherever it points.
                unsafe {
                    for row in 0..BESIDE {
                        _mm_prefetch::<_MM_HINT_T0>(next.wrapping_add(row * width + at).cast());
                    }
                    let held = a.map(|row| load_wide(row, at));
                    for (sums, row) in sums.iter_mut().zip(b) {
                        let other = load_wide(row, at);
                        for (sum, held) in sums.iter_mut().zip(held) {
                            *sum = _mm512_fmadd_pd(held, other, *sum);
                        }
                    }
                }
            }
            let by_left = [sums.map(|[sum, _, _]| sum), sums.map(|[_, sum, _]| sum), sums.map(|[_, _, sum]| sum)];
            for (i, sums) in (i..lefts).zip(by_left) {
                let mut found = [0.0; ACROSS];
                // SAFETY: `found` holds eight values.
                unsafe { _mm512_storeu_pd(found.as_mut_ptr(), totals(sums)) };
                let places = out.get_mut(i * rights + j..(i + 1) * rights).unwrap_or_default();
                places.iter_mut().zip(found).for_each(|(place, found)| *place = found);
            }
        }
    }
}

fn wide_row(rows: &[f64], width: usize, index: usize) -> &[f64] {
    rows.get(index * width..(index + 1) * width).unwrap_or_default()
}

/// # Safety
/// `at + 8 <= values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
unsafe fn load_wide(values: &[f64], at: usize) -> __m512d {
    debug_assert!(at + LANES <= values.len());
    // SAFETY: the caller's promise.
    unsafe { _mm512_loadu_pd(values.as_ptr().add(at)) }
}

/// Without byte products: codes become 16-bit numbers, of which pairs are multiplied and added.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn code_dots(query: &[i8], codes: &[i8], out: &mut [i32]) {
    const STEP: usize = 32;
    for (row, place) in codes.chunks_exact(query.len().max(1)).zip(out) {
        let mut sum = _mm512_setzero_si512();
        for at in (0..query.len()).step_by(STEP) {
            // SAFETY: query and row are of one length, and `at` lies in it.
            let products = unsafe { _mm512_madd_epi16(words(query, at), words(row, at)) };
            sum = _mm512_add_epi32(sum, products);
        }
        *place = _mm512_reduce_add_epi32(sum);
    }
}

/// Thirty-two codes from `at` on as 16-bit numbers, with zeros beyond the end.
///
/// # Safety
/// `at < values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
#[inline]
unsafe fn words(values: &[i8], at: usize) -> __m512i {
    let left = values.len() - at;
    // SAFETY: masked places are not read, and all others lie in `values`.
    let bytes = unsafe {
        let start = values.as_ptr().add(at);
        if left >= 32 {
            _mm256_loadu_si256(start.cast::<__m256i>())
        } else {
            _mm256_maskz_loadu_epi8((1_u32 << left) - 1, start)
        }
    };
    _mm512_cvtepi8_epi16(bytes)
}

/// Sixty-four codes from `at` on, with zeros beyond the end.
///
/// # Safety
/// `at < values.len()`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma,avx512vnni")]
#[inline]
unsafe fn bytes(values: &[i8], at: usize) -> __m512i {
    let left = values.len() - at;
    // SAFETY: masked places are not read, and all others lie in `values`.
    unsafe {
        let start = values.as_ptr().add(at);
        if left >= 64 { _mm512_loadu_si512(start.cast()) } else { _mm512_maskz_loadu_epi8((1_u64 << left) - 1, start) }
    }
}

/// One factor must be unsigned, so 128 is added to the codes of a row, and 128 times the sum of the query taken away.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma,avx512vnni")]
fn code_dots_by_byte(query: &[i8], codes: &[i8], out: &mut [i32]) {
    const STEP: usize = 64;
    let raise = _mm512_set1_epi8(i8::MIN);
    let added = query.iter().map(|&code| i32::from(code)).sum::<i32>().wrapping_mul(128);
    for (row, place) in codes.chunks_exact(query.len().max(1)).zip(out) {
        let mut sum = _mm512_setzero_si512();
        for at in (0..query.len()).step_by(STEP) {
            fetch(row, at);
            // SAFETY: query and row are of one length, and `at` lies in it; beyond the end the query is 0.
            sum = unsafe { _mm512_dpbusd_epi32(sum, _mm512_xor_si512(bytes(row, at), raise), bytes(query, at)) };
        }
        *place = _mm512_reduce_add_epi32(sum).wrapping_sub(added);
    }
}

/// Halves are unsigned as they lie; what they were raised by, times the sum of the query, is taken away.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma,avx512vnni")]
fn half_dots(query: &[i8], halves: &[u8], out: &mut [i32]) {
    let low = _mm512_set1_epi8(15);
    let added = query.iter().map(|&code| i32::from(code)).sum::<i32>().wrapping_mul(i32::from(RAISED));
    for (row, place) in halves.chunks_exact((query.len() / 2).max(1)).zip(out) {
        let (mut front, mut back) = (_mm512_setzero_si512(), _mm512_setzero_si512());
        for at in (0..row.len()).step_by(HALVES) {
            fetch(row, at);
            // SAFETY: the row is whole steps, the query twice as long.
            let (held, first, second) = unsafe {
                let asked = query.as_ptr().add(2 * at);
                (
                    _mm512_loadu_si512(row.as_ptr().add(at).cast()),
                    _mm512_loadu_si512(asked.cast()),
                    _mm512_loadu_si512(asked.add(HALVES).cast()),
                )
            };
            front = _mm512_dpbusd_epi32(front, _mm512_and_si512(held, low), first);
            back = _mm512_dpbusd_epi32(back, _mm512_and_si512(_mm512_srli_epi16::<4>(held), low), second);
        }
        *place = _mm512_reduce_add_epi32(_mm512_add_epi32(front, back)).wrapping_sub(added);
    }
}

/// Six rows by sixty-four packed ones: twenty-four sums.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma,avx512vnni")]
fn packed_dots(packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
    const ROWS: usize = 6;
    const REGISTERS: usize = TOGETHER / REGISTER;
    let width = packed.width();
    if width == 0 {
        return out.fill(0);
    }
    let count = codes.len() / width;
    let added_to = |row: usize| added.get(row).copied().unwrap_or_default();
    for (first, lines) in (0..count).step_by(ROWS).zip(out.chunks_mut(ROWS * TOGETHER)) {
        let row = |step: usize| {
            let index = (first + step).min(count - 1);
            codes.get(index * width..(index + 1) * width).unwrap_or_default()
        };
        let b: [&[i8]; ROWS] = std::array::from_fn(row);
        let mut sums: [_; ROWS] = std::array::from_fn(|step| [_mm512_set1_epi32(added_to(first + step)); REGISTERS]);
        let mut rest = [[0; CODES_A_STEP]; ROWS];
        for (rest, row) in rest.iter_mut().zip(b) {
            rest.iter_mut().zip(row.iter().skip(width - width % CODES_A_STEP)).for_each(|(place, &code)| *place = code);
        }
        for (step, held) in packed.values().chunks_exact(TOGETHER * CODES_A_STEP).enumerate() {
            // SAFETY: `held` fills four registers; a step that is not whole is taken from `rest`, four codes long.
            unsafe {
                let held: [__m512i; REGISTERS] =
                    std::array::from_fn(|place| _mm512_loadu_si512(held.as_ptr().add(place * 64).cast()));
                let is_whole = (step + 1) * CODES_A_STEP <= width;
                for ((sums, row), rest) in sums.iter_mut().zip(b).zip(&rest) {
                    let start = if is_whole { row.as_ptr().add(step * CODES_A_STEP) } else { rest.as_ptr() };
                    let value = _mm512_set1_epi32(start.cast::<i32>().read_unaligned());
                    for (sum, held) in sums.iter_mut().zip(held) {
                        *sum = _mm512_dpbusd_epi32(*sum, held, value);
                    }
                }
            }
        }
        for (line, sums) in lines.chunks_exact_mut(TOGETHER).zip(sums) {
            for (places, sum) in line.chunks_exact_mut(REGISTER).zip(sums) {
                // SAFETY: `places` holds sixteen values.
                unsafe { _mm512_storeu_si512(places.as_mut_ptr().cast(), sum) };
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn reaching(tile: &Tile<'_>) -> [u32; LEFTS] {
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
        if tile.is_settled(&bits) {
            break;
        }
    }
    bits
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn scores(dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
    lines::scores(dots, own, lengths, out);
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn scaled(row: &[f32], length: f64, out: &mut [f32]) {
    lines::scaled(row, length, out);
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn may_reach(estimates: &[f32], floors: &[f32], length: f32) -> bool {
    lines::may_reach(estimates, floors, length)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn uppers(dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
    lines::uppers(dots, asked, rows, out)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn meet(dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
    lines::meet(dots, scale, residual, asked)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn encode(row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
    lines::encode(row, length, scale, codes)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn any_reaches(dots: &[i32], least: i32) -> bool {
    lines::any_reaches(dots, least)
}
