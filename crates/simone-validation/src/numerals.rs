//! Reads one number where it stands: digits in every English spelling, number words, ordinals and fractions.
//!
//! Not for units, ranges or bounds: `quantities` puts those around it.

use simone_unicode::{is_digit, is_space, is_word};

use crate::lists::{List, entry, number};
use crate::text::Text;
use crate::tokens::{Tokens, all_alpha, is_plural};
use crate::units::significant;

/// Longer runs of digits are keys and hashes.
const LONGEST_DIGITS: usize = 40;

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Digits,
    Words,
    Fraction,
    Ordinal,
    Couple,
}

/// A number whose text is [start, end), with the token after it.
#[derive(Clone, Copy)]
pub(crate) struct Numeral {
    pub(crate) value: f64,
    pub(crate) step: f64,
    pub(crate) scale: f64,
    pub(crate) form: Form,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) after: usize,
}

/// The number written in digits that begins at token `index`, with its scale word.
pub(crate) fn read_digits(tokens: &Tokens<'_>, index: usize, money: bool) -> Option<Numeral> {
    let text = tokens.text;
    let start = tokens.start(index);
    if let Some(mixed) = fraction(text, start)
        && mixed.below != 0
        && (mixed.whole.is_none() || mixed.above < mixed.below)
    {
        #[expect(clippy::cast_precision_loss, reason = "six digits at most")]
        let value = mixed.whole.unwrap_or(0) as f64 + mixed.above as f64 / mixed.below as f64;
        let after = tokens.after(mixed.end, index);
        let numeral = Numeral { value, step: 0.0, scale: 1.0, form: Form::Fraction, start, end: mixed.end, after };
        return Some(scaled(tokens, numeral, false));
    }
    let found = digits(text, start)?;
    if text.piece(start, found.end).chars().count() > LONGEST_DIGITS * 2 {
        return None;
    }
    let whole: String = text.piece(start, found.whole).chars().filter(|&sign| is_digit(sign)).collect();
    if whole.len() > LONGEST_DIGITS {
        return None;
    }
    let part = text.piece(found.whole, found.part);
    let exponent = found.exponent;
    let decimals = part.len().saturating_sub(1) as i64;
    let value = format!("{whole}{part}e{exponent}").parse().unwrap_or(0.0);
    let step = format!("1e{}", exponent - decimals).parse().unwrap_or(0.0);
    let after = tokens.after(found.end, index);
    let mut numeral = Numeral { value, step, scale: 1.0, form: Form::Digits, start, end: found.end, after };
    if part.is_empty()
        && let Some(vulgar) = number(List::VULGAR, tokens.low(after))
    {
        numeral.value += vulgar;
        numeral.end = tokens.end(after);
        numeral.after = after + 1;
        numeral.form = Form::Fraction;
    }
    let after = numeral.after;
    if part.is_empty() && matches!(tokens.low(after), "st" | "nd" | "rd" | "th") && tokens.touches(after) {
        let end = tokens.end(after);
        return Some(Numeral { step: 0.0, form: Form::Ordinal, end, after: after + 1, ..numeral });
    }
    Some(scaled(tokens, numeral, money))
}

struct Mixed {
    whole: Option<i64>,
    above: i64,
    below: i64,
    end: usize,
}

/// `3/4` or `1 3/4`, not a part of a date or path.
fn fraction(text: Text<'_>, start: usize) -> Option<Mixed> {
    let first = text.digits(start);
    let mut space = first;
    while space < first + 2 && text.byte(space) == Some(b' ') {
        space += 1;
    }
    if (1..=6).contains(&(first - start))
        && space > first
        && let Some((above, below, end)) = parts(text, space)
    {
        return Some(Mixed { whole: Some(text.number(start, first)), above, below, end });
    }
    let (above, below, end) = parts(text, start)?;
    Some(Mixed { whole: None, above, below, end })
}

fn parts(text: Text<'_>, start: usize) -> Option<(i64, i64, usize)> {
    let above = text.digits(start);
    let slash = text.eat(above, " ").unwrap_or(above);
    let after = text.eat_sign(slash, &['/', '⁄'])?;
    let below = text.eat(after, " ").unwrap_or(after);
    let end = text.digits(below);
    let fit = |from: usize, to: usize| (1..=4).contains(&(to - from));
    let goes_on = |sign: char| is_word(sign) || matches!(sign, '/' | '.' | ',');
    if !fit(start, above) || !fit(below, end) || text.reaches(end, 20, goes_on, |s| s.is_ascii_digit() || s == '/') {
        return None;
    }
    Some((text.number(start, above), text.number(below, end), end))
}

