//! Words of a text with their offsets and stems, so that two texts can be compared word by word.
//!
//! Not for sentences and not for grammar.

use std::borrow::Cow;

use simone_unicode::{is_letter, is_space};

use crate::lists::{List, Lists, entry, holds_pair, lists_of};
use crate::measures::is_alnum;
use crate::text::Text;
use crate::tokens::{count, lower, without};

/// One token: byte offsets, lower case with straight apostrophes, and stem.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) lower: String,
    pub(crate) stem: String,
    pub(crate) lists: Lists,
    pub(crate) stem_lists: Lists,
}

/// A stem and the lists that hold it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stem<'a> {
    pub(crate) text: &'a str,
    pub(crate) lists: Lists,
}

impl<'a> Stem<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Stem { text, lists: lists_of(text) }
    }

    /// Whether the two are equal, listed synonyms, or one is the other's adverb.
    pub(crate) fn is_same(self, other: Stem<'_>) -> bool {
        self.text == other.text
            || self.pairs_with(other, List::SAME)
            || self.text.as_bytes().first() == other.text.as_bytes().first()
                && by_length(self.text, other.text).is_some_and(|(short, long)| {
                    long.strip_prefix(short).is_some_and(|ending| matches!(ending, "li" | "ward" | "al"))
                        || long.strip_prefix(without(short, 1)) == Some("li")
                })
    }

    /// Whether the two point opposite ways (rise, fall).
    pub(crate) fn is_direction(self, other: Stem<'_>) -> bool {
        self.pairs_with(other, List::DIRECTED)
    }

    /// Whether the two exclude each other: listed opposites, directions, or one is the other with un-, in-, dis-.
    pub(crate) fn is_opposite(self, other: Stem<'_>) -> bool {
        self.pairs_with(other, List::OPPOSED)
            || self.is_direction(other)
            || self.text.as_bytes().last() == other.text.as_bytes().last()
                && by_length(self.text, other.text).is_some_and(|(short, long)| {
                    long.strip_suffix(short).is_some_and(|front| lists_of(front).has(List::DENYING))
                })
    }

    fn pairs_with(self, other: Stem<'_>, pairs: List) -> bool {
        self.lists.has(pairs) && other.lists.has(pairs) && holds_pair(pairs, self.text, other.text)
    }
}

/// The shorter and the longer of two stems, where the shorter has more than three letters.
fn by_length<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, &'a str)> {
    let (short, long) = if count(a) < count(b) { (a, b) } else { (b, a) };
    (count(short) > 3).then_some((short, long))
}

impl Word {
    fn new(start: usize, end: usize, written: &str) -> Self {
        let mut lower = lower(written);
        if lower.contains('’') {
            lower = Cow::Owned(lower.replace('’', "'"));
        }
        let stem = stem(&lower);
        let (lists, stem_lists) = (lists_of(&lower), lists_of(&stem));
        Word { start, end, stem, lists, stem_lists, lower: lower.into_owned() }
    }

    /// Its stem, to be held against another.
    pub(crate) fn stem(&self) -> Stem<'_> {
        Stem { text: &self.stem, lists: self.stem_lists }
    }

    /// Whether it is more than punctuation.
    pub(crate) fn is_word(&self) -> bool {
        self.lower.starts_with(|sign| is_alnum(sign) || sign == '\'')
    }

    /// Whether it carries meaning of its own: not punctuation and not a function word.
    pub(crate) fn is_content(&self) -> bool {
        self.lower.starts_with(is_alnum) && !self.lists.has(List::FUNCTION)
    }
}

/// Tokens of a text in order, punctuation included; what stands before an "n't" is written out ("wo" is "will").
pub(crate) fn find_words(text: &str) -> Vec<Word> {
    let text = Text(text);
    let mut words: Vec<Word> = Vec::with_capacity(text.0.len() / 5 + 1);
    let mut at = 0;
    while let Some(sign) = text.sign(at) {
        let end = if sign == '_' || is_space(sign) {
            at += sign.len_utf8();
            continue;
        } else if is_alnum(sign) {
            word_end(text, at, sign)
        } else {
            clitic(text, at).unwrap_or(at + sign.len_utf8())
        };
        let word = Word::new(at, end, text.piece(at, end));
        if word.lower == "n't"
            && let Some(before) = words.last_mut()
            && let Some(whole) = shortened(&before.lower)
        {
            *before = Word::new(before.start, before.end, whole);
        }
        words.push(word);
        at = end;
    }
    words
}

/// What stands before an "n't", written out.
fn shortened(lower: &str) -> Option<&'static str> {
    match lower {
        "ca" => Some("can"),
        "wo" => Some("will"),
        "sha" => Some("shall"),
        _ => None,
    }
}

