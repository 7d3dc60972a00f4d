//! Which texts a grammar's parser would choke on: told by counting octets, before it is asked.
//!
//! Not for what is wrong in a text. Each rule stands for a weakness of the pinned parsers: a stack that overflows, or a
//! search to the end of the text that is repeated from every place.

use std::collections::HashSet;

use crate::languages::Language;

/// Brackets open at once.
const BRACKETS: usize = 256;
/// Lines of Python in a row that hold a backslash alone.
const CONTINUATIONS: usize = 100;
/// Octets that may be searched for the ends of raw strings in Rust and dollar quotes in SQL that never close.
const SEARCHED: usize = 1 << 24;
/// Levels of YAML open at once.
const INDENTATIONS: usize = 100;
/// Octets of a dollar quote's tag.
const TAG: usize = 1000;

/// Whether the text's parser can be trusted with it.
pub fn readable(language: Language, text: &str) -> bool {
    let data = text.as_bytes();
    deepest(data) <= BRACKETS
        && match language {
            Language::Python => continued(data) <= CONTINUATIONS,
            Language::Rust => raw_left_open(data).saturating_mul(data.len()) <= SEARCHED,
            Language::Sql => tags_readable(data),
            Language::Yaml => levels(data) <= INDENTATIONS,
            _ => true,
        }
}

/// Brackets open at once, at most; a closing one that fits no open one is passed over.
fn deepest(data: &[u8]) -> usize {
    let (mut opened, mut deepest) = (Vec::new(), 0);
    for sign in data {
        let closes = match sign {
            b'(' | b'[' | b'{' => {
                opened.push(*sign);
                deepest = deepest.max(opened.len());
                continue;
            }
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            _ => continue,
        };
        if opened.last() == Some(&closes) {
            opened.pop();
        }
    }
    deepest
}

/// The most backslashes at ends of lines in a row with nothing but blanks between them.
fn continued(data: &[u8]) -> usize {
    let (mut most, mut row, mut rest) = (0, 0, data);
    while let Some((sign, behind)) = rest.split_first() {
        rest = behind;
        if *sign != b'\\' {
            row = 0;
            continue;
        }
        let ended = blanks(behind);
        let ended = ended.strip_prefix(b"\r").unwrap_or(ended);
        match ended.strip_prefix(b"\n") {
            None => row = 0,
            Some(next) => {
                row += 1;
                most = most.max(row);
                rest = blanks(next);
            }
        }
    }
    most
}

fn blanks(data: &[u8]) -> &[u8] {
    let count = data.iter().take_while(|sign| matches!(sign, b' ' | b'\t')).count();
    data.get(count..).unwrap_or_default()
}

/// Starts of raw strings behind which no quotation mark has as many hashes.
fn raw_left_open(data: &[u8]) -> usize {
    let mut marks = Vec::new();
    let (mut hashes, mut is_raw, mut place) = (0, false, 0);
    while let Some(sign) = data.get(place) {
        match sign {
            b'r' => (hashes, is_raw) = (0, true),
            b'#' => hashes += 1,
            b'"' => {
                let behind = data.iter().skip(place + 1).take_while(|sign| **sign == b'#').count();
                marks.push((is_raw.then_some(hashes), behind));
                place += behind;
                // the hashes behind a mark are not those before the next
                (hashes, is_raw) = (0, false);
            }
            _ => (hashes, is_raw) = (0, false),
        }
        place += 1;
    }
    let (mut most, mut left) = (None, 0);
    for (raw, behind) in marks.into_iter().rev() {
        left += usize::from(raw.is_some_and(|hashes| most < Some(hashes)));
        most = most.max(Some(behind));
    }
    left
}

/// No tag is too long, and those with no equal behind them, one of each kind, are not searched for too long.
fn tags_readable(data: &[u8]) -> bool {
    let mut tags: HashSet<&[u8]> = HashSet::new();
    let mut rest = data;
    while let Some(start) = rest.iter().position(|sign| *sign == b'$') {
        let from = rest.get(start..).unwrap_or_default();
        let inner =
            from.iter().skip(1).take_while(|sign| !matches!(sign, b'$' | b' ' | b'\t' | b'\r' | b'\n' | 11 | 12));
        let length = inner.count() + 2;
        if from.get(length - 1) == Some(&b'$') {
            if length >= TAG {
                return false;
            }
            tags.insert(from.get(..length).unwrap_or_default());
        }
        rest = from.get(1..).unwrap_or_default();
    }
    tags.len().saturating_mul(data.len()) <= SEARCHED
}

/// Levels of indentation that may be open at once, at most: each line counts its indicators and itself.
fn levels(data: &[u8]) -> usize {
    let mut opened: Vec<(usize, usize)> = Vec::new();
    let (mut total, mut deepest) = (0, 0);
    for line in data.split(|sign| *sign == b'\n') {
        let indentation = line.iter().take_while(|sign| **sign == b' ').count();
        let bare = line.get(indentation..).unwrap_or_default();
        if bare.is_empty() || bare == b"\r" {
            continue;
        }
        while let Some((_, count)) = opened.pop_if(|(outer, _)| *outer >= indentation) {
            total -= count;
        }
        let count = 1 + indicators(bare);
        opened.push((indentation, count));
        total += count;
        deepest = deepest.max(total);
    }
    deepest
}

/// Signs that may open a level: `-`, `?`, `:`, `|` and `>`, the latter with what may follow them, before a blank.
fn indicators(line: &[u8]) -> usize {
    let (mut count, mut rest) = (0, line);
    while let Some((sign, behind)) = rest.split_first() {
        rest = behind;
        if matches!(sign, b'-' | b'?' | b':' | b'|' | b'>') {
            let more = behind.iter().take_while(|sign| matches!(sign, b'-' | b'+' | b'0'..=b'9')).count();
            let next = behind.get(more..).unwrap_or_default();
            if matches!(next.first(), None | Some(b' ' | b'\t' | b'\r')) {
                count += 1;
                rest = next;
            }
        }
    }
    count
}
