//! The best rows for a query, exactly: equal to scoring and sorting every row.
//!
//! Not for approximate search.
//!
//! Rows are first estimated in single precision. An estimate is off by at most [`margin`], so a row whose
//! estimate lies further than that below the k-th best defined score so far cannot be among the best; every other row is
//! scored as defined.
//! Source of the bound: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1
//! (|fl(x.y) - x.y| <= gamma_d |x||y| for any order of summation, gamma_d = d u / (1 - d u)).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::level::Level;
use crate::rows::{NonFinite, Rows};
use crate::scan::score;

const ROWS_AT_ONCE: usize = 128;
/// Rows of a task: each must first find good rows, before estimates rule the others out. Fewer rows need one thread.
pub const ROWS_PER_TASK: usize = 1 << 12;
const QUERIES_AT_ONCE: usize = 64;
/// Squared lengths between which single-precision sums neither overflow nor lose digits to underflow.
const SAFE_SQUARES: std::ops::Range<f64> = 1e-20..1e20;

/// A row and its score; greater is better: higher score, then lower index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Cosine.
    pub score: f32,
    /// Row.
    pub index: usize,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.index.cmp(&self.index))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best `width` seen so far.
pub(crate) struct Best {
    width: usize,
    kept: BinaryHeap<std::cmp::Reverse<Ranked>>,
}

impl Best {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, kept: BinaryHeap::new() }
    }

    pub(crate) fn offer(&mut self, found: Ranked) {
        if self.kept.len() < self.width {
            self.kept.push(std::cmp::Reverse(found));
        } else if let Some(mut worst) = self.kept.peek_mut()
            && found > worst.0
        {
            worst.0 = found;
        }
    }

    /// The score that a row must reach to enter; -inf while there is room.
    pub(crate) fn bar(&self) -> f32 {
        if self.kept.len() < self.width {
            return f32::NEG_INFINITY;
        }
        self.kept.peek().map_or(f32::INFINITY, |worst| worst.0.score)
    }

    pub(crate) fn into_sorted(self) -> Vec<Ranked> {
        self.kept.into_sorted_vec().into_iter().map(|kept| kept.0).collect()
    }
}

/// How far a single-precision estimate of a cosine of `width` terms can be from the defined score, absolute: gamma_d in
/// the sum, half of it in the row's length, 16 units for the rest and the rounding of the score; rounded up to double.
#[expect(clippy::cast_precision_loss, reason = "widths are far below 2^52")]
pub(crate) fn margin(width: usize) -> f64 {
    2.0 * (width as f64 + 16.0) * f64::from(f32::EPSILON) / 2.0
}

/// The `width` best rows for each of `queries` among those that `mask` allows, best first, ties by lower index.
///
/// Queries must be finite and as wide as the rows; fewer rows may come back than asked for.
///
/// # Errors
/// The first row that is not finite, whether allowed or not.
pub fn top_k(
    level: Level,
    queries: Rows<'_>,
    rows: Rows<'_>,
    width: usize,
    mask: Option<&[bool]>,
) -> Result<Vec<Vec<Ranked>>, NonFinite> {
    if queries.count() == 0 {
        return Ok(Vec::new());
    }
    let run = |start: usize| scan(level, queries, rows, width, mask, start, start + ROWS_PER_TASK);
    let parts: Vec<_> = if rows.count() <= ROWS_PER_TASK {
        vec![run(0)]
    } else {
        (0..rows.count().div_ceil(ROWS_PER_TASK)).into_par_iter().map(|task| run(task * ROWS_PER_TASK)).collect()
    };
    let mut merged: Vec<Best> = (0..queries.count()).map(|_| Best::new(width)).collect();
    for part in parts {
        for (best, found) in merged.iter_mut().zip(part?) {
            for ranked in found.into_sorted() {
                best.offer(ranked);
            }
        }
    }
    Ok(merged.into_iter().map(Best::into_sorted).collect())
}

fn scan(
    level: Level,
    queries: Rows<'_>,
    rows: Rows<'_>,
    width: usize,
    mask: Option<&[bool]>,
    start: usize,
    stop: usize,
) -> Result<Vec<Best>, NonFinite> {
    let mut best: Vec<Best> = (0..queries.count()).map(|_| Best::new(width)).collect();
    let part = rows.part(start, stop);
    let allowed = |index: usize| mask.is_none_or(|mask| mask.get(start + index).copied().unwrap_or(false));
    rank(level, queries, part, start, allowed, &mut best)
        .map_err(|found| NonFinite { row: found.row + start, column: found.column })?;
    Ok(best)
}

struct Query<'a> {
    values: &'a [f32],
    length: f64,
    /// Reciprocal length, or NaN where estimates cannot be trusted.
    inverse: f64,
}

fn rank(
    level: Level,
    queries: Rows<'_>,
    rows: Rows<'_>,
    start: usize,
    allowed: impl Fn(usize) -> bool,
    best: &mut [Best],
) -> Result<(), NonFinite> {
    let margin = margin(rows.width());
    let known: Vec<Query<'_>> = (0..queries.count())
        .map(|number| {
            let values = queries.row(number);
            let square = level.dot(values, values);
            let inverse = if SAFE_SQUARES.contains(&square) { 1.0 / square.sqrt() } else { f64::NAN };
            Query { values, length: square.sqrt(), inverse }
        })
        .collect();
    let mut estimates = vec![0.0; ROWS_AT_ONCE * queries.count().min(QUERIES_AT_ONCE)];
    let (mut squares, mut lengths) = ([0.0; ROWS_AT_ONCE], [0.0; ROWS_AT_ONCE]);
    for first in (0..rows.count()).step_by(ROWS_AT_ONCE) {
        let block = rows.part(first, first + ROWS_AT_ONCE);
        let squares = squares.split_at_mut(block.count()).0;
        level.estimates_and_squares(queries.row(0), block, &mut estimates, squares);
        if squares.iter().any(|square| !square.is_finite()) {
            block.finite().map_err(|found| NonFinite { row: found.row + first, column: found.column })?;
        }
        for (length, square) in lengths.iter_mut().zip(squares.iter()) {
            let square = f64::from(*square);
            *length = if SAFE_SQUARES.contains(&square) { square.sqrt() } else { f64::NAN };
        }
        for group in (0..queries.count()).step_by(QUERIES_AT_ONCE) {
            let part = queries.part(group, group + QUERIES_AT_ONCE);
            let used = estimates.split_at_mut(part.count() * block.count()).0;
            if queries.count() > 1 {
                level.estimates(part, block, used);
            }
            let lines = used.chunks_exact(block.count().max(1));
            for ((line, query), best) in lines.zip(known.iter().skip(group)).zip(best.iter_mut().skip(group)) {
                let mut bar = f64::from(best.bar()) - margin;
                for (row, (estimate, length)) in line.iter().zip(&lengths).enumerate() {
                    // NaN compares false: an estimate that proves nothing never skips its row
                    if f64::from(*estimate) * query.inverse < bar * length || !allowed(first + row) {
                        continue;
                    }
                    let values = block.row(row);
                    let (dot, square) = (level.dot(query.values, values), level.dot(values, values));
                    best.offer(Ranked { score: score(dot, query.length, square.sqrt()), index: start + first + row });
                    bar = f64::from(best.bar()) - margin;
                }
            }
        }
    }
    Ok(())
}
