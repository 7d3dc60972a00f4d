//! The kernels for AVX2 with FMA; each has its twin in `scalar`.
//!
//! Not for choosing: `level` holds the token that proves detection.
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::arch::x86_64::{
    __m256, __m256d, __m256i, _CMP_GE_OQ, _mm_add_epi32, _mm_add_ps, _mm_add_ss, _mm_cvtsi128_si32, _mm_cvtss_f32,
    _mm_loadu_ps, _mm_movehdup_ps, _mm_movehl_ps, _mm_shuffle_epi32, _mm256_abs_epi8, _mm256_add_epi16,
    _mm256_add_epi32, _mm256_add_pd, _mm256_and_si256, _mm256_castps256_ps128, _mm256_castsi256_si128, _mm256_cmp_ps,
    _mm256_cvtps_pd, _mm256_extractf128_ps, _mm256_extracti128_si256, _mm256_fmadd_pd, _mm256_fmadd_ps,
    _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_movemask_ps,
    _mm256_mul_pd, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_ps, _mm256_setzero_pd, _mm256_setzero_ps,
    _mm256_setzero_si256, _mm256_sign_epi8, _mm256_srli_epi16, _mm256_storeu_pd, _mm256_sub_pd,
};
use std::iter::once;

use crate::halves::{RAISED, STEP as HALVES};
use crate::lines::{self, Asked, AskedTogether, Packing};
use crate::packed::{PackedCodes, PackedRows};
use crate::rows::Rows;
use crate::scalar::{LANES, total};
use crate::tiles::{LEFTS, RIGHTS, STEP, Tile};

/// Proof that this processor has AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// A token where the instructions exist.
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }

    pub(crate) fn dot(self, left: &[f32], right: &[f32]) -> f64 {
        // SAFETY: the token exists only where the instructions were detected.
        unsafe { dot(left, right) }
    }

    pub(crate) fn squared_distance(self, left: &[f32], right: &[f32]) -> f64 {
        // SAFETY: as above.
        unsafe { squared_distance(left, right) }
    }

    pub(crate) fn dots_and_squares(self, query: &[f32], rows: Rows<'_>, take: impl FnMut(usize, f64, f64)) {
        // SAFETY: as above.
        unsafe { dots_and_squares(query, rows, take) }
    }

    pub(crate) fn estimates(self, queries: Rows<'_>, _packed: &PackedRows, rows: Rows<'_>, out: &mut [f32]) {
        assert_eq!(queries.width(), rows.width(), "queries and rows differ in width");
        assert_eq!(out.len(), queries.count() * rows.count(), "one place per estimate");
        // SAFETY: as above.
        unsafe { estimates(queries, rows, out) }
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
        // SAFETY: as above.
        unsafe { code_dots(query, codes, out) }
    }

    pub(crate) fn half_dots(self, query: &[i8], halves: &[u8], out: &mut [i32]) {
        assert!(query.len().is_multiple_of(2 * HALVES), "whole steps");
        // SAFETY: as above.
        unsafe { half_dots(query, halves, out) }
    }

    pub(crate) fn packed_dots(self, packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
        crate::scalar::packed_dots(packed, codes, added, out);
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

/// Whole lanes of a row, and the rest filled up with zeros, which change no defined sum.
fn lanes(values: &[f32]) -> (&[[f32; LANES]], [f32; LANES]) {
    let (whole, rest) = values.as_chunks();
    let mut filled = [0.0; LANES];
    for (place, value) in filled.iter_mut().zip(rest) {
        *place = *value;
    }
    (whole, filled)
}

/// Eight `f32` as two registers of `f64`.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn widened(values: &[f32; LANES]) -> (__m256d, __m256d) {
    // SAFETY: `values` holds eight values.
    unsafe { (_mm256_cvtps_pd(_mm_loadu_ps(values.as_ptr())), _mm256_cvtps_pd(_mm_loadu_ps(values.as_ptr().add(4)))) }
}

/// The two registers of one sum, added lane by lane in the defined order.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn defined_total(low: __m256d, high: __m256d) -> f64 {
    let mut lanes = [0.0; LANES];
    // SAFETY: `lanes` holds eight values.
    unsafe {
        _mm256_storeu_pd(lanes.as_mut_ptr(), low);
        _mm256_storeu_pd(lanes.as_mut_ptr().add(4), high);
    }
    total(lanes)
}

