//! A shallow reading of one sentence: words, values, names, verb groups with polarity, and who does what to whom.
//!
//! Not for general parsing: closed classes, a verb list and order are all it has. `relations` hangs words on verbs.

use crate::days::Date;
use crate::lists::{List, Lists};
use crate::measures::is_alnum;
use crate::mentions::Found;
use crate::names::name_parts;
use crate::quantities::Quantity;
use crate::relations::{Relation, relations};
use crate::scope::{is_beside, is_hedge, scoped};
use crate::text::Points;
use crate::tokens::{Tokens, all_alpha, count, lower};
use crate::words::{Stem, Word, find_words};

/// No verb.
pub(crate) const NONE: usize = usize::MAX;
/// Words that a group may reach from its first to its last verb.
const WIDEST_GROUP: usize = 8;

/// A verb group: `head` and `first` index the words; `positive` its polarity; not `certain` under a hedge.
#[derive(Clone, Debug)]
pub(crate) struct Verb {
    pub(crate) head: usize,
    pub(crate) first: usize,
    /// The comma of an apposition, which says "is".
    pub(crate) is_comma: bool,
    pub(crate) passive: bool,
    pub(crate) positive: bool,
    pub(crate) certain: bool,
}

/// A proper name; offsets are bytes.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) normal: String,
    pub(crate) parts: Vec<String>,
}

/// A sentence as read; offsets are bytes, word indices refer to `words`.
pub(crate) struct Reading<'a> {
    pub(crate) text: &'a str,
    pub(crate) points: Points,
    pub(crate) words: Vec<Word>,
    /// Content words that are no verbs and no values.
    pub(crate) content: Vec<usize>,
    pub(crate) is_content: Vec<bool>,
    /// In order of their first words.
    pub(crate) verbs: Vec<Verb>,
    /// For each word the verb whose head it is, or `NONE`.
    pub(crate) verb_of: Vec<usize>,
    pub(crate) relations: Vec<Vec<Relation>>,
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) dates: Vec<Date>,
    pub(crate) names: Vec<Named>,
    /// For each word how many prepositions and auxiliaries stand before it.
    pub(crate) links: Vec<usize>,
    /// The lists that hold some word.
    pub(crate) lists: Lists,
}

impl<'a> Reading<'a> {
    /// Lower case of word `index`, "" outside.
    #[inline]
    pub(crate) fn low(&self, index: usize) -> &str {
        low(&self.words, index)
    }

    /// The lists of word `index`.
    #[inline]
    pub(crate) fn lists(&self, index: usize) -> Lists {
        self.words.get(index).map_or(Lists::default(), |word| word.lists)
    }

    /// The stem of word `index`.
    #[inline]
    pub(crate) fn stem(&self, index: usize) -> Stem<'_> {
        self.words.get(index).map_or(Stem { text: "", lists: Lists::default() }, Word::stem)
    }

    /// The stem of a verb.
    #[inline]
    pub(crate) fn verb_stem(&self, verb: &Verb) -> Stem<'_> {
        verb_stem(&self.words, verb)
    }

    /// What word `index` hangs on.
    #[inline]
    pub(crate) fn relations(&self, index: usize) -> &[Relation] {
        self.relations.get(index).map_or(&[], Vec::as_slice)
    }

    /// Whether word `index` is the head of a verb group.
    #[inline]
    pub(crate) fn is_verb(&self, index: usize) -> bool {
        self.verb_of.get(index).is_some_and(|&verb| verb != NONE)
    }

    /// Whether word `index` is among `content`.
    #[inline]
    pub(crate) fn holds(&self, index: usize) -> bool {
        self.is_content.get(index).copied().unwrap_or(false)
    }

    /// First word that starts at or after the byte offset `start`, else the last one.
    pub(crate) fn word_at(&self, start: usize) -> usize {
        self.words.partition_point(|word| word.start < start).min(self.words.len().saturating_sub(1))
    }

    /// Whether some word is `lower` in lower case.
    pub(crate) fn says(&self, lower: &str) -> bool {
        self.words.iter().any(|word| word.lower == lower)
    }

    /// The words from index `from` to before `to` that there are.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &[Word] {
        slice(&self.words, from, to)
    }

    /// Indices of the words that start within [start, end).
    pub(crate) fn starting_in(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let first = self.words.partition_point(|word| word.start < start);
        first..self.words.partition_point(|word| word.start < end).max(first)
    }

    /// The text of [start, end).
    pub(crate) fn piece(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Whether a "by" before it says until when, and not by whom: "by Saturday", "by March 1904", not "by March Inc".
pub(crate) fn is_time(words: &[Word], k: usize) -> bool {
    if !words.get(k).is_some_and(|word| word.lists.has(List::TIMES)) {
        return false;
    }
    words.get(k + 1).is_none_or(|after| {
        !after.is_word()
            || after.lower.starts_with(simone_unicode::is_digit)
            || after.lists.has_any(&[List::TIMES, List::PARTS_OF_DAYS, List::FUNCTION])
    })
}

#[inline]
pub(crate) fn low(words: &[Word], index: usize) -> &str {
    words.get(index).map_or("", |word| &word.lower)
}

pub(crate) fn slice(words: &[Word], from: usize, to: usize) -> &[Word] {
    let to = to.min(words.len());
    words.get(from.min(to)..to).unwrap_or_default()
}

pub(crate) fn verb_stem<'a>(words: &'a [Word], verb: &Verb) -> Stem<'a> {
    if verb.is_comma {
        return Stem::of("be");
    }
    words.get(verb.head).map_or(Stem::of(""), Word::stem)
}

