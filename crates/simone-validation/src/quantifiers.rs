//! How much of a group a claim speaks of, and how much its evidence does.
//!
//! Not for numbers: `values` compares those.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::alignment::Alignment;
use crate::checks::{Difference, Status, Test, Why, Wording};
use crate::exact::{between, lowered, whole, written};
use crate::lists::{List, entry};
use crate::reading::Reading;
use crate::relations::class_of;

/// Rank of what is said of all.
const ALL: u8 = 4;

/// The content words of [start, end), in order.
pub(crate) fn words_of<'r>(reading: &'r Reading<'_>, start: usize, end: usize) -> impl Iterator<Item = usize> + 'r {
    reading.starting_in(start, end).filter(|&i| reading.holds(i))
}

fn rank_of(reading: &Reading<'_>, i: usize) -> Option<u8> {
    let word = reading.words.get(i).filter(|word| word.lists.has(List::QUANTIFIER_RANK))?;
    entry(List::QUANTIFIER_RANK, &word.lower)?.parse().ok()
}

/// The highest quantifier, the last word in the alphabet among equals, the first of its places: its rank and place.
fn rank(reading: &Reading<'_>) -> (u8, Option<usize>) {
    if !reading.lists.has(List::QUANTIFIER_RANK) {
        return (0, None);
    }
    let ranked = (0..reading.words.len()).filter_map(|i| rank_of(reading, i).map(|rank| (rank, i)));
    ranked
        .max_by(|&(a, i), &(b, j)| (a, reading.low(i), j).cmp(&(b, reading.low(j), i)))
        .map_or((0, None), |(rank, i)| (rank, Some(i)))
}

/// What the evidence says of fewer, or with a condition that the claim does not have; the first that is found.
pub(crate) fn quantifiers<'a>(
    claim: &Reading<'a>,
    evidence: &Reading<'a>,
    found: &Alignment,
) -> Option<Difference<'a>> {
    let silent = |test, why, ours, theirs| Some(Difference::new(Status::Silent, test, why, ours, theirs));
    let nothing = Wording::nothing;
    let (ours, theirs) = (rank(claim), rank(evidence));
    let place = |at: Option<usize>| at.map_or_else(nothing, |i| lowered(claim, i));
    if ours.0 >= 3 && ours.0 > theirs.0 {
        let rival = theirs.1.map_or_else(|| whole(evidence), |j| lowered(evidence, j));
        return silent(Test::Quantifier, Why::Less, place(ours.1), rival);
    }
    let lowest = (0..evidence.words.len()).filter_map(|j| rank_of(evidence, j)).min();
    if ours.0 == ALL && lowest.is_some_and(|lowest| lowest < ALL) {
        return silent(Test::Quantifier, Why::Less, place(ours.1), whole(evidence));
    }
    if let Some(i) = first_in(claim, List::EXCLUSIVE)
        && !evidence.lists.has(List::EXCLUSIVE)
    {
        let only = Wording { said: Cow::Borrowed("only"), ..written(claim, i) };
        return silent(Test::Quantifier, Why::Unsaid, only, nothing());
    }
    if claim.lists.has(List::STRICT_PREPOSITIONS)
        && claim.dates.is_empty()
        && let Some((i, class)) = unmatched(claim, evidence)
    {
        let unsaid = Wording { said: Cow::Borrowed(class), ..written(claim, i) };
        return silent(Test::Role, Why::Unsaid, unsaid, nothing());
    }
    if evidence.says("respectively") && !claim.says("respectively") {
        return silent(Test::Role, Why::Respective, nothing(), whole(evidence));
    }
    let used: FxHashSet<usize> = found.pairs.iter().map(|&(_, theirs)| theirs).collect();
    for &(i, j) in &found.pairs {
        if let Some(limit) = superlative_limit(claim, i, evidence, j, &used) {
            return silent(Test::Quantifier, Why::Limited, lowered(claim, i), limit);
        }
    }
    for (j, word) in evidence.words.iter().enumerate() {
        if matches!(word.lower.as_str(), "or" | "either") && !claim.says("or") {
            let near = (j.saturating_sub(2)..=j + 2).any(|k| k != j && used.contains(&k));
            if near {
                return silent(Test::Modality, Why::Open, nothing(), whole(evidence));
            }
        }
        if word.lists.has(List::PRIVATIVE) && used.contains(&(j + 1)) && !claim.says(&word.lower) {
            let said = format!("{} {}", word.lower, written(evidence, j + 1).said);
            let piece = Wording { said: Cow::Owned(said), ..between(evidence, j, j + 1) };
            return silent(Test::Modality, Why::Privative, nothing(), piece);
        }
    }
    narrowed(claim, evidence, found, used)
}

