//! One claim held against one sentence of evidence: supported, refuted or silent by what can be compared exactly.
//!
//! Not for choosing the evidence or weighing several pieces of it. See the reference's `exact` for the rules.

use std::borrow::Cow;

use crate::alignment::{Alignment, Close, align, value_is_placed};
use crate::amounts::{find_amount, find_leeway};
use crate::checks::{Difference, Status, Test, Why, Wording};
use crate::lists::List;
use crate::quantifiers::{quantifiers, words_of};
use crate::reading::{NONE, Named, Reading};
use crate::relations::{AGENT, PATIENT};
use crate::values::{Outcome, ValueCheck, check_values};
use crate::words::Word;

/// What one sentence says about one claim.
pub(crate) struct Comparison<'a> {
    pub(crate) decided: Difference<'a>,
    /// Share of the claim that found its counterpart, 0..1.
    pub(crate) strength: f64,
    pub(crate) missing: Vec<usize>,
    pub(crate) opposed: Vec<(usize, usize)>,
    /// Of every difference, also of those that did not decide.
    pub(crate) noticed: Vec<(Test, Status)>,
}

/// Holds a claim against a sentence.
pub(crate) fn compare<'a>(claim: &Reading<'a>, evidence: &Reading<'a>, close: Option<&Close>) -> Comparison<'a> {
    weigh(claim, evidence, align(claim, evidence, close, false))
}

/// The check by which a sentence refutes a claim all of whose words it has a counterpart for.
pub(crate) fn refuting(claim: &Reading<'_>, evidence: &Reading<'_>) -> Option<Test> {
    let found = align(claim, evidence, None, true);
    if !found.missing.is_empty() {
        return None;
    }
    let decided = weigh(claim, evidence, found).decided;
    (decided.status == Status::Refuted).then_some(decided.test)
}

fn weigh<'a>(claim: &Reading<'a>, evidence: &Reading<'a>, found: Alignment) -> Comparison<'a> {
    let values = check_values(claim, evidence);
    let total = found.size + values.len();
    let absent = values.iter().filter(|value| value.outcome == Outcome::Absent).count();
    let lost = found.missing.len() + found.opposed.len() + absent;
    let first_value = values.first().map(|value| value.test);
    let differences = differences(claim, evidence, &found, values);
    let mut noticed: Vec<_> = differences.iter().map(|one| (one.test, one.status)).collect();
    noticed.sort_unstable_by_key(|(test, status)| (test.name(), status.name()));
    noticed.dedup();
    let decided = decide(claim, evidence, &found, first_value, differences);
    let mut missing = found.missing;
    missing.sort_unstable();
    let strength = share(total.saturating_sub(lost), total);
    Comparison { decided, strength, missing, opposed: found.opposed, noticed }
}

/// `part` of `whole`, rounded to four digits.
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn share(part: usize, whole: usize) -> f64 {
    if part == whole {
        return 1.0;
    }
    let exact = part as f64 / whole as f64;
    format!("{exact:.4}").parse().unwrap_or(exact) // correctly rounded, as `round` of the reference
}

fn decide<'a>(
    claim: &Reading<'a>,
    evidence: &Reading<'a>,
    found: &Alignment,
    first_value: Option<Test>,
    mut differences: Vec<Difference<'a>>,
) -> Difference<'a> {
    let nothing = Wording::nothing;
    if !found.missing.is_empty() {
        let entity = if differences.is_empty() { entity(claim, evidence, found) } else { None };
        return match entity {
            Some((ours, theirs)) => Difference::new(Status::Refuted, Test::Entity, Why::Says, ours, theirs),
            None => Difference::new(Status::Silent, Test::Alignment, Why::Missing, nothing(), nothing()),
        };
    }
    let blocking = differences.iter().position(|one| one.status == Status::Silent);
    if differences.is_empty() {
        let in_order = found.pairs.is_sorted_by_key(|&(_, theirs)| theirs);
        if claim.verbs.is_empty() && !in_order {
            return Difference::new(Status::Silent, Test::Role, Why::Reordered, whole(claim), whole(evidence));
        }
        let test = first_value.unwrap_or(Test::Alignment);
        return Difference::new(Status::Supported, test, Why::Same, nothing(), whole(evidence));
    }
    let is_open = claim.says("or") || claim.says("either") || evidence.says("or") || evidence.says("either");
    let several = differences.len() > 1;
    let mut decided = differences.swap_remove(blocking.unwrap_or(0));
    if blocking.is_some() || several {
        decided.status = Status::Silent;
    } else if is_open {
        decided.status = Status::Silent;
        decided.why = if decided.why == Why::Misplaced { Why::MisplacedOrOpen } else { Why::Either };
    }
    decided
}