/// n't at `at`; `any_case`: N'T too.
fn not(text: Text<'_>, at: usize, any_case: bool) -> Option<usize> {
    let eat = |at, letter| if any_case { text.eat_any_case(at, letter) } else { text.eat(at, letter) };
    let mark = text.eat_sign(eat(at, "n")?, &['\'', '’'])?;
    eat(mark, "t").filter(|&end| !text.is_word(end))
}

/// 's, 're and the like at `at`.
fn clitic(text: Text<'_>, at: usize) -> Option<usize> {
    let mark = text.eat_sign(at, &['\'', '’'])?;
    ["s", "re", "ve", "ll", "d", "m"]
        .iter()
        .find_map(|letters| text.eat(mark, letters).filter(|&end| !text.is_word(end)))
}

fn word_end(text: Text<'_>, at: usize, sign: char) -> usize {
    if let Some(end) = not(text, at, true) {
        return end;
    }
    if text.is_decimal(at) {
        return number_end(text, at);
    }
    if is_letter(sign)
        && let Some(end) = initials(text, at)
    {
        return end;
    }
    let run = text.skip(at, is_alnum);
    // a run that ends in n before 't gives that n away, unless it is all of it
    let before = run - 1;
    if before > at && text.byte(before) == Some(b'n') && not(text, before, false).is_some() {
        return before;
    }
    run
}

/// 1,234.5, 12:30, 1st, 1980s, 5%.
fn number_end(text: Text<'_>, at: usize) -> usize {
    let decimals = |at: usize| text.skip(at, simone_unicode::is_decimal);
    let mut end = decimals(at);
    while let Some(next) = text.eat_sign(end, &['.', ',', ':'])
        && text.is_decimal(next)
    {
        end = decimals(next);
    }
    ["st", "nd", "rd", "th", "s", "%"].iter().find_map(|ending| text.eat(end, ending)).unwrap_or(end)
}

/// U.S.
fn initials(text: Text<'_>, at: usize) -> Option<usize> {
    let initial = |at: usize| text.eat(at + text.sign(at).filter(|&sign| is_letter(sign))?.len_utf8(), ".");
    let mut end = initial(initial(at)?)?;
    while let Some(next) = initial(end) {
        end = next;
    }
    Some(end)
}

/// Inflection removed: forms of one word share a stem, which need not be a word.
pub(crate) fn stem(low: &str) -> String {
    let base = match entry(List::IRREGULAR, low) {
        Some(base) if base != low => Cow::Borrowed(base),
        _ if count(low) > 3 => strip(low),
        _ => Cow::Borrowed(low),
    };
    let mut base = base.as_ref();
    if count(base) > 3 {
        base = base.strip_suffix('e').unwrap_or(base);
    }
    if count(base) > 3
        && let Some(rest) = base.strip_suffix('y')
        && !rest.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{rest}i");
    }
    base.to_owned()
}

fn strip(low: &str) -> Cow<'_, str> {
    let long = count(low) > 4;
    if let Some(root) = low.strip_suffix("ies").or_else(|| low.strip_suffix("ied"))
        && long
    {
        return Cow::Owned(format!("{root}y"));
    }
    if ["sses", "shes", "ches", "xes", "zes"].iter().any(|ending| low.ends_with(ending)) {
        return Cow::Borrowed(without(low, 2));
    }
    if let Some(root) = low.strip_suffix('s')
        && !root.ends_with(['s', 'u', 'i'])
    {
        return Cow::Borrowed(root);
    }
    for ending in ["ing", "ed"] {
        if let Some(root) = low.strip_suffix(ending)
            && count(root) > 2
            && root.contains(['a', 'e', 'i', 'o', 'u', 'y'])
            && !low.ends_with("eed")
        {
            let mut signs = root.chars().rev();
            let last = signs.next();
            let doubled = last == signs.next() && !matches!(last, Some('l' | 's' | 'z'));
            return Cow::Borrowed(if doubled { without(root, 1) } else { root });
        }
    }
    Cow::Borrowed(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_as_the_reference_cuts_them() {
        let cut = |text: &str| find_words(text).into_iter().map(|word| word.lower).collect::<Vec<_>>();
        assert_eq!(cut("It isn't U.S. 3.5% can’t"), ["it", "is", "n't", "u.s.", "3.5%", "can", "n't"]);
        assert_eq!(cut("the 1980s' Bob's, a_b"), ["the", "1980s", "'", "bob", "'s", ",", "a", "b"]);
    }

    #[test]
    fn inflection_is_removed() {
        for (form, base) in [("making", "make"), ("ran", "run"), ("cities", "city"), ("stopped", "stop")] {
            assert_eq!(stem(form), stem(base), "{form}");
        }
    }
}
