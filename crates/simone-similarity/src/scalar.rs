//! The definition in plain code: the twin of every vector kernel, and what serves where there is no vector unit.
//!
//! Not for choosing: `level` does.

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

/// Defined sum of squared differences.
pub fn squared_distance(left: &[f32], right: &[f32]) -> f64 {
    lane_sum(left, right, |left, right| (left - right) * (left - right))
}

/// Defined dot product of widened rows, zero-padded to whole lanes.
pub fn wide_dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (left, right) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    total(lanes)
}

/// Single-precision estimate of a dot product; any order of summation is within the bound that `top` uses.
pub fn estimate(left: &[f32], right: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (left, right) in left.chunks(LANES).zip(right.chunks(LANES)) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    lanes.iter().sum()
}

/// Dot product of codes, exact.
pub fn code_dot(left: &[i8], right: &[i8]) -> i32 {
    left.iter().zip(right).map(|(&left, &right)| i32::from(left) * i32::from(right)).sum()
}
