//! Pattern sets: compiled once, matched over one text or many.
//!
//! Not for captures: a match is a pattern and its span.
//!
//! Three things keep a thousand patterns from costing a thousand passes. One pass finds the literals of all patterns: those
//! that begin with one of a few are tried only where a beginning stands, those that hold one only in texts that hold it; a
//! pattern is skipped in texts that lack a byte it needs; and texts of ASCII are matched by small automata with ASCII classes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use rayon::prelude::*;
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;

use crate::needs::{self, Bytes, is_rare_case};
use crate::offsets::CodePoints;
use crate::sifting::{Candidate, Sifting, Signs};
use crate::steady::Steady;
use crate::syntax::{quoted, translated};
use crate::variants::{exchanged, for_any_text, for_ascii, without_boundaries, written_out};

/// Pattern index, start, end; the offsets are code points.
pub type Match = (usize, usize, usize);

/// Bytes below which handing texts to other threads costs more than it saves.
const WORTH_SHARING_BYTES: usize = 1 << 16;
/// States above which a pattern is refused.
const MOST_STATES: u64 = 1 << 22;
/// States above which a pattern is compiled for any text at once, to learn whether it can be.
const MANY_STATES: u64 = 1 << 16;
/// Bytes a compiled pattern may take.
const MOST_COMPILED_BYTES: usize = 1 << 28;
/// Vain tries at beginnings after which an unbounded pattern is searched for in one go: keeps the time linear.
const MOST_VAIN_TRIES: usize = 64;
/// Matches in a text after which it is watched how far beyond them an unbounded pattern reads.
const MANY_MATCHES: usize = 64;
/// Lengths of the text that may be read beyond matches before those left are found in one steady pass: keeps the time linear.
const MOST_READ_BEYOND: usize = 4;
/// Bytes of a match up to which a try at every beginning stays cheap.
const LONGEST_CHEAP_TRY: usize = 256;

/// A pattern that a set does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The pattern's name.
    pub name: String,
    /// The pattern as given.
    pub pattern: String,
    /// Why, as the end of a sentence that begins with the pattern.
    pub reason: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "pattern {} ({}) {}", quoted(&self.name), quoted(&self.pattern), self.reason)
    }
}

impl std::error::Error for PatternError {}

/// One pattern, compiled for ASCII text and, when first needed, for any text.
struct Compiled {
    ascii: Regex,
    /// The pattern over texts with images.
    hir: Hir,
    any: OnceLock<Option<Any>>,
    /// Made when there are many matches in a text.
    steady: OnceLock<Option<Steady>>,
    signs: Signs,
    needs: Vec<Bytes>,
    /// Bytes of the longest match, where that is little.
    short: Option<usize>,
}

/// A pattern compiled for any text.
struct Any {
    regex: Regex,
    /// The pattern without word boundaries, if it has any: those of Unicode keep the fast automata from running.
    relaxed: Option<Regex>,
}

impl Any {
    fn built(hir: &Hir) -> Result<Self, String> {
        Ok(Any { regex: built(hir)?, relaxed: without_boundaries(hir).map(|relaxed| built(&relaxed)).transpose()? })
    }
}

impl Compiled {
    /// Give the matches to `found`, leftmost first; `starts` are the only places where one may begin, if they are known.
    fn scan(
        &self,
        haystack: &Haystack<'_>,
        starts: Option<&[Candidate]>,
        found: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let text = haystack.text.as_ref();
        let (regex, relaxed) = if haystack.is_ascii {
            (&self.ascii, None)
        } else {
            // INVARIANT: what may exceed a limit was built with the set, so that building succeeds here
            match self.any.get_or_init(|| Any::built(&self.hir).ok()) {
                Some(any) => (&any.regex, any.relaxed.as_ref()),
                None => return ControlFlow::Continue(()),
            }
        };
        let mut scan = Scan { regex, text, of: self, from: 0, vain_tries: 0, matches: 0, read_beyond: 0, found };
        let is_done = match (starts, relaxed) {
            (Some(starts), _) => scan.try_at(starts.iter().filter_map(|&(_, start)| start))?,
            (None, Some(relaxed)) => scan.try_where(relaxed)?,
            (None, None) => false,
        };
        if is_done { ControlFlow::Continue(()) } else { scan.go_on() }
    }

    /// What finds all matches in linear time, if there may be need of it.
    fn steady(&self) -> Option<&Steady> {
        let made = || Steady::new(&self.hir, MOST_COMPILED_BYTES);
        self.steady.get_or_init(made).as_ref().filter(|steady| steady.reads_far())
    }
}

/// The search for one pattern in one text.
struct Scan<'a, F> {
    regex: &'a Regex,
    text: &'a str,
    of: &'a Compiled,
    /// No match begins before this.
    from: usize,
    vain_tries: usize,
    matches: usize,
    /// Bytes beyond matches.
    read_beyond: usize,
    found: F,
}

