//! Comparisons of claims with sentences of evidence as rows of codes and spans.
//!
//! Not for the comparison itself (`exact`), nor for verdicts: the truth floor decides.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::alignment::Close;
use crate::exact::{Comparison, compare};
use crate::mentions::WORTH_SHARING_BYTES;
use crate::reading::{Reading, read};
use crate::text::Points;

/// Comparisons that are worth a thread, at least.
const WORTH_SHARING_PAIRS: usize = 64;

macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($member:ident $said:literal)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum $name { $($member),* }

        impl $name {
            #[allow(dead_code, reason = "every code can say its name")]
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$member => $said),* }
            }
        }
    };
}

codes! {
    /// What a sentence says about a claim, in the order of the contract.
    Status { Supported "supported" Refuted "refuted" Silent "silent" }
}
codes! {
    /// Which comparison decided, in the order of the contract.
    Test {
        Alignment "alignment" Number "number" Unit "unit" Date "date" Direction "direction" Polarity "polarity"
        Modality "modality" Role "role" Quantifier "quantifier" Entity "entity"
    }
}
codes! {
    /// Why, in the order of the contract.
    Why {
        Same "same" Missing "missing" Says "says" Vague "vague" Absent "absent" Elsewhere "elsewhere"
        Unnamed "unnamed" NegatedTwice "negated twice" Intended "intended" Uncertain "uncertain"
        Misplaced "misplaced" MisplacedOrOpen "misplaced or open" Either "either" Reordered "reordered" Less "less"
        Unsaid "unsaid" Respective "respective" Limited "limited" Open "open" Privative "privative"
        Narrower "narrower"
    }
}

/// A place in a text (byte offsets) and its wording as a reason names it; no span and "" for none.
#[derive(Clone, Debug)]
pub(crate) struct Wording<'a> {
    pub(crate) span: Option<(usize, usize)>,
    pub(crate) said: Cow<'a, str>,
}

impl Wording<'_> {
    pub(crate) fn nothing() -> Self {
        Wording { span: None, said: Cow::Borrowed("") }
    }

    /// The wording after the preposition before it.
    pub(crate) fn after(self, preposition: &str) -> Self {
        Wording { said: Cow::Owned(format!("{preposition} {}", self.said)), ..self }
    }
}

/// What keeps a sentence from supporting a claim.
pub(crate) struct Difference<'a> {
    pub(crate) status: Status,
    pub(crate) test: Test,
    pub(crate) why: Why,
    pub(crate) ours: Wording<'a>,
    pub(crate) theirs: Wording<'a>,
}

impl<'a> Difference<'a> {
    pub(crate) fn new(status: Status, test: Test, why: Why, ours: Wording<'a>, theirs: Wording<'a>) -> Self {
        Difference { status, test, why, ours, theirs }
    }
}

/// Code points [start, end).
pub type Span = (usize, usize);

/// What one sentence says about one claim, as the contract lays it out.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Code of what the sentence says about the claim.
    pub status: u8,
    /// Code of the comparison that decided.
    pub check: u8,
    /// Code of the reason.
    pub why: u8,
    /// Share of the claim that found its counterpart, 0..1.
    pub strength: f64,
    /// What decided in the claim and in the evidence.
    pub spans: [Option<Span>; 2],
    /// The two as a reason names them.
    pub said: [String; 2],
    /// Words of the claim without counterpart: index and span.
    pub missing: Vec<(usize, Span)>,
    /// Words of the claim and their opposites in the evidence.
    pub opposed: Vec<[Span; 2]>,
    /// Check and status of every kind of difference.
    pub noticed: Vec<(u8, u8)>,
}

/// A word that token vectors found near a word of the claim, in a text that does not have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchWord {
    /// The pair.
    pub pair: usize,
    /// The word of the claim, and that of the evidence.
    pub words: (usize, usize),
    /// How many words the claim and the evidence have.
    pub counts: (usize, usize),
}

/// Holds claims against sentences of evidence, (claim, evidence) each; every different text is read once.
///
/// `close` has for each pair the evidence words that are near words of the claim; it may be empty.
///
/// # Errors
///
/// [`NoSuchWord`] where `close` points outside the words of a pair.
pub fn check_claims(
    claims: &[&str],
    evidences: &[&str],
    pairs: &[(usize, usize)],
    close: &[Close],
) -> Result<Vec<Check>, NoSuchWord> {
    let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
    let mut texts: Vec<&str> = Vec::new();
    let [ours, theirs]: [Vec<usize>; 2] = [claims, evidences].map(|all| {
        all.iter()
            .map(|&text| {
                *numbers.entry(text).or_insert_with(|| {
                    texts.push(text);
                    texts.len() - 1
                })
            })
            .collect()
    });
    let readings = read_all(&texts);
    let side = |numbers: &[usize], at: usize| numbers.get(at).and_then(|&number| readings.get(number));
    let sides: Vec<(&Reading<'_>, &Reading<'_>)> =
        pairs.iter().filter_map(|&(claim, evidence)| Some((side(&ours, claim)?, side(&theirs, evidence)?))).collect();
    for (pair, ((claim, evidence), near)) in sides.iter().zip(close).enumerate() {
        let counts = (claim.words.len(), evidence.words.len());
        let outside = near.iter().filter(|&(&ours, &theirs)| ours >= counts.0 || theirs >= counts.1);
        if let Some((&ours, &theirs)) = outside.min() {
            return Err(NoSuchWord { pair, words: (ours, theirs), counts });
        }
    }
    let check = |(number, (claim, evidence)): (usize, &(&Reading<'_>, &Reading<'_>))| {
        row(claim, evidence, compare(claim, evidence, close.get(number).filter(|near| !near.is_empty())))
    };
    Ok(if sides.len() < WORTH_SHARING_PAIRS {
        sides.iter().enumerate().map(check).collect()
    } else {
        sides.par_iter().enumerate().with_min_len(WORTH_SHARING_PAIRS / 4).map(check).collect()
    })
}

/// `read` of each text, on as many threads as the pool has where there is enough of it.
pub(crate) fn read_all<'a>(texts: &[&'a str]) -> Vec<Reading<'a>> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| read(text)).collect();
    }
    texts.par_iter().map(|text| read(text)).collect()
}

/// A comparison with offsets in code points.
pub(crate) fn row(claim: &Reading<'_>, evidence: &Reading<'_>, found: Comparison<'_>) -> Check {
    let at = |points: &Points, (start, end): Span| (points.at(start), points.at(end));
    let word = |reading: &Reading<'_>, index: usize| {
        reading.words.get(index).map_or((0, 0), |word| at(&reading.points, (word.start, word.end)))
    };
    let Difference { status, test, why, ours, theirs } = found.decided;
    Check {
        status: status as u8,
        check: test as u8,
        why: why as u8,
        strength: found.strength,
        spans: [ours.span.map(|span| at(&claim.points, span)), theirs.span.map(|span| at(&evidence.points, span))],
        said: [ours.said.into_owned(), theirs.said.into_owned()],
        missing: found.missing.iter().map(|&index| (index, word(claim, index))).collect(),
        opposed: found.opposed.iter().map(|&(i, j)| [word(claim, i), word(evidence, j)]).collect(),
        noticed: found.noticed.iter().map(|&(test, status)| (test as u8, status as u8)).collect(),
    }
}
