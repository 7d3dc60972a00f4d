//! Whatever the text, its sentences are in order, apart, and hold every character that is not white space.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let spans = simone_protocols::split_sentences_batch(&[text]).concat();
    let characters: Vec<char> = text.chars().collect();
    let mut end = 0;
    for &(start, stop) in &spans {
        assert!(end <= start && start < stop && stop <= characters.len(), "{start}..{stop} after {end}");
        assert!(characters[end..start].iter().all(|one| simone_unicode::is_space(*one)), "lost before {start}");
        end = stop;
    }
    assert!(characters[end..].iter().all(|one| simone_unicode::is_space(*one)), "lost after {end}");
});
