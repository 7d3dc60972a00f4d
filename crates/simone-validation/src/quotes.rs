//! Where the words of a quotation stand in a text, and which of them differ.
//!
//! Not for whether a text supports what is quoted.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::checks::Span;
use crate::text::Points;
use crate::words::{Word, find_words};

/// Words that may differ on either side, at most.
const MOST_DIFFERING: usize = 3;
/// Words that agree, at least.
const LEAST_AGREEING: usize = 4;
/// Pairs that are worth a thread, at least.
const WORTH_SHARING: usize = 16;

/// Where a quotation stands in a text; offsets are code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// Where.
    pub span: Span,
    /// The words that differ, in the quotation and in the text; nothing where it stands verbatim.
    pub differing: Option<[Span; 2]>,
}

/// A text as numbers of its words.
struct Numbered {
    words: Vec<Word>,
    numbers: Vec<usize>,
    points: Points,
}

/// Where each quotation stands in the text of its pair (quotation, text): verbatim, else where the fewest words differ.
#[must_use]
pub fn find_quotations(quotations: &[&str], texts: &[&str], pairs: &[(usize, usize)]) -> Vec<Option<Quotation>> {
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    let mut number = |text: &&str| {
        let mut words = find_words(text);
        words.retain(Word::is_word);
        let numbers = words
            .iter()
            .map(|word| {
                let next = known.len();
                *known.entry(word.lower.clone()).or_insert(next)
            })
            .collect();
        Numbered { words, numbers, points: Points::of(text) }
    };
    let ours: Vec<Numbered> = quotations.iter().map(&mut number).collect();
    let theirs: Vec<Numbered> = texts.iter().map(&mut number).collect();
    let search = |&(quotation, text): &(usize, usize)| find(ours.get(quotation)?, theirs.get(text)?);
    if pairs.len() < WORTH_SHARING {
        return pairs.iter().map(search).collect();
    }
    pairs.par_iter().map(search).collect()
}

fn find(ours: &Numbered, theirs: &Numbered) -> Option<Quotation> {
    let wanted = ours.numbers.as_slice();
    if wanted.is_empty() {
        return None;
    }
    if let Some(place) = theirs.numbers.windows(wanted.len()).position(|said| said == wanted) {
        let span = theirs.span(place, place + wanted.len());
        return Some(Quotation { span, differing: None });
    }
    let changes = changes();
    let (rank, place) = (0..theirs.numbers.len())
        .filter_map(|place| change_at(&changes, wanted, theirs.numbers.get(place..)?).map(|rank| (rank, place)))
        .min()?;
    let &(changed, instead) = changes.get(rank)?;
    let same = common(wanted, theirs.numbers.get(place..)?);
    let there = place + same;
    Some(Quotation {
        span: theirs.span(place, there + instead + wanted.len() - same - changed),
        differing: Some([ours.span(same, same + changed), theirs.span(there, there + instead)]),
    })
}

impl Numbered {
    /// Of the words [first, after); an empty one behind the word before where there are none.
    fn span(&self, first: usize, after: usize) -> Span {
        let end_of = |word: &Word| self.points.at(word.end);
        match (self.words.get(first).filter(|_| first < after), after.checked_sub(1).and_then(|at| self.words.get(at)))
        {
            (Some(from), Some(to)) => (self.points.at(from.start), end_of(to)),
            _ => {
                let behind = first.checked_sub(1).and_then(|at| self.words.get(at)).map_or(0, end_of);
                (behind, behind)
            }
        }
    }
}

/// How many words of the quotation are others in the text, and how many stand there instead; the smallest first.
fn changes() -> Vec<(usize, usize)> {
    let all = (0..=MOST_DIFFERING).flat_map(|ours| (0..=MOST_DIFFERING).map(move |theirs| (ours, theirs)));
    let mut changes: Vec<_> = all.filter(|&change| change != (0, 0)).collect();
    changes.sort_unstable_by_key(|&(ours, theirs)| (ours.max(theirs), ours.abs_diff(theirs), ours));
    changes
}

/// The smallest change, by its place among all, after the longest common beginning of the two.
fn change_at(changes: &[(usize, usize)], wanted: &[usize], said: &[usize]) -> Option<usize> {
    let same = common(wanted, said);
    changes.iter().position(|&(ours, theirs)| {
        let rest = wanted.get(same + ours..);
        wanted.len() >= ours + LEAST_AGREEING
            && rest.is_some_and(|rest| said.get(same + theirs..).is_some_and(|there| there.starts_with(rest)))
    })
}

/// How many words two sequences begin with alike.
fn common(one: &[usize], other: &[usize]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}
