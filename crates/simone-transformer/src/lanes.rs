//! Sixteen floats side by side, and sums and extremes over a row.
//!
//! Not for products of rows: `attention` and `dense` hold those.

/// Floats side by side, and lanes of a sum over a row, count; every row's length is a multiple of it.
pub const LANES: usize = 16;
/// Adding it rounds a number of small magnitude to a whole one, ties to even: the last bits of the sum are that number.
pub const WHOLE: f32 = 12_582_912.0;
/// Its bits.
pub const WHOLE_BITS: i32 = 0x4B40_0000;
/// What the exponent of two to the power of zero is written as.
pub const EXPONENT_BIAS: i32 = 127;

/// Sixteen floats; each operation is that of IEEE 754 on each, rounded by itself.
pub trait Lanes: Copy {
    /// Whether `attention` sums up two of these side by side for each of its rows, for which there are registers.
    const BY_TWOS: bool;

    /// The same number sixteen times.
    fn splat(value: f32) -> Self;
    /// From memory.
    fn load(values: &[f32; LANES]) -> Self;
    /// To memory.
    fn store(self, values: &mut [f32; LANES]);
    /// Whole numbers as floats, rounded to even.
    fn whole(values: &[i32; LANES]) -> Self;
    /// Codes as floats.
    fn codes(values: &[i8; LANES]) -> Self;
    /// The sum.
    fn plus(self, other: Self) -> Self;
    /// The difference.
    fn less(self, other: Self) -> Self;
    /// The product.
    fn times(self, other: Self) -> Self;
    /// The quotient.
    fn over(self, other: Self) -> Self;
    /// The smaller of each; the other where one is no number.
    fn least(self, other: Self) -> Self;
    /// The greater of each; the other where one is no number.
    fn most(self, other: Self) -> Self;
    /// Without its sign.
    fn size(self) -> Self;
    /// Negated where `other` has the sign of negative numbers.
    fn signed(self, other: Self) -> Self;
    /// Two to the power of the whole number that was rounded by adding `WHOLE`.
    fn power(self) -> Self;
    /// The last byte of the bits: the whole number that was rounded by adding `WHOLE`.
    fn bytes(self, codes: &mut [u8; LANES]);
}

/// Sixteen floats of plain code.
#[derive(Clone, Copy)]
pub struct Plain([f32; LANES]);

impl Plain {
    #[inline(always)]
    fn map(mut self, change: impl Fn(f32) -> f32) -> Self {
        for value in &mut self.0 {
            *value = change(*value);
        }
        self
    }

    #[inline(always)]
    fn zip(mut self, other: Self, change: impl Fn(f32, f32) -> f32) -> Self {
        for (value, other) in self.0.iter_mut().zip(other.0) {
            *value = change(*value, other);
        }
        self
    }
}

impl Lanes for Plain {
    const BY_TWOS: bool = false;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn load(values: &[f32; LANES]) -> Self {
        Self(*values)
    }

    #[inline(always)]
    fn store(self, values: &mut [f32; LANES]) {
        *values = self.0;
    }

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
    fn whole(values: &[i32; LANES]) -> Self {
        Self(values.map(|value| value as f32))
    }

    #[inline(always)]
    fn codes(values: &[i8; LANES]) -> Self {
        Self(values.map(f32::from))
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn over(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn least(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn most(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn size(self) -> Self {
        self.map(f32::abs)
    }

    #[inline(always)]
    fn signed(self, other: Self) -> Self {
        self.zip(other, |a, b| if b.is_sign_negative() { -a } else { a })
    }

    #[inline(always)]
    fn power(self) -> Self {
        self.map(|value| {
            let power = value.to_bits().cast_signed().wrapping_sub(WHOLE_BITS);
            f32::from_bits(((power + EXPONENT_BIAS) << 23).cast_unsigned())
        })
    }

    #[inline(always)]
    fn bytes(self, codes: &mut [u8; LANES]) {
        for (code, value) in codes.iter_mut().zip(self.0) {
            #[expect(clippy::cast_possible_truncation, reason = "the last byte is the number")]
            let last = value.to_bits() as u8;
            *code = last;
        }
    }
}

/// A row in steps of sixteen.
#[inline(always)]
pub fn sixteens(row: &[f32]) -> &[[f32; LANES]] {
    row.as_chunks().0
}

/// A row in steps of sixteen, to be changed.
#[inline(always)]
pub fn sixteens_mut(row: &mut [f32]) -> &mut [[f32; LANES]] {
    row.as_chunks_mut().0
}

/// Lane `i` adds what stands at `i`, `i + 16`, … in ascending order; then lanes eight, four, two and one apart are added.
#[inline(always)]
pub fn total<V: Lanes>(row: &[f32], of: impl Fn(V) -> V) -> f32 {
    let mut sum = V::splat(0.0);
    for values in sixteens(row) {
        sum = sum.plus(of(V::load(values)));
    }
    let [mut a, mut b] = [[0.0_f32; LANES / 2]; 2];
    for (place, value) in a.iter_mut().chain(&mut b).zip(stored(sum)) {
        *place = value;
    }
    for (left, right) in a.iter_mut().zip(b) {
        *left += right;
    }
    let [a, b, c, d, e, f, g, h] = a;
    let [a, b, c, d] = [a + e, b + f, c + g, d + h];
    (a + c) + (b + d)
}

/// The least and the greatest value of a row that is not empty.
#[inline(always)]
pub fn extremes<V: Lanes>(row: &[f32]) -> (f32, f32) {
    let (mut low, mut high) = (V::splat(f32::INFINITY), V::splat(f32::NEG_INFINITY));
    for values in sixteens(row) {
        let values = V::load(values);
        low = low.least(values);
        high = high.most(values);
    }
    let least = stored(low).into_iter().fold(f32::INFINITY, |a, b| if b < a { b } else { a });
    (least, stored(high).into_iter().fold(f32::NEG_INFINITY, |a, b| if b > a { b } else { a }))
}

#[inline(always)]
fn stored<V: Lanes>(values: V) -> [f32; LANES] {
    let mut found = [0.0; LANES];
    values.store(&mut found);
    found
}

/// Each value of a row as it is after `change`.
#[inline(always)]
pub fn change<V: Lanes>(row: &mut [f32], change: impl Fn(V) -> V) {
    for values in sixteens_mut(row) {
        change(V::load(values)).store(values);
    }
}

/// Each value of a row as it is after `change`, which is given that of another row too.
#[inline(always)]
pub fn change_by<V: Lanes>(row: &mut [f32], other: &[f32], change: impl Fn(V, V) -> V) {
    for (values, other) in sixteens_mut(row).iter_mut().zip(sixteens(other)) {
        change(V::load(values), V::load(other)).store(values);
    }
}
