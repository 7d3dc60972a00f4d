//! `simone.kernels._rust`: the compiled kernels as Python sees them.
//!
//! Not for computing: this crate borrows arrays, lets other Python threads run and maps errors. What an argument must be
//! is said once, in `simone.kernels.arrays`; whatever cannot be borrowed as it is goes there, to be converted or refused.

mod arrays;
mod consolidation;
mod hashing;
mod patterns;
mod pool;
mod similarity;
mod syntax;
mod texts;
mod validation;

use std::sync::Arc;

use pyo3::prelude::*;

use crate::pool::Pool;

/// The functions of `simone.kernels.contract.Kernels` that are native.
#[pyclass(frozen, module = "simone.kernels._rust")]
struct Kernels {
    pool: Arc<Pool>,
}

#[pymethods]
impl Kernels {
    /// `threads`: how many serve; 0: one per processor.
    #[new]
    #[pyo3(signature = (threads = 0))]
    fn new(threads: usize) -> Self {
        Self { pool: Arc::new(Pool::new(threads)) }
    }

    /// The instruction set in use.
    #[getter]
    fn instructions(&self) -> &'static str {
        simone_similarity::Level::detected().name()
    }
}

#[pymodule]
mod _rust {
    #[pymodule_export]
    use super::Kernels;
    #[pymodule_export]
    use super::patterns::PatternSet;
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
