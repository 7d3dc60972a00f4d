//! `simone-protocols` and `simone-regex` for Python.
//!
//! Not for computing.

use std::sync::Arc;

use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use simone_protocols::split_sentences_batch;

use crate::Kernels;
use crate::arrays::{rules, unexpected};
use crate::pool::Pool;

type Offsets<'py> = Bound<'py, PyArray1<i64>>;

#[pymethods]
impl Kernels {
    fn split_sentences_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyArray2<i64>>>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, split_sentences_batch)?;
        found
            .into_iter()
            .map(|spans| {
                let flat: Vec<i64> = spans.iter().flat_map(|&(start, end)| [offset(start), offset(end)]).collect();
                Ok(Array2::from_shape_vec((spans.len(), 2), flat).map_err(unexpected)?.into_pyarray(py))
            })
            .collect()
    }

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

    /// All matches as (text index, pattern index, start, end), ordered by text, start, pattern, end.
    fn find_batch<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
    ) -> PyResult<(Offsets<'py>, Offsets<'py>, Offsets<'py>, Offsets<'py>)> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, |texts| self.set.find_batch(texts))?;
        let column = |value: fn(usize, simone_regex::Match) -> usize| {
            let all = found.iter().enumerate().flat_map(|(text, found)| found.iter().map(move |hit| value(text, *hit)));
            all.map(offset).collect::<Vec<_>>().into_pyarray(py)
        };
        Ok((column(|text, _| text), column(|_, hit| hit.0), column(|_, hit| hit.1), column(|_, hit| hit.2)))
    }
}

/// Offsets into memory fit.
fn offset(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Runs `compute` on the texts, which are kept alive meanwhile and not copied where they are UTF-8.
fn with_texts<T: Send>(
    pool: &Pool,
    texts: &Bound<'_, PyAny>,
    compute: impl FnOnce(&[&str]) -> T + Send,
) -> PyResult<T> {
    let py = texts.py();
    let mut held: Vec<Bound<'_, PyAny>> = texts.try_iter()?.collect::<PyResult<_>>()?;
    for item in held.iter_mut().filter(|item| text_of(item).is_none()) {
        *item = rules(py)?.call_method1("as_text", (&*item,))?;
    }
    let texts: Vec<&str> = held.iter().filter_map(text_of).collect();
    let work = texts.iter().map(|text| text.len()).sum();
    pool.run(py, work, move || compute(&texts))
}

fn text_of<'a>(item: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    item.cast::<PyString>().ok().and_then(|text| text.to_str().ok())
}
