//! Many regular expressions matched together, in time linear in the text for every pattern.
//!
//! Not for look-around or back-references: those are refused by name. The syntax is what Python's `re` and Rust's
//! `regex` read alike, the meaning is Python's.

mod entities;
mod needs;
mod offsets;
mod replace;
mod set;
mod sieve;
mod sifting;
mod steady;
mod syntax;
mod variants;

pub use entities::{Find, settled};
pub use set::{Match, PatternError, PatternSet};
