//! Every instruction set gives the defined bits, and ranking equals scoring everything.

use proptest::prelude::*;
use simone_similarity::{
    Compressed, Level, Ranked, Rows, alignment, compress, cosines, euclidean, normalize, similarity_matrix, top_k,
    top_k_compressed,
};

fn total(left: &[f32], right: &[f32], term: fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0_f64; 8];
    for (index, (&left, &right)) in left.iter().zip(right).enumerate() {
        if let Some(lane) = lanes.get_mut(index % 8) {
            *lane += term(f64::from(left), f64::from(right));
        }
    }
    lanes.iter().fold(0.0, |sum, lane| sum + lane)
}

fn dot(left: &[f32], right: &[f32]) -> f64 {
    total(left, right, |left, right| left * right)
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    let length = dot(left, left).sqrt() * dot(right, right).sqrt();
    if length > 0.0 { (dot(left, right) / length) as f32 + 0.0 } else { 0.0 }
}

fn values() -> impl Strategy<Value = f32> {
    prop_oneof![
        8 => -1.0_f32..1.0,
        1 => Just(0.0),
        1 => Just(-0.0),
        1 => prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL,
        2 => (-3_i8..4).prop_map(f32::from),
    ]
}

prop_compose! {
    fn matrices()(width in 0_usize..40)(
        width in Just(width),
        queries in prop::collection::vec(prop::collection::vec(values(), width), 0..80),
        rows in prop::collection::vec(prop::collection::vec(values(), width), 0..40),
    ) -> (usize, Vec<Vec<f32>>, Vec<Vec<f32>>) {
        (width, queries, rows)
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #[test]
    fn every_kernel_gives_the_defined_bits((width, queries, rows) in matrices(), k in 0_usize..12) {
        let (flat_queries, flat) = (queries.concat(), rows.concat());
        let left = Rows::new(&flat_queries, queries.len(), width).unwrap();
        let right = Rows::new(&flat, rows.len(), width).unwrap();
        let mut expected_by_level = Vec::new();
        for level in Level::all() {
            let mut out = vec![9.0; rows.len()];
            for query in &queries {
                cosines(level, query, right, &mut out).unwrap();
                prop_assert_eq!(bits(&out), bits(&rows.iter().map(|row| cosine(query, row)).collect::<Vec<_>>()));
                euclidean(level, query, right, &mut out).unwrap();
                let far = |row: &Vec<f32>| total(query, row, |left, right| (left - right) * (left - right)).sqrt() as f32;
                prop_assert_eq!(bits(&out), bits(&rows.iter().map(far).collect::<Vec<_>>()));
            }
            let mut square = vec![9.0; rows.len() * rows.len()];
            similarity_matrix(level, right, &mut square).unwrap();
            let all: Vec<f32> = rows.iter().flat_map(|left| rows.iter().map(|right| cosine(left, right))).collect();
            prop_assert_eq!(bits(&square), bits(&all));
            let best = |query: &Vec<f32>| rows.iter().map(|row| cosine(query, row)).fold(f32::NEG_INFINITY, f32::max);
            let expected: Vec<f32> = queries.iter().map(|q| if rows.is_empty() { 0.0 } else { best(q) }).collect();
            prop_assert_eq!(alignment(level, left, right), expected);
            let mut unit = vec![9.0; flat.len()];
            normalize(level, right, &mut unit).unwrap();
            for (row, found) in rows.iter().zip(unit.chunks(width.max(1))) {
                let length = dot(row, row).sqrt();
                let unit = |&x: &f32| if length > 0.0 { (f64::from(x) / length) as f32 } else { 0.0 };
                prop_assert_eq!(bits(found), bits(&row.iter().map(unit).collect::<Vec<_>>()));
            }
            let mask: Vec<bool> = (0..rows.len()).map(|index| index % 3 != 1).collect();
            let found = top_k(level, left, right, k, Some(&mask)).unwrap();
            for (query, found) in queries.iter().zip(found) {
                let mut all: Vec<Ranked> = (0..rows.len()).filter(|index| mask[*index])
                    .map(|index| Ranked { score: cosine(query, &rows[index]), index }).collect();
                all.sort_by(|left, right| right.cmp(left));
                all.truncate(k);
                prop_assert_eq!(found, all);
            }
            let (mut codes, mut scales, mut residuals) = (vec![0; flat.len()], vec![0.0; rows.len()], vec![0.0; rows.len()]);
            compress(level, right, &mut codes, &mut scales, &mut residuals).unwrap();
            let compressed = Compressed { codes: &codes, scales: &scales, residuals: &residuals };
            let certified = top_k_compressed(level, left, right, compressed, None, k, Some(&mask)).unwrap();
            let found = top_k(level, left, right, k, Some(&mask)).unwrap();
            for (certified, found) in certified.iter().zip(found) {
                prop_assert_eq!(&certified.best, &found);
                let allowed = mask.iter().filter(|allowed| **allowed).count();
                let last = found.last().filter(|_| allowed > found.len()).map_or(f32::INFINITY, |last| last.score);
                prop_assert!(certified.certificate < last);
            }
            expected_by_level.push(certified);
        }
        prop_assert!(expected_by_level.iter().all(|certified| certified == &expected_by_level[0]));
    }
}

/// Reproducible values without a generator of random numbers.
fn spread(count: usize) -> Vec<f32> {
    (0..count as u64).map(|i| ((i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32 / 8_388_608.0) - 1.0).collect()
}

#[test]
fn many_rows_on_any_number_of_threads_give_one_result() {
    let (width, count) = (100, 9_001);
    let (flat, asked) = (spread(width * count), spread(width * 70 + 13)[13..].to_vec());
    let rows = Rows::new(&flat, count, width).unwrap();
    let queries = Rows::new(&asked, 70, width).unwrap();
    let run = |threads: usize, level: Level| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let one = top_k(level, queries.part(0, 1), rows, 10, None).unwrap();
            let many = top_k(level, queries, rows, 10, None).unwrap();
            assert_eq!(one[0], many[0]);
            let mut square = vec![0.0; 1_000 * 1_000];
            similarity_matrix(level, rows.part(0, 1_000), &mut square).unwrap();
            (many, bits(&square))
        })
    };
    let expected = run(1, Level::Scalar);
    for threads in [1, 2, 4] {
        for level in Level::all() {
            assert!(run(threads, level) == expected, "{level:?}");
        }
    }
}

