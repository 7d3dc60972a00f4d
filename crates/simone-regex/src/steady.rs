//! All matches of one pattern in time linear in the text, whatever the pattern.
//!
//! Not fast: for patterns that read far beyond the ends of their matches to learn that those are the ends, over and over.
//!
//! A pass from the end of the text notes for every place from which states of the automaton a match can still be reached. The
//! pass from the beginning then takes, at every place, the first alternative of which that is so, and never turns back.
//! Notes are kept for a block at a time; between blocks, every so many places.

use std::collections::HashSet;
use std::ops::ControlFlow;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{NFA, State, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Places of a block.
const BLOCK: usize = 1 << 12;
/// Bytes of an automaton that tells how far a search reads.
const MOST_DFA_BYTES: usize = 1 << 20;

/// An automaton whose every alternative can be followed, and another that tells how far a search reads.
pub(crate) struct Steady {
    nfa: NFA,
    /// States that take a byte.
    takers: Vec<StateID>,
    /// State -> those that lead to it without a byte.
    before: Vec<Vec<StateID>>,
    matches: Vec<StateID>,
    reach: Reach,
}

/// How far beyond its match a search reads.
enum Reach {
    /// No further than some number that the pattern sets.
    Bounded,
    /// As far as this takes bytes.
    Measured(Box<Measure>),
    /// To the end, for all we know.
    Unknown,
}

/// Takes bytes as long as a search does. At a byte that is not ASCII it gives up where the pattern has word boundaries.
struct Measure {
    dfa: dense::DFA<Vec<u32>>,
    /// One byte of each kind.
    bytes: Vec<u8>,
    /// Whether some part of the pattern takes no ASCII at all: else a state that takes none takes nothing.
    has_foreign: bool,
}

/// The states from which a match can be reached, as bits.
type Live = Vec<u64>;

impl Steady {
    /// None where the automaton cannot be built, which it could when the pattern was compiled.
    pub(crate) fn new(hir: &Hir, most_bytes: usize) -> Option<Self> {
        let config = NFA::config().which_captures(WhichCaptures::None).nfa_size_limit(Some(most_bytes));
        let nfa = NFA::compiler().configure(config).build_from_hir(hir).ok()?;
        let (mut takers, mut matches, mut before) = (Vec::new(), Vec::new(), vec![Vec::new(); nfa.states().len()]);
        let mut lead = |from: StateID, to: StateID| {
            if let Some(places) = before.get_mut(to.as_usize()) {
                places.push(from);
            }
        };
        for (index, state) in nfa.states().iter().enumerate() {
            let id = StateID::new(index).ok()?;
            match state {
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => takers.push(id),
                State::Look { next, .. } | State::Capture { next, .. } => lead(id, *next),
                State::Union { alternates } => alternates.iter().for_each(|&next| lead(id, next)),
                State::BinaryUnion { alt1, alt2 } => [*alt1, *alt2].into_iter().for_each(|next| lead(id, next)),
                State::Fail => {}
                State::Match { .. } => matches.push(id),
            }
        }
        let reach = Reach::of(&nfa, has_foreign(hir));
        Some(Self { nfa, takers, before, matches, reach })
    }

    /// Bytes read beyond `end` by a search from `from` that found a match there; 0 where that is bounded.
    pub(crate) fn read_beyond(&self, text: &str, from: usize, end: usize, anchored: Anchored) -> usize {
        match &self.reach {
            Reach::Bounded => 0,
            Reach::Unknown => text.len() - end,
            Reach::Measured(measure) => measure.last(text, from, anchored).saturating_sub(end),
        }
    }

    /// Whether `read_beyond` is ever more than 0.
    pub(crate) fn reads_far(&self) -> bool {
        !matches!(self.reach, Reach::Bounded)
    }

    /// Give all matches from `from` on to `found`, leftmost first, as a search after each would find them.
    pub(crate) fn scan(
        &self,
        text: &str,
        from: usize,
        mut found: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut notes = Notes::new(self, text.as_bytes(), from);
        let mut round = 0;
        let mut seen = vec![0_usize; self.nfa.states().len()];
        let mut at = from;
        while at < text.len() {
            if !notes.is_live(at, self.nfa.start_anchored()) {
                at += 1;
                continue;
            }
            let (start, mut state) = (at, self.nfa.start_anchored());
            loop {
                round += 1;
                match self.follow(&mut notes, at, state, &mut seen, round) {
                    Some(next) => (state, at) = (next, at + 1),
                    None => break,
                }
            }
            found(start, at)?;
            at = at.max(start + 1); // a match is never empty
        }
        ControlFlow::Continue(())
    }

    /// The state after the byte at `at` that a match of the highest rank leads through; none where it ends here.
    fn follow(
        &self,
        notes: &mut Notes<'_>,
        at: usize,
        state: StateID,
        seen: &mut [usize],
        round: usize,
    ) -> Option<StateID> {
        let mut stack = vec![state];
        while let Some(id) = stack.pop() {
            let Some(last) = seen.get_mut(id.as_usize()) else { continue };
            if *last == round || !notes.is_live(at, id) {
                continue;
            }
            *last = round;
            match self.nfa.state(id) {
                State::Look { next, .. } | State::Capture { next, .. } => stack.push(*next), // live: so it holds here
                State::Union { alternates } => stack.extend(alternates.iter().rev()),
                State::BinaryUnion { alt1, alt2 } => stack.extend([alt2, alt1]),
                State::Fail => {}
                State::Match { .. } => return None,
                taker => {
                    let next = notes.text.get(at).and_then(|&byte| after(taker, byte));
                    if let Some(next) = next.filter(|&next| notes.is_live(at + 1, next)) {
                        return Some(next);
                    }
                }
            }
        }
        None
    }

    /// What is live at `at`, given what is live after its byte.
    fn step(&self, text: &[u8], at: usize, after_it: Option<&Live>) -> Live {
        let mut live = vec![0; self.nfa.states().len().div_ceil(64)];
        let mut stack = Vec::new();
        self.matches.iter().for_each(|&id| enter(&mut live, id, &mut stack));
        if let (Some(&byte), Some(next)) = (text.get(at), after_it) {
            for &id in &self.takers {
                if after(self.nfa.state(id), byte).is_some_and(|to| holds(next, to)) {
                    enter(&mut live, id, &mut stack);
                }
            }
        }
        while let Some(id) = stack.pop() {
            for &from in self.before.get(id.as_usize()).map(Vec::as_slice).unwrap_or_default() {
                let holds_here = match self.nfa.state(from) {
                    State::Look { look, .. } => self.nfa.look_matcher().matches(*look, text, at),
                    _ => true,
                };
                if holds_here {
                    enter(&mut live, from, &mut stack);
                }
            }
        }
        live
    }
}

fn holds(live: &Live, id: StateID) -> bool {
    live.get(id.as_usize() / 64).is_some_and(|word| word >> (id.as_usize() % 64) & 1 == 1)
}

fn enter(live: &mut Live, id: StateID, stack: &mut Vec<StateID>) {
    if let Some(word) = live.get_mut(id.as_usize() / 64) {
        let bit = 1 << (id.as_usize() % 64);
        if *word & bit == 0 {
            *word |= bit;
            stack.push(id);
        }
    }
}

/// Where a state that takes bytes goes with this one.
fn after(state: &State, byte: u8) -> Option<StateID> {
    match state {
        State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
        State::Sparse(sparse) => sparse.matches_byte(byte),
        State::Dense(dense) => dense.matches_byte(byte),
        _ => None,
    }
}

/// What is live at every place of one block, which moves on through the text.
struct Notes<'a> {
    steady: &'a Steady,
    text: &'a [u8],
    from: usize,
    /// What is live at the end of each block.
    ends: Vec<Live>,
    /// The block held, and what is live at its places and at its end.
    block: Option<usize>,
    held: Vec<Live>,
}