#[target_feature(enable = "avx2,fma")]
fn dot(left: &[f32], right: &[f32]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (lanes(left), lanes(right));
    let (mut low, mut high) = (_mm256_setzero_pd(), _mm256_setzero_pd());
    for (a, b) in left.iter().zip(right).chain(once((&left_rest, &right_rest))) {
        let (a, b) = (widened(a), widened(b));
        low = _mm256_fmadd_pd(a.0, b.0, low);
        high = _mm256_fmadd_pd(a.1, b.1, high);
    }
    defined_total(low, high)
}

/// Differences are not exact in `f64`, so here products and sums are rounded one after the other.
#[target_feature(enable = "avx2,fma")]
fn squared_distance(left: &[f32], right: &[f32]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (lanes(left), lanes(right));
    let (mut low, mut high) = (_mm256_setzero_pd(), _mm256_setzero_pd());
    for (a, b) in left.iter().zip(right).chain(once((&left_rest, &right_rest))) {
        let (a, b) = (widened(a), widened(b));
        let (c, d) = (_mm256_sub_pd(a.0, b.0), _mm256_sub_pd(a.1, b.1));
        low = _mm256_add_pd(low, _mm256_mul_pd(c, c));
        high = _mm256_add_pd(high, _mm256_mul_pd(d, d));
    }
    defined_total(low, high)
}

/// One step of `dots_and_squares`: the sums of q.a, a.a, q.b and b.b, two registers each.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn add_step(sums: &mut [__m256d; 8], q: &[f32; LANES], a: &[f32; LANES], b: &[f32; LANES]) {
    let (q, a, b) = (widened(q), widened(a), widened(b));
    sums[0] = _mm256_fmadd_pd(q.0, a.0, sums[0]);
    sums[1] = _mm256_fmadd_pd(q.1, a.1, sums[1]);
    sums[2] = _mm256_fmadd_pd(a.0, a.0, sums[2]);
    sums[3] = _mm256_fmadd_pd(a.1, a.1, sums[3]);
    sums[4] = _mm256_fmadd_pd(q.0, b.0, sums[4]);
    sums[5] = _mm256_fmadd_pd(q.1, b.1, sums[5]);
    sums[6] = _mm256_fmadd_pd(b.0, b.0, sums[6]);
    sums[7] = _mm256_fmadd_pd(b.1, b.1, sums[7]);
}

