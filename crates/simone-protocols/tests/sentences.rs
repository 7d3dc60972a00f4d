//! Sentence spans, held to the reference's answers and to what must hold of any text.

use proptest::prelude::*;
use simone_protocols::{split_sentences, split_sentences_batch};

#[test]
fn spans_equal_the_reference() {
    let cases: Vec<(String, Vec<(usize, usize)>)> = serde_json::from_str(include_str!("cases.json")).unwrap();
    assert!(cases.len() > 1000);
    for (text, spans) in &cases {
        assert_eq!(&split_sentences(text), spans, "{text:?}");
    }
}

#[test]
fn a_batch_gives_what_each_text_gives_alone() {
    let texts = ["One. Two.", "", "  ", "你好。再见！"].repeat(5000);
    let each: Vec<_> = texts.iter().map(|text| split_sentences(text)).collect();
    assert_eq!(split_sentences_batch(&texts), each);
}

#[test]
fn hostile_text_ends_in_time() {
    let units = [
        ".",
        ". ",
        "```\n",
        "\n",
        "\n ",
        "(.",
        "~~~x\n",
        "a.",
        "“",
        "1. ",
        "e.g. ",
        "\n- ",
        "| ",
        ": ",
        " :) ",
        "…\n>",
        ". (",
        "\n````\nx",
        ". . ",
        "\n#",
        "a.\u{3000}",
        ".'",
        "\n:a ",
        "。」 ",
    ];
    for unit in units {
        let text = unit.repeat(50_000) + "x";
        assert_covers(&text);
    }
}

/// Every character that is not white space lies in exactly one span, and spans are trimmed and in order.
#[expect(clippy::indexing_slicing, reason = "a span outside the text is to fail the test")]
fn assert_covers(text: &str) {
    let signs: Vec<char> = text.chars().collect();
    let mut at = 0;
    for (start, end) in split_sentences(text) {
        assert!(at <= start && start < end && end <= signs.len());
        assert!(signs[at..start].iter().all(|&sign| simone_unicode::is_space(sign)));
        assert!(!simone_unicode::is_space(signs[start]) && !simone_unicode::is_space(signs[end - 1]));
        at = end;
    }
    assert!(signs[at..].iter().all(|&sign| simone_unicode::is_space(sign)));
}

proptest! {
    #[test]
    fn any_text_is_covered(text in "\\PC{0,60}") {
        assert_covers(&text);
    }

    #[test]
    fn any_mixture_of_signs_is_covered(text in "[\\n .!?…a-cA-C1:;()\\[\\]'\"`~|#>*=。」\u{2029}\u{1c}😀-]{0,80}") {
        assert_covers(&text);
    }
}