fn first_in(reading: &Reading<'_>, list: List) -> Option<usize> {
    reading.words.iter().position(|word| word.lists.has(list))
}

/// The first class, in the alphabet, of strict prepositions that only the claim has, and its first word.
fn unmatched(claim: &Reading<'_>, evidence: &Reading<'_>) -> Option<(usize, &'static str)> {
    let theirs: FxHashSet<&str> = evidence
        .words
        .iter()
        .filter(|word| word.lists.has(List::PREPOSITIONS))
        .map(|word| class_of(&word.lower))
        .collect();
    let ours = claim.words.iter().enumerate().filter(|(_, word)| word.lists.has(List::STRICT_PREPOSITIONS));
    ours.map(|(i, word)| (i, class_of(&word.lower)))
        .filter(|(_, class)| !theirs.contains(class))
        .min_by_key(|&(i, class)| (class, i))
}

/// What limits a superlative of the evidence and stands nowhere in the claim: "second", "east of the river".
fn superlative_limit<'a>(
    claim: &Reading<'a>,
    i: usize,
    evidence: &Reading<'a>,
    j: usize,
    used: &FxHashSet<usize>,
) -> Option<Wording<'a>> {
    if !claim.lists(i).has(List::SUPERLATIVES) || !evidence.lists(j).has(List::SUPERLATIVES) {
        return None;
    }
    for k in j.saturating_sub(2)..j {
        let lower = evidence.low(k);
        let ranks = evidence.lists(k).has(List::RANKS)
            || lower.ends_with("th")
            || lower.ends_with("nd")
            || lower.ends_with("rd");
        if ranks && !claim.says(lower) {
            return Some(lowered(evidence, k));
        }
    }
    for (k, word) in evidence.words.iter().enumerate().skip(j + 1) {
        let opens = evidence.verbs.binary_search_by_key(&k, |verb| verb.first).is_ok();
        if !word.is_word() || opens {
            break;
        }
        if evidence.holds(k) && !used.contains(&k) {
            return Some(written(evidence, k));
        }
    }
    None
}

/// A statement about all, or a denial, does not follow from one about fewer: no word of the evidence may be lost.
fn narrowed<'a>(
    claim: &Reading<'a>,
    evidence: &Reading<'a>,
    found: &Alignment,
    mut used: FxHashSet<usize>,
) -> Option<Difference<'a>> {
    if rank(claim).0 != ALL && claim.verbs.iter().all(|verb| verb.positive) {
        return None;
    }
    used.extend(found.matched_verbs().filter_map(|(_, verb)| evidence.verbs.get(verb)).map(|verb| verb.head));
    for name in &evidence.names {
        let inside = evidence.starting_in(name.start, name.end);
        if inside.clone().any(|j| used.contains(&j)) {
            used.extend(inside);
        }
    }
    let lost = evidence
        .content
        .iter()
        .copied()
        .find(|&j| !used.contains(&j) && !evidence.lists(j).has(List::QUANTIFIER_RANK))?;
    let theirs = written(evidence, lost);
    Some(Difference::new(Status::Silent, Test::Quantifier, Why::Narrower, Wording::nothing(), theirs))
}