/// Two rows at a time: eight independent sums hide the latency of the additions.
#[target_feature(enable = "avx2,fma")]
fn dots_and_squares(query: &[f32], rows: Rows<'_>, mut take: impl FnMut(usize, f64, f64)) {
    let (query, query_rest) = lanes(query);
    for index in (0..rows.count()).step_by(2) {
        let (first, first_rest) = lanes(rows.row(index));
        let (second, second_rest) = lanes(rows.row((index + 1).min(rows.count() - 1)));
        let mut sums = [_mm256_setzero_pd(); 8];
        for ((q, a), b) in query.iter().zip(first).zip(second) {
            add_step(&mut sums, q, a, b);
        }
        add_step(&mut sums, &query_rest, &first_rest, &second_rest);
        let [a, b, c, d, e, f, g, h] = sums;
        take(index, defined_total(a, b), defined_total(c, d));
        if index + 1 < rows.count() {
            take(index + 1, defined_total(e, f), defined_total(g, h));
        }
    }
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn single_total(sum: __m256) -> f32 {
    let half = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
    let quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
    _mm_cvtss_f32(_mm_add_ss(quarter, _mm_movehdup_ps(quarter)))
}

/// Four rows at a time: eight independent sums, five loads.
#[target_feature(enable = "avx2,fma")]
fn estimates_and_squares(query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
    const ROWS: usize = 4;
    let (width, last) = (rows.width(), rows.count().max(1) - 1);
    let whole = width - width % LANES;
    for first in (0..rows.count()).step_by(ROWS) {
        let b: [&[f32]; ROWS] = std::array::from_fn(|step| rows.row((first + step).min(last)));
        let mut sums = [(_mm256_setzero_ps(), _mm256_setzero_ps()); ROWS];
        for at in (0..whole).step_by(LANES) {
            // SAFETY: the query and every row hold `width` values and `at + 8 <= width`.
            unsafe {
                let c = load(query, at);
                for (sum, row) in sums.iter_mut().zip(b) {
                    let d = load(row, at);
                    *sum = (_mm256_fmadd_ps(c, d, sum.0), _mm256_fmadd_ps(d, d, sum.1));
                }
            }
        }
        let places = dots.iter_mut().zip(squares.iter_mut()).skip(first);
        for (((dot, square), sum), row) in places.zip(sums).zip(b) {
            let rest = || query.iter().zip(row).skip(whole);
            *dot = single_total(sum.0) + rest().map(|(a, b)| a * b).sum::<f32>();
            *square = single_total(sum.1) + rest().map(|(_, b)| b * b).sum::<f32>();
        }
    }
}

/// Blocks of three queries by four rows: twelve sums, seven loads, so the multiply-adds are the limit.
#[target_feature(enable = "avx2,fma")]
fn estimates(queries: Rows<'_>, rows: Rows<'_>, out: &mut [f32]) {
    const QUERIES: usize = 3;
    const ROWS: usize = 4;
    let (width, last_query, last_row) = (rows.width(), queries.count().max(1) - 1, rows.count().max(1) - 1);
    let whole = width - width % LANES;
    for row in (0..rows.count()).step_by(ROWS) {
        let b: [&[f32]; ROWS] = std::array::from_fn(|step| rows.row((row + step).min(last_row)));
        for query in (0..queries.count()).step_by(QUERIES) {
            let a: [&[f32]; QUERIES] = std::array::from_fn(|step| queries.row((query + step).min(last_query)));
            let mut sums = [[_mm256_setzero_ps(); QUERIES]; ROWS];
            for at in (0..whole).step_by(LANES) {
                // SAFETY: every row holds `width` values and `at + 8 <= width`.
                unsafe {
                    let c = [load(a[0], at), load(a[1], at), load(a[2], at)];
                    for (sums, row) in sums.iter_mut().zip(b) {
                        let d = load(row, at);
                        for (sum, c) in sums.iter_mut().zip(c) {
                            *sum = _mm256_fmadd_ps(c, d, *sum);
                        }
                    }
                }
            }
            for ((row, sums), b) in (row..=last_row).zip(sums).zip(b) {
                for ((query, sum), a) in (query..=last_query).zip(sums).zip(a) {
                    let rest: f32 = a.iter().zip(b).skip(whole).map(|(a, b)| a * b).sum();
                    if let Some(place) = out.get_mut(row * queries.count() + query) {
                        *place = single_total(sum) + rest;
                    }
                }
            }
        }
    }
}

/// Two left by three right rows: twelve sums of two registers each stay in the sixteen there are.
#[target_feature(enable = "avx2,fma")]
fn wide_dots(left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
    const LEFTS: usize = 2;
    const RIGHTS: usize = 3;
    let (lefts, rights) = (left.len() / width, right.len() / width);
    for j in (0..rights).step_by(RIGHTS) {
        let b: [&[f64]; RIGHTS] = std::array::from_fn(|step| wide_row(right, width, (j + step).min(rights - 1)));
        for i in (0..lefts).step_by(LEFTS) {
            let a: [&[f64]; LEFTS] = std::array::from_fn(|step| wide_row(left, width, (i + step).min(lefts - 1)));
            let mut sums = [[(_mm256_setzero_pd(), _mm256_setzero_pd()); LEFTS]; RIGHTS];
            for at in (0..width).step_by(LANES) {
                // SAFETY: every row holds `width` values, a multiple of eight.
                unsafe {
                    let low = [load_wide(a[0], at), load_wide(a[1], at)];
                    let high = [load_wide(a[0], at + 4), load_wide(a[1], at + 4)];
                    for (sums, b) in sums.iter_mut().zip(b) {
                        let (c, d) = (load_wide(b, at), load_wide(b, at + 4));
                        for ((sum, low), high) in sums.iter_mut().zip(low).zip(high) {
                            *sum = (_mm256_fmadd_pd(low, c, sum.0), _mm256_fmadd_pd(high, d, sum.1));
                        }
                    }
                }
            }
            for (j, sums) in (j..rights).zip(sums) {
                for (i, (low, high)) in (i..lefts).zip(sums) {
                    if let Some(place) = out.get_mut(i * rights + j) {
                        *place = defined_total(low, high);
                    }
                }
            }
        }
    }
}

fn wide_row(rows: &[f64], width: usize, index: usize) -> &[f64] {
    rows.get(index * width..(index + 1) * width).unwrap_or_default()
}

/// # Safety
/// `at + 8 <= values.len()`.
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn load(values: &[f32], at: usize) -> __m256 {
    debug_assert!(at + 8 <= values.len());
    // SAFETY: the caller's promise.
    unsafe { _mm256_loadu_ps(values.as_ptr().add(at)) }
}

/// # Safety
/// `at + 4 <= values.len()`.
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn load_wide(values: &[f64], at: usize) -> __m256d {
    debug_assert!(at + 4 <= values.len());
    // SAFETY: the caller's promise.
    unsafe { _mm256_loadu_pd(values.as_ptr().add(at)) }
}

/// Signs move from the query to the row, so that unsigned times signed multiplication serves; pairs stay below 2^15 because
/// codes are in -127..=127.
#[target_feature(enable = "avx2,fma")]
fn code_dots(query: &[i8], codes: &[i8], out: &mut [i32]) {
    const STEP: usize = 32;
    let whole = query.len() - query.len() % STEP;
    let ones = _mm256_set1_epi16(1);
    for (row, place) in codes.chunks_exact(query.len().max(1)).zip(out) {
        let mut sum = _mm256_setzero_si256();
        for at in (0..whole).step_by(STEP) {
            // SAFETY: `query` and `row` are of one length, and `at + 32` does not exceed it.
            let (asked, held) = unsafe {
                (
                    _mm256_loadu_si256(query.as_ptr().add(at).cast::<__m256i>()),
                    _mm256_loadu_si256(row.as_ptr().add(at).cast::<__m256i>()),
                )
            };
            let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(asked), _mm256_sign_epi8(held, asked));
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
        }
        let half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
        let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b00_00_11_10>(half));
        let whole_sum = _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_shuffle_epi32::<0b00_00_00_01>(quarter)));
        let rest: i32 = query.iter().zip(row).skip(whole).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
        *place = whole_sum + rest;
    }
}

