//! What a text says that a merge must not lose: numbers, dates, names and negators, in the order they stand.
//!
//! Not for understanding: no grammar, no values. In doubt a word counts, so that a merge is refused.

use rayon::prelude::*;

use crate::lists::{Lists, lists_of};
use crate::tokens::{Token, Tokens};

/// Kinds of facts, as bits of what a merge would lose.
pub(crate) const NUMBER: u8 = 1;
pub(crate) const DATE: u8 = 2;
pub(crate) const NAME: u8 = 4;
pub(crate) const NEGATION: u8 = 8;
/// The same facts in another order.
pub(crate) const ORDER: u8 = 16;

/// Bytes below which handing texts to other threads costs more than it saves.
const WORTH_SHARING_BYTES: usize = 1 << 16;
const ENDINGS: [&str; 6] = ["'s", "'m", "'d", "'re", "'ve", "'ll"];

/// One fact: its kind, its normalised form, and its span [start, end) in code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// 1 number, 2 date, 4 name, 8 negation.
    pub kind: u8,
    /// Lower case; a number with its signs and unit.
    pub form: String,
    /// First code point.
    pub start: usize,
    /// Past the last code point.
    pub end: usize,
}

impl Fact {
    /// XXH3-64 of the form.
    #[must_use]
    pub fn key(&self) -> u64 {
        simone_hash::hash(self.form.as_bytes())
    }
}

/// `find_facts` of each text, on several threads where there is enough of it.
#[must_use]
pub fn find_facts_batch(texts: &[&str]) -> Vec<Vec<Fact>> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| find_facts(text)).collect();
    }
    texts.par_iter().with_min_len(32).map(|text| find_facts(text)).collect()
}

/// The facts of a text, in order.
#[must_use]
pub fn find_facts(text: &str) -> Vec<Fact> {
    let tokens = Tokens::of(text);
    let mut facts: Vec<Fact> = Vec::new();
    let mut name_end = None;
    let mut previous: Option<&Token> = None;
    for (at, token) in tokens.iter().enumerate() {
        let lowered = tokens.lowered(token);
        let lists = lists_of(lowered);
        let mut ended = None;
        if token.has_digit {
            let taken = facts.last().map_or(0, |fact| fact.end);
            facts.push(number(text, taken, &tokens, previous, token, tokens.get(at + 1)));
        } else if is_month(token, lists) || lists.time || token.has_capital && lists.capital_time {
            facts.push(fact(DATE, token, lowered.to_owned()));
        } else if lists.number {
            facts.push(fact(NUMBER, token, lowered.to_owned()));
        } else if lists.negator || lowered.ends_with("n't") {
            facts.push(fact(NEGATION, token, negator(lowered).to_owned()));
        } else if (token.has_capital || token.is_caseless) && !is_ordinary(lowered, lists) {
            let name = lowered.strip_suffix("'s").unwrap_or(lowered);
            let gap = name_end.and_then(|end| text.get(end..token.start));
            match (gap, facts.last_mut()) {
                (Some(" " | "-"), Some(run)) => {
                    run.form.push(' ');
                    run.form.push_str(name);
                    run.end = token.end;
                }
                _ => facts.push(fact(NAME, token, name.to_owned())),
            }
            ended = Some(token.end);
        }
        name_end = ended;
        previous = Some(token);
    }
    if !text.is_ascii() {
        to_code_points(text, &mut facts);
    }
    facts
}

fn fact(kind: u8, token: &Token, form: String) -> Fact {
    Fact { kind, form, start: token.start, end: token.end }
}

