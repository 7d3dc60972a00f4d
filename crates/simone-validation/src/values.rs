//! Numbers and dates of a claim held against those of its evidence: matched, in conflict, or without counterpart.
//!
//! Not for finding them and not for the words around them.

use std::borrow::Cow;

use simone_unicode::is_decimal;

use crate::checks::{Test, Wording};
use crate::days::{Date, Precision};
use crate::lists::{List, lists_of};
use crate::measures::Kind;
use crate::quantities::Quantity;
use crate::reading::Reading;
use crate::relations::Relation;
use crate::tokens::lower;
use crate::words::{Stem, find_words, stem};

/// Relative slack between values stated in different units: half a percent.
const ROUNDING: f64 = 0.005;
/// Relative slack granted by "about".
const ABOUT: f64 = 0.1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Matched,
    Conflict,
    Vague,
    Absent,
}

/// What became of one value of the claim; offsets are bytes.
pub(crate) struct ValueCheck<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) test: Test,
    pub(crate) ours: Wording<'a>,
    /// Nothing where the evidence has no such value.
    pub(crate) theirs: Wording<'a>,
    /// Where the two start in claim and evidence, of a match.
    pub(crate) at: Option<(usize, usize)>,
}

/// A value as it stands in a text.
fn wording<'a>(reading: &Reading<'a>, start: usize, end: usize) -> Wording<'a> {
    Wording { span: Some((start, end)), said: Cow::Borrowed(reading.piece(start, end)) }
}

/// One outcome for each quantity and date of the claim, quantities first; each value of the evidence serves once.
pub(crate) fn check_values<'a>(claim: &Reading<'a>, evidence: &Reading<'a>) -> Vec<ValueCheck<'a>> {
    let mut used: Vec<usize> = Vec::new();
    let mut checks = Vec::with_capacity(claim.quantities.len() + claim.dates.len());
    for ours in &claim.quantities {
        checks.push(check_quantity(claim, ours, evidence, &used));
        used.extend(checks.last().and_then(|check| check.at).map(|(_, theirs)| theirs));
    }
    for ours in &claim.dates {
        checks.push(check_date(claim, ours, evidence, &used));
        used.extend(checks.last().and_then(|check| check.at).map(|(_, theirs)| theirs));
    }
    checks
}

fn check_quantity<'a>(claim: &Reading<'a>, ours: &Quantity, evidence: &Reading<'a>, used: &[usize]) -> ValueCheck<'a> {
    let mine = wording(claim, ours.start, ours.end);
    let theirs_of = |theirs: &Quantity| wording(evidence, theirs.start, theirs.end);
    let check = |outcome, test, theirs: Option<&Quantity>| ValueCheck {
        outcome,
        test,
        ours: mine.clone(),
        theirs: theirs.map_or_else(Wording::nothing, theirs_of),
        at: theirs.filter(|_| outcome == Outcome::Matched).map(|theirs| (ours.start, theirs.start)),
    };
    let mut rivals: Vec<&Quantity> = Vec::new();
    let mut vague = None;
    for theirs in &evidence.quantities {
        if used.contains(&theirs.start) {
            continue;
        }
        let other = meant(claim, ours, evidence, theirs);
        if !is_comparable(ours, other.as_ref().unwrap_or(theirs)) {
            continue;
        }
        if covers(ours, other.as_ref().unwrap_or(theirs), &mine.said, evidence.piece(theirs.start, theirs.end)) {
            return check(Outcome::Matched, Test::Number, Some(theirs));
        }
        if other.is_some() {
            continue;
        }
        if overlaps(ours, theirs) {
            vague = vague.or(Some(theirs));
        } else {
            rivals.push(theirs);
        }
    }
    if vague.is_none() && !rivals.is_empty() && is_said(&mine.said, evidence) {
        vague = rivals.first().copied();
    }
    if vague.is_some() {
        return check(Outcome::Vague, Test::Number, vague);
    }
    if let Some(&first) = rivals.first() {
        let place = kinds(claim, ours.start);
        let alike =
            |rival: &&&Quantity| kinds(evidence, rival.start).iter().any(|b| place.iter().any(|a| a.kind == b.kind));
        let best = rivals.iter().find(alike).copied().unwrap_or(first);
        let same = same_digits(&mine.said, evidence.piece(best.start, best.end));
        return check(Outcome::Conflict, if same { Test::Unit } else { Test::Number }, Some(best));
    }
    let other_unit = evidence.quantities.iter().find(|theirs| {
        !ours.unit.is_empty()
            && !theirs.unit.is_empty()
            && same_digits(&mine.said, evidence.piece(theirs.start, theirs.end))
    });
    match other_unit {
        Some(theirs) => check(Outcome::Conflict, Test::Unit, Some(theirs)),
        None => check(Outcome::Absent, Test::Number, None),
    }
}

