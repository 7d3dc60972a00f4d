//! Finds proper names in English text and decides whether two forms name the same thing.
//!
//! Not for telling people from places: a name here has no type.

use rustc_hash::FxHashSet;
use simone_unicode::{is_all_upper, is_alpha, is_digit, is_space, is_upper};

use crate::lists::{List, lists_of};
use crate::tokens::{Tokens, all_alpha, all_lower, count, is_plural, lower};

const ABSTRACT_ENDINGS: [&str; 18] = [
    "tion", "sion", "ness", "ment", "ity", "ing", "ism", "logy", "ance", "ence", "ship", "hood", "graphy", "ture",
    "ics", "ly", "age", "ure",
];
const MORE_ABSTRACT_ENDINGS: [&str; 4] = ["ful", "less", "ious", "able"];

/// A proper-name run: `normal` is in lower case, without titles and possessives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) normal: String,
}

/// What of the whole text tells a name.
struct Scene<'a> {
    tokens: &'a Tokens<'a>,
    shouted: Vec<bool>,
    inside: FxHashSet<&'a str>,
    small: FxHashSet<&'a str>,
}

/// Proper-name runs in text order, not overlapping.
pub(crate) fn find_names(tokens: &Tokens<'_>) -> Vec<Name> {
    let capitals: Vec<usize> =
        tokens.all.iter().enumerate().filter(|(_, token)| token.word != token.low).map(|(index, _)| index).collect();
    if capitals.is_empty() {
        return Vec::new();
    }
    let shouted = shouted(tokens, &capitals);
    let is_shouted = |index: usize| shouted.get(index).copied().unwrap_or(false);
    let inside =
        capitals.iter().filter(|&&at| !is_shouted(at) && !opens(tokens, at)).map(|&at| tokens.low(at)).collect();
    let small = tokens.all.iter().filter(|token| token.word == token.low).map(|token| token.word).collect();
    let scene = Scene { tokens, shouted, inside, small };
    let mut found = Vec::new();
    let mut after = 0;
    for &index in &capitals {
        if index >= after
            && !scene.is_shouted(index)
            && let Some(end) = scene.run(index)
        {
            found.push(name(tokens, index, end));
            after = end;
        }
    }
    found
}

/// Per token: whether it stands in a line all in capitals; empty where no line can be.
fn shouted(tokens: &Tokens<'_>, capitals: &[usize]) -> Vec<bool> {
    let is_loud = |word: &str| count(word) > 1 && is_all_upper(word);
    if capitals.iter().filter(|&&at| is_loud(tokens.word(at))).count() < 2 {
        return Vec::new();
    }
    let mut marks = vec![false; tokens.len()];
    let mut begin = 0;
    for index in 1..=tokens.len() {
        if index < tokens.len() && !tokens.between(index - 1, index).contains('\n') {
            continue;
        }
        let line = (begin..index).map(|at| tokens.word(at)).filter(|word| word.chars().next().is_some_and(is_alpha));
        let (mut words, mut signs, mut all) = (0, 0, true);
        for word in line {
            words += 1;
            signs += count(word);
            all &= is_all_upper(word);
        }
        if words > 1 && signs > 7 && all {
            marks.iter_mut().take(index).skip(begin).for_each(|mark| *mark = true);
        }
        begin = index;
    }
    marks
}

/// Whether token `index` is the first word of a sentence, quotation, list item or line.
fn opens(tokens: &Tokens<'_>, index: usize) -> bool {
    if index == 0 {
        return true;
    }
    let before = tokens.word(index - 1);
    if tokens.has(index - 1, List::CLOSERS) {
        if before == "." && index > 1 && (tokens.has(index - 2, List::TITLES) || count(tokens.word(index - 2)) == 1) {
            return false;
        }
        return !(matches!(before, "-" | "/" | "'" | "’" | "#") && tokens.touches(index));
    }
    tokens.between(index - 1, index).contains('\n')
}

fn is_possessive(low: &str) -> bool {
    low.ends_with("'s") || low.ends_with("’s")
}

