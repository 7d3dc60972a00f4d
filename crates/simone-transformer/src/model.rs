//! The model: an encoder of one text or two, which may have a head of three logits.
//!
//! Not for reading files: callers bring the tensors.
//!
//! Source: Devlin et al., BERT, 2019 (the encoder); Song et al., MPNet, 2020 (with distances); Ba et al., Layer
//! Normalization, 2016.
#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "detected instructions need an unsafe call"))]

use std::error::Error;
use std::fmt;

use rayon::prelude::*;
use simone_similarity::Level;

use crate::attention::{Distance, HEAD_LANES, Room};
#[cfg(target_arch = "x86_64")]
use crate::avx2::Wide;
#[cfg(target_arch = "x86_64")]
use crate::avx512::Widest;
use crate::dense::{Coded, Dense};
use crate::functions::gelu;
use crate::lanes::{LANES, Lanes, Plain, change, change_by, sixteens, sixteens_mut, total};
use crate::products::ROWS;

/// Rows of a pair at least that a thread takes: each makes the columns of all keys for itself.
const FEWEST: usize = 8;

/// Sizes that do not fit one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeError(pub &'static str);

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tensors do not fit one another: {}", self.0)
    }
}

impl Error for ShapeError {}

/// Word pieces and the side (0 or 1) of each.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// Rows of the table of words.
    pub pieces: &'a [i64],
    /// 0: the first text; 1: the second.
    pub sides: &'a [i64],
}

/// The vectors of the word pieces: codes (n, width), each row with a scale.
#[derive(Clone, Debug)]
pub struct Words {
    /// Whole numbers.
    pub codes: Vec<i8>,
    /// What the codes of a row are multiplied by.
    pub scales: Vec<f32>,
}

/// Weight and bias of a normalisation.
#[derive(Clone, Debug)]
pub struct Affine {
    /// What each value is multiplied by.
    pub weight: Vec<f32>,
    /// What is added then.
    pub bias: Vec<f32>,
}

/// One layer of the encoder.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Queries, keys and values beside one another.
    pub three: Dense,
    /// After the attention.
    pub mixed: Dense,
    /// After adding what went in.
    pub first: Affine,
    /// To the greater width.
    pub wide: Dense,
    /// Back from it.
    pub narrow: Dense,
    /// After adding what went in.
    pub second: Affine,
}

/// Two products of floats that turn the first row and the means of both sides into logits.
#[derive(Clone, Debug)]
pub struct Head {
    /// (3 * width, hidden) row by row.
    pub into: Vec<f32>,
    /// (hidden,).
    pub into_bias: Vec<f32>,
    /// (hidden, 3) row by row.
    pub out: Vec<f32>,
    /// (3,).
    pub out_bias: Vec<f32>,
}

/// What a model is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Of the word pieces.
    pub words: Words,
    /// (places, width) row by row.
    pub places: Vec<f32>,
    /// (2, width) row by row.
    pub sides: Vec<f32>,
    /// (heads, most, most) row by row; empty: heads do not know distances.
    pub distance: Vec<f32>,
    /// After the embeddings.
    pub norm: Affine,
    /// From the first to the last.
    pub layers: Vec<Layer>,
    /// At the end; none: the model gives states only.
    pub head: Option<Head>,
    /// Heads of the attention, count.
    pub heads: usize,
    /// Added to a variance.
    pub epsilon: f32,
}

/// A model whose parts fit one another.
#[derive(Clone, Debug)]
pub struct Model {
    parts: Parts,
    width: usize,
    most: usize,
    #[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "plain code serves there"))]
    level: Level,
}

/// Logits of a pair.
pub type Logits = [f32; 3];