/// Whether the evidence has every word of a value somewhere, be it in "1958 and 1960" or of something else.
fn is_said(said: &str, evidence: &Reading<'_>) -> bool {
    find_words(said).iter().filter(|word| word.is_word()).all(|word| evidence.says(&word.lower))
}

fn kinds<'r>(reading: &'r Reading<'_>, start: usize) -> &'r [Relation] {
    reading.relations(reading.word_at(start))
}

/// A value of the evidence as the claim may put it where that is another one: a fraction in percent, a percentage as a
/// fraction, a sum without its currency. It may support and never refute: it may be of something else.
fn meant(claim: &Reading<'_>, ours: &Quantity, evidence: &Reading<'_>, theirs: &Quantity) -> Option<Quantity> {
    let share = |factor: f64| Quantity {
        low: theirs.low * factor,
        high: theirs.high * factor,
        unit: ours.unit.clone(),
        noun: String::new(),
        ..theirs.clone()
    };
    if ours.kind == Kind::Fraction && ours.unit.is_empty() && theirs.unit == "%" {
        return Some(share(0.01));
    }
    if ours.unit == "%" && theirs.kind == Kind::Fraction && theirs.unit.is_empty() {
        let behind: String = evidence.text.get(theirs.end..).unwrap_or_default().chars().take(6).collect();
        let behind = lower(&behind);
        let is_of =
            behind.starts_with(" of ") && ![" of a ", " of an", " of on"].iter().any(|one| behind.starts_with(one));
        return is_of.then(|| share(100.0));
    }
    if ours.kind == Kind::Number && ours.noun.is_empty() && theirs.kind == Kind::Money {
        let at = claim.word_at(ours.start);
        let is_paid = at.checked_sub(1).is_some_and(|before| PAYING.contains(&claim.low(before)));
        return is_paid.then(|| Quantity { unit: String::new(), ..theirs.clone() });
    }
    None
}

const PAYING: [&str; 7] = ["for", "pay", "pays", "paid", "paying", "cost", "costs"];

fn is_comparable(ours: &Quantity, theirs: &Quantity) -> bool {
    if ours.unit != theirs.unit || (ours.kind == Kind::Ordinal) != (theirs.kind == Kind::Ordinal) {
        return false;
    }
    if !ours.unit.is_empty() || ours.noun.is_empty() || theirs.noun.is_empty() {
        return true;
    }
    let (ours, theirs) = (stem(&ours.noun), stem(&theirs.noun));
    Stem::of(&ours).is_same(Stem::of(&theirs))
}

fn covers(ours: &Quantity, theirs: &Quantity, said: &str, wording: &str) -> bool {
    if theirs.approximate && !ours.approximate {
        return false;
    }
    let mut slack = if ours.approximate { ABOUT } else { 0.0 };
    if !ours.unit.is_empty() && unit_word(said) != unit_word(wording) {
        slack = f64::max(slack, ROUNDING);
    }
    let widened = |end: f64, sign: f64| if end.is_infinite() { end } else { end + sign * slack * end.abs() };
    let (low, high) = (widened(ours.low, -1.0), widened(ours.high, 1.0));
    let grain = 1e-9 * if theirs.low.is_finite() { f64::max(1.0, theirs.low.abs()) } else { 1.0 };
    if ours.strict && !theirs.strict && (theirs.low <= ours.low + grain || ours.high - grain <= theirs.high) {
        return false; // five are not more than five
    }
    low - grain <= theirs.low && theirs.high <= high + grain
}

