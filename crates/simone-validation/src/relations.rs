//! How the words of a sentence hang on its verbs: one pass from left to right.
//!
//! Not for deciding which words are verbs: `reading` does that.

use crate::lists::{List, entry, known};
use crate::reading::{NONE, Verb, begins_alnum, flag, is_time, low, slice};
use crate::scope::is_beside;
use crate::words::Word;

/// "S" agent, "O" patient or predicate, or the class of a preposition.
pub(crate) type Kind = &'static str;

pub(crate) const AGENT: Kind = "S";
pub(crate) const PATIENT: Kind = "O";
pub(crate) const OF: Kind = "of";
/// What is not meant: "the deputy, not the mayor, came".
const BESIDE: Kind = "not";

/// How a word hangs on a verb, by its number or `NONE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Relation {
    pub(crate) kind: Kind,
    pub(crate) verb: usize,
}

/// The class of a preposition.
pub(crate) fn class_of(lower: &str) -> Kind {
    entry(List::CLASS_OF, lower).or_else(|| known(lower)).unwrap_or("")
}

/// Where the pass stands: governor, last verb, its subject, the chunk just read (words [from, to)), words that wait.
#[derive(Clone)]
struct State {
    governor: Kind,
    verb: usize,
    agent: bool,
    subject: Vec<usize>,
    chunk: (usize, usize),
    pending: Vec<(usize, Kind)>,
}

const YEAR_DIGITS: usize = 4;
const NO_CHUNK: (usize, usize) = (0, 0);

impl State {
    fn new() -> Self {
        State { governor: AGENT, verb: NONE, agent: false, subject: Vec::new(), chunk: NO_CHUNK, pending: Vec::new() }
    }
}

struct Pass<'a> {
    words: &'a [Word],
    verbs: &'a [Verb],
    found: Vec<Vec<Relation>>,
}

/// For each word what it hangs on: a governor (subject, object, preposition) that words inherit until it changes.
pub(crate) fn relations(words: &[Word], verbs: &[Verb], verb_of: &[usize], values: &[bool]) -> Vec<Vec<Relation>> {
    let mut pass = Pass { words, verbs, found: vec![Vec::new(); words.len()] };
    let mut in_group = vec![false; words.len()];
    for verb in verbs {
        for k in verb.first..=verb.head {
            if let Some(place) = in_group.get_mut(k) {
                *place = true;
            }
        }
    }
    let mut state = State::new();
    let mut outer: Vec<State> = Vec::new();
    let (mut apposed, mut beside) = (NONE, false);
    for (i, word) in words.iter().enumerate() {
        let lower = word.lower.as_str();
        beside = beside && !flag(&in_group, i) && !word.lists.has(List::BOUNDARIES);
        let verb = verb_of.get(i).copied().unwrap_or(NONE);
        if verb != NONE && lower == "," {
            for k in state.chunk.0..state.chunk.1 {
                pass.add(k, AGENT, verb);
            }
            apposed = verb;
        } else if verb != NONE {
            apposed = NONE;
            pass.meet_verb(verb, &mut state);
        } else if flag(&in_group, i) {
        } else if matches!(lower, "(" | "[") {
            let inner = State { verb: state.verb, chunk: state.chunk, subject: state.subject.clone(), ..State::new() };
            outer.push(std::mem::replace(&mut state, inner));
        } else if matches!(lower, ")" | "]")
            && let Some(before) = outer.pop()
        {
            pass.flush(&mut state);
            state = before;
        } else if lower == "'s" {
            pass.possess(&mut state);
            state.chunk = NO_CHUNK;
        } else if is_beside(words, i) {
            beside = true;
            state.governor = BESIDE;
            state.agent = false;
            state.chunk = NO_CHUNK;
        } else if word.lists.has(List::PREPOSITIONS) {
            let before_value = flag(values, i + 1);
            if beside || (word.lists.has(List::BEFORE_VALUES) && before_value) {
                continue;
            }
            let by_agent = lower == "by"
                && verbs.get(state.verb).is_some_and(|verb| verb.passive)
                && i + 1 < words.len()
                && !is_time(words, i + 1);
            state.governor = if by_agent && !before_value { AGENT } else { class_of(lower) };
            state.agent = by_agent;
            state.chunk = NO_CHUNK;
        } else if pass.opens_clause(i) {
            pass.flush(&mut state);
            state.governor = AGENT;
            state.agent = false;
            if !matches!(lower, "who" | "which" | "that") {
                state.verb = NONE;
            }
        } else if word.lists.has(List::BOUNDARIES) {
            apposed = NONE;
            if state.verb == NONE {
                state.governor = AGENT;
            }
        } else if word.is_word() {
            if pass.opens_subject(values, i, &state) {
                state.governor = AGENT;
                state.chunk = NO_CHUNK;
            }
            if word.is_content() || flag(values, i) || word.lists.has(List::PRONOUNS) {
                pass.hang(i, &mut state, apposed);
            }
        }
    }
    pass.flush(&mut state);
    for mut left_open in outer {
        pass.flush(&mut left_open);
    }
    pass.found
}

