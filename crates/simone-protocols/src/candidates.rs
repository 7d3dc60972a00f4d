//! Where a sentence may end: stops, line breaks, code fences and faces, found without judging them.
//!
//! Not for decisions: `boundaries` and `line_breaks` look at the words around a candidate.

use simone_unicode::{is_decimal, is_space, is_word};

use crate::cursor::Text;
use crate::signs::{is_bullet, is_closing, is_pictograph, is_rule, is_stop, is_wide_stop};

/// What a candidate is, with the inner offsets that judging it needs.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A blank line, or a paragraph separator.
    Blank,
    /// A fenced code block.
    Fence,
    /// A line break before a rule, heading, table row, directive, field or bullet.
    Line,
    /// A line break before a numbered item whose marker begins at `marker`.
    Item { marker: usize },
    /// A line break before `Name: `.
    Field,
    /// A line break before a quoting `>`.
    Quoted,
    /// A line break before anything but a small letter, a digit or white space.
    Wrapped,
    /// A stop of a script that needs no white space after it.
    Wide,
    /// A stop whose closing signs lie in [`closed`, `closed_end`).
    Stop { closed: usize, closed_end: usize },
    /// An emoticon or emoji between white space.
    Face,
}

/// A place where a sentence may end, as byte offsets.
#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// The candidate that begins at `at`, if one does.
pub(crate) fn candidate(text: Text<'_>, at: usize) -> Option<Candidate> {
    let sign = text.sign(at)?;
    let (end, kind) = match sign {
        '\n' => line_break(text, at)?,
        '\u{2029}' => (at + sign.len_utf8(), Kind::Blank),
        _ if is_stop(sign) => stop(text, at)?,
        _ if is_wide_stop(sign) => {
            let stops = text.skip(at, is_wide_stop);
            (text.skip(stops, is_closing), Kind::Wide)
        }
        ':' | ';' | '=' | '<' => lone_face(text, at)?,
        _ if is_pictograph(sign) => lone_face(text, at)?,
        _ if at == 0 => (fence(text, 0)?, Kind::Fence),
        _ => return None,
    };
    Some(Candidate { start: at, end, kind })
}

// ── line breaks ─────────────────────────────────────────────────────────────────────────────────

fn line_break(text: Text<'_>, at: usize) -> Option<(usize, Kind)> {
    let blank = text.skip_bytes(at + 1, |byte| matches!(byte, b' ' | b'\t' | b'\r' | 0x0c | 0x0b));
    if text.byte(blank) == Some(b'\n') {
        return Some((blank, Kind::Blank));
    }
    if let Some(end) = fence(text, at + 1) {
        return Some((end, Kind::Fence));
    }
    let first = text.skip_blanks(at + 1);
    let sign = text.sign(first)?;
    if let Some(end) = line(text, first, sign) {
        return Some((end, Kind::Line));
    }
    if let Some(end) = enumerator(text, first).and_then(|end| blanks_before_sign(text, end)) {
        return Some((end, Kind::Item { marker: first }));
    }
    if let Some(end) = field(text, first)
        && matches!(text.byte(end), Some(b' ' | b'\t'))
    {
        return Some((end + 1, Kind::Field));
    }
    if sign == '>' {
        let end = text.skip_bytes(first, |byte| matches!(byte, b' ' | b'\t' | b'>'));
        return Some((end, Kind::Quoted));
    }
    let wraps = !(is_space(sign) || sign.is_ascii_lowercase() || sign.is_ascii_digit());
    wraps.then_some((first, Kind::Wrapped))
}

/// The end of the code block whose opening line begins at `line`: of its closing fence, or of a text that breaks off.
fn fence(text: Text<'_>, line: usize) -> Option<usize> {
    let open = text.skip_blanks(line);
    let tick = text.byte(open).filter(|byte| matches!(byte, b'`' | b'~'))?;
    let after = text.skip_bytes(open, |byte| byte == tick);
    if !(3..=4).contains(&(after - open)) {
        return None;
    }
    let ticks = text.piece(open, after);
    let mut line = text.next_break(after)? + 1;
    loop {
        let at = text.skip_blanks(line);
        if text.starts(at, ticks) {
            return Some(text.next_break(at).unwrap_or(text.len()));
        }
        if at == text.len() {
            return Some(at);
        }
        line = text.next_break(at)? + 1;
    }
}

/// The end of what shows at `at` that a line stands by itself.
fn line(text: Text<'_>, at: usize, sign: char) -> Option<usize> {
    if let Some(end) = rule(text, at) {
        return Some(end);
    }
    match sign {
        '#' => heading(text, at),
        '|' => {
            let end = text.next_break(at).unwrap_or(text.len());
            let last = memchr::memrchr(b'|', text.piece(at + 1, end).as_bytes())?;
            Some(at + last + 2)
        }
        '.' if text.starts(at, ".. ") => {
            let word = text.sign(at + 3).filter(|&sign| !is_space(sign))?;
            Some(at + 3 + word.len_utf8())
        }
        ':' => {
            text.byte(at + 1).filter(u8::is_ascii_alphabetic)?;
            let end = text.skip_most(at + 2, 30, |sign| is_word(sign) || matches!(sign, ' ' | '-'));
            (text.byte(end) == Some(b':')).then_some(end + 1)
        }
        _ if is_bullet(sign) => blanks_before_sign(text, at + sign.len_utf8()),
        _ => None,
    }
}