/// Ends of the whole part, of the decimals and of the power of a number in digits.
struct Digits {
    whole: usize,
    part: usize,
    end: usize,
    exponent: i64,
}

fn digits(text: Text<'_>, start: usize) -> Option<Digits> {
    let whole = grouped(text, start, &[','])
        .filter(|&end| !text.is_digit(end))
        .or_else(|| indian(text, start))
        .or_else(|| grouped(text, start, &['\u{a0}', '\u{202f}', ' ']).filter(|&end| !goes_on(text, end)))
        .or_else(|| parted(text, start))
        .or_else(|| Some(text.digits(start)).filter(|&end| end > start))?;
    let part = match text.eat(whole, ".") {
        Some(point) if text.is_digit(point) => text.digits(point),
        _ => whole,
    };
    let (end, exponent) = power(text, part).unwrap_or((part, 0));
    Some(Digits { whole, part, end, exponent })
}

fn goes_on(text: Text<'_>, at: usize) -> bool {
    text.is_digit(at) || text.byte(at) == Some(b',') || (text.byte(at) == Some(b' ') && text.is_digit(at + 1))
}

/// 1,234,567: up to three digits, then one to twelve groups of three.
fn grouped(text: Text<'_>, start: usize, marks: &[char]) -> Option<usize> {
    let mut end = text.digits(start);
    if !(1..=3).contains(&(end - start)) {
        return None;
    }
    let mut groups = 0;
    while groups < 12
        && let Some(group) = text.eat_sign(end, marks)
        && (group..group + 3).all(|at| text.is_digit(at))
    {
        end = group + 3;
        groups += 1;
    }
    (groups > 0).then_some(end)
}

/// "12, 000": a thousand whose comma was parted from its zeros, as tokenising leaves it. Other digits may be a list.
fn parted(text: Text<'_>, start: usize) -> Option<usize> {
    let digits = text.digits(start);
    let mut end = digits;
    while let Some(group) = text.eat(end, ", 000") {
        end = group;
    }
    ((1..=3).contains(&(digits - start)) && end > digits && !text.is_digit(end)).then_some(end)
}

/// 12,34,567: groups of two, then one of three.
fn indian(text: Text<'_>, start: usize) -> Option<usize> {
    let mut end = text.digits(start);
    if !(1..=2).contains(&(end - start)) {
        return None;
    }
    for groups in 0..=6 {
        let group = text.eat(end, ",")?;
        end = text.digits(group);
        match end - group {
            3 if groups > 0 => return (text.byte(end) != Some(b',')).then_some(end),
            2 => {}
            _ => return None,
        }
    }
    None
}

/// e5, x 10^6, × 10⁶ after a number.
fn power(text: Text<'_>, at: usize) -> Option<(usize, i64)> {
    if let Some(mark) = text.eat_sign(at, &['e', 'E']) {
        let sign = text.eat_sign(mark, &['+', '-']).unwrap_or(mark);
        let end = text.digits(sign).min(sign + 3);
        if end > sign && !text.is_word(end) {
            let value = text.number(sign, end);
            return Some((end, if text.byte(mark) == Some(b'-') { -value } else { value }));
        }
        return None;
    }
    let space = |at: usize| text.sign(at).filter(|&sign| is_space(sign)).map_or(at, |sign| at + sign.len_utf8());
    let times = text.eat_sign(space(at), &['×', 'x'])?;
    let ten = text.eat(space(times), "10")?;
    let raised = text.eat(ten, "^").or_else(|| text.eat(ten, "**")).unwrap_or(ten);
    if let Some(found) = exponent(text, raised).or_else(|| exponent(text, ten)) {
        return Some(found);
    }
    None
}

