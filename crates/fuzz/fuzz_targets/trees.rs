//! Whatever the text and the language, it is read or given up: spans lie in the text, and nodes inside what holds them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use simone_ast::{Language, outline_batch, parse_batch, syntax_errors_batch};

fuzz_target!(|input: (u8, &str)| {
    let (number, text) = input;
    let names: Vec<_> = Language::names().collect();
    let language = Language::named(names[usize::from(number) % names.len()]).expect("a known name");
    // what is longer reaches no other state and leaves less time for the rest
    let text = &text[..text.floor_char_boundary(4096)];
    let characters = text.chars().count();
    let texts = [(text, language)];
    for found in &syntax_errors_batch(&texts)[0] {
        let error = found.error;
        assert!(error.start <= error.end && error.end <= characters && error.line > 0 && error.column > 0);
        assert!(found.missing.is_empty() || error.code == 12);
    }
    let nodes = &parse_batch(&texts)[0];
    for (row, node) in nodes.iter().enumerate() {
        assert!(node.start <= node.end && node.end <= characters);
        if let Some(parent) = node.parent {
            assert!(parent < row && nodes[parent].start <= node.start && node.end <= nodes[parent].end);
        }
    }
    for (row, one) in outline_batch(&texts)[0].iter().enumerate() {
        assert!(one.span.0 <= one.name.0 && one.name.1 <= one.span.1 && one.span.1 <= characters && one.line > 0);
        assert!(one.parent.is_none_or(|parent| parent < row));
    }
});
