//! Whether a stop ends its sentence, from the token before it and the first sign of what follows.
//!
//! Not for finding stops: `candidates` does.

use simone_unicode::{
    is_all_upper, is_alpha, is_decimal, is_digit, is_letter, is_lower, is_space, is_upper, is_word, lower,
};

use crate::candidates::{face, is_roman};
use crate::cursor::{Text, trim_end};
use crate::signs::{is_bullet, is_closing_quote, is_opening};
use crate::words::{SPEECH, is_opener, lists_of};

/// Code points before a stop that are looked at.
const TOKEN_REACH: usize = 24;

/// A stop with its closing signs, as byte offsets.
#[derive(Clone, Copy)]
pub(crate) struct Stop {
    pub(crate) start: usize,
    pub(crate) closed: usize,
    pub(crate) closed_end: usize,
    pub(crate) end: usize,
}

/// The first word of what follows a stop.
struct Follow<'a> {
    at: usize,
    is_quoted: bool,
    word: &'a str,
    has_stop: bool,
    end: usize,
}

impl<'a> Follow<'a> {
    fn read(text: Text<'a>, at: usize) -> Self {
        let start = text.skip(at, is_opening);
        let letters = text.skip(start, is_letter);
        let shortened = shortening(text, letters).unwrap_or(letters);
        let has_stop = text.byte(shortened) == Some(b'.');
        Follow {
            at,
            is_quoted: start > at,
            word: text.piece(start, letters),
            has_stop,
            end: shortened + usize::from(has_stop),
        }
    }
}

/// The end of an apostrophe and a shortened word, such as ’s, at `at`.
fn shortening(text: Text<'_>, at: usize) -> Option<usize> {
    let from = match text.sign(at)? {
        sign @ ('’' | '\'') => at + sign.len_utf8(),
        _ => return None,
    };
    ["s", "t", "m", "d", "ll", "re", "ve"]
        .iter()
        .find(|letters| text.starts(from, letters) && !text.sign(from + letters.len()).is_some_and(is_word))
        .map(|letters| from + letters.len())
}

/// The first letter or numeral of the word at `at`, past opening signs.
pub(crate) fn first_letter(text: Text<'_>, at: usize) -> Option<char> {
    text.sign(text.skip(at, is_opening)).filter(|&sign| is_letter(sign))
}

/// Where the stop divides the text, if it does.
pub(crate) fn stop_cut(text: Text<'_>, begin: usize, stop: Stop) -> Option<usize> {
    if !text.is_space(stop.end) {
        // the end of the text, or a dash that carries the sentence on
        return (stop.end == text.len()).then_some(stop.end);
    }
    let faces = text.skip_space(stop.end);
    let mut next = faces;
    while let Some(end) = face(text, next)
        && text.is_space_or_end(end)
    {
        next = text.skip_space(end);
    }
    let cut = match trim_end(text.piece(faces, next)) {
        "" => stop.end,
        shown => faces + shown.len(),
    };
    let Some(sign) = text.sign(next) else {
        return Some(cut);
    };
    is_end(text, begin, stop, &Follow::read(text, next), sign).then_some(cut)
}

fn is_end(text: Text<'_>, begin: usize, stop: Stop, follow: &Follow<'_>, first: char) -> bool {
    let mut letters = follow.word.chars();
    let sign = letters.next().or_else(|| text.sign(follow.end)).unwrap_or(first);
    if matches!(sign, ',' | ';' | ':' | ')' | ']' | '}' | '%' | '&' | '=' | '|' | '/') {
        return false;
    }
    let closed = text.piece(stop.closed, stop.closed_end);
    if closed.contains(is_closing_quote) && is_speech_tag(text, follow) {
        return false;
    }
    if closed.starts_with(']') && text.sign_before(stop.start) == Some('[') {
        return false;
    }
    let is_small = is_lower(sign) && !letters.next().is_some_and(is_upper);
    match text.piece(stop.start, stop.closed) {
        "." => is_full_stop(text, begin, stop, follow, is_small && follow.word != "i"),
        "!" | "?" | "‽" => {
            !(is_small
                && (!closed.is_empty()
                    || matches!(lower(token_before(text, stop.start)).as_str(), "yahoo" | "jeopardy")))
        }
        run => !(is_small || follow.word == "I" && run.chars().all(|sign| matches!(sign, '.' | '…' | ' '))),
    }
}

