//! `simone-validation` for Python.
//!
//! Not for computing.

use numpy::IntoPyArray;
use pyo3::prelude::*;
use simone_validation::{Mention, find_mentions_batch};

use crate::Kernels;
use crate::texts::{offset, with_texts};

const CONTRACT: &str = "simone.kernels.contract.validation";

#[pymethods]
impl Kernels {
    fn find_mentions_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, find_mentions_batch)?;
        let number = |value: fn(&Mention) -> usize| column(&found, |_, one| offset(value(one))).into_pyarray(py);
        let double = |value: fn(&Mention) -> f64| column(&found, |_, one| value(one)).into_pyarray(py);
        let flag = |value: fn(&Mention) -> bool| column(&found, |_, one| value(one)).into_pyarray(py);
        py.import(CONTRACT)?.getattr("Mentions")?.call1((
            column(&found, |text, _| offset(text)).into_pyarray(py),
            number(|one| usize::from(one.kind)),
            number(|one| one.start),
            number(|one| one.end),
            double(|one| one.low),
            double(|one| one.high),
            double(|one| one.step),
            flag(|one| one.approximate),
            flag(|one| one.strict),
            column(&found, |_, one| (one.what.as_str(), one.of.as_str())),
        ))
    }
}

/// One value of every mention, texts in order.
fn column<'a, T>(found: &'a [Vec<Mention>], value: impl Fn(usize, &'a Mention) -> T + Copy) -> Vec<T> {
    found.iter().enumerate().flat_map(|(text, all)| all.iter().map(move |one| value(text, one))).collect()
}
