//! The kernels for NEON; each has its twin in `scalar`.
//!
//! Not for choosing: `level` holds the token that proves detection.
//!
//! Eight lanes of doubles are four registers. What `lines` and `tiles` hold is plain code, which is compiled with NEON anyway.
#![expect(unsafe_code, reason = "vector loads take pointers, and detected instructions need an unsafe call")]

use std::arch::aarch64::{
    float32x4_t, float64x2_t, int32x4_t, vaddq_f64, vaddvq_f32, vaddvq_s32, vcvt_f64_f32, vcvt_high_f64_f32,
    vdupq_n_f32, vdupq_n_f64, vdupq_n_s32, vfmaq_f32, vfmaq_f64, vget_high_s8, vget_low_f32, vget_low_s8, vld1q_f32,
    vld1q_f64, vld1q_s8, vmull_s8, vmulq_f64, vpadalq_s16, vst1q_f64, vsubq_f64,
};
use std::arch::is_aarch64_feature_detected;
use std::iter::once;

use crate::lines::{Asked, AskedTogether, Packing};
use crate::packed::{PackedCodes, PackedRows};
use crate::rows::Rows;
use crate::scalar::{self, LANES};
use crate::tiles::{LEFTS, Tile};

/// Proof that this processor has NEON.
#[derive(Clone, Copy, Debug)]
pub struct Neon(());

/// Eight lanes.
type Lanes = [float64x2_t; 4];

