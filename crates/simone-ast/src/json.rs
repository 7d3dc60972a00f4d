//! Strict JSON (RFC 8259) read without recursion: values with their places, and what is wrong.
//!
//! Not for building objects. Offsets are code points; the time is linear in the text however deep it nests.

use std::collections::HashSet;

use rayon::prelude::*;

/// Bytes below which handing texts to other threads costs more than it saves.
const WORTH_SHARING_BYTES: usize = 1 << 16;

/// What a value is; the order is that of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// `-1.5e3`
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// First code point.
    pub start: usize,
    /// Code point behind the last.
    pub end: usize,
    /// Its container among the values.
    pub parent: Option<usize>,
    /// Its name or number there.
    pub token: String,
}

/// What is wrong, with its place. `code` is that of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Index in the contract's list.
    pub code: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// First code point.
    pub start: usize,
    /// Code point behind the last.
    pub end: usize,
}

const VALUE: usize = 0;
const TRAILING: usize = 1;
const NAME: usize = 2;
const COLON: usize = 3;
const COMMA: usize = 4;
const UNCLOSED: usize = 5;
const CONTROL: usize = 6;
const ESCAPE: usize = 7;
const NUMBER: usize = 8;
const WORD: usize = 9;
const REPEATED_NAME: usize = 10;

/// What was read of a text: no values where it is malformed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// In order of their starts.
    pub values: Vec<Value>,
    /// In order of their starts.
    pub errors: Vec<Error>,
}

/// A code and a span.
type Wrong = (usize, usize, usize);

/// A container that is not closed yet.
struct Open {
    row: usize,
    is_object: bool,
    names: HashSet<String>,
    items: usize,
}

struct Reader {
    signs: Vec<char>,
    values: Vec<Value>,
    wrong: Vec<Wrong>,
}

/// Read one text.
#[must_use]
pub fn read_json(text: &str) -> Read {
    let mut reader = Reader { signs: text.chars().collect(), values: Vec::new(), wrong: Vec::new() };
    if let Err(malformed) = reader.read() {
        reader.values.clear();
        reader.wrong.push(malformed);
    }
    let errors = placed(&reader.signs, &reader.wrong);
    Read { values: reader.values, errors }
}

/// `read_json` of each text, on as many threads as the pool has where there is enough of it.
#[must_use]
pub fn read_json_batch(texts: &[&str]) -> Vec<Read> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| read_json(text)).collect();
    }
    texts.par_iter().map(|text| read_json(text)).collect()
}

fn placed(signs: &[char], wrong: &[Wrong]) -> Vec<Error> {
    let (mut line, mut line_start, mut seen) = (1, 0, 0);
    wrong
        .iter()
        .map(|&(code, start, end)| {
            for (place, sign) in signs.iter().enumerate().take(start).skip(seen) {
                if *sign == '\n' {
                    line += 1;
                    line_start = place + 1;
                }
            }
            seen = seen.max(start);
            Error { code, line, column: start - line_start + 1, start, end }
        })
        .collect()
}

impl Reader {
    fn at(&self, place: usize) -> Option<char> {
        self.signs.get(place).copied()
    }

    /// The span of the sign at a place; empty at the end of the text.
    fn sign(&self, code: usize, place: usize) -> Wrong {
        (code, place, place + usize::from(place < self.signs.len()))
    }

    fn run(&self, place: usize, one: impl Fn(char) -> bool) -> usize {
        let rest = self.signs.get(place..).unwrap_or_default();
        place + rest.iter().position(|&sign| !one(sign)).unwrap_or(rest.len())
    }

    fn space(&self, place: usize) -> usize {
        self.run(place, |sign| matches!(sign, ' ' | '\t' | '\n' | '\r'))
    }

    fn read(&mut self) -> Result<(), Wrong> {
        let mut opened: Vec<Open> = Vec::new();
        let mut key = String::new();
        let mut place = self.space(0);
        // may_close: the container was opened just now
        let (mut wants_value, mut may_close) = (true, false);
        loop {
            let sign = self.at(place);
            let parent = opened.last().map(|open| open.row);
            let closing = opened.last().map(|open| if open.is_object { '}' } else { ']' });
            if let (Some(row), true) = (parent, sign == closing && (may_close || !wants_value)) {
                if let Some(value) = self.values.get_mut(row) {
                    value.end = place + 1;
                }
                opened.pop();
                (place, wants_value, may_close) = (self.space(place + 1), false, false);
            } else if !wants_value {
                let Some(inner) = opened.last_mut() else {
                    return if sign.is_some() { Err(self.sign(TRAILING, place)) } else { Ok(()) };
                };
                if sign != Some(',') {
                    return Err(self.sign(COMMA, place));
                }
                inner.items += 1;
                (place, wants_value) = (self.space(place + 1), true);
                if inner.is_object {
                    (place, key) = self.name(place, inner)?;
                } else {
                    key = inner.items.to_string();
                }
            } else if let (true, Some(inner)) = (may_close, opened.last_mut().filter(|open| open.is_object)) {
                (place, key) = self.name(place, inner)?;
                may_close = false;
            } else {
                let (kind, end) = match sign {
                    Some('{') => (Kind::Object, place + 1),
                    Some('[') => (Kind::Array, place + 1),
                    _ => self.scalar(place)?,
                };
                let row = self.values.len();
                self.values.push(Value { kind, start: place, end, parent, token: std::mem::take(&mut key) });
                wants_value = matches!(kind, Kind::Object | Kind::Array);
                may_close = wants_value;
                if wants_value {
                    let is_object = kind == Kind::Object;
                    opened.push(Open { row, is_object, names: HashSet::new(), items: 0 });
                    "0".clone_into(&mut key);
                }
                place = self.space(end);
            }
        }
    }

