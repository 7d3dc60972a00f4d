//! Words, digit runs and signs of a text with their offsets, and the little English morphology that counting needs.
//!
//! Not for stems: `words` has those.

use std::borrow::Cow;

use simone_unicode::{is_alpha, is_digit, is_letter, is_lower, is_space, is_title, is_upper};

use crate::lists::{List, Lists, entry, lists_of};
use crate::text::Text;

/// One token; offsets are bytes.
pub(crate) struct Token<'a> {
    pub(crate) word: &'a str,
    pub(crate) low: Cow<'a, str>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) lists: Lists,
}

/// All tokens of a text; every index outside reads as nothing, so that `index.wrapping_sub(1)` is safe to ask for.
pub(crate) struct Tokens<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) all: Vec<Token<'a>>,
}

impl<'a> Tokens<'a> {
    /// White space aside, every character belongs to one token.
    pub(crate) fn of(text: &'a str) -> Self {
        let text = Text(text);
        let mut all = Vec::with_capacity(text.0.len() / 5 + 1);
        let mut at = 0;
        while let Some(sign) = text.sign(at) {
            let end = if is_letter(sign) {
                let word = text.skip(at, is_letter);
                match text.eat_sign(word, &['\'', '’']) {
                    Some(mark) if text.sign(mark).is_some_and(is_letter) => text.skip(mark, is_letter),
                    _ => word,
                }
            } else if sign.is_ascii_digit() {
                text.digits(at)
            } else {
                at + sign.len_utf8()
            };
            if !is_space(sign) {
                let word = text.piece(at, end);
                let low = lower(word);
                let lists = lists_of(&low);
                all.push(Token { word, low, start: at, end, lists });
            }
            at = end;
        }
        Tokens { text, all }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Lower case of token `index`.
    #[inline]
    pub(crate) fn low(&self, index: usize) -> &str {
        self.all.get(index).map_or("", |token| &token.low)
    }

    #[inline]
    pub(crate) fn word(&self, index: usize) -> &'a str {
        self.all.get(index).map_or("", |token| token.word)
    }

    /// The lists that token `index` is in.
    #[inline]
    pub(crate) fn lists(&self, index: usize) -> Lists {
        self.all.get(index).map_or(Lists::default(), |token| token.lists)
    }

    #[inline]
    pub(crate) fn has(&self, index: usize, list: List) -> bool {
        self.lists(index).has(list)
    }

    #[inline]
    pub(crate) fn start(&self, index: usize) -> usize {
        self.all.get(index).map_or(self.text.0.len(), |token| token.start)
    }

    #[inline]
    pub(crate) fn end(&self, index: usize) -> usize {
        self.all.get(index).map_or(self.text.0.len(), |token| token.end)
    }

    /// Whether token `index` follows its predecessor without a gap.
    #[inline]
    pub(crate) fn touches(&self, index: usize) -> bool {
        index > 0 && index < self.all.len() && self.start(index) == self.end(index - 1)
    }

    /// First token at or after `offset`, searching from token `index`.
    pub(crate) fn after(&self, offset: usize, mut index: usize) -> usize {
        while self.all.get(index).is_some_and(|token| token.start < offset) {
            index += 1;
        }
        index
    }

    /// The text from token `first` to before token `after`.
    pub(crate) fn between(&self, end_of: usize, start_of: usize) -> &'a str {
        self.text.piece(self.end(end_of), self.start(start_of))
    }

    /// The lower-case token `index` begins with a digit of any script.
    #[inline]
    pub(crate) fn is_number(&self, index: usize) -> bool {
        self.low(index).chars().next().is_some_and(is_digit)
    }

    /// The lower-case token `index` begins with a letter.
    #[inline]
    pub(crate) fn begins_alpha(&self, index: usize) -> bool {
        self.low(index).chars().next().is_some_and(is_alpha)
    }
}

