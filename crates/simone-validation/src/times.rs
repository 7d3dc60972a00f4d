//! Finds clock times in English text: 12:30, 5 pm, half past 8, noon.
//!
//! Not for calendar dates nor for lengths of time.

use simone_unicode::is_word;

use crate::text::Text;

/// A clock time, "17:00" or "17:00:30" on the 24-hour clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: String,
}

/// All clock times in text order, not overlapping.
pub(crate) fn find_times(text: &str) -> Vec<Time> {
    let text = Text(text);
    let mut both = written_times(text);
    spoken_times(text, &mut both);
    both.sort_by_key(|one| (one.start, usize::MAX - one.end));
    let mut end = 0;
    both.retain(|one| {
        let keeps = one.start >= end;
        if keeps {
            end = one.end;
        }
        keeps
    });
    both
}

struct Written<'a> {
    hour: i64,
    minute: Option<&'a str>,
    second: Option<&'a str>,
    colon: bool,
}

/// What follows the digits of a time.
#[derive(Clone, Copy)]
enum Suffix {
    None,
    Morning,
    Afternoon,
    Noon,
    Midnight,
    Clock,
    Hours,
}

fn written_times(text: Text<'_>) -> Vec<Time> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(sign) = text.sign(at) {
        let next = at + sign.len_utf8();
        let opens = sign.is_ascii_digit()
            && !text.before(at).is_some_and(|sign| is_word(sign) || matches!(sign, ':' | '.' | ',' | '/' | '-'));
        if !opens {
            at = next;
            continue;
        }
        match written(text, at) {
            Some((time, suffix, end)) => {
                if let Some(value) = clock(&time, suffix) {
                    found.push(Time { start: at, end, value });
                }
                at = end;
            }
            None => at = next,
        }
    }
    found
}

fn written(text: Text<'_>, start: usize) -> Option<(Written<'_>, Suffix, usize)> {
    let end = text.digits(start);
    let hour = text.number(start, end);
    if !(end - start == 1 || (end - start == 2 && hour <= 24)) {
        return None;
    }
    let two = |at: usize| matches!(text.byte(at), Some(b'0'..=b'5')) && text.is_digit(at + 1);
    let (mut minute, mut second, mut after) = (None, None, end);
    if let Some(from) = text.eat_sign(end, &[':', '.']).filter(|&from| two(from)) {
        minute = Some(text.piece(from, from + 2));
        after = from + 2;
        if let Some(from) = text.eat(after, ":").filter(|&from| two(from)) {
            second = Some(text.piece(from, from + 2));
            after = from + 2;
        }
    }
    let time = Written { hour, minute, second, colon: text.byte(end) == Some(b':') };
    let (suffix, end) = suffixes(text, after).into_iter().flatten().find(|&(_, end)| ends(text, end))?;
    Some((time, suffix, end))
}

/// What may follow, in the order in which the reference tries it.
fn suffixes(text: Text<'_>, at: usize) -> [Option<(Suffix, usize)>; 8] {
    let near = text.eat(at, " ").unwrap_or(at);
    let half = half_of_day(text, at);
    let dotted = half.and_then(|(part, end)| Some((part, text.eat(end, ".")?)));
    let named = |name: &str, suffix| Some((suffix, text.eat_any_case(near, name).filter(|&end| !text.is_word(end))?));
    let hours = |rest: &str| {
        let end = text.eat_any_case(text.eat_any_case(near, "h")?, rest)?;
        (!text.is_word(end)).then_some((Suffix::Hours, end))
    };
    let clock = || {
        let end = o_clock(text, at)?;
        let written = text.piece(at, end);
        // the reference looks for "clock" in small letters
        (!text.is_word(end)).then_some((if written.contains("clock") { Suffix::Clock } else { Suffix::Hours }, end))
    };
    let hour = hours("rs").or_else(|| hours("ours")).or_else(|| hours(""));
    [
        dotted,
        half,
        named("noon", Suffix::Noon),
        named("midnight", Suffix::Midnight),
        hour,
        clock(),
        Some((Suffix::None, at)),
        None,
    ]
}

fn o_clock(text: Text<'_>, at: usize) -> Option<usize> {
    let mark = text.eat_any_case(text.eat(at, " ")?, "o")?;
    text.eat_any_case(text.eat_sign(mark, &['\'', '’'])?, "clock")
}

/// " pm", "a.m": the half of the day and where its m ends.
fn half_of_day(text: Text<'_>, at: usize) -> Option<(Suffix, usize)> {
    let near = text.eat(at, " ").unwrap_or(at);
    let part = match text.byte(near)? {
        b'a' | b'A' => Suffix::Morning,
        b'p' | b'P' => Suffix::Afternoon,
        _ => return None,
    };
    let stop = text.eat(near + 1, ".").unwrap_or(near + 1);
    let end = text.eat_sign(stop, &['m', 'M'])?;
    (!text.is_word(end)).then_some((part, end))
}

/// Whether a time may end at `at`.
fn ends(text: Text<'_>, at: usize) -> bool {
    match text.sign(at) {
        None => true,
        Some('.') => !text.is_digit(at + 1),
        Some(sign) => !(is_word(sign) || matches!(sign, ':' | '/' | '%' | '-')),
    }
}