pub(crate) fn has(words: &[Word], index: usize, list: List) -> bool {
    words.get(index).is_some_and(|word| word.lists.has(list))
}

/// Reads one sentence; the cost grows with its length.
pub(crate) fn read(text: &str) -> Reading<'_> {
    let words = find_words(text);
    let Found { mut quantities, dates, names, .. } = Found::of(&Tokens::of(text));
    let taken: Vec<_> = dates.iter().map(|date| (date.start, date.end)).collect();
    quantities.retain(|one| !is_inside(one.start, one.end, &taken) && !is_pronoun_one(text, one));
    let names: Vec<Named> = names
        .into_iter()
        .filter(|name| !is_inside(name.start, name.end, &taken))
        .map(|name| Named { start: name.start, end: name.end, parts: name_parts(&name.normal), normal: name.normal })
        .collect();
    let spans = taken.iter().copied().chain(quantities.iter().map(|one| (one.start, one.end)));
    let values = covered(&words, spans);
    let named = covered(&words, names.iter().map(|name| (name.start, name.end)));
    let heads = verb_heads(&words, &values, &named);
    let mut verbs = verb_groups(&words, &heads);
    verbs.extend(appositions(&words, &named, &heads));
    verbs.sort_by_key(|verb| verb.first);
    let mut verb_of = vec![NONE; words.len()];
    for (number, verb) in verbs.iter().enumerate() {
        if let Some(place) = verb_of.get_mut(verb.head) {
            *place = number;
        }
    }
    let relations = relations(&words, &verbs, &verb_of, &values);
    let is_content: Vec<bool> = words
        .iter()
        .enumerate()
        .map(|(i, word)| {
            (word.is_content() || is_adverb(&words, i))
                && verb_of.get(i) == Some(&NONE)
                && !flag(&values, i)
                && !word.lists.has(List::NEGATORS)
                && !(word.lower == "longer" && i > 0 && matches!(low(&words, i - 1), "no" | "any"))
        })
        .collect();
    let content = is_content.iter().enumerate().filter(|&(_, &held)| held).map(|(i, _)| i).collect();
    let lists = words.iter().fold(Lists::default(), |all, word| all.or(word.lists));
    let is_link = |word: &Word| word.lists.has_any(&[List::PREPOSITIONS, List::AUXILIARIES]);
    let links = words.iter().scan(0, |count, word| Some(std::mem::replace(count, *count + usize::from(is_link(word)))));
    let links = links.collect();
    Reading {
        text,
        points: Points::of(text),
        words,
        content,
        is_content,
        verbs,
        verb_of,
        relations,
        quantities,
        dates,
        names,
        links,
        lists,
    }
}

#[inline]
pub(crate) fn flag(flags: &[bool], index: usize) -> bool {
    flags.get(index).copied().unwrap_or(false)
}

/// Whether a preposition stands alone at the end of its clause and so says where ("they waited outside").
fn is_adverb(words: &[Word], i: usize) -> bool {
    has(words, i, List::PLACES) && words.get(i + 1).is_none_or(|next| !next.is_word())
}

