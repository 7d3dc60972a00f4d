//! Trees of code, by pinned tree-sitter grammars.
//!
//! Not for JSON or Markdown.

use std::collections::HashMap;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser, Tree, TreeCursor};

use crate::bounds::readable;
use crate::languages::Language;

/// Hundreds of steps that every text may take.
const WORK: usize = 200;
/// Octets that allow another hundred.
const OCTETS_OF_WORK: usize = 20;

/// Codes of the contract.
pub const UNEXPECTED: usize = 11;
/// Codes of the contract.
pub const MISSING: usize = 12;
const UNREADABLE: usize = 13;
const HOPELESS: usize = 14;

/// Parsers that one thread has used.
#[derive(Default)]
pub struct Parsers(HashMap<Language, Parser>);

impl Parsers {
    /// The tree of a text, or the code of why there is none.
    pub fn tree(&mut self, language: Language, text: &str) -> Result<Tree, usize> {
        if !readable(language, text) {
            return Err(UNREADABLE);
        }
        let parser = self.0.entry(language).or_default();
        if parser.language().is_none() {
            let grammar = language.grammar().ok_or(UNREADABLE)?;
            parser.set_language(&grammar).map_err(|_| UNREADABLE)?;
        }
        let (mut calls, most) = (0, WORK + text.len() / OCTETS_OF_WORK);
        let mut enough = |_: &tree_sitter::ParseState| {
            calls += 1;
            if calls > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let data = text.as_bytes();
        let options = ParseOptions::new().progress_callback(&mut enough);
        let tree =
            parser.parse_with_options(&mut |place, _| data.get(place..).unwrap_or_default(), None, Some(options));
        tree.ok_or_else(|| {
            parser.reset();
            HOPELESS
        })
    }
}

/// Visit every node in order of reading; `visit` gets the row of what holds it and gives its own, or none to pass over
/// what the node holds.
pub fn walk<'t>(
    root: Node<'t>,
    mut visit: impl FnMut(&TreeCursor<'t>, Node<'t>, Option<usize>) -> ControlFlow<(), Option<usize>>,
) {
    let mut cursor = root.walk();
    let mut above: Vec<Option<usize>> = Vec::new();
    loop {
        let holder = above.last().copied().flatten();
        if let ControlFlow::Continue(row) = visit(&cursor, cursor.node(), holder)
            && cursor.goto_first_child()
        {
            above.push(row);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            above.pop();
        }
    }
}