/// A number with the signs that touch it, from `taken` on; its form has the next word, unless that is ordinary.
fn number(
    text: &str,
    taken: usize,
    tokens: &Tokens,
    previous: Option<&Token>,
    token: &Token,
    next: Option<&Token>,
) -> Fact {
    let lowered = tokens.lowered(token);
    let is_month = |token: &Token| is_month(token, lists_of(tokens.lowered(token)));
    let before = text.get(taken..token.start).unwrap_or_default().chars().rev().take(2);
    let signs = before.take_while(|&sign| is_before(sign) || is_currency(sign)).map(char::len_utf8);
    let start = token.start - signs.sum::<usize>();
    let rest = text.get(token.end..).unwrap_or_default();
    let after = rest.chars().next();
    let touching = after.filter(|&sign| matches!(sign, '%' | '‰' | '°') || is_currency(sign));
    let end = token.end + touching.map_or(0, char::len_utf8);
    let mut form = text.get(start..token.start).unwrap_or_default().to_owned();
    if is_grouped(lowered) {
        form.extend(lowered.chars().filter(|&sign| sign != ','));
    } else {
        form.push_str(lowered);
    }
    form.push_str(text.get(token.end..end).unwrap_or_default());
    let mut is_date = lowered.contains([':', '/', '-', '–']) || previous.is_some_and(is_month);
    let is_beside = |next: &&Token| matches!(text.get(end..next.start), Some(" " | "\u{a0}" | "-"));
    if let Some(unit) = next.filter(is_beside)
        && !unit.has_digit
        && (is_month(unit) || !is_ordinary(tokens.lowered(unit), lists_of(tokens.lowered(unit))))
    {
        form.push(' ');
        form.push_str(tokens.lowered(unit));
        is_date |= is_month(unit);
    }
    is_date |= form == lowered && is_year(&form);
    Fact { kind: if is_date { DATE } else { NUMBER }, form, start, end }
}

fn is_before(sign: char) -> bool {
    matches!(sign, '+' | '-' | '−' | '±' | '~' | '<' | '>' | '≤' | '≥' | '=' | '#')
}

fn is_currency(sign: char) -> bool {
    matches!(sign, '$' | '¢' | '£' | '¤' | '¥' | '\u{20a0}'..='\u{20cf}')
}

/// Thousands set off by commas, perhaps with decimals.
fn is_grouped(number: &str) -> bool {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let mut groups = whole.split(',');
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let mut count = 0;
    let rest = groups.all(|group| {
        count += 1;
        group.len() == 3 && is_digits(group)
    });
    rest && count > 0 && (1..=3).contains(&first.len()) && is_digits(first) && is_digits(decimals)
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && number.starts_with(['1', '2']) && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_month(token: &Token, lists: Lists) -> bool {
    lists.month || token.has_capital && lists.capital_month
}

fn negator(lowered: &str) -> &str {
    if matches!(lowered, "cannot" | "cant") || lowered.ends_with("n't") { "not" } else { lowered }
}

/// `lists` are those of the whole word.
fn is_ordinary(lowered: &str, lists: Lists) -> bool {
    let bare = ENDINGS.iter().find_map(|ending| lowered.strip_suffix(ending));
    bare.map_or(lists, lists_of).ordinary
}

fn to_code_points(text: &str, facts: &mut [Fact]) {
    let (mut bytes, mut points) = (0, 0);
    let mut point = |at: usize| {
        points += text.get(bytes..at).unwrap_or_default().chars().count();
        bytes = at;
        points
    };
    for fact in facts {
        (fact.start, fact.end) = (point(fact.start), point(fact.end));
    }
}

#[cfg(test)]
mod tests {
    use super::{DATE, NAME, NEGATION, NUMBER, find_facts};
    use proptest::prelude::*;

    fn forms(text: &str) -> Vec<(u8, String)> {
        find_facts(text).into_iter().map(|fact| (fact.kind, fact.form)).collect()
    }

    #[test]
    fn numbers_dates_names_and_negators_are_found_in_order() {
        let text = "Anna’s sister moved to New York on May 5, 2021, and didn't pay $1,200.50 for 3 cats.";
        let expected = [
            (NAME, "anna"),
            (NAME, "new york"),
            (DATE, "may"),
            (DATE, "5"),
            (DATE, "2021"),
            (NEGATION, "not"),
            (NUMBER, "$1200.50"),
            (NUMBER, "3 cats"),
        ];
        assert_eq!(forms(text), expected.map(|(kind, form)| (kind, form.to_owned())));
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_inside(text in "\\PC{0,80}") {
            let mut at = 0;
            for fact in find_facts(&text) {
                prop_assert!(at <= fact.start && fact.start < fact.end);
                at = fact.end;
            }
            prop_assert!(at <= text.chars().count());
        }
    }
}
