//! Which words of a claim have a counterpart in a sentence of evidence, and in the same place of the sentence.
//!
//! Not for deciding: `exact` reads these facts.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lists::List;
use crate::reading::{NONE, Named, Reading, Verb};
use crate::relations::{AGENT, Kind, OF, PATIENT, Relation};

/// The evidence word that token vectors found near enough to a claim word, by claim word.
pub type Close = FxHashMap<usize, usize>;

/// `missing`, `misplaced`: claim words; `opposed`: (claim word, evidence word).
pub(crate) struct Alignment {
    pub(crate) missing: Vec<usize>,
    pub(crate) misplaced: Vec<usize>,
    pub(crate) opposed: Vec<(usize, usize)>,
    /// For each verb of the claim that of the evidence, or `NONE`.
    pub(crate) verbs: Vec<usize>,
    /// (claim word, evidence word), by claim word.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// How many words of the claim need a counterpart, at least 1.
    pub(crate) size: usize,
}

impl Alignment {
    /// The evidence word paired with a claim word.
    pub(crate) fn partner(&self, word: usize) -> Option<usize> {
        let at = self.pairs.binary_search_by_key(&word, |&(ours, _)| ours).ok()?;
        self.pairs.get(at).map(|&(_, theirs)| theirs)
    }

    /// The evidence verb of a claim verb.
    pub(crate) fn verb(&self, number: usize) -> Option<usize> {
        self.verbs.get(number).copied().filter(|&verb| verb != NONE)
    }

    /// The matched verbs, (claim verb, evidence verb), in order.
    pub(crate) fn matched_verbs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.verbs.iter().copied().enumerate().filter(|&(_, verb)| verb != NONE)
    }
}

/// Words of names that the evidence writes otherwise: for claim words, places in the evidence.
struct Names {
    of_word: FxHashMap<usize, usize>,
    places: Vec<Vec<usize>>,
}

impl Names {
    fn get(&self, word: usize) -> Option<&[usize]> {
        self.places.get(*self.of_word.get(&word)?).map(Vec::as_slice)
    }
}

/// Pairs of relations up to which all are compared.
const FEW_RELATIONS: usize = 64;

struct Pair<'a> {
    claim: &'a Reading<'a>,
    evidence: &'a Reading<'a>,
    close: Option<&'a Close>,
    /// Number of the verb of "there is …" in the claim, or `NONE`.
    existential: usize,
    /// Candidates of each verb of the claim; one or none once they are settled.
    verbs: Vec<Vec<usize>>,
    names: Names,
}

/// Aligns every content word and verb of the claim; with `whole`, only up to the first word without counterpart.
pub(crate) fn align<'a>(
    claim: &'a Reading<'a>,
    evidence: &'a Reading<'a>,
    close: Option<&'a Close>,
    whole: bool,
) -> Alignment {
    let mut found =
        Alignment { missing: vec![], misplaced: vec![], opposed: vec![], verbs: vec![], pairs: vec![], size: 1 };
    let mut pair = Pair {
        claim,
        evidence,
        close,
        existential: existential(claim),
        verbs: vec![Vec::new(); claim.verbs.len()],
        names: Names { of_word: FxHashMap::default(), places: Vec::new() },
    };
    for number in 0..claim.verbs.len() {
        pair.align_verb(number, &mut found);
        if whole && !found.missing.is_empty() {
            return found;
        }
    }
    pair.names = named(claim, evidence);
    pair.settle();
    pair.align_words(&mut found, whole);
    found.verbs = pair.verbs.iter().map(|found| found.first().copied().unwrap_or(NONE)).collect();
    let needed = claim.verbs.iter().filter(|verb| !verb.is_comma).count() - usize::from(pair.existential != NONE);
    found.size = (claim.content.len() + needed).max(1);
    found
}