impl<'a> Notes<'a> {
    fn new(steady: &'a Steady, text: &'a [u8], from: usize) -> Self {
        let blocks = text.len().saturating_sub(from).div_ceil(BLOCK);
        let mut ends = Vec::with_capacity(blocks);
        let mut live = steady.step(text, text.len(), None);
        for block in (0..blocks).rev() {
            ends.push(live.clone());
            if block > 0 {
                let start = from + block * BLOCK;
                for at in (start..(start + BLOCK).min(text.len())).rev() {
                    live = steady.step(text, at, Some(&live));
                }
            }
        }
        ends.reverse();
        Self { steady, text, from, ends, block: None, held: Vec::new() }
    }

    fn is_live(&mut self, at: usize, id: StateID) -> bool {
        let place = at.saturating_sub(self.from);
        // the end of the block held serves as well as the beginning of the next
        if let Some(block) = self.block
            && let Some(live) = place.checked_sub(block * BLOCK).and_then(|place| self.held.get(place))
        {
            return holds(live, id);
        }
        let block = (place / BLOCK).min(self.ends.len().saturating_sub(1));
        let start = self.from + block * BLOCK;
        self.held.clear();
        self.held.extend(self.ends.get(block).cloned());
        for at in (start..(start + BLOCK).min(self.text.len())).rev() {
            let live = self.steady.step(self.text, at, self.held.last());
            self.held.push(live);
        }
        self.held.reverse();
        self.block = Some(block);
        self.held.get(place - block * BLOCK).is_some_and(|live| holds(live, id))
    }
}