impl Scene<'_> {
    fn is_shouted(&self, index: usize) -> bool {
        self.shouted.get(index).copied().unwrap_or(false)
    }

    fn is_nameable(&self, index: usize) -> bool {
        self.tokens.word(index).chars().next().is_some_and(is_upper) && !self.is_shouted(index)
    }

    /// The end of the name that begins at the capitalised token `index`; none where the capital means something else.
    fn run(&self, index: usize) -> Option<usize> {
        let (tokens, lists) = (self.tokens, self.tokens.lists(index));
        let (word, low) = (tokens.word(index), tokens.low(index));
        let signs = count(word);
        let opens = opens(tokens, index);
        let acronym = (2..7).contains(&signs) && is_all_upper(word) && !opens;
        let stem = low.split('\'').next().unwrap_or(low);
        let stem = stem.split('’').next().unwrap_or(stem);
        if (lists.has(List::COMMON) && !acronym)
            || lists.has(List::NEVER)
            || (stem != low && lists_of(stem).has(List::COMMON))
        {
            return None;
        }
        let mut letters = word.chars();
        let (first, second) = (letters.next()?, letters.next());
        if !(is_upper(first) || signs > 3 && second.is_some_and(is_upper)) {
            return None;
        }
        let is_small = self.small.contains(low);
        if signs > 6 && is_all_upper(word) && is_small {
            return None;
        }
        let after = self.extend(index);
        let alone = opens && (after == index + 1 || is_small) && !looks_special(tokens, index);
        if alone && (is_small || !(self.inside.contains(low) || has_predicate(tokens, index))) {
            return None;
        }
        Some(after)
    }

    /// The token after the longest run of name words, connectors, initials and joined digits from token `index`.
    fn extend(&self, index: usize) -> usize {
        let tokens = self.tokens;
        let mut after = index + 1;
        while after < tokens.len() {
            let (word, lists, before) = (tokens.word(after), tokens.lists(after), tokens.word(after - 1));
            if is_possessive(tokens.low(after - 1)) || before.ends_with(['\'', '’']) {
                break;
            }
            if tokens.between(after - 1, after).contains("\n\n") {
                break;
            }
            let touches = tokens.touches(after);
            let initial = word == "." && touches && count(before) == 1;
            let dotted = word == "."
                && touches
                && self.is_nameable(after + 1)
                && (count(before) == 1 || tokens.has(after - 1, List::TITLES));
            let named = self.is_nameable(after) && !lists.has(List::NEVER) && (!lists.has(List::COMMON) || touches);
            if named
                || dotted
                || (initial
                    && tokens.low(after.wrapping_sub(2)) == "."
                    && count(tokens.low(after.wrapping_sub(3))) == 1)
            {
                after += 1;
            } else if matches!(word, "-" | "’" | "'" | "&")
                && touches
                && tokens.touches(after + 1)
                && (self.is_nameable(after + 1) || tokens.is_number(after + 1))
            {
                after += 2;
            } else if lists.has(List::CONNECTORS) {
                match self.connected(after) {
                    Some(end) => after = end,
                    None => break,
                }
            } else if is_number_of(tokens, after, word, before) {
                return after + 1;
            } else {
                break;
            }
        }
        after
    }

    /// The token after the name word to which the connectors from token `after` lead.
    fn connected(&self, after: usize) -> Option<usize> {
        let tokens = self.tokens;
        let mut ahead = after + 1;
        while tokens.has(ahead, List::CONNECTORS) && ahead < after + 3 {
            ahead += 1;
        }
        let leads = tokens.has(after, List::TIGHT_CONNECTORS) || tokens.low(after) == "of";
        (leads && self.is_nameable(ahead) && !tokens.lists(ahead).has_any(&[List::COMMON, List::NEVER]))
            .then_some(ahead + 1)
    }
}

fn is_number_of(tokens: &Tokens<'_>, after: usize, word: &str, before: &str) -> bool {
    word.chars().next().is_some_and(is_digit) && count(word) <= 3 && all_alpha(before) && is_numbered(tokens, after)
}

/// Whether the digits at token `index` belong to the name before them: Apollo 11, not Belmar 40 ships or 3.5 %.
fn is_numbered(tokens: &Tokens<'_>, index: usize) -> bool {
    let follower = tokens.low(index + 1);
    if tokens.touches(index)
        || is_plural(follower)
        || matches!(follower, "%" | "percent" | "per" | "million" | "billion")
    {
        return false;
    }
    !tokens.touches(index + 1)
        || ((tokens.has(index + 1, List::CLOSERS) || follower == ",") && !tokens.touches(index + 2))
}

