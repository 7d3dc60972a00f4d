//! One pass over rows: cosines with a query, distances from a query, unit length.
//!
//! Not for ranking (`top`) nor for all pairs (`pairs`).

use rayon::prelude::*;

use crate::level::Level;
use crate::rows::{NonFinite, Rows};

/// Values below which a second thread costs more than it saves.
const VALUES_WORTH_A_THREAD: usize = 1 << 17;

/// Rows per task, so that a task holds enough values; never depends on the number of threads.
pub(crate) fn rows_per_task(width: usize) -> usize {
    (VALUES_WORTH_A_THREAD / width.max(1)).max(1)
}

/// The defined quotient of a dot product and the lengths of both rows.
#[inline(always)]
pub(crate) fn score(dot: f64, left_length: f64, right_length: f64) -> f32 {
    let length = left_length * right_length;
    if length > 0.0 { narrowed(dot / length) } else { 0.0 }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the definition")]
pub(crate) fn narrowed(value: f64) -> f32 {
    value as f32 + 0.0 // never -0.0
}

/// Runs `work` on blocks of rows beside their part of `out`, on several threads where it pays.
fn by_block<T: Send>(
    rows: Rows<'_>,
    per_row: usize,
    out: &mut [T],
    work: impl Fn(Rows<'_>, &mut [T]) -> Result<(), NonFinite> + Sync,
) -> Result<(), NonFinite> {
    let step = rows_per_task(rows.width());
    let chunk = (step * per_row).max(1);
    let run = |(number, out): (usize, &mut [T])| {
        let start = number * step;
        work(rows.part(start, start + step), out)
            .map_err(|found| NonFinite { row: found.row + start, column: found.column })
    };
    if rows.count() <= step {
        return run((0, out));
    }
    let results: Vec<_> = out.par_chunks_mut(chunk).enumerate().map(run).collect();
    results.into_iter().collect()
}

/// Cosine of `query` with every row -> `out`.
///
/// # Errors
/// The first row that is not finite. The query must be checked before.
pub fn cosines(level: Level, query: &[f32], rows: Rows<'_>, out: &mut [f32]) -> Result<(), NonFinite> {
    let length = level.dot(query, query).sqrt();
    by_block(rows, 1, out, |rows, out| {
        let mut is_finite = true;
        let mut places = out.iter_mut();
        level.dots_and_squares(query, rows, |_, dot, row_square| {
            is_finite &= row_square.is_finite(); // squares of f32 cannot overflow f64
            if let Some(place) = places.next() {
                *place = score(dot, length, row_square.sqrt());
            }
        });
        if is_finite { Ok(()) } else { rows.finite() }
    })
}

/// Euclidean distance of `query` from every row -> `out`: `f32(sqrt(defined sum of squared differences))`.
///
/// # Errors
/// The first row that is not finite. The query must be checked before.
pub fn euclidean(level: Level, query: &[f32], rows: Rows<'_>, out: &mut [f32]) -> Result<(), NonFinite> {
    by_block(rows, 1, out, |rows, out| {
        let mut is_finite = true;
        for (index, place) in out.iter_mut().enumerate() {
            let square = level.squared_distance(query, rows.row(index));
            is_finite &= square.is_finite();
            *place = narrowed(square.sqrt());
        }
        if is_finite { Ok(()) } else { rows.finite() }
    })
}

/// Rows scaled to unit length -> `out`: `f32(x / sqrt(defined sum of squares))`; zero rows stay zero.
///
/// # Errors
/// The first row that is not finite, or `out` of another size (place (0, 0)).
pub fn normalize(level: Level, rows: Rows<'_>, out: &mut [f32]) -> Result<(), NonFinite> {
    by_block(rows, rows.width(), out, |rows, out| {
        for (index, places) in out.chunks_mut(rows.width().max(1)).enumerate() {
            let row = rows.row(index);
            let length = level.dot(row, row).sqrt();
            if !length.is_finite() {
                rows.finite()?;
            }
            if length > 0.0 {
                level.scaled(row, length, places);
            } else {
                places.fill(0.0);
            }
        }
        Ok(())
    })
}

/// `rows` as f64, zero-padded to whole lanes -> (values, padded width).
pub(crate) fn widen(rows: Rows<'_>) -> (Vec<f64>, usize) {
    let width = rows.width().next_multiple_of(crate::scalar::LANES).max(crate::scalar::LANES);
    let mut wide = vec![0.0; rows.count() * width];
    for (index, line) in wide.chunks_exact_mut(width).enumerate() {
        for (place, &value) in line.iter_mut().zip(rows.row(index)) {
            *place = f64::from(value);
        }
    }
    (wide, width)
}