impl Reach {
    fn of(nfa: &NFA, has_foreign: bool) -> Self {
        let config = dense::Config::new()
            .start_kind(StartKind::Both)
            .unicode_word_boundary(true)
            .dfa_size_limit(Some(MOST_DFA_BYTES))
            .determinize_size_limit(Some(MOST_DFA_BYTES));
        let Ok(dfa) = dense::Builder::new().configure(config).build_from_nfa(nfa) else { return Reach::Unknown };
        let bytes = dfa.byte_classes().representatives(0..=255).filter_map(|unit| unit.as_u8()).collect();
        let measure = Measure { dfa, bytes, has_foreign };
        if measure.may_go_on() { Reach::Measured(Box::new(measure)) } else { Reach::Bounded }
    }
}

impl Measure {
    /// Where a search from `from` stops reading.
    fn last(&self, text: &str, from: usize, anchored: Anchored) -> usize {
        let input = Input::new(text).span(from..text.len()).anchored(anchored);
        let Ok(mut state) = self.dfa.start_state_forward(&input) else { return text.len() };
        for (at, &byte) in text.as_bytes().iter().enumerate().skip(from) {
            let next = self.dfa.next_state(state, byte);
            if self.dfa.is_dead_state(next) || self.dfa.is_quit_state(next) && self.is_over(state) {
                return at;
            }
            if self.dfa.is_quit_state(next) {
                break;
            }
            state = next;
        }
        text.len()
    }

    /// Whether nothing more is taken.
    fn is_over(&self, state: StateID) -> bool {
        let ends = |to| self.dfa.is_dead_state(to) || !self.has_foreign && self.dfa.is_quit_state(to);
        self.next(state).all(ends)
    }

    fn next(&self, state: StateID) -> impl Iterator<Item = StateID> {
        self.bytes.iter().map(move |&byte| self.dfa.next_state(state, byte))
    }

