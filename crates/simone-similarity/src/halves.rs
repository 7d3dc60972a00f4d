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
const LEAST_ROWS: usize = 1 << 13;
/// And fewer for each that is wanted.
const LEAST_PER_WANTED: usize = 64;
/// Rows beyond those wanted that are read for a lower bound of the last of them.
const MORE_SEEDS: usize = 32;
/// Blocks of rows that are looked at to see whether halves pay, at least and at most.
const SAMPLES: std::ops::RangeInclusive<usize> = 4..=32;
/// One block for so many rows: the look costs a thirty-second of the whole.
const ROWS_PER_SAMPLE: usize = 32 * ROWS_AT_ONCE;
/// One row in so many may be read in halves and in codes: reading here and there costs several times what reading in a row does.
const SELDOM: usize = 24;

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

/// The best rows for one query, as `compressed` finds them; nothing where halves would rule too few rows out.
pub(crate) fn certify(
    level: Level,
    query: &[f32],
    rows: Rows<'_>,
    (compressed, coarse): (Compressed<'_>, Coarse<'_>),
    width: usize,
    mask: Option<&[bool]>,
) -> Option<Certified> {
    let search = Search::new(level, query, compressed, coarse, mask);
    if !search.pays(rows.count(), width) {
        return None;
    }
    let mut uppers = vec![0.0; rows.count()];
    let bar = search.bar(&search.all_uppers(width + MORE_SEEDS, &mut uppers), width);
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
    let parts: Vec<Part> = if rows.count() > ROWS_PER_TASK {
        uppers.par_chunks(ROWS_PER_TASK).enumerate().map(pick).collect()
    } else {
        vec![pick((0, &uppers))]
    };
    let (likely, beyond) = candidates(parts, width);
    let found = settle(level, query, rows, &likely, beyond, width);
    if found.certificate > beyond {
        return Some(found); // a row that could not be ruled out by whole codes was ruled out by scores
    }
    Some(Certified { certificate: search.greatest_unread(&uppers, bar, found.certificate), ..found })
}

/// Whether halves may pay for so many rows of that width, asked for the best `wanted`.
pub(crate) fn may_pay(level: Level, count: usize, width: usize, wanted: usize) -> bool {
    let is_less = width > 0 && halves_of(width) * 4 <= width * 3;
    level.has_half_products()
        && is_less
        && wanted > 0
        && count >= LEAST_ROWS.max(wanted.saturating_mul(LEAST_PER_WANTED))
}

/// One query and what it is held against.
struct Search<'a> {
    level: Level,
    codes: Vec<i8>,
    asked: Asked,
    /// The same, and zeros up to a whole step.
    padded: Vec<i8>,
    compressed: Compressed<'a>,
    coarse: Coarse<'a>,
    mask: Option<&'a [bool]>,
}

impl<'a> Search<'a> {
    fn new(
        level: Level,
        query: &[f32],
        compressed: Compressed<'a>,
        coarse: Coarse<'a>,
        mask: Option<&'a [bool]>,
    ) -> Self {
        let mut codes = vec![0; query.len()];
        let (scale, residual) = compress_row(level, query, &mut codes);
        let mut padded = codes.clone();
        padded.resize(codes.len().next_multiple_of(COLUMNS), 0);
        let asked = Asked { scale: f64::from(scale), residual: f64::from(residual) };
        Self { level, codes, asked, padded, compressed, coarse, mask }
    }

    /// Whether halves rule nearly all rows out, by a look at some, evenly spread: where few rows are much nearer than the
    /// others they do; where rows point anywhere, or all nearly the same way, what halves miss covers the differences.
    fn pays(&self, count: usize, width: usize) -> bool {
        let samples = (count / ROWS_PER_SAMPLE).clamp(*SAMPLES.start(), *SAMPLES.end());
        let step = count / samples;
        let mut sample = Vec::with_capacity(samples * ROWS_AT_ONCE);
        for first in (0..samples).map(|number| number * step) {
            let mut uppers = [0.0; ROWS_AT_ONCE];
            let uppers = uppers.split_at_mut(ROWS_AT_ONCE.min(step)).0;
            self.uppers(first, uppers);
            let allowed = (first..).zip(uppers.iter()).filter(|(row, _)| self.allows(*row));
            sample.extend(allowed.map(|(index, &score)| Ranked { score, index }));
        }
        if sample.len() < ROWS_AT_ONCE {
            return true; // few are allowed, and only those are read
        }
        let wanted = (width * samples * ROWS_AT_ONCE).div_ceil(count);
        let mut best = Best::new(wanted + MORE_SEEDS);
        sample.iter().for_each(|&row| best.offer(row));
        let bar = self.bar(&best.into_sorted(), wanted);
        sample.iter().filter(|row| row.score >= bar).count() * SELDOM <= sample.len()
    }