impl Neon {
    /// A token where the instructions exist.
    pub(crate) fn detect() -> Option<Self> {
        is_aarch64_feature_detected!("neon").then_some(Self(()))
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

    pub(crate) fn packed_dots(self, packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
        scalar::packed_dots(packed, codes, added, out);
    }

    pub(crate) fn reaching(self, tile: &Tile<'_>) -> [u32; LEFTS] {
        scalar::reaching(tile)
    }

    pub(crate) fn scores(self, dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
        scalar::scores(dots, own, lengths, out);
    }

    pub(crate) fn scaled(self, row: &[f32], length: f64, out: &mut [f32]) {
        scalar::scaled(row, length, out);
    }

    pub(crate) fn encode(self, row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
        scalar::encode(row, length, scale, codes)
    }

    pub(crate) fn may_reach(self, estimates: &[f32], floors: &[f32], length: f32) -> bool {
        scalar::may_reach(estimates, floors, length)
    }

    pub(crate) fn uppers(self, dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
        scalar::uppers(dots, asked, rows, out)
    }

    pub(crate) fn meet(self, dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
        scalar::meet(dots, scale, residual, asked)
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

#[target_feature(enable = "neon")]
#[inline]
fn zeros() -> Lanes {
    [vdupq_n_f64(0.0); 4]
}

#[target_feature(enable = "neon")]
#[inline]
fn widened(values: &[f32; LANES]) -> Lanes {
    // SAFETY: `values` holds eight values.
    let (low, high) = unsafe { (vld1q_f32(values.as_ptr()), vld1q_f32(values.as_ptr().add(4))) };
    [vcvt_f64_f32(vget_low_f32(low)), vcvt_high_f64_f32(low), vcvt_f64_f32(vget_low_f32(high)), vcvt_high_f64_f32(high)]
}

#[target_feature(enable = "neon")]
#[inline]
fn add_products(sums: &mut Lanes, left: &Lanes, right: &Lanes) {
    for ((sum, left), right) in sums.iter_mut().zip(left).zip(right) {
        *sum = vfmaq_f64(*sum, *left, *right);
    }
}

/// The lanes of one sum, added in the defined order.
#[target_feature(enable = "neon")]
#[inline]
fn total(sums: Lanes) -> f64 {
    let mut lanes = [0.0; LANES];
    for (places, sum) in lanes.chunks_exact_mut(2).zip(sums) {
        // SAFETY: `places` holds two values.
        unsafe { vst1q_f64(places.as_mut_ptr(), sum) };
    }
    scalar::total(lanes)
}

#[target_feature(enable = "neon")]
fn dot(left: &[f32], right: &[f32]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (lanes(left), lanes(right));
    let mut sums = zeros();
    for (a, b) in left.iter().zip(right).chain(once((&left_rest, &right_rest))) {
        add_products(&mut sums, &widened(a), &widened(b));
    }
    total(sums)
}

/// Differences are not exact in `f64`, so here products and sums are rounded one after the other.
#[target_feature(enable = "neon")]
fn squared_distance(left: &[f32], right: &[f32]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (lanes(left), lanes(right));
    let mut sums = zeros();
    for (a, b) in left.iter().zip(right).chain(once((&left_rest, &right_rest))) {
        for ((sum, a), b) in sums.iter_mut().zip(widened(a)).zip(widened(b)) {
            let apart = vsubq_f64(a, b);
            *sum = vaddq_f64(*sum, vmulq_f64(apart, apart));
        }
    }
    total(sums)
}

/// One row at a time: the eight registers of its two sums hide the latency of the additions.
#[target_feature(enable = "neon")]
fn dots_and_squares(query: &[f32], rows: Rows<'_>, mut take: impl FnMut(usize, f64, f64)) {
    let (query, query_rest) = lanes(query);
    for index in 0..rows.count() {
        let (row, row_rest) = lanes(rows.row(index));
        let (mut dots, mut squares) = (zeros(), zeros());
        for (q, a) in query.iter().zip(row).chain(once((&query_rest, &row_rest))) {
            let a = widened(a);
            add_products(&mut dots, &widened(q), &a);
            add_products(&mut squares, &a, &a);
        }
        take(index, total(dots), total(squares));
    }
}

/// Two left by two right rows: sixteen registers of sums.
#[target_feature(enable = "neon")]
fn wide_dots(left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
    const SIDE: usize = 2;
    let (lefts, rights) = (left.len() / width, right.len() / width);
    for j in (0..rights).step_by(SIDE) {
        let b: [&[f64]; SIDE] = std::array::from_fn(|step| wide_row(right, width, (j + step).min(rights - 1)));
        for i in (0..lefts).step_by(SIDE) {
            let a: [&[f64]; SIDE] = std::array::from_fn(|step| wide_row(left, width, (i + step).min(lefts - 1)));
            let mut sums = [[zeros(); SIDE]; SIDE];
            for at in (0..width).step_by(LANES) {
                // SAFETY: every row holds `width` values, a multiple of eight.
                let (a, b) =
                    unsafe { ([load_wide(a[0], at), load_wide(a[1], at)], [load_wide(b[0], at), load_wide(b[1], at)]) };
                for (sums, a) in sums.iter_mut().zip(&a) {
                    for (sum, b) in sums.iter_mut().zip(&b) {
                        add_products(sum, a, b);
                    }
                }
            }
            for (i, sums) in (i..lefts).zip(sums) {
                for (j, sum) in (j..rights).zip(sums) {
                    if let Some(place) = out.get_mut(i * rights + j) {
                        *place = total(sum);
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
#[target_feature(enable = "neon")]
#[inline]
unsafe fn load_wide(values: &[f64], at: usize) -> Lanes {
    debug_assert!(at + LANES <= values.len());
    // SAFETY: the caller's promise.
    unsafe {
        let start = values.as_ptr().add(at);
        [vld1q_f64(start), vld1q_f64(start.add(2)), vld1q_f64(start.add(4)), vld1q_f64(start.add(6))]
    }
}

/// # Safety
/// `at + 4 <= values.len()`.
#[target_feature(enable = "neon")]
#[inline]
unsafe fn load(values: &[f32], at: usize) -> float32x4_t {
    debug_assert!(at + 4 <= values.len());
    // SAFETY: the caller's promise.
    unsafe { vld1q_f32(values.as_ptr().add(at)) }
}

/// Four rows at a time: eight independent sums, five loads.
#[target_feature(enable = "neon")]
fn estimates_and_squares(query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
    const ROWS: usize = 4;
    const STEP: usize = 4;
    let (width, last) = (rows.width(), rows.count().max(1) - 1);
    let whole = width - width % STEP;
    for first in (0..rows.count()).step_by(ROWS) {
        let b: [&[f32]; ROWS] = std::array::from_fn(|step| rows.row((first + step).min(last)));
        let mut sums = [[vdupq_n_f32(0.0); 2]; ROWS];
        for at in (0..whole).step_by(STEP) {
            // SAFETY: the query and every row hold `width` values and `at + 4 <= width`.
            unsafe {
                let c = load(query, at);
                for (sum, row) in sums.iter_mut().zip(b) {
                    let d = load(row, at);
                    *sum = [vfmaq_f32(sum[0], c, d), vfmaq_f32(sum[1], d, d)];
                }
            }
        }
        let places = dots.iter_mut().zip(squares.iter_mut()).skip(first);
        for (((dot, square), sum), row) in places.zip(sums).zip(b) {
            let rest = || query.iter().zip(row).skip(whole);
            *dot = vaddvq_f32(sum[0]) + rest().map(|(a, b)| a * b).sum::<f32>();
            *square = vaddvq_f32(sum[1]) + rest().map(|(_, b)| b * b).sum::<f32>();
        }
    }
}

/// Blocks of four queries by four rows: sixteen sums, eight loads.
#[target_feature(enable = "neon")]
fn estimates(queries: Rows<'_>, rows: Rows<'_>, out: &mut [f32]) {
    const SIDE: usize = 4;
    const STEP: usize = 4;
    let (width, last_query, last_row) = (rows.width(), queries.count().max(1) - 1, rows.count().max(1) - 1);
    let whole = width - width % STEP;
    for row in (0..rows.count()).step_by(SIDE) {
        let b: [&[f32]; SIDE] = std::array::from_fn(|step| rows.row((row + step).min(last_row)));
        for query in (0..queries.count()).step_by(SIDE) {
            let a: [&[f32]; SIDE] = std::array::from_fn(|step| queries.row((query + step).min(last_query)));
            let mut sums = [[vdupq_n_f32(0.0); SIDE]; SIDE];
            for at in (0..whole).step_by(STEP) {
                // SAFETY: every row holds `width` values and `at + 4 <= width`.
                unsafe {
                    let c = [load(a[0], at), load(a[1], at), load(a[2], at), load(a[3], at)];
                    for (sums, row) in sums.iter_mut().zip(b) {
                        let d = load(row, at);
                        for (sum, c) in sums.iter_mut().zip(c) {
                            *sum = vfmaq_f32(*sum, c, d);
                        }
                    }
                }
            }
            for ((row, sums), b) in (row..=last_row).zip(sums).zip(b) {
                for ((query, sum), a) in (query..=last_query).zip(sums).zip(a) {
                    let rest: f32 = a.iter().zip(b).skip(whole).map(|(a, b)| a * b).sum();
                    if let Some(place) = out.get_mut(row * queries.count() + query) {
                        *place = vaddvq_f32(sum) + rest;
                    }
                }
            }
        }
    }
}

/// Sixteen codes at a time: products fit 16 bits, and pairs of them are added to sums of 32.
#[target_feature(enable = "neon")]
fn code_dots(query: &[i8], codes: &[i8], out: &mut [i32]) {
    const STEP: usize = 16;
    let whole = query.len() - query.len() % STEP;
    for (row, place) in codes.chunks_exact(query.len().max(1)).zip(out) {
        let mut sums: [int32x4_t; 2] = [vdupq_n_s32(0); 2];
        for at in (0..whole).step_by(STEP) {
            // SAFETY: `query` and `row` are of one length, and `at + 16` does not exceed it.
            let (asked, held) = unsafe { (vld1q_s8(query.as_ptr().add(at)), vld1q_s8(row.as_ptr().add(at))) };
            sums[0] = vpadalq_s16(sums[0], vmull_s8(vget_low_s8(asked), vget_low_s8(held)));
            sums[1] = vpadalq_s16(sums[1], vmull_s8(vget_high_s8(asked), vget_high_s8(held)));
        }
        let rest: i32 = query.iter().zip(row).skip(whole).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
        *place = vaddvq_s32(sums[0]) + vaddvq_s32(sums[1]) + rest;
    }
}
