//! A pattern of any kind is refused or matched: no panic, no hang, and spans that lie in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use simone_regex::PatternSet;

fuzz_target!(|input: (&str, &str, &str)| {
    let (first, second, text) = input;
    let patterns = [("first".to_owned(), first.to_owned()), ("second".to_owned(), second.to_owned())];
    let Ok(set) = PatternSet::new(&patterns) else { return };
    let characters = text.chars().count();
    let mut last = 0;
    for found in set.find_batch(&[text]).concat() {
        let (pattern, start, end) = (found.0, found.1, found.2);
        assert!(pattern < 2 && start < end && end <= characters, "{pattern} at {start}..{end} of {characters}");
        assert!(last <= start, "matches are out of order");
        last = start;
    }
});