    /// The name of a member: where its value begins, and the name.
    fn name(&mut self, place: usize, inner: &mut Open) -> Result<(usize, String), Wrong> {
        if self.at(place) != Some('"') {
            return Err(self.sign(NAME, place));
        }
        let (end, name) = self.string(place)?;
        if !inner.names.insert(name.clone()) {
            self.wrong.push((REPEATED_NAME, place, end));
        }
        let colon = self.space(end);
        if self.at(colon) != Some(':') {
            return Err(self.sign(COLON, colon));
        }
        Ok((self.space(colon + 1), name))
    }

    fn scalar(&self, place: usize) -> Result<(Kind, usize), Wrong> {
        match self.at(place) {
            Some('"') => Ok((Kind::String, self.string(place)?.0)),
            Some('-' | '0'..='9') => {
                let end = self.run(place, |sign| matches!(sign, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
                if self.number(place) == Some(end) { Ok((Kind::Number, end)) } else { Err((NUMBER, place, end)) }
            }
            Some(sign) if sign.is_ascii_alphabetic() => {
                let end = self.run(place, |sign| sign.is_ascii_alphanumeric() || sign == '_');
                let word: String = self.signs.get(place..end).unwrap_or_default().iter().collect();
                match word.as_str() {
                    "true" => Ok((Kind::True, end)),
                    "false" => Ok((Kind::False, end)),
                    "null" => Ok((Kind::Null, end)),
                    _ => Err((WORD, place, end)),
                }
            }
            _ => Err(self.sign(VALUE, place)),
        }
    }

    /// Where the number that begins here ends, if one does.
    fn number(&self, start: usize) -> Option<usize> {
        let digits = |place: usize| Some(self.run(place, |sign| sign.is_ascii_digit())).filter(|&end| end > place);
        let mut place = start + usize::from(self.at(start) == Some('-'));
        place = if self.at(place) == Some('0') { place + 1 } else { digits(place)? };
        if self.at(place) == Some('.') {
            place = digits(place + 1)?;
        }
        if matches!(self.at(place), Some('e' | 'E')) {
            place = digits(place + 1 + usize::from(matches!(self.at(place + 1), Some('+' | '-'))))?;
        }
        Some(place)
    }

    /// Where the string that begins at `start` ends, and what it says.
    fn string(&self, start: usize) -> Result<(usize, String), Wrong> {
        let mut said = String::new();
        let mut place = start + 1;
        loop {
            let end = self.run(place, |sign| sign != '"' && sign != '\\' && sign >= ' ');
            said.extend(self.signs.get(place..end).unwrap_or_default());
            match self.at(end) {
                Some('"') => return Ok((end + 1, said)),
                None => return Err((UNCLOSED, start, end)),
                Some('\\') => {
                    let (after, sign) = self.escape(end)?;
                    said.push(sign);
                    place = after;
                }
                Some(_) => return Err((CONTROL, end, end + 1)),
            }
        }
    }

    fn escape(&self, start: usize) -> Result<(usize, char), Wrong> {
        let plain = match self.at(start + 1) {
            Some(sign @ ('"' | '\\' | '/')) => Some(sign),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            _ => None,
        };
        if let Some(sign) = plain {
            return Ok((start + 2, sign));
        }
        let unknown = (ESCAPE, start, self.signs.len().min(start + 2));
        let code = self.code(start).ok_or(unknown)?;
        if (0xd800..0xdc00).contains(&code)
            && let Some(low) = self.code(start + 6).filter(|low| (0xdc00..0xe000).contains(low))
        {
            let sign = char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00));
            return Ok((start + 12, sign.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        Ok((start + 6, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)))
    }

    /// The code unit of `\uXXXX` at `start`, if there is one.
    fn code(&self, start: usize) -> Option<u32> {
        if self.signs.get(start..start + 2)? != ['\\', 'u'] {
            return None;
        }
        let digits = self.signs.get(start + 2..start + 6)?;
        digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + digit.to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_their_place_and_values_their_container() {
        let read = read_json("{\"a\": [1, \"\\ud83d\\ude00\"],\n \"a\": null}");
        let errors: Vec<_> = read.errors.iter().map(|e| (e.code, e.line, e.column)).collect();
        assert_eq!(errors, [(REPEATED_NAME, 2, 2)]);
        let values: Vec<_> = read.values.iter().map(|v| (v.kind, v.parent, v.token.as_str())).collect();
        let wanted = [
            (Kind::Object, None, ""),
            (Kind::Array, Some(0), "a"),
            (Kind::Number, Some(1), "0"),
            (Kind::String, Some(1), "1"),
            (Kind::Null, Some(0), "a"),
        ];
        assert_eq!(values, wanted);
        assert_eq!(read_json("[01]").errors.first().map(|e| (e.code, e.start, e.end)), Some((NUMBER, 1, 3)));
        assert!(read_json(&"[".repeat(100_000)).values.is_empty());
    }
}