    /// Whether, after a match, bytes without end can be taken and no further match come.
    fn may_go_on(&self) -> bool {
        let dfa = &self.dfa;
        let (mut met, mut stack) = (HashSet::new(), Vec::new());
        for anchored in [Anchored::No, Anchored::Yes] {
            for behind in std::iter::once(None).chain((0..=255).map(Some)) {
                let config = start::Config::new().anchored(anchored).look_behind(behind);
                stack.extend(dfa.start_state(&config).ok().filter(|&state| met.insert(state)));
            }
        }
        let mut after_match = Vec::new();
        while let Some(state) = stack.pop() {
            if dfa.is_match_state(state) && !self.is_over(state) {
                after_match.extend(self.next(state).map(|to| (to, false)));
            }
            stack.extend(self.next(state).filter(|&to| met.insert(to)));
        }
        // a state that is met again on the way to itself lies on a circle
        let waits = |state| !dfa.is_match_state(state) && !dfa.is_dead_state(state);
        let (mut on_way, mut done) = (HashSet::new(), HashSet::new());
        let mut stack = after_match;
        while let Some((state, is_left)) = stack.pop() {
            if is_left {
                on_way.remove(&state);
                done.insert(state);
            } else if waits(state) && !done.contains(&state) && !self.is_over(state) {
                on_way.insert(state);
                stack.push((state, true));
                for to in self.next(state).filter(|&to| waits(to) && !done.contains(&to)) {
                    if dfa.is_quit_state(to) || on_way.contains(&to) {
                        return true;
                    }
                    stack.push((to, false));
                }
            }
        }
        false
    }
}

/// Whether any part of a pattern takes no ASCII.
fn has_foreign(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => !literal.0.is_ascii(),
        HirKind::Class(Class::Unicode(class)) => class.iter().next().is_some_and(|range| !range.start().is_ascii()),
        HirKind::Class(Class::Bytes(class)) => class.iter().next().is_some_and(|range| !range.start().is_ascii()),
        HirKind::Repetition(repetition) => has_foreign(&repetition.sub),
        HirKind::Capture(capture) => has_foreign(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::Steady;
    use proptest::prelude::*;
    use regex_automata::meta::Regex;
    use std::ops::ControlFlow;

    fn steady(pattern: &str) -> Steady {
        Steady::new(&regex_syntax::parse(pattern).unwrap(), 1 << 24).unwrap()
    }

    fn all(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let _ = steady(pattern).scan(text, 0, |start, end| {
            found.push((start, end));
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn patterns_that_read_far_are_known() {
        for pattern in [".*[^A-Z]|[A-Z]", "a.*b|a", "ab?.*c|ab", "(?s)x.*y|x"] {
            assert!(steady(pattern).reads_far(), "{pattern}");
        }
        for pattern in ["a+", r"\d+(?:\.\d+)?", r"\b\w+\b", "(?i)foo|bar", r"[a-z]+@[a-z]+\.com", "a{2,5}b?"] {
            assert!(!steady(pattern).reads_far(), "{pattern}");
        }
    }

    #[test]
    fn blocks_do_not_show() {
        let text = "ABcD".repeat(4_000) + &"X".repeat(5_000);
        for pattern in [".*[^A-Z]|[A-Z]", "[A-Z]+", "(?:AB)+|c.{3,9}", r"\bA|X\b|D"] {
            let found: Vec<_> =
                Regex::new(pattern).unwrap().find_iter(&text).map(|hit| (hit.start(), hit.end())).collect();
            assert_eq!(all(pattern, &text), found, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn matches_are_those_of_one_search_after_the_other(
            pattern in "(\\PC|[ab.]|\\(a\\|b\\)|\\[ab\\]|a\\*|b\\+|\\.\\*\\?|a\\{1,2\\}|\\||\\(\\?:a\\|ab\\)|\\\\b|\\$|\\^|b\\?){1,7}",
            text in "[ab é\\n]{0,40}",
        ) {
            let Ok(hir) = regex_syntax::parse(&pattern) else { return Ok(()) };
            prop_assume!(hir.properties().minimum_len().is_some_and(|least| least > 0));
            let regex = Regex::new(&pattern).unwrap();
            let expected: Vec<_> = regex.find_iter(&text).map(|hit| (hit.start(), hit.end())).collect();
            prop_assert_eq!(all(&pattern, &text), expected);
        }
    }
}
