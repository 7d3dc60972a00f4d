//! `simone-validation` for Python.
//!
//! Not for computing.

use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyList;
use simone_validation::{
    Check, Close, Contradiction, Mention, NoSuchWord, Quotation, ReadSentence, Span, check_claims,
    check_contradictions, content_stems, find_contradictions, find_mentions_batch, find_quotations, read_sentences,
};

use crate::Kernels;
use crate::arrays::{Named, array, rules, table, unexpected};
use crate::texts::{offset, with_texts, with_texts_and};

const CONTRACT: &str = "simone.kernels.contract.validation";
/// Values that comparing one pair touches, roughly.
const WORK_OF_A_PAIR: usize = 1 << 12;

#[pymethods]
impl Kernels {
    fn find_mentions_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, find_mentions_batch)?;
        let number = |value: fn(&Mention) -> usize| array(py, column(&found, |_, one| offset(value(one))));
        let double = |value: fn(&Mention) -> f64| array(py, column(&found, |_, one| value(one)));
        let flag = |value: fn(&Mention) -> bool| array(py, column(&found, |_, one| value(one)));
        static MENTIONS: Named = Named::new(CONTRACT, "Mentions");
        let columns = (
            array(py, column(&found, |text, _| offset(text))),
            number(|one| usize::from(one.kind)),
            number(|one| one.start),
            number(|one| one.end),
            double(|one| one.low),
            double(|one| one.high),
            double(|one| one.step),
            flag(|one| one.approximate),
            flag(|one| one.strict),
            column(&found, |_, one| (one.what.as_str(), one.of.as_str())),
        );
        MENTIONS.of(py, columns)
    }

    #[pyo3(signature = (claims, evidences, pairs = None, close = None))]
    fn validate_truth_claims_batch<'py>(
        &self,
        claims: &Bound<'py, PyAny>,
        evidences: &Bound<'py, PyAny>,
        pairs: Option<&Bound<'py, PyAny>>,
        close: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = claims.py();
        let counts = (claims.len()?, evidences.len()?);
        let pairs = text_pairs(py, pairs, counts)?;
        let close: Vec<Vec<(usize, usize)>> = rules(py)?.call_method1("near_words", (close, pairs.len()))?.extract()?;
        let close: Vec<Close> = close.into_iter().map(|words| words.into_iter().collect()).collect();
        let texts = both(claims, evidences)?;
        let work = pairs.len().saturating_mul(WORK_OF_A_PAIR);
        let found = with_texts_and(&self.pool, &texts, work, |texts| {
            let (claims, evidences) = texts.split_at_checked(counts.0).unwrap_or((texts, &[]));
            check_claims(claims, evidences, &pairs, &close)
        })?;
        match found {
            Ok(checks) => truth_checks(py, pairs, &checks),
            Err(NoSuchWord { pair, words, counts }) => {
                Err(PyErr::from_value(rules(py)?.call_method1("no_such_word", (pair, words, counts))?))
            }
        }
    }

    #[pyo3(signature = (quotations, texts, pairs = None))]
    fn find_quotations_batch<'py>(
        &self,
        quotations: &Bound<'py, PyAny>,
        texts: &Bound<'py, PyAny>,
        pairs: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let counts = (quotations.len()?, texts.len()?);
        let pairs = text_pairs(py, pairs, counts)?;
        let both = both(quotations, texts)?;
        let found = with_texts(&self.pool, &both, |both| {
            let (quotations, texts) = both.split_at_checked(counts.0).unwrap_or((both, &[]));
            find_quotations(quotations, texts, &pairs)
        })?;
        let rows: Vec<((usize, usize), Quotation)> =
            pairs.into_iter().zip(found).filter_map(|(pair, found)| Some((pair, found?))).collect();
        let column = |value: fn(&((usize, usize), Quotation)) -> usize| {
            array(py, rows.iter().map(|row| offset(value(row))).collect())
        };
        let differing = rows.iter().flat_map(|(_, found)| match found.differing {
            Some([ours, theirs]) => [ends(Some(ours)), ends(Some(theirs))].concat(),
            None => vec![-1; 4],
        });
        static QUOTATIONS: Named = Named::new(CONTRACT, "Quotations");
        let columns = (
            column(|((quotation, _), _)| *quotation),
            column(|((_, text), _)| *text),
            column(|(_, found)| usize::from(found.differing.is_some())),
            column(|(_, found)| found.span.0),
            column(|(_, found)| found.span.1),
            rows_of::<4>(py, differing.collect())?,
        );
        QUOTATIONS.of(py, columns)
    }

    fn read_sentences_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let read = with_texts(&self.pool, texts, read_sentences)?;
        let index = |value: Option<usize>| value.map_or(-1, offset);
        let words = rows(&read, |one, row| one.words.iter().for_each(|&(start, end)| row(&[start, end])));
        let content = rows(&read, |one, row| one.content.iter().for_each(|&word| row(&[word])));
        let verbs = rows(&read, |one, row| {
            for verb in &one.verbs {
                let flags = [verb.passive, verb.positive, verb.certain].map(usize::from);
                row(&[verb.head, verb.first, flags[0], flags[1], flags[2]]);
            }
        });
        let relations = read.iter().enumerate().flat_map(|(text, one)| {
            one.relations.iter().flat_map(move |&(word, _, verb)| [offset(text), offset(word), index(verb)])
        });
        let values = rows(&read, |one, row| {
            one.quantities.iter().for_each(|&(start, end)| row(&[0, start, end]));
            one.dates.iter().for_each(|&(start, end)| row(&[1, start, end]));
        });
        let names = rows(&read, |one, row| one.names.iter().for_each(|&(start, end)| row(&[start, end])));
        static READINGS: Named = Named::new(CONTRACT, "Readings");
        let columns = (
            rows_of::<3>(py, words)?,
            read.iter().flat_map(|one| &one.forms).collect::<Vec<_>>(),
            rows_of::<2>(py, content)?,
            rows_of::<6>(py, verbs)?,
            read.iter().flat_map(|one| &one.verbs).map(|verb| verb.stem.as_str()).collect::<Vec<_>>(),
            rows_of::<3>(py, relations.collect())?,
            read.iter().flat_map(|one| &one.relations).map(|&(_, kind, _)| kind).collect::<Vec<_>>(),
            rows_of::<4>(py, values)?,
            rows_of::<3>(py, names)?,
        );
        READINGS.of(py, columns)
    }

    fn content_stems_batch(&self, texts: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<String>>> {
        with_texts(&self.pool, texts, content_stems)
    }

    fn detect_contradictions_fast<'py>(
        &self,
        statements: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<(usize, usize, Bound<'py, PyAny>)>> {
        let py = statements.py();
        let work = statements.len()?.saturating_mul(WORK_OF_A_PAIR);
        let found = with_texts_and(&self.pool, statements, work, find_contradictions)?;
        let checks = py.import(CONTRACT)?.getattr("CHECKS")?;
        let row = |one: &Contradiction| {
            let check = checks.get_item(one.check)?;
            Ok((one.claim.min(one.evidence), one.claim.max(one.evidence), check))
        };
        found.iter().map(row).collect()
    }

    fn check_contradictions<'py>(&self, statements: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = statements.py();
        let work = statements.len()?.saturating_mul(WORK_OF_A_PAIR);
        let found = with_texts_and(&self.pool, statements, work, check_contradictions)?;
        let (pairs, checks): (Vec<_>, Vec<_>) =
            found.into_iter().map(|(one, check)| ((one.claim, one.evidence), check)).unzip();
        truth_checks(py, pairs, &checks)
    }
}

