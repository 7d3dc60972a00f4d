//! Reading a pattern written for Python's `re`, refusing what lies outside the common subset, and spelling the rest so
//! that Rust's `regex` means the same.
//!
//! Not for matching.

use std::collections::HashSet;
use std::fmt::Write;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use regex_syntax::is_meta_character;
use simone_unicode::{ALPHA, DECIMAL, NUMERIC, is_alpha, is_decimal, is_word};

/// What a stretch of a pattern is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Escape,
    Set,
    Group,
    Repeat,
    End,
    Other,
}

/// A pattern as characters, with the tokens the refusals are told by.
struct Pattern(Vec<char>);

impl Pattern {
    fn get(&self, at: usize) -> Option<char> {
        self.0.get(at).copied()
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.0.get(from..to).unwrap_or_default().iter().collect()
    }

    fn skip(&self, mut at: usize, holds: impl Fn(char) -> bool) -> usize {
        while self.get(at).is_some_and(&holds) {
            at += 1;
        }
        at
    }

    /// The token that begins at `at` and its end.
    fn token(&self, at: usize) -> (Kind, usize) {
        let next = self.get(at + 1);
        match self.get(at) {
            Some('\\') if next.is_some() => (Kind::Escape, at + 2),
            Some('[') => self.set_end(at).map_or((Kind::Other, at + 1), |end| (Kind::Set, end)),
            Some('(') if next == Some('?') => {
                let mut end = self.skip(at + 2, |sign| !matches!(sign, ':' | ')' | '<' | '>' | '=' | '!'));
                end += usize::from(self.get(end).is_some());
                end += usize::from(matches!(self.get(end), Some('=' | '!')));
                (Kind::Group, end)
            }
            Some('*' | '+' | '?') => (Kind::Repeat, at + 1 + usize::from(matches!(next, Some('+' | '?')))),
            Some('{') => {
                let mut end = self.skip(at + 1, is_decimal);
                end += usize::from(self.get(end) == Some(','));
                end = self.skip(end, is_decimal);
                if self.get(end) != Some('}') {
                    return (Kind::Other, at + 1);
                }
                (Kind::Repeat, end + 1 + usize::from(matches!(self.get(end + 1), Some('+' | '?'))))
            }
            Some('$') => (Kind::End, at + 1),
            _ => (Kind::Other, at + 1),
        }
    }

    /// The end of the character set that begins at `at`, if it is closed.
    fn set_end(&self, at: usize) -> Option<usize> {
        let first = at + 1 + usize::from(self.get(at + 1) == Some('^'));
        let close = |mut at: usize| loop {
            match self.get(at)? {
                ']' => return Some(at + 1),
                '\\' => {
                    self.get(at + 1)?;
                    at += 2;
                }
                _ => at += 1,
            }
        };
        if self.get(first) == Some(']') {
            return close(first + 1).or(Some(first + 1));
        }
        close(first)
    }
}

/// The pattern as Rust's `regex` must read it to mean what Python's `re` means.
///
/// # Errors
///
/// The reason, as the end of a sentence that begins with the pattern.
pub(crate) fn translated(pattern: &str) -> Result<String, String> {
    let pattern = Pattern(pattern.chars().collect());
    let mut at = 0;
    while at < pattern.0.len() {
        let (kind, end) = pattern.token(at);
        refuse(&pattern, kind, at, end)?;
        at = end;
    }
    Translation::of(&pattern).map_err(|reason| format!("does not compile: {reason}; correct it"))
}

fn refuse(pattern: &Pattern, kind: Kind, at: usize, end: usize) -> Result<(), String> {
    let token = pattern.text(at, end);
    let reason = match kind {
        Kind::Set => {
            let mut before = '[';
            let bare = token.chars().skip(1).any(|sign| {
                let is_bare = sign == '[' && before != '\\' || matches!(sign, '&' | '-' | '~') && before == sign;
                before = sign;
                is_bare
            });
            if !bare {
                return Ok(());
            }
            return Err(format!("uses a set operation or bare '[' in {}; escape the character", quoted(&token)));
        }
        Kind::Escape => refused_escape(&token),
        Kind::Repeat => refused_repeat(&token),
        Kind::Group => refused_group(&token, at == 0 || pattern.get(at - 1) == Some('\n')),
        Kind::End | Kind::Other => None,
    };
    reason.map_or(Ok(()), |reason| Err(format!("uses {}, {reason}", quoted(&token))))
}

