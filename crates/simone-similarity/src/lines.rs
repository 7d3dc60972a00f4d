//! Loops over short lines that the compiler turns into vector code, for each instruction set anew.
//!
//! Not for choosing: `level` does. Each gives the same bits however it is compiled: no sum, no fused operation.

use crate::packed::TOGETHER;
use crate::scalar::LANES;
use crate::scan::score;

/// Covers the rounding of bounds and scores to f32 (two halves of 2^-24, the values being below 2) many times over.
pub(crate) const ROUNDING: f64 = 1.0 / (1 << 22) as f64;

/// The greatest code.
pub(crate) const GREATEST_CODE: f64 = 127.0;
/// Adding and subtracting it rounds to the nearest whole number, halves to even, without a call.
const TO_WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;

/// What a query is compressed to, but for its codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub scale: f64,
    pub residual: f64,
}

/// The scales and residuals of some compressed rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packing<'a> {
    pub scales: &'a [f32],
    pub residuals: &'a [f32],
}

/// The defined scores of rows of these lengths beside one of length `own`.
#[inline(always)]
pub(crate) fn scores(dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
    for ((place, &dot), &length) in out.iter_mut().zip(dots).zip(lengths) {
        *place = score(dot, own, length);
    }
}

/// Every value divided by `length`, which is above 0.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the definition")]
pub(crate) fn scaled(row: &[f32], length: f64, out: &mut [f32]) {
    for (place, &value) in out.iter_mut().zip(row) {
        *place = (f64::from(value) / length) as f32;
    }
}

/// The nearest codes of a row of `length` -> `codes`, and the squares of what they miss of the unit row, lane by lane.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding to whole steps is the definition")]
pub(crate) fn encode(row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
    let mut lanes = [0.0; LANES];
    let mut add = |codes: &mut [i8], values: &[f32]| {
        for ((code, value), lane) in codes.iter_mut().zip(values).zip(&mut lanes) {
            let unit = f64::from(*value) / length;
            let step = (unit / scale + TO_WHOLE - TO_WHOLE).clamp(-GREATEST_CODE, GREATEST_CODE);
            let missed = unit - scale * step;
            *lane += missed * missed;
            *code = step as i32 as i8;
        }
    };
    let ((codes, last_codes), (values, last_values)) = (codes.as_chunks_mut::<LANES>(), row.as_chunks::<LANES>());
    for (codes, values) in codes.iter_mut().zip(values) {
        add(codes, values);
    }
    add(last_codes, last_values);
    lanes
}

/// Whether any estimate is not proven to lie below its floor for a row of `length`; NaN proves nothing.
#[inline(always)]
pub(crate) fn may_reach(estimates: &[f32], floors: &[f32], length: f32) -> bool {
    let below = |(estimate, floor): (&f32, &f32)| *estimate < floor * length;
    !estimates.iter().zip(floors).fold(true, |all, pair| all & below(pair))
}

/// Upper bounds of the scores of rows beside a query -> `out`, and the greatest of them.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is covered by ROUNDING")]
pub(crate) fn uppers(dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
    let places = out.iter_mut().zip(dots).zip(rows.scales.iter().zip(rows.residuals));
    for ((place, &dot), (&scale, &residual)) in places {
        *place = (middle(dot, asked, scale) + slack(asked, residual)) as f32;
    }
    greatest(out)
}

/// What [`TOGETHER`] queries are compressed to, but for their codes, and what is known of the rows met so far.
#[derive(Clone, Debug)]
pub(crate) struct AskedTogether {
    pub scales: [f64; TOGETHER],
    pub residuals: [f64; TOGETHER],
    /// Upper bounds from which a row is likely.
    pub floors: [f32; TOGETHER],
    /// Greatest upper bound below those.
    pub beyond: [f32; TOGETHER],
    /// Upper bounds of the row last met.
    pub uppers: [f32; TOGETHER],
}

