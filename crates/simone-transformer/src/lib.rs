//! A small transformer that reads one text, or two together, exact to the bit on every processor.
//!
//! Not for text or for Python: callers bring word pieces and tensors.
//!
//! Products of matrices are sums of whole numbers, which no order of adding changes. All else is single precision with a
//! defined order: each multiplication and each addition is rounded by itself (never fused), sums over the width of a row
//! run in sixteen lanes (`lanes::total`), products of floats add in ascending order of what they sum over. Exponentials
//! and the error function are polynomials of such operations. So plain code, every instruction set and the reference of
//! the Python package agree on every bit, and what is said of a pair depends on that pair alone.

mod attention;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod dense;
mod functions;
mod lanes;
mod model;
mod products;

pub use dense::Dense;
pub use model::{Affine, Head, Layer, Model, Pair, Parts, ShapeError, Words};
