//! Reading a text at byte offsets without leaving it or splitting a character, as Python's `re` would.
//!
//! Not for code points: `Points` turns offsets into those at the end.

use simone_unicode::{is_decimal, is_word};

/// A text; every offset outside reads as nothing.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl<'a> Text<'a> {
    #[inline]
    pub(crate) fn byte(self, at: usize) -> Option<u8> {
        self.0.as_bytes().get(at).copied()
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
    pub(crate) fn before(self, at: usize) -> Option<char> {
        match self.byte(at.checked_sub(1)?)? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.0.get(..at)?.chars().next_back(),
        }
    }

    /// The second character before `at`.
    pub(crate) fn second_before(self, at: usize) -> Option<char> {
        self.before(at - self.before(at)?.len_utf8())
    }

    /// The text of [from, to); empty where there is none.
    #[inline]
    pub(crate) fn piece(self, from: usize, to: usize) -> &'a str {
        self.0.get(from..to).unwrap_or_default()
    }

    /// Past `with`, where it stands at `at`.
    #[inline]
    pub(crate) fn eat(self, at: usize, with: &str) -> Option<usize> {
        self.0.as_bytes().get(at..)?.starts_with(with.as_bytes()).then_some(at + with.len())
    }

    /// Past `with` (lower case), whatever case it stands in at `at`.
    pub(crate) fn eat_any_case(self, mut at: usize, with: &str) -> Option<usize> {
        for wanted in with.chars() {
            let sign = self.sign(at)?;
            if sign != wanted && fold(sign) != wanted {
                return None;
            }
            at += sign.len_utf8();
        }
        Some(at)
    }

    /// Past one of `signs`, where it stands at `at`.
    #[inline]
    pub(crate) fn eat_sign(self, at: usize, signs: &[char]) -> Option<usize> {
        self.sign(at).filter(|sign| signs.contains(sign)).map(|sign| at + sign.len_utf8())
    }

    /// Past the run of characters from `at` on that `holds`.
    #[inline]
    pub(crate) fn skip(self, mut at: usize, holds: impl Fn(char) -> bool) -> usize {
        while let Some(sign) = self.sign(at)
            && holds(sign)
        {
            at += sign.len_utf8();
        }
        at
    }

    /// Past the run of ASCII digits from `at` on.
    #[inline]
    pub(crate) fn digits(self, mut at: usize) -> usize {
        while self.is_digit(at) {
            at += 1;
        }
        at
    }

    /// Whether `[0-9]` stands at `at`.
    #[inline]
    pub(crate) fn is_digit(self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    /// Whether `\w` stands at `at`.
    #[inline]
    pub(crate) fn is_word(self, at: usize) -> bool {
        self.sign(at).is_some_and(is_word)
    }

    /// Whether `\d` stands at `at`.
    #[inline]
    pub(crate) fn is_decimal(self, at: usize) -> bool {
        self.sign(at).is_some_and(is_decimal)
    }

    /// The number in the ASCII digits of [from, to); 0 for none.
    pub(crate) fn number(self, from: usize, to: usize) -> i64 {
        self.piece(from, to).parse().unwrap_or(0)
    }

    /// Whether, after at most `most` characters that `holds`, one stands that `ends`; those that end must hold too.
    pub(crate) fn reaches(
        self,
        mut at: usize,
        most: usize,
        holds: impl Fn(char) -> bool,
        ends: impl Fn(char) -> bool,
    ) -> bool {
        for _ in 0..=most {
            match self.sign(at) {
                Some(sign) if ends(sign) => return true,
                Some(sign) if holds(sign) => at += sign.len_utf8(),
                _ => return false,
            }
        }
        false
    }
}

/// The small letter that `re.IGNORECASE` takes an ASCII letter or its relatives for.
pub(crate) fn fold(sign: char) -> char {
    match sign {
        'ſ' => 's',
        'ı' | 'İ' => 'i',
        '\u{212a}' => 'k',
        _ => sign.to_ascii_lowercase(),
    }
}

/// Code points before byte offsets of one text.
pub(crate) struct Points(Option<Vec<u32>>);

impl Points {
    pub(crate) fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Points(None);
        }
        let mut points = Vec::with_capacity(text.len() + 1);
        let mut count = 0;
        for sign in text.chars() {
            points.extend(std::iter::repeat_n(count, sign.len_utf8()));
            count += 1;
        }
        points.push(count);
        Points(Some(points))
    }

    /// Code points before the byte offset `at`.
    pub(crate) fn at(&self, at: usize) -> usize {
        match &self.0 {
            None => at,
            Some(points) => points.get(at).or(points.last()).map_or(0, |&count| count as usize),
        }
    }
}
