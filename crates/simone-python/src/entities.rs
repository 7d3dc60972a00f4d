//! What names something in running text, for Python: the finds of the patterns and the mentions, settled.
//!
//! Not for the patterns: `simone.kernels.entities` has them.

use std::collections::HashSet;

use pyo3::prelude::*;
use rayon::prelude::*;
use simone_regex::{Find, Match, PatternSet, settled};
use simone_validation::{Mention, find_mentions_batch};

use crate::Kernels;
use crate::arrays::{Named, array};
use crate::texts::{offset, with_texts};

/// The patterns, and the kind of entity that each of them and each kind of mention stands for.
pub struct Entities {
    set: PatternSet,
    by_pattern: Vec<usize>,
    by_mention: Vec<Option<usize>>,
    version: usize,
    date: usize,
}

impl Entities {
    fn read(py: Python<'_>) -> PyResult<Self> {
        let source = py.import("simone.kernels.entities")?;
        let patterns: Vec<(String, String)> = source.getattr("NAMED")?.extract()?;
        let set =
            PatternSet::new(&patterns).map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(error.to_string()))?;
        Ok(Self {
            set,
            by_pattern: source.getattr("BY_PATTERN")?.extract()?,
            by_mention: source.getattr("BY_MENTION")?.extract()?,
            version: source.getattr("VERSION")?.extract()?,
            date: source.getattr("DATE")?.extract()?,
        })
    }

    fn of(&self, texts: &[&str]) -> Vec<Vec<Find>> {
        let matches = self.set.find_batch(texts);
        let mentions = find_mentions_batch(texts);
        let pairs = || matches.iter().zip(&mentions);
        match texts.len() {
            0 | 1 => pairs().map(|(matches, mentions)| self.text(matches, mentions)).collect(),
            _ => matches.par_iter().zip(&mentions).map(|(matches, mentions)| self.text(matches, mentions)).collect(),
        }
    }

    /// A version that is also a date is a date.
    fn text(&self, matches: &[Match], mentions: &[Mention]) -> Vec<Find> {
        let kind = |mention: &Mention| self.by_mention.get(usize::from(mention.kind)).copied().flatten();
        let named = mentions.iter().filter_map(|one| Some(Find { kind: kind(one)?, start: one.start, end: one.end }));
        let mut finds: Vec<Find> = named.collect();
        let dates: HashSet<(usize, usize)> =
            finds.iter().filter(|find| find.kind == self.date).map(|find| (find.start, find.end)).collect();
        finds.extend(
            matches
                .iter()
                .filter_map(|&(pattern, start, end)| Some(Find { kind: *self.by_pattern.get(pattern)?, start, end }))
                .filter(|find| find.kind != self.version || !dates.contains(&(find.start, find.end))),
        );
        settled(finds)
    }
}

#[pymethods]
impl Kernels {
    fn extract_entities_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let entities = match self.entities.get() {
            Some(entities) => entities,
            None => {
                let made = Entities::read(py)?;
                self.entities.get_or_init(|| made)
            }
        };
        let found = with_texts(&self.pool, texts, |texts| entities.of(texts))?;
        let column = |value: fn(usize, Find) -> usize| {
            let all =
                found.iter().enumerate().flat_map(|(text, finds)| finds.iter().map(move |find| value(text, *find)));
            array(py, all.map(offset).collect())
        };
        static ENTITIES: Named = Named::new("simone.kernels.contract.patterns", "Entities");
        let columns = (
            column(|text, _| text),
            column(|_, find| find.kind),
            column(|_, find| find.start),
            column(|_, find| find.end),
        );
        ENTITIES.of(py, columns)
    }
}
