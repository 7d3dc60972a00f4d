//! `simone-regex` for Python.
//!
//! Not for computing.

use std::sync::Arc;

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::Kernels;
use crate::arrays::array;
use crate::pool::Pool;
use crate::texts::{offset, with_texts};

type Offsets<'py> = Bound<'py, PyArray1<i64>>;

#[pymethods]
impl Kernels {
    fn compile_pattern_set(&self, py: Python<'_>, patterns: Vec<(String, String)>) -> PyResult<PatternSet> {
        let work = patterns.len() << 10;
        match self.pool.run(py, work, || simone_regex::PatternSet::new(&patterns))? {
            Ok(set) => Ok(PatternSet { set, pool: self.pool.clone() }),
            Err(error) => {
                let kind = py.import("simone.errors")?.getattr("KernelError")?;
                Err(PyErr::from_value(kind.call1((error.to_string(),))?))
            }
        }
    }
}

/// Implements `contract.PatternSet`.
#[pyclass(frozen, module = "simone.kernels._rust")]
pub struct PatternSet {
    set: simone_regex::PatternSet,
    pool: Arc<Pool>,
}

#[pymethods]
impl PatternSet {
    /// Pattern names in the order given.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.set.names())
    }

    /// For each text the names of the patterns that match anywhere, in pattern order.
    fn match_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyList>>> {
        let py = texts.py();
        let names: Vec<_> = self.set.names().iter().map(|name| PyString::new(py, name)).collect();
        with_texts(&self.pool, texts, |texts| self.set.match_batch(texts))?
            .into_iter()
            .map(|found| PyList::new(py, found.into_iter().filter_map(|index| names.get(index)).collect::<Vec<_>>()))
            .collect()
    }

    /// Each text with the matches of each pattern exchanged for its words.
    fn replace_batch(&self, texts: &Bound<'_, PyAny>, replacements: Vec<String>) -> PyResult<Vec<String>> {
        if replacements.len() != self.set.names().len() {
            let reason = format!(
                "{} replacements were given for {} patterns; give one for each",
                replacements.len(),
                self.set.names().len()
            );
            let kind = texts.py().import("simone.errors")?.getattr("KernelError")?;
            return Err(PyErr::from_value(kind.call1((reason,))?));
        }
        with_texts(&self.pool, texts, |texts| self.set.replace_batch(texts, &replacements))
    }

    /// All matches as (text index, pattern index, start, end), ordered by text, start, pattern, end.
    fn find_batch<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
    ) -> PyResult<(Offsets<'py>, Offsets<'py>, Offsets<'py>, Offsets<'py>)> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, |texts| self.set.find_batch(texts))?;
        let column = |value: fn(usize, simone_regex::Match) -> usize| {
            let all = found.iter().enumerate().flat_map(|(text, found)| found.iter().map(move |hit| value(text, *hit)));
            array(py, all.map(offset).collect())
        };
        Ok((column(|text, _| text), column(|_, hit| hit.0), column(|_, hit| hit.1), column(|_, hit| hit.2)))
    }
}
