//! Loops over short lines that the compiler turns into vector code, for each instruction set anew.
//!
//! Not for choosing: `level` does. Each gives the same bits however it is compiled: no sum, no fused operation.

use crate::digits::{DIGITS, GROUP, SUMS};
use crate::packed::TOGETHER;
use crate::scalar::LANES;
use crate::scan::{narrowed, score};

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

/// The greatest of the absolute values.
#[inline(always)]
pub(crate) fn largest(row: &[f32]) -> f32 {
    let mut most = [0.0_f32; 16];
    for values in row.chunks(most.len()) {
        for (most, &value) in most.iter_mut().zip(values) {
            *most = if value.abs() > *most { value.abs() } else { *most };
        }
    }
    most.iter().fold(0.0, |most, &value| most.max(value))
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

/// Whether any product reaches `least`.
#[inline(always)]
pub(crate) fn any_reaches(dots: &[i32], least: i32) -> bool {
    dots.iter().fold(false, |any, &dot| any | (dot >= least))
}

/// The numbers that [`digits`] takes apart lie below 2 to this power.
pub(crate) const BITS: i32 = 39;

/// The whole numbers nearest to `scale` times the values, below 0.99 times 2^[`BITS`] -> their digits in base 256, from -128 to 127,
/// all of one place together, and the squares of what they miss, lane by lane.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a byte of a number is taken")]
pub(crate) fn digits(row: &[f32], scale: f64, held: &mut [i8]) -> [f64; LANES] {
    /// 128 for each digit: so the bytes of a number are its digits, each raised by 128.
    const RAISE: u64 = 0x80_8080_8080;
    let columns = held.len() / DIGITS;
    let mut places = held.chunks_exact_mut(columns.max(1));
    let mut places: [_; DIGITS] =
        std::array::from_fn(|_| places.next().unwrap_or_default().as_chunks_mut::<LANES>().0.iter_mut());
    let mut lanes = [0.0; LANES];
    for at in (0..columns).step_by(LANES) {
        let mut values = [0.0; LANES];
        values.iter_mut().zip(row.iter().skip(at)).for_each(|(place, &value)| *place = f64::from(value) * scale);
        let mut raised = [0; LANES];
        for ((raised, value), lane) in raised.iter_mut().zip(values).zip(&mut lanes) {
            let whole = value + TO_WHOLE;
            let missed = value - (whole - TO_WHOLE);
            *lane += missed * missed;
            *raised = whole.to_bits().wrapping_sub(TO_WHOLE.to_bits()).wrapping_add(RAISE);
        }
        for (digit, places) in places.iter_mut().enumerate() {
            let Some(places) = places.next() else { continue };
            for (place, raised) in places.iter_mut().zip(raised) {
                *place = (raised >> (8 * (DIGITS - 1 - digit))) as u8 as i8 ^ i8::MIN;
            }
        }
    }
    lanes
}

/// Sums of products of digits of sixteen rows and of sixteen, and what makes cosines of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Middle<'a> {
    pub sums: &'a [i32],
    pub own: &'a [f64; GROUP],
    pub units: &'a [f64; GROUP],
    /// How far cosines may lie from what the sums say.
    pub slack: f64,
}

/// The cosines, rounded, if they lie as low and as high as they may; bits for the rows in which that is not the same for all.
#[inline(always)]
pub(crate) fn rounded(middle: Middle<'_>, low: &mut [[f32; GROUP]; GROUP], high: &mut [[f32; GROUP]; GROUP]) -> u32 {
    const NEXT: f64 = 1.0 / 256.0;
    const NOTHING: [[i32; GROUP]; GROUP] = [[0; GROUP]; GROUP];
    let mut planes = middle.sums.chunks_exact(GROUP * GROUP).map(|sums| sums.as_chunks::<GROUP>().0.first_chunk());
    let [a, b, c, d, e, f]: [&[[i32; GROUP]; GROUP]; SUMS] =
        std::array::from_fn(|_| planes.next().flatten().unwrap_or(&NOTHING));
    let mut open = 0;
    let sums = a.iter().zip(b).zip(c).zip(d).zip(e).zip(f);
    let places = low.iter_mut().zip(high).zip(middle.own).enumerate();
    for ((row, ((low, high), own)), (((((a, b), c), d), e), f)) in places.zip(sums) {
        let mut cosines = [0.0; GROUP];
        let sums = a.iter().zip(b).zip(c).zip(d).zip(e).zip(f);
        for ((place, unit), (((((&a, &b), &c), &d), &e), &f)) in cosines.iter_mut().zip(middle.units).zip(sums) {
            let less = (f64::from(d) + (f64::from(e) + f64::from(f) * NEXT) * NEXT) * NEXT;
            let sum = f64::from(a) + (f64::from(b) + (f64::from(c) + less) * NEXT) * NEXT;
            *place = sum * (own * unit);
        }
        for (place, cosine) in low.iter_mut().zip(cosines) {
            *place = narrowed(cosine - middle.slack);
        }
        for (place, cosine) in high.iter_mut().zip(cosines) {
            *place = narrowed(cosine + middle.slack);
        }
        let differ = low.iter().zip(high.iter()).fold(0, |differ, (low, high)| differ | u32::from(low != high));
        open |= differ << row;
    }
    open
}
