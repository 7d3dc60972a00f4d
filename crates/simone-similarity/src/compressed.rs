//! Rows in one byte per value, and exact ranking through them.
//!
//! Not for approximate search: the bytes decide which rows need not be scored, never what a score is.
//!
//! A row x stands for its direction u = x / |x|, kept as `scale * codes` with `residual >= |u - scale * codes|`. For a
//! query v with codes, scale t and residual f, Cauchy and Schwarz give |u.v - s t (c.p)| <= f (1 + r) + r. Rows are scored
//! in the order of that upper bound until the next bound lies below the k-th best score: no row left can enter.

use std::ops::Range;

use rayon::prelude::*;

use crate::halves::{self, Coarse};
use crate::level::Level;
use crate::lines::{self, Asked, AskedTogether, Packing};
use crate::packed::{OnLine, PackedCodes, TOGETHER};
use crate::rows::{NonFinite, Rows};
use crate::scalar::total;
use crate::scan::{rows_per_task, score};
use crate::top::{Best, Ranked};

/// Columns of compressed rows, at most: so the products of codes add up in 32 bits.
pub const WIDEST: usize = 1 << 17;
/// Rows per task of the pass over bytes.
pub(crate) const ROWS_PER_TASK: usize = 1 << 14;
pub(crate) const ROWS_AT_ONCE: usize = 64;
/// The same beside packed queries, which then stay in the first-level cache.
const FEW_ROWS_AT_ONCE: usize = 48;
/// So few queries are faster one by one than packed.
const FEW: usize = 8;

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

/// Compresses `rows` of at most [`WIDEST`] columns into the three slices: `count * width` codes, `count` scales, `count` residuals.
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

#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the definition")]
pub(crate) fn compress_row(level: Level, row: &[f32], codes: &mut [i8]) -> (f32, f32) {
    let length = level.dot(row, row).sqrt();
    if length == 0.0 {
        codes.fill(0);
        return (0.0, 0.0);
    }
    let largest = lines::largest(row);
    let scale = (f64::from(largest) / length / lines::GREATEST_CODE) as f32;
    let missed = total(level.encode(row, length, f64::from(scale), codes)).sqrt();
    (scale, (missed * (1.0 + 1.0 / (1 << 20) as f64) + 1e-12) as f32)
}

/// The `width` best rows for each of `queries` among those that `mask` allows, exactly as `top_k`, with certificates.
///
/// `compressed` must come from `compress` of these `rows`, `coarse` from `coarsen` of that: few queries read less with it, and
/// find the same. Queries must be as wide as the rows.
///
/// # Errors
/// The first query that is not finite. Rows were checked when they were compressed.
pub fn top_k_compressed(
    level: Level,
    queries: Rows<'_>,
    rows: Rows<'_>,
    compressed: Compressed<'_>,
    coarse: Option<Coarse<'_>>,
    width: usize,
    mask: Option<&[bool]>,
) -> Result<Vec<Certified>, NonFinite> {
    queries.finite()?;
    let coarse = coarse.filter(|_| halves::may_pay(level, rows.count(), rows.width(), width));
    let one = |number: usize| {
        let by_halves = |coarse| halves::certify(level, queries.row(number), rows, (compressed, coarse), width, mask);
        let plain = || certify(level, queries.row(number), rows, compressed, width, mask);
        coarse.and_then(by_halves).unwrap_or_else(plain)
    };
    if queries.count() < FEW || !level.has_byte_products() {
        return Ok((0..queries.count()).map(one).collect());
    }
    let groups = (0..queries.count()).step_by(TOGETHER);
    let certified =
        groups.map(|from| certify_together(level, queries.part(from, from + TOGETHER), rows, compressed, width, mask));
    Ok(certified.flatten().collect())
}

/// What one pass over the bytes of some rows leaves of them for one query.
pub(crate) struct Part {
    /// Rows that may be among the best, with upper bounds.
    likely: Vec<Ranked>,
    /// Greatest upper bound of the others.
    beyond: f32,
    lowers: Best,
}

impl Part {
    pub(crate) fn new(width: usize) -> Self {
        Self { likely: Vec::new(), beyond: f32::NEG_INFINITY, lowers: Best::new(width) }
    }

