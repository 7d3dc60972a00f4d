//! Finds every quantity in English text: counts, measures, money, percentages, fractions, ordinals, ranges and bounds.
//!
//! Not for dates and clock times, nor for numbers that only name something: versions, sections, phone numbers.

use simone_unicode::{is_digit, is_space, is_word};

use crate::lists::{List, entry};
use crate::measures::{Kind, Measure, add_parts, read_measure, with_unit};
use crate::numerals::{Form, read_digits};
use crate::text::{Text, fold};
use crate::tokens::{Tokens, counted_noun};
use crate::units::{canonical_value, significant};

/// A number in text; offsets are bytes until the end. See the reference's `Quantity`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) unit: String,
    pub(crate) kind: Kind,
    pub(crate) noun: String,
    pub(crate) approximate: bool,
    pub(crate) strict: bool,
    pub(crate) step: f64,
}

/// All quantities in text order, not overlapping; `taken`: spans of dates and times, in order.
pub(crate) fn find_quantities(tokens: &Tokens<'_>, mut taken: Vec<(usize, usize)>) -> Vec<Quantity> {
    let text = tokens.text;
    if text.0.contains("://") || text.0.contains('@') || text.0.contains("www.") {
        addresses(text, &mut taken);
    }
    taken.sort_unstable();
    let mut found: Vec<Quantity> = Vec::new();
    let mut after = 0;
    for (index, token) in tokens.all.iter().enumerate() {
        let opens =
            token.word.starts_with(|sign: char| sign.is_ascii_digit()) || token.lists.has(List::QUANTITY_STARTERS);
        if index < after || !opens {
            continue;
        }
        let place = taken.partition_point(|&(start, _)| start <= token.start);
        if let Some(&(_, end)) = place.checked_sub(1).and_then(|at| taken.get(at))
            && token.start < end
        {
            after = tokens.after(end, index);
            continue;
        }
        let (quantity, next) = read(tokens, index);
        after = next;
        let Some(quantity) = quantity else { continue };
        match found.last_mut() {
            Some(last) if quantity.start < last.end => {}
            Some(last) => match both_bounds(text, last, &quantity) {
                Some(joined) => *last = joined,
                None => found.push(quantity),
            },
            None => found.push(quantity),
        }
    }
    found
}

/// More than 20 and less than 35 as one range; none unless both bound the same kind of thing from two sides.
fn both_bounds(text: Text<'_>, first: &Quantity, second: &Quantity) -> Option<Quantity> {
    if first.low.is_infinite() == second.low.is_infinite() || first.low == first.high || second.low == second.high {
        return None;
    }
    let bounds = |one: &Quantity| one.low.is_infinite() || one.high.is_infinite();
    if !bounds(first) || !bounds(second) {
        return None;
    }
    let low = if second.low > first.low { second.low } else { first.low };
    let high = if second.high < first.high { second.high } else { first.high };
    let differ = !first.unit.is_empty() && !second.unit.is_empty() && first.unit != second.unit;
    if low >= high || differ || !is_bound_link(text, first.end, second.start) {
        return None;
    }
    let either = |one: &String, other: &String| if one.is_empty() { other.clone() } else { one.clone() };
    Some(Quantity {
        start: first.start,
        end: second.end,
        low,
        high,
        unit: either(&second.unit, &first.unit),
        kind: Kind::Range,
        noun: either(&second.noun, &first.noun),
        approximate: first.approximate || second.approximate,
        strict: first.strict && second.strict,
        step: if second.step > first.step { second.step } else { first.step },
    })
}

fn is_bound_link(text: Text<'_>, from: usize, to: usize) -> bool {
    let link = text.piece(from, to);
    let link = link.strip_prefix(',').unwrap_or(link);
    let Some(rest) = link.strip_prefix(" and ").or_else(|| link.strip_prefix(" but ")) else { return false };
    matches!(rest, "" | "is " | "are " | "was " | "were ")
}

