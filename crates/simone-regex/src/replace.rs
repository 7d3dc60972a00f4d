//! What a text reads when the matches of a set are exchanged for other words.
//!
//! Not for group references: a set keeps no groups.

use crate::set::PatternSet;

impl PatternSet {
    /// The text with each match exchanged for its pattern's words in `with`; a pattern without words leaves its matches.
    ///
    /// Matches are taken from left to right; of those that begin at one place the first pattern's, and none that begins
    /// inside the one taken before.
    #[must_use]
    pub fn replace(&self, text: &str, with: &[String]) -> String {
        let mut taken = Vec::new();
        let mut free = 0;
        for (pattern, start, end) in self.find(text) {
            if start >= free
                && let Some(words) = with.get(pattern)
            {
                taken.push((start, end, words));
                free = end;
            }
        }
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text.chars();
        let mut place = 0;
        for (start, end, words) in taken {
            replaced.extend(rest.by_ref().take(start - place));
            replaced.push_str(words);
            rest.by_ref().take(end - start).for_each(drop);
            place = end;
        }
        replaced.push_str(rest.as_str());
        replaced
    }

    /// `replace` in each text, on as many threads as the pool has where there is enough of it.
    #[must_use]
    pub fn replace_batch(&self, texts: &[&str], with: &[String]) -> Vec<String> {
        crate::set::each(texts, |text| self.replace(text, with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(patterns: &[(&str, &str)]) -> PatternSet {
        let pairs: Vec<_> = patterns.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        PatternSet::new(&pairs).ok().unwrap_or_else(|| PatternSet::new(&[]).unwrap_or_else(|_| unreachable!()))
    }

    #[test]
    fn the_leftmost_match_wins_then_the_first_pattern() {
        let set = set(&[("short", "ab"), ("long", "abc"), ("late", "bcd"), ("é", "é+")]);
        let with: Vec<String> = ["<1>", "<2>", "<3>", "<4>"].map(str::to_owned).to_vec();
        assert_eq!(set.replace("xabcd bcd éé\u{1f389}", &with), "x<1>cd <3> <4>\u{1f389}");
        assert_eq!(set.replace("", &with), "");
    }
}