const NOT_LINEAR: &str = "it cannot be matched in linear time";
const ONLY_STEERS: &str = "it only steers backtracking";

fn refused_escape(token: &str) -> Option<String> {
    match token.chars().nth(1)? {
        '1'..='9' => Some(format!("a back-reference: {NOT_LINEAR}")),
        'z' | 'Z' => Some("an anchor that the two engines spell differently: use $".into()),
        'N' => Some("a character by name: write the character or \\u with four digits".into()),
        _ => None,
    }
}

fn refused_repeat(token: &str) -> Option<String> {
    if token.len() > 1 && token.ends_with('+') {
        return Some(format!("a possessive repeat: {ONLY_STEERS}"));
    }
    let upper = token.strip_prefix("{,")?;
    upper.starts_with(is_decimal).then(|| "a repeat without a lower bound: write {0,n}".into())
}

fn refused_group(token: &str, opens_line: bool) -> Option<String> {
    let inner = token.strip_prefix("(?")?;
    let ahead = inner.strip_prefix('<').unwrap_or(inner);
    if ahead.starts_with(['=', '!']) {
        return Some(format!("look-around: {NOT_LINEAR}"));
    }
    if inner.starts_with("P=") {
        return Some(format!("a back-reference: {NOT_LINEAR}"));
    }
    if inner.starts_with('(') {
        return Some(format!("a conditional group: {NOT_LINEAR}"));
    }
    if inner.starts_with('>') {
        return Some(format!("an atomic group: {ONLY_STEERS}"));
    }
    if inner.starts_with('#') {
        return Some("an inline comment".into());
    }
    let flags = inner.trim_end_matches(['=', '!']);
    let (flags, is_scoped) = match (flags.strip_suffix(':'), flags.strip_suffix(')')) {
        (Some(flags), _) => (flags, true),
        (None, Some(flags)) => (flags, false),
        (None, None) => return None,
    };
    if !flags.chars().all(|sign| sign.is_ascii_alphabetic() || sign == '-') {
        return None;
    }
    if flags.contains(['a', 'L', 'u', 'x']) {
        return Some("a flag other than i, m and s".into());
    }
    let is_multiline = flags.contains('m') && flags.chars().all(|sign| matches!(sign, 'i' | 'm' | 's' | '-'));
    (is_multiline && (is_scoped || !opens_line))
        .then(|| "multi-line mode for a part of the pattern: start with (?m)".into())
}

/// The text as Python's `repr` shows it.
pub(crate) fn quoted(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(mark);
    for sign in text.chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if sign == mark => out.extend(['\\', sign]),
            _ if u32::from(sign) < 0x100 && sign.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(sign));
            }
            _ => out.push(sign),
        }
    }
    out.push(mark);
    out
}

// ── translation ─────────────────────────────────────────────────────────────────────────────────

/// What a repeat would apply to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Repeat,
    Item,
}

struct Translation<'a> {
    pattern: &'a Pattern,
    out: String,
    last: Last,
    /// Whether anything but flags has been read.
    has_begun: bool,
    /// Whether case is ignored, here and around each open group.
    ignores_case: Vec<bool>,
    names: HashSet<String>,
}

impl<'a> Translation<'a> {
    fn of(pattern: &'a Pattern) -> Result<String, String> {
        let mut made = Translation {
            pattern,
            out: String::new(),
            last: Last::Nothing,
            has_begun: false,
            ignores_case: vec![false],
            names: HashSet::new(),
        };
        let mut at = 0;
        while at < pattern.0.len() {
            let (kind, end) = pattern.token(at);
            at = match kind {
                Kind::Escape => made.escape(at)?,
                Kind::Set => made.set(at, end)?,
                Kind::Group => made.group(at, end)?,
                Kind::Repeat => made.repeat(at, end)?,
                Kind::End => made.anchor("$", end),
                Kind::Other => made.other(at)?,
            };
            made.has_begun |= kind != Kind::Group || made.last == Last::Item || made.ignores_case.len() > 1;
        }
        Ok(made.out)
    }

