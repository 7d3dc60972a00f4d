//! Whether a line break begins a new unit: a list item, a field, a heading, or a line that was broken on purpose.
//!
//! Not for blank lines: those always do.

use simone_unicode::{is_space, is_upper};

use crate::candidates::{Candidate, Kind, enumerator, field, heading, rule};
use crate::cursor::{Text, trim_end, trim_start};
use crate::signs::is_bullet;
use crate::words::is_opener;

/// Code points of the paragraph's width below which nothing is known about wrapping.
const NARROWEST_WRAP: usize = 40;
/// Code points of the following line that are looked at.
const FOLLOWING_REACH: usize = 399;

/// Whether the line break at the candidate begins a new unit.
pub(crate) fn is_new_line(text: Text<'_>, found: &Candidate) -> bool {
    let line = text.line_before(found.start);
    let previous = Text(line);
    let first = previous.skip_blanks(0);
    if heading(previous, first).is_some() || rule(previous, first).is_some() || is_table_line(previous, first) {
        return true;
    }
    match found.kind {
        Kind::Item { marker } => {
            let marker =
                text.piece(marker, found.end).trim_matches(|sign| matches!(sign, '(' | ')' | '.' | ' ' | '\t'));
            trim_end(line).chars().next_back().is_none_or(|sign| matches!(sign, '.' | ':' | ';' | '!' | '?'))
                || matches!(marker, "1" | "a" | "A" | "i")
                || is_item_line(previous)
        }
        Kind::Quoted => !trim_start(line).starts_with('>'),
        Kind::Field => is_field_line(previous) || is_cut_short(text, found.start, line),
        Kind::Wrapped => is_cut_short(text, found.start, line),
        _ => true,
    }
}

fn is_table_line(line: Text<'_>, first: usize) -> bool {
    let end = line.0.trim_end_matches(['\t', '\r', ' ']).len();
    line.byte(first) == Some(b'|') && line.0.get(first + 1..end).is_some_and(|rest| rest.ends_with('|'))
}

fn is_item_line(line: Text<'_>) -> bool {
    let first = line.skip_bytes(0, |byte| matches!(byte, b' ' | b'\t' | b'>'));
    let end = match line.sign(first) {
        Some(sign) if is_bullet(sign) => Some(first + sign.len_utf8()),
        _ => enumerator(line, first),
    };
    end.is_some_and(|end| matches!(line.byte(end), Some(b' ' | b'\t')))
}

fn is_field_line(line: Text<'_>) -> bool {
    field(line, 0).is_some_and(|end| matches!(line.bytes_from(end), [] | [b'\r'] | [b' ' | b'\t', ..]))
}

/// Whether the line before the break ends long before the paragraph's width, so that its break was meant.
fn is_cut_short(text: Text<'_>, at: usize, previous: &str) -> bool {
    let line = trim_end(previous);
    match line.chars().next_back() {
        None | Some(',' | ';' | '-' | '–' | '—' | '(' | '/' | '&') => return false,
        Some(_) => {}
    }
    let rest = Text(text.piece(at + 1, text.len()));
    let following = trim_end(rest.piece(0, rest.skip_most(0, FOLLOWING_REACH, |sign| sign != '\n')));
    let length = line.chars().count();
    let width = length.max(following.chars().count());
    width >= NARROWEST_WRAP
        && 2 * length < width
        && trim_start(following).chars().next().is_some_and(is_upper)
        && !line.rsplit(is_space).next().is_some_and(is_opener)
}