/// Halves are unsigned as they lie: two products of a half and a code stay far below 2^15.
#[target_feature(enable = "avx2,fma")]
fn half_dots(query: &[i8], halves: &[u8], out: &mut [i32]) {
    const STEP: usize = 32;
    let (low, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    let added = query.iter().map(|&code| i32::from(code)).sum::<i32>().wrapping_mul(i32::from(RAISED));
    for (row, place) in halves.chunks_exact((query.len() / 2).max(1)).zip(out) {
        let mut sum = _mm256_setzero_si256();
        for at in (0..row.len()).step_by(STEP) {
            let columns = at / HALVES * (2 * HALVES) + at % HALVES;
            // SAFETY: the row is whole steps of halves, the query twice as long.
            let (held, front, back) = unsafe {
                let asked = query.as_ptr().add(columns);
                (
                    _mm256_loadu_si256(row.as_ptr().add(at).cast::<__m256i>()),
                    _mm256_loadu_si256(asked.cast::<__m256i>()),
                    _mm256_loadu_si256(asked.add(HALVES).cast::<__m256i>()),
                )
            };
            let front = _mm256_maddubs_epi16(_mm256_and_si256(held, low), front);
            let back = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16::<4>(held), low), back);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_add_epi16(front, back), ones));
        }
        let half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
        let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b00_00_11_10>(half));
        *place =
            _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_shuffle_epi32::<0b00_00_00_01>(quarter))).wrapping_sub(added);
    }
}

#[target_feature(enable = "avx2,fma")]
fn reaching(tile: &Tile<'_>) -> [u32; LEFTS] {
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
            if tile.is_settled(&found) || (step + 1) * STEP * RIGHTS >= tile.panel.len() {
                bits.iter_mut().zip(found).for_each(|(bits, found)| *bits |= found << from);
                break;
            }
        }
    }
    bits
}

#[target_feature(enable = "avx2,fma")]
fn scores(dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
    lines::scores(dots, own, lengths, out);
}

#[target_feature(enable = "avx2,fma")]
fn scaled(row: &[f32], length: f64, out: &mut [f32]) {
    lines::scaled(row, length, out);
}

#[target_feature(enable = "avx2,fma")]
fn may_reach(estimates: &[f32], floors: &[f32], length: f32) -> bool {
    lines::may_reach(estimates, floors, length)
}

#[target_feature(enable = "avx2,fma")]
fn uppers(dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
    lines::uppers(dots, asked, rows, out)
}

#[target_feature(enable = "avx2,fma")]
fn meet(dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
    lines::meet(dots, scale, residual, asked)
}

#[target_feature(enable = "avx2,fma")]
fn encode(row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
    lines::encode(row, length, scale, codes)
}
