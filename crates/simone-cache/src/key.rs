//! What an entry is kept under.
//!
//! Not for secrets: XXH3 is fast, not cryptographic.

use xxhash_rust::xxh3::xxh3_64;

/// Bytes, whether they are text, and their hash; borrowed for the time of a call.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) is_text: bool,
    pub(crate) hash: u64,
}

impl<'a> Key<'a> {
    /// Text and bytes are never equal, even where their bytes are.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8], is_text: bool) -> Self {
        let hash = xxh3_64(bytes);
        Self { bytes, is_text, hash: if is_text { hash } else { !hash } }
    }
}