    /// The lower bound that the `width` best of those taken reach; -inf while there are fewer.
    pub(crate) fn bar(&self) -> f32 {
        self.lowers.bar()
    }

    /// The row is likely, or is one of the others.
    pub(crate) fn take(&mut self, upper: f32, index: usize, lower: impl FnOnce() -> f32) {
        if upper >= self.lowers.bar() && upper > f32::NEG_INFINITY {
            self.likely.push(Ranked { score: upper, index });
            self.lowers.offer(Ranked { score: lower(), index });
        } else if upper > self.beyond {
            self.beyond = upper;
        }
    }
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
    let asked = Asked { scale: f64::from(scale), residual: f64::from(residual) };
    let task = |number: usize| {
        let start = number * ROWS_PER_TASK;
        bounds(level, &codes, asked, compressed, start..(start + ROWS_PER_TASK).min(rows.count()), width, mask)
    };
    let tasks = rows.count().div_ceil(ROWS_PER_TASK);
    let parts: Vec<Part> = if tasks > 1 { (0..tasks).into_par_iter().map(task).collect() } else { vec![task(0)] };
    let (likely, beyond) = candidates(parts, width);
    settle(level, query, rows, &likely, beyond, width)
}

/// As `certify`, for up to [`TOGETHER`] queries in one pass.
fn certify_together(
    level: Level,
    queries: Rows<'_>,
    rows: Rows<'_>,
    compressed: Compressed<'_>,
    width: usize,
    mask: Option<&[bool]>,
) -> Vec<Certified> {
    let columns = queries.width();
    let mut codes = vec![0; queries.count() * columns];
    let mut asked = AskedTogether::new();
    for (number, codes) in codes.chunks_mut(columns.max(1)).enumerate() {
        let (scale, residual) = compress_row(level, queries.row(number), codes);
        asked.ask(number, Asked { scale: f64::from(scale), residual: f64::from(residual) });
    }
    let packed = PackedCodes::new(codes.chunks(columns.max(1)), columns);
    let task = |number: usize| {
        let start = number * ROWS_PER_TASK;
        let within = start..(start + ROWS_PER_TASK).min(rows.count());
        bounds_together(level, &packed, asked.clone(), queries.count(), compressed, within, width, mask)
    };
    let tasks = rows.count().div_ceil(ROWS_PER_TASK);
    let parts: Vec<Vec<Part>> = if tasks > 1 { (0..tasks).into_par_iter().map(task).collect() } else { vec![task(0)] };
    let mut by_query: Vec<Vec<Part>> = (0..queries.count()).map(|_| Vec::new()).collect();
    for part in parts {
        by_query.iter_mut().zip(part).for_each(|(parts, part)| parts.push(part));
    }
    let end = |(number, parts): (usize, Vec<Part>)| {
        let (likely, beyond) = candidates(parts, width);
        settle(level, queries.row(number), rows, &likely, beyond, width)
    };
    if tasks > 1 {
        by_query.into_par_iter().enumerate().map(end).collect()
    } else {
        by_query.into_iter().enumerate().map(end).collect()
    }
}

