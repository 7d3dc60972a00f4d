//! Strict JSON (RFC 8259) read without recursion: values with their places, and what is wrong.
//!
//! Not for building objects. Offsets are code points; the time is linear in the text however deep it nests.

use std::borrow::Cow;
use std::collections::HashSet;

use rayon::prelude::*;

use crate::places::Places;

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

/// A code and a span in octets.
type Wrong = (usize, usize, usize);

/// Names of one object up to which comparing each is cheaper than hashing.
const FEW: usize = 8;

/// The names that an object has used.
#[derive(Default)]
struct Names<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// Whether the name is new.
    fn insert(&mut self, name: Cow<'a, str>) -> bool {
        if !self.many.is_empty() {
            return self.many.insert(name);
        }
        if self.few.contains(&name) {
            return false;
        }
        self.few.push(name);
        if self.few.len() > FEW {
            self.many.extend(self.few.drain(..));
        }
        true
    }
}

/// A container that is not closed yet.
struct Open<'a> {
    row: usize,
    is_object: bool,
    names: Names<'a>,
    items: usize,
}

struct Reader<'a> {
    text: &'a str,
    data: &'a [u8],
    /// Values are kept, not only what is wrong.
    keeps: bool,
    values: Vec<Value>,
    wrong: Vec<Wrong>,
}

/// Read one text.
#[must_use]
pub fn read_json(text: &str) -> Read {
    read(text, true)
}

/// What is wrong in one text.
pub fn json_errors(text: &str) -> Vec<Error> {
    read(text, false).errors
}

fn read(text: &str, keeps: bool) -> Read {
    let mut reader = Reader { text, data: text.as_bytes(), keeps, values: Vec::new(), wrong: Vec::new() };
    if let Err(malformed) = reader.read() {
        reader.values.clear();
        reader.wrong.push(malformed);
    }
    let places = Places::new(text);
    let mut values = reader.values;
    for value in &mut values {
        (value.start, value.end) = (places.at(value.start), places.at(value.end));
    }
    Read { values, errors: placed(text, &places, &reader.wrong) }
}

/// `read_json` of each text, on as many threads as the pool has where there is enough of it.
#[must_use]
pub fn read_json_batch(texts: &[&str]) -> Vec<Read> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| read_json(text)).collect();
    }
    texts.par_iter().map(|text| read_json(text)).collect()
}

fn placed(text: &str, places: &Places<'_>, wrong: &[Wrong]) -> Vec<Error> {
    let (mut line, mut line_start, mut seen) = (1, 0, 0);
    wrong
        .iter()
        .map(|&(code, start, end)| {
            for (place, _) in text.get(seen..start).unwrap_or_default().match_indices('\n') {
                line += 1;
                line_start = places.at(seen + place + 1);
            }
            seen = seen.max(start);
            let start = places.at(start);
            Error { code, line, column: start - line_start + 1, start, end: places.at(end) }
        })
        .collect()
}

impl<'a> Reader<'a> {
    fn at(&self, place: usize) -> Option<u8> {
        self.data.get(place).copied()
    }

    /// The place behind the sign at a place; the place itself at the end of the text.
    fn behind(&self, place: usize) -> usize {
        let sign = self.text.get(place..).and_then(|rest| rest.chars().next());
        place + sign.map_or(0, char::len_utf8)
    }

    /// The span of the sign at a place; empty at the end of the text.
    fn sign(&self, code: usize, place: usize) -> Wrong {
        (code, place, self.behind(place))
    }

    fn run(&self, place: usize, one: impl Fn(u8) -> bool) -> usize {
        let rest = self.data.get(place..).unwrap_or_default();
        place + rest.iter().position(|&sign| !one(sign)).unwrap_or(rest.len())
    }

