//! Reading a text at byte offsets without ever leaving it or splitting a character.
//!
//! Not for code points: offsets are bytes until the spans are handed out.

use simone_unicode::is_space;

/// A text with look-ahead and look-behind; every offset past the end reads as nothing.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl<'a> Text<'a> {
    #[inline]
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn byte(self, at: usize) -> Option<u8> {
        self.0.as_bytes().get(at).copied()
    }

    /// The bytes from `at` to the end.
    #[inline]
    pub(crate) fn bytes_from(self, at: usize) -> &'a [u8] {
        self.0.as_bytes().get(at..).unwrap_or_default()
    }

    /// The character that begins at `at`.
    #[inline]
    pub(crate) fn sign(self, at: usize) -> Option<char> {
        match self.byte(at)? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.0.get(at..)?.chars().next(),
        }
    }

    /// The character that ends at `at`.
    #[inline]
    pub(crate) fn sign_before(self, at: usize) -> Option<char> {
        self.0.get(..at)?.chars().next_back()
    }

    /// The text of [from, to); empty where there is none.
    #[inline]
    pub(crate) fn piece(self, from: usize, to: usize) -> &'a str {
        self.0.get(from..to).unwrap_or_default()
    }

    /// The first offset from `at` on whose character fails `holds`.
    #[inline]
    pub(crate) fn skip(self, mut at: usize, holds: impl Fn(char) -> bool) -> usize {
        while let Some(sign) = self.sign(at)
            && holds(sign)
        {
            at += sign.len_utf8();
        }
        at
    }

    /// `skip` over at most `most` characters.
    #[inline]
    pub(crate) fn skip_most(self, mut at: usize, most: usize, holds: impl Fn(char) -> bool) -> usize {
        for _ in 0..most {
            match self.sign(at) {
                Some(sign) if holds(sign) => at += sign.len_utf8(),
                _ => break,
            }
        }
        at
    }

    #[inline]
    pub(crate) fn skip_space(self, at: usize) -> usize {
        self.skip(at, is_space)
    }

    /// Past blanks: spaces and tabs.
    #[inline]
    pub(crate) fn skip_blanks(self, at: usize) -> usize {
        self.skip_bytes(at, |byte| matches!(byte, b' ' | b'\t'))
    }

    /// The first offset from `at` on whose byte fails `holds`, which must hold for ASCII only.
    #[inline]
    pub(crate) fn skip_bytes(self, mut at: usize, holds: impl Fn(u8) -> bool) -> usize {
        while self.byte(at).is_some_and(&holds) {
            at += 1;
        }
        at
    }

    #[inline]
    pub(crate) fn starts(self, at: usize, with: &str) -> bool {
        self.bytes_from(at).starts_with(with.as_bytes())
    }

    #[inline]
    pub(crate) fn is_space(self, at: usize) -> bool {
        self.sign(at).is_some_and(is_space)
    }

    /// White space, or the end of the text.
    #[inline]
    pub(crate) fn is_space_or_end(self, at: usize) -> bool {
        self.sign(at).is_none_or(is_space)
    }

    /// The offset of the first line break from `at` on.
    #[inline]
    pub(crate) fn next_break(self, at: usize) -> Option<usize> {
        memchr::memchr(b'\n', self.bytes_from(at)).map(|found| at + found)
    }

    /// The line that ends at `at`, without its break.
    #[inline]
    pub(crate) fn line_before(self, at: usize) -> &'a str {
        let start = memchr::memrchr(b'\n', self.piece(0, at).as_bytes()).map_or(0, |found| found + 1);
        self.piece(start, at)
    }
}

/// `str.strip` on the right.
#[inline]
pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// `str.strip` on the left.
#[inline]
pub(crate) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}