impl Model {
    /// A model for an instruction set.
    ///
    /// # Errors
    ///
    /// Sizes disagree, or are no multiples of what is computed side by side.
    pub fn new(parts: Parts, level: Level) -> Result<Self, ShapeError> {
        let width = parts.norm.weight.len();
        let require = |holds: bool, what| if holds { Ok(()) } else { Err(ShapeError(what)) };
        let is_vector = |vector: &[f32]| vector.len() == width;
        let is_affine = |affine: &Affine| is_vector(&affine.weight) && is_vector(&affine.bias);
        require(width > 0 && width.is_multiple_of(LANES), "the width must be a multiple of 16")?;
        require(parts.heads > 0 && width.is_multiple_of(parts.heads), "the heads must share the width")?;
        require((width / parts.heads).is_multiple_of(HEAD_LANES), "the width of a head must be a multiple of 32")?;
        require(parts.words.codes.len() == parts.words.scales.len() * width, "words")?;
        require(parts.places.len().is_multiple_of(width) && parts.sides.len() == 2 * width, "places or sides")?;
        let mut most = parts.places.len() / width;
        if !parts.distance.is_empty() {
            let square = parts.distance.len() / parts.heads;
            let side = square.isqrt();
            require(side * side * parts.heads == parts.distance.len(), "distances")?;
            most = most.min(side);
        }
        require(is_affine(&parts.norm), "the first normalisation")?;
        for layer in &parts.layers {
            require(is_affine(&layer.first) && is_affine(&layer.second), "a normalisation")?;
            let shapes = [&layer.three, &layer.mixed, &layer.wide, &layer.narrow].map(|d| (d.inputs(), d.columns()));
            let inner = parts.layers.first().map_or(0, |first| first.wide.columns());
            require(
                shapes == [(width, 3 * width), (width, width), (width, inner), (inner, width)],
                "the products of a layer",
            )?;
        }
        if let Some(head) = &parts.head {
            let hidden = head.into_bias.len();
            require(hidden > 0 && hidden.is_multiple_of(LANES), "the head's width must be a multiple of 16")?;
            require(head.into.len() == 3 * width * hidden && head.out.len() == 3 * hidden, "the head")?;
            require(head.out_bias.len() == 3, "the head's last vector")?;
        }
        Ok(Self { parts, width, most, level })
    }

    /// Word pieces of a pair, at most.
    #[must_use]
    pub fn most(&self) -> usize {
        self.most
    }

    /// Words of the table, count.
    #[must_use]
    pub fn words(&self) -> usize {
        self.parts.words.scales.len()
    }

    /// Values of a state, count.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether there is a head.
    #[must_use]
    pub fn has_head(&self) -> bool {
        self.parts.head.is_some()
    }