impl<F: FnMut(usize, usize) -> ControlFlow<()>> Scan<'_, F> {
    /// Try at the places given, ascending; whether those were all.
    fn try_at(&mut self, starts: impl Iterator<Item = usize>) -> ControlFlow<(), bool> {
        for start in starts {
            if start >= self.from && !self.try_from(start)? {
                return ControlFlow::Continue(false);
            }
        }
        ControlFlow::Continue(true)
    }

    /// Try wherever `relaxed` matches; whether that reached the end.
    fn try_where(&mut self, relaxed: &Regex) -> ControlFlow<(), bool> {
        while let Some(hit) = relaxed.search(&Input::new(self.text).span(self.from..self.text.len())) {
            if !self.try_from(hit.start())? {
                return ControlFlow::Continue(false);
            }
            if self.from <= hit.start() {
                let next = self.text.get(hit.start()..).and_then(|rest| rest.chars().next());
                self.from = hit.start() + next.map_or(1, char::len_utf8);
            }
        }
        ControlFlow::Continue(true)
    }

    /// Try for a match that begins at `start`; false, without a try, if too many have been in vain.
    fn try_from(&mut self, start: usize) -> ControlFlow<(), bool> {
        let short = self.of.short;
        if short.is_none() && (self.vain_tries >= MOST_VAIN_TRIES || self.has_read_much()) {
            self.from = start;
            return ControlFlow::Continue(false);
        }
        let end = short.map_or(self.text.len(), |short| self.text.len().min(start + short));
        match self.regex.search(&Input::new(self.text).span(start..end).anchored(Anchored::Yes)) {
            Some(hit) => {
                self.watch(start, hit.end(), Anchored::Yes);
                self.from = hit.end();
                (self.found)(hit.start(), hit.end())?;
            }
            None => self.vain_tries += 1,
        }
        ControlFlow::Continue(true)
    }

    /// Search the rest of the text.
    fn go_on(&mut self) -> ControlFlow<()> {
        while !self.has_read_much() {
            let Some(hit) = self.regex.search(&Input::new(self.text).span(self.from..self.text.len())) else {
                return ControlFlow::Continue(());
            };
            (self.found)(hit.start(), hit.end())?;
            self.watch(self.from, hit.end(), Anchored::No);
            self.from = hit.end();
        }
        match self.of.steady() {
            Some(steady) => steady.scan(self.text, self.from, &mut self.found),
            None => ControlFlow::Continue(()),
        }
    }

    fn has_read_much(&self) -> bool {
        self.read_beyond / MOST_READ_BEYOND > self.text.len()
    }

    /// Count what the search from `from` for the match that ends at `end` has read beyond that.
    fn watch(&mut self, from: usize, end: usize, anchored: Anchored) {
        self.matches += 1;
        if self.matches > MANY_MATCHES
            && self.of.short.is_none()
            && let Some(steady) = self.of.steady()
        {
            self.read_beyond += steady.read_beyond(self.text, from, end, anchored);
        }
    }
}

/// Many patterns compiled together. Matches are found per pattern, leftmost first, not overlapping.
pub struct PatternSet {
    names: Vec<String>,
    patterns: Vec<Compiled>,
    sifting: Sifting,
    /// Patterns without signs.
    anywhere: Vec<usize>,
}

impl PatternSet {
    /// Compile (name, pattern) pairs.
    ///
    /// # Errors
    ///
    /// A name comes twice, or a pattern is not valid, not in the common subset, matches nothing but the empty text
    /// somewhere, or is too large.
    pub fn new(patterns: &[(String, String)]) -> Result<Self, PatternError> {
        let mut names = HashSet::new();
        for (name, pattern) in patterns {
            if !names.insert(name) {
                let reason =
                    format!("is one too many: several patterns are named {}; give each its own name", quoted(name));
                return Err(PatternError { name: name.clone(), pattern: pattern.clone(), reason });
            }
        }
        let compiled: Result<Vec<_>, _> = patterns
            .par_iter()
            .map(|(name, pattern)| {
                compile(pattern).map_err(|reason| PatternError { name: name.clone(), pattern: pattern.clone(), reason })
            })
            .collect::<Vec<_>>()
            .into_iter()
            .collect();
        let names = patterns.iter().map(|(name, _)| name.clone()).collect();
        Ok(Self::with(names, compiled?))
    }

    fn with(names: Vec<String>, patterns: Vec<Compiled>) -> Self {
        let signs = || patterns.iter().map(|pattern| &pattern.signs);
        let sifting = Sifting::new(signs());
        let without = signs().enumerate().filter(|(_, signs)| matches!(signs, Signs::Nothing));
        let anywhere = without.map(|(index, _)| index).collect();
        Self { names, patterns, sifting, anywhere }
    }

