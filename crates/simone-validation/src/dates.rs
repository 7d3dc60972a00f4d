//! Finds calendar dates in English text and gives them as intervals of ISO days.
//!
//! Not for durations (`quantities`), nor for "yesterday" and the like, which need today's date.

use simone_unicode::{is_all_upper, is_digit, is_upper};

use crate::days::{Date, Precision, day_stamp, month_days, month_ends, weekday, year_ends, year_stamp};
use crate::digit_dates::{begin_with_qualifier, digit_date};
use crate::lists::{List, entry, number};
use crate::measures::is_alnum;
use crate::text::Text;
use crate::tokens::{Tokens, all_alpha, all_digits, ascii_digits, count, is_plural};

/// A calendar point under reading: tokens [first, after); month and day 0 where unsaid, year none where unsaid.
#[derive(Clone, Copy)]
struct Day {
    year: Option<i64>,
    month: i64,
    day: i64,
    first: usize,
    after: usize,
    start: usize,
    end: usize,
    last_day: i64,
    weekday: Option<i64>,
}

impl Day {
    fn new(year: Option<i64>, month: i64, day: i64, tokens: (usize, usize), text: (usize, usize)) -> Self {
        let ((first, after), (start, end)) = (tokens, text);
        Day { year, month, day, first, after, start, end, last_day: 0, weekday: None }
    }
}

/// All calendar dates in text order, not overlapping; weekday names alone are not dates.
pub(crate) fn find_dates(tokens: &Tokens<'_>) -> Vec<Date> {
    let mut found: Vec<Date> = Vec::new();
    let mut after = 0;
    for (index, token) in tokens.all.iter().enumerate() {
        let opens = token.lists.has(List::DATE_STARTERS) || token.word.starts_with(|sign: char| sign.is_ascii_digit());
        if index < after || !opens {
            continue;
        }
        let (mention, next) = read(tokens, index);
        after = next;
        let Some(mention) = mention else { continue };
        match found.last_mut() {
            Some(last) if mention.start < last.end => {}
            Some(last) => match joined(tokens.text, last, &mention) {
                Some(range) => *last = range,
                None => found.push(mention),
            },
            None => found.push(mention),
        }
    }
    found
}

/// Two dates with a range word between them as one range; none where they are two dates.
fn joined(text: Text<'_>, first: &Date, second: &Date) -> Option<Date> {
    let open = first.first.contains('?') || second.first.contains('?');
    if !(first.valid && second.valid) || open || first.last >= second.first {
        return None;
    }
    let said = |opener: &str| {
        let start = first.start.checked_sub(opener.len())?;
        text.piece(start, first.start).eq_ignore_ascii_case(opener).then_some(start)
    };
    let between = said("between ");
    let start = between.or_else(|| said("from ")).unwrap_or(first.start);
    let link = text.piece(first.end, second.start);
    let fits = if between.is_some() {
        link == " and "
    } else {
        let link = link.strip_prefix(' ').unwrap_or(link);
        let link = link.strip_suffix(' ').unwrap_or(link);
        matches!(link, "–" | "—" | "-" | "to" | "until" | "till" | "through")
    };
    let ends = (first.first.clone(), second.last.clone());
    fits.then(|| Date::interval(start, second.end, ends, first.precision.max(second.precision)))
}

/// The date that begins at token `index`, with the token to go on with.
fn read(tokens: &Tokens<'_>, index: usize) -> (Option<Date>, usize) {
    let lists = tokens.lists(index);
    if lists.has(List::RELATIVE) {
        return (None, index + 1);
    }
    if tokens.is_number(index)
        && let Some(numeric) = digit_date(tokens, index)
    {
        return numeric;
    }
    if lists.has(List::DECADES) {
        return (None, index + 1);
    }
    if let Some((century, after)) = century(tokens, index) {
        return (Some(century), after);
    }
    let Some(first) = point(tokens, index) else { return (None, index + 1) };
    if let Some((first, second)) = second(tokens, first) {
        return (between(tokens, first, second), second.after);
    }
    (Some(mention(&first)), first.after)
}

