//! Every kernel in plain code: the twin that the others must equal, and what serves where there is no vector unit.
//!
//! Not for choosing: `level` does.

use crate::digits::{DIGITS, GROUP, SUMS, TILE};
use crate::halves::{RAISED, STEP as HALVES};
use crate::lines::{self, Asked, AskedTogether, Middle, Packing};
use crate::packed::{CODES_A_STEP, PackedCodes, PackedRows, TOGETHER};
use crate::rows::Rows;
use crate::tiles::{self, LEFTS, Tile};

/// Lanes of every defined sum.
pub const LANES: usize = 8;

/// Adds the lanes in order, from 0.0.
pub fn total(lanes: [f64; LANES]) -> f64 {
    lanes.iter().fold(0.0, |sum, lane| sum + lane)
}

/// The defined sum of `term` over pairs.
fn lane_sum(left: &[f32], right: &[f32], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    for (left, right) in left.chunks(LANES).zip(right.chunks(LANES)) {
        for ((lane, &left), &right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += term(f64::from(left), f64::from(right));
        }
    }
    total(lanes)
}

/// Defined dot product.
pub fn dot(left: &[f32], right: &[f32]) -> f64 {
    lane_sum(left, right, |left, right| left * right)
}

/// Defined dot products of four pairs.
pub fn four_dots(lefts: [&[f32]; 4], rights: [&[f32]; 4]) -> [f64; 4] {
    let [a, b, c, d] = lefts;
    let [e, f, g, h] = rights;
    [dot(a, e), dot(b, f), dot(c, g), dot(d, h)]
}

/// Defined sum of squared differences.
pub fn squared_distance(left: &[f32], right: &[f32]) -> f64 {
    lane_sum(left, right, |left, right| (left - right) * (left - right))
}

/// For every row its dot product with `query` and with itself.
pub fn dots_and_squares(query: &[f32], rows: Rows<'_>, mut take: impl FnMut(usize, f64, f64)) {
    for index in 0..rows.count() {
        let row = rows.row(index);
        take(index, dot(query, row), dot(row, row));
    }
}

/// Defined dot products of widened rows of `width` (whole lanes) -> `out[left * rights + right]`.
pub fn wide_dots(left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
    let rights = right.chunks_exact(width);
    for (left, line) in left.chunks_exact(width).zip(out.chunks_mut(rights.len().max(1))) {
        for (right, place) in rights.clone().zip(line) {
            *place = wide_dot(left, right);
        }
    }
}

fn wide_dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (left, right) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    total(lanes)
}

/// Single-precision estimate of a dot product; any order of summation is within the bound that `top` uses.
fn estimate(left: &[f32], right: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (left, right) in left.chunks(LANES).zip(right.chunks(LANES)) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    lanes.iter().sum()
}

/// Single-precision estimates of the dot products of all queries -> `out[row * queries + query]`.
pub fn estimates(queries: Rows<'_>, packed: &PackedRows, rows: Rows<'_>, out: &mut [f32]) {
    for (index, line) in out.chunks_mut(queries.count().max(1)).enumerate() {
        line.fill(0.0);
        for (value, asked) in rows.row(index).iter().zip(packed.values().chunks(packed.padded().max(1))) {
            line.iter_mut().zip(asked).for_each(|(place, asked)| *place += value * asked);
        }
    }
}

/// Single-precision estimates of the dot product of every row with `query` and with itself.
pub fn estimates_and_squares(query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
    for (index, (dot, square)) in (0..rows.count()).zip(dots.iter_mut().zip(squares)) {
        let row = rows.row(index);
        (*dot, *square) = (estimate(query, row), estimate(row, row));
    }
}

/// Dot product of `query` with every row of `codes` -> `out`; exact, codes being in -127..=127.
pub fn code_dots(query: &[i8], codes: &[i8], out: &mut [i32]) {
    for (row, place) in codes.chunks(query.len().max(1)).zip(out) {
        *place = query.iter().zip(row).map(|(&left, &right)| i32::from(left) * i32::from(right)).sum();
    }
}

