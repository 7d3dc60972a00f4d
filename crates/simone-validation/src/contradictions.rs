//! Statements that contradict one another, by the same exact checks that refute a claim.
//!
//! Not for contradictions that need knowledge beyond the two sentences.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::checks::{Check, Test, read_all, row};
use crate::exact::{compare, refuting};
use crate::reading::Reading;
use crate::tokens::count;

/// Characters beyond which a statement is passed over.
const LONGEST: usize = 2000;
/// Statements that are worth a thread, at least.
const WORTH_SHARING: usize = 16;

/// A statement held as the claim against another that refutes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The statement held as the claim.
    pub claim: usize,
    /// The statement that refutes it.
    pub evidence: usize,
    /// Code of the check that found it.
    pub check: u8,
}

/// The contradictions, in order of the lower, then the higher index of each pair.
#[must_use]
pub fn find_contradictions(statements: &[&str]) -> Vec<Contradiction> {
    let statements: Vec<&str> = statements.iter().map(|&text| if count(text) <= LONGEST { text } else { "" }).collect();
    exclusions(&read_all(&statements))
}

/// The same as comparisons: which statement was held as the claim, which against it, and what the checks found.
#[must_use]
pub fn check_contradictions(statements: &[&str]) -> Vec<(Contradiction, Check)> {
    let statements: Vec<&str> = statements.iter().map(|&text| if count(text) <= LONGEST { text } else { "" }).collect();
    let readings = read_all(&statements);
    let sides = |found: &Contradiction| Some((readings.get(found.claim)?, readings.get(found.evidence)?));
    exclusions(&readings)
        .into_iter()
        .filter_map(|found| {
            let (claim, evidence) = sides(&found)?;
            Some((found, row(claim, evidence, compare(claim, evidence, None))))
        })
        .collect()
}

fn excludes(test: Test) -> bool {
    matches!(test, Test::Number | Test::Date | Test::Unit | Test::Polarity | Test::Direction | Test::Role)
}

fn exclusions(readings: &[Reading<'_>]) -> Vec<Contradiction> {
    let index = Index::of(readings);
    let claims = 0..readings.len();
    let mut found: Vec<Contradiction> = if readings.len() < WORTH_SHARING {
        let mut marks = Marks::of(&index);
        claims.flat_map(|claim| index.refuted_by(claim, readings, &mut marks)).collect()
    } else {
        let search = |marks: &mut Marks, claim: usize| index.refuted_by(claim, readings, marks);
        claims.into_par_iter().map_init(|| Marks::of(&index), search).flatten_iter().collect()
    };
    let place = |one: &Contradiction| (one.claim.min(one.evidence), one.claim.max(one.evidence), one.claim);
    found.sort_unstable_by_key(place);
    found.dedup_by_key(|one| (one.claim.min(one.evidence), one.claim.max(one.evidence)));
    found
}

/// The words of statements, the rarest first, and where each word stands.
struct Index {
    stems: Vec<Vec<usize>>,
    holders: Vec<Vec<usize>>,
}

/// For each word and each statement the claim that met it last, counted from one.
struct Marks {
    words: Vec<usize>,
    statements: Vec<usize>,
}

impl Marks {
    fn of(index: &Index) -> Self {
        Self { words: vec![0; index.holders.len()], statements: vec![0; index.stems.len()] }
    }
}

impl Index {
    fn of(readings: &[Reading<'_>]) -> Self {
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut holders: Vec<Vec<usize>> = Vec::new();
        let mut stems: Vec<Vec<usize>> = Vec::with_capacity(readings.len());
        for (statement, reading) in readings.iter().enumerate() {
            let mut held = Vec::new();
            for word in reading.words.iter().filter(|word| word.is_content()) {
                let next = numbers.len();
                let number = *numbers.entry(&word.stem).or_insert(next);
                if number == holders.len() {
                    holders.push(Vec::new());
                }
                if let Some(holders) = holders.get_mut(number)
                    && holders.last() != Some(&statement)
                {
                    holders.push(statement);
                    held.push(number);
                }
            }
            stems.push(held);
        }
        let rarity = |&number: &usize| (holders.get(number).map_or(0, Vec::len), number);
        for held in &mut stems {
            held.sort_unstable_by_key(rarity);
        }
        Index { stems, holders }
    }

    /// The statements that refute `claim`, among those that share words enough with it.
    fn refuted_by(&self, claim: usize, readings: &[Reading<'_>], marks: &mut Marks) -> Vec<Contradiction> {
        let Some(words) = self.stems.get(claim).filter(|words| !words.is_empty()) else { return Vec::new() };
        let half = words.len().div_ceil(2);
        // who shares half of the words shares one of the rarer half
        let rare = words.len() - half + 1;
        let round = claim + 1;
        for &word in words {
            if let Some(mark) = marks.words.get_mut(word) {
                *mark = round;
            }
        }
        let mut found = Vec::new();
        let met = words.iter().take(rare).filter_map(|&word| self.holders.get(word)).flatten();
        for &other in met.filter(|&&other| other != claim) {
            match marks.statements.get_mut(other) {
                Some(mark) if *mark != round => *mark = round,
                _ => continue,
            }
            let theirs = self.stems.get(other).map(Vec::as_slice).unwrap_or_default();
            let shared = theirs.iter().filter(|&&word| marks.words.get(word) == Some(&round)).count();
            let least = words.len().min(theirs.len()).saturating_sub(1).clamp(1, 2);
            if shared < half.max(least) {
                continue;
            }
            let (Some(ours), Some(theirs)) = (readings.get(claim), readings.get(other)) else { continue };
            if let Some(test) = refuting(ours, theirs).filter(|&test| excludes(test)) {
                found.push(Contradiction { claim, evidence: other, check: test as u8 });
            }
        }
        found
    }
}
