//! The tokens of a text: runs of letters, digits and marks, with what joins them.
//!
//! Not for meaning: `facts` decides what a token is.

use simone_unicode::{is_alpha, is_decimal, is_lower, is_space, is_title, is_upper, is_word, lower};

/// The tokens of a text, and what they are in lower case.
pub(crate) struct Tokens {
    found: Vec<Token>,
    lowered: String,
}

/// A token as byte offsets, with what its characters say.
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Where its lower case begins and ends.
    lowered: (usize, usize),
    pub(crate) has_digit: bool,
    pub(crate) has_capital: bool,
    pub(crate) is_caseless: bool,
}

impl Tokens {
    /// Every token of `text`, in order.
    pub(crate) fn of(text: &str) -> Self {
        let mut tokens = Self { found: Vec::new(), lowered: String::with_capacity(text.len()) };
        let mut at = 0;
        while let Some(start) = find_part(text, at) {
            at = end_of_token(text, start);
            let token = read(text.get(start..at).unwrap_or_default(), start, &mut tokens.lowered);
            tokens.found.push(token);
        }
        tokens
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Token> {
        self.found.iter()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Token> {
        self.found.get(at)
    }

    /// The token in lower case, sign by sign, with plain apostrophes.
    pub(crate) fn lowered(&self, token: &Token) -> &str {
        self.lowered.get(token.lowered.0..token.lowered.1).unwrap_or_default()
    }
}

fn find_part(text: &str, at: usize) -> Option<usize> {
    text.get(at..)?.find(is_part).map(|offset| at + offset)
}

fn end_of_token(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let run = rest.find(|sign| !is_part(sign)).unwrap_or(rest.len());
        let (part, rest) = rest.split_at_checked(run).unwrap_or_default();
        end += run;
        let mut signs = rest.chars();
        let (Some(joiner), Some(next)) = (signs.next(), signs.next()) else { return end };
        let joins = match joiner {
            '\'' | '’' | '.' => is_part(next),
            ',' | ':' | '/' | '-' | '–' => is_decimal(next) && part.chars().next_back().is_some_and(is_decimal),
            _ => false,
        };
        if !joins {
            return end;
        }
        end += joiner.len_utf8();
    }
}

fn read(said: &str, start: usize, all: &mut String) -> Token {
    let mut token = Token {
        start,
        end: start + said.len(),
        lowered: (all.len(), all.len() + said.len()),
        has_digit: false,
        has_capital: false,
        is_caseless: false,
    };
    if said.is_ascii() {
        token.has_digit = said.bytes().any(|byte| byte.is_ascii_digit());
        token.has_capital = said.bytes().any(|byte| byte.is_ascii_uppercase());
        all.push_str(said);
        if let Some(lowered) = all.get_mut(token.lowered.0..) {
            lowered.make_ascii_lowercase();
        }
        return token;
    }
    for sign in said.chars() {
        token.has_digit |= is_word(sign) && !is_alpha(sign);
        let is_capital = is_upper(sign) || is_title(sign);
        token.has_capital |= is_capital;
        token.is_caseless |= !(sign.is_ascii() || is_lower(sign) || is_capital || sign == '’');
    }
    all.push_str(&lower(said).replace('’', "'"));
    token.lowered.1 = all.len();
    token
}

/// Whether a character belongs to a token: anything but white space and the listed signs.
fn is_part(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_alphanumeric();
    }
    !is_space(sign)
        && !matches!(sign,
            '\u{80}'..='\u{a9}' | '\u{ab}'..='\u{b1}' | '\u{b4}' | '\u{b6}'..='\u{b8}' | '\u{bb}' | '\u{bf}'
            | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{206f}' | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}'
            | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{fe00}'..='\u{fe6f}'
            | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
            | '\u{ffe0}'..='\u{ffff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e0fff}')
}