    fn space(&self, place: usize) -> usize {
        self.run(place, |sign| matches!(sign, b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn read(&mut self) -> Result<(), Wrong> {
        let mut opened: Vec<Open<'a>> = Vec::new();
        let mut key = Cow::Borrowed("");
        let mut place = self.space(0);
        let mut rows = 0;
        // may_close: the container was opened just now
        let (mut wants_value, mut may_close) = (true, false);
        loop {
            let sign = self.at(place);
            let parent = opened.last().map(|open| open.row);
            let closing = opened.last().map(|open| if open.is_object { b'}' } else { b']' });
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
                if sign != Some(b',') {
                    return Err(self.sign(COMMA, place));
                }
                inner.items += 1;
                (place, wants_value) = (self.space(place + 1), true);
                if inner.is_object {
                    (place, key) = self.name(place, inner)?;
                } else if self.keeps {
                    key = Cow::Owned(inner.items.to_string());
                }
            } else if let (true, Some(inner)) = (may_close, opened.last_mut().filter(|open| open.is_object)) {
                (place, key) = self.name(place, inner)?;
                may_close = false;
            } else {
                let (kind, end) = match sign {
                    Some(b'{') => (Kind::Object, place + 1),
                    Some(b'[') => (Kind::Array, place + 1),
                    _ => self.scalar(place)?,
                };
                if self.keeps {
                    let token = std::mem::take(&mut key).into_owned();
                    self.values.push(Value { kind, start: place, end, parent, token });
                }
                wants_value = matches!(kind, Kind::Object | Kind::Array);
                may_close = wants_value;
                if wants_value {
                    let is_object = kind == Kind::Object;
                    opened.push(Open { row: rows, is_object, names: Names::default(), items: 0 });
                    key = Cow::Borrowed("0");
                }
                rows += 1;
                place = self.space(end);
            }
        }
    }

    /// The name of a member: where its value begins, and the name.
    fn name(&mut self, place: usize, inner: &mut Open<'a>) -> Result<(usize, Cow<'a, str>), Wrong> {
        if self.at(place) != Some(b'"') {
            return Err(self.sign(NAME, place));
        }
        let (end, name) = self.string(place)?;
        let kept = if self.keeps { name.clone() } else { Cow::Borrowed("") };
        if !inner.names.insert(name) {
            self.wrong.push((REPEATED_NAME, place, end));
        }
        let colon = self.space(end);
        if self.at(colon) != Some(b':') {
            return Err(self.sign(COLON, colon));
        }
        Ok((self.space(colon + 1), kept))
    }

    fn scalar(&self, place: usize) -> Result<(Kind, usize), Wrong> {
        match self.at(place) {
            Some(b'"') => Ok((Kind::String, self.string(place)?.0)),
            Some(b'-' | b'0'..=b'9') => {
                let end = self.run(place, |sign| matches!(sign, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
                if self.number(place) == Some(end) { Ok((Kind::Number, end)) } else { Err((NUMBER, place, end)) }
            }
            Some(sign) if sign.is_ascii_alphabetic() => {
                let end = self.run(place, |sign| sign.is_ascii_alphanumeric() || sign == b'_');
                match self.data.get(place..end) {
                    Some(b"true") => Ok((Kind::True, end)),
                    Some(b"false") => Ok((Kind::False, end)),
                    Some(b"null") => Ok((Kind::Null, end)),
                    _ => Err((WORD, place, end)),
                }
            }
            _ => Err(self.sign(VALUE, place)),
        }
    }

    /// Where the number that begins here ends, if one does.
    fn number(&self, start: usize) -> Option<usize> {
        let digits = |place: usize| Some(self.run(place, |sign| sign.is_ascii_digit())).filter(|&end| end > place);
        let mut place = start + usize::from(self.at(start) == Some(b'-'));
        place = if self.at(place) == Some(b'0') { place + 1 } else { digits(place)? };
        if self.at(place) == Some(b'.') {
            place = digits(place + 1)?;
        }
        if matches!(self.at(place), Some(b'e' | b'E')) {
            place = digits(place + 1 + usize::from(matches!(self.at(place + 1), Some(b'+' | b'-'))))?;
        }
        Some(place)
    }

    /// Where the string that begins at `start` ends, and what it says.
    fn string(&self, start: usize) -> Result<(usize, Cow<'a, str>), Wrong> {
        let text = self.text;
        let mut said = Cow::Borrowed("");
        let mut place = start + 1;
        loop {
            let end = self.run(place, |sign| sign != b'"' && sign != b'\\' && sign >= b' ');
            let plain = text.get(place..end).unwrap_or_default();
            if place == start + 1 {
                said = Cow::Borrowed(plain);
            } else {
                said.to_mut().push_str(plain);
            }
            match self.at(end) {
                Some(b'"') => return Ok((end + 1, said)),
                None => return Err((UNCLOSED, start, end)),
                Some(b'\\') => {
                    let (after, sign) = self.escape(end)?;
                    said.to_mut().push(sign);
                    place = after;
                }
                Some(_) => return Err((CONTROL, end, end + 1)),
            }
        }
    }

    fn escape(&self, start: usize) -> Result<(usize, char), Wrong> {
        let plain = match self.at(start + 1) {
            Some(sign @ (b'"' | b'\\' | b'/')) => Some(char::from(sign)),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            _ => None,
        };
        if let Some(sign) = plain {
            return Ok((start + 2, sign));
        }
        let code = self.code(start).ok_or_else(|| (ESCAPE, start, self.behind(start + 1)))?;
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
        if self.data.get(start..start + 2)? != b"\\u" {
            return None;
        }
        let digits = self.data.get(start + 2..start + 6)?;
        digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
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
