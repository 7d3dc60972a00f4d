//! `simone-ast` for Python.
//!
//! Not for computing.

use std::collections::BTreeSet;

use numpy::PyArray1;
use pyo3::prelude::*;
use simone_ast::{
    Language, QueryRefusal, Read, UNFINISHED, Value, outline_batch, parse_batch, query_batch, read_json_batch,
    read_query, syntax_errors_batch,
};

use crate::Kernels;
use crate::arrays::{Named, array};
use crate::texts::{offset, with_texts};

const CONTRACT: &str = "simone.kernels.contract.syntax";

#[pymethods]
impl Kernels {
    fn syntax_errors_batch<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        languages: Vec<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = self.with_code(texts, &languages, syntax_errors_batch)?;
        let rows = flat(&found);
        let missing: Vec<&str> = rows.iter().map(|(_, found)| found.missing).collect();
        static KIND: Named = Named::new(CONTRACT, "SyntaxErrors");
        KIND.of(
            py,
            (
                column(py, &rows, |text, _| text),
                column(py, &rows, |_, found| found.error.code),
                column(py, &rows, |_, found| found.error.line),
                column(py, &rows, |_, found| found.error.column),
                column(py, &rows, |_, found| found.error.start),
                column(py, &rows, |_, found| found.error.end),
                missing,
            ),
        )
    }

    fn parse_batch<'py>(&self, texts: &Bound<'py, PyAny>, languages: Vec<String>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = self.with_code(texts, &languages, parse_batch)?;
        let rows = flat(&found);
        let kinds: BTreeSet<&str> = rows.iter().map(|(_, node)| node.kind).collect();
        let fields: BTreeSet<&str> = rows.iter().filter_map(|(_, node)| node.field).collect();
        let (kinds, fields): (Vec<&str>, Vec<&str>) = (kinds.into_iter().collect(), fields.into_iter().collect());
        let number = |names: &[&str], name: &str| names.binary_search(&name).map_or(-1, offset);
        let kind: Vec<i64> = rows.iter().map(|(_, node)| number(&kinds, node.kind)).collect();
        let field: Vec<i64> =
            rows.iter().map(|(_, node)| node.field.map_or(-1, |name| number(&fields, name))).collect();
        static KIND: Named = Named::new(CONTRACT, "SyntaxNodes");
        KIND.of(
            py,
            (
                column(py, &rows, |text, _| text),
                array(py, kind),
                array(py, field),
                column(py, &rows, |_, node| node.start),
                column(py, &rows, |_, node| node.end),
                array(py, parents(&found, |node| node.parent)),
                kinds,
                fields,
            ),
        )
    }

    fn outline_batch<'py>(&self, texts: &Bound<'py, PyAny>, languages: Vec<String>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = self.with_code(texts, &languages, outline_batch)?;
        let rows = flat(&found);
        static KIND: Named = Named::new(CONTRACT, "Outline");
        KIND.of(
            py,
            (
                column(py, &rows, |text, _| text),
                column(py, &rows, |_, one| one.kind),
                column(py, &rows, |_, one| one.line),
                column(py, &rows, |_, one| one.span.0),
                column(py, &rows, |_, one| one.span.1),
                column(py, &rows, |_, one| one.name.0),
                column(py, &rows, |_, one| one.name.1),
                array(py, parents(&found, |one| one.parent)),
            ),
        )
    }

    fn query_batch<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        language: &str,
        query: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let Some(asked) = Language::named(language).filter(|asked| asked.grammar().is_some()) else {
            let known: Vec<_> = Language::names_with_grammar().collect();
            let shown = language.into_pyobject(py)?.repr()?;
            return Err(refusal(py, &format!("language {shown} has no queries; those with: {}", known.join(", ")))?);
        };
        let query: String = py.import("simone.kernels.arrays")?.call_method1("as_text", (query,))?.extract()?;
        let query = match read_query(asked, &query) {
            Ok(query) => query,
            Err(QueryRefusal::Wrong(reason)) => {
                return Err(refusal(py, &format!("the query cannot be read: {reason}"))?);
            }
            Err(QueryRefusal::Predicate { found, served }) => {
                let shown = found.into_pyobject(py)?.repr()?;
                let reason = format!("the query's predicate {shown} is not served; those served: {served}");
                return Err(refusal(py, &reason)?);
            }
        };
        let found = with_texts(&self.pool, texts, |texts| query_batch(texts, asked, &query))?;
        let mut columns: [Vec<i64>; 6] = Default::default();
        let mut number = 0;
        for (text, matches) in found.iter().enumerate() {
            let Some(matches) = matches else {
                let reason = format!(
                    "more than {UNFINISHED} matches of the query are open at one place of text {text}; \
                     ask for less with one pattern"
                );
                return Err(refusal(py, &reason)?);
            };
            for (pattern, captures) in matches {
                for (start, end, name) in captures {
                    let row = [text, number, *pattern, *name, *start, *end];
                    columns.iter_mut().zip(row).for_each(|(column, value)| column.push(offset(value)));
                }
                number += 1;
            }
        }
        let [text, number, pattern, name, start, end] = columns.map(|column| array(py, column));
        let names = query.capture_names().to_vec();
        static KIND: Named = Named::new(CONTRACT, "Captures");
        KIND.of(py, (text, number, pattern, name, start, end, names))
    }

    fn json_paths_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found: Vec<Vec<Value>> = with_texts(&self.pool, texts, |texts| {
            read_json_batch(texts).into_iter().map(|Read { values, .. }| values).collect()
        })?;
        let rows = flat(&found);
        let tokens: Vec<&str> = rows.iter().map(|(_, value)| value.token.as_str()).collect();
        static KIND: Named = Named::new(CONTRACT, "JsonValues");
        KIND.of(
            py,
            (
                column(py, &rows, |text, _| text),
                column(py, &rows, |_, value| value.kind as usize),
                column(py, &rows, |_, value| value.start),
                column(py, &rows, |_, value| value.end),
                array(py, parents(&found, |value| value.parent)),
                tokens,
            ),
        )
    }
}