impl Pass<'_> {
    fn add(&mut self, word: usize, kind: Kind, verb: usize) {
        if let Some(held) = self.found.get_mut(word) {
            held.push(Relation { kind, verb });
        }
    }

    fn flush(&mut self, state: &mut State) {
        for (k, governor) in std::mem::take(&mut state.pending) {
            self.add(k, governor, state.verb);
        }
    }

    /// Hangs a word that means something on what governs it.
    fn hang(&mut self, i: usize, state: &mut State, apposed: usize) {
        let words = self.words;
        if matches!(low(words, i), "last" | "next")
            && words.get(i + 1).is_some_and(|next| next.lists.has(List::TIME_NOUNS))
        {
            state.governor = class_of("in");
            state.agent = false;
            state.chunk = NO_CHUNK;
        }
        if apposed != NONE {
            let kind = if matches!(state.governor, AGENT | PATIENT) { PATIENT } else { state.governor };
            self.add(i, kind, apposed);
        }
        state.chunk = match state.chunk {
            (from, to) if from < to && to == i => (from, i + 1),
            _ => (i, i + 1),
        };
        if state.verb == NONE || (state.governor == AGENT && !state.agent) {
            state.pending.push((i, state.governor));
        } else {
            self.add(i, state.governor, state.verb);
        }
    }

    /// Whether a word begins the subject behind a phrase in front of it, with no comma ("During the storm the wall").
    fn opens_subject(&self, values: &[bool], i: usize, state: &State) -> bool {
        let (from, to) = state.chunk;
        if state.verb != NONE || state.governor == AGENT || from >= to || to != i {
            return false;
        }
        if state.pending.iter().any(|&(_, kind)| kind == AGENT) {
            return false;
        }
        let before = low(self.words, i - 1);
        let follows = i > 1 && self.words.get(i - 2).is_some_and(|word| word.lists.has(List::PREPOSITIONS));
        let is_year = follows
            && flag(values, i - 1)
            && before.len() == YEAR_DIGITS
            && before.bytes().all(|sign| sign.is_ascii_digit())
            && !flag(values, i);
        is_year || self.words.get(i).is_some_and(|word| word.lists.has_any(&[List::DETERMINER, List::SUBJECT_PRONOUNS]))
    }

    /// Gives a verb its subject: the words that waited, what a relative or participle hangs on, or the last subject.
    fn meet_verb(&mut self, number: usize, state: &mut State) {
        let Some(verb) = self.verbs.get(number) else { return };
        let words = self.words;
        let lead = if verb.first > 0 { low(words, verb.first - 1) } else { "" };
        let head = low(words, verb.head);
        let single = verb.first == verb.head;
        let mut own: Vec<usize> = state.pending.iter().filter(|(_, kind)| *kind == AGENT).map(|&(k, _)| k).collect();
        if own.is_empty() {
            let copular = self.verbs.get(state.verb).is_some_and(|last| {
                let is_be = last.is_comma || words.get(last.head).is_some_and(|word| word.stem == "be");
                !last.passive && last.positive && is_be
            });
            let keeps = if matches!(lead, "who" | "which" | "that" | "(") {
                Some(copular)
            } else if single && !matches!(lead, "and" | "," | "but" | "or" | "to") && state.verb != NONE {
                Some(copular || head.ends_with("ing"))
            } else {
                None
            };
            own = match keeps {
                None => state.subject.clone(),
                Some(keeps) => {
                    let subject = if keeps { state.subject.as_slice() } else { &[] };
                    (state.chunk.0..state.chunk.1).chain(subject.iter().copied()).collect()
                }
            };
        }
        let after = words.get(verb.head + 1);
        let bare = single
            && (head.ends_with("ed") || words.get(verb.head).is_some_and(|word| word.lists.has(List::PARTICIPLES)));
        let intransitive = bare
            && after.is_none_or(|next| {
                next.lists.has(List::PREPOSITIONS) || !begins_alnum(&next.lower) || next.lower == "and"
            });
        for &k in &own {
            if !verb.passive {
                self.add(k, AGENT, number);
            }
            if verb.passive || intransitive {
                self.add(k, PATIENT, number);
            }
        }
        for (k, kind) in std::mem::take(&mut state.pending) {
            if kind != AGENT {
                self.add(k, kind, number);
            }
        }
        if !own.is_empty() {
            state.subject = own;
        }
        state.verb = number;
        state.governor = PATIENT;
        state.agent = false;
        state.chunk = NO_CHUNK;
    }

    /// A possessive turns the words before it into "of" words.
    fn possess(&mut self, state: &mut State) {
        let (from, to) = state.chunk;
        for (k, kind) in &mut state.pending {
            if (from..to).contains(k) {
                *kind = OF;
            }
        }
        for held in self.found.iter_mut().take(to).skip(from) {
            for relation in held {
                relation.kind = OF;
            }
        }
    }

    fn opens_clause(&self, i: usize) -> bool {
        let lower = low(self.words, i);
        match lower {
            ";" | "—" | "–" => return true,
            "so" | "since" | "once" if i == 0 || low(self.words, i - 1) != "," => return false,
            _ => {}
        }
        let joins = matches!(lower, "and" | "but" | "or");
        if !joins && !self.words.get(i).is_some_and(|word| word.lists.has(List::SUBORDINATORS)) {
            return false;
        }
        let Some(following) = self.verbs.get(self.verbs.partition_point(|verb| verb.first <= i)) else { return false };
        if !joins {
            return true;
        }
        // a subject between the conjunction and its verb makes a clause; "and sold" continues the old one
        let between = slice(self.words, i + 1, following.first);
        !between.is_empty()
            && between.iter().all(|word| !matches!(word.lower.as_str(), "," | "and" | ";"))
            && self.verbs.first().is_some_and(|verb| verb.head < i)
    }
}
