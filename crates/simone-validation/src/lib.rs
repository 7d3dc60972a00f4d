//! The exact checks of claims against evidence: numbers, units, dates, polarity, names, quotes.
//!
//! Not for verdicts: codes and spans leave here. The Python reference is the specification; everything equals it.

#![allow(dead_code, reason = "the checks that read words come next")]

mod dates;
mod days;
mod digit_dates;
mod lists;
mod measures;
mod mentions;
mod names;
mod numerals;
mod quantities;
mod text;
mod times;
mod tokens;
mod units;
mod words;

pub use mentions::{Mention, find_mentions, find_mentions_batch};
