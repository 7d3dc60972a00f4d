//! Rows in one byte per value, and exact ranking through them.
//!
//! Not for approximate search: the bytes decide which rows need not be scored, never what a score is.
//!
//! A row x stands for its direction u = x / |x|, kept as `scale * codes` with `residual >= |u - scale * codes|`. For a
//! query v with codes, scale t and residual f, Cauchy and Schwarz give |u.v - s t (c.p)| <= f (1 + r) + r. Rows are scored
//! in the order of that upper bound until the next bound lies below the k-th best score: no row left can enter.

use rayon::prelude::*;

use crate::level::Level;
use crate::rows::{NonFinite, Rows};
use crate::scalar::{LANES, total};
use crate::scan::{rows_per_task, score};
use crate::top::{Best, Ranked};

/// Covers the rounding of bounds and scores to f32 (two halves of 2^-24, the values being below 2) many times over.
const ROUNDING: f64 = 1.0 / (1 << 22) as f64;
/// Adding and subtracting it rounds to the nearest whole number, halves to even, without a call.
const TO_WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;
const GREATEST_CODE: f64 = 127.0;
/// Rows per task of the pass over bytes.
const ROWS_PER_TASK: usize = 1 << 14;
const ROWS_AT_ONCE: usize = 256;

/// Compressed rows, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Compressed<'a> {
    /// One byte per value, in -127..=127.
    pub codes: &'a [i8],
    /// One per row: the value of one step of the unit row.
    pub scales: &'a [f32],
    /// One per row: at least the length of what the codes miss of the unit row.
    pub residuals: &'a [f32],
}

/// The best rows for one query, and the proof that they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Certified {
    /// Best first, ties by lower index.
    pub best: Vec<Ranked>,
    /// No row that was not scored can score above this; -inf where all were.
    pub certificate: f32,
}