impl AskedTogether {
    /// Nothing asked yet: no row is likely for a query that is not there.
    pub(crate) fn new() -> Self {
        Self {
            scales: [0.0; TOGETHER],
            residuals: [0.0; TOGETHER],
            floors: [f32::INFINITY; TOGETHER],
            beyond: [f32::NEG_INFINITY; TOGETHER],
            uppers: [0.0; TOGETHER],
        }
    }

    /// Adds a query.
    pub(crate) fn ask(&mut self, number: usize, asked: Asked) {
        if let (Some(scale), Some(residual)) = (self.scales.get_mut(number), self.residuals.get_mut(number)) {
            (*scale, *residual) = (asked.scale, asked.residual);
        }
    }

    /// For a query for which the row last met is likely: the upper bound, the query and its floor.
    pub(crate) fn reached(&mut self, number: usize) -> Option<(f32, Asked, &mut f32)> {
        let (upper, floor) = (*self.uppers.get(number)?, self.floors.get_mut(number)?);
        let asked = Asked { scale: *self.scales.get(number)?, residual: *self.residuals.get(number)? };
        (upper >= *floor).then_some((upper, asked, floor))
    }
}

/// Upper bounds of the scores of one row beside all queries: whether it is likely for any of them.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is covered by ROUNDING")]
pub(crate) fn meet(dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
    let (scale, residual) = (f64::from(scale), f64::from(residual));
    let asked_of = asked.scales.iter().zip(&asked.residuals);
    for ((place, &dot), (own_scale, own_residual)) in asked.uppers.iter_mut().zip(dots).zip(asked_of) {
        let slack = own_residual * (1.0 + residual) + residual + ROUNDING;
        *place = (f64::from(dot) * (scale * own_scale) + slack) as f32;
    }
    let mut is_likely = false;
    for ((&upper, &floor), beyond) in asked.uppers.iter().zip(&asked.floors).zip(&mut asked.beyond) {
        let is_below = upper < floor;
        *beyond = if is_below & (upper > *beyond) { upper } else { *beyond };
        is_likely |= !is_below;
    }
    is_likely
}

/// Lane by lane, since a maximum in one variable is not turned into vector code.
#[inline(always)]
fn greatest(values: &[f32]) -> f32 {
    let mut most = [f32::NEG_INFINITY; 16];
    for values in values.chunks(most.len()) {
        for (most, &value) in most.iter_mut().zip(values) {
            *most = if value > *most { value } else { *most };
        }
    }
    most.iter().fold(f32::NEG_INFINITY, |most, &value| most.max(value))
}

/// Rows that one row is held against, and the cosine that counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near<'a> {
    pub scales: &'a [f32],
    pub residuals: &'a [f32],
    /// Lengths of what the products leave out of the unit rows.
    pub rests: &'a [f32],
    /// Leaves room for what single precision loses.
    pub floor: f32,
}

/// Whether the cosine of any of `rows` with the row of this scale, residual and rest may reach the floor.
#[inline(always)]
pub(crate) fn may_come_near(dots: &[i32], own: [f32; 3], rows: Near<'_>) -> bool {
    let others = rows.scales.iter().zip(rows.residuals).zip(rows.rests);
    let below = |(&dot, ((&scale, &residual), &rest))| most(dot, own, [scale, residual, rest]) < rows.floor;
    !dots.iter().zip(others).fold(true, |all, pair| all & below(pair))
}

/// At least the cosine of two rows of these scales, residuals and rests, but for what single precision loses.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(crate) fn most(dot: i32, [scale, residual, rest]: [f32; 3], other: [f32; 3]) -> f32 {
    let [other_scale, other_residual, other_rest] = other;
    dot as f32 * (other_scale * scale) + (residual + other_residual * (1.0 + residual) + rest * other_rest)
}

/// The middle of the interval in which a score lies.
#[inline(always)]
pub(crate) fn middle(dot: i32, asked: Asked, scale: f32) -> f64 {
    f64::from(dot) * (f64::from(scale) * asked.scale)
}

/// Half of its width.
#[inline(always)]
pub(crate) fn slack(asked: Asked, residual: f32) -> f64 {
    asked.residual * (1.0 + f64::from(residual)) + f64::from(residual) + ROUNDING
}
