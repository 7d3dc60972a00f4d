//! Words with their syllables, and what readability indices count, in one reading.
//!
//! Not for the indices themselves.

use rayon::prelude::*;
use simone_unicode::{is_decimal, is_upper, is_word, lower};

use crate::sentences::split_sentences;
use crate::syllables::count_syllables;

/// Bytes below which handing texts to other threads costs more than it saves.
const WORTH_SHARING_BYTES: usize = 1 << 15;
/// Syllables from which a word is long.
const LONG: usize = 3;

/// A word: its span in code points and its syllables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// First code point.
    pub start: usize,
    /// Code point behind the last.
    pub end: usize,
    /// Its syllables.
    pub syllables: usize,
}

/// Sentences with words, words, syllables, letters, long words, hard words.
pub type Counts = [usize; 6];

/// A word as it is found: bytes, code points, lower-case form.
struct Found<'t> {
    start: usize,
    raw: &'t str,
    form: String,
}

/// Give each word to `found`, in order.
fn scan<'t>(text: &'t str, mut found: impl FnMut(Found<'t>)) {
    let mut rest = text.char_indices().peekable();
    let mut point = 0;
    while let Some(&(begin, first)) = rest.peek() {
        if !is_word(first) || first == '_' {
            rest.next();
            point += 1;
            continue;
        }
        let tail = text.get(begin..).unwrap_or_default();
        let bytes = if is_decimal(first) { number_length(tail) } else { word_length(tail) };
        let raw = tail.get(..bytes).unwrap_or_default();
        let start = point;
        while rest.next_if(|&(place, _)| place < begin + bytes).is_some() {
            point += 1;
        }
        found(Found { start, raw, form: form_of(raw) });
    }
}

/// Bytes of digits joined by points, commas and colons, with what word signs follow.
fn number_length(text: &str) -> usize {
    let mut length = run(text, is_decimal);
    loop {
        let rest = text.get(length..).unwrap_or_default();
        if !rest.starts_with(['.', ',', ':']) {
            break;
        }
        let digits = run(rest.get(1..).unwrap_or_default(), is_decimal);
        if digits == 0 {
            break;
        }
        length += 1 + digits;
    }
    length + run(text.get(length..).unwrap_or_default(), is_word)
}

/// Bytes of letters and numerals joined by single apostrophes and hyphens.
fn word_length(text: &str) -> usize {
    let is_inner = |sign: char| is_word(sign) && sign != '_';
    let mut length = run(text, is_inner);
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let Some(joint) = rest.chars().next().filter(|sign| matches!(sign, '\'' | '’' | '-' | '\u{2010}' | '\u{2011}'))
        else {
            return length;
        };
        let more = run(rest.get(joint.len_utf8()..).unwrap_or_default(), is_inner);
        if more == 0 {
            return length;
        }
        length += joint.len_utf8() + more;
    }
}

/// Bytes of the signs at the beginning that are `one`.
fn run(text: &str, one: impl Fn(char) -> bool) -> usize {
    text.find(|sign| !one(sign)).unwrap_or(text.len())
}

fn form_of(raw: &str) -> String {
    if raw.is_ascii() {
        return raw.to_ascii_lowercase();
    }
    lower(raw).replace('’', "'").replace(['\u{2010}', '\u{2011}'], "-")
}

/// Words of a text in order.
#[must_use]
pub fn find_words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    scan(text, |found| {
        let end = found.start + found.raw.chars().count();
        words.push(Word { start: found.start, end, syllables: count_syllables(&found.form) });
    });
    words
}

/// What readability indices count in a text.
#[must_use]
pub fn text_statistics(text: &str) -> Counts {
    let spans = split_sentences(text);
    let mut spans = spans.iter().peekable();
    let mut is_free = true;
    let [mut sentences, mut words, mut syllables, mut letters, mut long, mut hard] = Counts::default();
    scan(text, |found| {
        // the first word that starts inside a sentence opens it
        while spans.next_if(|&&(_, end)| end <= found.start).is_some() {
            is_free = true;
        }
        let opens = is_free && spans.peek().is_some_and(|&&(start, _)| start <= found.start);
        is_free &= !opens;
        let count = count_syllables(&found.form);
        sentences += usize::from(opens);
        words += 1;
        syllables += count;
        letters += found.raw.chars().filter(|&sign| is_word(sign) && sign != '_').count();
        long += usize::from(count >= LONG);
        hard += usize::from(is_hard(&found, count, opens));
    });
    [sentences, words, syllables, letters, long, hard]
}

fn is_hard(word: &Found<'_>, syllables: usize, opens: bool) -> bool {
    let is_name = !opens && word.raw.chars().next().is_some_and(is_upper);
    if syllables < LONG || word.form.contains('-') || is_name {
        return false;
    }
    let base = ["es", "ed", "ing"].iter().find_map(|ending| word.form.strip_suffix(ending));
    base.is_none_or(|base| syllables > LONG || count_syllables(base) == syllables)
}

/// `find_words` of each text.
#[must_use]
pub fn find_words_batch(texts: &[&str]) -> Vec<Vec<Word>> {
    each(texts, find_words)
}

/// `text_statistics` of each text.
#[must_use]
pub fn text_statistics_batch(texts: &[&str]) -> Vec<Counts> {
    each(texts, text_statistics)
}

fn each<T: Send>(texts: &[&str], work: impl Fn(&str) -> T + Sync) -> Vec<T> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| work(text)).collect();
    }
    texts.par_iter().map(|text| work(text)).collect()
}