    /// What the `wanted` best of these rows have at least.
    fn bar(&self, seeds: &[Ranked], wanted: usize) -> f32 {
        let mut part = Part::new(wanted);
        self.read(&seeds.iter().map(|seed| seed.index).collect::<Vec<_>>(), &mut part);
        part.bar()
    }

    /// Bounds of the rows from `first` on by their halves; the greatest of them.
    fn uppers(&self, first: usize, uppers: &mut [f32]) -> f32 {
        let (last, bytes) = (first + uppers.len(), halves_of(self.codes.len()));
        let mut dots = [0; ROWS_AT_ONCE];
        let dots = dots.split_at_mut(uppers.len()).0;
        self.level.half_dots(
            &self.padded,
            self.coarse.halves.get(first * bytes..last * bytes).unwrap_or_default(),
            dots,
        );
        let packing = Packing {
            scales: self.coarse.scales.get(first..last).unwrap_or_default(),
            residuals: self.coarse.residuals.get(first..last).unwrap_or_default(),
        };
        self.level.uppers(dots, self.asked, packing, uppers)
    }

    fn allows(&self, row: usize) -> bool {
        self.mask.is_none_or(|mask| mask.get(row).copied().unwrap_or(false))
    }

    /// Bounds of all rows by their halves -> `uppers`; the `wanted` greatest of allowed rows.
    fn all_uppers(&self, wanted: usize, uppers: &mut [f32]) -> Vec<Ranked> {
        let bound = |(task, uppers): (usize, &mut [f32])| {
            let mut best = Best::new(wanted);
            let start = task * ROWS_PER_TASK;
            for (first, uppers) in (start..).step_by(ROWS_AT_ONCE).zip(uppers.chunks_mut(ROWS_AT_ONCE)) {
                if self.uppers(first, uppers) >= best.bar() {
                    for (index, &score) in (first..).zip(uppers.iter()) {
                        if score >= best.bar() && self.allows(index) {
                            best.offer(Ranked { score, index });
                        }
                    }
                }
            }
            best
        };
        if uppers.len() <= ROWS_PER_TASK {
            return bound((0, uppers)).into_sorted();
        }
        let found: Vec<Best> = uppers.par_chunks_mut(ROWS_PER_TASK).enumerate().map(bound).collect();
        let mut best = Best::new(wanted);
        found.into_iter().flat_map(Best::into_sorted).for_each(|seed| best.offer(seed));
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

#[cfg(test)]
mod tests {
    use super::{Coarse, certify, coarsen, halves_of, may_pay};
    use crate::compressed::{Certified, Compressed, compress, top_k_compressed};
    use crate::level::Level;
    use crate::rows::Rows;

    /// Values from -1 to 1 that point anywhere, always the same.
    fn spread(count: usize, seed: u64) -> Vec<f32> {
        let value = |i: u64| {
            let mut bits = (i + (seed << 40)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((bits ^ bits >> 31) >> 40) as f32 / 8_388_608.0 - 1.0
        };
        (0..count as u64).map(value).collect()
    }

    struct Held {
        count: usize,
        width: usize,
        rows: Vec<f32>,
        codes: (Vec<i8>, Vec<f32>, Vec<f32>),
        halves: (Vec<u8>, Vec<f32>, Vec<f32>),
    }

    impl Held {
        fn new(width: usize, rows: Vec<f32>) -> Self {
            let count = rows.len() / width;
            let mut codes = (vec![0; rows.len()], vec![0.0; count], vec![0.0; count]);
            let held = Rows::new(&rows, count, width).unwrap();
            compress(Level::detected(), held, &mut codes.0, &mut codes.1, &mut codes.2).unwrap();
            let mut halves = (vec![0; count * halves_of(width)], vec![0.0; count], vec![0.0; count]);
            let packed = Compressed { codes: &codes.0, scales: &codes.1, residuals: &codes.2 };
            coarsen(packed, width, &mut halves.0, &mut halves.1, &mut halves.2);
            assert!(halves.2.iter().zip(&codes.2).all(|(coarse, fine)| coarse >= fine));
            Self { count, width, rows, codes, halves }
        }

        /// Tens of rows about each of many centres, a zero row and ties.
        fn clustered(width: usize, count: usize) -> Self {
            let centres = spread(width * 600, 1);
            let noise = spread(width * count, 2);
            let mut rows: Vec<f32> = noise.iter().map(|value| value / 4.0).collect();
            for (number, row) in rows.chunks_exact_mut(width).enumerate() {
                let centre = (number * 7) % 600;
                row.iter_mut().zip(&centres[centre * width..]).for_each(|(value, middle)| *value += middle);
            }
            rows[width * 300..width * 301].fill(0.0);
            rows.copy_within(0..width * 12, width * (count - 40));
            Self::new(width, rows)
        }

        fn rows(&self) -> Rows<'_> {
            Rows::new(&self.rows, self.count, self.width).unwrap()
        }

        fn compressed(&self) -> Compressed<'_> {
            Compressed { codes: &self.codes.0, scales: &self.codes.1, residuals: &self.codes.2 }
        }

        fn coarse(&self) -> Coarse<'_> {
            Coarse { halves: &self.halves.0, scales: &self.halves.1, residuals: &self.halves.2 }
        }

        fn plain(&self, level: Level, query: &[f32], k: usize, mask: Option<&[bool]>) -> Certified {
            let query = Rows::new(query, 1, self.width).unwrap();
            top_k_compressed(level, query, self.rows(), self.compressed(), None, k, mask).unwrap().pop().unwrap()
        }

        fn by_halves(&self, level: Level, query: &[f32], k: usize, mask: Option<&[bool]>) -> Option<Certified> {
            certify(level, query, self.rows(), (self.compressed(), self.coarse()), k, mask)
        }
    }

