//! Whatever the text, its quantities, dates, times and names lie inside it and in order.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let length = text.chars().count();
    let found = simone_validation::find_mentions(text);
    for one in &found {
        assert!(one.start < one.end && one.end <= length, "{one:?}");
        assert!(one.low <= one.high, "{one:?}");
    }
    for pair in found.windows(2).filter(|pair| pair[0].kind.max(6) == pair[1].kind.max(6)) {
        assert!(pair[0].start < pair[1].start, "{pair:?}");
    }
});
