//! Character classes as Python's `str` methods and `re` read them.
//!
//! Not for segmentation or normalisation: one character at a time, from tables of one Unicode version, so that the
//! answers do not move with the Rust toolchain.

mod tables;

pub use tables::{ALPHA, DECIMAL, NUMERIC, UNICODE_VERSION};
use tables::{DIGIT, LOWER, TITLE, UPPER};

/// Whether `sign` is in one of `ranges` (first and last code points, ascending).
fn within(ranges: &[(u32, u32)], sign: char) -> bool {
    let code = u32::from(sign);
    let after = ranges.partition_point(|&(first, _)| first <= code);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|&(_, last)| code <= last)
}

/// `str.isspace`, and `\s`: White_Space and the separators U+001C to U+001F.
#[inline]
#[must_use]
pub fn is_space(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\x1c'..='\x1f')
}

/// `\w`: letters, everything numeric, and the underscore; no combining marks.
#[inline]
#[must_use]
pub fn is_word(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_alphanumeric() || sign == '_';
    }
    within(ALPHA, sign) || within(NUMERIC, sign)
}

/// `[^\W\d_]`: letters, and numerals that are not decimal digits.
#[inline]
#[must_use]
pub fn is_letter(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_alphabetic();
    }
    within(ALPHA, sign) || within(NUMERIC, sign) && !within(DECIMAL, sign)
}

/// `str.isalpha` of one character.
#[inline]
#[must_use]
pub fn is_alpha(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_alphabetic();
    }
    within(ALPHA, sign)
}

/// `str.isdecimal`, and `\d`.
#[inline]
#[must_use]
pub fn is_decimal(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_digit();
    }
    within(DECIMAL, sign)
}

/// `str.isdigit` of one character: decimals, superscripts and the like.
#[inline]
#[must_use]
pub fn is_digit(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_digit();
    }
    within(DIGIT, sign)
}

/// `str.isupper` of one character.
#[inline]
#[must_use]
pub fn is_upper(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_uppercase();
    }
    within(UPPER, sign)
}

/// `str.islower` of one character.
#[inline]
#[must_use]
pub fn is_lower(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_lowercase();
    }
    within(LOWER, sign)
}

/// Whether the general category of `sign` is Lt.
#[inline]
#[must_use]
pub fn is_title(sign: char) -> bool {
    !sign.is_ascii() && within(TITLE, sign)
}

/// `str.isupper`: some upper-case character, and none of lower or title case.
#[must_use]
pub fn is_all_upper(text: &str) -> bool {
    text.chars().any(is_upper) && !text.chars().any(|sign| is_lower(sign) || is_title(sign))
}

/// `str.lower`, but for a final sigma, which stays σ.
#[must_use]
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    for sign in text.chars() {
        if is_upper(sign) || is_title(sign) {
            lowered.extend(sign.to_lowercase());
        } else {
            lowered.push(sign);
        }
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_ascending_and_disjoint() {
        for table in [ALPHA, NUMERIC, DECIMAL, DIGIT, UPPER, LOWER, TITLE] {
            assert!(table.iter().all(|(first, last)| first <= last));
            assert!(table.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }
    }

    #[test]
    fn ascii_answers_equal_the_tables() {
        for sign in '\0'..='\x7f' {
            assert_eq!(is_alpha(sign), within(ALPHA, sign));
            assert_eq!(is_decimal(sign), within(DECIMAL, sign));
            assert_eq!(is_digit(sign), within(DIGIT, sign));
            assert_eq!(is_upper(sign), within(UPPER, sign));
            assert_eq!(is_lower(sign), within(LOWER, sign));
            let word = within(ALPHA, sign) || within(NUMERIC, sign) || sign == '_';
            assert_eq!(is_word(sign), word);
            assert_eq!(is_letter(sign), word && !is_decimal(sign) && sign != '_');
        }
    }

    #[test]
    fn rare_characters_are_read_as_python_reads_them() {
        assert!(is_space('\x1c') && is_space('\u{85}') && is_space('\u{3000}') && !is_space('\u{200b}'));
        assert!(is_word('²') && is_letter('²') && is_digit('²') && !is_decimal('²'));
        assert!(!is_word('\u{301}') && !is_word('‿') && !is_word('Ⓐ') && is_upper('Ⓐ'));
        assert!(is_title('ǅ') && !is_upper('ǅ') && !is_all_upper("Aǅ") && is_all_upper("A1"));
        assert_eq!(lower("\u{212a}İΣ"), "ki\u{307}σ");
    }
}
