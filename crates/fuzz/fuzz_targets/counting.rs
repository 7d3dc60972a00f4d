//! Whatever the text, its words are in order and apart, and the statistics agree with them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let words = simone_protocols::find_words(text);
    let characters = text.chars().count();
    let mut last = 0;
    for word in &words {
        assert!(last <= word.start && word.start < word.end && word.end <= characters);
        last = word.end;
    }
    let [sentences, count, syllables, letters, long, hard] = simone_protocols::text_statistics(text);
    assert!(count == words.len() && syllables == words.iter().map(|word| word.syllables).sum::<usize>());
    assert!(sentences <= count && letters <= characters && hard <= long && long <= count);
});