    /// The logits of each pair; pairs are read side by side by rayon's current threads, the longest first, and the rows
    /// of a lone one are.
    ///
    /// # Errors
    ///
    /// There is no head, or a pair is empty or too long, its sides are not as many as its pieces, a piece is no word of
    /// the table, or a side is neither 0 nor 1.
    pub fn logits(&self, pairs: &[Pair<'_>]) -> Result<Vec<Logits>, ShapeError> {
        let head = self.parts.head.as_ref().ok_or(ShapeError("there is no head"))?;
        self.each(pairs, |pair, threads| self.read(pair, Some(head), threads).1)
    }

    /// What the last layer gives of each piece of each pair, (pieces, width) row by row; read like `logits`.
    ///
    /// # Errors
    ///
    /// Those of `logits` but the first.
    pub fn states(&self, pairs: &[Pair<'_>]) -> Result<Vec<Vec<f32>>, ShapeError> {
        self.each(pairs, |pair, threads| self.read(pair, None, threads).0)
    }

    /// What `read` makes of each pair; the second of what it is given says how many threads serve it.
    fn each<T: Default + Send>(
        &self,
        pairs: &[Pair<'_>],
        read: impl Fn(Pair<'_>, usize) -> T + Sync,
    ) -> Result<Vec<T>, ShapeError> {
        if pairs.iter().any(|pair| !self.is_readable(*pair)) {
            return Err(ShapeError("a pair cannot be read"));
        }
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(pairs.get(index).map_or(0, |pair| pair.pieces.len())));
        let read = |index: usize, threads| pairs.get(index).map_or_else(T::default, |pair| read(*pair, threads));
        let found: Vec<T> = match order.as_slice() {
            [] => vec![],
            // outside of a pool there are no threads to ask
            [only] => vec![read(*only, rayon::current_thread_index().map_or(1, |_| rayon::current_num_threads()))],
            several => several.par_iter().with_max_len(1).map(|index| read(*index, 1)).collect(),
        };
        let mut every: Vec<T> = Vec::new();
        every.resize_with(pairs.len(), T::default);
        for (index, found) in order.into_iter().zip(found) {
            if let Some(place) = every.get_mut(index) {
                *place = found;
            }
        }
        Ok(every)
    }

    /// Whether a pair has what is promised of one.
    #[must_use]
    pub fn is_readable(&self, pair: Pair<'_>) -> bool {
        let known = |piece: &i64| usize::try_from(*piece).is_ok_and(|piece| piece < self.words());
        (1..=self.most).contains(&pair.pieces.len())
            && pair.sides.len() == pair.pieces.len()
            && pair.pieces.iter().all(known)
            && pair.sides.iter().all(|side| matches!(side, 0 | 1))
    }

    /// The states of a pair, and what a head says of them; `threads` of the current pool share out the rows.
    fn read(&self, pair: Pair<'_>, head: Option<&Head>, threads: usize) -> (Vec<f32>, Logits) {
        let (width, count, layers) = (self.width, pair.pieces.len(), &self.parts.layers);
        let mut rows = self.embedded_here(pair);
        let own = count.div_ceil(threads).max(FEWEST).next_multiple_of(ROWS);
        let (mut three, mut next) = (vec![0.0_f32; count * 3 * width], vec![0.0_f32; count * 3 * width]);
        let inner = layers.first().map_or(0, |layer| layer.wide.columns());
        let size = width / self.parts.heads;
        let mut desks: Vec<Desk> = (0..count)
            .step_by(own)
            .map(|first| (first, own.min(count - first)))
            .map(|(first, own)| Desk {
                first,
                room: Room::new(own, count, size),
                mixed: vec![0.0; own * width],
                wide: vec![0.0; own * inner],
                coded: Coded::default(),
            })
            .collect();
        let desks_are_several = desks.len() > 1;
        for number in 0..=layers.len() {
            let step = Step { layer: number.checked_sub(1).and_then(|n| layers.get(n)), next: layers.get(number) };
            let shares = rows.chunks_mut(own * width).zip(next.chunks_mut(own * 3 * width)).zip(&mut desks);
            if desks_are_several {
                let shares: Vec<_> = shares.collect();
                shares.into_par_iter().with_max_len(1).for_each(|((rows, next), desk)| {
                    self.advance_here(step, rows, &three, next, desk);
                });
            } else {
                for ((rows, next), desk) in shares {
                    self.advance_here(step, rows, &three, next, desk);
                }
            }
            std::mem::swap(&mut three, &mut next);
        }
        let logits = head.map_or([0.0; 3], |head| self.concluded_here(head, &rows, pair.sides));
        (rows, logits)
    }

    /// Ends a layer for some rows, with the queries, keys and values of all in `three`, and begins the next one.
    #[inline(always)]
    fn advance<V: Lanes>(&self, step: Step<'_>, rows: &mut [f32], three: &[f32], next: &mut [f32], desk: &mut Desk) {
        let parts = &self.parts;
        let Desk { first, room, mixed, wide, coded } = desk;
        if let Some(layer) = step.layer {
            for of in 0..parts.heads {
                let square = parts.distance.len() / parts.heads;
                let table = parts.distance.chunks_exact(square.max(1)).nth(of);
                let distance = table.map(|table| Distance { table, places: square.isqrt() });
                room.head::<V>(three, of, distance.as_ref(), *first, mixed);
            }
            layer.mixed.code::<V>(mixed, coded);
            layer.mixed.apply(coded, mixed, |value: V| value);
            self.add_and_norm::<V>(rows, mixed, &layer.first);
            layer.wide.code::<V>(rows, coded);
            layer.wide.apply(coded, wide, gelu::<V>);
            layer.narrow.code::<V>(wide, coded);
            layer.narrow.apply(coded, mixed, |value: V| value);
            self.add_and_norm::<V>(rows, mixed, &layer.second);
        }
        if let Some(layer) = step.next {
            layer.three.code::<V>(rows, coded);
            layer.three.apply(coded, next, |value: V| value);
        }
    }

    /// The sum of the vectors of word, side and place, normalised.
    #[inline(always)]
    fn embedded<V: Lanes>(&self, pair: Pair<'_>) -> Vec<f32> {
        let (width, parts) = (self.width, &self.parts);
        let mut rows = vec![0.0_f32; pair.pieces.len() * width];
        let read = pair.pieces.iter().zip(pair.sides).zip(parts.places.chunks_exact(width));
        for (row, ((piece, side), place)) in rows.chunks_exact_mut(width).zip(read) {
            let piece = usize::try_from(*piece).unwrap_or_default();
            let side = usize::try_from(*side).unwrap_or_default();
            let codes = parts.words.codes.get(piece * width..(piece + 1) * width).unwrap_or_default();
            let scale = parts.words.scales.get(piece).copied().unwrap_or_default();
            let sides = parts.sides.get(side * width..(side + 1) * width).unwrap_or_default();
            for (out, code) in sixteens_mut(row).iter_mut().zip(codes.as_chunks::<LANES>().0) {
                V::codes(code).times(V::splat(scale)).store(out);
            }
            change_by(row, sides, V::plus);
            change_by(row, place, V::plus);
            normalise::<V>(row, &parts.norm, parts.epsilon);
        }
        rows
    }

    #[inline(always)]
    fn add_and_norm<V: Lanes>(&self, rows: &mut [f32], added: &[f32], affine: &Affine) {
        for (row, added) in rows.chunks_exact_mut(self.width).zip(added.chunks_exact(self.width)) {
            change_by(row, added, V::plus);
            normalise::<V>(row, affine, self.parts.epsilon);
        }
    }

    /// Logits of the first row and the means of both sides.
    #[inline(always)]
    fn concluded<V: Lanes>(&self, head: &Head, rows: &[f32], sides: &[i64]) -> Logits {
        let width = self.width;
        let mut pooled = rows.get(..width).unwrap_or_default().to_vec();
        for side in 0..2 {
            let mut sums = vec![0.0_f32; width];
            let mut count = 0_u32;
            for (row, _) in rows.chunks_exact(width).zip(sides).filter(|(_, found)| **found == side) {
                count += 1;
                change_by(&mut sums, row, V::plus);
            }
            #[expect(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
            let share = V::splat(count.max(1) as f32);
            change(&mut sums, |sum: V| sum.over(share));
            pooled.extend(sums);
        }
        let hidden = head.into_bias.len();
        let mut sums = vec![0.0_f32; hidden];
        for (value, weights) in pooled.iter().zip(head.into.chunks_exact(hidden)) {
            change_by(&mut sums, weights, |sum: V, weight| sum.plus(V::splat(*value).times(weight)));
        }
        change_by(&mut sums, &head.into_bias, |sum: V, bias| gelu(sum.plus(bias)));
        let mut logits = [0.0_f32; 3];
        for (value, weights) in sums.iter().zip(head.out.as_chunks::<3>().0) {
            for (logit, weight) in logits.iter_mut().zip(weights) {
                *logit += value * weight;
            }
        }
        for (logit, bias) in logits.iter_mut().zip(&head.out_bias) {
            *logit += bias;
        }
        logits
    }
}

/// What is done between two points at which every thread waits for all others.
#[derive(Clone, Copy)]
struct Step<'a> {
    /// The layer that ends; none at the beginning.
    layer: Option<&'a Layer>,
    /// The layer that begins; none at the end.
    next: Option<&'a Layer>,
}

/// Where one thread works on its rows, the first of which is `first`.
struct Desk {
    first: usize,
    room: Room,
    mixed: Vec<f32>,
    wide: Vec<f32>,
    coded: Coded,
}

/// A method that runs with the instructions of the model's level.
macro_rules! at_level {
    ($here:ident, $with_avx2:ident, $with_avx512:ident, $method:ident, ($($name:ident: $kind:ty),*) $(-> $out:ty)?) => {
        impl Model {
            fn $here(&self, $($name: $kind),*) $(-> $out)? {
                #[cfg(target_arch = "x86_64")]
                match self.level {
                    // SAFETY: the level exists only where AVX2 was detected.
                    Level::Avx2(_) => return unsafe { $with_avx2(self, $($name),*) },
                    // SAFETY: as above, for what AVX-512 is said to be there.
                    Level::Avx512(_) => return unsafe { $with_avx512(self, $($name),*) },
                    Level::Scalar => {}
                }
                self.$method::<Plain>($($name),*)
            }
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn $with_avx2(model: &Model, $($name: $kind),*) $(-> $out)? {
            model.$method::<Wide>($($name),*)
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
        fn $with_avx512(model: &Model, $($name: $kind),*) $(-> $out)? {
            model.$method::<Widest>($($name),*)
        }
    };
}

at_level!(embedded_here, embedded_with_avx2, embedded_with_avx512, embedded, (pair: Pair<'_>) -> Vec<f32>);
at_level!(concluded_here, concluded_with_avx2, concluded_with_avx512, concluded, (head: &Head, rows: &[f32], sides: &[i64]) -> Logits);
at_level!(
    advance_here,
    advance_with_avx2,
    advance_with_avx512,
    advance,
    (step: Step<'_>, rows: &mut [f32], three: &[f32], next: &mut [f32], desk: &mut Desk)
);

/// A row less its mean, over its deviation, times weight, plus bias.
#[inline(always)]
fn normalise<V: Lanes>(row: &mut [f32], affine: &Affine, epsilon: f32) {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let width = row.len() as f32;
    let mean = V::splat(total::<V>(row, |value| value) / width);
    change(row, |value: V| value.less(mean));
    let scale = V::splat(1.0 / (total::<V>(row, |value| value.times(value)) / width + epsilon).sqrt());
    let lines = sixteens(&affine.weight).iter().zip(sixteens(&affine.bias));
    for (values, (weight, bias)) in sixteens_mut(row).iter_mut().zip(lines) {
        V::load(values).times(scale).times(V::load(weight)).plus(V::load(bias)).store(values);
    }
}