fn exponent(text: Text<'_>, at: usize) -> Option<(usize, i64)> {
    let sign = text.eat_sign(at, &['-', '−']).unwrap_or(at);
    let end = text.digits(sign).min(sign + 3);
    if end > sign {
        let value = text.number(sign, end);
        return Some((end, if sign > at { -value } else { value }));
    }
    let sign = text.eat(at, "⁻").unwrap_or(at);
    let (mut end, mut value, mut count) = (sign, 0, 0);
    while count < 3
        && let Some(raised) = text.sign(end)
        && let Some(digit) = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|one| one == raised)
    {
        value = value * 10 + digit as i64;
        end += raised.len_utf8();
        count += 1;
    }
    (count > 0).then_some((end, if sign > at { -value } else { value }))
}

/// The numeral with the scale words and letters after it.
fn scaled(tokens: &Tokens<'_>, numeral: Numeral, money: bool) -> Numeral {
    let index = numeral.after;
    let mut scale = 1.0;
    let mut position = if tokens.low(index) == "-" && tokens.touches(index) { index + 1 } else { index };
    let letter = if position == index && tokens.touches(index) { tokens.word(index) } else { "" };
    if tokens.has(position, List::SCALE_FORMS) && (position == index || tokens.touches(position)) {
        while scale < 1e15
            && let Some(times) = number(List::SCALE_FORMS, tokens.low(position))
        {
            scale *= times;
            position += 1;
        }
    } else if let Some(times) = match letter {
        "k" | "K" => Some(1e3),
        "M" | "MM" => Some(1e6),
        "m" if money || is_plural(tokens.low(index + 1)) => Some(1e6),
        "b" | "B" if money || is_plural(tokens.low(index + 1)) => Some(1e9),
        "T" if money || is_plural(tokens.low(index + 1)) => Some(1e12),
        _ => None,
    } {
        scale = times;
        position = index + 1;
    } else {
        return numeral;
    }
    if tokens.low(position) == "and"
        && matches!(tokens.low(position + 1), "a" | "one")
        && tokens.low(position + 2) == "half"
    {
        let value = significant((numeral.value + 0.5) * scale, 15);
        return Numeral { value, step: 0.0, scale, end: tokens.end(position + 2), after: position + 3, ..numeral };
    }
    Numeral {
        value: significant(numeral.value * scale, 15),
        step: numeral.step * scale,
        scale,
        end: tokens.end(position.wrapping_sub(1)),
        after: position,
        ..numeral
    }
}

/// The number spelled in words that begins at token `index`; none where the words only look like one.
pub(crate) fn read_words(tokens: &Tokens<'_>, index: usize) -> Option<Numeral> {
    let low = tokens.low(index);
    if let Some(value) = number(List::VULGAR, low) {
        let plain = numeral(tokens, value, 0.0, Form::Fraction, index, index + 1);
        return Some(scaled(tokens, plain, false));
    }
    match low {
        "half" | "quarter" => return read_part(tokens, index, 1.0, index),
        "a" | "an" => return read_article(tokens, index),
        "dozen" | "couple" => return None,
        _ => {}
    }
    let is_scale = tokens.has(index, List::SCALES) || low == "hundred";
    if is_scale && tokens.has(index.wrapping_sub(1), List::VAGUE) {
        return None;
    }
    match read_cardinal(tokens, index) {
        None => read_ordinal(tokens, index),
        Some(cardinal) => finish_cardinal(tokens, index, cardinal),
    }
}

/// A numeral of tokens [`first`, `after`) with scale 1.
fn numeral(tokens: &Tokens<'_>, value: f64, step: f64, form: Form, first: usize, after: usize) -> Numeral {
    Numeral { value, step, scale: 1.0, form, start: tokens.start(first), end: tokens.end(after - 1), after }
}

fn read_article(tokens: &Tokens<'_>, index: usize) -> Option<Numeral> {
    let follower = tokens.low(index + 1);
    if follower == "couple" && tokens.low(index + 2) == "of" {
        return Some(numeral(tokens, 2.0, 0.0, Form::Couple, index, index + 3));
    }
    if follower == "half" && tokens.has(index + 2, List::SCALES) {
        return read_part(tokens, index + 1, 1.0, index);
    }
    if tokens.has(index + 1, List::PARTS) && (tokens.low(index + 2) == "of" || matches!(follower, "half" | "quarter")) {
        return read_part(tokens, index + 1, 1.0, index);
    }
    if follower == "hundred" || tokens.has(index + 1, List::SCALES) {
        return read_cardinal(tokens, index + 1).and_then(|cardinal| finish_cardinal(tokens, index, cardinal));
    }
    if follower == "dozen" {
        return Some(Numeral { scale: 12.0, ..numeral(tokens, 12.0, 1.0, Form::Words, index, index + 2) });
    }
    None
}