    #[test]
    fn neither_the_best_rows_nor_the_certificate_change() {
        for (width, count) in [(100, 9_001), (129, 8_200), (257, 17_003)] {
            let held = Held::clustered(width, count);
            let mut near = held.rows[width * 8..width * 9].to_vec();
            near.iter_mut().zip(spread(width, 9)).for_each(|(value, other)| *value += other / 8.0);
            let some: Vec<bool> = (0..count).map(|row| row % 7 != 3).collect();
            let few: Vec<bool> = (0..count).map(|row| row % 3_000 == 8).collect();
            for level in Level::all() {
                for query in [&near[..], &held.rows[..width], &vec![0.0; width]] {
                    for (k, mask) in [(1, None), (10, None), (9, Some(&some[..])), (2, Some(&few[..])), (120, None)] {
                        let Some(found) = held.by_halves(level, query, k, mask) else {
                            assert!(query.iter().all(|value| *value == 0.0) || k == 120, "{level:?} {width} {k}");
                            continue;
                        };
                        assert_eq!(found, held.plain(level, query, k, mask), "{level:?} {width} {k}");
                    }
                }
            }
        }
    }

    #[test]
    fn halves_are_left_where_they_would_not_pay() {
        let (width, count) = (384, 8_192);
        let held = Held::new(width, spread(width * count, 3));
        let query = spread(width, 4);
        let level = Level::detected();
        assert_eq!(held.by_halves(level, &query, 10, None), None);
        let one = Rows::new(&query, 1, width).unwrap();
        let coarse = Some(held.coarse());
        let found = top_k_compressed(level, one, held.rows(), held.compressed(), coarse, 10, None).unwrap();
        assert_eq!(found[0], held.plain(level, &query, 10, None));
        for (count, width, wanted) in [(8_191, 384, 10), (100_000, 130, 10), (100_000, 384, 2_000), (100_000, 0, 10)] {
            assert!(!may_pay(level, count, width, wanted));
        }
        assert_eq!(may_pay(level, 100_000, 384, 64), level.has_half_products());
    }
}
