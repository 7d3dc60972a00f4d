//! Which of many finds stay where they overlap.
//!
//! Not for finding.

/// Something found: its kind and its span in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// Lower kinds stay.
    pub kind: usize,
    /// First code point.
    pub start: usize,
    /// Past the last code point.
    pub end: usize,
}

/// The finds of one text that stay, by start: the lowest kind first, then the longest, then the leftmost.
///
/// Every find looks at the code points that it covers, so that after sorting the time is linear in those.
#[must_use]
pub fn settled(mut finds: Vec<Find>) -> Vec<Find> {
    finds.sort_unstable_by_key(|find| (find.kind, std::cmp::Reverse(find.end.saturating_sub(find.start)), find.start));
    let mut taken = vec![false; finds.iter().map(|find| find.end).max().unwrap_or_default()];
    finds.retain(|find| {
        let Some(places) = taken.get_mut(find.start..find.end) else { return false };
        let is_free = !places.contains(&true);
        if is_free {
            places.fill(true);
        }
        is_free
    });
    finds.sort_unstable_by_key(|find| (find.start, find.end, find.kind));
    finds
}

#[cfg(test)]
mod tests {
    use super::{Find, settled};

    #[test]
    fn the_lower_kind_stays_then_the_longer_find() {
        let find = |kind, start, end| Find { kind, start, end };
        let finds = vec![find(2, 0, 9), find(1, 4, 6), find(1, 5, 8), find(2, 9, 11), find(2, 10, 11), find(0, 20, 21)];
        assert_eq!(settled(finds), [find(1, 5, 8), find(2, 9, 11), find(0, 20, 21)]);
        assert!(settled(Vec::new()).is_empty());
    }
}
