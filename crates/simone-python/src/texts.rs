//! `simone-protocols` for Python, and how texts are borrowed.
//!
//! Not for computing.

use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyString;
use simone_protocols::split_sentences_batch;

use crate::Kernels;
use crate::arrays::{rules, unexpected};
use crate::pool::Pool;

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
}

/// Offsets into memory fit.
pub fn offset(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Runs `compute` on the texts, which are kept alive meanwhile and not copied where they are UTF-8.
pub fn with_texts<T: Send>(
    pool: &Pool,
    texts: &Bound<'_, PyAny>,
    compute: impl FnOnce(&[&str]) -> T + Send,
) -> PyResult<T> {
    with_texts_and(pool, texts, 0, compute)
}

/// `with_texts` where `more` values are touched besides the bytes of the texts.
pub fn with_texts_and<T: Send>(
    pool: &Pool,
    texts: &Bound<'_, PyAny>,
    more: usize,
    compute: impl FnOnce(&[&str]) -> T + Send,
) -> PyResult<T> {
    let py = texts.py();
    let mut held: Vec<Bound<'_, PyAny>> = texts.try_iter()?.collect::<PyResult<_>>()?;
    for item in held.iter_mut().filter(|item| text_of(item).is_none()) {
        *item = rules(py)?.call_method1("as_text", (&*item,))?;
    }
    let texts: Vec<&str> = held.iter().filter_map(text_of).collect();
    let work = texts.iter().fold(more, |sum, text| sum.saturating_add(text.len()));
    pool.run(py, work, move || compute(&texts))
}

fn text_of<'a>(item: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    item.cast::<PyString>().ok().and_then(|text| text.to_str().ok())
}