impl Pair<'_> {
    fn near(&self, word: usize) -> Option<usize> {
        self.close?.get(&word).copied()
    }

    fn align_verb(&mut self, number: usize, found: &mut Alignment) {
        let (claim, evidence) = (self.claim, self.evidence);
        let Some(verb) = claim.verbs.get(number).filter(|verb| number != self.existential && !verb.is_comma) else {
            return;
        };
        let stem = claim.verb_stem(verb);
        let mut candidates = self.verb_candidates(verb);
        if !stem.lists.has(List::EMPTY_STEMS) {
            let earlier = claim.verbs.iter().take(number).filter(|v| claim.verb_stem(v).text == stem.text).count();
            if candidates.len() <= earlier {
                candidates.clear();
            }
        }
        if candidates.is_empty() {
            let rival = evidence.verbs.iter().position(|v| stem.is_opposite(evidence.verb_stem(v)));
            match rival.and_then(|n| evidence.verbs.get(n).map(|v| (n, v.head))) {
                None => found.missing.push(verb.head),
                Some((n, head)) => {
                    found.opposed.push((verb.head, head));
                    candidates.push(n);
                }
            }
        }
        if let Some(place) = self.verbs.get_mut(number) {
            *place = candidates;
        }
    }

    fn verb_candidates(&self, verb: &Verb) -> Vec<usize> {
        let evidence = self.evidence;
        let stem = self.claim.verb_stem(verb);
        let all = || evidence.verbs.iter().enumerate();
        let exact: Vec<usize> =
            all().filter(|(_, v)| evidence.verb_stem(v).text == stem.text).map(|(n, _)| n).collect();
        if !exact.is_empty() {
            return exact;
        }
        let near = self.near(verb.head);
        all().filter(|(_, v)| stem.is_same(evidence.verb_stem(v)) || near == Some(v.head)).map(|(n, _)| n).collect()
    }

    /// Where a verb occurs several times in the evidence, keeps the occurrence on which most words of the claim hang.
    fn settle(&mut self) {
        let counts = self.hanging_words();
        let mut taken = FxHashSet::default();
        for (number, found) in self.verbs.iter_mut().enumerate() {
            let hanging = |verb: usize| counts.get(&(number, verb)).copied().unwrap_or(0);
            let best = found
                .iter()
                .copied()
                .min_by_key(|&verb| (taken.contains(&verb), std::cmp::Reverse(hanging(verb)), verb));
            if let Some(best) = best {
                taken.insert(best);
                *found = vec![best];
            }
        }
    }

    /// For each claim verb with several candidates, and each of them, how many words of the claim hang on both alike.
    fn hanging_words(&self) -> FxHashMap<(usize, usize), usize> {
        let mut counts = FxHashMap::default();
        if self.verbs.iter().all(|found| found.len() < 2) {
            return counts;
        }
        let (claim, evidence) = (self.claim, self.evidence);
        let mut by_stem: FxHashMap<(&str, Kind), FxHashSet<usize>> = FxHashMap::default();
        for &j in &evidence.content {
            for relation in evidence.relations(j) {
                by_stem.entry((evidence.stem(j).text, relation.kind)).or_default().insert(relation.verb);
            }
        }
        let is_open = |ours: &&Relation| self.verbs.get(ours.verb).is_some_and(|found| found.len() > 1);
        for &i in &claim.content {
            let mut met: FxHashSet<(usize, usize)> = FxHashSet::default();
            let ours: FxHashSet<Relation> = claim.relations(i).iter().filter(is_open).copied().collect();
            for one in ours {
                if let Some(places) = self.names.get(i) {
                    let theirs = places.iter().flat_map(|&j| evidence.relations(j));
                    met.extend(theirs.filter(|theirs| theirs.kind == one.kind).map(|theirs| (one.verb, theirs.verb)));
                } else if let Some(verbs) = by_stem.get(&(claim.stem(i).text, one.kind)) {
                    met.extend(verbs.iter().map(|&verb| (one.verb, verb)));
                }
            }
            for verbs in met {
                *counts.entry(verbs).or_insert(0) += 1;
            }
        }
        counts
    }

    fn align_words(&self, found: &mut Alignment, whole: bool) {
        let (claim, evidence) = (self.claim, self.evidence);
        let mut met: FxHashMap<&str, usize> = FxHashMap::default();
        let mut places: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for &i in &claim.content {
            let count = met.entry(claim.stem(i).text).or_default();
            let earlier = std::mem::replace(count, *count + 1);
            let named = self.names.get(i);
            let candidates = match named {
                Some(places) => places.to_vec(),
                None => self.word_candidates(i),
            };
            if named.is_none() && candidates.len() <= earlier {
                match self.rival(i) {
                    Some(rival) => found.opposed.push((i, rival)),
                    None => {
                        found.missing.push(i);
                        if whole {
                            return;
                        }
                    }
                }
                continue;
            }
            let before = i.checked_sub(1);
            let before_it = before.and_then(|before| places.get(&before));
            let name_before = before.and_then(|before| self.names.get(before)).filter(|_| named.is_none());
            let placed: Vec<usize> = candidates
                .iter()
                .copied()
                .filter(|&j| self.same_place(i, j))
                .filter(|&q| match (before_it, name_before) {
                    (Some(before), _) => continues(evidence, before, q),
                    (None, Some(names)) => !has_another_name(evidence, q, names),
                    (None, None) => true,
                })
                .collect();
            match (placed.first(), candidates.first()) {
                (Some(&first), _) => {
                    found.pairs.push((i, first));
                    if named.is_none() {
                        let mut placed = placed;
                        placed.sort_unstable();
                        places.insert(i, placed);
                    }
                }
                (None, Some(&first)) => {
                    found.misplaced.push(i);
                    found.pairs.push((i, first));
                }
                (None, None) => {}
            }
        }
    }

    /// An evidence word that excludes a claim word in its place.
    fn rival(&self, i: usize) -> Option<usize> {
        let (claim, evidence) = (self.claim, self.evidence);
        let stem = claim.stem(i);
        evidence.content.iter().copied().chain(evidence.verbs.iter().map(|verb| verb.head)).find(|&j| {
            let theirs = evidence.stem(j);
            stem.is_opposite(theirs)
                && !claim.words.iter().any(|word| word.stem == theirs.text)
                && self.same_place(i, j)
        })
    }

    fn word_candidates(&self, i: usize) -> Vec<usize> {
        let evidence = self.evidence;
        let stem = self.claim.stem(i);
        let verbs = || {
            evidence
                .verbs
                .iter()
                .filter(|verb| !evidence.verb_stem(verb).lists.has(List::EMPTY_STEMS))
                .map(|verb| verb.head)
        };
        let everything = || evidence.content.iter().copied().chain(verbs());
        let exact: Vec<usize> = everything().filter(|&j| evidence.stem(j).text == stem.text).collect();
        if !exact.is_empty() {
            return exact;
        }
        let same: Vec<usize> = everything().filter(|&j| stem.is_same(evidence.stem(j))).collect();
        if same.is_empty() { self.near(i).into_iter().collect() } else { same }
    }

    fn same_place(&self, i: usize, j: usize) -> bool {
        if self.evidence.is_verb(j) {
            return true;
        }
        let (ours, theirs) = (self.claim.relations(i), self.evidence.relations(j));
        if ours.is_empty() || theirs.is_empty() {
            return true;
        }
        if ours.len() * theirs.len() <= FEW_RELATIONS {
            return ours.iter().any(|&a| theirs.iter().any(|&b| self.is_compatible(a, b)));
        }
        // what a relation goes with shares its kind, or hangs on the counterpart of its verb
        let kinds: FxHashMap<Kind, Relation> = theirs.iter().map(|&b| (b.kind, b)).collect();
        let all: FxHashSet<Relation> = theirs.iter().copied().collect();
        ours.iter().any(|&a| {
            let verb = self.verbs.get(a.verb).and_then(|found| found.first()).copied().unwrap_or(NONE);
            let with = |kind| all.get(&Relation { kind, verb });
            let likely = [kinds.get(a.kind), kinds.values().next(), with(AGENT), with(PATIENT), with(a.kind)];
            likely.into_iter().flatten().any(|&b| self.is_compatible(a, b))
        })
    }

    fn is_compatible(&self, ours: Relation, theirs: Relation) -> bool {
        if ours.verb == self.existential && self.existential != NONE {
            return ours.kind == theirs.kind || matches!(ours.kind, AGENT | PATIENT);
        }
        let linked = ours.verb == NONE || self.verbs.get(ours.verb).is_some_and(|found| found.contains(&theirs.verb));
        if ours.kind == theirs.kind {
            return linked || ours.kind == OF;
        }
        let swapped = matches!((ours.kind, theirs.kind), (AGENT, PATIENT) | (PATIENT, AGENT));
        let (Some(verb), Some(their_verb)) = (self.claim.verbs.get(ours.verb), self.evidence.verbs.get(theirs.verb))
        else {
            return false;
        };
        let stem = self.claim.verb_stem(verb);
        swapped
            && linked
            && (stem.lists.has(List::SYMMETRIC_STEMS)
                || (stem.text == "be" && (is_identity(self.claim, verb) || is_identity(self.evidence, their_verb))))
    }
}