    fn ignores_case(&self) -> bool {
        self.ignores_case.last().copied().unwrap_or_default()
    }

    fn anchor(&mut self, spelled: &str, end: usize) -> usize {
        self.out.push_str(spelled);
        self.last = Last::Nothing;
        end
    }

    fn literal(&mut self, sign: char) {
        if self.ignores_case() && DOTTED.contains(&sign) {
            self.out.push_str("[iIİı]");
        } else {
            spell(&mut self.out, sign);
        }
        self.last = Last::Item;
    }

    fn other(&mut self, at: usize) -> Result<usize, String> {
        let sign = self.pattern.get(at).ok_or("unexpected end of pattern")?;
        match sign {
            '[' => return Err(format!("unterminated character set at position {at}")),
            '\\' => return Err(format!("bad escape (end of pattern) at position {at}")),
            '^' => return Ok(self.anchor("^", at + 1)),
            '(' => self.open("(?:", self.ignores_case()),
            ')' => {
                if self.ignores_case.len() < 2 {
                    return Err(format!("unbalanced parenthesis at position {at}"));
                }
                self.ignores_case.pop();
                self.out.push(')');
                self.last = Last::Item;
            }
            '|' => {
                self.out.push('|');
                self.last = Last::Nothing;
            }
            '.' => {
                self.out.push('.');
                self.last = Last::Item;
            }
            _ => self.literal(sign),
        }
        Ok(at + 1)
    }

    fn open(&mut self, spelled: &str, ignores_case: bool) {
        self.out.push_str(spelled);
        self.ignores_case.push(ignores_case);
        self.last = Last::Nothing;
    }

