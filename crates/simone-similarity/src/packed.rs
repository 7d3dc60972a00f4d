//! Rows packed column by column, so that one register holds the same column of many.
//!
//! Not for rows that are met once.

use crate::rows::Rows;

/// Rows packed together, at most.
pub(crate) const TOGETHER: usize = 64;
/// Packed rows are filled up to a multiple of this.
pub(crate) const REGISTER: usize = 16;
/// Columns of codes that lie beside one another.
pub(crate) const CODES_A_STEP: usize = 4;

/// Values that begin where a cache line does: a register or a row of a tile then lies in one line.
pub(crate) struct Aligned<T> {
    held: Vec<T>,
    start: usize,
    count: usize,
}

impl<T: Copy> Aligned<T> {
    const LINE: usize = 64;

    /// `count` times `value`.
    pub(crate) fn new(value: T, count: usize) -> Self {
        let held = vec![value; count + Self::LINE / size_of::<T>().max(1)];
        let start = held.as_ptr().align_offset(Self::LINE).min(held.len() - count);
        Self { held, start, count }
    }

    pub(crate) fn values(&self) -> &[T] {
        self.held.get(self.start..self.start + self.count).unwrap_or_default()
    }

    pub(crate) fn places(&mut self) -> &mut [T] {
        self.held.get_mut(self.start..self.start + self.count).unwrap_or_default()
    }
}

/// Something short that begins where a cache line does.
#[repr(align(64))]
pub(crate) struct OnLine<T>(pub(crate) T);

/// Up to [`TOGETHER`] rows, filled up with zeros: `values[column * padded + row]`.
pub(crate) struct PackedRows {
    values: Vec<f32>,
    padded: usize,
}

impl PackedRows {
    pub(crate) fn new(rows: Rows<'_>) -> Self {
        assert!(rows.count() <= TOGETHER, "too many rows to pack");
        let padded = rows.count().next_multiple_of(REGISTER);
        let mut values = vec![0.0; rows.width() * padded];
        for row in 0..rows.count() {
            let places = values.iter_mut().skip(row).step_by(padded.max(1));
            places.zip(rows.row(row)).for_each(|(place, &value)| *place = value);
        }
        Self { values, padded }
    }

    pub(crate) fn values(&self) -> &[f32] {
        &self.values
    }

    /// Rows, those that fill up included.
    pub(crate) fn padded(&self) -> usize {
        self.padded
    }
}

/// [`TOGETHER`] rows of codes, each raised by 128, four columns side by side; what fills up counts as 0.
pub(crate) struct PackedCodes {
    values: Aligned<u8>,
    width: usize,
}

impl PackedCodes {
    /// Packs rows of `width` codes; fewer than [`TOGETHER`] are filled up.
    pub(crate) fn new<'a>(rows: impl Iterator<Item = &'a [i8]>, width: usize) -> Self {
        const STEP: usize = TOGETHER * CODES_A_STEP;
        let mut values = Aligned::new(128, width.div_ceil(CODES_A_STEP) * STEP);
        for (number, row) in rows.take(TOGETHER).enumerate() {
            for (step, codes) in values.places().chunks_exact_mut(STEP).zip(row.chunks(CODES_A_STEP)) {
                let places = step.iter_mut().skip(number * CODES_A_STEP);
                places.zip(codes).for_each(|(place, &code)| *place = code.cast_unsigned() ^ 128);
            }
        }
        Self { values, width }
    }

    pub(crate) fn values(&self) -> &[u8] {
        self.values.values()
    }

    /// What takes the raise away again from the products with a row.
    pub(crate) fn unraise(codes: &[i8]) -> i32 {
        codes.iter().map(|&code| i32::from(code)).sum::<i32>().wrapping_mul(-128)
    }

    /// Columns.
    pub(crate) fn width(&self) -> usize {
        self.width
    }
}
