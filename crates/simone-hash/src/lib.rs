//! Content hashes and what they find.
//!
//! Not for secrets: XXH3 is fast, not cryptographic.

mod buckets;
mod chunks;
mod content;
mod near;
mod sketch;
mod words;

pub use buckets::{WORTH_SHARING_KEYS, bucket, buckets_of};
pub use chunks::{Chunker, WINDOW};
pub use content::{first_of_each, hash, hash_batch, wide_hash};
pub use near::{Pair, near_duplicates};
pub use sketch::Sketcher;
