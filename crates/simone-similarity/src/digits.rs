//! The similarity matrix by whole numbers, for processors that multiply bytes many times as fast as floats.
//!
//! Not for scores by another definition: `pairs` says what they are.
//!
//! A row is 2^e times a whole number per column, but for a remainder far below single precision, and that number is five
//! digits of one byte in base 256. Products of digits add up exactly; those that weigh least are left out. Cauchy and
//! Schwarz bound what they and the remainders could add. Where the whole interval rounds to one `f32`, that is the score;
//! elsewhere the definition is computed. Rows for which that is often so (whose products vanish) are left to `pairs`.

use std::sync::OnceLock;

use rayon::prelude::*;

use crate::level::Level;
use crate::lines::{self, Middle};
use crate::packed::{Aligned, OnLine};
use crate::rows::Rows;
use crate::scan::{score, widen};

/// Digits of a number.
pub(crate) const DIGITS: usize = 5;
/// Sums of products of digits: that of the first and first, up to that of those whose places add up to seven.
pub(crate) const SUMS: usize = 6;
/// Rows of a group.
pub(crate) const GROUP: usize = 16;
/// Columns of a step.
const STEP: usize = 64;
/// Bytes of a tile: one digit of the columns of a step of all rows of a group.
pub(crate) const TILE: usize = GROUP * STEP;
/// Columns beside one another in a tile of rows on the right.
const ABREAST: usize = 4;
/// Groups on the left whose sums are made before they are read.
const LEFTS: usize = 4;
/// Rows of a block where there are few, so that every thread has some.
const FEW: usize = LEFTS * GROUP;
/// Rows of a block where there are many: they stay in the second-level cache, and what stands on the right comes from memory once.
const MANY: usize = 4 * FEW;
/// Rows from which there are many.
const WORTH_MANY: usize = 8 * MANY;
/// Columns, at most: so all sums fit 32 bits.
pub(crate) const WIDEST: usize = 1 << 14;
/// Of so many scores one may be computed twice; rows that need more are not for digits.
const SELDOM: usize = 8;

/// The rows in digits, in tiles for the left and for the right.
struct Digits {
    steps: usize,
    lefts: Aligned<i8>,
    rights: Aligned<i8>,
    /// What the first digits of each row are to be multiplied by for the unit row.
    units: Vec<f64>,
    /// For each group the greatest length of what each digit and the remainder hold of its unit rows.
    lengths: Vec<[f64; DIGITS + 1]>,
}

/// Cosine of every pair of rows -> `out` (count * count).
///
/// Rows must be finite and of one to [`WIDEST`] columns; `lengths` are their defined lengths.
pub(crate) fn fill(level: Level, rows: Rows<'_>, lengths: &[f64], out: &mut [f32]) {
    let block = if rows.count() < WORTH_MANY { FEW } else { MANY };
    let digits = Digits::new(level, rows, lengths);
    let wide = OnceLock::new();
    let fill = |mut strip: Strip<'_>| {
        let Some(rest) = digits.fill(level, &mut strip, rows, lengths) else { return };
        let (wide, width) = wide.get_or_init(|| widen(rows));
        fill_wide(level, &mut strip, rest, wide, *width, lengths);
    };
    Strip::all(out, rows.count(), block).into_par_iter().for_each(fill);
}

/// As defined, the scores of the rows of a strip beside those from `first` on.
fn fill_wide(level: Level, strip: &mut Strip<'_>, first: usize, wide: &[f64], width: usize, lengths: &[f64]) {
    let (mut dots, mut scores) = ([0.0; FEW * FEW], [0.0; FEW]);
    let rows = |start: usize, stop: usize| wide.get(start * width..stop * width).unwrap_or_default();
    for first in (first..lengths.len()).step_by(FEW) {
        let last = (first + FEW).min(lengths.len());
        let (scores, others) = (scores.split_at_mut(last - first).0, lengths.get(first..last).unwrap_or_default());
        for start in (strip.start..strip.stop).step_by(FEW) {
            let stop = (start + FEW).min(strip.stop);
            let dots = dots.split_at_mut((stop - start) * (last - first)).0;
            level.wide_dots(rows(start, stop), rows(first, last), width, dots);
            for (row, dots) in (start..).zip(dots.chunks_exact(last - first)) {
                level.scores(dots, lengths.get(row).copied().unwrap_or_default(), others, scores);
                (first..).zip(scores.iter()).for_each(|(other, &score)| strip.put(row, other, score));
            }
        }
    }
}

/// The rows of a block from its diagonal on, and its columns below: no place belongs to two strips.
struct Strip<'a> {
    start: usize,
    stop: usize,
    block: usize,
    /// Blocks from the diagonal on.
    across: usize,
    /// Of each row of the block the parts in these, then of each row below the part under the block.
    parts: Vec<&'a mut [f32]>,
}