/// Whether a single "." is more than the mark of an abbreviation, initial or list number.
fn is_full_stop(text: Text<'_>, begin: usize, stop: Stop, follow: &Follow<'_>, is_small: bool) -> bool {
    let is_closed = stop.closed_end > stop.closed;
    if !is_closed && is_marker(text, begin, stop.start) {
        return false;
    }
    let token = token_before(text, stop.start);
    let lowered = lower(token);
    let lists = lists_of(&lowered);
    if is_small {
        return !is_closed && !lists.is_abbreviation() && is_plain_word(&lowered);
    }
    let opens = || !follow.has_stop && is_opener(follow.word);
    let mut signs = token.chars();
    if signs.next().is_some_and(is_upper) && signs.next().is_none() {
        return opens();
    }
    if lists.title {
        return is_closed;
    }
    if lists.numbered {
        let labels =
            text.sign(follow.end).is_some_and(is_digit) || (follow.word != "I" && follow.word.chars().count() == 1);
        return !labels || opens();
    }
    if lists.leading {
        return !matches!(lowered.as_str(), "e.g" | "i.e" | "cf" | "vs") && opens();
    }
    if lists.trailing || is_acronym(token) {
        let is_hour = matches!(lowered.as_str(), "a.m" | "p.m");
        return follow.is_quoted
            || lowered == "etc"
            || (is_hour && !follow.word.is_empty() && !is_zone(follow.word))
            || opens();
    }
    true
}

/// Letters enough, with a vowel, to be a word and not an abbreviation.
fn is_plain_word(lowered: &str) -> bool {
    lowered.chars().count() > 2 && lowered.chars().all(is_alpha) && lowered.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// Single letters with stops between them, two or more.
fn is_acronym(token: &str) -> bool {
    token.contains('.')
        && token.split('.').all(|part| {
            let mut signs = part.chars();
            signs.next().is_some_and(is_letter) && signs.next().is_none()
        })
}

/// A time zone or a day of the week, which may follow an hour.
fn is_zone(word: &str) -> bool {
    let lowered = lower(word);
    is_all_upper(word) || ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| lowered.starts_with(day))
}

/// Whether what follows a closing quotation mark tells who spoke.
fn is_speech_tag(text: Text<'_>, follow: &Follow<'_>) -> bool {
    if follow.word != "I" && is_opener(follow.word) {
        return false;
    }
    if is_speech(text, follow.at) {
        return true;
    }
    let name = text.skip(follow.at, is_letter);
    if name == follow.at || text.byte(name) != Some(b' ') {
        return false;
    }
    if is_speech(text, name + 1) {
        return true;
    }
    let surname = text.skip(name + 1, is_letter);
    text.byte(name + 1).is_some_and(|byte| byte.is_ascii_uppercase())
        && surname > name + 2
        && text.byte(surname) == Some(b' ')
        && is_speech(text, surname + 1)
}

fn is_speech(text: Text<'_>, at: usize) -> bool {
    SPEECH.iter().any(|verb| text.starts(at, verb) && !text.sign(at + verb.len()).is_some_and(is_word))
}

/// Whether a closing quotation mark before `at` is followed by the verb or particle of reported speech.
pub(crate) fn is_wide_speech(text: Text<'_>, at: usize) -> bool {
    if text.starts(at, "と") || text.starts(at, "って") {
        return true;
    }
    text.piece(at, text.len())
        .chars()
        .take(5)
        .take_while(|&sign| sign != '\n')
        .any(|sign| matches!(sign, '说' | '說' | '道' | '問' | '问' | '喊' | '叫'))
}

/// The token that ends at `at`, without opening signs; at most `TOKEN_REACH` code points of it.
fn token_before(text: Text<'_>, at: usize) -> &str {
    text.piece(0, at)
        .char_indices()
        .rev()
        .take(TOKEN_REACH)
        .take_while(|&(_, sign)| !is_space(sign) && !matches!(sign, '—' | '–' | '/'))
        .last()
        .map_or("", |(start, _)| text.piece(start, at))
        .trim_start_matches(is_opening)
}

/// Whether what precedes `at` is a list number or letter that opens its line or sentence.
fn is_marker(text: Text<'_>, begin: usize, at: usize) -> bool {
    let mut start = at;
    for sign in text.piece(begin, at).chars().rev().take(TOKEN_REACH) {
        if sign == '\n' {
            return reads_as_marker(text, start, at);
        }
        start -= sign.len_utf8();
    }
    start == begin && reads_as_marker(text, start, at)
}

fn reads_as_marker(text: Text<'_>, start: usize, at: usize) -> bool {
    let line = Text(text.piece(text.skip_space(start), at));
    let mut from = line.skip_bytes(0, |byte| matches!(byte, b' ' | b'\t' | b'>'));
    if let Some(bullet) = line.sign(from).filter(|&sign| is_bullet(sign)) {
        let after = from + bullet.len_utf8();
        from = line.skip_blanks(after);
        if from == after {
            return false;
        }
    }
    let marker = line.piece(from, line.len());
    let marker = marker.strip_prefix('(').unwrap_or(marker);
    let count = marker.chars().count();
    let numbers = |part: &str| part.chars().all(is_decimal) && (1..=3).contains(&part.chars().count());
    count == 1 && marker.chars().all(|sign| sign.is_ascii_alphabetic())
        || (1..=5).contains(&count) && marker.chars().all(is_roman)
        || marker.split('.').all(numbers)
}