/// Whether the lone opening word at token `index` is the subject of a verb and looks like no common noun.
fn has_predicate(tokens: &Tokens<'_>, index: usize) -> bool {
    let (low, lists) = (tokens.low(index), tokens.lists(index));
    if lists.has_any(&[List::MASS_NOUNS, List::NUMERAL_STARTERS])
        || is_plural(low)
        || ABSTRACT_ENDINGS.iter().chain(&MORE_ABSTRACT_ENDINGS).any(|ending| low.ends_with(ending))
        || count(low) < 3
    {
        return false;
    }
    let follower = tokens.low(index + 1);
    let next = tokens.word((index + 2).min(tokens.len() - 1));
    if follower == "and" && next.chars().next().is_some_and(is_upper) {
        return true;
    }
    tokens.has(index + 1, List::PREDICATES)
        || (follower.ends_with("ed") && count(follower) > 4 && !low.ends_with("ed") && !low.ends_with("er"))
}

/// Whether the word itself says that it is a name: capitals inside, an acronym, a digit joined by a hyphen.
fn looks_special(tokens: &Tokens<'_>, index: usize) -> bool {
    let word = tokens.word(index);
    let signs = count(word);
    let rest = word.char_indices().nth(1).map_or("", |(at, _)| word.get(at..).unwrap_or_default());
    if signs > 1 && (is_all_upper(word) || !all_lower(rest)) && all_alpha(word) && signs < 30 {
        return true;
    }
    (tokens.low(index + 1) == "-" && tokens.touches(index + 1) && tokens.is_number(index + 2))
        || is_possessive(tokens.low(index))
}

fn name(tokens: &Tokens<'_>, first: usize, after: usize) -> Name {
    let (start, mut end) = (tokens.start(first), tokens.end(after - 1));
    let last = tokens.word(after - 1);
    if is_possessive(tokens.low(after - 1)) {
        end -= last.chars().rev().take(2).map(char::len_utf8).sum::<usize>();
    }
    Name { start, end, normal: normal_name(tokens.text.piece(start, end)) }
}

/// `name` in lower case, without titles, possessives, points and a leading article.
pub(crate) fn normal_name(name: &str) -> String {
    let plain = lower(name).replace("’s", "").replace("'s", "");
    let parts: Vec<String> = plain
        .split(is_space)
        .map(|part| part.trim_matches(['.', ',', '\'', '’', '"']))
        .filter(|part| !part.is_empty())
        .map(|part| part.replace('.', ""))
        .collect();
    let mut parts: &[String] = &parts;
    while parts.len() > 1
        && let [first, rest @ ..] = parts
        && (first == "the" || lists_of(first).has(List::TITLES))
    {
        parts = rest;
    }
    while parts.len() > 1
        && let [rest @ .., last] = parts
        && lists_of(last).has(List::SUFFIXES)
    {
        parts = rest;
    }
    parts.join(" ")
}

/// The words of a name as `same_name` takes them.
pub(crate) fn name_parts(name: &str) -> Vec<String> {
    normal_name(name).split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Whether two names can name the same thing: equal, one part of the other, or its acronym.
pub(crate) fn same_name(first: &[String], second: &[String]) -> bool {
    if first.is_empty() || second.is_empty() {
        return false;
    }
    if first == second {
        return true;
    }
    let (short, long) = if second.len() < first.len() { (second, first) } else { (first, second) };
    if let [only] = short {
        if long.len() > 1 && is_acronym(only, long) {
            return true;
        }
        return (long.first() == Some(only) || long.last() == Some(only)) && count(only) > 1;
    }
    matches_in_order(short, long)
}

fn is_acronym(short: &str, long: &[String]) -> bool {
    let letters: String = short.chars().filter(|sign| !matches!(sign, '.' | '&')).collect();
    let initials = |keep: fn(&str) -> bool| -> String {
        long.iter().filter(|word| keep(word)).filter_map(|word| word.chars().next()).collect()
    };
    count(&letters) > 1
        && (letters == initials(|_| true) || letters == initials(|word| !lists_of(word).has(List::CONNECTORS)))
}

/// Whether each word of `short` equals or abbreviates a word of `long`, in order, ending on the same word.
fn matches_in_order(short: &[String], long: &[String]) -> bool {
    let (Some((last, leading)), Some((end, words))) = (short.split_last(), long.split_last()) else { return false };
    if last != end {
        return false;
    }
    let mut place = words.iter();
    leading.iter().all(|word| {
        place.any(|other| {
            word == other || ((count(word) == 1 || count(other) == 1) && word.chars().next() == other.chars().next())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_name_are_recognised() {
        let same = |a: &str, b: &str| same_name(&name_parts(a), &name_parts(b));
        assert!(
            same("President Barack Obama", "Obama") && same("UN", "United Nations") && same("J. Smith", "John Smith")
        );
        assert!(!same("John Smith", "Jane Smith") && !same("New York", "York Minster") && !same("", "Obama"));
    }
}