/// The runs of a digit with digits, points and commas after it, in what `said` says.
fn digit_runs(said: &str) -> impl Iterator<Item = &str> {
    let mut rest = said;
    std::iter::from_fn(move || {
        let start = rest.find(is_decimal)?;
        let from = rest.get(start..)?;
        let end = from.find(|sign| !is_run(sign)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        rest = after;
        Some(run)
    })
}

fn is_run(sign: char) -> bool {
    is_decimal(sign) || matches!(sign, '.' | ',')
}

fn same_digits(said: &str, wording: &str) -> bool {
    digit_runs(said).next().is_some() && digit_runs(said).eq(digit_runs(wording))
}

/// What is left of a quantity without its digits.
fn unit_word(wording: &str) -> String {
    let mut left = String::with_capacity(wording.len());
    let mut in_run = false;
    for sign in wording.chars() {
        in_run = is_decimal(sign) || (in_run && is_run(sign));
        if !in_run {
            left.push(sign);
        }
    }
    lower(left.trim_matches(simone_unicode::is_space)).into_owned()
}

fn overlaps(ours: &Quantity, theirs: &Quantity) -> bool {
    let slack = if ours.approximate || theirs.approximate { ABOUT } else { 0.0 };
    ours.low * (1.0 - slack) <= theirs.high && theirs.low * (1.0 - slack) <= ours.high
}

fn check_date<'a>(claim: &Reading<'a>, ours: &Date, evidence: &Reading<'a>, used: &[usize]) -> ValueCheck<'a> {
    let said = wording(claim, ours.start, ours.end);
    let before = leading(claim, ours.start);
    let mut rivals: Vec<&Date> = Vec::new();
    let mut vague: Option<&Date> = None;
    let yearless = |date: &Date| date.first.contains('?');
    for theirs in evidence.dates.iter().filter(|theirs| !used.contains(&theirs.start)) {
        if yearless(theirs) && !yearless(ours) && !matches!(ours.precision, Precision::Day | Precision::Month) {
            continue; // 8 February is in every year
        }
        let ((first, last), (their_first, their_last)) = aligned_years(ours, theirs);
        let their_before = leading(evidence, theirs.start);
        if first <= their_first && their_last <= last {
            if yearless(theirs) && !yearless(ours) {
                vague = vague.or(Some(theirs));
                continue;
            }
            let wording = wording(evidence, theirs.start, theirs.end);
            if before == their_before {
                let at = Some((ours.start, theirs.start));
                return ValueCheck { outcome: Outcome::Matched, test: Test::Date, ours: said, theirs: wording, at };
            }
            let (our_stem, their_stem) = (stem(before), stem(their_before));
            if Stem::of(&our_stem).is_opposite(Stem::of(&their_stem)) {
                return ValueCheck {
                    outcome: Outcome::Conflict,
                    test: Test::Direction,
                    ours: said.after(before),
                    theirs: wording.after(their_before),
                    at: None,
                };
            }
            vague = vague.or(Some(theirs));
        } else if (last < their_first || their_last < first) && before.is_empty() && their_before.is_empty() {
            rivals.push(theirs);
        } else {
            vague = vague.or(Some(theirs));
        }
    }
    let open = vague.is_some() || is_said(&said.said, evidence);
    let (outcome, theirs) = match vague.or(rivals.first().copied()) {
        None => (Outcome::Absent, Wording::nothing()),
        Some(best) => {
            let outcome = if open { Outcome::Vague } else { Outcome::Conflict };
            (outcome, wording(evidence, best.start, best.end))
        }
    };
    ValueCheck { outcome, test: Test::Date, ours: said, theirs, at: None }
}

type Days<'d> = (&'d str, &'d str);

fn aligned_years<'d>(ours: &'d Date, theirs: &'d Date) -> (Days<'d>, Days<'d>) {
    fn cut(day: &str) -> &str {
        day.char_indices().nth(4).map_or("", |(at, _)| day.get(at..).unwrap_or_default())
    }
    if ours.first.contains('?') || theirs.first.contains('?') {
        return ((cut(&ours.first), cut(&ours.last)), (cut(&theirs.first), cut(&theirs.last)));
    }
    ((&ours.first, &ours.last), (&theirs.first, &theirs.last))
}

/// The preposition of time before a date; "" for those that only place it (in, on, at).
fn leading<'r>(reading: &'r Reading<'_>, start: usize) -> &'r str {
    let at = reading.word_at(start);
    let before = reading.slice(at.saturating_sub(2), at);
    match before.iter().rev().find(|word| word.lists.has(List::PREPOSITIONS)) {
        Some(word) if lists_of(&word.lower).has(List::TIME_PREPOSITIONS) => &word.lower,
        _ => "",
    }
}