impl Kernels {
    /// Runs `read` on the texts, each with its language.
    fn with_code<T: Send>(
        &self,
        texts: &Bound<'_, PyAny>,
        languages: &[String],
        read: impl FnOnce(&[(&str, Language)]) -> Vec<T> + Send,
    ) -> PyResult<Vec<T>> {
        let py = texts.py();
        let known: Vec<Language> = languages.iter().filter_map(|name| Language::named(name)).collect();
        let mut count = 0;
        let found = with_texts(&self.pool, texts, |texts| {
            count = texts.len();
            let is_sound = count == languages.len() && known.len() == count;
            if !is_sound {
                return Vec::new();
            }
            let paired: Vec<(&str, Language)> = texts.iter().copied().zip(known).collect();
            read(&paired)
        })?;
        if count != languages.len() {
            let reason = format!("{} languages were given for {count} texts; give one for each", languages.len());
            return Err(refusal(py, &reason)?);
        }
        if let Some(unknown) = languages.iter().find(|name| Language::named(name).is_none()) {
            let shown = unknown.into_pyobject(py)?.repr()?;
            let known: Vec<_> = Language::names().collect();
            return Err(refusal(py, &format!("language {shown} is not known; known: {}", known.join(", ")))?);
        }
        Ok(found)
    }
}

/// All rows, each with the number of its text.
fn flat<T>(found: &[Vec<T>]) -> Vec<(usize, &T)> {
    found.iter().enumerate().flat_map(|(text, rows)| rows.iter().map(move |row| (text, row))).collect()
}

fn column<'py, T>(
    py: Python<'py>,
    rows: &[(usize, &T)],
    value: impl Fn(usize, &T) -> usize,
) -> Bound<'py, PyArray1<i64>> {
    array(py, rows.iter().map(|(text, row)| offset(value(*text, row))).collect())
}

/// The row of what holds each row among the rows of all texts, -1 for outermost ones.
fn parents<T>(found: &[Vec<T>], parent: impl Fn(&T) -> Option<usize>) -> Vec<i64> {
    let mut rows = Vec::new();
    for one in found {
        let first = rows.len();
        rows.extend(one.iter().map(|row| parent(row).map_or(-1, |parent| offset(first + parent))));
    }
    rows
}

fn refusal(py: Python<'_>, reason: &str) -> PyResult<PyErr> {
    let kind = py.import("simone.errors")?.getattr("KernelError")?;
    Ok(PyErr::from_value(kind.call1((reason,))?))
}
