//! `simone-ast` for Python.
//!
//! Not for computing.

use pyo3::prelude::*;
use simone_ast::{Error, Read, Value, read_json_batch};

use crate::Kernels;
use crate::arrays::{Named, array};
use crate::texts::{offset, with_texts};

const CONTRACT: &str = "simone.kernels.contract.syntax";
const LANGUAGES: [&str; 1] = ["json"];

#[pymethods]
impl Kernels {
    fn syntax_errors_batch<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        languages: Vec<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        if let Some(unknown) = languages.iter().find(|language| !LANGUAGES.contains(&language.as_str())) {
            let shown = unknown.into_pyobject(py)?.repr()?;
            let reason = format!("language {shown} is not known; known: {}", LANGUAGES.join(", "));
            return Err(refusal(py, &reason)?);
        }
        let found = with_texts(&self.pool, texts, read_json_batch)?;
        if found.len() != languages.len() {
            let reason =
                format!("{} languages were given for {} texts; give one for each", languages.len(), found.len());
            return Err(refusal(py, &reason)?);
        }
        let column = |value: fn(usize, &Error) -> usize| {
            let all = found.iter().enumerate().flat_map(|(text, read)| read.errors.iter().map(move |e| value(text, e)));
            array(py, all.map(offset).collect())
        };
        static ERRORS: Named = Named::new(CONTRACT, "SyntaxErrors");
        let columns = (
            column(|text, _| text),
            column(|_, error| error.code),
            column(|_, error| error.line),
            column(|_, error| error.column),
            column(|_, error| error.start),
            column(|_, error| error.end),
        );
        ERRORS.of(py, columns)
    }

    fn json_paths_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, read_json_batch)?;
        let column = |value: fn(usize, &Value) -> usize| {
            let all = found.iter().enumerate().flat_map(|(text, read)| read.values.iter().map(move |v| value(text, v)));
            array(py, all.map(offset).collect())
        };
        let tokens: Vec<&str> = found.iter().flat_map(|read| &read.values).map(|value| value.token.as_str()).collect();
        static VALUES: Named = Named::new(CONTRACT, "JsonValues");
        let columns = (
            column(|text, _| text),
            column(|_, value| value.kind as usize),
            column(|_, value| value.start),
            column(|_, value| value.end),
            array(py, parents(&found)),
            tokens,
        );
        VALUES.of(py, columns)
    }
}

/// The row of each value's container among the values of all texts, -1 for outermost ones.
fn parents(found: &[Read]) -> Vec<i64> {
    let mut rows = Vec::new();
    for read in found {
        let first = rows.len();
        rows.extend(read.values.iter().map(|value| value.parent.map_or(-1, |parent| offset(first + parent))));
    }
    rows
}

fn refusal(py: Python<'_>, reason: &str) -> PyResult<PyErr> {
    let kind = py.import("simone.errors")?.getattr("KernelError")?;
    Ok(PyErr::from_value(kind.call1((reason,))?))
}
