//! Complete linkage at a threshold: groups in which every two members are near.
//!
//! Not for distances: what is near is decided before.

/// The first free node with the later free nodes, in order, that are near to all taken before; and so on with the rest.
///
/// `later`: for each node its later near nodes, ascending.
///
/// Source: Sorensen, 1948 (complete linkage).
#[must_use]
pub(crate) fn complete_link(later: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut taken = vec![false; later.len()];
    let mut cliques = Vec::new();
    for (leader, nearby) in later.iter().enumerate() {
        if is_taken(&taken, leader) {
            continue;
        }
        let mut clique = vec![leader];
        let mut free: Vec<usize> = nearby.iter().copied().filter(|&node| !is_taken(&taken, node)).collect();
        while let Some((&joined, rest)) = free.split_first() {
            clique.push(joined);
            free = common(rest, later.get(joined).map(Vec::as_slice).unwrap_or_default());
        }
        for node in &clique {
            if let Some(place) = taken.get_mut(*node) {
                *place = true;
            }
        }
        cliques.push(clique);
    }
    cliques
}

fn is_taken(taken: &[bool], node: usize) -> bool {
    taken.get(node).copied().unwrap_or(true)
}

/// What two ascending lists share.
fn common(left: &[usize], right: &[usize]) -> Vec<usize> {
    let mut right = right.iter().peekable();
    let is_shared = |node: &&usize| {
        while right.next_if(|other| other < node).is_some() {}
        right.peek() == Some(node)
    };
    left.iter().filter(is_shared).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::complete_link;
    use proptest::prelude::*;

    #[test]
    fn a_chain_is_cut() {
        let chain = [vec![1], vec![2], vec![3], vec![]];
        assert_eq!(complete_link(&chain), [vec![0, 1], vec![2, 3]]);
    }

    proptest! {
        #[test]
        fn every_two_members_are_near_and_every_node_is_in_one(
            edges in prop::collection::btree_set((0_usize..20, 0_usize..20), 0..150)
        ) {
            let mut later = vec![Vec::new(); 20];
            for &(left, right) in edges.iter().filter(|(left, right)| left < right) {
                later[left].push(right);
            }
            let cliques = complete_link(&later);
            let mut members: Vec<usize> = cliques.concat();
            members.sort_unstable();
            prop_assert_eq!(members, (0..20).collect::<Vec<_>>());
            for clique in &cliques {
                for (at, left) in clique.iter().enumerate() {
                    prop_assert!(clique[at + 1..].iter().all(|right| later[*left].contains(right)));
                }
            }
        }
    }
}
