//! Compressed rows once more, in half a byte per value: read first, so that few rows have to be read in whole bytes.
//!
//! Not for another result: the best rows, their scores and the certificate are those of `compressed`.
//!
//! Codes c are S h + e with h in -8..=7 and S the factor for which e is shortest. So |u - s S h| <= r + s |e|, and the bound of
//! `compressed` holds with that as the residual and s S as the scale. It is never below the bound by whole codes: a row that it
//! rules out is out by those too.

use rayon::prelude::*;

use crate::compressed::{
    Certified, Compressed, Part, ROWS_AT_ONCE, ROWS_PER_TASK, candidates, compress_row, lower, settle,
};
use crate::level::Level;
use crate::lines::{Asked, Packing};
use crate::rows::Rows;
use crate::scan::rows_per_task;
use crate::top::{Best, Ranked};

/// Bytes of a step: each holds one column of the first half of the step and one of the second.
pub(crate) const STEP: usize = 64;
/// Columns of a step.
const COLUMNS: usize = 2 * STEP;
/// What is added to a half so that it is not negative.
pub(crate) const RAISED: u8 = 8;
/// What one half stands for, in codes, about: so the codes of rows that point anywhere lose least.
const UNIT: i16 = 14;
/// Rows that are read in whole codes at once.
const TOGETHER: usize = 16;
/// Fewer rows are read in whole bytes at once.
const LEAST_ROWS: usize = 1 << 12;

/// Rows in half a byte per value, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Coarse<'a> {
    /// [`halves_of`] the width bytes per row.
    pub halves: &'a [u8],
    /// One per row: the value of one step of the unit row.
    pub scales: &'a [f32],
    /// One per row: at least the length of what the halves miss of the unit row.
    pub residuals: &'a [f32],
}

/// Bytes of a row of `width` columns: whole steps, what stands beyond the last column being 0.
#[must_use]
pub fn halves_of(width: usize) -> usize {
    width.div_ceil(COLUMNS) * STEP
}

/// Puts compressed rows of `width` columns into the slices: `count * halves_of(width)` bytes, `count` scales and residuals.
pub fn coarsen(compressed: Compressed<'_>, width: usize, halves: &mut [u8], scales: &mut [f32], residuals: &mut [f32]) {
    let (width, bytes) = (width.max(1), halves_of(width).max(1));
    let step = rows_per_task(width);
    let fine = compressed.scales.par_chunks(step).zip(compressed.residuals.par_chunks(step));
    let held = compressed.codes.par_chunks(step * width).zip(fine);
    let wide = scales.par_chunks_mut(step).zip(residuals.par_chunks_mut(step));
    halves.par_chunks_mut(step * bytes).zip(wide).zip(held).for_each(|((halves, wide), (codes, fine))| {
        let wide = wide.0.iter_mut().zip(wide.1);
        let fine = fine.0.iter().zip(fine.1);
        let held = codes.chunks(width).zip(fine);
        for ((line, (scale, residual)), (codes, (&own, &rest))) in halves.chunks_mut(bytes).zip(wide).zip(held) {
            (*scale, *residual) = coarsen_row(codes, own, rest, line);
        }
    });
}

fn coarsen_row(codes: &[i8], scale: f32, residual: f32, line: &mut [u8]) -> (f32, f32) {
    let (mut squares, mut products, mut own) = (0_i64, 0_i64, 0_i64);
    for (codes, line) in codes.chunks(COLUMNS).zip(line.chunks_mut(STEP)) {
        let (front, back) = codes.split_at(codes.len().min(STEP));
        line.fill(RAISED << 4 | RAISED);
        let mut sums = [0_i32; 3];
        for (codes, shift) in [(front, 0), (back, 4)] {
            for (place, &code) in line.iter_mut().zip(codes) {
                let raised = raised_half(code);
                let (code, half) = (i32::from(code), i32::from(raised) - i32::from(RAISED));
                sums[0] += code * code;
                sums[1] += code * half;
                sums[2] += half * half;
                *place = *place & !(15 << shift) | raised << shift;
            }
        }
        squares += i64::from(sums[0]);
        products += i64::from(sums[1]);
        own += i64::from(sums[2]);
    }
    fitted([squares, products, own], f64::from(scale), f64::from(residual))
}

