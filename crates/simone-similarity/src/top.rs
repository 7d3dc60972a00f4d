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
use crate::packed::{PackedRows, REGISTER, TOGETHER};
use crate::rows::{NonFinite, Rows};
use crate::scan::score;

const ROWS_AT_ONCE: usize = 128;
/// Rows of a task: each must first find good rows, before estimates rule the others out. Fewer rows need one thread.
pub const ROWS_PER_TASK: usize = 1 << 12;
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

/// What single precision may lose when an estimate is held against a floor, beyond [`margin`].
const COMPARING: f64 = 1.0 / (1 << 21) as f64;

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
    let search = Search::new(level, queries, rows.width());
    let run = |start: usize| search.rank(rows, start, width, mask);
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

struct Query<'a> {
    values: &'a [f32],
    length: f64,
    /// Whether estimates can be trusted.
    is_safe: bool,
}

impl Query<'_> {
    /// An estimate below this times the length of its row cannot reach `bar`; NaN where that cannot be told.
    #[expect(clippy::cast_possible_truncation, reason = "COMPARING covers the rounding")]
    fn floor(&self, bar: f32, margin: f64) -> f32 {
        if self.is_safe { ((f64::from(bar) - margin) * self.length) as f32 } else { f32::NAN }
    }
}

/// Queries that are met again and again, and what was made of them for that.
struct Search<'a> {
    level: Level,
    queries: Rows<'a>,
    known: Vec<Query<'a>>,
    /// Of each group of queries; none for a single query.
    packed: Vec<PackedRows>,
    margin: f64,
}

impl<'a> Search<'a> {
    fn new(level: Level, queries: Rows<'a>, width: usize) -> Self {
        let know = |number: usize| {
            let values = queries.row(number);
            let square = level.dot(values, values);
            Query { values, length: square.sqrt(), is_safe: SAFE_SQUARES.contains(&square) }
        };
        let groups = if queries.count() > 1 { queries.count().div_ceil(TOGETHER) } else { 0 };
        let pack = |group: usize| PackedRows::new(queries.part(group * TOGETHER, (group + 1) * TOGETHER));
        Self {
            level,
            queries,
            known: (0..queries.count()).map(know).collect(),
            packed: (0..groups).map(pack).collect(),
            margin: margin(width) + COMPARING,
        }
    }

    /// The best among the rows of one task for each query.
    fn rank(&self, rows: Rows<'_>, start: usize, width: usize, mask: Option<&[bool]>) -> Result<Vec<Best>, NonFinite> {
        let mut best: Vec<Best> = (0..self.known.len()).map(|_| Best::new(width)).collect();
        let mut floors: Vec<f32> =
            self.known.iter().zip(&best).map(|(query, best)| query.floor(best.bar(), self.margin)).collect();
        let mut estimates = vec![0.0; ROWS_AT_ONCE * self.known.len().min(TOGETHER)];
        let (mut squares, mut lengths) = ([0.0; ROWS_AT_ONCE], [0.0; ROWS_AT_ONCE]);
        for first in (start..(start + ROWS_PER_TASK).min(rows.count())).step_by(ROWS_AT_ONCE) {
            let block = rows.part(first, (first + ROWS_AT_ONCE).min(start + ROWS_PER_TASK));
            let (squares, lengths) = (squares.split_at_mut(block.count()).0, lengths.split_at_mut(block.count()).0);
            self.level.estimates_and_squares(self.queries.row(0), block, &mut estimates, squares);
            if squares.iter().any(|square| !square.is_finite()) {
                block.finite().map_err(|found| NonFinite { row: found.row + first, column: found.column })?;
            }
            for (length, &square) in lengths.iter_mut().zip(squares.iter()) {
                *length = if SAFE_SQUARES.contains(&f64::from(square)) { square.sqrt() } else { f32::NAN };
            }
            let allowed = |row: usize| mask.is_none_or(|mask| mask.get(first + row).copied().unwrap_or(false));
            let mut offer = |number: usize, row: usize, floor: &mut f32| {
                let (Some(query), Some(best)) = (self.known.get(number), best.get_mut(number)) else { return };
                let values = block.row(row);
                let (dot, square) = (self.level.dot(query.values, values), self.level.dot(values, values));
                best.offer(Ranked { score: score(dot, query.length, square.sqrt()), index: first + row });
                *floor = query.floor(best.bar(), self.margin);
            };
            if self.packed.is_empty() {
                self.pick_rows(&estimates, lengths, &mut floors, allowed, |row, floor| offer(0, row, floor));
            }
            for (group, packed) in self.packed.iter().enumerate() {
                let from = group * TOGETHER;
                let part = self.queries.part(from, from + TOGETHER);
                let used = estimates.split_at_mut(part.count() * block.count()).0;
                self.level.estimates(part, packed, block, used);
                let floors = floors.get_mut(from..from + part.count()).unwrap_or_default();
                for (row, (line, &length)) in used.chunks_exact(part.count()).zip(lengths.iter()).enumerate() {
                    if !self.level.may_reach(line, floors, length) || !allowed(row) {
                        continue;
                    }
                    for (number, (&estimate, floor)) in line.iter().zip(floors.iter_mut()).enumerate() {
                        if !is_below(estimate, *floor, length) {
                            offer(from + number, row, floor);
                        }
                    }
                }
            }
        }
        Ok(best)
    }

    /// Offers the rows of a block that a single query may want.
    fn pick_rows(
        &self,
        estimates: &[f32],
        lengths: &[f32],
        floors: &mut [f32],
        allowed: impl Fn(usize) -> bool,
        mut offer: impl FnMut(usize, &mut f32),
    ) {
        let Some(floor) = floors.first_mut() else { return };
        for (chunk, (estimates, lengths)) in estimates.chunks(REGISTER).zip(lengths.chunks(REGISTER)).enumerate() {
            if !self.level.may_reach(estimates, lengths, *floor) {
                continue;
            }
            for (row, (&estimate, &length)) in (chunk * REGISTER..).zip(estimates.iter().zip(lengths)) {
                if !is_below(estimate, *floor, length) && allowed(row) {
                    offer(row, floor);
                }
            }
        }
    }
}

/// Whether the row is proven not to reach the floor; NaN proves nothing.
fn is_below(estimate: f32, floor: f32, length: f32) -> bool {
    estimate < floor * length
}
