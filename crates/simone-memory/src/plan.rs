//! The plan: groups of near-duplicates, episodes, and the merges that lose nothing.
//!
//! Not for carrying it out.

use std::cmp::Ordering;
use std::collections::HashMap;

use rayon::prelude::*;
use simone_similarity::{Level, Near, NonFinite, Rows, near_pairs};

use crate::cliques::complete_link;
use crate::decay::decay;
use crate::facts::{Fact, NEGATION, ORDER, find_facts_batch};

/// So many memories need one thread.
pub const ALONE: usize = 32;
/// Refused items of a group that others of it are held against, at most.
const KEEPERS: usize = 8;

/// What is known of each memory; all of one length.
#[derive(Clone, Copy, Debug)]
pub struct Memories<'a> {
    /// What they say.
    pub texts: &'a [&'a str],
    /// Where they lie.
    pub vectors: Rows<'a>,
    /// Hashes of their content.
    pub hashes: &'a [u64],
    /// When they were made, in seconds.
    pub times: &'a [f64],
    /// How much they mattered then, 0 or more.
    pub saliences: &'a [f32],
}

/// What to compare with.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The instructions that serve; the plan does not depend on them.
    pub level: Level,
    /// In seconds.
    pub now: f64,
    /// In seconds, above 0.
    pub half_life: f64,
    /// Cosine from which two memories say the same; at most 1.
    pub duplicate: f32,
    /// Cosine from which two memories may belong to one episode; above 0, at most `duplicate`.
    pub cluster: f32,
}

/// What is proposed; see `contract.consolidation.Plan`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What is left of each salience.
    pub saliences: Vec<f32>,
    /// Near-duplicates.
    pub groups: Numbering,
    /// Episodes.
    pub clusters: Numbering,
    /// (item, keeper), ascending.
    pub merges: Vec<(usize, usize)>,
    /// (item, representative, what would be lost), ascending.
    pub refused: Vec<(usize, usize, u8)>,
}

/// Groups of two items or more, numbered by lowest item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    /// The group of each item.
    pub of_item: Vec<Option<usize>>,
    /// The items of each group, its representative first.
    pub members: Vec<Vec<usize>>,
}

/// Plans the consolidation of `memories`.
///
/// # Errors
/// The first vector that is not finite.
pub fn consolidate(memories: Memories<'_>, settings: Settings) -> Result<Plan, NonFinite> {
    let facts = find_facts_batch(memories.texts);
    let times = memories.times.iter().zip(memories.saliences);
    let saliences: Vec<f32> =
        times.map(|(&time, &salience)| decay(salience, time, settings.now, settings.half_life)).collect();
    let nodes = nodes(memories.hashes, &ranked(&facts, &saliences));
    let heads: Vec<usize> = nodes.iter().filter_map(|items| items.first().copied()).collect();
    let near = near_pairs(settings.level, memories.vectors, &heads, settings.cluster)?;
    let count = memories.texts.len();
    let clusters = numbering(complete_link(&places(&near, settings.cluster)), &nodes, count);
    let groups = numbering(complete_link(&places(&near, settings.duplicate)), &nodes, count);
    let mut plan = Plan { saliences, groups, clusters, ..Plan::default() };
    let decided: Vec<Decided> = if plan.groups.members.len() > ALONE {
        plan.groups.members.par_iter().map(|group| decide(group, &facts)).collect()
    } else {
        plan.groups.members.iter().map(|group| decide(group, &facts)).collect()
    };
    for (merges, refused) in decided {
        plan.merges.extend(merges);
        plan.refused.extend(refused);
    }
    plan.merges.sort_unstable();
    plan.refused.sort_unstable();
    Ok(plan)
}

/// Items by most facts, then highest salience, then lowest index.
fn ranked(facts: &[Vec<Fact>], saliences: &[f32]) -> Vec<usize> {
    let mut keys: Vec<(usize, f32, usize)> =
        facts.iter().zip(saliences).enumerate().map(|(item, (facts, &left))| (facts.len(), left, item)).collect();
    keys.sort_unstable_by(|one, two| {
        let by_salience = two.1.partial_cmp(&one.1).unwrap_or(Ordering::Equal);
        two.0.cmp(&one.0).then(by_salience).then(one.2.cmp(&two.2))
    });
    keys.into_iter().map(|key| key.2).collect()
}

/// Items with equal hashes together, in the order of their first.
fn nodes(hashes: &[u64], ranked: &[usize]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::with_capacity(ranked.len());
    let mut numbers: HashMap<u64, usize> = HashMap::with_capacity(ranked.len());
    for &item in ranked {
        let hash = hashes.get(item).copied().unwrap_or_default();
        let number = *numbers.entry(hash).or_insert(found.len());
        match found.get_mut(number) {
            Some(items) => items.push(item),
            None => found.push(vec![item]),
        }
    }
    found
}

