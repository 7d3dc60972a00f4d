//! What the protocols compute over text: sentence boundaries of one text or many.
//!
//! Not for judgements: those are the protocols' own. The Python reference is the specification; spans are equal to it.

mod boundaries;
mod candidates;
mod cursor;
mod line_breaks;
mod sentences;
mod signs;
mod words;

pub use sentences::{split_sentences, split_sentences_batch};