impl<'a> Strip<'a> {
    fn all(out: &'a mut [f32], count: usize, block: usize) -> Vec<Self> {
        let blocks = count.div_ceil(block);
        let strip = |number: usize| {
            let start = number * block;
            let (stop, across) = ((start + block).min(count), blocks - number);
            Self { start, stop, block, across, parts: Vec::with_capacity((stop - start) * across + count - stop) }
        };
        let mut strips: Vec<Self> = (0..blocks).map(strip).collect();
        for (row, line) in out.chunks_exact_mut(count).enumerate() {
            for (column, part) in line.chunks_mut(block).enumerate() {
                if let Some(strip) = strips.get_mut(column.min(row / block)) {
                    strip.parts.push(part);
                }
            }
        }
        strips
    }

    /// The places of a row of the block from `column` on, as far as its part goes.
    fn beside(&mut self, row: usize, column: usize) -> &mut [f32] {
        let part = (row - self.start) * self.across + (column - self.start) / self.block;
        self.parts.get_mut(part).and_then(|part| part.get_mut(column % self.block..)).unwrap_or_default()
    }

    /// The places of a row below the block from that under row `own` on; none for a row of the block.
    fn below(&mut self, row: usize, own: usize) -> &mut [f32] {
        let Some(below) = row.checked_sub(self.stop) else { return &mut [] };
        let part = (self.stop - self.start) * self.across + below;
        self.parts.get_mut(part).and_then(|part| part.get_mut(own - self.start..)).unwrap_or_default()
    }

    fn put(&mut self, row: usize, other: usize, score: f32) {
        if let Some(place) = self.beside(row, other).first_mut() {
            *place = score;
        }
        if let Some(place) = self.below(other, row).first_mut() {
            *place = score;
        }
    }

    /// The scores of a group of rows of the block beside those from `first` on.
    fn put_all(&mut self, row: usize, first: usize, scores: &[[f32; GROUP]; GROUP]) {
        for (row, scores) in (row..self.stop).zip(scores) {
            let places = self.beside(row, first);
            match places.first_chunk_mut() {
                Some(places) => *places = *scores,
                None => places.iter_mut().zip(scores).for_each(|(place, &score)| *place = score),
            }
        }
        for column in 0..GROUP {
            let places = self.below(first + column, row).iter_mut().take(GROUP);
            places.zip(scores).for_each(|(place, scores)| *place = scores.get(column).copied().unwrap_or_default());
        }
    }
}

impl Digits {
    fn new(level: Level, rows: Rows<'_>, lengths: &[f64]) -> Self {
        let steps = rows.width().div_ceil(STEP);
        let (groups, bytes) = (rows.count().div_ceil(GROUP), steps * DIGITS * TILE);
        let mut digits = Self {
            steps,
            lefts: Aligned::new(0, groups * bytes),
            rights: Aligned::new(0, groups * bytes),
            units: vec![0.0; groups * GROUP],
            lengths: vec![[0.0; DIGITS + 1]; groups],
        };
        let tiles = digits.lefts.places().par_chunks_mut(bytes).zip(digits.rights.places().par_chunks_mut(bytes));
        let known = digits.units.par_chunks_mut(GROUP).zip(&mut digits.lengths);
        tiles.zip(known).enumerate().for_each_init(
            || vec![0; DIGITS * steps * STEP],
            |held, (group, ((left, right), (units, most)))| {
                for (place, unit) in units.iter_mut().enumerate() {
                    let index = group * GROUP + place;
                    let length = lengths.get(index).copied().unwrap_or_default();
                    if length > 0.0 {
                        let found = read(level, rows.row(index), length, held);
                        *unit = found.0;
                        most.iter_mut().zip(found.1).for_each(|(most, found)| *most = most.max(found));
                        lay(place, held, left, right);
                    }
                }
            },
        );
        digits
    }

    /// The scores of a strip; the first row on the right that is left to others, where so many would have to be computed twice.
    fn fill(&self, level: Level, strip: &mut Strip<'_>, rows: Rows<'_>, lengths: &[f64]) -> Option<usize> {
        let (count, bytes) = (rows.count(), self.steps * DIGITS * TILE);
        let groups = strip.start / GROUP..strip.stop.div_ceil(GROUP);
        let mut sums = OnLine([0; LEFTS * SUMS * GROUP * GROUP]);
        let (mut low, mut high) = ([[0.0; GROUP]; GROUP], [[0.0; GROUP]; GROUP]);
        let mut again = Vec::new();
        for right in groups.start..self.lengths.len() {
            let first = right * GROUP;
            let tiles = self.rights.values().get(right * bytes..(right + 1) * bytes).unwrap_or_default();
            again.clear();
            for lefts in groups.clone().step_by(LEFTS) {
                let last = (lefts + LEFTS).min(groups.end);
                let sums = sums.0.split_at_mut((last - lefts) * SUMS * GROUP * GROUP).0;
                level.digit_sums(self.lefts.values().get(lefts * bytes..last * bytes).unwrap_or_default(), tiles, sums);
                for (left, sums) in (lefts..last).zip(sums.chunks_exact(SUMS * GROUP * GROUP)) {
                    let middle = Middle {
                        sums,
                        own: self.units_of(left),
                        units: self.units_of(right),
                        slack: self.slack(left, right, rows.width()),
                    };
                    let mut open = level.rounded(middle, &mut low, &mut high);
                    strip.put_all(left * GROUP, first, &low);
                    while open != 0 {
                        let place = open.trailing_zeros() as usize;
                        open &= open - 1;
                        let (Some(low), Some(high)) = (low.get(place), high.get(place)) else { continue };
                        let others = (first..count).zip(low.iter().zip(high)).filter(|(_, (low, high))| low < high);
                        let row = left * GROUP + place;
                        again.extend(others.map(|(other, _)| (row, other)).filter(|_| row < strip.stop));
                    }
                }
            }
            compute(level, rows, lengths, &again, |row, other, score| strip.put(row, other, score));
            if again.len() * SELDOM > groups.len() * GROUP * GROUP && first + GROUP < count {
                return Some(first + GROUP);
            }
        }
        None
    }