/// Whether "is the …" follows: both sides name the same one thing, so their order does not matter.
fn is_identity(reading: &Reading<'_>, verb: &Verb) -> bool {
    reading.low(verb.head + 1) == "the"
}

fn existential(claim: &Reading<'_>) -> usize {
    let there_is =
        |verb: &Verb| claim.verb_stem(verb).text == "be" && verb.first > 0 && claim.low(verb.first - 1) == "there";
    claim.verbs.iter().position(there_is).unwrap_or(NONE)
}

/// Whether a word stands in one phrase of the evidence with one of `before` (ascending) and after it, as in the claim.
fn continues(evidence: &Reading<'_>, before: &[usize], q: usize) -> bool {
    let nearest = before.partition_point(|&p| p < q).checked_sub(1).and_then(|at| before.get(at));
    nearest.is_some_and(|&p| evidence.links.get(p + 1) == evidence.links.get(q))
}

/// Whether a word that follows a name in the claim follows another one in the evidence ("Emmy winner").
fn has_another_name(evidence: &Reading<'_>, q: usize, names: &[usize]) -> bool {
    let Some(before) = q.checked_sub(1) else { return false };
    let Some(start) = evidence.words.get(before).map(|word| word.start) else { return false };
    !names.contains(&before) && evidence.names.iter().any(|name| name.start <= start && start < name.end)
}

