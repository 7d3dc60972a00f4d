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
use crate::lines::most;
use crate::packed::{Aligned, CODES_A_STEP, OnLine, PackedCodes, TOGETHER};
use crate::rows::Rows;

/// Packs of a task, which stay in the second-level cache: so the left rows come from memory once for all of them.
const PACKS: usize = 4;
/// Rows of a task.
pub(crate) const RIGHTS: usize = PACKS * TOGETHER;
/// Left rows that are held against a pack at once.
const LEFTS: usize = 48;
/// Columns that a tile takes at once.
const TILE: usize = 64;
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
    front: Aligned<i8>,
    back: Vec<i8>,
    /// Of the fronts.
    packs: Vec<PackedCodes>,
    /// What is to be added to the products with each front.
    added: Vec<i32>,
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
        let least = middle(width, threshold);
        let middle = if level.has_tiles() { least.next_multiple_of(TILE).min(width) } else { least };
        let (mut front, mut back) = (Aligned::new(0, order.len() * middle), vec![0; order.len() * (width - middle)]);
        let made = |codes: &mut Vec<i8>, row: usize, front: &mut [i8], back: &mut [i8]| {
            let row = rows.row(row);
            let rest = row.get(middle..).unwrap_or_default();
            let (length, rest) = (level.dot(row, row).sqrt(), level.dot(rest, rest).sqrt());
            codes.resize(width, 0);
            let (scale, residual) = compress_row(level, row, codes);
            let (first, last) = codes.split_at(middle);
            front.copy_from_slice(first);
            back.copy_from_slice(last);
            ((scale, residual), if length > 0.0 { (rest / length) as f32 } else { 0.0 })
        };
        let fronts = front.places().par_chunks_mut(middle).zip(order);
        let ((scales, residuals), rests) = if middle < width {
            let places = fronts.zip(back.par_chunks_mut(width - middle));
            places.map_init(Vec::new, |codes, ((front, &row), back)| made(codes, row, front, back)).unzip()
        } else {
            fronts.map_init(Vec::new, |codes, (front, &row)| made(codes, row, front, &mut [])).unzip()
        };
        let pack = |rows: &[i8]| PackedCodes::new(rows.chunks(middle), middle);
        let packs = front.values().par_chunks(TOGETHER * middle).map(pack).collect();
        let added = front.values().par_chunks(middle).map(PackedCodes::unraise).collect();
        let floor = (f64::from(threshold) - ROUNDING) as f32;
        Self { level, width, middle, front, back, packs, added, scales, residuals, rests, floor }
    }

    /// The pairs of a left place and one of the [`RIGHTS`] from `start` on that may be near, left before right.
    pub(crate) fn pairs(&self, start: usize, mut take: impl FnMut(usize, usize)) {
        let stop = (start + RIGHTS).min(self.scales.len());
        let most = |values: &[f32]| values.iter().fold(0.0_f32, |most, &value| most.max(value));
        let packs = (start..stop).step_by(TOGETHER).zip(self.packs.iter().skip(start / TOGETHER));
        let packs = packs.map(|(start, pack)| {
            let within = |values: &[f32]| most(values.get(start..(start + TOGETHER).min(stop)).unwrap_or_default());
            (start, pack, [within(&self.scales), within(&self.residuals), within(&self.rests)])
        });
        let packs: Vec<_> = packs.collect();
        let mut dots = OnLine([0; LEFTS * TOGETHER]);
        for first in (0..stop).step_by(LEFTS) {
            let last = (first + LEFTS).min(stop);
            let added = self.added.get(first..last).unwrap_or_default();
            for &(start, pack, greatest) in packs.iter().filter(|(start, ..)| first < start + TOGETHER) {
                let dots = dots.0.split_at_mut((last - first) * TOGETHER).0;
                self.level.packed_dots(pack, self.front(first, last), added, dots);
                for (left, dots) in (first..last).zip(dots.chunks_exact(TOGETHER)) {
                    let least = self.least(left, greatest);
                    if self.level.any_reaches(dots, least) {
                        self.beside(left, start..stop, dots, least, &mut take);
                    }
                }
            }
        }
    }

    /// The rights that may be near one left row, whose products with the fronts are known.
    fn beside(&self, left: usize, rights: Range<usize>, dots: &[i32], least: i32, take: &mut impl FnMut(usize, usize)) {
        for (right, &dot) in rights.zip(dots).filter(|&(right, &dot)| dot >= least && right > left) {
            let [own, other] = [left, right].map(|place| {
                let of = |values: &[f32]| values.get(place).copied().unwrap_or_default();
                [of(&self.scales), of(&self.residuals), of(&self.rests)]
            });
            if most(dot, own, other) < self.floor {
                continue;
            }
            let mut back = [0];
            self.level.code_dots(self.back(left), self.back(right), &mut back);
            let ([back], [scale, residual, _], [other, missed, _]) = (back, own, other);
            if most(dot + back, [scale, residual, 0.0], [other, missed, 0.0]) >= self.floor {
                take(left, right);
            }
        }
    }

    /// A product that every right row has at least that may be near the left one: the rights' scales, residuals and rests are at
    /// most those of `greatest`.
    #[expect(clippy::cast_possible_truncation, reason = "rounded down; what does not fit is the most or the least")]
    fn least(&self, left: usize, greatest: [f32; 3]) -> i32 {
        let of_left = |values: &[f32]| f64::from(values.get(left).copied().unwrap_or_default());
        let [scale, residual, rest] = greatest.map(f64::from);
        let own = of_left(&self.residuals);
        let missing =
            f64::from(self.floor) - 2.0 * ROUNDING - own - residual * (1.0 + own) - of_left(&self.rests) * rest;
        if missing <= 0.0 { i32::MIN } else { (missing / (of_left(&self.scales) * scale)).floor() as i32 }
    }

    fn front(&self, first: usize, last: usize) -> &[i8] {
        self.front.values().get(first * self.middle..last * self.middle).unwrap_or_default()
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