fn clock(time: &Written<'_>, suffix: Suffix) -> Option<String> {
    let bare = time.minute.is_none() || !time.colon;
    let mut hours = time.hour;
    match suffix {
        Suffix::None | Suffix::Hours if bare => return None,
        Suffix::Morning | Suffix::Afternoon => {
            if !(1..=12).contains(&hours) {
                return None;
            }
            hours = hours % 12 + if matches!(suffix, Suffix::Afternoon) { 12 } else { 0 };
        }
        Suffix::Noon | Suffix::Midnight => {
            if hours != 12 {
                return None;
            }
            hours = if matches!(suffix, Suffix::Noon) { 12 } else { 0 };
        }
        _ => {}
    }
    let minute = time.minute.unwrap_or("00");
    if hours == 24 && minute != "00" {
        return None;
    }
    let seconds = time.second.map_or(String::new(), |second| format!(":{second}"));
    Some(format!("{:02}:{minute}{seconds}", hours % 24))
}

/// Half past 8, ten minutes to 9, 8 in the evening, noon.
fn spoken_times(text: Text<'_>, found: &mut Vec<Time>) {
    if ![" past ", " to ", " in the ", "oon", "idnight"].iter().any(|word| text.0.contains(word)) {
        return;
    }
    let mut at = 0;
    while let Some(sign) = text.sign(at) {
        let next = at + sign.len_utf8();
        let opens = is_word(sign) && !text.before(at).is_some_and(is_word);
        match if opens { spoken(text, at) } else { None } {
            Some((value, end)) => {
                found.extend(value.map(|value| Time { start: at, end, value }));
                at = end;
            }
            None => at = next,
        }
    }
}

/// A spoken time at `at` and its end; without a value where it is a score or a range.
fn spoken(text: Text<'_>, at: usize) -> Option<(Option<String>, usize)> {
    if let Some(found) = shifted(text, at) {
        return Some(found);
    }
    if let Some((hour, end)) = hour(text, at) {
        let in_the = |end: usize| {
            let part = text.eat_any_case(end, " in the ")?;
            ["morning", "afternoon", "evening"]
                .iter()
                .find_map(|name| text.eat_any_case(part, name).filter(|&end| spoken_ends(text, end)))
                .map(|end| (text.piece(part, end).eq_ignore_ascii_case("morning"), end))
        };
        let (is_morning, end) = o_clock(text, end).and_then(in_the).or_else(|| in_the(end))?;
        return Some((Some(format!("{:02}:00", hour % 12 + if is_morning { 0 } else { 12 })), end));
    }
    let end = text.eat_any_case(at, "noon").or_else(|| text.eat_any_case(at, "midnight"))?;
    let value = if text.piece(at, end).eq_ignore_ascii_case("noon") { "12:00" } else { "00:00" };
    spoken_ends(text, end).then(|| (Some(value.to_owned()), end))
}

/// An hour of the clock face.
fn hour(text: Text<'_>, at: usize) -> Option<(i64, usize)> {
    let end = text.digits(at);
    let hour = text.number(at, end);
    let fits = (end - at == 1 && hour > 0) || (end - at == 2 && (10..=12).contains(&hour));
    fits.then_some((hour, end))
}

/// half past 8, a quarter to 9, 10 minutes past 12 pm.
fn shifted(text: Text<'_>, at: usize) -> Option<(Option<String>, usize)> {
    let quarter = text.eat_any_case(at, "a ").unwrap_or(at);
    let digits = text.digits(at);
    let (shift_end, minutes, is_exact) = if let Some(end) = text.eat_any_case(at, "half") {
        (end, 30, false)
    } else if let Some(end) = text.eat_any_case(quarter, "quarter") {
        (end, 15, true)
    } else if digits - at == 1 || (digits - at == 2 && matches!(text.byte(at), Some(b'0'..=b'5'))) {
        let spelled = text.eat_any_case(digits, " min").map(|end| {
            let end = text.eat_any_case(end, "ute").unwrap_or(end);
            text.eat_any_case(end, "s").unwrap_or(end)
        });
        let end = spelled.unwrap_or(digits);
        let says = text.piece(digits, end).to_ascii_lowercase().contains("min");
        (end, text.number(at, digits), says)
    } else {
        return None;
    };
    let side = text.eat(shift_end, " ")?;
    let side_end = text.eat_any_case(side, "past").or_else(|| text.eat_any_case(side, "to"))?;
    let is_to = text.piece(side, side_end).eq_ignore_ascii_case("to");
    let is_past = text.piece(side, side_end).eq_ignore_ascii_case("past");
    let (hour, after) = hour(text, text.eat(side_end, " ")?)?;
    let half = half_of_day(text, after);
    let dotted = half.and_then(|(part, end)| Some((part, text.eat(end, ".")?)));
    let (half, end) =
        [dotted, half, Some((Suffix::None, after))].into_iter().flatten().find(|&(_, end)| spoken_ends(text, end))?;
    if is_to && !is_exact {
        return Some((None, end));
    }
    let is_open = matches!(half, Suffix::None);
    let mut total = hour % 12 * 60 + if matches!(half, Suffix::Afternoon) { 720 } else { 0 };
    total = (total + if is_past { minutes } else { -minutes }).rem_euclid(if is_open { 720 } else { 1440 });
    if is_open && total < 60 && matches!(hour, 12 | 1) {
        total += 720;
    }
    Some((Some(format!("{:02}:{:02}", total / 60, total % 60)), end))
}

/// Whether a spoken time may end at `at`.
fn spoken_ends(text: Text<'_>, at: usize) -> bool {
    let near = text.eat(at, " ").unwrap_or(at);
    let goes_on = |at: usize| text.byte(at) == Some(b'%') || text.eat_any_case(at, "to ").is_some();
    if goes_on(near) || goes_on(at) {
        return false;
    }
    match text.sign(at) {
        None => true,
        Some('.' | ',') => !text.is_digit(at + 1),
        Some(sign) => !(is_word(sign) || matches!(sign, '%' | ':' | '/' | '-')),
    }
}