/// Web and mail addresses.
fn addresses(text: Text<'_>, taken: &mut Vec<(usize, usize)>) {
    let is_local = |sign: char| is_word(sign) || matches!(sign, '.' | '+' | '-');
    let is_host = |sign: char| is_word(sign) || matches!(sign, '.' | '-');
    let is_letter = |sign: char| fold(sign).is_ascii_lowercase();
    let mut at = 0;
    while let Some(sign) = text.sign(at) {
        let scheme = || {
            let first = Some(sign).filter(|&sign| is_letter(sign)).map(|sign| at + sign.len_utf8())?;
            let (mut end, mut count) = (first, 0);
            while count < 12
                && let Some(sign) = text.sign(end)
                && (is_letter(sign) || sign.is_ascii_digit() || matches!(sign, '+' | '.' | '-'))
            {
                end += sign.len_utf8();
                count += 1;
            }
            if count > 0 { text.eat(end, "://") } else { None }
        };
        let path = scheme().or_else(|| text.eat_any_case(at, "www.")).and_then(|path| {
            let end = text.skip(path, |sign| !is_space(sign) && !matches!(sign, '<' | '>' | '"'));
            (end > path).then_some(end)
        });
        let mail = || {
            if !is_local(sign) || text.before(at).is_some_and(is_local) {
                return None;
            }
            let host = text.eat(text.skip(at, is_local), "@")?;
            let end = text.skip(host, is_host);
            (end > host).then_some(end)
        };
        match path.or_else(mail) {
            Some(end) => {
                taken.push((at, end));
                at = end;
            }
            None => at += sign.len_utf8(),
        }
    }
}

/// The quantity that begins at token `index`, if any, and the token to go on with (always a later one).
fn read(tokens: &Tokens<'_>, index: usize) -> (Option<Quantity>, usize) {
    let (measure, after) = read_measure(tokens, index);
    let Some(measure) = measure else { return (None, after.max(index + 1)) };
    let measure = add_parts(tokens, measure);
    if let Some(second) = range_end(tokens, &measure) {
        let after = second.after;
        return (Some(range(tokens, &measure, second)), after);
    }
    let after = measure.after;
    (Some(point(tokens, measure)), after)
}

/// The upper end of a range that begins with `measure`; none where there is no range.
fn range_end(tokens: &Tokens<'_>, measure: &Measure) -> Option<Measure> {
    if measure.kind == Kind::Ordinal {
        return None;
    }
    let index = measure.after;
    let (link, before) = (tokens.low(index), tokens.low(measure.first.wrapping_sub(1)));
    if tokens.has(index, List::DASHES) {
        let glued = tokens.touches(index) && tokens.touches(index + 1);
        if !glued && matches!(link, "-" | "—") {
            return None;
        }
    } else if matches!(link, "to" | "through") {
        if before == "from" && tells_change(tokens, measure.first.wrapping_sub(2)) {
            return None;
        }
    } else if !(link == "and" && before == "between") {
        return None;
    }
    let second = if tokens.is_number(index + 1) {
        bare(tokens, index + 1)
    } else if tokens.lists(index + 1).has_any(&[List::NUMERAL_STARTERS, List::SIGNS, List::CODES]) {
        read_measure(tokens, index + 1).0
    } else {
        None
    };
    let mut second = second.filter(|second| second.kind != Kind::Ordinal)?;
    let first = like(measure, &second);
    if second.unit.is_none() && measure.unit.is_some() {
        second.unit = measure.unit.clone();
        second.kind = measure.kind;
    }
    if let (Some(one), Some(other)) = (&first.unit, &second.unit)
        && one.dimension != other.dimension
    {
        return None;
    }
    (canonical(&first) < canonical(&second)).then_some(second)
}

/// A measure in digits whose place after a dash is already explained.
fn bare(tokens: &Tokens<'_>, index: usize) -> Option<Measure> {
    let numeral = read_digits(tokens, index, false).filter(|numeral| numeral.form != Form::Ordinal)?;
    let (measure, _) = with_unit(tokens, numeral, 1.0, index, tokens.start(index), index);
    let (text, end) = (tokens.text, numeral.end);
    if matches!(text.sign(end), Some('-' | ':')) && text.sign(end + 1).is_some_and(is_digit) {
        return None;
    }
    measure
}

/// The lower end with the scale and unit that were only said once: 5 to 7 million, 10–12 km.
fn like(first: &Measure, second: &Measure) -> Measure {
    let mut like = first.clone();
    if first.numeral.scale == 1.0 && second.numeral.scale > 1.0 && first.value < second.value / second.numeral.scale {
        like.value *= second.numeral.scale;
        like.numeral.step *= second.numeral.scale;
    }
    if first.unit.is_none() {
        like.unit = second.unit.clone();
        like.kind = second.kind;
    }
    like
}

/// Whether a verb of change stands within four tokens before "from": two points in time, not a range.
fn tells_change(tokens: &Tokens<'_>, index: usize) -> bool {
    (0..4).any(|back| tokens.has(index.wrapping_sub(back), List::CHANGES))
}