/// The 19th century, the nineteenth century, the 1st century BC.
fn century(tokens: &Tokens<'_>, index: usize) -> Option<(Date, usize)> {
    let (number, after) = ordinal(tokens, index);
    if !(1..=30).contains(&number) || !matches!(tokens.low(after), "century" | "centuries") {
        return None;
    }
    let (era, end, after) = era(tokens, after + 1, tokens.end(after));
    let (mut first, mut last) =
        if era > 0 { (number * 100 - 99, number * 100) } else { (1 - number * 100, 100 - number * 100) };
    if number > 10 && era > 0 {
        first -= 1;
        last -= 1;
    }
    let start = begin_with_qualifier(tokens, index);
    Some((Date::interval(start, end, year_ends(Some(first), Some(last)), Precision::Century), after))
}

/// -1 where "BC" or "BCE" stands at token `after`, else 1; with the end and the next token.
fn era(tokens: &Tokens<'_>, after: usize, end: usize) -> (i64, usize, usize) {
    let era = match tokens.low(after) {
        "bc" | "bce" => -1,
        "ad" | "ce" => 1,
        _ => return (1, end, after),
    };
    if is_all_upper(tokens.word(after)) { (era, tokens.end(after), after + 1) } else { (1, end, after) }
}

/// The ordinal or plain number up to 31 at token `index` and the token after it; 0 for none.
fn ordinal(tokens: &Tokens<'_>, index: usize) -> (i64, usize) {
    let low = tokens.low(index);
    if ascii_digits(low) && low.len() <= 2 {
        let value = low.parse().unwrap_or(0);
        let marked = matches!(tokens.low(index + 1), "st" | "nd" | "rd" | "th") && tokens.touches(index + 1);
        return (value, index + if marked { 2 } else { 1 });
    }
    if matches!(low, "twenty" | "thirty") {
        let after = if tokens.low(index + 1) == "-" { index + 2 } else { index + 1 };
        for (unit, after) in [(tokens.low(after), after + 1), (tokens.low(index + 1), index + 2)] {
            if let Some(value) = number(List::DATE_ORDINALS, &format!("{low}-{unit}")) {
                return (value as i64, after);
            }
        }
    }
    number(List::DATE_ORDINALS, low).map_or((0, index), |value| (value as i64, index + 1))
}

/// The month named at token `index` and the token after it (and its abbreviation point); 0 for none.
fn month(tokens: &Tokens<'_>, index: usize) -> (i64, usize) {
    if !tokens.has(index, List::MONTHS) {
        return (0, index);
    }
    let month = number(List::MONTHS, tokens.low(index)).unwrap_or(0.0) as i64;
    let after = index + 1;
    let dotted = tokens.low(after) == "." && tokens.touches(after) && count(tokens.word(index)) < 5;
    (month, if dotted { after + 1 } else { after })
}

/// A year of four digits at token `index` (after an optional comma or "of"), and the token after it.
fn plain_year(tokens: &Tokens<'_>, index: usize) -> (Option<i64>, usize) {
    let index = if matches!(tokens.low(index), "," | "of") { index + 1 } else { index };
    match four_digits(tokens.low(index)) {
        Some(year) if !goes_on(tokens, index) => (Some(year), index + 1),
        _ => (None, index),
    }
}

fn four_digits(low: &str) -> Option<i64> {
    if low.len() != 4 || !ascii_digits(low) {
        return None;
    }
    low.parse().ok().filter(|year| (1000..=2199).contains(year))
}

/// Whether the digits at token `index` continue as a longer number or code.
fn goes_on(tokens: &Tokens<'_>, index: usize) -> bool {
    let (text, end) = (tokens.text, tokens.end(index));
    match text.sign(end) {
        Some(',' | '.' | ':' | '/') => text.sign(end + 1).is_some_and(is_digit),
        Some(sign) => is_alnum(sign) || matches!(sign, '_' | '%'),
        None => false,
    }
}