/// Rows of every sentence, each after its number.
fn rows(read: &[ReadSentence], each: impl Fn(&ReadSentence, &mut dyn FnMut(&[usize]))) -> Vec<i64> {
    let mut flat = Vec::new();
    for (text, one) in read.iter().enumerate() {
        each(one, &mut |row| {
            flat.push(offset(text));
            flat.extend(row.iter().map(|&value| offset(value)));
        });
    }
    flat
}

/// The texts of two sequences as one list.
fn both<'py>(first: &Bound<'py, PyAny>, second: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let texts = PyList::empty(first.py());
    for text in first.try_iter()?.chain(second.try_iter()?) {
        texts.append(text?)?;
    }
    Ok(texts)
}

/// Which claim is held against which evidence, as the rules take it.
fn text_pairs(
    py: Python<'_>,
    pairs: Option<&Bound<'_, PyAny>>,
    (claims, evidences): (usize, usize),
) -> PyResult<Vec<(usize, usize)>> {
    let Some(pairs) = pairs else {
        return Ok((0..claims).flat_map(|claim| (0..evidences).map(move |evidence| (claim, evidence))).collect());
    };
    let fit = rules(py)?.call_method1("text_pairs", (pairs, claims, evidences))?.cast_into::<PyArray2<i64>>()?;
    let fit = fit.try_readonly()?;
    let (rows, _) = fit.as_slice()?.as_chunks::<2>();
    rows.iter()
        .map(|&[claim, evidence]| Ok((claim.try_into().map_err(unexpected)?, evidence.try_into().map_err(unexpected)?)))
        .collect()
}

