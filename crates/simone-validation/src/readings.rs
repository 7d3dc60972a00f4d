//! Shallow readings of sentences as rows of offsets and indices, for those who follow references and cut claims.
//!
//! Not for the reading itself (`reading`).

use crate::checks::{Span, read_all};
use crate::reading::{NONE, Reading};
use crate::words::find_words;

/// A verb group, as the contract lays it out; word indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadVerb {
    /// Its head.
    pub head: usize,
    /// Its first word.
    pub first: usize,
    /// Stem of the head; "be" of an apposition.
    pub stem: String,
    /// What is done to its subject.
    pub passive: bool,
    /// Its polarity.
    pub positive: bool,
    /// Not under a hedge.
    pub certain: bool,
}

/// One sentence as read; offsets are code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSentence {
    /// Where each word stands.
    pub words: Vec<Span>,
    /// Lower case and stem of each word.
    pub forms: Vec<(String, String)>,
    /// Content words that are no verbs and no values.
    pub content: Vec<usize>,
    /// Verb groups in order.
    pub verbs: Vec<ReadVerb>,
    /// Word, kind of relation, verb.
    pub relations: Vec<(usize, &'static str, Option<usize>)>,
    /// Quantities.
    pub quantities: Vec<Span>,
    /// Dates.
    pub dates: Vec<Span>,
    /// Names.
    pub names: Vec<Span>,
}

impl ReadSentence {
    fn of(reading: &Reading<'_>) -> Self {
        let at = |start: usize, end: usize| (reading.points.at(start), reading.points.at(end));
        let verb = |verb: &crate::reading::Verb| ReadVerb {
            head: verb.head,
            first: verb.first,
            stem: reading.verb_stem(verb).text.to_owned(),
            passive: verb.passive,
            positive: verb.positive,
            certain: verb.certain,
        };
        let relations = reading.relations.iter().enumerate().flat_map(|(word, all)| {
            all.iter().map(move |one| (word, one.kind, (one.verb != NONE).then_some(one.verb)))
        });
        ReadSentence {
            words: reading.words.iter().map(|word| at(word.start, word.end)).collect(),
            forms: reading.words.iter().map(|word| (word.lower.clone(), word.stem.clone())).collect(),
            content: reading.content.clone(),
            verbs: reading.verbs.iter().map(verb).collect(),
            relations: relations.collect(),
            quantities: reading.quantities.iter().map(|one| at(one.start, one.end)).collect(),
            dates: reading.dates.iter().map(|one| at(one.start, one.end)).collect(),
            names: reading.names.iter().map(|one| at(one.start, one.end)).collect(),
        }
    }
}

/// Each sentence as read.
#[must_use]
pub fn read_sentences(texts: &[&str]) -> Vec<ReadSentence> {
    read_all(texts).iter().map(ReadSentence::of).collect()
}

/// The stems of the content words of each text, each once, in the order in which they first stand there.
#[must_use]
pub fn content_stems(texts: &[&str]) -> Vec<Vec<String>> {
    let stems = |text: &&str| {
        let mut seen = rustc_hash::FxHashSet::default();
        let words = find_words(text).into_iter().filter(crate::words::Word::is_content);
        words.map(|word| word.stem).filter(|stem| seen.insert(stem.clone())).collect()
    };
    texts.iter().map(stems).collect()
}
