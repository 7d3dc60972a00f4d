//! Whether a text is well formed, where it is not, and what lies where in it: JSON, and code by pinned grammars.
//!
//! Not for running code.

mod bounds;
mod code;
mod fences;
mod json;
mod languages;
mod outlines;
mod places;
mod queries;
mod trees;

pub use code::{
    Captures, Declaration, SyntaxError, SyntaxNode, outline_batch, parse_batch, query_batch, syntax_errors_batch,
};
pub use json::{Error, Kind, Read, Value, read_json, read_json_batch};
pub use languages::Language;
pub use queries::{QueryRefusal, UNFINISHED, read_query};
pub use tree_sitter::Query;
