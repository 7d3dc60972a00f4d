//! Everything that can be held against something else in a text: quantities, dates, times and names, in one reading.
//!
//! Not for comparing: `checks` does that.

use rayon::prelude::*;

use crate::dates::find_dates;
use crate::days::Date;
use crate::measures::Kind;
use crate::names::{Name, find_names};
use crate::quantities::{Quantity, find_quantities};
use crate::text::Points;
use crate::times::{Time, find_times};
use crate::tokens::Tokens;

/// Bytes below which handing texts to other threads costs more than it saves.
pub(crate) const WORTH_SHARING_BYTES: usize = 1 << 14;

/// One mention, as the contract lays it out; offsets are code points.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Code of the kind.
    pub kind: u8,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Lower end of a quantity.
    pub low: f64,
    /// Upper end of a quantity.
    pub high: f64,
    /// Place value of the last digit, or precision of a date.
    pub step: f64,
    /// Said with "about".
    pub approximate: bool,
    /// Ends excluded; an impossible date.
    pub strict: bool,
    /// Unit, first day, time, or normal form.
    pub what: String,
    /// Noun, or last day.
    pub of: String,
}

/// What was found in one text; offsets are bytes.
pub(crate) struct Found {
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) dates: Vec<Date>,
    pub(crate) times: Vec<Time>,
    pub(crate) names: Vec<Name>,
}

impl Found {
    pub(crate) fn of(tokens: &Tokens<'_>) -> Self {
        let dates = find_dates(tokens);
        let times = find_times(tokens.text.0);
        let mut taken: Vec<_> = dates.iter().map(|date| (date.start, date.end)).collect();
        taken.extend(times.iter().map(|time| (time.start, time.end)));
        Found { quantities: find_quantities(tokens, taken), dates, times, names: find_names(tokens) }
    }
}

/// All mentions of a text: quantities, dates, times, names, each in text order.
#[must_use]
pub fn find_mentions(text: &str) -> Vec<Mention> {
    let points = Points::of(text);
    let found = Found::of(&Tokens::of(text));
    let plain = |kind: u8, start: usize, end: usize| Mention {
        kind,
        start: points.at(start),
        end: points.at(end),
        low: 0.0,
        high: 0.0,
        step: 0.0,
        approximate: false,
        strict: false,
        what: String::new(),
        of: String::new(),
    };
    let mut all = Vec::new();
    for one in found.quantities {
        all.push(Mention {
            low: one.low,
            high: one.high,
            step: one.step,
            approximate: one.approximate,
            strict: one.strict,
            what: one.unit,
            of: one.noun,
            ..plain(kind_code(one.kind), one.start, one.end)
        });
    }
    for one in found.dates {
        let step = f64::from(one.precision as u8);
        let (what, of) = (one.first, one.last);
        all.push(Mention { step, strict: !one.valid, what, of, ..plain(7, one.start, one.end) });
    }
    all.extend(found.times.into_iter().map(|one| Mention { what: one.value, ..plain(8, one.start, one.end) }));
    all.extend(found.names.into_iter().map(|one| Mention { what: one.normal, ..plain(9, one.start, one.end) }));
    all
}

/// `find_mentions` of each text, on as many threads as the pool has where there is enough of it.
#[must_use]
pub fn find_mentions_batch(texts: &[&str]) -> Vec<Vec<Mention>> {
    if texts.len() < 2 || texts.iter().map(|text| text.len()).sum::<usize>() < WORTH_SHARING_BYTES {
        return texts.iter().map(|text| find_mentions(text)).collect();
    }
    texts.par_iter().map(|text| find_mentions(text)).collect()
}

fn kind_code(kind: Kind) -> u8 {
    match kind {
        Kind::Number => 0,
        Kind::Percent => 1,
        Kind::Money => 2,
        Kind::Unit => 3,
        Kind::Ordinal => 4,
        Kind::Fraction => 5,
        Kind::Range => 6,
    }
}