/// One calendar point from token `index`: day and month in either order, month and year, season, or year.
fn point(tokens: &Tokens<'_>, mut index: usize) -> Option<Day> {
    let (first, start, lists) = (index, tokens.start(index), tokens.lists(index));
    if lists.has(List::WEEKDAYS) {
        let weekday = number(List::WEEKDAYS, tokens.low(index)).map(|day| day as i64);
        index += 1;
        while matches!(tokens.low(index), "," | "." | "the") {
            index += 1;
        }
        if index >= tokens.len() || index - first >= 4 {
            return None;
        }
        return day_month(tokens, index).map(|inner| Day { first, start, weekday, ..inner });
    }
    if lists.has(List::SEASONS) {
        return season(tokens, index);
    }
    if tokens.low(index) == "ad" {
        let digits = tokens.low(index + 1);
        if tokens.word(index) == "AD" && ascii_digits(digits) && digits.len() <= 4 {
            let end = tokens.end(index + 1);
            return Some(Day::new(digits.parse().ok(), 0, 0, (index, index + 2), (start, end)));
        }
        return None;
    }
    day_month(tokens, index).or_else(|| bare_year(tokens, index))
}

/// 5 March 1931, the fifth of March, 5–7 March 1931, March 5, 1931, March 1931, March; none for anything else.
fn day_month(tokens: &Tokens<'_>, index: usize) -> Option<Day> {
    let start = tokens.start(index);
    let (named, after) = month(tokens, index);
    if named > 0 {
        return month_first(tokens, index, named, after);
    }
    let (day, mut after) = ordinal(tokens, index);
    if day == 0 || (tokens.low(index) == "second" && tokens.low(after) != "of") {
        return None;
    }
    let mut last_day = 0;
    if matches!(tokens.low(after), "-" | "–" | "to" | "and") {
        let (upper, beyond) = ordinal(tokens, after + 1);
        if upper > day {
            last_day = upper;
            after = beyond;
        }
    }
    if matches!(tokens.low(after), "of" | "-" | "/") && tokens.has(after + 1, List::MONTHS) {
        after += 1;
    }
    let (named, mut after) = month(tokens, after);
    let last = after.wrapping_sub(1);
    let is_verb = || {
        crate::tokens::all_lower(tokens.word(last))
            && tokens.low(last) == "may"
            && last_day == 0
            && all_digits(tokens.low(index))
            && !all_digits(tokens.low(after))
    };
    if named == 0 || is_verb() {
        return None;
    }
    if matches!(tokens.low(after), "-" | "/") && tokens.touches(after) {
        after += 1;
    }
    let (year, beyond) = plain_year(tokens, after);
    if year.is_some() {
        after = beyond;
    }
    let end = tokens.end(after - 1);
    Some(Day { last_day, ..Day::new(year, named, day, (index, after), (start, end)) })
}

fn month_first(tokens: &Tokens<'_>, index: usize, named: i64, after: usize) -> Option<Day> {
    let start = tokens.start(index);
    let position = if matches!(tokens.low(after), "the" | "-" | "/") { after + 1 } else { after };
    let (day, mut beyond) = ordinal(tokens, position);
    let digits = tokens.low(position);
    if day > 0 {
        let plain = all_digits(digits) && !matches!(tokens.low(position + 1), "st" | "nd" | "rd" | "th");
        if plain && goes_on(tokens, position) && tokens.low(position + 1) != "," {
            return None;
        }
        let mut last_day = 0;
        if matches!(tokens.low(beyond), "-" | "–" | "to" | "and") {
            let (upper, further) = ordinal(tokens, beyond + 1);
            if upper > day && !tokens.has(further, List::MONTHS) && tokens.is_number(beyond + 1) {
                last_day = upper;
                beyond = further;
            }
        }
        let (year, further) = plain_year(tokens, beyond);
        let after = if year.is_some() { further } else { beyond };
        let verb_like = matches!(tokens.word(index), "may" | "march")
            && year.is_none()
            && !matches!(tokens.low(index.wrapping_sub(1)), "on" | "by");
        if verb_like && tokens.begins_alpha(beyond) {
            return None;
        }
        let end = tokens.end(after - 1);
        return Some(Day { last_day, ..Day::new(year, named, day, (index, after), (start, end)) });
    }
    let (year, beyond) = plain_year(tokens, after);
    if year.is_some() {
        let text = (begin_with_qualifier(tokens, index), tokens.end(beyond - 1));
        return Some(Day::new(year, named, 0, (index, beyond), text));
    }
    let (before, word) = (index.wrapping_sub(1), tokens.word(index));
    let is_named = word.chars().next().is_some_and(is_upper) && (count(word) > 3 || named == 5);
    let in_doubt = matches!(tokens.low(before), "and" | "to" | "of" | "by" | "after" | "before")
        && tokens.has(index, List::ALSO_WORDS);
    if is_named && tokens.has(before, List::MONTH_OPENERS) && !in_doubt {
        let text = (begin_with_qualifier(tokens, index), tokens.end(index));
        return Some(Day::new(None, named, 0, (index, index + 1), text));
    }
    None
}

