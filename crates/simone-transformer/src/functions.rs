//! Exponentials and the Gaussian error linear unit, of multiplications and additions in a fixed order.
//!
//! Not for sums: see `lanes`.
//!
//! Source: Moshier, Cephes, `expf` (range reduction and polynomial); Abramowitz and Stegun, 1964, 7.1.26 (the error
//! function within 1.5e-7); Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.

/// Adding it rounds a number of small magnitude to a whole one, ties to even: the last bits of the sum are that number.
const WHOLE: f32 = 12_582_912.0;
/// Its bits.
const WHOLE_BITS: i32 = 0x4B40_0000;
/// Below it an exponential is no normal number: it is taken for it.
const LEAST: f32 = -87.0;

/// A little more than the natural logarithm of two, in few bits, so that small multiples of it are exact.
const LN2: f32 = 355.0 / 512.0;
/// How much more.
const LN2_LESS: f32 = 2.121_944_4e-4;

/// `e ** x` for `x` up to zero.
#[inline(always)]
pub fn exponential(x: f32) -> f32 {
    let x = if x < LEAST { LEAST } else { x };
    let shifted = x * std::f32::consts::LOG2_E + WHOLE;
    let whole = shifted - WHOLE;
    let rest = (x - whole * LN2) + whole * LN2_LESS;
    let mut sum = 1.987_569_1e-4;
    for term in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum * rest + term;
    }
    let fraction = (sum * rest) * rest + rest + 1.0;
    let power = shifted.to_bits().cast_signed().wrapping_sub(WHOLE_BITS);
    fraction * f32::from_bits(((power + 127) << 23).cast_unsigned())
}

/// `x` times the share of a normal distribution below it.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    let size = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut sum = 1.061_405_4;
    for term in [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6] {
        sum = sum * t + term;
    }
    let error = 1.0 - (sum * t) * exponential(-(size * size));
    let error = if x < 0.0 { -error } else { error };
    (0.5 * x) * (1.0 + error)
}

/// The whole number nearest to `x`, ties to even, of which one byte is kept; `x` is from 0 to 255.
#[inline(always)]
pub fn byte(x: f32) -> u8 {
    let [low, ..] = (x + WHOLE).to_bits().to_le_bytes();
    low
}
