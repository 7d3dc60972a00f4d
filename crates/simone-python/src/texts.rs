//! `simone-protocols` for Python, and how texts are borrowed.
//!
//! Not for computing.

use std::collections::HashSet;

use numpy::PyArray2;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;
use simone_protocols::{find_terms_batch, find_words_batch, split_sentences_batch, text_statistics_batch};

use crate::Kernels;
use crate::arrays::{Named, array, rules, table};
use crate::pool::Pool;

const CONTRACT: &str = "simone.kernels.contract.texts";

#[pymethods]
impl Kernels {
    fn split_sentences_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyArray2<i64>>>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, split_sentences_batch)?;
        found
            .into_iter()
            .map(|spans| {
                let flat: Vec<i64> = spans.iter().flat_map(|&(start, end)| [offset(start), offset(end)]).collect();
                table(py, flat, spans.len(), 2)
            })
            .collect()
    }

    fn find_words_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, find_words_batch)?;
        let column = |value: fn(usize, simone_protocols::Word) -> usize| {
            let all =
                found.iter().enumerate().flat_map(|(text, words)| words.iter().map(move |word| value(text, *word)));
            array(py, all.map(offset).collect())
        };
        static WORDS: Named = Named::new(CONTRACT, "CountedWords");
        let columns = (
            column(|text, _| text),
            column(|_, word| word.start),
            column(|_, word| word.end),
            column(|_, word| word.syllables),
        );
        WORDS.of(py, columns)
    }

    fn find_terms_batch<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        without: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let left_out: Vec<PyBackedStr> = without.try_iter()?.map(|word| word?.extract()).collect::<PyResult<_>>()?;
        let left_out: HashSet<&str> = left_out.iter().map(|word| &**word).collect();
        let found = with_texts(&self.pool, texts, |texts| find_terms_batch(texts, &left_out))?;
        static TERMS: Named = Named::new(CONTRACT, "FoundTerms");
        let numbers = |values: Vec<usize>| array(py, values.into_iter().map(offset).collect());
        TERMS.of(py, (found.vocabulary, numbers(found.tokens), numbers(found.lengths)))
    }

    fn text_statistics_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, text_statistics_batch)?;
        let column = |value: fn(&simone_protocols::Counts) -> usize| {
            array(py, found.iter().map(|counts| offset(value(counts))).collect())
        };
        static STATISTICS: Named = Named::new(CONTRACT, "TextStatistics");
        let columns = (
            column(|&[sentences, ..]| sentences),
            column(|&[_, words, ..]| words),
            column(|&[_, _, syllables, ..]| syllables),
            column(|&[_, _, _, letters, ..]| letters),
            column(|&[.., long, _]| long),
            column(|&[.., hard]| hard),
        );
        STATISTICS.of(py, columns)
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
