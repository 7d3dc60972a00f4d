//! What stands over a verb from outside its own clause: a report without "that", a predicate it is joined to, a denial.
//!
//! Not for what its own clause says of it: `reading` has read that.

use crate::lists::{List, entry};
use crate::reading::{Verb, has, low, slice, verb_stem};
use crate::words::Word;

/// Verb groups in order, with what stands over each of them.
pub(crate) fn scoped(words: &[Word], mut verbs: Vec<Verb>) -> Vec<Verb> {
    let is_open = low(words, 1) == "," && has(words, 0, List::HEDGES) || ends_in_doubt(words, &verbs);
    for number in 0..verbs.len() {
        let (before, rest) = verbs.split_at_mut(number);
        let Some(verb) = rest.first_mut() else { continue };
        verb.certain &= !is_open;
        let Some(last) = before.last() else { continue };
        if let Some(first) = joined_to(words, verb, before) {
            verb.certain &= first.certain && (first.positive || is_past(words, verb));
        }
        verb.certain &= !is_told(words, last, verb);
        verb.positive ^= is_called_false(words, last, verb);
    }
    verbs
}

/// Whether the "not" at `k` only says what is not meant: "the deputy, not the mayor, came".
pub(crate) fn is_beside(words: &[Word], k: usize) -> bool {
    let follows = k > 0 && matches!(low(words, k - 1), "," | "but" | "and");
    low(words, k) == "not"
        && follows
        && words.get(k + 1).is_some_and(|next| next.is_word() && !next.lists.has(List::NOT_BESIDE))
}

/// Whether a word leaves its verb open; what is said, claimed or planned is, but saying so is not.
pub(crate) fn is_hedge(words: &[Word], k: usize, head: usize) -> bool {
    if low(words, k) == "can" && matches!(low(words, k + 1), "not" | "n't") {
        return false;
    }
    has(words, k, List::HEDGES) && (k != head || has(words, k, List::AUXILIARIES))
}

fn is_past(words: &[Word], verb: &Verb) -> bool {
    let lower = low(words, verb.head);
    let is_irregular = has(words, verb.head, List::IRREGULAR) && entry(List::IRREGULAR, lower) != Some(lower);
    lower.ends_with("ed") || has(words, verb.head, List::PARTICIPLES) || is_irregular
}

/// The verb whose subject and whose scope a bare one behind an "and" or "or" shares: the last of its form.
fn joined_to<'a>(words: &[Word], verb: &Verb, before: &'a [Verb]) -> Option<&'a Verb> {
    if verb.first != verb.head || !matches!(low(words, verb.first.wrapping_sub(1)), "and" | "or") {
        return None;
    }
    before.iter().rev().find(|one| is_past(words, one) == is_past(words, verb)).or(before.last())
}

/// Whether a verb is of what somebody says, thinks or denies, with no "that": "critics claim it lost money".
fn is_told(words: &[Word], before: &Verb, verb: &Verb) -> bool {
    if !verb_stem(words, before).lists.has(List::REPORTING_STEMS) || before.passive {
        return false;
    }
    let between = slice(words, before.head + 1, verb.first);
    let (Some(first), Some(last)) = (between.first(), between.last()) else { return false };
    !first.lists.has_any(&[List::PREPOSITIONS, List::COORDINATORS])
        && !matches!(first.lower.as_str(), "to" | "that")
        && !matches!(last.lower.as_str(), "to" | "and" | "or")
        && !between.iter().any(|word| word.lists.has(List::BREAKS) && word.lower != "that")
}

/// Whether somebody only claims it, as is said at the end: "…, prosecutors allege.".
fn ends_in_doubt(words: &[Word], verbs: &[Verb]) -> bool {
    let [.., before, last] = verbs else { return false };
    let stem = verb_stem(words, last);
    if !stem.lists.has(List::REPORTING_STEMS) || stem.text == "say" {
        return false;
    }
    if slice(words, last.head + 1, words.len()).iter().any(Word::is_word) {
        return false;
    }
    let between = slice(words, before.head + 1, last.first);
    let holds = |said: &[&str]| between.iter().any(|word| said.contains(&word.lower.as_str()));
    holds(&[","]) && !holds(&["and", "but", "who", "which", "that"])
}

/// Whether a "that" makes the clause of the verb what is called false, or not true: "it was false that …".
fn is_called_false(words: &[Word], before: &Verb, verb: &Verb) -> bool {
    let place = (before.head + 1..verb.first).rev().find(|&k| low(words, k) == "that");
    let Some(said) = place.filter(|&place| place > before.head + 1).and_then(|place| words.get(place - 1)) else {
        return false;
    };
    verb_stem(words, before).text == "be" && said.lists.has(if before.positive { List::UNTRUE } else { List::TRUE })
}