/// The end of a ruled line at `at`: one sign three times or more, or the border of a table.
pub(crate) fn rule(text: Text<'_>, at: usize) -> Option<usize> {
    let mark = text.byte(at).filter(|&byte| is_rule(byte))?;
    let same = text.skip_bytes(at, |byte| byte == mark);
    if same - at >= 3
        && let Some(end) = rest_of_rule(text, same)
    {
        return Some(end);
    }
    if mark != b'+' {
        return None;
    }
    let border = text.skip_bytes(at + 1, |byte| matches!(byte, b'-' | b'=' | b'+'));
    if border - at > 3 { rest_of_rule(text, border) } else { None }
}

fn rest_of_rule(text: Text<'_>, at: usize) -> Option<usize> {
    let mut end = text.skip_blanks(at);
    if text.byte(end) == Some(b'\r') {
        end += 1;
    }
    matches!(text.byte(end), None | Some(b'\n')).then_some(end)
}

/// The end of the hashes and the space of a heading at `at`.
pub(crate) fn heading(text: Text<'_>, at: usize) -> Option<usize> {
    let end = text.skip_bytes(at, |byte| byte == b'#');
    ((1..=6).contains(&(end - at)) && text.byte(end) == Some(b' ')).then_some(end + 1)
}

/// The end of a list number or letter with its stop or bracket at `at`.
pub(crate) fn enumerator(text: Text<'_>, at: usize) -> Option<usize> {
    let from = if text.byte(at) == Some(b'(') { at + 1 } else { at };
    let end = match text.sign(from)? {
        sign if is_decimal(sign) => text.skip_most(from, 3, is_decimal),
        sign if is_roman(sign) => text.skip_most(from, 4, is_roman),
        sign if sign.is_ascii_alphabetic() => from + 1,
        _ => return None,
    };
    matches!(text.byte(end), Some(b'.' | b')')).then_some(end + 1)
}

/// A letter of a Roman number as lists use them.
pub(crate) fn is_roman(sign: char) -> bool {
    matches!(sign, 'i' | 'v' | 'x' | 'I' | 'V' | 'X')
}

/// The end of `Name:` at `at`.
pub(crate) fn field(text: Text<'_>, at: usize) -> Option<usize> {
    text.byte(at).filter(u8::is_ascii_uppercase)?;
    let end = text.skip_most(at + 1, 24, |sign| sign.is_ascii_alphabetic() || sign == '-');
    (text.byte(end) == Some(b':')).then_some(end + 1)
}

/// Past one blank or more from `at` on, where something other than white space follows.
fn blanks_before_sign(text: Text<'_>, at: usize) -> Option<usize> {
    let end = text.skip_blanks(at);
    (end > at && !text.is_space_or_end(end)).then_some(end)
}

// ── stops and faces ─────────────────────────────────────────────────────────────────────────────

fn stop(text: Text<'_>, at: usize) -> Option<(usize, Kind)> {
    spaced_stop(text, at).or_else(|| rest_of_stop(text, text.skip(at, is_stop)))
}

/// An ellipsis written with spaces: three stops or more, as many as leave a stop that may end a sentence.
fn spaced_stop(text: Text<'_>, at: usize) -> Option<(usize, Kind)> {
    let mut found = None;
    let mut stop = at;
    let mut count = 0_usize;
    while text.byte(stop) == Some(b'.') {
        count += 1;
        if count >= 3 {
            found = rest_of_stop(text, stop + 1).or(found);
        }
        match text.sign(stop + 1) {
            Some(gap @ (' ' | '\u{a0}')) => stop += 1 + gap.len_utf8(),
            _ => break,
        }
    }
    found
}

/// Closing signs and note marks from `closed` on, where white space, the end or a dash follows.
fn rest_of_stop(text: Text<'_>, closed: usize) -> Option<(usize, Kind)> {
    let closed_end = text.skip(closed, is_closing);
    let mut end = closed_end;
    while let Some(after) = note(text, end) {
        end = after;
    }
    let ends = match text.sign(end) {
        None => true,
        Some(dash @ ('–' | '—')) => text.is_space(end + dash.len_utf8()),
        Some(sign) => is_space(sign),
    };
    ends.then_some((end, Kind::Stop { closed, closed_end }))
}

/// The end of a note mark such as `[12]` at `at`.
fn note(text: Text<'_>, at: usize) -> Option<usize> {
    if text.byte(at) != Some(b'[') {
        return None;
    }
    let end = text.skip_most(at + 1, 4, is_word);
    (end > at + 1 && text.byte(end) == Some(b']')).then_some(end + 1)
}

fn lone_face(text: Text<'_>, at: usize) -> Option<(usize, Kind)> {
    text.sign_before(at).filter(|&sign| is_space(sign))?;
    let end = face(text, at)?;
    text.is_space(end).then_some((end, Kind::Face))
}

/// The end of an emoticon, a heart or a run of emoji at `at`.
pub(crate) fn face(text: Text<'_>, at: usize) -> Option<usize> {
    match text.byte(at)? {
        b':' | b';' | b'=' => {
            let nosed = matches!(text.byte(at + 1), Some(b'-' | b'\'' | b'^'));
            let mouth = at + 1 + usize::from(nosed);
            let end = text.skip_bytes(mouth, |byte| matches!(byte, b')' | b'(' | b'D' | b'P' | b'p' | b'/' | b'|'));
            (end > mouth).then_some(end)
        }
        b'<' => (text.byte(at + 1) == Some(b'3')).then_some(at + 2),
        _ => {
            let end = text.skip(at, |sign| is_pictograph(sign) || matches!(sign, '\u{FE0F}' | '\u{200D}'));
            (end > at).then_some(end)
        }
    }
}