    fn units_of(&self, group: usize) -> &[f64; GROUP] {
        self.units.get(group * GROUP..).and_then(<[f64]>::first_chunk).unwrap_or(&[0.0; GROUP])
    }

    /// How far a score may lie from the middle: the sums left out, the remainders, and what double precision loses on either way.
    fn slack(&self, left: usize, right: usize, width: usize) -> f64 {
        let of = |group: usize| self.lengths.get(group).copied().unwrap_or_default();
        let [_, own @ .., own_rest] = of(left);
        let [_, other @ .., other_rest] = of(right);
        let mut out = own_rest * (1.0 + ROOM) + other_rest * (1.0 + ROOM + own_rest);
        for (place, one) in (2..).zip(own) {
            // of the places 2 to 5 those that add up to more than seven
            out += one * other.iter().skip(6 - place).sum::<f64>();
        }
        (out + (width + 1024) as f64 * f64::EPSILON) * (1.0 + ROOM)
    }
}

/// Covers the rounding of lengths and of bounds many times over.
const ROOM: f64 = 1.0 / (1 << 20) as f64;

/// The defined scores of pairs, four at a time: each sum waits for itself only.
fn compute(
    level: Level,
    rows: Rows<'_>,
    lengths: &[f64],
    pairs: &[(usize, usize)],
    mut take: impl FnMut(usize, usize, f32),
) {
    const ABREAST: usize = 4;
    for pairs in pairs.chunks(ABREAST) {
        let pair = |place: usize| pairs.get(place).or(pairs.last()).copied().unwrap_or_default();
        let ours = std::array::from_fn(|place| rows.row(pair(place).0));
        let dots: [f64; ABREAST] = level.four_dots(ours, std::array::from_fn(|place| rows.row(pair(place).1)));
        for (&(row, other), dot) in pairs.iter().zip(dots) {
            let length = |row: usize| lengths.get(row).copied().unwrap_or_default();
            take(row, other, score(dot, length(row), length(other)));
        }
    }
}

/// A row of this length -> its digits, place by place, what the first of them are to be multiplied by for the unit row, and the
/// lengths of what each and the remainder hold of that.
fn read(level: Level, row: &[f32], length: f64, held: &mut [i8]) -> (f64, [f64; DIGITS + 1]) {
    let largest = lines::largest(row);
    let exponent = exponent_above(f64::from(largest));
    let columns = held.len() / DIGITS;
    let missed = level.digits(row, power(lines::BITS - exponent), held).iter().sum::<f64>();
    let first = power(exponent - 7) / length;
    let mut lengths = [0.0; DIGITS + 1];
    let mut unit = first;
    for (place, digits) in lengths.iter_mut().zip(held.chunks_exact(columns)) {
        let square: i32 = digits.iter().map(|&digit| i32::from(digit) * i32::from(digit)).sum();
        *place = f64::from(square).sqrt() * unit;
        unit /= 256.0;
    }
    if let Some(rest) = lengths.last_mut() {
        *rest = missed.sqrt() * unit * 256.0;
    }
    (first, lengths)
}

/// The least e for which the value lies so far below 2^e that it has five digits.
fn exponent_above(value: f64) -> i32 {
    const BELOW: f64 = 0.99;
    let exponent = (value.to_bits() >> 52) as i32 - 1022; // an f32 is no subnormal f64
    if value < power(exponent) * BELOW { exponent } else { exponent + 1 }
}

/// 2 to a power that is a normal number.
fn power(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Puts the digits of a row where the tiles of its group have them.
fn lay(place: usize, held: &[i8], left: &mut [i8], right: &mut [i8]) {
    let columns = held.len() / DIGITS;
    for (digit, digits) in held.chunks_exact(columns).enumerate() {
        for (step, codes) in digits.chunks_exact(STEP).enumerate() {
            let tile = (step * DIGITS + digit) * TILE;
            let line = tile + place * STEP;
            if let Some(places) = left.get_mut(line..line + STEP) {
                places.copy_from_slice(codes);
            }
            let lines = right.get_mut(tile..tile + TILE).unwrap_or_default().chunks_exact_mut(GROUP * ABREAST);
            for (line, codes) in lines.zip(codes.chunks_exact(ABREAST)) {
                let at = place * ABREAST;
                if let Some(places) = line.get_mut(at..at + ABREAST) {
                    places.copy_from_slice(codes);
                }
            }
        }
    }
}