/// Compresses `rows` into the three slices: `count * width` codes, `count` scales, `count` residuals.
///
/// # Errors
/// The first row that is not finite.
pub fn compress(
    level: Level,
    rows: Rows<'_>,
    codes: &mut [i8],
    scales: &mut [f32],
    residuals: &mut [f32],
) -> Result<(), NonFinite> {
    rows.finite()?;
    let width = rows.width().max(1);
    let step = rows_per_task(width);
    let tasks = codes.par_chunks_mut(step * width).zip(scales.par_chunks_mut(step)).zip(residuals.par_chunks_mut(step));
    tasks.enumerate().for_each(|(task, ((codes, scales), residuals))| {
        let lines = codes.chunks_mut(width).zip(scales).zip(residuals);
        for (index, ((codes, scale), residual)) in lines.enumerate() {
            (*scale, *residual) = compress_row(level, rows.row(task * step + index), codes);
        }
    });
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 and to whole steps is the definition")]
fn compress_row(level: Level, row: &[f32], codes: &mut [i8]) -> (f32, f32) {
    let length = level.dot(row, row).sqrt();
    if length == 0.0 {
        codes.fill(0);
        return (0.0, 0.0);
    }
    let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let scale = (f64::from(largest) / length / GREATEST_CODE) as f32;
    let mut lanes = [0.0; LANES];
    for (codes, values) in codes.chunks_mut(LANES).zip(row.chunks(LANES)) {
        for ((code, value), lane) in codes.iter_mut().zip(values).zip(&mut lanes) {
            let unit = f64::from(*value) / length;
            let step = (unit / f64::from(scale) + TO_WHOLE - TO_WHOLE).clamp(-GREATEST_CODE, GREATEST_CODE);
            let missed = unit - f64::from(scale) * step;
            *lane += missed * missed;
            *code = step as i8;
        }
    }
    let missed = total(lanes).sqrt();
    (scale, (missed * (1.0 + 1.0 / (1 << 20) as f64) + 1e-12) as f32)
}

/// The `width` best rows for each of `queries` among those that `mask` allows, exactly as `top_k`, with certificates.
///
/// `compressed` must come from `compress` of these `rows`; queries must be as wide as the rows.
///
/// # Errors
/// The first query that is not finite. Rows were checked when they were compressed.
pub fn top_k_compressed(
    level: Level,
    queries: Rows<'_>,
    rows: Rows<'_>,
    compressed: Compressed<'_>,
    width: usize,
    mask: Option<&[bool]>,
) -> Result<Vec<Certified>, NonFinite> {
    queries.finite()?;
    Ok((0..queries.count()).map(|number| certify(level, queries.row(number), rows, compressed, width, mask)).collect())
}

struct Part {
    uppers: Vec<f32>,
    lowers: Best,
}

fn certify(
    level: Level,
    query: &[f32],
    rows: Rows<'_>,
    compressed: Compressed<'_>,
    width: usize,
    mask: Option<&[bool]>,
) -> Certified {
    let mut codes = vec![0; query.len()];
    let (scale, residual) = compress_row(level, query, &mut codes);
    let asked = (codes.as_slice(), f64::from(scale), f64::from(residual));
    let task = |number: usize| {
        let start = number * ROWS_PER_TASK;
        bounds(level, asked, compressed, start, (start + ROWS_PER_TASK).min(rows.count()), width, mask)
    };
    let tasks = rows.count().div_ceil(ROWS_PER_TASK);
    let parts: Vec<Part> = if tasks > 1 { (0..tasks).into_par_iter().map(task).collect() } else { vec![task(0)] };
    let (mut uppers, mut lowers) = (Vec::with_capacity(parts.len()), Best::new(width));
    for part in parts {
        uppers.push(part.uppers);
        part.lowers.into_sorted().into_iter().for_each(|lower| lowers.offer(lower));
    }
    let (candidates, beyond) = candidates(&uppers, lowers.bar());
    settle(level, query, rows, &candidates, beyond, width)
}

/// Upper bound of every row from `start` to `stop` (-inf where not allowed), and the best lower bounds.
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is covered by ROUNDING")]
fn bounds(
    level: Level,
    (codes, scale, residual): (&[i8], f64, f64),
    compressed: Compressed<'_>,
    start: usize,
    stop: usize,
    width: usize,
    mask: Option<&[bool]>,
) -> Part {
    let columns = codes.len();
    let mut part = Part { uppers: Vec::with_capacity(stop - start), lowers: Best::new(width) };
    let mut dots = [0; ROWS_AT_ONCE];
    let mut floor = part.lowers.bar();
    for first in (start..stop).step_by(ROWS_AT_ONCE) {
        let last = (first + ROWS_AT_ONCE).min(stop);
        let dots = dots.split_at_mut(last - first).0;
        level.code_dots(codes, compressed.codes.get(first * columns..last * columns).unwrap_or_default(), dots);
        let scales = compressed.scales.get(first..last).unwrap_or_default();
        let residuals = compressed.residuals.get(first..last).unwrap_or_default();
        for (index, ((&dot, &row_scale), &row_residual)) in (first..).zip(dots.iter().zip(scales).zip(residuals)) {
            if mask.is_some_and(|mask| !mask.get(index).copied().unwrap_or(false)) {
                part.uppers.push(f32::NEG_INFINITY);
                continue;
            }
            let middle = f64::from(dot) * (f64::from(row_scale) * scale);
            let slack = residual * (1.0 + f64::from(row_residual)) + f64::from(row_residual) + ROUNDING;
            part.uppers.push((middle + slack) as f32);
            let lower = (middle - slack) as f32;
            if lower > floor {
                part.lowers.offer(Ranked { score: lower, index });
                floor = part.lowers.bar();
            }
        }
    }
    part
}

/// Rows whose upper bound reaches `bar`, greatest bound first, and the greatest bound of the others.
fn candidates(uppers: &[Vec<f32>], bar: f32) -> (Vec<Ranked>, f32) {
    let (mut found, mut beyond) = (Vec::new(), f32::NEG_INFINITY);
    for (index, &upper) in uppers.iter().flatten().enumerate() {
        if upper >= bar && upper > f32::NEG_INFINITY {
            found.push(Ranked { score: upper, index });
        } else if upper > beyond {
            beyond = upper;
        }
    }
    found.sort_unstable_by(|left, right| right.cmp(left));
    (found, beyond)
}

/// Scores candidates in order until the next bound lies below the k-th best score.
fn settle(level: Level, query: &[f32], rows: Rows<'_>, candidates: &[Ranked], beyond: f32, width: usize) -> Certified {
    let length = level.dot(query, query).sqrt();
    let mut best = Best::new(width);
    for candidate in candidates {
        if candidate.score < best.bar() {
            return Certified { best: best.into_sorted(), certificate: candidate.score };
        }
        let row = rows.row(candidate.index);
        best.offer(Ranked {
            score: score(level.dot(query, row), length, level.dot(row, row).sqrt()),
            index: candidate.index,
        });
    }
    Certified { best: best.into_sorted(), certificate: beyond }
}
