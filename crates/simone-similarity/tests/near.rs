//! Pairs above a threshold equal scoring every pair.

use proptest::prelude::*;
use simone_similarity::{Level, Near, Rows, cosines, near_pairs};

#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a row outside the matrix is to fail the test")]
fn expected(rows: Rows<'_>, order: &[usize], threshold: f32) -> Vec<Vec<(usize, f32)>> {
    let mut scores = vec![0.0; rows.count()];
    let mut found = Vec::new();
    for (left, &row) in order.iter().enumerate() {
        cosines(Level::Scalar, rows.row(row), rows, &mut scores).unwrap();
        let later = order.iter().enumerate().skip(left + 1).map(|(place, &row)| (place, scores[row]));
        found.push(later.filter(|(_, score)| *score >= threshold).collect());
    }
    found
}

proptest! {
    #[test]
    fn pairs_are_those_that_reach_the_threshold(
        width in 0_usize..80,
        count in 0_usize..150,
        seed in 0_u64..1 << 40,
        spread in prop::sample::select(vec![0.0_f32, 1e-4, 0.3, 2.0]),
        scale in prop::sample::select(vec![1.0_f32, 1e-30, 1e30]),
        threshold in prop::sample::select(vec![1e-6_f32, 0.5, 0.8, 0.99, 1.0]),
    ) {
        let mut state = seed | 1;
        let mut chance = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % 2001) as f32 / 1000.0 - 1.0
        };
        let centres: Vec<f32> = (0..3 * width).map(|_| chance()).collect();
        let values: Vec<f32> = (0..count * width)
            .map(|at| (centres[at / width % 3 * width + at % width] + spread * chance()) * scale)
            .collect();
        let rows = Rows::new(&values, count, width).unwrap();
        let order: Vec<usize> = (0..count).rev().chain(0..count / 3).collect();
        let pairs = |near: &Vec<Near>| near.iter().map(|near| (near.place, near.score)).collect::<Vec<_>>();
        for level in Level::all() {
            let found = near_pairs(level, rows, &order, threshold).unwrap();
            prop_assert_eq!(found.iter().map(pairs).collect::<Vec<_>>(), expected(rows, &order, threshold));
        }
    }
}

#[test]
fn a_row_that_is_not_finite_is_refused() {
    let rows = Rows::new(&[1.0, f32::NAN], 2, 1).unwrap();
    assert_eq!(near_pairs(Level::detected(), rows, &[0], 0.5).unwrap_err().row, 1);
}