/// The whole text.
pub(crate) fn whole<'a>(reading: &Reading<'a>) -> Wording<'a> {
    Wording { span: Some((0, reading.text.len())), said: Cow::Borrowed(reading.text) }
}

fn differences<'a>(
    claim: &Reading<'a>,
    evidence: &Reading<'a>,
    found: &Alignment,
    values: Vec<ValueCheck<'a>>,
) -> Vec<Difference<'a>> {
    let mut all = Vec::new();
    for value in values {
        let ValueCheck { outcome, test, ours, theirs, at } = value;
        match outcome {
            Outcome::Conflict => all.push(Difference::new(Status::Refuted, test, Why::Says, ours, theirs)),
            Outcome::Vague => all.push(Difference::new(Status::Silent, test, Why::Vague, ours, theirs)),
            Outcome::Absent => all.push(Difference::new(Status::Silent, test, Why::Absent, ours, theirs)),
            Outcome::Matched => {
                if let Some((mine, other)) = at
                    && !value_is_placed(claim, mine, evidence, other, found)
                {
                    all.push(Difference::new(Status::Silent, Test::Role, Why::Elsewhere, ours, theirs));
                }
            }
        }
    }
    polarity(claim, evidence, found, &mut all);
    all.extend(nameless(claim, evidence));
    if !found.misplaced.is_empty() {
        all.push(role(claim, evidence, found));
    }
    all.extend(quantifiers(claim, evidence, found));
    let amount = amounts(claim, evidence, found, &all);
    all.extend(amount);
    all
}

/// What keeps an amount from being the same where nothing else differs, or from excluding another.
fn amounts<'a>(
    claim: &Reading<'a>,
    evidence: &Reading<'a>,
    found: &Alignment,
    before: &[Difference<'a>],
) -> Option<Difference<'a>> {
    let flipped = || before.iter().any(|one| one.test == Test::Polarity && one.status == Status::Refuted);
    let (i, j) = if before.is_empty() {
        find_amount(claim, evidence, found)?
    } else if flipped() {
        find_leeway(claim, evidence)?
    } else {
        return None;
    };
    let (ours, theirs) = (phrase(claim, i), phrase(evidence, j));
    Some(Difference::new(Status::Silent, Test::Quantifier, Why::Vague, ours, theirs))
}

/// An amount from the word before it to the next word that means something; the whole text without one.
fn phrase<'a>(reading: &Reading<'a>, place: Option<usize>) -> Wording<'a> {
    let Some(i) = place else { return whole(reading) };
    let last = (i..=i + 4).find(|&k| reading.holds(k)).unwrap_or(i);
    between(reading, i.saturating_sub(1), last)
}

/// A claim about "she" says nothing of a sentence that has its own subject: who she is stands elsewhere.
fn nameless<'a>(claim: &Reading<'a>, evidence: &Reading<'a>) -> Option<Difference<'a>> {
    let (place, opening) = claim.words.iter().enumerate().find(|(_, word)| word.is_word())?;
    let first = evidence.words.iter().find(|word| word.is_word()).map_or("", |word| &word.lower);
    if !opening.lists.has(List::PERSONAL) || first == opening.lower {
        return None;
    }
    Some(Difference::new(Status::Silent, Test::Role, Why::Unnamed, lowered(claim, place), Wording::nothing()))
}

