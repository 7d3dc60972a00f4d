//! `simone-hash` for Python.
//!
//! Not for computing.

use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use simone_hash::{first_of_each, hash_batch};

use crate::Kernels;
use crate::arrays::{rules, unexpected};

#[pymethods]
impl Kernels {
    fn hash_content_batch<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<u64>>> {
        let hashes = self.with_bytes(items, hash_batch)?;
        Ok(hashes.into_pyarray(items.py()))
    }

    fn deduplicate_by_hash<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let first = self.with_bytes(items, first_of_each)?;
        let first = first.into_iter().map(i64::try_from).collect::<Result<Vec<_>, _>>().map_err(unexpected)?;
        Ok(first.into_pyarray(items.py()))
    }
}

impl Kernels {
    /// Runs `compute` on the bytes of the items, which are kept alive meanwhile and not copied where they are UTF-8.
    fn with_bytes<T: Send>(&self, items: &Bound<'_, PyAny>, compute: impl Fn(&[&[u8]]) -> T + Send) -> PyResult<T> {
        let py = items.py();
        let mut held: Vec<Bound<'_, PyAny>> = match items.cast::<PyList>() {
            Ok(list) => list.iter().collect(),
            Err(_) => items.try_iter()?.collect::<PyResult<_>>()?,
        };
        let run = |bytes: Vec<&[u8]>| {
            let work = bytes.iter().map(|item| item.len()).sum();
            self.pool.run(py, work, move || compute(&bytes))
        };
        if let Some(bytes) = held.iter().map(bytes_of).collect() {
            return run(bytes);
        }
        let rules = rules(py)?;
        for item in held.iter_mut().filter(|item| bytes_of(item).is_none()) {
            *item = rules.call_method1("as_bytes", (&*item,))?;
        }
        run(held.iter().filter_map(bytes_of).collect())
    }
}

/// The bytes of a str (UTF-8) or bytes object; none for anything else, such as a str with lone surrogates.
fn bytes_of<'a>(item: &'a Bound<'_, PyAny>) -> Option<&'a [u8]> {
    if let Ok(text) = item.cast::<PyString>() {
        return text.to_str().ok().map(str::as_bytes);
    }
    item.cast::<PyBytes>().ok().map(|bytes| bytes.as_bytes())
}
