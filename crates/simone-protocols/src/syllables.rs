//! Syllables of English words: listed ones, and rules for the rest.
//!
//! Not for pronunciation. The table is the reference's own; its head says what made it.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;

const TABLE: &str = include_str!("../../../src/simone/kernels/reference/syllables.txt");

/// The table read once.
struct Table {
    listed: FxHashMap<&'static str, usize>,
    /// Pieces of words with their ends marked `^` and `$`.
    pieces: Option<AhoCorasick>,
    /// What each piece adds: one or minus one.
    adds: Vec<i64>,
}

fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    READ.get_or_init(|| {
        let mut listed = FxHashMap::default();
        let (mut pieces, mut adds) = (Vec::new(), Vec::new());
        let mut section = "";
        for line in TABLE.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
            } else if !line.starts_with('#') {
                for word in line.split_whitespace() {
                    if section == "rules" {
                        let (piece, sign) = word.split_at(word.len().saturating_sub(1));
                        pieces.push(piece);
                        adds.push(if sign == "+" { 1 } else { -1 });
                    } else if let Ok(count) = section.parse() {
                        listed.insert(word, count);
                    }
                }
            }
        }
        Table { listed, pieces: AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(pieces).ok(), adds }
    })
}

/// Syllables of one lower-case word, at least 1 unless it is listed with none; parts of a compound one by one.
#[must_use]
pub fn count_syllables(word: &str) -> usize {
    if word.contains('-') {
        return word.split('-').filter(|part| !part.is_empty()).map(count_syllables).sum::<usize>().max(1);
    }
    let table = table();
    if let Some(&count) = table.listed.get(word) {
        return count;
    }
    let mut groups = 0;
    let mut was_vowel = false;
    for sign in word.chars() {
        let is = is_vowel(sign);
        groups += i64::from(is && !was_vowel);
        was_vowel = is;
    }
    let mut edged = String::with_capacity(word.len() + 2);
    edged.push('^');
    edged.push_str(word);
    edged.push('$');
    // a piece counts once, however often it stands in the word
    let mut seen = [0_u64; 4];
    if let Some(pieces) = &table.pieces {
        // the automaton is built for overlapping matches, so the search cannot be refused
        for hit in pieces.try_find_overlapping_iter(&edged).into_iter().flatten() {
            let piece = hit.pattern().as_usize();
            if let (Some(seen), Some(add)) = (seen.get_mut(piece / 64), table.adds.get(piece)) {
                let bit = 1 << (piece % 64);
                groups += if *seen & bit == 0 { *add } else { 0 };
                *seen |= bit;
            }
        }
    }
    usize::try_from(groups.max(1)).unwrap_or(1)
}

fn is_vowel(sign: char) -> bool {
    matches!(sign, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
        || !sign.is_ascii() && "áàâäãåéèêëíìîïóòôöõúùûüýÿæœø".contains(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_has_a_bit() {
        assert!(table().adds.len() <= 256 && table().pieces.is_some());
    }

    #[test]
    fn listed_words_rules_and_compounds_are_counted() {
        for (word, count) in
            [("harbour", 2), ("water", 2), ("the", 1), ("well-known", 2), ("-", 1), ("3.5", 1), ("idea", 3)]
        {
            assert_eq!(count_syllables(word), count, "{word}");
        }
    }
}