/// The half of a code, raised: the nearest multiple of [`UNIT`] within reach, halves up.
#[expect(clippy::cast_sign_loss, reason = "what is kept from below 0")]
fn raised_half(code: i8) -> u8 {
    const BELOW: i16 = 9; // units below 0 that the sum is kept from
    let units = (i16::from(code) + UNIT / 2 + BELOW * UNIT) as u16 / UNIT as u16;
    (units.saturating_sub(BELOW as u16 - u16::from(RAISED))).min(15) as u8
}

/// The best factor of the halves for a unit row, and at least the length of what they then miss, from the sums of c c, c h and h h.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "ROOM covers the rounding")]
fn fitted([squares, products, own]: [i64; 3], scale: f64, residual: f64) -> (f32, f32) {
    /// Covers what double precision loses of the length, which is below 2, many times over.
    const ROOM: f64 = 1.0 / (1 << 20) as f64;
    if own == 0 {
        return (0.0, ((residual + scale * (squares as f64).sqrt()) * (1.0 + ROOM)) as f32);
    }
    let factor = (scale * (products as f64 / own as f64)) as f32;
    let wide = f64::from(factor);
    let square = scale * scale * squares as f64 - 2.0 * (scale * wide) * products as f64 + wide * wide * own as f64;
    (factor, ((residual + square.max(0.0).sqrt()) * (1.0 + ROOM) + ROOM) as f32)
}

/// The best rows for one query, as `compressed` finds them.
pub(crate) fn certify(
    level: Level,
    query: &[f32],
    rows: Rows<'_>,
    (compressed, coarse): (Compressed<'_>, Coarse<'_>),
    width: usize,
    mask: Option<&[bool]>,
) -> Certified {
    let search = Search::new(level, query, compressed, mask);
    let mut uppers = vec![0.0; rows.count()];
    let seeds = search.coarse_uppers(coarse, width, &mut uppers);
    let mut first = Part::new(width);
    search.read(&seeds.iter().map(|seed| seed.index).collect::<Vec<_>>(), &mut first);
    let bar = first.bar();
    let pick = |(task, uppers): (usize, &[f32])| {
        let (mut part, mut likely) = (Part::new(width), Vec::new());
        let start = task * ROWS_PER_TASK;
        for (block, uppers) in (start..).step_by(ROWS_AT_ONCE).zip(uppers.chunks(ROWS_AT_ONCE)) {
            if uppers.iter().fold(false, |any, &upper| any | (upper >= bar)) {
                let rows = (block..).zip(uppers).filter(|(row, upper)| **upper >= bar && search.allows(*row));
                likely.extend(rows.map(|(row, _)| row));
            }
        }
        search.read(&likely, &mut part);
        part
    };
    let parts: Vec<Part> = uppers.par_chunks(ROWS_PER_TASK).enumerate().map(pick).collect();
    let (likely, beyond) = candidates(parts, width);
    let found = settle(level, query, rows, &likely, beyond, width);
    if found.certificate > beyond {
        return found; // a row that could not be ruled out by whole codes was ruled out by scores
    }
    Certified { certificate: search.greatest_unread(&uppers, bar, found.certificate), ..found }
}

/// Whether it pays to read the halves of so many rows.
pub(crate) fn pays(level: Level, count: usize, width: usize) -> bool {
    level.has_half_products() && count >= LEAST_ROWS && width > 0
}

/// One query and what it is held against.
struct Search<'a> {
    level: Level,
    codes: Vec<i8>,
    asked: Asked,
    compressed: Compressed<'a>,
    mask: Option<&'a [bool]>,
}

impl<'a> Search<'a> {
    fn new(level: Level, query: &[f32], compressed: Compressed<'a>, mask: Option<&'a [bool]>) -> Self {
        let mut codes = vec![0; query.len()];
        let (scale, residual) = compress_row(level, query, &mut codes);
        Self { level, codes, asked: Asked { scale: f64::from(scale), residual: f64::from(residual) }, compressed, mask }
    }

    fn allows(&self, row: usize) -> bool {
        self.mask.is_none_or(|mask| mask.get(row).copied().unwrap_or(false))
    }

