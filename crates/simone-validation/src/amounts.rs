//! How much of a group a word speaks of, where alignment cannot tell: "a few" for "many", "both" for "all".
//!
//! Not for ranks ("most", "some") and not for numbers: `quantifiers` and `values` compare those.

use crate::alignment::Alignment;
use crate::exact::is_negated;
use crate::lists::{List, entry};
use crate::reading::Reading;

/// Words from an amount to what it counts, at most.
const REACH: usize = 5;
/// Ranks of "all" and "many".
const ALL: u8 = 4;
const MANY: u8 = 2;

/// What a word says of how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    AFew,
    QuiteAFew,
    Both,
    Any,
    Few,
    Rarely,
    NotAll,
    All,
    Many,
    Part,
    UnderHalf,
}

use Amount::{AFew, All, Any, Both, Few, Many, NotAll, Part, QuiteAFew, Rarely, UnderHalf};

/// Words of claim and evidence; `None` for the whole text.
type Places = (Option<usize>, Option<usize>);

/// Words with what they say, in order.
struct Amounts(Vec<(usize, Amount)>);

impl Amounts {
    fn of(reading: &Reading<'_>) -> Self {
        if !reading.lists.has(List::AMOUNTS) {
            return Amounts(Vec::new());
        }
        let places = reading.words.iter().enumerate().filter(|(_, word)| word.lists.has(List::AMOUNTS));
        Amounts(places.filter_map(|(i, _)| amount(reading, i).map(|amount| (i, amount))).collect())
    }

    fn at(&self, i: usize) -> Option<Amount> {
        self.0.binary_search_by_key(&i, |&(place, _)| place).ok().and_then(|at| self.0.get(at)).map(|&(_, one)| one)
    }

    fn first(&self, wanted: impl Fn(Amount) -> bool) -> Option<usize> {
        self.0.iter().find(|&&(_, amount)| wanted(amount)).map(|&(i, _)| i)
    }
}

/// What the evidence may say where the claim says `amount`; none where that is not asked.
fn allowed(amount: Amount) -> &'static [Amount] {
    match amount {
        AFew => &[AFew],
        QuiteAFew => &[QuiteAFew],
        Both => &[Both],
        Any => &[Any, All],
        _ => &[],
    }
}

/// Whether a denial leaves some.
fn is_weak(amount: Amount) -> bool {
    matches!(amount, Few | Rarely | NotAll)
}

/// The words of claim and evidence whose amounts do not go together; `None` if all do.
pub(crate) fn find_amount(claim: &Reading<'_>, evidence: &Reading<'_>, found: &Alignment) -> Option<Places> {
    let (ours, theirs) = (Amounts::of(claim), Amounts::of(evidence));
    if ours.0.is_empty() && theirs.0.is_empty() {
        return None;
    }
    let is_denial = claim.verbs.iter().any(|verb| !verb.positive) || (claim.verbs.is_empty() && is_negated(claim));
    let sides = Sides { claim, evidence, found, ours: &ours, theirs: &theirs };
    sides.unmatched(is_denial).or_else(|| if is_denial { sides.weaker_denial() } else { sides.part() })
}

/// The words of claim and evidence that say "few" and "some", which do not exclude one another.
pub(crate) fn find_leeway(claim: &Reading<'_>, evidence: &Reading<'_>) -> Option<Places> {
    let (ours, theirs) = (Amounts::of(claim), Amounts::of(evidence));
    let is_some = |amount| matches!(amount, Part | AFew);
    let (weak, their_weak) = (ours.first(is_weak), theirs.first(is_weak));
    match (weak, their_weak) {
        (None, Some(_)) => ours.first(is_some).map(|part| (Some(part), their_weak)),
        (Some(_), None) => theirs.first(is_some).map(|part| (weak, Some(part))),
        _ => None,
    }
}

/// Lower case of the word `back` before word `i`, "" outside.
fn before<'r>(reading: &'r Reading<'_>, i: usize, back: usize) -> &'r str {
    i.checked_sub(back).map_or("", |k| reading.low(k))
}

fn rank(lower: &str) -> u8 {
    entry(List::QUANTIFIER_RANK, lower).and_then(|rank| rank.parse().ok()).unwrap_or(0)
}

