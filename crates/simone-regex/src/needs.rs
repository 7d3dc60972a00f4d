//! What every match of a pattern must hold: how it may begin, and which bytes it cannot do without.
//!
//! Not for matching: these only tell where and whether it is worth trying.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

/// Beginnings of one pattern: more than this many say too little.
const MOST_BEGINNINGS: usize = 64;
/// Bytes of a beginning that are kept; more would not sift better.
const LONGEST_BEGINNING: usize = 16;
/// Beginnings shorter than this come too often to be worth a try each.
const SHORTEST_BEGINNING: usize = 3;

/// Characters that stand for an ASCII letter where case is ignored. Beginnings do not list them.
pub(crate) fn is_rare_case(sign: char) -> bool {
    matches!(sign, 'ſ' | '\u{212a}' | 'İ' | 'ı')
}

/// A set of bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bytes([u128; 2]);

impl Bytes {
    fn add(&mut self, byte: u8) {
        let [low, high] = &mut self.0;
        let half = if byte < 128 { low } else { high };
        *half |= 1 << (byte & 127);
    }

    fn of(bytes: impl IntoIterator<Item = u8>) -> Self {
        let mut set = Self::default();
        bytes.into_iter().for_each(|byte| set.add(byte));
        set
    }

    fn with(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Bytes([a | c, b | d])
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        let ([a, b], [c, d]) = (self.0, other.0);
        a & c != 0 || b & d != 0
    }

    fn count(self) -> u32 {
        let [low, high] = self.0;
        low.count_ones() + high.count_ones()
    }

    /// The bytes that occur in `text`.
    pub(crate) fn in_text(text: &str) -> Self {
        if text.len() < WORTH_A_TABLE {
            return Bytes::of(text.bytes());
        }
        let mut seen = [false; 256];
        for &byte in text.as_bytes() {
            if let Some(place) = seen.get_mut(usize::from(byte)) {
                *place = true;
            }
        }
        Bytes::of((0..=u8::MAX).zip(seen).filter_map(|(byte, is_seen)| is_seen.then_some(byte)))
    }
}

/// Bytes from which a table of those seen takes less time.
const WORTH_A_TABLE: usize = 256;

/// Sets of bytes, of each of which every match holds one; the smallest few.
pub(crate) fn bytes(hir: &Hir) -> Vec<Bytes> {
    let mut found = all_bytes(hir);
    found.sort_by_key(|set| set.count());
    found.dedup();
    found.truncate(4);
    found
}

fn all_bytes(hir: &Hir) -> Vec<Bytes> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => literal.0.iter().map(|&byte| Bytes::of([byte])).collect(),
        HirKind::Class(Class::Unicode(class)) => vec![leading(class)],
        HirKind::Class(Class::Bytes(_)) => Vec::new(),
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => all_bytes(&repetition.sub),
        HirKind::Capture(capture) => all_bytes(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(all_bytes).collect(),
        HirKind::Alternation(parts) => {
            let each = parts.iter().map(|part| bytes(part).first().copied());
            each.reduce(|one, other| Some(one?.with(other?))).flatten().into_iter().collect()
        }
    }
}

/// The bytes with which the characters of a class begin; all leading bytes for what is not ASCII.
fn leading(class: &ClassUnicode) -> Bytes {
    let mut set = Bytes::default();
    for range in class.iter() {
        let last = u32::from(range.end());
        let ascii = (u32::from(range.start())..=last.min(0x7f)).filter_map(|code| u8::try_from(code).ok());
        set = set.with(Bytes::of(ascii));
        if last > 0x7f {
            set = set.with(Bytes::of(0xc2..=0xf4));
        }
    }
    set
}

/// Beginnings, ASCII letters small, with one of which every match begins in some case; none if they say too little.
///
/// Texts with rare capitals (`is_rare_case`) are not covered.
pub(crate) fn beginnings(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut found = Beginnings { texts: vec![Vec::new()], is_whole: true };
    found.extend(hir);
    enough(found.texts)
}