fn polarity<'a>(claim: &Reading<'a>, evidence: &Reading<'a>, found: &Alignment, all: &mut Vec<Difference<'a>>) {
    let positive = |reading: &Reading<'_>, verb: usize| reading.verbs.get(verb).is_none_or(|verb| verb.positive);
    let mut flip = found.matched_verbs().find(|&(n, m)| positive(claim, n) != positive(evidence, m));
    if claim.verbs.is_empty() && is_negated(claim) != is_negated(evidence) {
        flip = Some((NONE, NONE));
    }
    if let Some((n, m)) = flip {
        if !found.opposed.is_empty() {
            let whole = (whole(claim), whole(evidence));
            all.push(Difference::new(Status::Silent, Test::Polarity, Why::NegatedTwice, whole.0, whole.1));
            return;
        }
        let clauses = (clause(claim, n), clause(evidence, m));
        all.push(Difference::new(Status::Refuted, Test::Polarity, Why::Says, clauses.0, clauses.1));
    }
    for &(i, j) in &found.opposed {
        let is_direction = claim.stem(i).is_direction(evidence.stem(j));
        let test = if is_direction { Test::Direction } else { Test::Polarity };
        all.push(Difference::new(Status::Refuted, test, Why::Says, written(claim, i), written(evidence, j)));
    }
    let is_opposed =
        |n: usize| claim.verbs.get(n).is_some_and(|verb| found.opposed.iter().any(|&(word, _)| word == verb.head));
    let weaker = found
        .matched_verbs()
        .filter(|&(n, _)| !is_opposed(n))
        .find_map(|(n, m)| modality(claim, n, evidence, m).map(|why| (n, m, why)));
    if let Some((n, m, why)) = weaker {
        let clauses = (clause(claim, n), clause(evidence, m));
        all.push(Difference::new(Status::Silent, Test::Modality, why, clauses.0, clauses.1));
    }
}

/// Why a verb of the evidence says less than that of the claim: another time, an intention, a possibility.
fn modality(claim: &Reading<'_>, n: usize, evidence: &Reading<'_>, m: usize) -> Option<Why> {
    let (ours, theirs) = (claim.verbs.get(n)?, evidence.verbs.get(m)?);
    if matches!(claim.low(ours.first), "is" | "are") && matches!(evidence.low(theirs.first), "was" | "were") {
        return Some(Why::Says);
    }
    if is_intended(evidence, m) && !is_intended(claim, n) {
        return Some(Why::Intended);
    }
    let is_hedge = |word: &&Word| word.lists.has(List::HEDGES) || word.lower == "cannot";
    let (mut all_hedged, mut all_hedged_or_weak, mut says_can) = (true, true, false);
    for hedge in claim.words.iter().filter(is_hedge) {
        let is_can = matches!(&*hedge.lower, "can" | "cannot");
        let said = evidence.says(&hedge.lower) || (is_can && (evidence.says("can") || evidence.says("cannot")));
        says_can |= is_can;
        all_hedged &= said;
        all_hedged_or_weak &= said || is_can || hedge.lists.has(List::WEAK);
    }
    let is_as_open = || {
        let mut conditions = evidence.words.iter().filter(|word| word.lists.has(List::CONDITIONS));
        conditions.all(|word| claim.says(&word.lower))
    };
    let vouched = theirs.certain || ((!ours.certain || says_can) && all_hedged && is_as_open());
    if !vouched {
        return Some(Why::Uncertain);
    }
    (!ours.certain && !all_hedged_or_weak).then_some(Why::Says)
}

/// Whether a verb is the "to …" of another that does not say it happened ("agreed to pay").
fn is_intended(reading: &Reading<'_>, number: usize) -> bool {
    let Some(verb) = reading.verbs.get(number) else { return false };
    verb.first > 0
        && reading.low(verb.first - 1) == "to"
        && number
            .checked_sub(1)
            .and_then(|before| reading.verbs.get(before))
            .is_none_or(|before| !reading.verb_stem(before).lists.has(List::IMPLICATIVE_STEMS))
}

pub(crate) fn is_negated(reading: &Reading<'_>) -> bool {
    reading.lists.has(List::NEGATORS)
        && reading.words.iter().any(|word| word.lists.has(List::NEGATORS) && word.lower != "few")
}

/// A word as it is written.
pub(crate) fn written<'a>(reading: &Reading<'a>, i: usize) -> Wording<'a> {
    between(reading, i, i)
}

/// A word in lower case.
pub(crate) fn lowered<'a>(reading: &Reading<'a>, i: usize) -> Wording<'a> {
    Wording { said: Cow::Owned(reading.low(i).to_owned()), ..written(reading, i) }
}

/// The text from word `first` to word `last`.
pub(crate) fn between<'a>(reading: &Reading<'a>, first: usize, last: usize) -> Wording<'a> {
    let (Some(from), Some(to)) = (reading.words.get(first), reading.words.get(last)) else { return Wording::nothing() };
    Wording { span: Some((from.start, to.end)), said: Cow::Borrowed(reading.piece(from.start, to.end)) }
}

