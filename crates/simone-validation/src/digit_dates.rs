//! Reads dates written in digits only: 1931-03-05, 05/03/1931, 11/2016, 1931–1934, 1930s.
//!
//! Not for bare years: the words around them decide, and `dates` reads those.

use simone_unicode::is_word;

use crate::days::{Date, Precision, day_stamp, exact_day, month_days, month_ends, year_ends};
use crate::lists::List;
use crate::measures::is_alnum;
use crate::text::Text;
use crate::tokens::{Tokens, is_plural};

/// Offset where a date begins that says "early", "late" or "mid" before token `index`.
pub(crate) fn begin_with_qualifier(tokens: &Tokens<'_>, index: usize) -> usize {
    let (before, second) = (index.wrapping_sub(1), index.wrapping_sub(2));
    if tokens.has(before, List::QUALIFIERS) {
        return tokens.start(before);
    }
    if tokens.low(before) == "-" && tokens.has(second, List::QUALIFIERS) {
        return tokens.start(second);
    }
    tokens.start(index)
}

/// ISO and all-digit dates, year ranges and decades with the next token; none where the digits are something else.
pub(crate) fn digit_date(tokens: &Tokens<'_>, index: usize) -> Option<(Option<Date>, usize)> {
    let (text, start) = (tokens.text, tokens.start(index));
    let before = text.before(start).unwrap_or(' ');
    let goes_on = is_alnum(before)
        || matches!(before, '_' | '/' | '#' | '@' | '$' | '€' | '£')
        || (matches!(before, '-' | '.') && text.second_before(start).is_some_and(is_alnum));
    if goes_on && !(before == '-' && matches!(tokens.low(index.wrapping_sub(2)), "mid" | "pre" | "post")) {
        let end = text.skip(start, |sign| is_alnum(sign) || matches!(sign, '-' | '.' | '/' | ':'));
        return Some((None, tokens.after(end, index)));
    }
    let found = iso(text, start)
        .or_else(|| slashed(text, start))
        .or_else(|| month_year(text, start))
        .or_else(|| month_day(tokens, index))
        .or_else(|| iso_month(text, start))
        .or_else(|| decade(tokens, index))
        .or_else(|| years(tokens, index))?;
    Some((found.0, tokens.after(found.1, index)))
}

/// A date (none where the digits rule one out) and its end.
type Found = Option<(Option<Date>, usize)>;

/// Whether a digit follows within twenty signs of dates.
fn goes_on(text: Text<'_>, at: usize) -> bool {
    text.reaches(at, 20, |sign| matches!(sign, '/' | '.' | '-'), |sign| sign.is_ascii_digit())
}

/// One or two digits at `at`.
fn short(text: Text<'_>, at: usize) -> Option<usize> {
    let end = text.digits(at);
    matches!(end - at, 1 | 2).then_some(end)
}

fn iso(text: Text<'_>, start: usize) -> Found {
    if text.digits(start) != start + 4 {
        return None;
    }
    let mark = text.sign(start + 4).filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let month = start + 5;
    let month_end = short(text, month)?;
    let day = text.eat_sign(month_end, &[mark])?;
    let end = short(text, day)?;
    let (year, month, day) = (text.number(start, start + 4), text.number(month, month_end), text.number(day, end));
    Some((Some(exact_day(year, month, day, start, end)), end))
}

fn slashed(text: Text<'_>, start: usize) -> Found {
    let first = short(text, start)?;
    let mark = text.sign(first).filter(|sign| matches!(sign, '/' | '.' | '-'))?;
    let second_end = short(text, first + 1)?;
    let third = text.eat_sign(second_end, &[mark])?;
    let end = text.digits(third);
    if !matches!(end - third, 2 | 4) || goes_on(text, end) {
        return None;
    }
    let (mut month, mut day) = (text.number(start, first), text.number(first + 1, second_end));
    let mut year = text.number(third, end);
    let dotted = mark == '.';
    if dotted || month > 12 {
        (month, day) = (day, month);
    }
    if dotted && month > 12 {
        (month, day) = (day, month);
    }
    if dotted && !((1..=12).contains(&month) && (1..=31).contains(&day)) {
        return Some((None, end));
    }
    if end - third == 2 {
        if dotted || month > 12 || !(1..=31).contains(&day) || month == 0 {
            return Some((None, end));
        }
        year += if year < 50 { 2000 } else { 1900 };
    }
    Some((Some(exact_day(year, month, day, start, end)), end))
}

