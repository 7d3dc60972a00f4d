//! What is left of a salience after some time.
//!
//! Not for choosing a half-life.

use std::f64::consts::LN_2;

const TERMS: i32 = 20;
/// Half-lives after which nothing is left of the largest `f32`.
const NOTHING_LEFT: f64 = 300.0;

/// `f32(salience * 2^(-age / half_life))` with `age = max(0, now - time)`.
///
/// The power of the fraction is its series, term by term, so that every backend has the same bits.
///
/// Source: Settles and Meeder, A trainable spaced repetition model for language learning, 2016.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the definition; whole numbers are at most 300")]
pub fn decay(salience: f32, time: f64, now: f64, half_life: f64) -> f32 {
    let age = ((now - time).max(0.0) / half_life).min(NOTHING_LEFT);
    let whole = age.floor();
    let power = (age - whole) * -LN_2;
    let series = (1..=TERMS).rev().fold(1.0, |series, term| series * power / f64::from(term) + 1.0);
    (f64::from(salience) * (series * 2.0_f64.powi(-(whole as i32)))) as f32
}

#[cfg(test)]
mod tests {
    use super::decay;

    #[test]
    fn a_half_is_left_after_each_half_life() {
        assert_eq!(decay(1.0, 0.0, 30.0, 10.0).to_bits(), 0.125_f32.to_bits());
        assert_eq!(decay(0.5, 50.0, 30.0, 10.0).to_bits(), 0.5_f32.to_bits());
        assert_eq!(decay(f32::MAX, -1e300, 1e300, 1e-300).to_bits(), 0);
        let left = decay(1.0, 0.0, 5.0, 10.0);
        assert!((left - 0.5_f32.sqrt()).abs() < 1e-7);
    }
}