/// `count` parts named by token `index` (half, thirds), with a scale or after "of"; none for other senses.
fn read_part(tokens: &Tokens<'_>, index: usize, count: f64, first: usize) -> Option<Numeral> {
    let after = index + 1;
    let value = count / number(List::PARTS, tokens.low(index))?;
    let plain = numeral(tokens, value, 0.0, Form::Fraction, first, after);
    let follower = tokens.low(after);
    if matches!(follower, "a" | "an")
        && (tokens.has(after + 1, List::SCALES) || matches!(tokens.low(after + 1), "dozen" | "hundred"))
    {
        return Some(scaled(tokens, Numeral { after: after + 1, ..plain }, false));
    }
    if follower == "of" && tokens.low(after + 1) == "a" && tokens.has(after + 2, List::SCALES) {
        return Some(scaled(tokens, Numeral { after: after + 2, ..plain }, false));
    }
    if first != index
        || tokens.has(after, List::SCALES)
        || matches!(follower, "dozen" | "hour" | "year" | "mile" | "day" | "century")
    {
        return Some(scaled(tokens, plain, false));
    }
    let before = index.wrapping_sub(1);
    if tokens.has(before, List::ORDINALS)
        || matches!(tokens.low(before), "the" | "last" | "next" | "final" | "better" | "other" | "latter")
        || (tokens.low(index) == "quarter" && follower != "of")
    {
        return None;
    }
    matches!(follower, "of" | "the" | "a" | "an" | "its" | "their" | "his" | "her" | "our").then_some(plain)
}

#[derive(Clone, Copy)]
struct Cardinal {
    value: f64,
    after: usize,
    scale: f64,
}

/// Number words from token `index`: value, the token after them and the last scale (1 without one).
fn read_cardinal(tokens: &Tokens<'_>, index: usize) -> Option<Cardinal> {
    let (mut total, mut group, mut room) = (0.0, 0.0, 1000.0);
    let (mut limit, mut last_scale, mut position, mut seen) = (1e18, 1.0, index, false);
    loop {
        let mut probe = position;
        if seen && tokens.low(probe) == "-" && tokens.touches(probe) && tokens.touches(probe + 1) {
            probe += 1;
        } else if seen && tokens.low(probe) == "and" && (room == 100.0 || group == 0.0) {
            probe += 1;
            if tokens.has(probe + 1, List::PARTS) && !tokens.has(probe + 1, List::LOW_ORDINALS) {
                break;
            }
        }
        let low = tokens.low(probe);
        let lists = tokens.lists(probe);
        let small = if lists.has(List::SMALL) { number(List::SMALL, low) } else { None };
        let scale = if lists.has(List::SCALES) { number(List::SCALES, low) } else { None };
        if let Some(small) = small.filter(|&small| small < room && (small != 0.0 || !seen)) {
            group += small;
            room = if room <= 100.0 { 1.0 } else { 0.5 };
            last_scale = 1.0;
            if room == 0.5 && small == 0.0 {
                room = 0.0;
            }
        } else if lists.has(List::TENS) && room >= 100.0 {
            group += number(List::TENS, low)?;
            room = 10.0;
            last_scale = 1.0;
        } else if low == "hundred"
            && group < 100.0
            && (group == 0.0 || room < 100.0)
            && (group != 0.0 || !seen || probe == position)
        {
            if seen && group == 0.0 {
                break;
            }
            group = (if group == 0.0 { 1.0 } else { group }) * 100.0;
            room = 100.0;
            last_scale = 100.0;
        } else if let Some(scale) = scale.filter(|&scale| scale < limit && (group != 0.0 || !seen)) {
            limit = scale;
            last_scale = scale;
            total += (if group == 0.0 { 1.0 } else { group }) * limit;
            group = 0.0;
            room = 1000.0;
        } else {
            break;
        }
        seen = true;
        position = probe + 1;
    }
    seen.then_some(Cardinal { value: total + group, after: position, scale: last_scale })
}