    /// Bounds of all rows by their halves -> `uppers`; the `width` greatest of allowed rows.
    fn coarse_uppers(&self, coarse: Coarse<'_>, width: usize, uppers: &mut [f32]) -> Vec<Ranked> {
        let mut asked_codes = self.codes.clone();
        asked_codes.resize(self.codes.len().next_multiple_of(COLUMNS), 0);
        let bytes = halves_of(self.codes.len());
        let bound = |(task, uppers): (usize, &mut [f32])| {
            let mut best = Best::new(width);
            let mut dots = [0; ROWS_AT_ONCE];
            let start = task * ROWS_PER_TASK;
            for (first, uppers) in (start..).step_by(ROWS_AT_ONCE).zip(uppers.chunks_mut(ROWS_AT_ONCE)) {
                let last = first + uppers.len();
                let dots = dots.split_at_mut(uppers.len()).0;
                let halves = coarse.halves.get(first * bytes..last * bytes).unwrap_or_default();
                self.level.half_dots(&asked_codes, halves, dots);
                let packing = Packing {
                    scales: coarse.scales.get(first..last).unwrap_or_default(),
                    residuals: coarse.residuals.get(first..last).unwrap_or_default(),
                };
                if self.level.uppers(dots, self.asked, packing, uppers) >= best.bar() {
                    for (index, &score) in (first..).zip(uppers.iter()) {
                        if score >= best.bar() && self.allows(index) {
                            best.offer(Ranked { score, index });
                        }
                    }
                }
            }
            best.into_sorted()
        };
        let found: Vec<_> = uppers.par_chunks_mut(ROWS_PER_TASK).enumerate().map(bound).collect();
        let mut best = Best::new(width);
        found.into_iter().flatten().for_each(|seed| best.offer(seed));
        best.into_sorted()
    }

    /// Takes rows by their whole codes.
    fn read(&self, rows: &[usize], part: &mut Part) {
        self.whole(rows, |row, upper, dot, scale, residual| {
            part.take(upper, row, || lower(dot, self.asked, scale, residual));
        });
    }

    /// For each of the rows its bound by whole codes, and what that is made of.
    fn whole(&self, rows: &[usize], mut take: impl FnMut(usize, f32, i32, f32, f32)) {
        let width = self.codes.len();
        let mut held = Vec::with_capacity(TOGETHER * width);
        let (mut dots, mut scales, mut residuals) = ([0; TOGETHER], [0.0; TOGETHER], [0.0; TOGETHER]);
        let mut uppers = [0.0; TOGETHER];
        for rows in rows.chunks(TOGETHER) {
            held.clear();
            for ((&row, scale), residual) in rows.iter().zip(&mut scales).zip(&mut residuals) {
                held.extend_from_slice(self.compressed.codes.get(row * width..(row + 1) * width).unwrap_or_default());
                *scale = self.compressed.scales.get(row).copied().unwrap_or_default();
                *residual = self.compressed.residuals.get(row).copied().unwrap_or_default();
            }
            let (dots, uppers) = (dots.split_at_mut(rows.len()).0, uppers.split_at_mut(rows.len()).0);
            self.level.code_dots(&self.codes, &held, dots);
            self.level.uppers(dots, self.asked, Packing { scales: &scales, residuals: &residuals }, uppers);
            let made = dots.iter().zip(scales.iter().zip(&residuals));
            for ((&row, &upper), (&dot, (&scale, &residual))) in rows.iter().zip(uppers.iter()).zip(made) {
                take(row, upper, dot, scale, residual);
            }
        }
    }

    /// The greatest bound by whole codes of the allowed rows whose bound by halves lies below `bar`, if above `beyond`.
    fn greatest_unread(&self, uppers: &[f32], bar: f32, beyond: f32) -> f32 {
        let unread = || (0..).zip(uppers).filter(|(row, upper)| **upper < bar && self.allows(*row));
        let greatest = |rows: &[usize], most: f32| {
            let mut most = most;
            self.whole(rows, |_, upper, _, _, _| most = most.max(upper));
            most
        };
        let mut first = Best::new(ROWS_AT_ONCE);
        unread().for_each(|(index, &score)| first.offer(Ranked { score, index }));
        let floor = greatest(&first.into_sorted().iter().map(|row| row.index).collect::<Vec<_>>(), beyond);
        greatest(&unread().filter(|(_, upper)| **upper > floor).map(|(row, _)| row).collect::<Vec<_>>(), floor)
    }
}