fn canonical(measure: &Measure) -> f64 {
    measure.unit.as_ref().map_or(measure.value, |unit| canonical_value(measure.value, unit))
}

fn step(measure: &Measure) -> f64 {
    significant(measure.numeral.step * measure.unit.as_ref().map_or(1.0, |unit| unit.factor.abs()), 6)
}

fn unit_name(measure: &Measure) -> String {
    measure.unit.as_ref().map_or(String::new(), |unit| unit.canonical.clone().into_owned())
}

fn range(tokens: &Tokens<'_>, measure: &Measure, mut second: Measure) -> Quantity {
    if second.unit.is_none() && measure.unit.is_some() {
        second.unit = measure.unit.clone();
        second.kind = measure.kind;
    }
    let first = like(measure, &second);
    let before = first.first.wrapping_sub(1);
    let opens = matches!(tokens.low(before), "from" | "between");
    let (one, other) = (step(&first), step(&second));
    Quantity {
        start: if opens { tokens.start(before) } else { first.start },
        end: second.end,
        low: canonical(&first),
        high: canonical(&second),
        unit: unit_name(&first),
        kind: Kind::Range,
        noun: noun(tokens, &second),
        approximate: is_approximate(tokens, if opens { before } else { first.first }),
        strict: false,
        step: if other > one { other } else { one },
    }
}

fn bounded(side: &str, value: f64) -> (f64, f64) {
    if side == "low" { (value, f64::INFINITY) } else { (f64::NEG_INFINITY, value) }
}

fn point(tokens: &Tokens<'_>, mut measure: Measure) -> Quantity {
    let value = canonical(&measure);
    let (mut low, mut high, mut strict) = (value, value, false);
    let (mut start, mut end, first) = (measure.start, measure.end, measure.first);
    let mut approximate = is_approximate(tokens, first);
    if measure.kind != Kind::Ordinal {
        if let Some((side, is_strict, size)) = bound_before(tokens, first) {
            strict = is_strict;
            (low, high) = bounded(side, value);
            start = tokens.start(first - size);
            approximate |= is_approximate(tokens, first - size);
        } else if let Some((side, tail)) = bound_after(tokens, measure.after) {
            (low, high) = bounded(side, value);
            end = tokens.end(tail - 1);
            measure.after = tail;
        }
    }
    let after = measure.after;
    approximate |= tokens.low(after) == "or" && tokens.low(after + 1) == "so";
    approximate |= measure.numeral.form == Form::Couple;
    Quantity {
        start,
        end,
        low,
        high,
        unit: unit_name(&measure),
        kind: measure.kind,
        noun: noun(tokens, &measure),
        approximate,
        strict,
        step: step(&measure),
    }
}

fn noun(tokens: &Tokens<'_>, measure: &Measure) -> String {
    if measure.unit.is_none() || (measure.kind == Kind::Percent && tokens.low(measure.after) == "of") {
        return counted_noun(tokens, measure.after);
    }
    String::new()
}

fn is_approximate(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, second) = (index.wrapping_sub(1), tokens.low(index.wrapping_sub(2)));
    let low = tokens.low(before);
    (low == "." && matches!(second, "approx" | "ca" | "c"))
        || tokens.has(before, List::APPROXIMATIONS)
        || (low == "to" && second == "close")
}

/// The bound said before token `first`: its side, whether it is strict, and how many tokens say it.
fn bound_before(tokens: &Tokens<'_>, first: usize) -> Option<(&'static str, bool, usize)> {
    if !tokens.has(first.wrapping_sub(1), List::BOUND_ENDS) {
        return None;
    }
    (1..=first.min(5)).rev().find_map(|size| {
        let words: Vec<&str> = (first - size..first).map(|index| tokens.low(index)).collect();
        let (side, strict) = entry(List::BOUNDS, &words.join(" "))?.split_once('|')?;
        Some((side, strict == "True", size))
    })
}

/// The side bounded by words after the number ("or more", "+") and the token after them.
fn bound_after(tokens: &Tokens<'_>, index: usize) -> Option<(&'static str, usize)> {
    let low = tokens.low(index);
    if low == "+" && tokens.touches(index) && !tokens.is_number(index + 1) {
        return Some(("low", index + 1));
    }
    if matches!(low, "or" | "and") && tokens.has(index + 1, List::BOUND_TAILS) {
        let tail = tokens.low(index + 1);
        if low == "or" || matches!(tail, "above" | "over" | "below" | "under" | "up" | "upwards") {
            return Some((entry(List::BOUND_TAILS, tail)?, index + 2));
        }
    }
    None
}
