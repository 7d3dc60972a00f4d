//! The closed lists of words that facts turn on, and one look-up for all of them.
//!
//! Not for other languages: the words are English.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Numbers in words.
const NUMBERS: &str = "\
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands \
    million millions billion billions trillion trillions dozen dozens half halves quarter quarters third thirds \
    fourth fifth sixth seventh eighth ninth tenth eleventh twelfth first second once twice thrice double triple \
    single pair couple few several";

/// Months in any case.
const MONTHS: &str = "\
    january february april june july august september october november december";

/// Months where they have a capital.
const CAPITAL_MONTHS: &str = "\
    march may jan feb mar apr jun jul aug sep sept oct nov dec";

/// Days, times and spans of time in any case.
const TIMES: &str = "\
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday \
    sundays today tomorrow yesterday tonight last next ago later earlier before after since until till noon midnight \
    morning mornings afternoon afternoons evening evenings night nights weekend weekends day days week weeks month \
    months year years hour hours minute minutes seconds decade decades century centuries spring summer autumn fall \
    winter am pm a.m p.m daily weekly monthly yearly annually";

/// Days where they have a capital.
const CAPITAL_TIMES: &str = "\
    mon tue tues wed thu thur thurs fri sat sun";

/// Words that turn a statement round.
const NEGATORS: &str = "\
    no not never none nobody nothing neither nor nowhere without cannot cant dont doesnt didnt wont wouldnt isnt \
    arent wasnt werent hasnt havent hadnt shouldnt couldnt hardly barely scarcely seldom rarely except unless lack \
    lacks lacked lacking fail fails failed failing refuse refuses refused deny denies denied false untrue unable \
    unlikely impossible ain't";

/// Function words: capitalised, they are no names; after a number, no unit.
const ORDINARY: &str = "\
    a an the this that these those i you he she it we they me him her us them my your his its our their mine yours \
    hers ours theirs myself yourself himself herself itself ourselves themselves who whom whose which what when \
    where why how if then than so as at by for from in into of off on onto or out over to under up down with within \
    and but because while although though however therefore thus is am are was were be been being do does did done \
    has have had having will would shall should can could may might must also just very really only even still yet \
    again too here there now well ok okay yes oh hi hello hey thanks thank please let all any both each every some \
    many much more most other another such same own about during between through against among upon per via whether";

/// The lists a word stands in.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each list")]
pub(crate) struct Lists {
    pub(crate) number: bool,
    pub(crate) month: bool,
    pub(crate) capital_month: bool,
    pub(crate) time: bool,
    pub(crate) capital_time: bool,
    pub(crate) negator: bool,
    pub(crate) ordinary: bool,
}

static BY_WORD: LazyLock<FxHashMap<&'static str, Lists>> = LazyLock::new(|| {
    let mut found: FxHashMap<&'static str, Lists> = FxHashMap::default();
    let mut enter = |words: &'static str, mark: fn(&mut Lists)| {
        for word in words.split_ascii_whitespace() {
            mark(found.entry(word).or_default());
        }
    };
    enter(NUMBERS, |lists| lists.number = true);
    enter(MONTHS, |lists| lists.month = true);
    enter(CAPITAL_MONTHS, |lists| lists.capital_month = true);
    enter(TIMES, |lists| lists.time = true);
    enter(CAPITAL_TIMES, |lists| lists.capital_time = true);
    enter(NEGATORS, |lists| lists.negator = true);
    enter(ORDINARY, |lists| lists.ordinary = true);
    found
});

/// No listed word has more bytes.
const LONGEST_BYTES: usize = 11;

/// The lists that hold `lowered`.
pub(crate) fn lists_of(lowered: &str) -> Lists {
    if lowered.len() > LONGEST_BYTES { Lists::default() } else { BY_WORD.get(lowered).copied().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::{BY_WORD, LONGEST_BYTES};

    #[test]
    fn no_listed_word_is_longer_than_what_is_looked_up() {
        assert!(BY_WORD.keys().all(|word| word.len() <= LONGEST_BYTES));
    }
}