fn is_pronoun_one(text: &str, one: &Quantity) -> bool {
    let said = lower(text.get(one.start..one.end).unwrap_or_default());
    matches!(said.as_ref(), "one" | "first" | "second" | "third")
}

fn is_inside(start: usize, end: usize, spans: &[(usize, usize)]) -> bool {
    spans.iter().any(|&(a, b)| a < end && start < b)
}

/// For each word whether one of the spans covers it.
fn covered(words: &[Word], spans: impl Iterator<Item = (usize, usize)>) -> Vec<bool> {
    let mut found = vec![false; words.len()];
    for (start, end) in spans {
        let first = words.partition_point(|word| word.start < start);
        for (word, covers) in words.iter().zip(&mut found).skip(first).take_while(|(word, _)| word.start < end) {
            *covers |= word.end <= end;
        }
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Nothing,
    Auxiliary,
    Past,
    Ing,
    WithS,
    Base,
}

fn form(word: &Word) -> Form {
    let lower = word.lower.as_str();
    if word.lists.has(List::AUXILIARIES) {
        return Form::Auxiliary;
    }
    if word.lists.has_any(&[List::FUNCTION, List::NEGATORS]) {
        return Form::Nothing;
    }
    if word.lists.has_any(&[List::PAST, List::PARTICIPLES, List::INVARIANT]) {
        return Form::Past;
    }
    if !all_alpha(lower) {
        return Form::Nothing;
    }
    if lower.ends_with("ed") && count(lower) > 3 && !lower.ends_with("eed") {
        return Form::Past;
    }
    if word.lists.has(List::NO_VERBS) {
        return Form::Nothing;
    }
    let is_verb = word.stem_lists.has(List::VERB_STEMS);
    if lower.ends_with("ing") && count(lower) > 5 && (is_verb || count(lower) > 6) {
        return Form::Ing;
    }
    if !is_verb {
        return Form::Nothing;
    }
    if lower.ends_with('s') && !lower.ends_with("ss") { Form::WithS } else { Form::Base }
}

fn verb_heads(words: &[Word], values: &[bool], named: &[bool]) -> Vec<bool> {
    let forms: Vec<Form> = words
        .iter()
        .enumerate()
        .map(|(i, word)| if flag(values, i) || (flag(named, i) && i > 0) { Form::Nothing } else { form(word) })
        .collect();
    let form_at = |i: usize| forms.get(i).copied().unwrap_or(Form::Nothing);
    let mut heads = vec![false; words.len()];
    let mut solid = None; // the last word that is no adverb of a verb group
    for (i, word) in words.iter().enumerate() {
        let back = solid;
        let lower = word.lower.as_str();
        if !(matches!(lower, "not" | "n't" | "never" | "also") || lower.ends_with("ly")) {
            solid = Some(i);
        }
        let is_head = match form_at(i) {
            Form::Nothing => continue,
            Form::Auxiliary => lower != "'s" || is_short_is(words, i),
            form => {
                let before = back.and_then(|back| words.get(back));
                let after = words.get(i + 1).filter(|_| !flag(values, i + 1));
                let after_verb = back.is_some_and(|back| flag(&heads, back));
                is_verb_here(form, before, after, after_verb, form_at(i + 1))
                    && !(lower == "like"
                        && before.is_none_or(|word| {
                            word.lower != "to" && !word.lists.has_any(&[List::SUBJECT_PRONOUNS, List::MODALS])
                        }))
            }
        };
        if let Some(head) = heads.get_mut(i) {
            *head = is_head;
        }
    }
    heads
}

/// Whether "'s" stands for "is" or "has" and not for possession.
fn is_short_is(words: &[Word], i: usize) -> bool {
    i > 0
        && (has(words, i - 1, List::PRONOUNS)
            || matches!(low(words, i - 1), "there" | "here" | "that")
            || matches!(low(words, i + 1), "a" | "an" | "the" | "not" | "been"))
}

fn is_verb_here(form: Form, before: Option<&Word>, after: Option<&Word>, after_verb: bool, next: Form) -> bool {
    let Some(before) = before else { return false };
    let (lists, lower) = (before.lists, before.lower.as_str());
    if lists.has(List::DETERMINER) && !matches!(lower, "this" | "that" | "these" | "those" | "all" | "both" | "each") {
        return false;
    }
    let runs = matches!(form, Form::Past | Form::Ing);
    match lower {
        "'s" => return runs,
        "to" => return matches!(form, Form::Base | Form::Past),
        _ if lists.has(List::PREPOSITIONS) => return false,
        _ if lists.has_any(&[List::MODALS, List::DO]) => return matches!(form, Form::Base | Form::Past),
        _ if lists.has_any(&[List::BE, List::HAVE]) => return runs,
        _ if runs => return !after_verb || lists.has(List::AUXILIARIES),
        _ if after_verb || matches!(next, Form::Auxiliary | Form::Past) => return false,
        _ if lists.has(List::SUBJECT_PRONOUNS) => return true,
        _ => {}
    }
    let opens = after.is_none_or(|after| {
        let classes = [List::DETERMINER, List::PREPOSITIONS, List::PRONOUNS, List::SUBORDINATORS];
        after.lists.has_any(&classes) || !all_alpha(&after.lower)
    });
    if form == Form::Base {
        return (lower.ends_with('s') && !lower.ends_with("ss"))
            || lists.has(List::IRREGULAR)
            || (lower == "and" && opens);
    }
    all_alpha(lower) && (opens || !lists.has(List::FUNCTION))
}

fn verb_groups(words: &[Word], heads: &[bool]) -> Vec<Verb> {
    let clauses = Clauses::of(words);
    let mut groups: Vec<Verb> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if !flag(heads, i) {
            i += 1;
            continue;
        }
        let (first, mut last) = (i, i);
        let mut j = i + 1;
        while j < words.len() && last - first < WIDEST_GROUP {
            let lower = low(words, j);
            if flag(heads, j) && has(words, last, List::AUXILIARIES) {
                last = j;
            } else if !(matches!(lower, "not" | "n't" | "never" | "also" | "no" | "longer" | "only" | "just")
                || lower.ends_with("ly"))
            {
                break;
            }
            j += 1;
        }
        let past = has(words, last, List::PARTICIPLES) || low(words, last).ends_with("ed");
        let be = slice(words, first, last).iter().any(|word| word.lists.has(List::BE));
        let by = (last + 1..(last + 4).min(words.len().saturating_sub(1))).any(|k| {
            low(words, k) == "by" && !low(words, k + 1).starts_with(simone_unicode::is_digit) && !is_time(words, k + 1)
        });
        let bare = first == last && past && (by || (first > 0 && low(words, first - 1) == ","));
        let (positive, certain) = clauses.polarity(first, last, groups.last());
        groups.push(Verb {
            head: last,
            first,
            is_comma: false,
            passive: past && (be || (bare && by)),
            positive,
            certain,
        });
        i = last + 1;
    }
    scoped(words, groups)
}