    fn repeat(&mut self, at: usize, end: usize) -> Result<usize, String> {
        let token = self.pattern.text(at, end);
        let counts = token.strip_prefix('{').map(|rest| rest.trim_end_matches('?').trim_end_matches('}'));
        if counts.is_some_and(|counts| counts.is_empty() || !counts.is_ascii()) {
            self.literal('{');
            return Ok(at + 1);
        }
        match self.last {
            Last::Nothing => return Err(format!("nothing to repeat at position {at}")),
            Last::Repeat => return Err(format!("multiple repeat at position {at}")),
            Last::Item => self.last = Last::Repeat,
        }
        let Some(counts) = counts else {
            self.out.push_str(&token);
            return Ok(end);
        };
        let (lower, upper) = counts
            .split_once(',')
            .map_or((counts, Some(counts)), |(lower, upper)| (lower, Some(upper).filter(|upper| !upper.is_empty())));
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| "the repetition number is too large".to_string());
        let lower = if lower.is_empty() { 0 } else { number(lower)? };
        let upper = upper.map(number).transpose()?;
        if upper.is_some_and(|upper| upper < lower) {
            return Err(format!("min repeat greater than max repeat at position {at}"));
        }
        let spelled = upper.map_or(format!("{{{lower},}}"), |upper| format!("{{{lower},{upper}}}"));
        self.out.push_str(&spelled);
        if token.ends_with('?') {
            self.out.push('?');
        }
        Ok(end)
    }

    fn group(&mut self, at: usize, end: usize) -> Result<usize, String> {
        let token = self.pattern.text(at, end);
        let inner = token.strip_prefix("(?").unwrap_or_default();
        if inner.starts_with("P<") {
            let close = self.pattern.skip(at + 4, |sign| sign != '>');
            let name = self.pattern.text(at + 4, close);
            let is_name = name.chars().all(is_word) && name.starts_with(|sign| sign == '_' || is_alpha(sign));
            if self.pattern.get(close).is_none() || !is_name {
                return Err(format!("bad character in group name {name:?} at position {at}"));
            }
            if !self.names.insert(name.clone()) {
                return Err(format!("redefinition of group name {name:?} at position {at}"));
            }
            self.open("(?:", self.ignores_case());
            return Ok(close + 1);
        }
        let close = self.pattern.skip(at + 2, |sign| matches!(sign, 'i' | 'm' | 's' | '-'));
        let flags = self.pattern.text(at + 2, close);
        let (on, off) = flags.split_once('-').unwrap_or((&flags, ""));
        match self.pattern.get(close) {
            Some(')') if !flags.is_empty() && !flags.contains('-') => {
                if self.has_begun {
                    return Err(format!("global flags not at the start of the expression at position {at}"));
                }
                self.flags("(?", on, "", ")");
                let here = self.ignores_case() || on.contains('i');
                self.ignores_case = vec![here];
            }
            Some(':') if !flags.contains('-') || !off.is_empty() && !off.contains('-') => {
                if off.chars().any(|flag| on.contains(flag)) {
                    return Err(format!("bad inline flags: flag turned on and off at position {at}"));
                }
                self.flags("(?", on, off, ":");
                self.open("", (self.ignores_case() || on.contains('i')) && !off.contains('i'));
            }
            _ => return Err(format!("unknown extension in {token:?} at position {at}")),
        }
        Ok(close + 1)
    }

    fn flags(&mut self, open: &str, on: &str, off: &str, close: &str) {
        self.out.push_str(open);
        self.out.extend(['i', 'm', 's'].into_iter().filter(|&flag| on.contains(flag)));
        if !off.is_empty() {
            self.out.push('-');
            self.out.extend(['i', 'm', 's'].into_iter().filter(|&flag| off.contains(flag)));
        }
        self.out.push_str(close);
    }

    fn escape(&mut self, at: usize) -> Result<usize, String> {
        match self.pattern.get(at + 1) {
            Some('A') => return Ok(self.anchor("\\A", at + 2)),
            Some('b') => return Ok(self.anchor("(?:\\b)", at + 2)),
            Some('B') => return Ok(self.anchor("(?:\\B)", at + 2)),
            _ => {}
        }
        let (found, end) = escaped(self.pattern, at, false)?;
        match found {
            Escaped::Sign(sign) => self.literal(sign),
            Escaped::Class(class) => {
                let _ = write!(self.out, "(?-i:{})", class.spelled());
                self.last = Last::Item;
            }
        }
        Ok(end)
    }

    fn set(&mut self, at: usize, end: usize) -> Result<usize, String> {
        let negates = self.pattern.get(at + 1) == Some('^');
        let mut from = at + 1 + usize::from(negates);
        let last = end - 1;
        let mut signs = ClassUnicode::empty();
        let mut classes = String::new();
        while from < last {
            let start = from;
            let (low, next) = self.member(from)?;
            from = next;
            let is_range = self.pattern.get(from) == Some('-') && from + 1 < last;
            let high = if is_range {
                let (high, next) = self.member(from + 1)?;
                from = next;
                high
            } else {
                low
            };
            match (low, high) {
                (Escaped::Class(class), Escaped::Class(_)) if !is_range => classes.push_str(&class.spelled()),
                (Escaped::Sign(low), Escaped::Sign(high)) if low <= high => {
                    signs.push(ClassUnicodeRange::new(low, high));
                }
                _ => return Err(format!("bad character range {} at position {start}", self.pattern.text(start, from))),
            }
        }
        if self.ignores_case() {
            // classes such as \w stay as they are, so case is ignored here and not by the engine
            signs.try_case_fold_simple().map_err(|error| error.to_string())?;
            if signs.iter().any(|range| DOTTED.into_iter().any(|sign| range.start() <= sign && sign <= range.end())) {
                signs.union(&ClassUnicode::new(DOTTED.map(|sign| ClassUnicodeRange::new(sign, sign))));
            }
        }
        self.out.push_str(if negates { "(?-i:[^" } else { "(?-i:[" });
        signs.iter().for_each(|range| spell_range(&mut self.out, range.start(), range.end()));
        let _ = write!(self.out, "{classes}])");
        self.last = Last::Item;
        Ok(end)
    }

    fn member(&self, at: usize) -> Result<(Escaped, usize), String> {
        match self.pattern.get(at) {
            Some('\\') => escaped(self.pattern, at, true),
            Some(sign) => Ok((Escaped::Sign(sign), at + 1)),
            None => Err(format!("unterminated character set at position {at}")),
        }
    }
}

