//! The words of a text, as hashes, without a string made for any of them.
//!
//! Not for sentences or stems.

use std::sync::LazyLock;

use simone_unicode::{is_title, is_upper, is_word};

use crate::content::hash;

/// Ranges whose letters are words of their own, since their scripts put no spaces between words: Hiragana and Katakana,
/// Han, and the Han of the supplementary planes.
const ALONE: [(u32, u32); 5] =
    [(0x3041, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)];

const WORD: u8 = 1;
const CASED: u8 = 2;
const SINGLE: u8 = 4;

/// What the characters of the first plane are, found out once: a search in the tables would cost more than the rest.
static FIRST_PLANE: LazyLock<Vec<u8>> =
    LazyLock::new(|| (0..0x1_0000).map(|code| char::from_u32(code).map_or(0, class_of)).collect());

fn class_of(sign: char) -> u8 {
    let code = u32::from(sign);
    let single = ALONE.iter().any(|&(first, last)| (first..=last).contains(&code));
    (if is_word(sign) { WORD } else { 0 })
        | (if is_upper(sign) || is_title(sign) { CASED } else { 0 })
        | (if single { SINGLE } else { 0 })
}

/// Appends XXH3-64 of every word of `text`, in lower case, as eight bytes each (little-endian).
///
/// A word is a maximal run of what `\w` matches, but a letter of Hiragana, Katakana or Han is a word of its own. The
/// words are found first and then put into lower case character by character, final sigma as σ.
pub(crate) fn append_words(text: &str, scratch: &mut Vec<u8>, words: &mut Vec<u8>) {
    scratch.clear();
    if text.is_ascii() {
        scratch.extend(text.as_bytes().iter().map(u8::to_ascii_lowercase));
        for word in scratch.split(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_') {
            append(word, words);
        }
        return;
    }
    let first_plane: &[u8] = &FIRST_PLANE;
    for sign in text.chars() {
        let class = first_plane.get(sign as usize).copied().unwrap_or_else(|| class_of(sign));
        if class & WORD == 0 || class & SINGLE != 0 {
            append(scratch, words);
            scratch.clear();
        }
        if class & WORD != 0 {
            append_lower(sign, class, scratch);
            if class & SINGLE != 0 {
                append(scratch, words);
                scratch.clear();
            }
        }
    }
    append(scratch, words);
}

fn append(word: &[u8], words: &mut Vec<u8>) {
    if !word.is_empty() {
        words.extend_from_slice(&hash(word).to_le_bytes());
    }
}

fn append_lower(sign: char, class: u8, scratch: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    if sign.is_ascii() {
        scratch.push((sign as u8).to_ascii_lowercase());
    } else if sign == 'ς' {
        scratch.extend_from_slice('σ'.encode_utf8(&mut bytes).as_bytes());
    } else if class & CASED != 0 {
        for lowered in sign.to_lowercase() {
            scratch.extend_from_slice(lowered.encode_utf8(&mut bytes).as_bytes());
        }
    } else {
        scratch.extend_from_slice(sign.encode_utf8(&mut bytes).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::append_words;
    use crate::content::hash;
    use proptest::prelude::*;

    fn words_of(text: &str) -> Vec<u8> {
        let mut words = Vec::new();
        append_words(text, &mut b"left over".to_vec(), &mut words);
        words
    }

    fn hashes(words: &[&str]) -> Vec<u8> {
        words.iter().flat_map(|word| hash(word.as_bytes()).to_le_bytes()).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_numerals_in_lower_case() {
        assert_eq!(words_of(" It's 3.5 % of_X "), hashes(&["it", "s", "3", "5", "of_x"]));
        assert_eq!(words_of("Straße\u{301}É ½"), hashes(&["straße", "é", "½"]));
        assert_eq!(words_of("ΟΔΟΣ οδος"), hashes(&["οδοσ", "οδοσ"]));
        assert_eq!(words_of("İx"), hashes(&["i\u{307}x"]));
        assert_eq!(words_of("ab東京x、タワ𠀀"), hashes(&["ab", "東", "京", "x", "タ", "ワ", "𠀀"]));
        assert!(words_of("").is_empty() && words_of(" \u{fffd}\u{301}。\0").is_empty());
    }

    proptest! {
        #[test]
        fn ascii_words_do_not_depend_on_what_else_is_in_the_text(text in "[ -~\\n]{0,60}") {
            prop_assert_eq!(words_of(&format!("{text} ·")), words_of(&text));
        }
    }
}