/// The words of a sentence, and what of all of them says about each of its clauses.
struct Clauses<'a> {
    words: &'a [Word],
    has_condition: bool,
    /// First word after which "no man who came" no longer stands over the rest; 0 where nothing stands over it.
    denied_until: usize,
}

impl<'a> Clauses<'a> {
    fn of(words: &'a [Word]) -> Self {
        let denies = matches!(low(words, 0), "no" | "none" | "nobody" | "nothing" | "neither" | "few" | "hardly");
        let breaks = |word: &Word| {
            matches!(word.lower.as_str(), "and" | "but" | ";" | "because" | "that" | "while" | "although")
        };
        Clauses {
            words,
            has_condition: words.iter().any(|word| word.lists.has(List::CONDITIONS)),
            denied_until: if denies { words.iter().position(breaks).unwrap_or(words.len()) } else { 0 },
        }
    }

    /// Polarity and certainty of a verb group from the words of its clause; `before`: the group before it.
    fn polarity(&self, first: usize, last: usize, before: Option<&Verb>) -> (bool, bool) {
        let words = self.words;
        let floor = before.map_or(0, |verb| verb.head + 1);
        let mut start = first;
        while start > floor && !has(words, start - 1, List::BREAKS) {
            start -= 1;
        }
        let mut negations = usize::from(start > 0 && start <= self.denied_until);
        let mut certain = !self.has_condition && !self.is_reported(start, first, before);
        certain &= !(first > 1 && low(words, first - 1) == "to" && low(words, first - 2) == "used");
        for k in start..=last {
            let lower = low(words, k);
            let is_beside = k + 1 < first && is_beside(words, k);
            let denies = has(words, k, List::NEGATORS) && !is_not_only(words, k) && !is_beside;
            let goes_on = lower == "nor" && (start..k).any(|before| low(words, before) == "neither");
            negations += usize::from(denies && !goes_on && !matches!(lower, "without" | "few"));
            negations += usize::from(lower == "few" && (k == start || !has(words, k - 1, List::BEFORE_FEW)));
            certain &= !is_hedge(words, k, last);
        }
        negations += usize::from(self.denies_after(last));
        let lead = first.checked_sub(1).map_or("", |at| low(words, at));
        if let Some(verb) = before
            && matches!(lead, "who" | "that" | "which")
            && words.get(verb.head).is_some_and(|word| word.stem == "be")
            && verb.first.checked_sub(1).is_some_and(|at| low(words, at) == "it")
        {
            negations += usize::from(!verb.positive); // "it was not Lund who wrote it"
        } else if let Some(verb) = before
            && matches!(lead, "to" | "that" | "from")
            && verb.head + 4 >= first
        {
            let stem = crate::words::stem(verb_stem(words, verb).text);
            negations += usize::from(crate::lists::lists_of(&stem).has(List::NEGATIVE_STEMS));
            negations += usize::from(!verb.positive);
            certain &= verb.certain && !has(words, verb.head, List::HEDGES);
        }
        (negations % 2 == 0, certain)
    }

