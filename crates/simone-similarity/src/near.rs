//! Every pair of rows whose cosine reaches a threshold, exactly: equal to scoring all pairs.
//!
//! Not for ranking.
//!
//! `tiles` rules out the pairs whose estimate lies further below the threshold than [`margin`] says that it can be off,
//! most of them before half of their columns were read. What remains is scored as defined.

use rayon::prelude::*;

use crate::compressed::WIDEST;
use crate::level::Level;
use crate::near_codes::{self, Codes};
use crate::rows::{NonFinite, Rows};
use crate::scan::score;
use crate::tiles::{LEFTS, RIGHTS, STEP, Tile};
use crate::top::margin;

/// Panels of a task; with 384 columns their first halves stay in the second-level cache.
const PANELS: usize = 8;
/// Left rows that are held against one panel before the next.
const ROWS_AT_ONCE: usize = 8 * LEFTS;

/// A later row and the defined cosine with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Place in the order given.
    pub place: usize,
    /// Cosine.
    pub score: f32,
}

/// For each of `order` (rows) the later places of it whose defined cosine is at least `threshold`, ascending.
///
/// `threshold` must be above 0. Rows outside `rows` read as empty.
///
/// # Errors
/// The first row that is not finite.
pub fn near_pairs(level: Level, rows: Rows<'_>, order: &[usize], threshold: f32) -> Result<Vec<Vec<Near>>, NonFinite> {
    rows.finite()?;
    let mut found = vec![Vec::new(); order.len()];
    if rows.width() == 0 || order.is_empty() {
        return Ok(found); // every cosine is 0.0
    }
    let parts = if level.has_byte_products() && rows.width() <= WIDEST {
        let lengths: Vec<f64> = order.par_iter().map(|&row| level.dot(rows.row(row), rows.row(row)).sqrt()).collect();
        let codes = Codes::new(level, rows, order, threshold);
        in_tasks(order.len().div_ceil(near_codes::RIGHTS), |task| {
            let mut found = Vec::new();
            codes.pairs(task * near_codes::RIGHTS, |left, place| {
                let row = |place: usize| order.get(place).map(|&row| rows.row(row)).unwrap_or_default();
                let length = |place: usize| lengths.get(place).copied().unwrap_or_default();
                let score = score(level.dot(row(left), row(place)), length(left), length(place));
                if score >= threshold {
                    found.push((left, Near { place, score }));
                }
            });
            found
        })
    } else {
        let units = Units::new(level, rows, order, threshold);
        in_tasks(order.len().div_ceil(PANELS * RIGHTS), |task| units.near(task * PANELS * RIGHTS))
    };
    for (left, near) in parts.into_iter().rev().flatten() {
        if let Some(places) = found.get_mut(left) {
            places.push(near);
        }
    }
    Ok(found)
}

/// What each task finds, the last first, since it has the most to do; on several threads where there are several.
fn in_tasks(tasks: usize, task: impl Fn(usize) -> Vec<(usize, Near)> + Send + Sync) -> Vec<Vec<(usize, Near)>> {
    if tasks == 1 { vec![task(0)] } else { (0..tasks).into_par_iter().rev().map(task).collect() }
}

/// Rows of unit length in the order asked for, by row and by panel, and what is needed to score pairs of them.
struct Units<'a> {
    level: Level,
    rows: Rows<'a>,
    order: &'a [usize],
    threshold: f32,
    floor: f32,
    lengths: Vec<f64>,
    steps: usize,
    values: Vec<f32>,
    rests: Vec<f32>,
    panels: Vec<f32>,
    panel_rests: Vec<f32>,
}