    /// Pattern names in the order given.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Indices of the patterns that match anywhere in `text`, ascending.
    #[must_use]
    pub fn match_text(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        self.search(&Haystack::of(text), |pattern, _, _| {
            found.push(pattern);
            ControlFlow::Break(())
        });
        found.sort_unstable();
        found
    }

    /// All matches in `text`, ordered by start, pattern and end.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Match> {
        let haystack = Haystack::of(text);
        let mut found = Vec::new();
        self.search(&haystack, |pattern, start, end| {
            found.push((start, pattern, end));
            ControlFlow::Continue(())
        });
        found.sort_unstable();
        if found.is_empty() {
            return Vec::new();
        }
        let points = CodePoints::of(&haystack.text);
        found.into_iter().map(|(start, pattern, end)| (pattern, points.at(start), points.at(end))).collect()
    }

    /// `match_text` of each text, on as many threads as the pool has where there is enough of it.
    #[must_use]
    pub fn match_batch(&self, texts: &[&str]) -> Vec<Vec<usize>> {
        each(texts, |text| self.match_text(text))
    }

    /// `find` in each text, on as many threads as the pool has where there is enough of it.
    #[must_use]
    pub fn find_batch(&self, texts: &[&str]) -> Vec<Vec<Match>> {
        each(texts, |text| self.find(text))
    }

    /// Give every match of every pattern to `found`, in byte offsets, pattern by pattern; a break ends the pattern.
    fn search(&self, haystack: &Haystack<'_>, mut found: impl FnMut(usize, usize, usize) -> ControlFlow<()>) {
        let mut scan = |index: usize, starts: Option<&[Candidate]>| {
            if let Some(pattern) = self.patterns.get(index)
                && pattern.needs.iter().all(|need| need.meets(haystack.bytes))
            {
                // a break ends the pattern, not the search
                let _ = pattern.scan(haystack, starts, |start, end| found(index, start, end));
            }
        };
        if haystack.has_rare_case {
            return (0..self.patterns.len()).for_each(|index| scan(index, None));
        }
        for &index in &self.anywhere {
            scan(index, None);
        }
        for candidates in self.sifting.candidates(haystack.text.as_bytes()).chunk_by(|one, other| one.0 == other.0) {
            if let Some(&(index, start)) = candidates.first() {
                scan(index, start.map(|_| candidates));
            }
        }
    }
}

/// A text made ready for matching.
struct Haystack<'t> {
    text: Cow<'t, str>,
    is_ascii: bool,
    bytes: Bytes,
    has_rare_case: bool,
}

impl<'t> Haystack<'t> {
    fn of(text: &'t str) -> Self {
        let is_ascii = text.is_ascii();
        let text = if is_ascii { Cow::Borrowed(text) } else { exchanged(text) };
        let has_rare_case = !is_ascii && text.contains(is_rare_case);
        Haystack { bytes: Bytes::in_text(&text), text, is_ascii, has_rare_case }
    }
}

pub(crate) fn each<T: Send>(texts: &[&str], work: impl Fn(&str) -> T + Sync) -> Vec<T> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| work(text)).collect();
    }
    texts.par_iter().map(|text| work(text)).collect()
}

fn compile(pattern: &str) -> Result<Compiled, String> {
    let fails = |error: &dyn fmt::Display| format!("does not compile: {error}; correct it");
    let hir = regex_syntax::parse(&translated(pattern)?).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => fails(error.kind()),
        regex_syntax::Error::Translate(error) => fails(error.kind()),
        error => fails(&error),
    })?;
    if hir.properties().minimum_len() == Some(0) {
        return Err("matches the empty text; make it ask for a character".into());
    }
    let states = written_out(&hir);
    if states > MOST_STATES {
        return Err("is too large once its repeats are written out; make them shorter".into());
    }
    let any = for_any_text(&hir);
    Ok(Compiled {
        ascii: built(&for_ascii(&hir))?,
        any: if states > MANY_STATES { OnceLock::from(Some(Any::built(&any)?)) } else { OnceLock::new() },
        signs: Signs::of(&any),
        steady: OnceLock::new(),
        needs: needs::bytes(&any),
        short: any.properties().maximum_len().filter(|&longest| longest <= LONGEST_CHEAP_TRY),
        hir: any,
    })
}

fn built(hir: &Hir) -> Result<Regex, String> {
    let config = Regex::config().which_captures(WhichCaptures::Implicit).nfa_size_limit(Some(MOST_COMPILED_BYTES));
    Regex::builder()
        .configure(config)
        .build_from_hir(hir)
        .map_err(|error| format!("does not compile: {error}; correct it"))
}
