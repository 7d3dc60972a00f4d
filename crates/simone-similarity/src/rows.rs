//! Borrowed matrices and what they refuse.
//!
//! Not for computing.

use std::fmt;

/// A row-major matrix of `count` rows with `width` columns.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    values: &'a [f32],
    count: usize,
    width: usize,
}

/// The slice does not hold `count * width` values, or two operands differ in width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// What was asked for.
    pub expected: usize,
    /// What was found.
    pub found: usize,
}

/// A NaN or an infinity, which has no cosine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// Row of the first such value.
    pub row: usize,
    /// Its column.
    pub column: usize,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "expected {} values, found {}", self.expected, self.found)
    }
}

impl fmt::Display for NonFinite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a value that is not finite at ({}, {})", self.row, self.column)
    }
}

impl std::error::Error for ShapeError {}
impl std::error::Error for NonFinite {}

impl<'a> Rows<'a> {
    /// A view of `values`.
    ///
    /// # Errors
    /// `values` does not hold `count * width` values.
    pub fn new(values: &'a [f32], count: usize, width: usize) -> Result<Self, ShapeError> {
        let expected = count.saturating_mul(width);
        if values.len() == expected {
            Ok(Self { values, count, width })
        } else {
            Err(ShapeError { expected, found: values.len() })
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// All values, row after row.
    #[must_use]
    pub fn values(&self) -> &'a [f32] {
        self.values
    }

    /// The row at `index`; empty beyond the last.
    #[must_use]
    pub fn row(&self, index: usize) -> &'a [f32] {
        let start = index.saturating_mul(self.width);
        self.values.get(start..start.saturating_add(self.width)).unwrap_or_default()
    }

    /// The rows from `start` to `stop`, both clipped to what there is.
    #[must_use]
    pub fn part(&self, start: usize, stop: usize) -> Self {
        let stop = stop.min(self.count);
        let start = start.min(stop);
        let values = self.values.get(start * self.width..stop * self.width).unwrap_or_default();
        Self { values, count: stop - start, width: self.width }
    }

    /// Refuses NaN and infinities.
    ///
    /// # Errors
    /// The place of the first one.
    pub fn finite(&self) -> Result<(), NonFinite> {
        // a fold without an exit vectorises, where a search does not
        for (number, chunk) in self.values.chunks(4096).enumerate() {
            let is_finite = chunk.iter().fold(true, |all, value| all & value.is_finite());
            if !is_finite && let Some(place) = chunk.iter().position(|value| !value.is_finite()) {
                let place = number * 4096 + place;
                return Err(NonFinite { row: place / self.width.max(1), column: place % self.width.max(1) });
            }
        }
        Ok(())
    }
}