fn truth_checks<'py>(py: Python<'py>, pairs: Vec<(usize, usize)>, checks: &[Check]) -> PyResult<Bound<'py, PyAny>> {
    let code = |value: fn(&Check) -> u8| array(py, checks.iter().map(|check| i64::from(value(check))).collect());
    let spans = |check: &Check| {
        let [ours, theirs] = check.spans.map(ends);
        [ours, theirs].concat()
    };
    let rows = || checks.iter().enumerate().map(|(pair, check)| (offset(pair), check));
    let missing = rows().flat_map(|(pair, check)| {
        check.missing.iter().flat_map(move |&(word, (start, end))| [pair, offset(word), offset(start), offset(end)])
    });
    let opposed = rows().flat_map(|(pair, check)| {
        check
            .opposed
            .iter()
            .flat_map(move |&[ours, theirs]| [pair, offset(ours.0), offset(ours.1), offset(theirs.0), offset(theirs.1)])
    });
    let noticed = rows().flat_map(|(pair, check)| {
        check.noticed.iter().flat_map(move |&(test, status)| [pair, i64::from(test), i64::from(status)])
    });
    let said: Vec<(&str, &str)> =
        checks.iter().map(|Check { said: [ours, theirs], .. }| (&**ours, &**theirs)).collect();
    static CHECKS: Named = Named::new(CONTRACT, "TruthChecks");
    let columns = (
        array(py, pairs.iter().map(|&(claim, _)| offset(claim)).collect()),
        array(py, pairs.iter().map(|&(_, evidence)| offset(evidence)).collect()),
        code(|check| check.status),
        code(|check| check.check),
        code(|check| check.why),
        array(py, checks.iter().map(|check| check.strength).collect()),
        rows_of::<4>(py, checks.iter().flat_map(spans).collect())?,
        said,
        rows_of::<4>(py, missing.collect())?,
        rows_of::<5>(py, opposed.collect())?,
        rows_of::<3>(py, noticed.collect())?,
    );
    CHECKS.of(py, columns)
}

fn ends(span: Option<Span>) -> [i64; 2] {
    span.map_or([-1, -1], |(start, end)| [offset(start), offset(end)])
}

/// The values as rows of so many columns.
fn rows_of<const WIDTH: usize>(py: Python<'_>, values: Vec<i64>) -> PyResult<Bound<'_, PyArray2<i64>>> {
    let count = values.len() / WIDTH;
    table(py, values, count, WIDTH)
}

/// One value of every mention, texts in order.
fn column<'a, T>(found: &'a [Vec<Mention>], value: impl Fn(usize, &'a Mention) -> T + Copy) -> Vec<T> {
    found.iter().enumerate().flat_map(|(text, all)| all.iter().map(move |one| value(text, one))).collect()
}