fn month_year(text: Text<'_>, start: usize) -> Found {
    let month_end = short(text, start)?;
    let month = text.number(start, month_end);
    if !(1..=12).contains(&month) {
        return None;
    }
    let mark = text.eat(month_end, " ").unwrap_or(month_end);
    let year = text.eat_sign(mark, &['/', '-'])?;
    let year = text.eat(year, " ").unwrap_or(year);
    let end = text.digits(year);
    if end - year != 4 || !matches!(text.number(year, end), 1000..=2199) || goes_on(text, end) {
        return None;
    }
    let ends = month_ends(Some(text.number(year, end)), month);
    Some((Some(Date::interval(start, end, ends, Precision::Month)), end))
}

fn month_day(tokens: &Tokens<'_>, index: usize) -> Found {
    let (text, start) = (tokens.text, tokens.start(index));
    let number = |at: usize| short(text, at).filter(|&end| end == at + 1 || matches!(text.byte(at), Some(b'0'..=b'3')));
    let first = number(start)?;
    let second = text.eat(first, "/")?;
    let end = number(second)?;
    if goes_on(text, end) || !matches!(tokens.low(index.wrapping_sub(1)), "on" | "by" | "until" | "since") {
        return None;
    }
    let (mut month, mut day) = (text.number(start, first), text.number(second, end));
    if month > 12 {
        (month, day) = (day, month);
    }
    if !(1..=12).contains(&month) || !(1..=month_days(None, month)).contains(&day) {
        return None;
    }
    let stamp = day_stamp(None, month, day);
    Some((Some(Date::interval(start, end, (stamp.clone(), stamp), Precision::Day)), end))
}

fn iso_month(text: Text<'_>, start: usize) -> Found {
    if text.digits(start) != start + 4 {
        return None;
    }
    let month = text.eat(start + 4, "-")?;
    let end = text.digits(month);
    let (year, number) = (text.number(start, start + 4), text.number(month, end));
    if end - month != 2 || !(1..=12).contains(&number) || text.byte(end) == Some(b'-') {
        return None;
    }
    if number == year % 100 + 1 {
        return None;
    }
    Some((Some(Date::interval(start, end, month_ends(Some(year), number), Precision::Month)), end))
}

fn decade(tokens: &Tokens<'_>, index: usize) -> Found {
    let (text, start) = (tokens.text, tokens.start(index));
    if text.digits(start) != start + 4 || text.byte(start + 3) != Some(b'0') {
        return None;
    }
    let mark = text.eat_sign(start + 4, &['\'', '’']).unwrap_or(start + 4);
    let end = text.eat(mark, "s").filter(|&end| !text.sign(end).is_some_and(is_word))?;
    let year = text.number(start, start + 4);
    let (last, precision) =
        if year % 100 == 0 && year < 2000 { (year + 99, Precision::Century) } else { (year + 9, Precision::Decade) };
    let begin = begin_with_qualifier(tokens, index);
    Some((Some(Date::interval(begin, end, year_ends(Some(year), Some(last)), precision)), end))
}

fn years(tokens: &Tokens<'_>, index: usize) -> Found {
    let (text, start) = (tokens.text, tokens.start(index));
    if text.digits(start) != start + 4 {
        return None;
    }
    let mark = text.eat(start + 4, " ").unwrap_or(start + 4);
    let second = match text.eat_sign(mark, &['–', '—', '‒']) {
        Some(second) => text.eat(second, " ").unwrap_or(second),
        None => text.eat(start + 4, "-")?,
    };
    let end = text.digits(second);
    if !matches!(end - second, 2 | 4) || (text.byte(end) == Some(b'-') && text.is_digit(end + 1)) {
        return None;
    }
    let year = text.number(start, start + 4);
    let tail = text.number(second, end);
    let last = if end - second == 2 { year / 100 * 100 + tail } else { tail };
    if !(1000 <= year && year < last && last <= 2199) || is_plural(tokens.low(tokens.after(end, index))) {
        return None;
    }
    Some((Some(Date::interval(start, end, year_ends(Some(year), Some(last)), Precision::Year)), end))
}