/// A verb with the words around it; the whole text where there is none.
fn clause<'a>(reading: &Reading<'a>, number: usize) -> Wording<'a> {
    let Some(verb) = reading.verbs.get(number) else { return whole(reading) };
    between(reading, verb.first.saturating_sub(4), (verb.head + 4).min(reading.words.len().saturating_sub(1)))
}

/// Exchanged agent and patient refute; any other displacement only fails to support.
fn role<'a>(claim: &Reading<'a>, evidence: &Reading<'a>, found: &Alignment) -> Difference<'a> {
    let (mut became_patient, mut became_agent) = (false, false);
    for &i in &found.misplaced {
        let Some(partner) = found.partner(i) else { continue };
        for ours in claim.relations(i) {
            let Some(verb) = claim.verbs.get(ours.verb) else { continue };
            if claim.verb_stem(verb).text == "be" {
                continue;
            }
            for theirs in evidence.relations(partner) {
                if found.verb(ours.verb) == Some(theirs.verb) {
                    became_patient |= (ours.kind, theirs.kind) == (AGENT, PATIENT);
                    became_agent |= (ours.kind, theirs.kind) == (PATIENT, AGENT);
                }
            }
        }
    }
    let status = if became_patient && became_agent { Status::Refuted } else { Status::Silent };
    Difference::new(status, Test::Role, Why::Misplaced, whole(claim), whole(evidence))
}

/// The two names where another name excludes the claim: both say which one "is the …", and only one can be it.
fn entity<'a>(claim: &Reading<'a>, evidence: &Reading<'a>, found: &Alignment) -> Option<(Wording<'a>, Wording<'a>)> {
    let mut missing = found.missing.clone();
    missing.sort_unstable();
    let is_missing = |name: &&Named| words_of(claim, name.start, name.end).eq(missing.iter().copied());
    let name = claim.names.iter().find(is_missing)?;
    if !found.misplaced.is_empty() {
        return None;
    }
    let said = |reading: &Reading<'a>, name: &Named| Wording {
        span: Some((name.start, name.end)),
        said: Cow::Borrowed(reading.piece(name.start, name.end)),
    };
    for (number, verb) in found.matched_verbs() {
        if !says_which(claim, number) || !says_which(evidence, verb) {
            continue;
        }
        let has_one_holder =
            is_first_or_last(claim, evidence, found) || (is_now(claim, number) && is_now(evidence, verb));
        if !has_one_holder {
            continue;
        }
        let hangs = |reading: &Reading<'_>, word: usize, kind: &str, verb: usize| {
            reading.relations(word).iter().any(|one| one.verb == verb && one.kind == kind)
        };
        for rival in &evidence.names {
            let mut places = words_of(evidence, rival.start, rival.end).peekable();
            if places.peek().is_none() {
                continue;
            }
            let places: Vec<usize> = places.collect();
            let ends = places.last().is_none_or(|&last| !evidence.holds(last + 1));
            let same_role = [AGENT, PATIENT].into_iter().any(|kind| {
                missing.iter().any(|&i| hangs(claim, i, kind, number))
                    && places.iter().any(|&j| hangs(evidence, j, kind, verb))
            });
            let is_used = found.pairs.iter().any(|(_, theirs)| places.contains(theirs));
            if ends && same_role && !is_used {
                return Some((said(claim, name), said(evidence, rival)));
            }
        }
    }
    None
}

/// Whether a verb is the "is" between a name and "the <noun>": one side says which one the other is.
fn says_which(reading: &Reading<'_>, number: usize) -> bool {
    let Some(verb) = reading.verbs.get(number) else { return false };
    if reading.verb_stem(verb).text != "be" || verb.passive {
        return false;
    }
    let after = reading.low(verb.head + 1);
    after == "the" || (reading.low(0) == "the" && !matches!(after, "a" | "an" | "one" | "among"))
}

/// Whether it is said of the present: an office has one holder at a time.
fn is_now(reading: &Reading<'_>, number: usize) -> bool {
    reading.verbs.get(number).is_some_and(|verb| reading.low(verb.first) == "is")
}

fn is_first_or_last(claim: &Reading<'_>, evidence: &Reading<'_>, found: &Alignment) -> bool {
    found.pairs.iter().any(|&(i, j)| claim.low(i) == evidence.low(j) && matches!(claim.low(i), "first" | "last"))
}
