//! One pattern in two forms: for ASCII text, small and fast, and for any text, with word boundaries as Python has them.
//!
//! Not for parsing: it rewrites what `regex-syntax` has parsed.
//!
//! Rust's `\b` counts combining marks and joiners as parts of words and numerals such as ² as none; Python's does the
//! opposite. No rewriting of `\b` changes that, so the characters are exchanged instead: in the text and in the pattern's
//! classes each contested character stands as an image, a code point that Rust reads as Python reads the character.
//! Images lie in unassigned plane 13 and among rare ideographs, which in turn have images in plane 12 and among other
//! ideographs. Only a pattern that tells these last apart by name, in a text that holds both, is read differently.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use simone_unicode::{ALPHA, NUMERIC};

/// Images of characters that are no part of a word, and images of the images.
const NO_WORD_IMAGES: [u32; 2] = [0xD_0000, 0xC_0000];
/// Images of characters that are part of a word, and images of the images.
const WORD_IMAGES: [u32; 2] = [0x3_0000, 0x2_0000];

/// A range of characters and the image of its first.
#[derive(Clone, Copy)]
struct Exchange {
    first: char,
    last: char,
    image: u32,
}

struct Contested {
    exchanges: Vec<Exchange>,
    /// All that is exchanged.
    class: ClassUnicode,
    /// The first images.
    images: ClassUnicode,
}

static CONTESTED: LazyLock<Contested> = LazyLock::new(|| {
    let ranges = ALPHA.iter().chain(NUMERIC).chain(&[(0x5f, 0x5f)]);
    let ours = ClassUnicode::new(
        ranges.filter_map(|&(first, last)| Some(ClassUnicodeRange::new(char::from_u32(first)?, char::from_u32(last)?))),
    );
    let theirs = match regex_syntax::parse(r"\w").as_ref().map(Hir::kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => class.clone(),
        _ => ClassUnicode::empty(),
    };
    let mut exchanges = Vec::new();
    let mut images = ClassUnicode::empty();
    for (mut class, without, bases) in [(theirs.clone(), &ours, NO_WORD_IMAGES), (ours.clone(), &theirs, WORD_IMAGES)] {
        class.difference(without);
        let [base, second] = bases;
        let mut count = 0;
        for range in class.iter() {
            let (first, last) = (range.start(), range.end());
            exchanges.push(Exchange { first, last, image: base + count });
            count += u32::from(last) - u32::from(first) + 1;
        }
        if let (Some(first), Some(last)) = (char::from_u32(base), char::from_u32(base + count - 1)) {
            exchanges.push(Exchange { first, last, image: second });
            images.push(ClassUnicodeRange::new(first, last));
        }
    }
    exchanges.sort_by_key(|exchange| exchange.first);
    let class = exchanges.iter().map(|exchange| ClassUnicodeRange::new(exchange.first, exchange.last));
    Contested { class: ClassUnicode::new(class), exchanges, images }
});

fn exchange(sign: char) -> Option<&'static Exchange> {
    if sign.is_ascii() {
        return None;
    }
    let exchanges = &CONTESTED.exchanges;
    let after = exchanges.partition_point(|exchange| exchange.first <= sign);
    exchanges.get(after.checked_sub(1)?).filter(|exchange| sign <= exchange.last)
}

fn image(sign: char) -> Option<char> {
    let exchange = exchange(sign)?;
    char::from_u32(exchange.image + (u32::from(sign) - u32::from(exchange.first)))
}

/// The text with images for contested characters; as many code points as before.
pub(crate) fn exchanged(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|sign| exchange(sign).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|sign| image(sign).unwrap_or(sign)).collect())
}

/// The pattern over texts with images.
pub(crate) fn for_any_text(hir: &Hir) -> Hir {
    rewritten(hir, &|leaf| match leaf {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Hir::literal(exchanged(text).as_bytes()),
            Err(_) => Hir::literal(literal.0.clone()),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let mut touched = class.clone();
            touched.intersect(&CONTESTED.class);
            let mut class = class.clone();
            class.difference(&CONTESTED.images);
            for range in touched.iter() {
                for (first, last) in images(range.start(), range.end()) {
                    class.push(ClassUnicodeRange::new(first, last));
                }
            }
            Hir::class(Class::Unicode(class))
        }
        other => leaf_of(other),
    })
}

/// The images of a range of contested characters, piece by piece.
fn images(first: char, last: char) -> Vec<(char, char)> {
    let mut found = Vec::new();
    let mut next = Some(first).filter(|&first| first <= last);
    while let Some(start) = next {
        let Some(exchange) = exchange(start) else { break };
        let end = last.min(exchange.last);
        found.extend(image(start).zip(image(end)));
        next = char::from_u32(u32::from(end) + 1).filter(|&following| following <= last);
    }
    found
}

/// The pattern without its word boundaries, if it has any: it matches wherever the pattern does, and elsewhere.
pub(crate) fn without_boundaries(hir: &Hir) -> Option<Hir> {
    hir.properties().look_set().contains_word_unicode().then(|| {
        rewritten(hir, &|leaf| match leaf {
            HirKind::Look(Look::WordUnicode | Look::WordUnicodeNegate) => Hir::empty(),
            other => leaf_of(other),
        })
    })
}

/// The pattern over ASCII texts.
pub(crate) fn for_ascii(hir: &Hir) -> Hir {
    let ascii = ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')]);
    rewritten(hir, &|leaf| match leaf {
        HirKind::Literal(literal) if !literal.0.is_ascii() => Hir::fail(),
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.intersect(&ascii);
            Hir::class(Class::Unicode(class))
        }
        HirKind::Look(Look::WordUnicode) => Hir::look(Look::WordAscii),
        HirKind::Look(Look::WordUnicodeNegate) => Hir::look(Look::WordAsciiNegate),
        other => leaf_of(other),
    })
}

/// The pattern with every leaf put through `leaf`, and no captures.
fn rewritten(hir: &Hir, leaf: &dyn Fn(&HirKind) -> Hir) -> Hir {
    match hir.kind() {
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub: Box::new(rewritten(sub, leaf)) })
        }
        HirKind::Capture(Capture { sub, .. }) => rewritten(sub, leaf),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(|part| rewritten(part, leaf)).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(|part| rewritten(part, leaf)).collect()),
        kind => leaf(kind),
    }
}

fn leaf_of(kind: &HirKind) -> Hir {
    match kind {
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(class) => Hir::class(class.clone()),
        HirKind::Look(look) => Hir::look(*look),
        _ => Hir::empty(),
    }
}

/// A bound on the states the pattern compiles to, in bytes of UTF-8 sequences, with every repeat written out.
pub(crate) fn written_out(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(class) => match class {
            Class::Unicode(class) => class.ranges().len() as u64,
            Class::Bytes(class) => class.ranges().len() as u64,
        },
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let times = u64::from(max.unwrap_or(*min).max(1));
            times.saturating_mul(written_out(sub))
        }
        HirKind::Capture(Capture { sub, .. }) => written_out(sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(written_out).fold(0, u64::saturating_add)
        }
    }
}
