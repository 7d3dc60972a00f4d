//! Word lists, tables and pairs, read once from the data file that the reference wrote.
//!
//! Not for units: `units` reads those.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

macro_rules! lists {
    ($($list:ident $name:literal)*) => {
        /// A list of the data file, in the order of its lines.
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as in the reference")]
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        pub(crate) enum List { $($list),* }

        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),*];
    };
}

lists! {
    FUNCTION_WORDS "tokens.FUNCTION_WORDS"
    ADJECTIVES "tokens._ADJECTIVES"
    IRREGULAR_PLURALS "tokens._IRREGULAR"
    NOT_PLURAL "tokens._NOT_PLURAL"
    SMALL "numerals.SMALL"
    TENS "numerals.TENS"
    SCALES "numerals.SCALES"
    SCALE_FORMS "numerals._SCALE_FORMS"
    LOW_ORDINALS "numerals._ORDINALS"
    ORDINAL_SCALES "numerals._ORDINAL_SCALES"
    ORDINALS "numerals.ORDINALS"
    PARTS "numerals._PARTS"
    VULGAR "numerals._VULGAR"
    DETERMINERS "numerals._DETERMINERS"
    VAGUE "numerals._VAGUE"
    NUMERAL_STARTERS "numerals.STARTERS"
    SIGNS "measures.SIGNS"
    CODES "measures.CODES"
    SIGN_COUNTRIES "measures._SIGN_COUNTRIES"
    DASHES "measures.DASHES"
    LABELS "measures._LABELS"
    PREFIXES "measures._PREFIXES"
    UNMARKED_PLURALS "measures._UNMARKED_PLURALS"
    APPROXIMATIONS "measures.APPROXIMATIONS"
    CHANGES "quantities._CHANGES"
    BOUNDS "quantities._BOUNDS"
    BOUND_ENDS "quantities._BOUND_ENDS"
    BOUND_TAILS "quantities._BOUND_TAILS"
    QUANTITY_STARTERS "quantities._STARTERS"
    QUALIFIERS "days.QUALIFIERS"
    MONTHS "dates._MONTHS"
    ALSO_WORDS "dates._ALSO_WORDS"
    MONTH_OPENERS "dates._MONTH_OPENERS"
    WEEKDAYS "dates._WEEKDAYS"
    SEASONS "dates._SEASONS"
    DATE_ORDINALS "dates._ORDINALS"
    DECADES "dates._DECADES"
    YEAR_WORDS "dates._YEAR_WORDS"
    YEAR_HINTS "dates._YEAR_HINTS"
    UNIT_WORDS "dates._UNIT_WORDS"
    RELATIVE "dates._RELATIVE"
    DATE_STARTERS "dates._STARTERS"
    TITLES "names._TITLES"
    SUFFIXES "names._SUFFIXES"
    CONNECTORS "names._CONNECTORS"
    TIGHT_CONNECTORS "names._TIGHT_CONNECTORS"
    NEVER "names._NEVER"
    COMMON "names._COMMON"
    PREDICATES "names._PREDICATES"
    MASS_NOUNS "names._MASS_NOUNS"
    CLOSERS "names._CLOSERS"
    FUNCTION "lexicon.FUNCTION"
    IRREGULAR "lexicon.IRREGULAR"
    PREPOSITIONS "lexicon.PREPOSITIONS"
    EXCLUSIVE "lexicon.EXCLUSIVE"
    QUANTIFIER_RANK "lexicon.QUANTIFIER_RANK"
    AMOUNTS "lexicon.AMOUNTS"
    BEFORE_FEW "lexicon.BEFORE_FEW"
    BE "lexicon.BE"
    HAVE "lexicon.HAVE"
    DO "lexicon.DO"
    MODALS "lexicon.MODALS"
    AUXILIARIES "lexicon.AUXILIARIES"
    DETERMINER "lexicon.DETERMINERS"
    PRONOUNS "lexicon.PRONOUNS"
    SUBJECT_PRONOUNS "lexicon.SUBJECT_PRONOUNS"
    STRICT_PREPOSITIONS "lexicon.STRICT_PREPOSITIONS"
    SUBORDINATORS "lexicon.SUBORDINATORS"
    COORDINATORS "lexicon.COORDINATORS"
    NEGATORS "lexicon.NEGATORS"
    HEDGES "lexicon.HEDGES"
    PRIVATIVE "lexicon.PRIVATIVE"
    SUPERLATIVES "lexicon.SUPERLATIVES"
    PARTICIPLES "lexicon.PARTICIPLES"
    INVARIANT "lexicon.INVARIANT"
    NO_VERBS "lexicon.NO_VERBS"
    TIMES "lexicon.TIMES"
    PARTS_OF_DAYS "lexicon.PARTS_OF_DAYS"
    UNTRUE "lexicon.UNTRUE"
    TRUE "lexicon.TRUE"
    NOT_BESIDE "lexicon.NOT_BESIDE"
    SAME "words._SAME"
    OPPOSED "words._OPPOSED"
    DIRECTED "words._DIRECTED"
    DENYING "words._DENYING"
    VERB_STEMS "reading._VERB_STEMS"
    PAST "reading._PAST"
    CLASS_OF "reading.CLASS_OF"
    BOUNDARIES "reading._CLOSERS"
    BEFORE_VALUES "reading._BEFORE_VALUES"
    PLACES "reading._PLACES"
    TIME_NOUNS "reading._TIME_NOUNS"
    CONDITIONS "reading.CONDITIONS"
    FACTIVE_STEMS "reading._FACTIVE_STEMS"
    NEGATIVE_STEMS "reading._NEGATIVE_STEMS"
    REPORTING_STEMS "scope._REPORTING_STEMS"
    BREAKS "scope.BREAKS"
    SYMMETRIC_STEMS "alignment._SYMMETRIC_STEMS"
    EMPTY_STEMS "alignment._EMPTY_STEMS"
    TIME_PREPOSITIONS "values._TIME_PREPOSITIONS"
    WEAK "exact.WEAK"
    RANKS "exact._RANKS"
    PERSONAL "exact._PERSONAL"
    IMPLICATIVE_STEMS "exact._IMPLICATIVE_STEMS"
}