/// The literals once each, if all are long enough to be worth looking for.
fn enough(mut texts: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    texts.sort();
    texts.dedup();
    let says_enough = texts.iter().all(|text| text.len() >= SHORTEST_BEGINNING);
    (says_enough && !texts.is_empty()).then_some(texts)
}

/// Literals, ASCII letters small, one of which every match holds in some case; none if they say too little.
///
/// Texts with rare capitals (`is_rare_case`) are not covered.
pub(crate) fn literals(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Capture(capture) => literals(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => literals(&repetition.sub),
        HirKind::Concat(parts) => {
            let from = |start: usize| {
                let mut found = Beginnings { texts: vec![Vec::new()], is_whole: true };
                parts.iter().skip(start).for_each(|part| found.extend(part));
                enough(found.texts)
            };
            let runs = (0..parts.len()).filter_map(from);
            runs.chain(parts.iter().filter_map(literals)).max_by_key(|found| selectivity(found))
        }
        HirKind::Alternation(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(literals).collect();
            enough(each?.concat()).filter(|found| found.len() <= MOST_BEGINNINGS)
        }
        _ => beginnings(hir),
    }
}

/// Long literals say most, then few.
fn selectivity(found: &[Vec<u8>]) -> (usize, std::cmp::Reverse<usize>) {
    (found.iter().map(Vec::len).min().unwrap_or_default().min(8), std::cmp::Reverse(found.len()))
}

/// The beginnings of what has been read so far.
struct Beginnings {
    texts: Vec<Vec<u8>>,
    /// Whether they reach to the end of what has been read.
    is_whole: bool,
}

impl Beginnings {
    fn extend(&mut self, hir: &Hir) {
        if !self.is_whole {
            return;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.append(&[literal.0.to_ascii_lowercase()]),
            HirKind::Class(Class::Unicode(class)) => match small_class(class) {
                Some(members) => self.append(&members),
                None => self.is_whole = false,
            },
            HirKind::Class(Class::Bytes(_)) => self.is_whole = false,
            HirKind::Capture(capture) => self.extend(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.extend(part)),
            HirKind::Alternation(parts) => self.choose(parts),
            HirKind::Repetition(repetition) => {
                if repetition.min > 0 {
                    self.extend(&repetition.sub);
                }
                self.is_whole &= repetition.min == 1 && repetition.max == Some(1);
            }
        }
    }

    fn append(&mut self, endings: &[Vec<u8>]) {
        if self.texts.len() * endings.len() > MOST_BEGINNINGS {
            self.is_whole = false;
            return;
        }
        let longer = |text: &Vec<u8>| {
            let text = text.clone();
            endings.iter().map(move |ending| [text.as_slice(), ending].concat())
        };
        self.texts = self.texts.iter().flat_map(longer).collect();
        for text in &mut self.texts {
            self.is_whole &= text.len() < LONGEST_BEGINNING;
            text.truncate(LONGEST_BEGINNING);
        }
    }

    fn choose(&mut self, parts: &[Hir]) {
        let mut endings = Vec::new();
        let mut are_whole = true;
        for part in parts {
            let mut choice = Beginnings { texts: vec![Vec::new()], is_whole: true };
            choice.extend(part);
            are_whole &= choice.is_whole;
            endings.append(&mut choice.texts);
        }
        endings.sort();
        endings.dedup();
        self.append(&endings);
        self.is_whole &= are_whole;
    }
}

/// The members of a class of few characters, ASCII letters small, without rare capitals.
fn small_class(class: &ClassUnicode) -> Option<Vec<Vec<u8>>> {
    let mut members = Vec::new();
    for range in class.iter() {
        for sign in range.start()..=range.end() {
            if !is_rare_case(sign) {
                members.push(sign.to_ascii_lowercase().to_string().into_bytes());
            }
            if members.len() > MOST_BEGINNINGS {
                return None;
            }
        }
    }
    members.sort();
    members.dedup();
    (!members.is_empty()).then_some(members)
}
