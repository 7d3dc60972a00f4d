//! Pattern sets, held to the reference's answers, to one another, and to linear time.

use proptest::prelude::*;
use serde_json::Value;
use simone_regex::{Match, PatternSet};

#[expect(clippy::unwrap_used, reason = "a refused pattern is to fail the test")]
fn set(patterns: &[(&str, &str)]) -> PatternSet {
    let owned: Vec<_> = patterns.iter().map(|&(name, pattern)| (name.to_string(), pattern.to_string())).collect();
    PatternSet::new(&owned).unwrap()
}

#[test]
fn matches_and_refusals_equal_the_reference() {
    let cases: Value = serde_json::from_str(include_str!("cases.json")).unwrap();
    let texts: Vec<String> = serde_json::from_value(cases["texts"].clone()).unwrap();
    for case in cases["sets"].as_array().unwrap() {
        let patterns: Vec<(String, String)> = serde_json::from_value(case["patterns"].clone()).unwrap();
        let made = PatternSet::new(&patterns);
        let Ok(matches) = serde_json::from_value::<Vec<Vec<Match>>>(case["matches"].clone()) else {
            assert_refused(made.err().unwrap().to_string(), case["refused"].as_str().unwrap());
            continue;
        };
        let set = made.unwrap();
        for (text, expected) in texts.iter().zip(&matches) {
            assert_eq!(&set.find(text), expected, "{patterns:?} in {text:?}");
            let mut indices: Vec<usize> = expected.iter().map(|&(pattern, ..)| pattern).collect();
            indices.sort_unstable();
            indices.dedup();
            assert_eq!(set.match_text(text), indices, "{patterns:?} in {text:?}");
        }
    }
}

/// The same words; where the engine's own message follows, the same up to it.
fn assert_refused(said: String, expected: &str) {
    if expected.starts_with("several") {
        return assert!(said.contains(expected), "{said}");
    }
    match expected.split_once("does not compile: ") {
        Some((before, _)) => assert!(said.starts_with(&format!("{before}does not compile: ")), "{said}"),
        None => assert_eq!(said, expected),
    }
}

#[test]
fn a_set_finds_what_its_patterns_find_alone() {
    let patterns = [("a", r"\bfoo\b"), ("b", r"(?i)foo\w*"), ("c", r"foo\s+\w+"), ("d", r"[a-f]+o"), ("e", "oof|foo")];
    let whole = set(&patterns);
    let texts = ["foo foo  FOO foobar é foo", "xfoo foo", "ſoo foo", "oofoo".repeat(200).as_str()].map(str::to_string);
    for text in texts {
        let mut found = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            found.extend(set(&[*pattern]).find(&text).into_iter().map(|(_, start, end)| (start, index, end)));
        }
        found.sort_unstable();
        let found: Vec<Match> = found.into_iter().map(|(start, index, end)| (index, start, end)).collect();
        assert_eq!(whole.find(&text), found);
    }
}

#[test]
fn a_batch_gives_what_each_text_gives_alone() {
    let set = set(&[("word", r"\b\w+\b"), ("é", "é")]);
    let texts = ["ab é", "", "x", "1 2"].repeat(20_000);
    assert_eq!(set.find_batch(&texts), texts.iter().map(|text| set.find(text)).collect::<Vec<_>>());
    assert_eq!(set.match_batch(&texts), texts.iter().map(|text| set.match_text(text)).collect::<Vec<_>>());
}

#[test]
fn catastrophic_patterns_end_in_time() {
    let set =
        set(&[("a", "(a+)+$"), ("b", "(?:a|aa)+c"), ("c", "(a*)*b"), ("d", "aaa(?:.*x)+y"), ("e", r"\b(?:a+)+\b!")]);
    for text in ["a".repeat(200_000) + "!!", "a".repeat(200_000) + "é", "aaa x".repeat(40_000)] {
        assert!(set.match_text(&text).len() <= 5);
    }
}

#[test]
fn finding_all_matches_is_linear_where_backtracking_and_restarting_are_not() {
    let classics = [
        ("trailing space", r"\s+$"),
        ("assignment", r".*.*=.*"),
        ("fields", r"(?:.*?,){11}P"),
        ("tag", r"<a[^>]*>[^<]*</a>"),
        ("comment", r"/\*.*?\*/"),
        ("literal first", "aaa[^b]*b"),
        ("twice", "(?:x+x+)+y"),
        ("word", r"\b(?:\w+\s?)+#"),
    ];
    let set = set(&classics);
    let size = 400_000;
    for text in [
        " ".repeat(size) + "x",
        "x".repeat(size),
        "a,".repeat(size / 2),
        "<a".repeat(size / 2),
        "/* ".repeat(size / 3) + "x",
        "aaa".repeat(size / 3),
        "word ".repeat(size / 5) + "x",
        "é ".repeat(size / 2) + "x",
    ] {
        assert!(set.find(&text).is_empty(), "{}", &text[..8]);
    }
    assert_eq!(set.find("a=b").len(), 1);
}

#[test]
fn finding_all_matches_is_linear_where_each_could_be_a_longer_one() {
    let patterns =
        [("line", ".*[^A-Z]|[A-Z]"), ("word", r"\w.*?!|\w"), ("any", "(?s)[^a-z].*;|[^a-z]"), ("late", r"\bA.*\bZ|A")];
    let set = set(&patterns);
    for (text, counts) in
        [("A".repeat(400_000), [400_000, 400_000, 400_000, 400_000]), ("é".repeat(200_000), [1, 200_000, 200_000, 0])]
    {
        let mut found = [0; 4];
        set.find(&text).into_iter().for_each(|(pattern, ..)| found[pattern] += 1);
        assert_eq!(found, counts, "{}", &text[..2]);
    }
}

#[test]
fn a_pattern_too_large_is_refused() {
    let patterns = [("big".to_string(), r"(?:\w{1000}){1000}".to_string())];
    assert!(PatternSet::new(&patterns).err().unwrap().reason.contains("too large"));
}

proptest! {
    #[test]
    fn offsets_are_code_points_of_matches(text in "[a-cé²\u{301}😀 x]{0,80}") {
        let signs: Vec<char> = text.chars().collect();
        for (pattern, start, end) in set(&[("a", "[ab]+"), ("e", "é+"), ("c", r"c\b"), ("x", "😀x")]).find(&text) {
            let shown: String = signs[start..end].iter().collect();
            let fits = match pattern {
                0 => shown.chars().all(|sign| "ab".contains(sign)),
                1 => shown.chars().all(|sign| sign == 'é'),
                2 => shown == "c",
                _ => shown == "😀x",
            };
            prop_assert!(fits, "{shown:?}");
        }
    }

    #[test]
    fn no_pattern_brings_the_compiler_down(pattern in "[a-z(){}\\[\\]?*+.^$|\\\\0-9<>=!P:,-]{0,24}") {
        let _ = PatternSet::new(&[("p".to_string(), pattern)]);
    }
}