/// `str.lower`; the sigma that ends a word as Python writes it.
pub(crate) fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    let lowered = simone_unicode::lower(word);
    if !word.contains('Σ') {
        return Cow::Owned(lowered);
    }
    let context = word.to_lowercase();
    let mut sigmas = context.chars().filter(|&sign| sign == 'σ' || sign == 'ς');
    Cow::Owned(
        lowered
            .chars()
            .map(|sign| if sign == 'σ' || sign == 'ς' { sigmas.next().unwrap_or(sign) } else { sign })
            .collect(),
    )
}

/// `str.isalpha`.
pub(crate) fn all_alpha(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_alpha)
}

/// `str.isdigit`.
pub(crate) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_digit)
}

/// `str.isascii() and str.isdigit()`.
pub(crate) fn ascii_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `str.islower`.
pub(crate) fn all_lower(text: &str) -> bool {
    text.chars().any(is_lower) && !text.chars().any(|sign| is_upper(sign) || is_title(sign))
}

/// Code points of a text.
#[inline]
pub(crate) fn count(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

fn ends_any(text: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| text.ends_with(ending))
}

/// The text without its last `signs` characters.
pub(crate) fn without(text: &str, signs: usize) -> &str {
    text.char_indices().rev().nth(signs.wrapping_sub(1)).map_or("", |(at, _)| text.get(..at).unwrap_or_default())
}

/// Whether a lower-case word has the form of an English plural noun.
pub(crate) fn is_plural(low: &str) -> bool {
    let Some(stem) = low.strip_suffix('s') else { return lists_of(low).has(List::IRREGULAR_PLURALS) };
    let lists = lists_of(low);
    if lists.has(List::IRREGULAR_PLURALS) {
        return true;
    }
    count(low) > 3 && !ends_any(stem, &["s", "u", "í", "'", "’", "i"]) && !lists.has(List::NOT_PLURAL)
}

/// The singular of a lower-case plural, other words unchanged.
pub(crate) fn singular(low: &str) -> Cow<'_, str> {
    if let Some(base) = entry(List::IRREGULAR_PLURALS, low) {
        return Cow::Borrowed(base);
    }
    if low.ends_with("women") || (low.ends_with("men") && count(low) > 5) {
        return Cow::Owned(format!("{}an", without(low, 2)));
    }
    if !is_plural(low) {
        return Cow::Borrowed(low);
    }
    if low.ends_with("ies") {
        return if count(low) > 4 {
            Cow::Owned(format!("{}y", without(low, 3)))
        } else {
            Cow::Borrowed(without(low, 1))
        };
    }
    if ends_any(low, &["sses", "shes", "ches", "xes", "zzes"]) || (low.ends_with("oes") && count(low) > 5) {
        return Cow::Borrowed(without(low, 2));
    }
    Cow::Borrowed(without(low, 1))
}

/// The singular head of what is counted by a number that ends before token `index`; "" if unknown.
pub(crate) fn counted_noun(tokens: &Tokens<'_>, mut index: usize) -> String {
    if tokens.low(index) == "-" && tokens.touches(index) && tokens.touches(index + 1) {
        let low = tokens.low(index + 1);
        return if all_alpha(low) { singular(low).into_owned() } else { String::new() };
    }
    if tokens.low(index) == "of" {
        index += 1;
        while matches!(
            tokens.low(index),
            "the" | "its" | "his" | "her" | "their" | "our" | "all" | "these" | "those" | "my" | "your"
        ) {
            index += 1;
        }
    }
    let mut fallback = "";
    for mut position in index..(index + 5).min(tokens.len()) {
        let low = tokens.low(position);
        if low.starts_with('-') && !fallback.is_empty() {
            continue;
        }
        let lists = tokens.lists(position);
        if !tokens.begins_alpha(position) || (lists.has(List::FUNCTION_WORDS) && !lists.has(List::ADJECTIVES)) {
            break;
        }
        if is_plural(low) {
            while is_plural(tokens.low(position + 1)) {
                position += 1;
            }
            return singular(tokens.low(position)).into_owned();
        }
        if fallback.is_empty() && !lists.has(List::ADJECTIVES) && !ends_any(low, &["ed", "ing", "ly"]) {
            fallback = low;
        }
    }
    fallback.to_owned()
}
