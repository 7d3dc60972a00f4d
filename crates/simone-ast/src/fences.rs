//! The fenced code blocks of Markdown.
//!
//! Not for other Markdown, and not for blocks behind a ">" of a quotation.

use std::borrow::Cow;

use crate::languages::Language;

/// A text in one language, and where it stands in the text that holds it.
pub struct Part<'a> {
    /// Its language.
    pub language: Language,
    /// Itself.
    pub text: Cow<'a, str>,
    /// Starts of its lines in itself and in what holds it, in code points; empty where they are the same.
    places: Vec<(usize, usize)>,
}

impl Part<'_> {
    /// Where a code point of it stands in the text that holds it.
    pub fn outer(&self, place: usize) -> usize {
        let line = self.places.partition_point(|(own, _)| *own <= place);
        match line.checked_sub(1).and_then(|line| self.places.get(line)) {
            Some((own, held)) => held + place - own,
            None => place,
        }
    }
}

/// What is to be read of a text: itself, or of Markdown the blocks in a known language.
pub fn parts(text: &str, language: Language) -> Vec<Part<'_>> {
    if language != Language::Markdown {
        return vec![Part { language, text: Cow::Borrowed(text), places: Vec::new() }];
    }
    let mut found = Vec::new();
    let mut lines = text.split('\n').peekable();
    let mut place = 0;
    while let Some(line) = lines.next() {
        place += line.chars().count() + 1;
        let Some((indentation, fence, asked)) = opening(line) else { continue };
        let mut part = Part {
            language: asked.unwrap_or(Language::Markdown),
            text: Cow::Owned(String::new()),
            places: vec![(0, place - usize::from(lines.peek().is_none()))],
        };
        let mut own = 0;
        while let Some(inner) = lines.next() {
            let length = inner.chars().count();
            let ends = lines.peek().is_none();
            if closes(inner, fence) {
                place += length + 1;
                break;
            }
            let blank = inner.bytes().take_while(|sign| *sign == b' ').count().min(indentation);
            if let Some((_, held)) = part.places.last_mut() {
                *held += blank;
            }
            let body = inner.get(blank..).unwrap_or_default();
            part.text.to_mut().push_str(body);
            own += length - blank;
            place += length;
            if !ends {
                part.text.to_mut().push('\n');
                own += 1;
                place += 1;
            }
            part.places.push((own, place));
        }
        if asked.is_some() {
            found.push(part);
        }
    }
    found
}

/// Indentation, the fence and the language of a line that opens a block.
fn opening(line: &str) -> Option<(usize, &str, Option<Language>)> {
    let bare = line.trim_start_matches(' ');
    let sign = bare.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let count = bare.chars().take_while(|found| *found == sign).count();
    let (fence, info) = bare.split_at_checked(count)?;
    if count < 3 || (sign == '`' && info.contains('`')) {
        return None;
    }
    let name = info.trim_start_matches([' ', '\t']).split([' ', '\t', '\r', ',', '{']).next().unwrap_or_default();
    let asked = if name.is_ascii() { Language::of_fence(&name.to_ascii_lowercase()) } else { None };
    Some((line.len() - bare.len(), fence, asked))
}

fn closes(line: &str, fence: &str) -> bool {
    let bare = line.trim_start_matches(' ').trim_end_matches([' ', '\t', '\r']);
    bare.len() >= fence.len() && fence.chars().next().is_some_and(|sign| bare.chars().all(|found| found == sign))
}
