//! Octets of a text as code points.
//!
//! Not for lines.

/// Octets whose code points are counted ahead.
const BLOCK: usize = 64;

/// Octets of one text as code points.
pub struct Places<'a> {
    data: &'a [u8],
    /// Code points before each block; empty where octets are code points.
    before: Vec<usize>,
}

impl<'a> Places<'a> {
    /// For a text.
    pub fn new(text: &'a str) -> Self {
        let data = text.as_bytes();
        let mut before = Vec::new();
        if !data.is_ascii() {
            let mut total = 0;
            for block in data.chunks(BLOCK) {
                before.push(total);
                total += leads(block);
            }
            before.push(total);
        }
        Self { data, before }
    }

    /// Code points before an octet.
    pub fn at(&self, octet: usize) -> usize {
        if self.before.is_empty() {
            return octet;
        }
        let block = octet / BLOCK;
        let more = self.data.get(block * BLOCK..octet).map_or(0, leads);
        self.before.get(block).map_or(0, |before| before + more)
    }
}

fn leads(data: &[u8]) -> usize {
    data.iter().filter(|octet| **octet & 0xC0 != 0x80).count()
}
