//! `simone.kernels._rust`: the compiled kernels as Python sees them.
//!
//! Not for computing: this crate borrows arrays, lets other Python threads run and maps errors. What an argument must be
//! is said once, in `simone.kernels.arrays`; whatever cannot be borrowed as it is goes there, to be converted or refused.

mod arrays;
mod caching;
mod consolidation;
mod entities;
mod hashing;
mod patterns;
mod pool;
mod reading;
mod similarity;
mod syntax;
mod texts;
mod validation;

use std::sync::{Arc, OnceLock};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use simone_similarity::Level;

use crate::entities::Entities;
use crate::pool::Pool;

/// Reading texts makes many small strings; the system's allocator takes a third of that time.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The functions of `simone.kernels.contract.Kernels` that are native.
#[pyclass(frozen, module = "simone.kernels._rust")]
struct Kernels {
    pool: Arc<Pool>,
    level: Level,
    /// Compiled when first needed.
    entities: OnceLock<Entities>,
}

#[pymethods]
impl Kernels {
    /// `threads`: how many serve; 0: one per processor. `level`: an instruction set by name; "auto": the best there is.
    #[new]
    #[pyo3(signature = (threads = 0, level = "auto"))]
    fn new(threads: usize, level: &str) -> PyResult<Self> {
        let found = if level == "auto" { Some(Level::detected()) } else { Level::named(level) };
        let level = found.ok_or_else(|| {
            let here: Vec<&str> = Level::all().into_iter().map(Level::name).collect();
            PyValueError::new_err(format!(
                "{level:?} is no instruction set of this processor; here: {}",
                here.join(", ")
            ))
        })?;
        Ok(Self { pool: Arc::new(Pool::new(threads)), level, entities: OnceLock::new() })
    }

    /// The instruction sets that this processor has, plain code first, the fastest last.
    #[staticmethod]
    fn levels() -> Vec<&'static str> {
        Level::all().into_iter().map(Level::name).collect()
    }

    /// The instruction set in use.
    #[getter]
    fn instructions(&self) -> &'static str {
        self.level.name()
    }
}

#[pymodule]
mod _rust {
    #[pymodule_export]
    use super::Kernels;
    #[pymodule_export]
    use super::caching::BoundedCache;
    #[pymodule_export]
    use super::patterns::PatternSet;
    #[pymodule_export]
    use super::reading::Transformer;
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
