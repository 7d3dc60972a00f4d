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
        append_runs(scratch, words);
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

/// The words of ASCII text in lower case: where they begin and end is found for many bytes at once.
fn append_runs(text: &[u8], words: &mut Vec<u8>) {
    const BLOCK: usize = u64::BITS as usize;
    let mut start = None;
    let mut turn = |at: usize| match start.take() {
        None => start = Some(at),
        Some(start) => append(text.get(start..at).unwrap_or_default(), words),
    };
    let mut was_word = 0;
    for (number, block) in text.chunks(BLOCK).enumerate() {
        let bits = word_bits(block);
        let mut turns = bits ^ (bits << 1 | was_word);
        was_word = bits >> (BLOCK - 1);
        while turns != 0 {
            turn(number * BLOCK + turns.trailing_zeros() as usize);
            turns &= turns - 1;
        }
    }
    if was_word == 1 {
        turn(text.len());
    }
}

/// A bit for each byte of a block that belongs to a word; the bytes that it lacks do not.
fn word_bits(block: &[u8]) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080; // brings the lowest bits of eight bytes together in the highest
    let mut bytes = [0; u64::BITS as usize];
    bytes.iter_mut().zip(block).for_each(|(place, &byte)| *place = byte);
    let is_word = |byte: u8| {
        u8::from(byte.wrapping_sub(b'a') < 26) | u8::from(byte.wrapping_sub(b'0') < 10) | u8::from(byte == b'_')
    };
    let flags = bytes.map(is_word);
    let eights = flags.as_chunks::<8>().0.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56);
    eights.rev().fold(0, |bits, eight| bits << 8 | eight)
}

#[inline]
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
        fn ascii_words_are_the_runs_between_other_signs(text in "[ -~]{0,70}[a-zA-Z_0-9]{0,70}[ -~\\n]{0,150}") {
            let small = text.to_ascii_lowercase();
            let runs = small.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').filter(|run| !run.is_empty());
            prop_assert_eq!(words_of(&text), hashes(&runs.collect::<Vec<_>>()));
        }

        #[test]
        fn ascii_words_do_not_depend_on_what_else_is_in_the_text(text in "[ -~\\n]{0,60}") {
            prop_assert_eq!(words_of(&format!("{text} ·")), words_of(&text));
        }
    }
}