impl<'a> Units<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "estimates; the last units of them are inside the margin")]
    fn new(level: Level, rows: Rows<'a>, order: &'a [usize], threshold: f32) -> Self {
        let (width, count) = (rows.width(), order.len().next_multiple_of(RIGHTS));
        let steps = width.div_ceil(STEP);
        let mut units = Self {
            level,
            rows,
            order,
            threshold,
            floor: (f64::from(threshold) - margin(width)) as f32 - f32::EPSILON,
            lengths: Vec::with_capacity(order.len()),
            steps,
            values: vec![0.0; count * width],
            rests: vec![0.0; count * steps],
            panels: vec![0.0; count * width],
            panel_rests: vec![0.0; count * steps],
        };
        let places = units.values.chunks_exact_mut(width).zip(units.rests.chunks_exact_mut(steps));
        for (&row, (unit, rests)) in order.iter().zip(places) {
            let row = rows.row(row);
            let length = level.dot(row, row).sqrt();
            let inverse = if length > 0.0 { 1.0 / length } else { 0.0 };
            for (place, &value) in unit.iter_mut().zip(row) {
                *place = (f64::from(value) * inverse) as f32;
            }
            let mut rest = 0.0_f32;
            for (columns, place) in unit.chunks(STEP).zip(rests).rev() {
                *place = rest.sqrt();
                rest += columns.iter().map(|value| value * value).sum::<f32>();
            }
            units.lengths.push(length);
        }
        by_panel(&units.values, width, &mut units.panels);
        by_panel(&units.rests, steps, &mut units.panel_rests);
        units
    }

    /// The pairs whose right place is one of `PANELS * RIGHTS` from `start` on; for each left place ascending.
    fn near(&self, start: usize) -> Vec<(usize, Near)> {
        let stop = (start + PANELS * RIGHTS).min(self.order.len());
        let mut found = Vec::new();
        for first in (0..stop).step_by(ROWS_AT_ONCE) {
            for panel in (start..stop).step_by(RIGHTS) {
                for left in (first..(first + ROWS_AT_ONCE).min(panel + RIGHTS).min(stop)).step_by(LEFTS) {
                    self.tile(left, panel, &mut found);
                }
            }
        }
        found
    }

    fn tile(&self, left: usize, right: usize, found: &mut Vec<(usize, Near)>) {
        let (width, steps) = (self.rows.width(), self.steps);
        let last = self.values.len() / width - 1;
        let tile = Tile::new(
            std::array::from_fn(|row| line(&self.values, width, (left + row).min(last))),
            std::array::from_fn(|row| line(&self.rests, steps, (left + row).min(last))),
            line(&self.panels, width * RIGHTS, right / RIGHTS),
            line(&self.panel_rests, steps * RIGHTS, right / RIGHTS),
            self.floor,
        );
        for (left, mut bits) in (left..self.order.len()).zip(self.level.reaching(&tile)) {
            while bits != 0 {
                let place = right + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if place <= left || place >= self.order.len() {
                    continue;
                }
                let score = self.score(left, place);
                if score >= self.threshold {
                    found.push((left, Near { place, score }));
                }
            }
        }
    }

    fn score(&self, left: usize, right: usize) -> f32 {
        let row = |place: usize| self.order.get(place).map(|&row| self.rows.row(row)).unwrap_or_default();
        let length = |place: usize| self.lengths.get(place).copied().unwrap_or_default();
        score(self.level.dot(row(left), row(right)), length(left), length(right))
    }
}

fn line(values: &[f32], width: usize, index: usize) -> &[f32] {
    values.get(index * width..(index + 1) * width).unwrap_or_default()
}

/// Rows of `width` -> panels of `RIGHTS` rows, column by column.
fn by_panel(rows: &[f32], width: usize, panels: &mut [f32]) {
    for (rows, panel) in rows.chunks_exact(RIGHTS * width).zip(panels.chunks_exact_mut(RIGHTS * width)) {
        for (column, places) in panel.chunks_exact_mut(RIGHTS).enumerate() {
            for (place, row) in places.iter_mut().zip(rows.chunks_exact(width)) {
                *place = row.get(column).copied().unwrap_or_default();
            }
        }
    }
}
