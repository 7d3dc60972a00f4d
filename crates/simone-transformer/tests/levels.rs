//! Every instruction set gives the same bits, a pair depends on itself alone, and what does not fit is refused.

#![expect(clippy::expect_used, reason = "a test may fail")]

use proptest::prelude::*;
use simone_similarity::Level;
use simone_transformer::{Affine, Dense, Head, Layer, Model, Pair, Parts, ShapeError, Words};

const WIDTH: usize = 64;
const INNER: usize = 48;
const WORDS: usize = 40;
const PLACES: usize = 33;

/// Numbers without an order that anyone could guess, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 40
    }

    fn floats(&mut self, count: usize, most: f32) -> Vec<f32> {
        (0..count).map(|_| (self.next() as f32 / (1 << 23) as f32 - 1.0) * most).collect()
    }

    fn codes(&mut self, count: usize) -> Vec<i8> {
        (0..count).map(|_| (self.next() % 127) as i8 - 63).collect()
    }

    fn dense(&mut self, inputs: usize, columns: usize, level: Level) -> Dense {
        let (codes, bias) = (self.codes(inputs * columns), self.floats(columns, 0.5));
        Dense::new(&codes, &vec![0.01; columns], &bias, &vec![0.5; inputs], level).expect("sizes fit")
    }

    fn affine(&mut self) -> Affine {
        Affine { weight: self.floats(WIDTH, 1.0), bias: self.floats(WIDTH, 0.2) }
    }

    fn parts(&mut self, level: Level, knows_distance: bool) -> Parts {
        Parts {
            words: Words { codes: self.codes(WORDS * WIDTH), scales: self.floats(WORDS, 0.01) },
            places: self.floats(PLACES * WIDTH, 0.3),
            sides: self.floats(2 * WIDTH, 0.3),
            distance: if knows_distance { self.floats(2 * PLACES * PLACES, 0.5) } else { Vec::new() },
            norm: self.affine(),
            layers: (0..2)
                .map(|_| Layer {
                    three: self.dense(WIDTH, 3 * WIDTH, level),
                    mixed: self.dense(WIDTH, WIDTH, level),
                    first: self.affine(),
                    wide: self.dense(WIDTH, INNER, level),
                    narrow: self.dense(INNER, WIDTH, level),
                    second: self.affine(),
                })
                .collect(),
            head: Some(Head {
                into: self.floats(3 * WIDTH * 16, 0.3),
                into_bias: self.floats(16, 0.3),
                out: self.floats(48, 0.3),
                out_bias: self.floats(3, 0.3),
            }),
            heads: 2,
            epsilon: 1e-5,
        }
    }
}

fn model(seed: u64, level: Level, knows_distance: bool) -> Model {
    Model::new(Chance(seed).parts(level, knows_distance), level).expect("sizes fit")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn levels_agree_and_pairs_stand_alone(
        seed in 0_u64..1000,
        knows_distance: bool,
        texts in prop::collection::vec(prop::collection::vec((0_i64..WORDS as i64, 0_i64..2), 1..=PLACES), 1..4),
    ) {
        let texts: Vec<(Vec<i64>, Vec<i64>)> = texts.into_iter().map(|text| text.into_iter().unzip()).collect();
        let pairs: Vec<Pair<'_>> = texts.iter().map(|(pieces, sides)| Pair { pieces, sides }).collect();
        let scalar = model(seed, Level::Scalar, knows_distance);
        let (wanted, states) = (scalar.logits(&pairs).expect("readable"), scalar.states(&pairs).expect("readable"));
        for level in Level::all() {
            let model = model(seed, level, knows_distance);
            let bits = |rows: Vec<[f32; 3]>| rows.into_iter().map(|row| row.map(f32::to_bits)).collect::<Vec<_>>();
            prop_assert_eq!(bits(model.logits(&pairs).expect("readable")), bits(wanted.clone()), "{:?}", level);
            for (pair, wanted) in pairs.iter().zip(&wanted) {
                prop_assert_eq!(bits(model.logits(&[*pair]).expect("readable")), bits(vec![*wanted]));
            }
            for threads in [2, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
                let shared = pool.install(|| pairs.iter().map(|pair| model.logits(&[*pair])).collect::<Vec<_>>());
                for (found, wanted) in shared.into_iter().zip(&wanted) {
                    prop_assert_eq!(bits(found.expect("readable")), bits(vec![*wanted]), "{} threads", threads);
                }
            }
            let bits = |rows: &[f32]| rows.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            let found = model.states(&pairs).expect("readable");
            for (found, ((pieces, _), wanted)) in found.iter().zip(texts.iter().zip(&states)) {
                prop_assert_eq!(found.len(), pieces.len() * model.width());
                prop_assert_eq!(bits(found), bits(wanted), "{:?}", level);
            }
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let model = model(1, Level::detected(), false);
    assert_eq!((model.most(), model.words()), (PLACES, WORDS));
    for (pieces, sides) in [
        (vec![], vec![]),
        (vec![1; PLACES + 1], vec![0; PLACES + 1]),
        (vec![1, 2], vec![0]),
        (vec![WORDS as i64], vec![0]),
        (vec![-1], vec![0]),
        (vec![1], vec![2]),
    ] {
        let found = model.logits(&[Pair { pieces: &pieces, sides: &sides }]);
        assert_eq!(found, Err(ShapeError("a pair cannot be read")));
    }
    assert_eq!(model.logits(&[]), Ok(vec![]));
    assert_eq!(model.states(&[]), Ok(vec![]));
}

#[test]
fn a_model_without_a_head_gives_the_same_states_and_no_logits() {
    let level = Level::detected();
    let mut parts = Chance(1).parts(level, false);
    parts.head = None;
    let (headless, whole) = (Model::new(parts, level).expect("sizes fit"), model(1, level, false));
    let pairs = [Pair { pieces: &[1, 2, 3], sides: &[0, 0, 1] }];
    assert_eq!((headless.has_head(), whole.has_head()), (false, true));
    assert_eq!(headless.states(&pairs), whole.states(&pairs));
    assert_eq!(headless.logits(&pairs), Err(ShapeError("there is no head")));
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let level = Level::detected();
    let broken: [fn(&mut Parts); 8] = [
        |parts| parts.heads = 3,
        |parts| parts.heads = 4,
        |parts| parts.norm.bias.truncate(1),
        |parts| parts.words.codes.truncate(1),
        |parts| parts.places.truncate(1),
        |parts| parts.distance = vec![0.0; 7],
        |parts| parts.layers.iter_mut().for_each(|layer| layer.narrow = layer.mixed.clone()),
        |parts| parts.head.as_mut().expect("one").out.truncate(1),
    ];
    for change in broken {
        let mut parts = Chance(1).parts(level, false);
        change(&mut parts);
        assert!(Model::new(parts, level).is_err());
    }
    assert!(Dense::new(&[1; 16 * 15], &[1.0; 15], &[0.0; 15], &[1.0; 16], level).is_none());
    assert!(Dense::new(&[1; 16 * 16], &[1.0; 16], &[0.0; 15], &[1.0; 16], level).is_none());
    assert!(Dense::new(&[], &[], &[], &[], level).is_none());
}
