//! Which patterns of a set a text is worth searching for, and where: by the literals that their matches hold.
//!
//! Not for matching.

use regex_syntax::hir::Hir;

use crate::needs;
use crate::sieve::Sieve;

/// Shortest literals that the finer of two sieves takes.
const FINE: usize = 4;

/// What betrays the matches of a pattern. None of it covers texts with rare capitals (`needs::is_rare_case`).
pub(crate) enum Signs {
    /// Every match begins with one of these.
    Beginnings(Vec<Vec<u8>>),
    /// Every match holds one of these.
    Literals(Vec<Vec<u8>>),
    /// Nothing.
    Nothing,
}

impl Signs {
    pub(crate) fn of(hir: &Hir) -> Self {
        match needs::beginnings(hir) {
            Some(beginnings) => Signs::Beginnings(beginnings),
            None => needs::literals(hir).map_or(Signs::Nothing, Signs::Literals),
        }
    }
}

/// A pattern, and a place at which a match of it may begin; no place: anywhere.
pub(crate) type Candidate = (usize, Option<usize>);

/// The literals of all patterns of a set.
pub(crate) struct Sifting {
    sieves: Vec<(Sieve, Vec<Vec<Mark>>)>,
}

#[derive(Clone, Copy)]
struct Mark {
    pattern: usize,
    is_beginning: bool,
}

impl Sifting {
    /// `signs` of every pattern in order.
    pub(crate) fn new<'a>(signs: impl Iterator<Item = &'a Signs>) -> Self {
        let mut texts: Vec<(&[u8], Mark)> = Vec::new();
        for (pattern, signs) in signs.enumerate() {
            let (found, is_beginning) = match signs {
                Signs::Beginnings(found) => (found, true),
                Signs::Literals(found) => (found, false),
                Signs::Nothing => continue,
            };
            texts.extend(found.iter().map(|text| (text.as_slice(), Mark { pattern, is_beginning })));
        }
        texts.sort_by_key(|&(text, mark)| (text, mark.pattern));
        let (fine, coarse): (Vec<_>, Vec<_>) = texts.into_iter().partition(|(text, _)| text.len() >= FINE);
        let sieves = [(fine, FINE), (coarse, FINE - 1)];
        Self { sieves: sieves.into_iter().filter(|(texts, _)| !texts.is_empty()).map(sieve).collect() }
    }

    /// Patterns that may match in `text`, ascending, with the places in order.
    pub(crate) fn candidates(&self, text: &[u8]) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (sieve, marks) in &self.sieves {
            sieve.scan(text, |literal, start| {
                let marks = marks.get(literal).map(Vec::as_slice).unwrap_or_default();
                found.extend(marks.iter().map(|mark| (mark.pattern, mark.is_beginning.then_some(start))));
            });
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn sieve((texts, width): (Vec<(&[u8], Mark)>, usize)) -> (Sieve, Vec<Vec<Mark>>) {
    let groups = || texts.chunk_by(|one, other| one.0 == other.0);
    let literals = groups().filter_map(|group| group.first()).map(|&(text, _)| text.to_vec()).collect();
    let marks = groups().map(|group| group.iter().map(|&(_, mark)| mark).collect()).collect();
    (Sieve::new(literals, width), marks)
}
