//! The closed sets of characters that sentence boundaries turn on.
//!
//! Not for classes of Unicode: those are simone-unicode's.

/// Opens a quotation, bracket or emphasis.
#[inline]
pub(crate) fn is_opening(sign: char) -> bool {
    matches!(
        sign,
        '"' | '\''
            | '“'
            | '‘'
            | '«'
            | '‹'
            | '„'
            | '('
            | '['
            | '{'
            | '*'
            | '_'
            | '<'
            | '「'
            | '『'
            | '（'
            | '【'
            | '《'
            | '¿'
            | '¡'
    )
}

/// Closes a quotation, bracket or emphasis.
#[inline]
pub(crate) fn is_closing(sign: char) -> bool {
    matches!(sign, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '}' | '*' | '_' | '」' | '』' | '）' | '】' | '》')
}

/// A quotation mark among the closing signs.
#[inline]
pub(crate) fn is_closing_quote(sign: char) -> bool {
    matches!(sign, '"' | '\'' | '”' | '’' | '»' | '›')
}

/// A stop that needs what follows it to be judged.
#[inline]
pub(crate) fn is_stop(sign: char) -> bool {
    matches!(sign, '.' | '!' | '?' | '…' | '‽')
}

/// A stop that ends a sentence without white space after it, or in a script without capitals.
#[inline]
pub(crate) fn is_wide_stop(sign: char) -> bool {
    matches!(sign, '。' | '！' | '？' | '｡' | '।' | '॥' | '؟' | '۔' | '።' | '։')
}

/// A pictograph that may begin a face.
#[inline]
pub(crate) fn is_pictograph(sign: char) -> bool {
    matches!(sign, '\u{1F300}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}')
}

/// Opens an item of a bulleted list.
#[inline]
pub(crate) fn is_bullet(sign: char) -> bool {
    matches!(sign, '-' | '*' | '+' | '•' | '‣' | '◦' | '▪' | '●' | '–' | '—')
}

/// Repeated three times or more, and alone on its line, a ruled line.
#[inline]
pub(crate) fn is_rule(byte: u8) -> bool {
    matches!(byte, b'=' | b'-' | b'~' | b'^' | b'"' | b'#' | b'*' | b'+' | b'_' | b'`' | b':' | b'.')
}

/// Every character at which a candidate may begin.
#[inline]
pub(crate) fn is_sign(sign: char) -> bool {
    matches!(sign, '\n' | '\u{2029}' | ':' | ';' | '=' | '<')
        || is_stop(sign)
        || is_wide_stop(sign)
        || is_pictograph(sign)
}