fn places(near: &[Vec<Near>], threshold: f32) -> Vec<Vec<usize>> {
    let reaching =
        |found: &Vec<Near>| found.iter().filter(|near| near.score >= threshold).map(|near| near.place).collect();
    near.iter().map(reaching).collect()
}

fn numbering(cliques: Vec<Vec<usize>>, nodes: &[Vec<usize>], count: usize) -> Numbering {
    let items = |clique: Vec<usize>| -> Vec<usize> {
        clique.into_iter().filter_map(|node| nodes.get(node)).flatten().copied().collect()
    };
    let mut members: Vec<Vec<usize>> = cliques.into_iter().map(items).filter(|items| items.len() > 1).collect();
    members.sort_by_key(|items| items.iter().min().copied());
    let mut of_item = vec![None; count];
    for (number, items) in members.iter().enumerate() {
        for &item in items {
            if let Some(place) = of_item.get_mut(item) {
                *place = Some(number);
            }
        }
    }
    Numbering { of_item, members }
}

type Decided = (Vec<(usize, usize)>, Vec<(usize, usize, u8)>);

/// Merges every item of the group into the first keeper that loses nothing; who finds none becomes a keeper.
fn decide(group: &[usize], facts: &[Vec<Fact>]) -> Decided {
    let of = |item: usize| facts.get(item).map(Vec::as_slice).unwrap_or_default();
    let (mut merges, mut refused) = (Vec::new(), Vec::new());
    let Some((&first, rest)) = group.split_first() else { return (merges, refused) };
    let mut keepers = vec![first];
    for &item in rest {
        if let Some(&keeper) = keepers.iter().find(|&&keeper| lost(of(item), of(keeper)) == 0) {
            merges.push((item, keeper));
            continue;
        }
        refused.push((item, first, lost(of(item), of(first))));
        if keepers.len() < KEEPERS {
            keepers.push(item);
        }
    }
    (merges, refused)
}

/// What of `facts` is not in `kept`, as a sum of kinds; 0 where all is, in its order.
fn lost(facts: &[Fact], kept: &[Fact]) -> u8 {
    let same = |one: &Fact, two: &Fact| one.kind == two.kind && one.form == two.form;
    let negators = |facts: &'_ [Fact]| facts.iter().filter(|fact| fact.kind == NEGATION).count();
    let mut remaining = kept.iter();
    let in_order = facts.iter().all(|fact| remaining.any(|other| same(fact, other)));
    if in_order && negators(facts) == negators(kept) {
        return 0; // the negators of `facts` are among as many, in order: they are the same
    }
    let known: std::collections::HashSet<(u8, &str)> =
        kept.iter().map(|fact| (fact.kind, fact.form.as_str())).collect();
    let mut lost = 0;
    for fact in facts.iter().filter(|fact| !known.contains(&(fact.kind, fact.form.as_str()))) {
        lost |= fact.kind;
    }
    let mut left = facts.iter().filter(|fact| fact.kind == NEGATION);
    let mut right = kept.iter().filter(|fact| fact.kind == NEGATION);
    let agree = std::iter::from_fn(|| match (left.next(), right.next()) {
        (None, None) => None,
        (one, two) => Some(one.zip(two).is_some_and(|(one, two)| one.form == two.form)),
    });
    if !agree.fuse().all(|same| same) {
        lost |= NEGATION;
    }
    if lost == 0 { ORDER } else { lost }
}

#[cfg(test)]
mod tests {
    use super::{Memories, Settings, consolidate};
    use simone_similarity::{Level, Rows};

    #[test]
    fn a_merge_that_would_lose_something_is_refused() {
        let texts = [
            "Anna moved to Oslo in 2021.",
            "Anna moved to Oslo.",
            "Anna never moved to Oslo in 2021.",
            "Oslo moved to Anna.",
            "Rain fell.",
        ];
        let values = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let memories = Memories {
            texts: &texts,
            vectors: Rows::new(&values, 5, 2).unwrap(),
            hashes: &[1, 2, 3, 4, 5],
            times: &[0.0; 5],
            saliences: &[1.0; 5],
        };
        let settings = Settings { level: Level::detected(), now: 0.0, half_life: 1.0, duplicate: 0.95, cluster: 0.7 };
        let plan = consolidate(memories, settings).unwrap();
        assert_eq!(plan.groups.members, [vec![2, 0, 1, 3]]);
        assert_eq!(plan.merges, [(1, 0)]);
        assert_eq!(plan.refused, [(0, 2, 8), (3, 2, 24 - 16)]);
    }
}
