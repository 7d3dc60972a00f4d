//! `simone-memory` for Python.
//!
//! Not for computing.

use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use simone_memory::{Memories, Numbering, Settings, find_facts_batch};

use crate::Kernels;
use crate::arrays::{Named, array, module, not_finite, table, view};
use crate::texts::{offset, with_texts, with_texts_and};

type Ints<'py> = Bound<'py, PyArray1<i64>>;
type Facts<'py> = (Ints<'py>, Ints<'py>, Ints<'py>, Ints<'py>, Bound<'py, PyArray1<u64>>);
type Columns<'py> = (
    Bound<'py, PyAny>,
    PyReadonlyArray2<'py, f32>,
    PyReadonlyArray1<'py, u64>,
    PyReadonlyArray1<'py, f64>,
    PyReadonlyArray1<'py, f32>,
);

#[pymethods]
impl Kernels {
    fn fact_tokens_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Facts<'py>> {
        let py = texts.py();
        let found = with_texts(&self.pool, texts, find_facts_batch)?;
        let all = || found.iter().enumerate().flat_map(|(text, facts)| facts.iter().map(move |fact| (text, fact)));
        let keys: Vec<u64> = all().map(|(_, fact)| fact.key()).collect();
        Ok((
            array(py, all().map(|(text, _)| offset(text)).collect()),
            array(py, all().map(|(_, fact)| i64::from(fact.kind)).collect()),
            array(py, all().map(|(_, fact)| offset(fact.start)).collect()),
            array(py, all().map(|(_, fact)| offset(fact.end)).collect()),
            array(py, keys),
        ))
    }

    #[pyo3(signature = (texts, vectors, hashes, times, saliences, now, half_life_s, duplicate_threshold = 0.95, cluster_threshold = 0.75))]
    #[expect(clippy::too_many_arguments, reason = "the signature of the contract")]
    #[expect(clippy::cast_possible_truncation, reason = "thresholds are rounded to f32 by definition")]
    fn consolidate<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        vectors: &Bound<'py, PyAny>,
        hashes: &Bound<'py, PyAny>,
        times: &Bound<'py, PyAny>,
        saliences: &Bound<'py, PyAny>,
        now: f64,
        half_life_s: f64,
        duplicate_threshold: f64,
        cluster_threshold: f64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        static RULES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
        let rules = module(py, &RULES, "simone.kernels.memories")?;
        rules.call_method1("limits", (now, half_life_s, duplicate_threshold, cluster_threshold))?;
        let columns = rules.call_method1("checked", (texts, vectors, hashes, times, saliences))?;
        let (texts, rows, hashes, times, saliences): Columns<'py> = columns.extract()?;
        let vectors = view(&rows)?;
        let (hashes, times, saliences) = (hashes.as_slice()?, times.as_slice()?, saliences.as_slice()?);
        let settings = Settings {
            level: self.level,
            now,
            half_life: half_life_s,
            duplicate: duplicate_threshold as f32,
            cluster: cluster_threshold as f32,
        };
        let more = if vectors.count() > simone_memory::ALONE { usize::MAX } else { vectors.values().len() };
        let found = with_texts_and(&self.pool, &texts, more, |texts| {
            simone_memory::consolidate(Memories { texts, vectors, hashes, times, saliences }, settings)
        })?;
        let plan = found.map_err(|place| not_finite(py, place, &[(rows.as_any(), "vectors")]))?;
        let (groups, representatives) = numbered(py, &plan.groups);
        let (clusters, centres) = numbered(py, &plan.clusters);
        let refused: Vec<_> = plan.refused.iter().map(|&(item, keeper, _)| (item, keeper)).collect();
        let conflicts: Vec<i64> = plan.refused.iter().map(|&(_, _, lost)| i64::from(lost)).collect();
        static PLAN: Named = Named::new("simone.kernels.contract.consolidation", "Plan");
        let columns = (
            array(py, plan.saliences),
            groups,
            representatives,
            clusters,
            centres,
            pairs(py, &plan.merges)?,
            pairs(py, &refused)?,
            array(py, conflicts),
        );
        PLAN.of(py, columns)
    }
}

/// The number of each item's group, or -1, and the first item of each group.
fn numbered<'py>(py: Python<'py>, found: &Numbering) -> (Ints<'py>, Ints<'py>) {
    let numbers: Vec<i64> = found.of_item.iter().map(|number| number.map_or(-1, offset)).collect();
    let firsts: Vec<i64> = found.members.iter().filter_map(|items| items.first().copied()).map(offset).collect();
    (array(py, numbers), array(py, firsts))
}

fn pairs<'py>(py: Python<'py>, found: &[(usize, usize)]) -> PyResult<Bound<'py, PyArray2<i64>>> {
    let flat: Vec<i64> = found.iter().flat_map(|&(one, two)| [offset(one), offset(two)]).collect();
    table(py, flat, found.len(), 2)
}
