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

/// Cosine of every pair of rows at and right of the diagonal blocks -> `out` (count * count); the rows of a block.
///
/// Rows must be finite and of one to [`WIDEST`] columns; `lengths` are their defined lengths.
pub(crate) fn fill(level: Level, rows: Rows<'_>, lengths: &[f64], out: &mut [f32]) -> usize {
    let count = rows.count();
    let block = if count < WORTH_MANY { FEW } else { MANY };
    let digits = Digits::new(level, rows, lengths);
    let wide = OnceLock::new();
    let strip = |(number, lines): (usize, &mut [f32])| {
        let Some(rest) = digits.strip(level, number * block, rows, lengths, lines) else { return };
        let (wide, width) = wide.get_or_init(|| widen(rows));
        for (lines, start) in lines.chunks_mut(FEW * count).zip((number * block..).step_by(FEW)) {
            fill_wide(level, start, rest, wide, *width, lengths, lines);
        }
    };
    if count <= block {
        strip((0, out))
    } else {
        out.par_chunks_mut(block * count).enumerate().for_each(strip)
    }
    block
}

/// As defined, the scores of the rows from `start` on beside those from `first` on -> `lines`.
fn fill_wide(level: Level, start: usize, first: usize, wide: &[f64], width: usize, lengths: &[f64], lines: &mut [f32]) {
    let count = lengths.len();
    let lefts = lines.len() / count;
    let mut dots = [0.0; FEW * FEW];
    let left = wide.get(start * width..(start + lefts) * width).unwrap_or_default();
    for first in (first..count).step_by(FEW) {
        let last = (first + FEW).min(count);
        let dots = dots.split_at_mut(lefts * (last - first)).0;
        level.wide_dots(left, wide.get(first * width..last * width).unwrap_or_default(), width, dots);
        for ((row, dots), line) in (start..).zip(dots.chunks_exact(last - first)).zip(lines.chunks_exact_mut(count)) {
            let own = lengths.get(row).copied().unwrap_or_default();
            let places = line.get_mut(first..last).unwrap_or_default();
            level.scores(dots, own, lengths.get(first..last).unwrap_or_default(), places);
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

    /// The scores of the rows from `start` on -> `lines`; the first row on the right that is left to others, where so many would
    /// have to be computed twice.
    fn strip(&self, level: Level, start: usize, rows: Rows<'_>, lengths: &[f64], lines: &mut [f32]) -> Option<usize> {
        let (count, bytes) = (rows.count(), self.steps * DIGITS * TILE);
        let groups = start / GROUP..(start + lines.len() / count).div_ceil(GROUP);
        let mut sums = OnLine([0; LEFTS * SUMS * GROUP * GROUP]);
        let (mut low, mut high) = ([[0.0; GROUP]; GROUP], [[0.0; GROUP]; GROUP]);
        let mut again = Vec::new();
        for right in start / GROUP..self.lengths.len() {
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
                    let open = level.rounded(middle, &mut low, &mut high);
                    let lines = lines.chunks_exact_mut(count).skip(left * GROUP - start);
                    for (row, (line, (low, high))) in (left * GROUP..).zip(lines.zip(low.iter().zip(&high))) {
                        let places = line.get_mut(first..).unwrap_or_default();
                        match places.first_chunk_mut() {
                            Some(places) => *places = *low,
                            None => places.iter_mut().zip(low).for_each(|(place, &low)| *place = low),
                        }
                        if open >> (row % GROUP) & 1 == 1 {
                            let others = (first..count).zip(low.iter().zip(high));
                            again.extend(others.filter(|(_, (low, high))| low < high).map(|(other, _)| (row, other)));
                        }
                    }
                }
            }
            compute(level, rows, lengths, &again, |row, other, score| {
                if let Some(place) = lines.get_mut((row - start) * count + other) {
                    *place = score;
                }
            });
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
