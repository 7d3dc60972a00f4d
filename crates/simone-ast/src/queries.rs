//! Structural queries in tree-sitter's notation.
//!
//! Not for queries with regular expressions: those of the backends differ.

use tree_sitter::{Query, QueryCursor, QueryErrorKind, StreamingIterator, Tree};

use crate::languages::Language;

/// Matches that may be open at one place of a text.
pub const UNFINISHED: u32 = 256;
const PREDICATES: [&str; 6] = ["eq?", "not-eq?", "any-eq?", "any-not-eq?", "any-of?", "not-any-of?"];

/// The query, or the reason why there is none.
///
/// # Errors
/// The language has no grammar, or the query cannot be read or has a predicate that is not served.
pub fn read_query(language: Language, text: &str) -> Result<Query, QueryRefusal> {
    if text.contains('\0') {
        return Err(QueryRefusal::Wrong("its notation is wrong"));
    }
    let mut skeleton = String::new();
    if let Some(other) = other_predicate(text, &mut skeleton) {
        let served = PREDICATES.map(|name| format!("#{name}")).join(", ");
        return Err(QueryRefusal::Predicate { found: format!("#{other}"), served });
    }
    skeleton.retain(|sign| !matches!(sign, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r'));
    if skeleton.contains(":(#") {
        // a field whose node is a predicate: the library aborts
        return Err(QueryRefusal::Wrong("its notation is wrong"));
    }
    let grammar = language.grammar().ok_or(QueryRefusal::Wrong("its notation is wrong"))?;
    Query::new(&grammar, text).map_err(|error| {
        QueryRefusal::Wrong(match error.kind {
            QueryErrorKind::Syntax => "its notation is wrong",
            QueryErrorKind::NodeType => "it names a kind of node that the language has not",
            QueryErrorKind::Field => "it names a field that the language has not",
            QueryErrorKind::Capture => "a predicate names a capture that the query has not",
            QueryErrorKind::Structure => "a pattern can never match",
            QueryErrorKind::Predicate | QueryErrorKind::Language => "a predicate is not well formed",
        })
    })
}

/// Why a query is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryRefusal {
    /// It cannot be read.
    Wrong(&'static str),
    /// A predicate is not served.
    Predicate {
        /// The one that is not.
        found: String,
        /// Those that are.
        served: String,
    },
}

/// The first predicate outside strings and comments that is not served; else `skeleton` has the query without what
/// strings and comments say.
fn other_predicate<'a>(text: &'a str, skeleton: &mut String) -> Option<&'a str> {
    let mut rest = text;
    while let Some(start) = rest.find(['"', ';', '#']) {
        skeleton.push_str(rest.get(..start)?);
        let (sign, behind) = rest.get(start..)?.split_at_checked(1)?;
        skeleton.push_str(if sign == ";" { " " } else { sign });
        let length = match sign {
            // a string that does not end is no string: the reader refuses it
            "\"" => string_end(behind).unwrap_or(0),
            ";" => behind.find('\n').unwrap_or(behind.len()),
            _ => {
                let is_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.' | '!' | '?' | '-');
                let name = behind.get(..behind.find(|sign| !is_name(sign)).unwrap_or(behind.len()))?;
                if !PREDICATES.contains(&name) {
                    return Some(name);
                }
                name.len()
            }
        };
        rest = behind.get(length..)?;
    }
    skeleton.push_str(rest);
    None
}

/// Octets up to and with the closing mark.
fn string_end(text: &str) -> Option<usize> {
    let mut signs = text.char_indices();
    while let Some((place, sign)) = signs.next() {
        match sign {
            '"' => return Some(place + 1),
            '\\' => {
                signs.next()?;
            }
            _ => {}
        }
    }
    None
}

/// A match: its pattern, and start, end and number of each capture in order, in octets.
pub type Match = (usize, Vec<(usize, usize, usize)>);

/// The matches in a tree; none where too many are open at one place.
pub fn matches(query: &Query, tree: &Tree, text: &str) -> Option<Vec<Match>> {
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(UNFINISHED);
    let mut found = Vec::new();
    let mut all = cursor.matches(query, tree.root_node(), text.as_bytes());
    while let Some(one) = all.next() {
        let mut captures: Vec<_> = one
            .captures
            .iter()
            .map(|capture| (capture.node.start_byte(), capture.node.end_byte(), capture.index as usize))
            .collect();
        captures.sort_unstable();
        found.push((one.pattern_index, captures));
    }
    if cursor.did_exceed_match_limit() { None } else { Some(found) }
}
