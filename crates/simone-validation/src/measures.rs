//! Reads one measure where it stands: sign, currency, number, scale and unit, and tells mere labels from numbers.
//!
//! Not for ranges and bounds: `quantities` puts those around it.

use std::borrow::Cow;

use simone_unicode::{is_all_upper, is_digit, is_space, is_upper, is_word};

use crate::lists::List;
use crate::numerals::{Form, Numeral, read_digits, read_words, ten_to};
use crate::text::Text;
use crate::tokens::{Tokens, all_alpha, count, is_plural};
use crate::units::{Unit, divided, find_unit, raised};

/// What kind of number it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Number,
    Percent,
    Money,
    Unit,
    Ordinal,
    Fraction,
    Range,
}

/// A number with its own sign, scale and unit, before any conversion.
#[derive(Clone)]
pub(crate) struct Measure {
    pub(crate) numeral: Numeral,
    pub(crate) value: f64,
    pub(crate) unit: Option<Cow<'static, Unit>>,
    pub(crate) kind: Kind,
    pub(crate) first: usize,
    pub(crate) after: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// `str.isalnum` of one character.
pub(crate) fn is_alnum(sign: char) -> bool {
    is_word(sign) && sign != '_'
}

/// The number with sign, currency and unit at token `index`; without one, the token after what was looked at.
pub(crate) fn read_measure(tokens: &Tokens<'_>, mut index: usize) -> (Option<Measure>, usize) {
    let (mut first, mut sign, mut money) = (index, 1.0, None);
    if matches!(tokens.low(index), "a" | "an")
        && let Some(one) = single(tokens, index)
    {
        let after = one.after;
        return (Some(one), after);
    }
    let low = tokens.low(index);
    if matches!(low, "minus" | "negative") {
        index += 1;
        sign = -1.0;
    } else if tokens.lists(index).has_any(&[List::SIGNS, List::CODES]) {
        money = find_unit(tokens.word(index));
        let before = index.wrapping_sub(1);
        if tokens.has(index, List::SIGNS)
            && tokens.has(before, List::SIGN_COUNTRIES)
            && let Some(country) = find_unit(&format!("{}{low}", tokens.low(before)))
            && (tokens.touches(index) || tokens.word(before) == "US")
        {
            first = before;
            money = Some(country);
        }
        index += 1;
        if tokens.has(index, List::DASHES) && tokens.touches(index) {
            index += 1;
            sign = -1.0;
        }
    }
    let low = tokens.low(index);
    let is_number = tokens.is_number(index);
    if low.is_empty() || (money.is_some() && !is_number) {
        return (None, index);
    }
    let numeral = if low.starts_with(|sign: char| sign.is_ascii_digit()) {
        if money.is_none()
            && let Some(skip) = identifier(tokens, index)
        {
            return (None, skip);
        }
        let numeral = read_digits(tokens, index, money.is_some());
        if index == first && sign > 0.0 && has_minus(tokens, index) {
            first = index - 1;
            sign = -1.0;
        }
        numeral
    } else if tokens.has(index, List::NUMERAL_STARTERS) {
        read_words(tokens, index)
    } else {
        return (None, index);
    };
    let Some(mut numeral) = numeral else {
        return (None, if is_number { skip(tokens, index) } else { index + 1 });
    };
    let (mut start, end) = (tokens.start(first), numeral.end);
    if is_number && index > 0 && tokens.word(index - 1) == "." && tokens.touches(index) {
        let decimals = count(tokens.word(index)) as i64;
        numeral.value /= ten_to(decimals);
        numeral.step = ten_to(-decimals);
        start -= 1;
    }
    let value = sign * numeral.value;
    let after = numeral.after;
    if numeral.form == Form::Ordinal {
        return (Some(Measure { numeral, value, unit: None, kind: Kind::Ordinal, first, after, start, end }), after);
    }
    if let Some(money) = money {
        let unit = Some(Cow::Borrowed(money));
        return (Some(Measure { numeral, value, unit, kind: Kind::Money, first, after, start, end }), after);
    }
    with_unit(tokens, numeral, sign, first, start, index)
}

fn is_time(unit: &Unit) -> bool {
    matches!(&*unit.dimension, "time" | "calendar")
}

/// One unit of time said as "an hour": after a bound or "for", or with "and a half" behind it.
fn single(tokens: &Tokens<'_>, index: usize) -> Option<Measure> {
    let unit = if count(tokens.low(index + 1)) > 2 { find_unit(tokens.low(index + 1)) } else { None };
    let unit = unit.filter(|unit| is_time(unit))?;
    let (mut value, mut after) = (1.0, index + 2);
    if (tokens.low(after), tokens.low(after + 1), tokens.low(after + 2)) == ("and", "a", "half") {
        value = 1.5;
        after += 3;
    } else if !matches!(
        tokens.low(index.wrapping_sub(1)),
        "for" | "than" | "least" | "within" | "under" | "over" | "nearly" | "almost" | "about"
    ) || (all_alpha(tokens.low(after)) && !tokens.has(after, List::FUNCTION_WORDS))
    {
        return None;
    }
    let (start, end) = (tokens.start(index), tokens.end(after - 1));
    let numeral = Numeral { value, step: 1.0, scale: 1.0, form: Form::Words, start, end, after };
    Some(Measure { numeral, value, unit: Some(Cow::Borrowed(unit)), kind: Kind::Unit, first: index, after, start, end })
}

/// The numeral with the unit after it; none where what follows or precedes makes it a mere label.
pub(crate) fn with_unit(
    tokens: &Tokens<'_>,
    numeral: Numeral,
    sign: f64,
    first: usize,
    start: usize,
    index: usize,
) -> (Option<Measure>, usize) {
    let (unit, mut after) = unit_after(tokens, &numeral);
    let mut kind = if numeral.form == Form::Fraction && numeral.scale == 1.0 { Kind::Fraction } else { Kind::Number };
    let end;
    if let Some(unit) = &unit {
        kind = if unit.dimension.starts_with("percent") {
            Kind::Percent
        } else if unit.dimension.starts_with("money") && !unit.dimension.contains('/') {
            Kind::Money
        } else {
            Kind::Unit
        };
        end = tokens.end(after - 1);
    } else {
        after = numeral.after;
        end = numeral.end;
        if is_glued(tokens, &numeral) || (tokens.is_number(index) && is_label(tokens, index, first, after)) {
            return (None, skip(tokens, index));
        }
    }
    let value = sign * numeral.value;
    (Some(Measure { numeral, value, unit, kind, first, after, start, end }), after)
}

type Found = (Option<Cow<'static, Unit>>, usize);

/// The unit that begins after the numeral, and the token after it.
fn unit_after(tokens: &Tokens<'_>, numeral: &Numeral) -> Found {
    let mut index = numeral.after;
    let joined = tokens.low(index) == "-" && tokens.touches(index) && tokens.touches(index + 1);
    if joined {
        index += 1;
    }
    if index >= tokens.len() {
        return (None, index);
    }
    let low = tokens.low(index);
    let is_fraction = numeral.form == Form::Fraction;
    let digits = tokens.text.sign(numeral.start).is_some_and(is_digit) || is_fraction;
    if is_fraction && matches!(low, "of" | "a" | "an" | "the") {
        index += 1;
        if matches!(tokens.low(index), "a" | "an") {
            index += 1;
        }
        let (unit, after) = one_unit(tokens, index, false);
        let is_number = tokens.low(after).starts_with(|sign: char| sign.is_ascii_digit());
        let is_of_more = |unit: &Unit| unit.dimension.starts_with("money") && is_number;
        let unit = unit.filter(|unit| !is_plural(tokens.low(after)) && !is_of_more(unit));
        return if unit.is_some() { (unit, after) } else { (None, numeral.after) };
    }
    let (Some(unit), after) = one_unit(tokens, index, digits) else { return (None, numeral.after) };
    let spelled = count(low) > 2 && all_alpha(low);
    if spelled
        && !joined
        && numeral.value.abs() != 1.0
        && !is_fraction
        && !is_plural(low)
        && !tokens.has(index, List::UNMARKED_PLURALS)
        && is_plural(tokens.low(after))
    {
        return (None, numeral.after);
    }
    let link = tokens.low(after);
    if matches!(link, "/" | "per" | "a" | "an") && (link != "/" || tokens.touches(after)) {
        let (by, beyond) = one_unit(tokens, after + 1, link == "/");
        if let Some(by) = by
            && (matches!(link, "/" | "per") || is_time(&by))
            && let Some(quotient) = divided(&unit, &by)
        {
            return (Some(Cow::Owned(quotient)), beyond);
        }
    }
    (Some(unit), after)
}

/// One unit name or symbol at token `index`, longest first; bare symbols of one letter need a number in digits.
fn one_unit(tokens: &Tokens<'_>, index: usize, digits: bool) -> Found {
    if index >= tokens.len() {
        return (None, index);
    }
    let (word, low) = (tokens.word(index), tokens.low(index));
    let is_power = |low: &str| matches!(low, "square" | "sq" | "cubic" | "cu");
    if is_power(low) {
        let step = if tokens.low(index + 1) == "." { index + 2 } else { index + 1 };
        if is_power(tokens.low(step)) {
            return (None, index);
        }
        let (base, after) = one_unit(tokens, step, true);
        let power = if matches!(low, "square" | "sq") { 2 } else { 3 };
        return match base.and_then(|base| raised(&base, power)) {
            Some(unit) => (Some(Cow::Owned(unit)), after),
            None => (None, index),
        };
    }
    if let Some(found) = phrase(tokens, index, low) {
        return found;
    }
    let unit = find_unit(word);
    let signs = count(word);
    if unit.is_none()
        && signs > 1
        && let Some((at, power)) = word.char_indices().next_back().filter(|(_, sign)| matches!(sign, '²' | '³'))
    {
        let base = find_unit(word.get(..at).unwrap_or_default());
        let unit = base.and_then(|base| raised(base, if power == '²' { 2 } else { 3 }));
        return (unit.map(Cow::Owned), index + 1);
    }
    let Some(unit) = unit.filter(|_| signs > 2 || !all_alpha(word) || digits) else { return (None, index) };
    if matches!(word, "K" | "A") && !tokens.touches(index) {
        return (None, index);
    }
    if matches!(word, "C" | "F") && tokens.touches(index) && begins_upper(tokens.word(index.saturating_sub(2))) {
        return (None, index);
    }
    if tokens.has(index, List::FUNCTION_WORDS) {
        return (None, index);
    }
    let after = index + 1;
    if unit.dimension == "length" {
        let power = |low: &str| match low {
            "2" => Some(2),
            "3" => Some(3),
            _ => None,
        };
        if tokens.touches(after)
            && let Some(power) = power(tokens.low(after))
        {
            return (raised(unit, power).map(Cow::Owned), after + 1);
        }
        if tokens.low(after) == "^"
            && let Some(power) = power(tokens.low(after + 1))
        {
            return (raised(unit, power).map(Cow::Owned), after + 2);
        }
    }
    (Some(Cow::Borrowed(unit)), after)
}

/// A unit of two to four tokens at token `index`, longest first.
fn phrase(tokens: &Tokens<'_>, index: usize, low: &str) -> Option<Found> {
    let mut phrase = String::new();
    for size in [4, 3, 2] {
        if index + size > tokens.len() {
            continue;
        }
        phrase.clear();
        for position in index..index + size {
            if position > index {
                phrase.push(' ');
            }
            phrase.push_str(tokens.low(position));
        }
        let found = if phrase.contains(" - ") { find_unit(&phrase.replace(" - ", " ")) } else { find_unit(&phrase) };
        let written = || tokens.text.piece(tokens.start(index), tokens.end(index + size - 1));
        let found = found.or_else(|| if matches!(low, "°" | "in") { find_unit(written()) } else { None });
        if let Some(unit) = found {
            return Some((Some(Cow::Borrowed(unit)), index + size));
        }
    }
    None
}

fn begins_upper(word: &str) -> bool {
    word.chars().next().is_some_and(is_upper)
}

/// The token after the identifier that the digits at token `index` belong to; none where they may be a number.
fn identifier(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let (text, start, end) = (tokens.text, tokens.start(index), tokens.end(index));
    let before = text.before(start).unwrap_or(' ');
    let second = text.second_before(start);
    if is_alnum(before) || matches!(before, '_' | '#' | '@' | '&' | '\\' | '^') {
        return Some(skip(tokens, index));
    }
    if before == '.'
        && second
            .is_some_and(|sign| !is_space(sign) && !matches!(sign, '(' | '[' | '-' | '–' | '$' | '~' | '<' | '>' | '='))
    {
        return Some(skip(tokens, index));
    }
    if before == '/' && second.is_some_and(is_alnum) {
        return Some(skip(tokens, index));
    }
    if before == '-'
        && second.is_some_and(|sign| is_alnum(sign) || matches!(sign, ')' | '_'))
        && !tokens.has(index.wrapping_sub(2), List::PREFIXES)
    {
        return Some(skip(tokens, index));
    }
    let next = text.sign(end);
    if before == '[' && next == Some(']') {
        return Some(index + 1);
    }
    if next == Some(':') && text.sign(end + 1).is_some_and(is_digit) {
        return Some(skip(tokens, index));
    }
    let word = tokens.word(index);
    if next == Some('_') || (word.starts_with('0') && word.len() > 1 && !matches!(next, Some(',' | '.'))) {
        return Some(skip(tokens, index));
    }
    if let Some(mark) = line_begin(text, start).and_then(|line| list_mark(text, line))
        && mark > start
    {
        return Some(index + 2);
    }
    let chunk = text.piece(start, identifier_end(text, start));
    let chunk = chunk.trim_end_matches(['.', ':', '/', '-', '+', '%']);
    names_something(Text(chunk)).then(|| skip(tokens, index))
}

/// Where the line of `start` begins, if that is no more than eight characters before.
fn line_begin(text: Text<'_>, start: usize) -> Option<usize> {
    let mut at = start;
    for _ in 0..8 {
        let Some(sign) = text.before(at) else { return Some(0) };
        if sign == '\n' {
            return Some(at);
        }
        at -= sign.len_utf8();
    }
    None
}

/// The end of a list mark such as "1. " at `line`.
fn list_mark(text: Text<'_>, line: usize) -> Option<usize> {
    let number = text.skip(line, |sign| matches!(sign, ' ' | '\t' | '>'));
    let end = text.digits(number);
    if !(1..=3).contains(&(end - number)) {
        return None;
    }
    let mark = text.eat_sign(end, &['.', ')'])?;
    text.eat_sign(mark, &[' ', '\t'])
}

fn identifier_end(text: Text<'_>, start: usize) -> usize {
    let mut end = start;
    for _ in 0..64 {
        match text.sign(end) {
            Some(sign) if is_word(sign) || matches!(sign, '.' | ':' | '/' | '\\' | '-' | '#' | '@' | '%' | '+') => {
                end += sign.len_utf8();
            }
            _ => break,
        }
    }
    end
}

/// Versions, phone numbers, paths of digits, 24/7 and 0x.
fn names_something(text: Text<'_>) -> bool {
    let first = text.digits(0);
    let repeated = |mut at: usize, mark: &str| {
        let mut times = 0;
        while let Some(group) = text.eat(at, mark)
            && text.is_digit(group)
        {
            at = text.digits(group);
            times += 1;
        }
        (times, at)
    };
    if first > 0 {
        let (dashes, end) = repeated(first, "-");
        let second = text.eat(first, "-").map_or(0, |group| text.digits(group) - group);
        if repeated(first, ".").0 >= 2
            || (first == 3 && (3..=4).contains(&second) && end == text.0.len())
            || dashes >= 2
        {
            return true;
        }
        if let Some(second) = text.eat(first, "/")
            && text.is_digit(second)
            && text.eat(text.digits(second), "/").is_some_and(|third| text.is_digit(third))
        {
            return true;
        }
    }
    text.0.starts_with("24/7") || text.0.starts_with("0x")
}

fn skip(tokens: &Tokens<'_>, index: usize) -> usize {
    let end = identifier_end(tokens.text, tokens.start(index));
    tokens.after(end, index).max(index + 1)
}

/// Whether a minus sign stands before token `index`, rather than a dash between two things.
fn has_minus(tokens: &Tokens<'_>, index: usize) -> bool {
    if index == 0 || !matches!(tokens.low(index - 1), "-" | "−" | "–") || !tokens.touches(index) {
        return false;
    }
    if !tokens.touches(index - 1) {
        return true;
    }
    let before = tokens.word(index - 2);
    !(before.chars().next_back().is_some_and(is_alnum) || matches!(before, ")" | "%" | "°" | ")%" | "%°" | ")%°"))
}

/// Whether letters or digits are stuck to the end of the numeral: 3D, 747B, 4x4.
fn is_glued(tokens: &Tokens<'_>, numeral: &Numeral) -> bool {
    let (text, end) = (tokens.text, numeral.end);
    let Some(sign) = text.sign(end) else { return false };
    if !text.before(end).is_some_and(is_alnum) {
        return false;
    }
    if is_word(sign) {
        return true;
    }
    matches!(sign, '.' | '/') && text.sign(end + 1).is_some_and(is_digit) && numeral.form != Form::Words
}

/// Whether the word before a bare number in digits makes it a name: chapter 5, PEP 8, Windows 10.
fn is_label(tokens: &Tokens<'_>, index: usize, first: usize, after: usize) -> bool {
    let previous = first.wrapping_sub(1);
    let before = tokens.low(previous);
    if before == "."
        && matches!(
            tokens.low(first.wrapping_sub(2)),
            "no" | "p" | "pp" | "fig" | "vol" | "sec" | "ch" | "nos" | "eq" | "art"
        )
    {
        return true;
    }
    if matches!(before, "-" | "#" | "§" | "№") {
        return before != "-";
    }
    let lists = tokens.lists(previous);
    if lists.has(List::LABELS) {
        return true;
    }
    let word = tokens.word(previous);
    if !begins_upper(word) || lists.has_any(&[List::FUNCTION_WORDS, List::APPROXIMATIONS]) || first < 2 {
        return false;
    }
    if is_plural(tokens.low(after))
        || tokens.word(index) != tokens.text.piece(tokens.start(index), tokens.end(after - 1))
    {
        return false;
    }
    if count(word) > 1 && is_all_upper(word) {
        return true;
    }
    let earlier = tokens.word(first - 2);
    (earlier.chars().next_back().is_some_and(is_alnum) || earlier == ",") && !lists.has(List::NUMERAL_STARTERS)
}

/// Adds the smaller parts: 5 ft 10 in, 2 hours and 30 minutes, two years and three months, $5 and 20 cents.
pub(crate) fn add_parts(tokens: &Tokens<'_>, mut measure: Measure) -> Measure {
    while let Some(whole) = measure
        .unit
        .clone()
        .filter(|unit| matches!(&*unit.dimension, "length" | "mass" | "time" | "calendar" | "money USD" | "money EUR"))
    {
        let mut index = measure.after;
        while matches!(tokens.low(index), "and" | ",") && index < measure.after + 2 {
            index += 1;
        }
        if !(tokens.is_number(index) || tokens.lists(index).has_any(&[List::SMALL, List::TENS])) {
            break;
        }
        let Some(mut part) = read_measure(tokens, index).0 else { break };
        if part.unit.is_none() {
            part = small_part(tokens, &measure, &whole, part);
        }
        let Some(small) = &part.unit else { break };
        if part.value < 0.0 || small.dimension != whole.dimension {
            break;
        }
        if small.canonical == whole.canonical {
            if small.factor >= whole.factor || small.factor * part.value >= whole.factor {
                break;
            }
            measure.value += part.value * small.factor / whole.factor;
            measure.numeral.step = part.numeral.step * small.factor / whole.factor;
        } else if whole.canonical == "year" && part.value < 12.0 {
            measure.value = measure.value * whole.factor * 12.0 + part.value;
            measure.numeral.step = part.numeral.step;
            measure.unit = part.unit.clone();
        } else {
            break;
        }
        measure.after = part.after;
        measure.end = part.end;
    }
    measure
}

/// The part with a unit that only the larger one explains: inches after feet, cents after dollars.
fn small_part(tokens: &Tokens<'_>, measure: &Measure, whole: &Unit, part: Measure) -> Measure {
    let low = tokens.low(part.after);
    let inches =
        low == "in" && whole.dimension == "length" && matches!(tokens.low(measure.after - 1), "ft" | "feet" | "foot");
    let cents = matches!(low, "cents" | "cent") && whole.dimension.starts_with("money");
    let unit = if inches {
        find_unit("inch").map(Cow::Borrowed)
    } else if cents {
        Some(Cow::Owned(Unit { factor: 0.01, ..whole.clone() }))
    } else {
        return part;
    };
    Measure { unit, after: part.after + 1, end: tokens.end(part.after), ..part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_names_something_is_told_by_its_shape() {
        for named in ["3.11.2", "555-1234", "978-3-16-148410-0", "1/2/3", "24/7", "0x12"] {
            assert!(names_something(Text(named)), "{named}");
        }
        for plain in ["3.11", "555", "5-6", "1/2", ""] {
            assert!(!names_something(Text(plain)), "{plain}");
        }
    }
}
