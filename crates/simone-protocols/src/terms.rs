//! Words as word search counts them: lower case, numbers whole, without function words, numbered as they first occur.
//!
//! Not for stems: what is searched for joins the forms of a word.

use std::collections::{HashMap, HashSet};

use simone_unicode::{is_decimal, is_word, lower};

/// The different words of some texts, and for each text the numbers of its words, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Each once, in the order in which they first occur.
    pub vocabulary: Vec<String>,
    /// Places in `vocabulary`, text after text.
    pub tokens: Vec<usize>,
    /// How many tokens each text has.
    pub lengths: Vec<usize>,
}

/// The words of each text but for those of `without`. Linear in the lengths.
#[must_use]
pub fn find_terms_batch(texts: &[&str], without: &HashSet<&str>) -> Terms {
    let mut found = Terms::default();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for text in texts {
        let before = found.tokens.len();
        scan(&lower(text).replace('ς', "σ"), |word| {
            if without.contains(word) {
                return;
            }
            let number = numbers.get(word).copied().unwrap_or_else(|| {
                numbers.insert(word.to_owned(), found.vocabulary.len());
                found.vocabulary.push(word.to_owned());
                found.vocabulary.len() - 1
            });
            found.tokens.push(number);
        });
        found.lengths.push(found.tokens.len() - before);
    }
    found
}

/// Give each word to `found`, in order; a number comes without the commas between its thousands.
fn scan(text: &str, mut found: impl FnMut(&str)) {
    let is_inner = |sign: char| is_word(sign) && sign != '_';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !is_inner(first) {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (length, has_commas) = match if is_decimal(first) { grouped(rest) } else { None } {
            Some(length) => (length, true),
            None if is_decimal(first) => (dotted(rest).unwrap_or_else(|| run(rest, is_inner)), false),
            None => (run(rest, is_inner), false),
        };
        let (word, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if has_commas {
            found(&word.replace(',', ""));
        } else {
            found(word);
        }
        rest = tail;
    }
}

/// Bytes of "1,234,567" or "1,234.5" where neither a digit nor a comma follows.
fn grouped(text: &str) -> Option<usize> {
    let after = |length: usize| text.get(length..).unwrap_or_default();
    let mut whole = run(text, is_decimal);
    if text.get(..whole)?.chars().count() > 3 {
        return None;
    }
    let mut groups = 0;
    while let Some(rest) = after(whole).strip_prefix(',') {
        let digits = run(rest, is_decimal);
        if rest.get(..digits)?.chars().count() != 3 {
            return None; // a comma or a digit would follow
        }
        whole += 1 + digits;
        groups += 1;
    }
    if groups == 0 {
        return None;
    }
    let fraction = after(whole).strip_prefix('.').map_or(0, |rest| run(rest, is_decimal));
    if fraction > 0 && !after(whole + 1 + fraction).starts_with(',') {
        return Some(whole + 1 + fraction);
    }
    Some(whole)
}

/// Bytes of digits with a point between them, once or more ("3.5", "10.1.2").
fn dotted(text: &str) -> Option<usize> {
    let mut length = run(text, is_decimal);
    let mut points = 0;
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix('.')) {
        let digits = run(rest, is_decimal);
        if digits == 0 {
            break;
        }
        length += 1 + digits;
        points += 1;
    }
    (points > 0).then_some(length)
}

/// Bytes of the signs at the beginning that are of a kind.
fn run(text: &str, is_of_kind: impl Fn(char) -> bool) -> usize {
    text.find(|sign| !is_of_kind(sign)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::find_terms_batch;

    fn words(text: &str) -> Vec<String> {
        let found = find_terms_batch(&[text], &HashSet::from(["the"]));
        found.tokens.iter().filter_map(|&number| found.vocabulary.get(number).cloned()).collect()
    }

    #[test]
    fn words_are_lower_case_and_function_words_are_left_out() {
        assert_eq!(words("The Wall held, the wall HELD_up."), ["wall", "held", "wall", "held", "up"]);
    }

    #[test]
    fn numbers_are_whole() {
        assert_eq!(words("1,234,567.89 and 1,234.5 3.5 10.1.2."), ["1234567.89", "and", "1234.5", "3.5", "10.1.2"]);
        assert_eq!(
            words("1234,567 1,23 1,2345 1,234,56 12,345x"),
            "1234 567 1 23 1 2345 1 234 56 12345 x".split(' ').collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_comma_behind_a_fraction_leaves_the_fraction_to_itself() {
        assert_eq!(words("1,234.5,"), ["1234", "5"]);
    }
}
