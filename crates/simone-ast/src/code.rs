//! What is wrong in texts of any language, their trees, outlines and what queries find in them.
//!
//! Not for how each is read. Offsets are code points.

use std::ops::ControlFlow;

use rayon::prelude::*;
use tree_sitter::Query;

use crate::fences::{Part, parts};
use crate::json::{Error, Kind, Value, json_errors, read_json};
use crate::languages::Language;
use crate::outlines::declared;
use crate::places::Places;
use crate::queries::matches;
use crate::trees::{MISSING, Parsers, UNEXPECTED, walk};

/// Octets below which handing texts to other threads costs more than it saves.
const WORTH_SHARING: usize = 1 << 14;

/// What is wrong, with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Its code and place.
    pub error: Error,
    /// What is missing, as the grammar names it.
    pub missing: &'static str,
}

/// A named node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxNode {
    /// Its kind.
    pub kind: &'static str,
    /// What it is to the node that holds it.
    pub field: Option<&'static str>,
    /// First code point.
    pub start: usize,
    /// Code point behind the last.
    pub end: usize,
    /// Row of the node that holds it.
    pub parent: Option<usize>,
}

/// What a text declares or imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Index in the contract's list.
    pub kind: usize,
    /// From 1.
    pub line: usize,
    /// Code points.
    pub span: (usize, usize),
    /// Code points.
    pub name: (usize, usize),
    /// Row of what holds it.
    pub parent: Option<usize>,
}

/// The matches of a text: pattern, and start, end and number of each capture, in code points.
pub type Captures = Vec<(usize, Vec<(usize, usize, usize)>)>;

/// What is wrong in each text.
#[must_use]
pub fn syntax_errors_batch(texts: &[(&str, Language)]) -> Vec<Vec<SyntaxError>> {
    each(texts, |parsers, text, language| {
        let mut found = Vec::new();
        for part in parts(text, language) {
            let errors = wrong(parsers, &part);
            found.extend(errors.into_iter().map(|(code, start, end, missing)| {
                let (start, end) = (part.outer(start), part.outer(end));
                SyntaxError { error: Error { code, line: 0, column: 0, start, end }, missing }
            }));
        }
        let starts: Vec<usize> = found.iter().map(|found| found.error.start).collect();
        for (found, (line, column)) in found.iter_mut().zip(placed(text, &starts)) {
            (found.error.line, found.error.column) = (line, column);
        }
        found
    })
}

/// The tree of each text.
#[must_use]
pub fn parse_batch(texts: &[(&str, Language)]) -> Vec<Vec<SyntaxNode>> {
    each(texts, |parsers, text, language| {
        let mut found = Vec::new();
        for part in parts(text, language) {
            let first = found.len();
            found.extend(nodes(parsers, &part).into_iter().map(|node| SyntaxNode {
                start: part.outer(node.start),
                end: part.outer(node.end),
                parent: node.parent.map(|parent| parent + first),
                ..node
            }));
        }
        found
    })
}

/// What each text declares and imports.
#[must_use]
pub fn outline_batch(texts: &[(&str, Language)]) -> Vec<Vec<Declaration>> {
    each(texts, |parsers, text, language| {
        let mut found: Vec<Declaration> = Vec::new();
        for part in parts(text, language) {
            let Ok(tree) = parsers.tree(part.language, &part.text) else { continue };
            let (first, places) = (found.len(), Places::new(&part.text));
            let outer = |span: (usize, usize)| (part.outer(places.at(span.0)), part.outer(places.at(span.1)));
            found.extend(declared(&tree, part.language).into_iter().map(|one| Declaration {
                kind: one.kind,
                line: 0,
                span: outer(one.span),
                name: outer(one.name),
                parent: one.parent.map(|parent| parent + first),
            }));
        }
        let starts: Vec<usize> = found.iter().map(|one| one.span.0).collect();
        for (one, (line, _)) in found.iter_mut().zip(placed(text, &starts)) {
            one.line = line;
        }
        found
    })
}

/// What a query finds in each text of its language; none for a text where too many matches are open at one place.
#[must_use]
pub fn query_batch(texts: &[&str], language: Language, query: &Query) -> Vec<Option<Captures>> {
    let texts: Vec<(&str, Language)> = texts.iter().map(|text| (*text, language)).collect();
    each(&texts, |parsers, text, language| {
        let Ok(tree) = parsers.tree(language, text) else { return Some(Vec::new()) };
        let places = Places::new(text);
        let found = matches(query, &tree, text)?.into_iter().map(|(pattern, captures)| {
            let placed = captures.into_iter().map(|(start, end, name)| (places.at(start), places.at(end), name));
            (pattern, placed.collect())
        });
        Some(found.collect())
    })
}

