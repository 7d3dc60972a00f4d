//! Which instructions serve, found out once, and the kernels by that choice.
//!
//! Not for loops over many rows: `scan`, `pairs` and `top` hold those.

use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use crate::avx2::Avx2;
use crate::rows::Rows;
use crate::scalar;

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug)]
pub enum Level {
    /// Plain code; runs everywhere.
    Scalar,
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
}

impl Level {
    /// The best this processor has.
    #[must_use]
    pub fn detected() -> Self {
        static FOUND: OnceLock<Level> = OnceLock::new();
        *FOUND.get_or_init(|| {
            #[cfg(target_arch = "x86_64")]
            if let Some(token) = Avx2::detect() {
                return Self::Avx2(token);
            }
            Self::Scalar
        })
    }

    /// Its name for reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2+fma",
        }
    }

    pub(crate) fn dot(self, left: &[f32], right: &[f32]) -> f64 {
        match self {
            Self::Scalar => scalar::dot(left, right),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.dot(left, right),
        }
    }

    pub(crate) fn squared_distance(self, left: &[f32], right: &[f32]) -> f64 {
        match self {
            Self::Scalar => scalar::squared_distance(left, right),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.squared_distance(left, right),
        }
    }

    /// For every row its dot product with `query` and with itself.
    pub(crate) fn dots_and_squares(self, query: &[f32], rows: Rows<'_>, mut take: impl FnMut(usize, f64, f64)) {
        match self {
            Self::Scalar => {
                for index in 0..rows.count() {
                    let row = rows.row(index);
                    take(index, scalar::dot(query, row), scalar::dot(row, row));
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.dots_and_squares(query, rows, take),
        }
    }

    /// Single-precision estimates of all dot products -> `out[query * rows.count() + row]`.
    pub(crate) fn estimates(self, queries: Rows<'_>, rows: Rows<'_>, out: &mut [f32]) {
        match self {
            Self::Scalar => {
                for (number, line) in out.chunks_mut(rows.count().max(1)).enumerate() {
                    for (index, place) in line.iter_mut().enumerate() {
                        *place = scalar::estimate(queries.row(number), rows.row(index));
                    }
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.estimates(queries, rows, out),
        }
    }

    /// Single-precision estimates of the dot product of every row with `query` and with itself.
    pub(crate) fn estimates_and_squares(self, query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
        match self {
            Self::Scalar => {
                for (index, (dot, square)) in (0..rows.count()).zip(dots.iter_mut().zip(squares)) {
                    let row = rows.row(index);
                    (*dot, *square) = (scalar::estimate(query, row), scalar::estimate(row, row));
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.estimates_and_squares(query, rows, dots, squares),
        }
    }

    /// Defined dot products of widened rows of `width` (whole lanes) -> `out[left * rights + right]`.
    pub(crate) fn wide_dots(self, left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
        match self {
            Self::Scalar => {
                let rights = right.chunks_exact(width);
                for (left, line) in left.chunks_exact(width).zip(out.chunks_mut(rights.len().max(1))) {
                    for (right, place) in rights.clone().zip(line) {
                        *place = scalar::wide_dot(left, right);
                    }
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.wide_dots(left, right, width, out),
        }
    }

    /// Dot product of `query` with every row of `codes` -> `out`; exact, codes being in -127..=127.
    pub(crate) fn code_dots(self, query: &[i8], codes: &[i8], out: &mut [i32]) {
        match self {
            Self::Scalar => {
                for (row, place) in codes.chunks(query.len().max(1)).zip(out) {
                    *place = scalar::code_dot(query, row);
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.code_dots(query, codes, out),
        }
    }
}