/// One pass over the bytes of `within` for the packed queries -> a part for each of `count`.
#[expect(clippy::too_many_arguments, reason = "one loop, called once")]
fn bounds_together(
    level: Level,
    packed: &PackedCodes,
    mut asked: AskedTogether,
    count: usize,
    compressed: Compressed<'_>,
    within: Range<usize>,
    width: usize,
    mask: Option<&[bool]>,
) -> Vec<Part> {
    let columns = packed.width();
    let mut parts: Vec<Part> = (0..count).map(|_| Part::new(width)).collect();
    for (floor, part) in asked.floors.iter_mut().zip(&parts) {
        *floor = part.lowers.bar();
    }
    let (mut dots, mut added) = (OnLine([0; FEW_ROWS_AT_ONCE * TOGETHER]), [0; FEW_ROWS_AT_ONCE]);
    for first in within.clone().step_by(FEW_ROWS_AT_ONCE) {
        let last = (first + FEW_ROWS_AT_ONCE).min(within.end);
        let dots = dots.0.split_at_mut((last - first) * TOGETHER).0;
        let codes = compressed.codes.get(first * columns..last * columns).unwrap_or_default();
        let added = added.split_at_mut(last - first).0;
        for (place, codes) in added.iter_mut().zip(codes.chunks(columns.max(1))) {
            *place = PackedCodes::unraise(codes);
        }
        level.packed_dots(packed, codes, added, dots);
        let scales = compressed.scales.get(first..last).unwrap_or_default();
        let held = scales.iter().zip(compressed.residuals.get(first..last).unwrap_or_default());
        for ((index, dots), (&scale, &residual)) in (first..).zip(dots.chunks_exact(TOGETHER)).zip(held) {
            if !mask.is_none_or(|mask| mask.get(index).copied().unwrap_or(false))
                || !level.meet(dots, scale, residual, &mut asked)
            {
                continue;
            }
            for (number, (part, &dot)) in parts.iter_mut().zip(dots).enumerate() {
                if let Some((upper, own, floor)) = asked.reached(number) {
                    part.take(upper, index, || lower(dot, own, scale, residual));
                    *floor = part.lowers.bar();
                }
            }
        }
    }
    for (part, beyond) in parts.iter_mut().zip(asked.beyond) {
        part.beyond = part.beyond.max(beyond);
    }
    parts
}

/// One pass over the bytes of `within`.
fn bounds(
    level: Level,
    codes: &[i8],
    asked: Asked,
    compressed: Compressed<'_>,
    within: Range<usize>,
    width: usize,
    mask: Option<&[bool]>,
) -> Part {
    let columns = codes.len();
    let mut part = Part::new(width);
    let (mut dots, mut uppers) = ([0; ROWS_AT_ONCE], [0.0; ROWS_AT_ONCE]);
    for first in within.clone().step_by(ROWS_AT_ONCE) {
        let last = (first + ROWS_AT_ONCE).min(within.end);
        let (dots, uppers) = (dots.split_at_mut(last - first).0, uppers.split_at_mut(last - first).0);
        level.code_dots(codes, compressed.codes.get(first * columns..last * columns).unwrap_or_default(), dots);
        let rows = Packing {
            scales: compressed.scales.get(first..last).unwrap_or_default(),
            residuals: compressed.residuals.get(first..last).unwrap_or_default(),
        };
        let most = level.uppers(dots, asked, rows, uppers);
        if mask.is_none() && most < part.lowers.bar() {
            part.beyond = part.beyond.max(most);
            continue;
        }
        let held = dots.iter().zip(rows.scales.iter().zip(rows.residuals));
        for ((index, &upper), (&dot, (&scale, &residual))) in (first..).zip(uppers.iter()).zip(held) {
            if mask.is_none_or(|mask| mask.get(index).copied().unwrap_or(false)) {
                part.take(upper, index, || lower(dot, asked, scale, residual));
            }
        }
    }
    part
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is covered by ROUNDING")]
pub(crate) fn lower(dot: i32, asked: Asked, scale: f32, residual: f32) -> f32 {
    (lines::middle(dot, asked, scale) - lines::slack(asked, residual)) as f32
}

/// Rows whose upper bound reaches the k-th best lower bound of all, greatest bound first, and the greatest bound of the others.
pub(crate) fn candidates(parts: Vec<Part>, width: usize) -> (Vec<Ranked>, f32) {
    let mut lowers = Best::new(width);
    let (mut likely, mut beyond) = (Vec::new(), f32::NEG_INFINITY);
    for part in parts {
        part.lowers.into_sorted().into_iter().for_each(|lower| lowers.offer(lower));
        beyond = beyond.max(part.beyond);
        likely.push(part.likely);
    }
    let (mut found, bar) = (Vec::new(), lowers.bar());
    for ranked in likely.into_iter().flatten() {
        if ranked.score >= bar {
            found.push(ranked);
        } else {
            beyond = beyond.max(ranked.score);
        }
    }
    found.sort_unstable_by(|left, right| right.cmp(left));
    (found, beyond)
}

/// Scores candidates in order until the next bound lies below the k-th best score.
pub(crate) fn settle(
    level: Level,
    query: &[f32],
    rows: Rows<'_>,
    candidates: &[Ranked],
    beyond: f32,
    width: usize,
) -> Certified {
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