    /// Whether one of the three words after a group denies it.
    fn denies_after(&self, last: usize) -> bool {
        let words = self.words;
        for k in last + 1..(last + 4).min(words.len()) {
            let lower = low(words, k);
            let denies = matches!(
                lower,
                "no" | "nobody"
                    | "nothing"
                    | "neither"
                    | "never"
                    | "not"
                    | "n't"
                    | "hardly"
                    | "scarcely"
                    | "barely"
                    | "none"
            );
            if denies && !is_not_only(words, k) {
                return true;
            }
            if lower == "anything" && k + 1 < last + 4 && low(words, k + 1) == "but" {
                return true;
            }
            if has(words, k, List::BREAKS)
                || (has(words, k, List::PREPOSITIONS) && lower != "by")
                || has(words, k, List::COORDINATORS)
            {
                return false;
            }
        }
        false
    }

    /// Whether a clause is the content of a "that" under a word that does not vouch for it.
    fn is_reported(&self, start: usize, first: usize, before: Option<&Verb>) -> bool {
        start != 0
            && start != first
            && low(self.words, start - 1) == "that"
            && !before.is_some_and(|verb| {
                verb.positive && verb.certain && verb_stem(self.words, verb).lists.has(List::FACTIVE_STEMS)
            })
    }
}

/// The comma of "Paris, the capital of France," says "is": a verb group of its own, headed by the comma.
fn appositions(words: &[Word], named: &[bool], heads: &[bool]) -> impl Iterator<Item = Verb> {
    let front = front_end(words, heads);
    (1..words.len().saturating_sub(2))
        .filter(move |&i| {
            low(words, i) == ","
                && front != Some(i)
                && (flag(named, i - 1) || i == 1)
                && matches!(low(words, i + 1), "the" | "a" | "an")
                && slice(words, i + 2, i + 12).iter().any(|word| matches!(word.lower.as_str(), "," | "."))
        })
        .map(|i| Verb { head: i, first: i, is_comma: true, passive: false, positive: true, certain: true })
}

/// The one comma between a phrase in front and the first verb ("In Norway, the company sold").
fn front_end(words: &[Word], heads: &[bool]) -> Option<usize> {
    if !has(words, 0, List::PREPOSITIONS) {
        return None;
    }
    let verb = heads.iter().position(|&head| head)?;
    let mut commas = (0..verb).filter(|&i| low(words, i) == ",");
    let first = commas.next()?;
    commas.next().is_none().then_some(first)
}

fn is_not_only(words: &[Word], k: usize) -> bool {
    matches!(low(words, k), "not" | "n't") && matches!(low(words, k + 1), "only" | "just" | "merely")
}

/// Whether a word begins with a letter or digit.
pub(crate) fn begins_alnum(lower: &str) -> bool {
    lower.starts_with(is_alnum)
}
