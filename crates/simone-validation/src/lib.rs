//! The exact checks of claims against evidence: numbers, units, dates, polarity, names, quotes.
//!
//! Not for verdicts: codes and spans leave here. The Python reference is the specification; everything equals it.

mod alignment;
mod amounts;
mod checks;
mod contradictions;
mod dates;
mod days;
mod digit_dates;
mod exact;
mod lists;
mod measures;
mod mentions;
mod names;
mod numerals;
mod quantifiers;
mod quantities;
mod quotes;
mod reading;
mod readings;
mod relations;
mod scope;
mod text;
mod times;
mod tokens;
mod units;
mod values;
mod words;

pub use alignment::Close;
pub use checks::{Check, NoSuchWord, Span, check_claims};
pub use contradictions::{Contradiction, check_contradictions, find_contradictions};
pub use mentions::{Mention, find_mentions, find_mentions_batch};
pub use quotes::{Quotation, find_quotations};
pub use readings::{ReadSentence, ReadVerb, content_stems, read_sentences};