fn season(tokens: &Tokens<'_>, index: usize) -> Option<Day> {
    let (year, after) = plain_year(tokens, index + 1);
    let year = year?;
    let first: i64 = entry(List::SEASONS, tokens.low(index))?.split_once('|')?.0.parse().ok()?;
    let text = (begin_with_qualifier(tokens, index), tokens.end(after - 1));
    Some(Day::new(Some(year), -first, 0, (index, after), text))
}

/// A year alone: four digits that the words around them make a year, or digits with an era.
fn bare_year(tokens: &Tokens<'_>, index: usize) -> Option<Day> {
    let low = tokens.low(index);
    if !ascii_digits(low) || low.len() > 4 {
        return None;
    }
    let value: i64 = low.parse().ok()?;
    let (era, end, after) = era(tokens, index + 1, tokens.end(index));
    let begin = begin_with_qualifier(tokens, index);
    if after > index + 1 {
        let year = if era > 0 { value } else { 1 - value };
        return (value > 0).then(|| Day::new(Some(year), 0, 0, (index, after), (begin, end)));
    }
    if four_digits(low).is_none() || goes_on(tokens, index) {
        return None;
    }
    let (named, beyond) = month(tokens, if tokens.low(after) == "," { after + 1 } else { after });
    if named > 0
        && !all_digits(tokens.low(beyond))
        && (tokens.low(after) != "," || beyond == tokens.len())
        && !(matches!(named, 3 | 5) && crate::tokens::all_lower(tokens.word(beyond - 1)))
    {
        return Some(Day::new(Some(value), named, 0, (index, beyond), (begin, tokens.end(beyond - 1))));
    }
    if tokens.low(after) == "-" && tokens.touches(after) {
        return None;
    }
    is_year(tokens, index, value).then(|| Day::new(Some(value), 0, 0, (index, after), (begin, tokens.end(index))))
}

/// Whether the words around four digits make them a year.
fn is_year(tokens: &Tokens<'_>, index: usize, value: i64) -> bool {
    let mut before = index.wrapping_sub(1);
    let second = index.wrapping_sub(2);
    if tokens.low(before) == "-"
        && (tokens.has(second, List::QUALIFIERS) || matches!(tokens.low(second), "pre" | "post"))
    {
        before = second;
    }
    let after = index + 1;
    let follower = tokens.low(after);
    let is_unit = tokens.has(after, List::UNIT_WORDS);
    let counted = is_plural(follower) || (is_plural(tokens.low(after + 1)) && all_alpha(follower)) || is_unit;
    if tokens.has(before, List::YEAR_WORDS) {
        return !(is_unit || counted && value % 100 == 0);
    }
    match tokens.low(before) {
        "-" | "#" | "no" | "number" | "least" | "most" | "above" | "below" | "over" | "under" | "exceed"
        | "exceeds" => false,
        "than" => !counted && matches!(tokens.low(second), "earlier" | "later"),
        "(" | "[" => matches!(follower, ")" | "]" | "," | ";" | "–" | "-" | "to"),
        _ => {
            let hinted =
                tokens.has(before, List::YEAR_HINTS) || ((1500..=2100).contains(&value) && !is_coded(tokens, index));
            !counted && hinted
        }
    }
}

