//! Exponentials and the Gaussian error linear unit, of multiplications and additions in a fixed order.
//!
//! Not for sums: see `lanes`.
//!
//! Source: Moshier, Cephes, `expf` (range reduction and polynomial); Abramowitz and Stegun, 1964, 7.1.26 (the error
//! function within 1.5e-7); Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.

use crate::lanes::{Lanes, WHOLE};

/// Little above where exponentials are no longer normal numbers: what is below is taken for it.
const LEAST: f32 = -87.0;
/// A little more than the natural logarithm of two, in few bits, so that small multiples of it are exact.
const LN2: f32 = 355.0 / 512.0;
/// How much more.
const LN2_LESS: f32 = 2.121_944_4e-4;

/// `e ** x` for `x` up to zero.
#[inline(always)]
pub fn exponential<V: Lanes>(x: V) -> V {
    let x = V::splat(LEAST).most(x); // in this order what is no number stays so
    let shifted = x.times(V::splat(std::f32::consts::LOG2_E)).plus(V::splat(WHOLE));
    let whole = shifted.less(V::splat(WHOLE));
    let rest = x.less(whole.times(V::splat(LN2))).plus(whole.times(V::splat(LN2_LESS)));
    let terms = [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let sum = polynomial(1.987_569_1e-4, terms, rest);
    let fraction = sum.times(rest).times(rest).plus(rest).plus(V::splat(1.0));
    fraction.times(shifted.power())
}

/// `x` times the share of a normal distribution below it.
#[inline(always)]
pub fn gelu<V: Lanes>(x: V) -> V {
    let size = x.size().times(V::splat(std::f32::consts::FRAC_1_SQRT_2));
    let one = V::splat(1.0);
    let t = one.over(one.plus(size.times(V::splat(0.327_591_1))));
    let sum = polynomial(1.061_405_4, [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6], t);
    let error = one.less(sum.times(t).times(exponential(V::splat(0.0).less(size.times(size)))));
    x.times(V::splat(0.5)).times(one.plus(error.signed(x)))
}

#[inline(always)]
fn polynomial<V: Lanes, const N: usize>(first: f32, terms: [f32; N], x: V) -> V {
    terms.into_iter().fold(V::splat(first), |sum, term| sum.times(x).plus(V::splat(term)))
}