/// The letters that Python takes for one another where case is ignored, and Rust does not.
const DOTTED: [char; 4] = ['i', 'I', 'İ', 'ı'];

fn spell(out: &mut String, sign: char) {
    if is_meta_character(sign) {
        out.push('\\');
    }
    out.push(sign);
}

fn spell_range(out: &mut String, low: char, high: char) {
    let _ = write!(out, "\\x{{{:x}}}", u32::from(low));
    if low < high {
        let _ = write!(out, "-\\x{{{:x}}}", u32::from(high));
    }
}

// ── escapes ─────────────────────────────────────────────────────────────────────────────────────

#[derive(Clone, Copy)]
enum Escaped {
    Sign(char),
    Class(Class),
}

/// `\d`, `\s` or `\w`, or the negation of one.
#[derive(Clone, Copy)]
struct Class {
    letter: char,
    is_negated: bool,
}

impl Class {
    /// The class as a set of its own, which may stand in another.
    fn spelled(self) -> String {
        let negation = if self.is_negated { "^" } else { "" };
        let tables: &[&[(u32, u32)]] = match self.letter {
            'd' => &[DECIMAL],
            's' => return format!(r"[{negation}\s\x1c-\x1f]"),
            _ => &[ALPHA, NUMERIC, &[(0x5f, 0x5f)]],
        };
        let mut out = format!("[{negation}");
        for &(first, last) in tables.iter().copied().flatten() {
            let _ = write!(out, "\\x{{{first:x}}}-\\x{{{last:x}}}");
        }
        out.push(']');
        out
    }
}

/// What the escape at `at` stands for, and its end.
fn escaped(pattern: &Pattern, at: usize, in_set: bool) -> Result<(Escaped, usize), String> {
    let letter = pattern.get(at + 1).ok_or_else(|| format!("bad escape (end of pattern) at position {at}"))?;
    let bad = || format!("bad escape {} at position {at}", pattern.text(at, at + 2));
    let sign = match letter {
        'd' | 's' | 'w' => return Ok((Escaped::Class(Class { letter, is_negated: false }), at + 2)),
        'D' | 'S' | 'W' => {
            let letter = letter.to_ascii_lowercase();
            return Ok((Escaped::Class(Class { letter, is_negated: true }), at + 2));
        }
        'a' => '\x07',
        'b' if in_set => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        'x' => return code(pattern, at, 2),
        'u' => return code(pattern, at, 4),
        'U' => return code(pattern, at, 8),
        '0' => return octal(pattern, at),
        '1'..='7' if in_set => return octal(pattern, at),
        _ if letter.is_ascii_alphanumeric() => return Err(bad()),
        _ => letter,
    };
    Ok((Escaped::Sign(sign), at + 2))
}

fn code(pattern: &Pattern, at: usize, digits: usize) -> Result<(Escaped, usize), String> {
    let end = at + 2 + digits;
    let shown = pattern.text(at + 2, end);
    let sign = (shown.len() == digits && shown.chars().all(|sign| sign.is_ascii_hexdigit()))
        .then(|| u32::from_str_radix(&shown, 16).ok().and_then(char::from_u32))
        .flatten();
    match sign {
        Some(sign) => Ok((Escaped::Sign(sign), end)),
        None if digits >= 4 && u32::from_str_radix(&shown, 16).is_ok_and(|code| (0xd800..0xe000).contains(&code)) => {
            Err(format!("a lone surrogate, which no text holds: {} at position {at}", pattern.text(at, end)))
        }
        None => Err(format!("incomplete escape or no character: {} at position {at}", pattern.text(at, end))),
    }
}

fn octal(pattern: &Pattern, at: usize) -> Result<(Escaped, usize), String> {
    let mut end = at + 1;
    while end < at + 4 && pattern.get(end).is_some_and(|sign| matches!(sign, '0'..='7')) {
        end += 1;
    }
    let shown = pattern.text(at + 1, end);
    match u8::from_str_radix(&shown, 8) {
        Ok(byte) => Ok((Escaped::Sign(char::from(byte)), end)),
        Err(_) => Err(format!("octal escape value \\{shown} outside of range 0-0o377 at position {at}")),
    }
}