/// The lists that a word is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lists(u128);

impl Lists {
    #[inline]
    pub(crate) fn has(self, list: List) -> bool {
        self.0 >> (list as u32) & 1 == 1
    }

    /// The lists that hold one of the two.
    #[inline]
    pub(crate) fn or(self, other: Lists) -> Lists {
        Lists(self.0 | other.0)
    }

    #[inline]
    pub(crate) fn has_any(self, lists: &[List]) -> bool {
        lists.iter().any(|&list| self.has(list))
    }
}

type Table = FxHashMap<&'static str, &'static str>;

struct Lexicon {
    member: FxHashMap<&'static str, Lists>,
    tables: Vec<Table>,
    pairs: Vec<FxHashSet<(&'static str, &'static str)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon { member: FxHashMap::default(), tables: Vec::new(), pairs: Vec::new() };
    for (number, line) in include_str!("lists.txt").lines().enumerate() {
        let (mut table, mut pairs) = (Table::default(), FxHashSet::default());
        for entry in line.split('\t').skip(1) {
            let (key, value) = match entry.split_once('|') {
                Some((key, value)) if !key.is_empty() => (key, value),
                _ => (entry, ""),
            };
            lexicon.member.entry(key).or_default().0 |= 1 << number;
            if !value.is_empty() {
                table.insert(key, value);
                pairs.insert((key, value));
            }
        }
        lexicon.tables.push(table);
        lexicon.pairs.push(pairs);
    }
    lexicon
});

/// The lists that hold `word`, tables by their keys.
#[inline]
pub(crate) fn lists_of(word: &str) -> Lists {
    LEXICON.member.get(word).copied().unwrap_or_default()
}

/// `word` as the data file holds it, where some list does.
pub(crate) fn known(word: &str) -> Option<&'static str> {
    LEXICON.member.get_key_value(word).map(|(&key, _)| key)
}

/// What `table` says of `key`.
pub(crate) fn entry(table: List, key: &str) -> Option<&'static str> {
    LEXICON.tables.get(table as usize)?.get(key).copied()
}

/// The number that `table` gives for `key`.
pub(crate) fn number(table: List, key: &str) -> Option<f64> {
    entry(table, key)?.parse().ok()
}

/// Whether `pairs` holds the two in this order.
pub(crate) fn holds_pair(pairs: List, one: &str, other: &str) -> bool {
    LEXICON.pairs.get(pairs as usize).is_some_and(|held| held.contains(&(one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_stand_in_the_order_of_the_file() {
        let written: Vec<_> = include_str!("lists.txt").lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(written, NAMES);
        assert!(NAMES.len() <= 128);
    }

    #[test]
    fn words_tables_and_pairs_are_found() {
        assert!(lists_of("the").has(List::FUNCTION_WORDS) && lists_of("|").has(List::CLOSERS));
        assert_eq!(number(List::VULGAR, "½"), Some(0.5));
        assert_eq!(entry(List::BOUNDS, "at least"), Some("low|False"));
        assert!(holds_pair(List::DIRECTED, "ris", "fall"));
    }
}
