//! What the protocols compute over text: sentence boundaries, words, syllables, search terms.
//!
//! Not for judgements: those are the protocols' own. The Python reference is the specification; spans are equal to it.

mod boundaries;
mod candidates;
mod counting;
mod cursor;
mod line_breaks;
mod sentences;
mod signs;
mod syllables;
mod terms;
mod words;

pub use counting::{Counts, Word, find_words, find_words_batch, text_statistics, text_statistics_batch};
pub use sentences::{split_sentences, split_sentences_batch};
pub use syllables::count_syllables;
pub use terms::{Terms, find_terms_batch};
