//! Content hashes and what they find.
//!
//! Not for secrets: XXH3 is fast, not cryptographic.

mod content;

pub use content::{first_of_each, hash, hash_batch};