/// `read` of each text, on as many threads as the pool has where there is enough of it.
fn each<T: Send>(texts: &[(&str, Language)], read: impl Fn(&mut Parsers, &str, Language) -> T + Send + Sync) -> Vec<T> {
    if texts.len() < 2 || texts.iter().map(|(text, _)| text.len()).sum::<usize>() < WORTH_SHARING {
        let mut parsers = Parsers::default();
        return texts.iter().map(|(text, language)| read(&mut parsers, text, *language)).collect();
    }
    texts.par_iter().map_init(Parsers::default, |parsers, (text, language)| read(parsers, text, *language)).collect()
}

/// Code, start, end and what is missing of each error.
fn wrong(parsers: &mut Parsers, part: &Part<'_>) -> Vec<(usize, usize, usize, &'static str)> {
    if part.language == Language::Json {
        return json_errors(&part.text).iter().map(|error| (error.code, error.start, error.end, "")).collect();
    }
    let places = Places::new(&part.text);
    let tree = match parsers.tree(part.language, &part.text) {
        Ok(tree) => tree,
        Err(code) => return vec![(code, 0, places.at(part.text.len()), "")],
    };
    let mut found = Vec::new();
    walk(tree.root_node(), |_, node, _| {
        let span = (places.at(node.start_byte()), places.at(node.end_byte()));
        if node.is_missing() {
            found.push((MISSING, span.0, span.1, node.kind()));
        } else if node.is_error() {
            found.push((UNEXPECTED, span.0, span.1, ""));
        } else if node.has_error() {
            return ControlFlow::Continue(None);
        }
        ControlFlow::Break(())
    });
    found
}

fn nodes(parsers: &mut Parsers, part: &Part<'_>) -> Vec<SyntaxNode> {
    if part.language == Language::Json {
        return read_json(&part.text).values.into_iter().map(value_node).collect();
    }
    let Ok(tree) = parsers.tree(part.language, &part.text) else { return Vec::new() };
    let places = Places::new(&part.text);
    let mut found = Vec::new();
    walk(tree.root_node(), |cursor, node, holder| {
        if !node.is_named() {
            return ControlFlow::Continue(holder);
        }
        found.push(SyntaxNode {
            kind: node.kind(),
            field: cursor.field_name(),
            start: places.at(node.start_byte()),
            end: places.at(node.end_byte()),
            parent: holder,
        });
        ControlFlow::Continue(Some(found.len() - 1))
    });
    found
}

fn value_node(value: Value) -> SyntaxNode {
    let kind = match value.kind {
        Kind::Object => "object",
        Kind::Array => "array",
        Kind::String => "string",
        Kind::Number => "number",
        Kind::True => "true",
        Kind::False => "false",
        Kind::Null => "null",
    };
    SyntaxNode { kind, field: None, start: value.start, end: value.end, parent: value.parent }
}

/// Line and column, from 1, of code points in rising order.
fn placed(text: &str, starts: &[usize]) -> Vec<(usize, usize)> {
    let mut signs = text.chars();
    let (mut line, mut line_start, mut seen) = (1, 0, 0);
    let mut found = Vec::with_capacity(starts.len());
    for start in starts {
        while seen < *start {
            let Some(sign) = signs.next() else { break };
            seen += 1;
            if sign == '\n' {
                line += 1;
                line_start = seen;
            }
        }
        found.push((line, start - line_start + 1));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(text: &str, language: Language) -> Vec<usize> {
        syntax_errors_batch(&[(text, language)]).concat().iter().map(|found| found.error.code).collect()
    }

    #[test]
    fn errors_and_declarations_have_their_place() {
        assert_eq!(codes("fn f() {}", Language::Rust), []);
        assert_eq!(codes("struct A(B)", Language::Rust), [MISSING]);
        assert_eq!(codes(&"(".repeat(300), Language::Sql), [13]);
        assert_eq!(codes(&"<!--".repeat(2000), Language::Python), [14]);
        let text = "é\n\n ~~~rs\n mod m { fn f() {} }\n ~~~";
        let found: Vec<_> = outline_batch(&[(text, Language::Markdown)]).concat();
        let shown: Vec<_> = found.iter().map(|one| (one.kind, one.line, one.name, one.parent)).collect();
        assert_eq!(shown, [(3, 4, (15, 16), None), (2, 4, (22, 23), Some(0))]);
    }

    #[test]
    fn yaml_that_would_overflow_its_scanner_is_refused() {
        assert_eq!(codes(&"- ".repeat(300), Language::Yaml), [13]);
        assert_eq!(codes(&"? ".repeat(300), Language::Yaml), [13]);
        let stairs: String = (0..300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        assert_eq!(codes(&stairs, Language::Yaml), [13]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn one_thread_and_many_read_alike(texts in proptest::collection::vec("[a-z({\\[\\]})=:;\"'#\n -]{0,60}", 0..40)) {
            let texts: Vec<String> = texts.iter().map(|text| text.repeat(20)).collect();
            let paired: Vec<_> = texts.iter().map(|text| (text.as_str(), Language::Python)).collect();
            let alone: Vec<_> = paired.iter().flat_map(|one| syntax_errors_batch(&[*one])).collect();
            prop_assert_eq!(syntax_errors_batch(&paired), alone);
        }
    }
}
