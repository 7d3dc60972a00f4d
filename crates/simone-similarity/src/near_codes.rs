//! The pairs that may be near, found in bytes: for processors that multiply bytes several times as fast as floats.
//!
//! Not for scores: `near` defines them.
//!
//! The bound is that of `compressed`: scale t and residual f of one row, scale s and residual r of the other, give
//! |u.v - s t (c.p)| <= f (1 + r) + r. It holds for the first columns alone, too, and what the others add is at most the
//! product of the lengths of both rests (Cauchy and Schwarz). So many columns come first that few pairs outlive them.

use std::ops::Range;

use rayon::prelude::*;

use crate::compressed::compress_row;
use crate::level::Level;
use crate::lines::{Near, most};
use crate::packed::{CODES_A_STEP, PackedCodes, TOGETHER};
use crate::rows::Rows;

/// Rows of a task: one pack, which stays in the first-level cache with 384 columns.
pub(crate) const RIGHTS: usize = TOGETHER;
/// Left rows that are held against it at once.
const LEFTS: usize = 24;
/// Covers what single precision loses of a bound below 4, and of the scores, many times over.
const ROUNDING: f64 = 1.0 / (1 << 18) as f64;

/// What the residuals of two rows of 384 columns add to a bound, about.
const RESIDUALS: f64 = 0.02;
/// Deviations within which nearly all products of unrelated rows lie.
const DEVIATIONS: f64 = 4.0;

/// Rows in the order asked for, compressed, in rows and in packs.
pub(crate) struct Codes {
    level: Level,
    width: usize,
    middle: usize,
    front: Vec<i8>,
    back: Vec<i8>,
    /// Of the fronts.
    packs: Vec<PackedCodes>,
    scales: Vec<f32>,
    residuals: Vec<f32>,
    /// Lengths of what the backs hold of the unit rows.
    rests: Vec<f32>,
    floor: f32,
}

impl Codes {
    #[expect(clippy::cast_possible_truncation, reason = "ROUNDING covers it")]
    pub(crate) fn new(level: Level, rows: Rows<'_>, order: &[usize], threshold: f32) -> Self {
        let width = rows.width();
        let middle = middle(width, threshold);
        let mut codes = vec![0; order.len() * width];
        let places = codes.par_chunks_mut(width).zip(order);
        let made = places.map(|(codes, &row)| {
            let row = rows.row(row);
            let back = row.get(middle..).unwrap_or_default();
            let (length, rest) = (level.dot(row, row).sqrt(), level.dot(back, back).sqrt());
            let (scale, residual) = compress_row(level, row, codes);
            ((scale, residual), if length > 0.0 { (rest / length) as f32 } else { 0.0 })
        });
        let ((scales, residuals), rests) = made.unzip();
        let part_of = |columns: Range<usize>| -> Vec<i8> {
            let part = |row: &[i8]| row.get(columns.clone()).unwrap_or_default().to_vec();
            codes.par_chunks(width).flat_map_iter(part).collect()
        };
        let (front, back) = (part_of(0..middle), part_of(middle..width));
        let pack = |rows: &[i8]| PackedCodes::new(rows.chunks(middle), middle);
        let packs = front.par_chunks(TOGETHER * middle).map(pack).collect();
        let floor = (f64::from(threshold) - ROUNDING) as f32;
        Self { level, width, middle, front, back, packs, scales, residuals, rests, floor }
    }

    /// The pairs of a left place and one of the pack from `start` on that may be near, left before right.
    pub(crate) fn pairs(&self, start: usize, mut take: impl FnMut(usize, usize)) {
        let stop = (start + RIGHTS).min(self.scales.len());
        let Some(pack) = self.packs.get(start / RIGHTS) else { return };
        let rights = Near {
            scales: self.scales.get(start..stop).unwrap_or_default(),
            residuals: self.residuals.get(start..stop).unwrap_or_default(),
            rests: self.rests.get(start..stop).unwrap_or_default(),
            floor: self.floor,
        };
        let mut dots = [0; LEFTS * TOGETHER];
        for first in (0..stop).step_by(LEFTS) {
            let last = (first + LEFTS).min(stop);
            let dots = dots.split_at_mut((last - first) * TOGETHER).0;
            self.level.packed_dots(pack, self.front(first, last), dots);
            for (left, dots) in (first..last).zip(dots.chunks_exact(TOGETHER)) {
                self.beside(left, start, dots, rights, &mut take);
            }
        }
    }

    /// The rights that may be near one left row, whose products with the fronts are known.
    fn beside(&self, left: usize, start: usize, dots: &[i32], rights: Near<'_>, take: &mut impl FnMut(usize, usize)) {
        let of_left = |values: &[f32]| values.get(left).copied().unwrap_or_default();
        let own = [of_left(&self.scales), of_left(&self.residuals), of_left(&self.rests)];
        let used = rights.scales.len();
        if !self.level.may_come_near(dots.get(..used).unwrap_or_default(), own, rights) {
            return;
        }
        let [scale, residual, _] = own;
        let others = rights.scales.iter().zip(rights.residuals).zip(rights.rests);
        for ((right, &dot), ((&other, &missed), &rest)) in (start..).zip(dots.iter()).zip(others) {
            if right <= left || most(dot, own, [other, missed, rest]) < self.floor {
                continue;
            }
            let mut back = [0];
            self.level.code_dots(self.back(left), self.back(right), &mut back);
            let [back] = back;
            if most(dot + back, [scale, residual, 0.0], [other, missed, 0.0]) >= self.floor {
                take(left, right);
            }
        }
    }

    fn front(&self, first: usize, last: usize) -> &[i8] {
        self.front.get(first * self.middle..last * self.middle).unwrap_or_default()
    }

    fn back(&self, row: usize) -> &[i8] {
        let width = self.width - self.middle;
        self.back.get(row * width..(row + 1) * width).unwrap_or_default()
    }
}

/// Columns to read of every pair: as few as rule out nearly all pairs of rows that point anywhere.
///
/// Of m of w columns such rows have a product of about 0, with a deviation of sqrt(m) / w, and the rests add (w - m) / w at
/// most. Any number would give the same pairs.
#[expect(clippy::cast_precision_loss, reason = "a number of columns")]
fn middle(width: usize, threshold: f32) -> usize {
    let (whole, room) = (width as f64, f64::from(threshold) - RESIDUALS);
    let settles = |columns: &usize| {
        let read = *columns as f64;
        (whole - read + DEVIATIONS * read.sqrt()) / whole <= room
    };
    (CODES_A_STEP..width).step_by(CODES_A_STEP).find(settles).unwrap_or(width)
}
