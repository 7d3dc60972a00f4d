//! Byte offsets turned into code points, from one pass over the text.
//!
//! Not for graphemes.

const STEP_BYTES: usize = 64;

/// The code points before each step of a text.
pub(crate) enum CodePoints<'a> {
    Ascii,
    Counted { text: &'a [u8], before: Vec<usize> },
}

impl<'a> CodePoints<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        if text.is_ascii() {
            return CodePoints::Ascii;
        }
        let mut count = 0;
        let steps = text.as_bytes().chunks(STEP_BYTES).map(|step| {
            let before = count;
            count += starts(step);
            before
        });
        CodePoints::Counted { before: steps.collect(), text: text.as_bytes() }
    }

    /// The code points before byte `at`, which must not be past the end.
    pub(crate) fn at(&self, at: usize) -> usize {
        match self {
            CodePoints::Ascii => at,
            CodePoints::Counted { text, before } => {
                // at the very end of a text of whole steps the last step counts in full
                let step = (at / STEP_BYTES).min(before.len().saturating_sub(1));
                let counted = before.get(step).copied().unwrap_or_default();
                counted + starts(text.get(step * STEP_BYTES..at).unwrap_or_default())
            }
        }
    }
}

fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| !matches!(byte, 0x80..=0xbf)).count()
}