fn named(claim: &Reading<'_>, evidence: &Reading<'_>) -> Names {
    let mut found = Names { of_word: FxHashMap::default(), places: Vec::new() };
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    for name in &claim.names {
        let matches = |other: &&Named| {
            crate::names::same_name(&name.parts, &other.parts) && ends_alike(&name.normal, &other.normal)
        };
        let number = *known.entry(&name.normal).or_insert_with(|| {
            let inside = |other: &Named| {
                let end = other.end;
                evidence
                    .starting_in(other.start, end)
                    .filter(move |&j| evidence.holds(j) && evidence.words.get(j).is_some_and(|word| word.end <= end))
            };
            found.places.push(evidence.names.iter().filter(matches).flat_map(inside).collect());
            found.places.len() - 1
        });
        if found.places.get(number).is_some_and(|places| !places.is_empty()) {
            let words = claim.starting_in(name.start, name.end).filter(|&i| claim.holds(i));
            found.of_word.extend(words.map(|i| (i, number)));
        }
    }
    found
}

/// A part may stand for a person's full name ("Lund"), but "Arrel" not for "Arrel Castle".
fn ends_alike(ours: &str, theirs: &str) -> bool {
    let is_theirs = |word: &str| theirs.split_whitespace().any(|other| other == word);
    ours.split_whitespace().all(is_theirs) || ours.split_whitespace().last() == theirs.split_whitespace().last()
}

/// Whether two matched values (byte offsets of their starts) hang on verbs that match.
pub(crate) fn value_is_placed(
    claim: &Reading<'_>,
    ours: usize,
    evidence: &Reading<'_>,
    theirs: usize,
    found: &Alignment,
) -> bool {
    let (mine, other) = (claim.relations(claim.word_at(ours)), evidence.relations(evidence.word_at(theirs)));
    let ends = |kind: &str| matches!(kind, AGENT | "off" | "into");
    mine.is_empty()
        || other.is_empty()
        || mine.iter().any(|a| {
            other.iter().any(|b| {
                (a.verb == NONE || found.verb(a.verb).is_none_or(|verb| verb == b.verb))
                    && (a.kind == b.kind || !(ends(a.kind) || ends(b.kind)))
            })
        })
}