#[test]
fn a_matrix_is_the_same_at_every_level_however_many_rows_and_however_few_products() {
    let sparse = |width: usize, count: usize| -> Vec<f32> {
        let value = |at: usize| if at % width == at / width * 7 % width { 1.0 + (at % 3) as f32 } else { 0.0 };
        (0..width * count).map(value).collect()
    };
    for (values, count, width) in
        [(spread(2_100 * 20), 2_100, 20), (sparse(100, 300), 300, 100), (sparse(70, 65), 65, 70)]
    {
        let rows = Rows::new(&values, count, width).unwrap();
        let matrices = Level::all().into_iter().map(|level| {
            let mut square = vec![9.0; count * count];
            similarity_matrix(level, rows, &mut square).unwrap();
            bits(&square)
        });
        let matrices: Vec<_> = matrices.collect();
        assert!(matrices.iter().all(|square| square == &matrices[0]), "{count} rows of {width}");
    }
}

#[test]
fn the_first_value_that_is_not_finite_is_named() {
    let mut flat = spread(50 * 2_000);
    flat[50 * 1_999 + 3] = f32::NAN;
    flat[50 * 1_500 + 7] = f32::INFINITY;
    let rows = Rows::new(&flat, 2_000, 50).unwrap();
    let place = simone_similarity::NonFinite { row: 1_500, column: 7 };
    let query = &spread(50)[..];
    assert_eq!(top_k(Level::detected(), Rows::new(query, 1, 50).unwrap(), rows, 3, None), Err(place));
    let two = spread(100);
    assert_eq!(top_k(Level::detected(), Rows::new(&two, 2, 50).unwrap(), rows, 3, None), Err(place));
    assert_eq!(cosines(Level::detected(), query, rows, &mut vec![0.0; 2_000]), Err(place));
    assert_eq!(euclidean(Level::detected(), query, rows, &mut vec![0.0; 2_000]), Err(place));
    assert_eq!(normalize(Level::detected(), rows, &mut vec![0.0; flat.len()]), Err(place));
    assert_eq!(similarity_matrix(Level::detected(), rows, &mut vec![0.0; 4_000_000]), Err(place));
}

#[test]
fn a_matrix_of_the_wrong_size_is_refused() {
    assert!(Rows::new(&[0.0; 5], 2, 3).is_err());
}
