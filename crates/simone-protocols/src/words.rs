//! The closed lists of words that sentence boundaries turn on, and one look-up for all of them.
//!
//! Not for other languages: the abbreviations are English.

use std::collections::HashMap;
use std::sync::LazyLock;

use simone_unicode::lower;

/// Stand before a name: never the end of a sentence.
const TITLES: &str = "\
    mr mrs ms mx dr prof rev hon gen col lt sgt capt cpt cmdr maj adm brig cpl pvt sen rep gov pres supt \
    insp det fr messrs mme mlle mt ft msgr amb atty asst assoc";

/// Stand before what they abbreviate; the end of a sentence only where an unmistakable opening word follows.
const LEADING: &str = "\
    e.g i.e cf vs viz ca approx al no nos fig figs eq eqs sec ch chap vol vols pp p para art app tab ed \
    eds nr op cit ver v ref refs dept ext est tel min max avg incl excl resp esp int misc stat sect ser \
    trans var apt ste rm adj adv abbr syn";

/// May end a sentence: they do where an opening word follows.
const TRAILING: &str = "\
    inc corp ltd co llc llp plc bros gmbh jr sr esq st ave blvd rd sq hwy ln etc ph.d m.d b.a m.a b.sc \
    m.sc d.c u.s u.k u.n e.u a.m p.m a.d b.c b.c.e c.e jan feb mar apr jun jul aug sep sept oct nov dec \
    mon tue tues wed thu thur thurs fri sat sun hr hrs sec secs mins lb lbs oz kg km cm mm yd yds gal \
    mph univ assn intl natl govt mfg bldg n.b p.s r.i.p calif fla ill mass mich minn tenn wash conn ariz \
    ala ga va pa ky";

/// Stand before a number; before anything else `no` and its like are ordinary words or labels.
const NUMBERED: &str = "\
    no nos fig figs eq eqs sec ch chap vol vols pp p para art app tab nr ver ref refs apt ste rm";

/// Words whose capital is owed to a new sentence, not to a name.
const OPENERS: &str = "\
    the this that these those there then thus therefore he she it they we you his her its their our your \
    my a an in on at but and or however if when after before as while since for by to from what who why \
    how where which is are was were do does did can could would should will may no not yes so yet still \
    also both each all some many most meanwhile instead moreover furthermore finally first second next \
    once although though because until unless during with without under over nobody everyone everything \
    nothing please let two three four five six seven eight nine ten";

/// The lists a word stands in.
#[derive(Clone, Copy, Default)]
pub(crate) struct Lists {
    pub(crate) title: bool,
    pub(crate) leading: bool,
    pub(crate) trailing: bool,
    pub(crate) numbered: bool,
    pub(crate) opener: bool,
}

impl Lists {
    /// Whether the word is an abbreviation of any kind.
    pub(crate) fn is_abbreviation(self) -> bool {
        self.title || self.leading || self.trailing
    }
}

/// No listed word has more bytes, even where it is written with rare capitals such as the Kelvin sign.
const LONGEST_BYTES: usize = 40;

static BY_WORD: LazyLock<HashMap<&'static str, Lists>> = LazyLock::new(|| {
    let mut found: HashMap<&'static str, Lists> = HashMap::new();
    let mut enter = |words: &'static str, mark: fn(&mut Lists)| {
        for word in words.split_ascii_whitespace() {
            mark(found.entry(word).or_default());
        }
    };
    enter(TITLES, |lists| lists.title = true);
    enter(LEADING, |lists| lists.leading = true);
    enter(TRAILING, |lists| lists.trailing = true);
    enter(NUMBERED, |lists| lists.numbered = true);
    enter(OPENERS, |lists| lists.opener = true);
    found
});

/// The lists that hold `lowered`, which must be in lower case.
pub(crate) fn lists_of(lowered: &str) -> Lists {
    BY_WORD.get(lowered).copied().unwrap_or_default()
}

/// Whether `word`, in any case, opens a sentence.
pub(crate) fn is_opener(word: &str) -> bool {
    word.len() <= LONGEST_BYTES && !word.is_empty() && lists_of(&lower(word)).opener
}

/// Verbs that tie a quotation to its speaker.
pub(crate) const SPEECH: [&str; 14] = [
    "said",
    "says",
    "asked",
    "asks",
    "replied",
    "cried",
    "shouted",
    "whispered",
    "answered",
    "added",
    "wrote",
    "exclaimed",
    "muttered",
    "yelled",
];
