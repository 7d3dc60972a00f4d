//! The exact checks of claims against evidence: numbers, units, dates, polarity, names, quotes.
//!
//! Not for verdicts: codes and spans leave here.