/// Whether the word before makes four digits a code: ISO 1989, RFC 2026.
fn is_coded(tokens: &Tokens<'_>, index: usize) -> bool {
    let word = tokens.word(index.wrapping_sub(1));
    if let Some(sign) = word.chars().next()
        && !is_alnum(sign)
    {
        return matches!(word, "#" | "§" | "=" | "+" | "*" | "/" | "×" | "<" | ">" | "≈" | "~" | "$" | "€" | "£");
    }
    (count(word) > 1 && is_all_upper(word) && !all_digits(word))
        || matches!(
            tokens.low(index.wrapping_sub(1)),
            "rfc"
                | "pep"
                | "iso"
                | "section"
                | "room"
                | "flight"
                | "route"
                | "page"
                | "line"
                | "port"
                | "item"
                | "exactly"
                | "only"
                | "total"
                | "some"
                | "all"
                | "these"
                | "those"
                | "over"
                | "nearly"
                | "almost"
                | "roughly"
        )
}

/// A range that begins with `point`: that point, with the year said once, and the later end; none without one.
fn second(tokens: &Tokens<'_>, mut first: Day) -> Option<(Day, Day)> {
    let link = tokens.low(first.after);
    let is_between = link == "and" && tokens.low(first.first.wrapping_sub(1)) == "between";
    if !(matches!(link, "–" | "—" | "-" | "to" | "until" | "till" | "through") || is_between) {
        return None;
    }
    let index = first.after + 1;
    let lists = tokens.lists(index);
    if !(tokens.is_number(index) || lists.has(List::DATE_STARTERS)) || lists.has_any(&[List::RELATIVE, List::DECADES]) {
        return None;
    }
    let mut second = point(tokens, index);
    if second.is_none() && first.month != 0 && first.day == 0 && lists.has(List::MONTHS) {
        let named = number(List::MONTHS, tokens.low(index))? as i64;
        second = Some(Day::new(None, named, 0, (index, index + 1), (tokens.start(index), tokens.end(index))));
    }
    let second = second.filter(|second| second.last_day == 0)?;
    if first.year.is_none() && first.month != 0 {
        first.year = second.year;
    }
    if (first.month != 0) != (second.month != 0)
        || (first.day != 0) != (second.day != 0)
        || first.year.is_none() != second.year.is_none()
    {
        return None;
    }
    let (begin, end) = (ends(&first)?, ends(&second)?);
    (begin.0 <= end.1).then_some((first, second))
}

fn between(tokens: &Tokens<'_>, first: Day, second: Day) -> Option<Date> {
    let (begin, end) = (ends(&first)?, ends(&second)?);
    let before = first.first.wrapping_sub(1);
    let opened = matches!(tokens.low(before), "from" | "between");
    let start = if opened { tokens.start(before) } else { first.start };
    Some(Date::interval(start, second.end, (begin.0, end.1), precision(&first)))
}

fn precision(point: &Day) -> Precision {
    match (point.day, point.month) {
        (0, 0) => Precision::Year,
        (0, _) => Precision::Month,
        _ => Precision::Day,
    }
}

/// First and last ISO day of a point; none for an impossible one.
fn ends(point: &Day) -> Option<(String, String)> {
    let year = point.year;
    if point.month < 0 {
        let first = -point.month;
        let last = if first == 12 { 2 } else { first + 2 };
        let begins = Some(year.unwrap_or(0));
        let ends = begins.map(|year| if last < first { year + 1 } else { year });
        return Some((day_stamp(begins, first, 1), day_stamp(ends, last, month_days(ends, last))));
    }
    if point.month == 0 {
        return Some(year_ends(year, year));
    }
    if point.day == 0 {
        return Some(month_ends(year, point.month));
    }
    let upper = if point.last_day == 0 { point.day } else { point.last_day };
    if !(1 <= point.day && point.day <= upper && upper <= month_days(year, point.month)) {
        return None;
    }
    Some((day_stamp(year, point.month, point.day), day_stamp(year, point.month, upper)))
}

fn mention(point: &Day) -> Date {
    let Some(ends) = ends(point) else {
        let stamp = format!("{}-{:02}-{:02}", year_stamp(point.year), point.month, point.day);
        let (start, end) = (point.start, point.end);
        return Date { start, end, first: stamp.clone(), last: stamp, precision: Precision::Day, valid: false };
    };
    let valid = match (point.weekday, point.year) {
        (Some(said), Some(year)) if point.day != 0 && year >= 1925 => weekday(year, point.month, point.day) == said,
        _ => true,
    };
    Date { valid, ..Date::interval(point.start, point.end, ends, precision(point)) }
}
