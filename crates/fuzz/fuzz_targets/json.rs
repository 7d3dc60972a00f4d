//! Whatever the text, it is read or refused: spans lie in the text, and values inside their containers.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let read = simone_ast::read_json(text);
    let characters = text.chars().count();
    assert!(read.values.is_empty() == read.errors.iter().any(|error| error.code != 10), "values beside an error");
    for error in &read.errors {
        assert!(error.start <= error.end && error.end <= characters && error.line > 0 && error.column > 0);
    }
    for (row, value) in read.values.iter().enumerate() {
        assert!(value.start < value.end && value.end <= characters);
        if let Some(parent) = value.parent {
            assert!(parent < row);
            let holder = &read.values[parent];
            assert!(holder.start < value.start && value.end < holder.end);
        }
    }
});