/// Decimals, "and a half", fraction parts, ordinal endings and digit scales after spelled number words.
fn finish_cardinal(tokens: &Tokens<'_>, index: usize, cardinal: Cardinal) -> Option<Numeral> {
    let Cardinal { mut value, mut after, scale } = cardinal;
    let low = tokens.low(after);
    let joined = low == "-" && tokens.touches(after) && tokens.touches(after + 1);
    let part = if joined { after + 1 } else { after };
    let part_word = tokens.low(part);
    let parts = tokens.lists(part);
    if parts.has(List::ORDINAL_SCALES)
        && let Some(times) = number(List::ORDINAL_SCALES, part_word)
        && value >= 1.0
        && scale < times
    {
        return Some(numeral(tokens, value * times, 0.0, Form::Ordinal, index, part + 1));
    }
    if parts.has(List::LOW_ORDINALS)
        && value % 10.0 == 0.0
        && value % 100.0 >= 20.0
        && let Some(ordinal) = number(List::LOW_ORDINALS, part_word)
        && ordinal < 10.0
        && ordinal != 0.0
    {
        return Some(numeral(tokens, value + ordinal, 0.0, Form::Ordinal, index, part + 1));
    }
    if parts.has(List::PARTS)
        && value < 100.0
        && (if value == 1.0 { !part_word.ends_with('s') } else { is_plural(part_word) })
    {
        return read_part(tokens, part, value, index);
    }
    let digit = |at: usize| number(List::SMALL, tokens.low(at)).filter(|&small| small < 10.0);
    if low == "point" && digit(after + 1).is_some() {
        let mut digits = String::new();
        after += 1;
        while let Some(small) = digit(after)
            && digits.len() < LONGEST_DIGITS
        {
            digits += &format!("{small}");
            after += 1;
        }
        value = format!("{value:.0}.{digits}").parse().unwrap_or(value);
        let step = ten_to(-(digits.len() as i64));
        return Some(scaled(tokens, numeral(tokens, value, step, Form::Words, index, after), false));
    }
    let count = match tokens.low(after + 1) {
        "a" | "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        _ => 0.0,
    };
    if low == "and"
        && count > 0.0
        && let Some(below) = number(List::PARTS, tokens.low(after + 2))
    {
        let share = count / below;
        after += 3;
        if scale > 1.0
            && let Some(times) = number(List::SCALES, tokens.low(after))
        {
            value += share * times;
            return Some(numeral(tokens, value, 0.0, Form::Words, index, after + 1));
        }
        value += share * if scale >= 1000.0 { scale } else { 1.0 };
        return Some(scaled(tokens, numeral(tokens, value, 0.0, Form::Words, index, after), false));
    }
    if value == 1.0 && cardinal.after == index + 1 && is_pronoun(tokens, index) {
        return None;
    }
    let plain = Numeral { scale, ..numeral(tokens, value, scale, Form::Words, index, after) };
    Some(if matches!(low, "dozen" | "dozens" | "mn" | "bn") { scaled(tokens, plain, false) } else { plain })
}

/// Whether "one" at token `index` stands for somebody or something instead of counting.
fn is_pronoun(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, after) = (tokens.low(index.wrapping_sub(1)), tokens.low(index + 1));
    let is_function = tokens.has(index + 1, List::FUNCTION_WORDS);
    match before {
        "no" | "any" | "every" | "each" | "some" | "which" | "another" | "such" | "other" => return true,
        "this" | "that" | "the" => return !all_alpha(after) || is_function,
        "minus" | "plus" | "equals" | "times" | "number" => return false,
        _ => {}
    }
    if after == "-" && tokens.touches(index + 1) {
        return false;
    }
    after.is_empty() || !tokens.begins_alpha(index + 1) || is_function || matches!(after, "another" | "who" | "day")
}

fn read_ordinal(tokens: &Tokens<'_>, index: usize) -> Option<Numeral> {
    let low = tokens.low(index);
    let value = entry(List::ORDINALS, low)?.parse().ok()?;
    let after = index + 1;
    if matches!(low, "second" | "first")
        && !tokens.has(index.wrapping_sub(1), List::DETERMINERS)
        && (!all_alpha(tokens.low(after)) || tokens.has(after, List::FUNCTION_WORDS))
    {
        return None;
    }
    Some(numeral(tokens, value, 0.0, Form::Ordinal, index, after))
}

/// A power of ten, correctly rounded.
pub(crate) fn ten_to(power: i64) -> f64 {
    format!("1e{power}").parse().unwrap_or(1.0)
}