fn amount(reading: &Reading<'_>, i: usize) -> Option<Amount> {
    let lower = reading.low(i);
    let (last, after) = (before(reading, i, 1), reading.low(i + 1));
    let counts = i > 0 && reading.lists(i - 1).has(List::BEFORE_FEW);
    match lower {
        "few" if !counts => Some(Few),
        "few" => Some(if last == "a" && before(reading, i, 2) == "quite" { QuiteAFew } else { AFew }),
        "handful" => Some(AFew),
        "hardly" | "scarcely" | "barely" => Some(if after.starts_with("any") { Few } else { Rarely }),
        "rarely" | "seldom" => Some(Rarely),
        "not" | "n't" => (rank(after) >= MANY || after == "both").then_some(NotAll),
        "two" | "2" => (counts && !matches!(last, "a" | "every")).then_some(Both),
        "both" => (!joins(reading, i)).then_some(Both),
        "any" => Some(Any),
        "half" if last == "under" || (last == "than" && matches!(before(reading, i, 2), "less" | "fewer")) => {
            Some(UnderHalf)
        }
        "all" if matches!(last, "at" | "after" | "above" | "in") => None,
        _ => Some(match rank(lower) {
            ALL => All,
            MANY.. => Many,
            _ => Part,
        }),
    }
}

/// Whether "both" goes with an "and" ("both Ann and Bob").
fn joins(reading: &Reading<'_>, i: usize) -> bool {
    for (k, word) in reading.words.iter().enumerate().skip(i + 1) {
        if word.lower == "and" {
            return true;
        }
        if !word.is_word() || reading.verbs.binary_search_by_key(&k, |verb| verb.first).is_ok() {
            return false;
        }
    }
    false
}

/// The amount word of the phrase that ends in a word: "some of the old ships".
fn amount_of(reading: &Reading<'_>, i: usize, amounts: &Amounts) -> Option<usize> {
    let held = |k: usize| amounts.at(k).is_some();
    for k in (i.saturating_sub(REACH)..i).rev() {
        if held(k) {
            return Some(k);
        }
        let goes_on = reading.lists(k).has(List::DETERMINER)
            || reading.holds(k)
            || (reading.low(k) == "of" && k.checked_sub(1).is_some_and(held));
        if !goes_on {
            return None;
        }
    }
    None
}

struct Sides<'a> {
    claim: &'a Reading<'a>,
    evidence: &'a Reading<'a>,
    found: &'a Alignment,
    ours: &'a Amounts,
    theirs: &'a Amounts,
}

impl Sides<'_> {
    /// An amount of the claim that its evidence does not state of the same thing.
    fn unmatched(&self, is_denial: bool) -> Option<Places> {
        for &(i, amount) in &self.ours.0 {
            let allowed = allowed(amount);
            if allowed.is_empty() || (amount == Any && is_denial) {
                continue;
            }
            let noun = self.claim.content.iter().copied().find(|&k| k > i);
            let partner = noun
                .filter(|&noun| amount_of(self.claim, noun, self.ours) == Some(i))
                .and_then(|noun| self.found.partner(noun));
            if let Some(partner) = partner {
                let stated = amount_of(self.evidence, partner, self.theirs);
                if !stated.and_then(|at| self.theirs.at(at)).is_some_and(|said| allowed.contains(&said)) {
                    return Some((Some(i), stated));
                }
            } else if !self.theirs.0.iter().any(|(_, said)| allowed.contains(said)) {
                return Some((Some(i), self.theirs.0.first().map(|&(j, _)| j)));
            }
        }
        None
    }

    /// A denial of the evidence that leaves some, or denies of some only, where the claim does not say so.
    fn weaker_denial(&self) -> Option<Places> {
        let mut denied = false;
        for (j, word) in self.evidence.words.iter().enumerate() {
            let differs = match self.theirs.at(j) {
                None | Some(Any) => false,
                Some(amount) if is_weak(amount) => self.ours.first(|one| one == amount).is_none(),
                Some(All | Both) if !denied => false,
                Some(_) => !self.claim.says(&word.lower),
            };
            if differs {
                return Some((None, Some(j)));
            }
            denied |= word.lists.has(List::NEGATORS);
        }
        None
    }

    /// What the claim says of "the ships" and its evidence of some of them, or maybe none.
    fn part(&self) -> Option<Places> {
        let (claim, evidence) = (self.claim, self.evidence);
        for &(i, j) in &self.found.pairs {
            let Some(stated) = amount_of(evidence, j, self.theirs) else { continue };
            let amount = self.theirs.at(stated);
            let said = amount_of(claim, i, self.ours);
            if amount == Some(UnderHalf) && said.and_then(|at| self.ours.at(at)) != amount {
                return Some((Some(said.unwrap_or(i)), Some(stated))); // which may be none
            }
            if matches!(amount, Some(All | Any | Both) | None) || said.is_some() {
                continue;
            }
            let Some(k) = (0..i).rev().find(|&k| !claim.holds(k)) else { continue };
            let is_partitive =
                before(claim, k, 1) == "of" && !k.checked_sub(2).is_some_and(|before| claim.holds(before));
            if claim.low(k) == "the" && !is_partitive && before(evidence, stated, 1) != "the" {
                return Some((Some(i), Some(stated)));
            }
        }
        None
    }
}