/// Dot product of `query`, whole steps of codes, with every row of `halves` -> `out`.
pub fn half_dots(query: &[i8], halves: &[u8], out: &mut [i32]) {
    let raised = |half: u8| i32::from(half) - i32::from(RAISED);
    for (row, place) in halves.chunks(query.len() / 2).zip(out) {
        let steps = row.chunks(HALVES).zip(query.chunks(2 * HALVES));
        let sums = steps.map(|(row, query)| {
            let (front, back) = query.split_at(HALVES);
            let products = row.iter().zip(front.iter().zip(back)).map(|(&held, (&front, &back))| {
                raised(held & 15) * i32::from(front) + raised(held >> 4) * i32::from(back)
            });
            products.sum::<i32>()
        });
        *place = sums.sum();
    }
}

/// Products of every packed row, raised by 128, with every row of `codes`, and `added` -> `out[row * TOGETHER + packed row]`.
pub fn packed_dots(packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
    for ((row, line), &added) in codes.chunks(packed.width().max(1)).zip(out.chunks_mut(TOGETHER)).zip(added) {
        line.fill(added);
        for (held, step) in row.chunks(CODES_A_STEP).zip(packed.values().chunks(TOGETHER * CODES_A_STEP)) {
            for (place, values) in line.iter_mut().zip(step.chunks_exact(CODES_A_STEP)) {
                let products = held.iter().zip(values).map(|(&one, &two)| i32::from(one) * i32::from(two));
                *place += products.sum::<i32>();
            }
        }
    }
}

/// For each group on the left the sums of products of its digits with those on the right, by the sum of their places.
pub fn digit_sums(lefts: &[i8], right: &[i8], sums: &mut [i32]) {
    const SQUARE: usize = GROUP * GROUP;
    let columns = TILE / GROUP;
    sums.fill(0);
    for (left, sums) in lefts.chunks_exact(right.len().max(1)).zip(sums.chunks_exact_mut(SUMS * SQUARE)) {
        for (left, right) in left.chunks_exact(DIGITS * TILE).zip(right.chunks_exact(DIGITS * TILE)) {
            for (i, left) in left.chunks_exact(TILE).enumerate() {
                for (sums, right) in sums.chunks_exact_mut(SQUARE).skip(i).zip(right.chunks_exact(TILE)) {
                    for (line, left) in sums.chunks_exact_mut(GROUP).zip(left.chunks_exact(columns)) {
                        let steps = left.chunks_exact(CODES_A_STEP).zip(right.chunks_exact(CODES_A_STEP * GROUP));
                        for (left, right) in steps {
                            for (place, right) in line.iter_mut().zip(right.chunks_exact(CODES_A_STEP)) {
                                *place +=
                                    left.iter().zip(right).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum::<i32>();
                            }
                        }
                    }
                }
            }
        }
    }
}

/// As `tiles` says.
pub fn reaching(tile: &Tile<'_>) -> [u32; LEFTS] {
    tiles::reaching(tile)
}

/// As `lines` says.
pub fn scores(dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
    lines::scores(dots, own, lengths, out);
}

/// As `lines` says.
pub fn scaled(row: &[f32], length: f64, out: &mut [f32]) {
    lines::scaled(row, length, out);
}

/// As `lines` says.
pub fn may_reach(estimates: &[f32], floors: &[f32], length: f32) -> bool {
    lines::may_reach(estimates, floors, length)
}

/// As `lines` says.
pub fn uppers(dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
    lines::uppers(dots, asked, rows, out)
}

/// As `lines` says.
pub fn meet(dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
    lines::meet(dots, scale, residual, asked)
}

/// As `lines` says.
pub fn encode(row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
    lines::encode(row, length, scale, codes)
}

/// As `lines` says.
pub fn any_reaches(dots: &[i32], least: i32) -> bool {
    lines::any_reaches(dots, least)
}

/// As `lines` says.
pub fn digits(row: &[f32], scale: f64, held: &mut [i8]) -> [f64; LANES] {
    lines::digits(row, scale, held)
}

/// As `lines` says.
pub fn rounded(middle: Middle<'_>, low: &mut [[f32; GROUP]; GROUP], high: &mut [[f32; GROUP]; GROUP]) -> u32 {
    lines::rounded(middle, low, high)
}
