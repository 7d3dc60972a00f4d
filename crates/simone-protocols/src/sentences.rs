//! Sentence boundaries of written text: prose, hard-wrapped lines, lists, headings, tables, CJK stops.
//!
//! Not for words or grammar. One pass over the bytes stops at the few signs where a sentence may end; rules on the
//! neighbouring tokens decide. Every step looks at a bounded reach or moves on, so the time is linear in the text.

use rayon::prelude::*;
use simone_unicode::{is_space, is_upper};

use crate::boundaries::{Stop, first_letter, is_wide_speech, stop_cut};
use crate::candidates::{Candidate, Kind, candidate};
use crate::cursor::Text;
use crate::line_breaks::is_new_line;
use crate::signs::{is_closing, is_sign, is_stop};

/// Bytes below which handing texts to other threads costs more than it saves.
const WORTH_SHARING_BYTES: usize = 1 << 16;

/// Spans [start, end) of the sentences of `text` in code points, in order, trimmed of white space.
///
/// Every character that is not white space lies in exactly one.
#[must_use]
pub fn split_sentences(text: &str) -> Vec<(usize, usize)> {
    let mut spans = byte_spans(Text(text));
    if !text.is_ascii() {
        to_code_points(text, &mut spans);
    }
    spans
}

/// `split_sentences` of each text, on as many threads as the pool has where there is enough of it.
#[must_use]
pub fn split_sentences_batch(texts: &[&str]) -> Vec<Vec<(usize, usize)>> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| split_sentences(text)).collect();
    }
    texts.par_iter().map(|text| split_sentences(text)).collect()
}

fn to_code_points(text: &str, spans: &mut [(usize, usize)]) {
    let (mut bytes, mut points) = (0, 0);
    let mut point = |at: usize| {
        points += text.get(bytes..at).unwrap_or_default().chars().count();
        bytes = at;
        points
    };
    for span in spans {
        *span = (point(span.0), point(span.1));
    }
}

fn byte_spans(text: Text<'_>) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while let Some(sign) = text.sign(at) {
        if let Some(found) = candidate(text, at) {
            for cut in cuts(text, begin, &found).into_iter().flatten() {
                begin = close(text, begin, cut, &mut spans);
            }
            at = found.end;
        } else {
            at += sign.len_utf8();
            if is_stop(sign) {
                at = text.skip(at, is_stop);
            }
        }
        match next_sign(text, at) {
            Some(next) => at = next,
            None => break,
        }
    }
    close(text, begin, text.len(), &mut spans);
    spans
}

/// Whether a byte is a sign, or begins a character that may be one.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling, where an index past the end does not build")]
const MAY_BE_SIGN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'\n' | b'.' | b'!' | b'?' | b':' | b';' | b'=' | b'<' | 0xc0..);
        byte += 1;
    }
    table
};

/// The first character from `at` on at which a candidate may begin.
fn next_sign(text: Text<'_>, mut at: usize) -> Option<usize> {
    loop {
        let may_be_sign = |&byte: &u8| MAY_BE_SIGN.get(usize::from(byte)).copied().unwrap_or_default();
        at += text.bytes_from(at).iter().position(may_be_sign)?;
        let sign = text.sign(at)?;
        if is_sign(sign) {
            return Some(at);
        }
        at += sign.len_utf8();
    }
}

fn close(text: Text<'_>, begin: usize, end: usize, spans: &mut Vec<(usize, usize)>) -> usize {
    let bare = text.piece(begin, end).trim_end_matches(is_space);
    let start = begin + bare.len();
    let bare = bare.trim_start_matches(is_space);
    if !bare.is_empty() {
        spans.push((start - bare.len(), start));
    }
    begin.max(end)
}

/// Where the candidate divides the text, if anywhere.
fn cuts(text: Text<'_>, begin: usize, found: &Candidate) -> [Option<usize>; 2] {
    let cut = match found.kind {
        Kind::Stop { closed, closed_end } => {
            let stop = Stop { start: found.start, closed, closed_end, end: found.end };
            stop_cut(text, begin, stop)
        }
        Kind::Blank => Some(found.end),
        Kind::Fence => return [Some(found.start), Some(found.end)],
        Kind::Wide => {
            let is_closed = text.sign_before(found.end).is_some_and(is_closing);
            (!(is_closed && is_wide_speech(text, found.end))).then_some(found.end)
        }
        Kind::Face => {
            let first = first_letter(text, text.skip_space(found.end));
            first.is_some_and(is_upper).then_some(found.end)
        }
        _ => is_new_line(text, found).then_some(found.start),
    };
    [cut, None]
}
