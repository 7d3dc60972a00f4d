//! The model: an encoder of two texts with a head of three logits.
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
use crate::dense::Dense;
use crate::functions::gelu;
use crate::lanes::{EIGHT, LANES, Lanes, Plain, change, change_by, eights, eights_mut, total};
#[cfg(target_arch = "x86_64")]
use crate::x86::Wide;

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
    /// At the end.
    pub head: Head,
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
        let hidden = parts.head.into_bias.len();
        require(hidden > 0 && hidden.is_multiple_of(EIGHT), "the head's width must be a multiple of 8")?;
        require(parts.head.into.len() == 3 * width * hidden && parts.head.out.len() == 3 * hidden, "the head")?;
        require(parts.head.out_bias.len() == 3, "the head's last vector")?;
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

    /// The logits of each pair; pairs are read side by side by rayon's current threads, the longest first.
    ///
    /// # Errors
    ///
    /// A pair is empty or too long, its sides are not as many as its pieces, a piece is no word of the table, or a side
    /// is neither 0 nor 1.
    pub fn logits(&self, pairs: &[Pair<'_>]) -> Result<Vec<Logits>, ShapeError> {
        if pairs.iter().any(|pair| !self.is_readable(*pair)) {
            return Err(ShapeError("a pair cannot be read"));
        }
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(pairs.get(index).map_or(0, |pair| pair.pieces.len())));
        let read = |&index: &usize| pairs.get(index).map_or([0.0; 3], |pair| self.read(*pair));
        let found: Vec<Logits> = match order.as_slice() {
            [] => vec![],
            [only] => vec![read(only)],
            several => several.par_iter().with_max_len(1).map(read).collect(),
        };
        let mut logits = vec![[0.0; 3]; pairs.len()];
        for (index, found) in order.into_iter().zip(found) {
            if let Some(place) = logits.get_mut(index) {
                *place = found;
            }
        }
        Ok(logits)
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

    fn read(&self, pair: Pair<'_>) -> Logits {
        #[cfg(target_arch = "x86_64")]
        match self.level {
            // SAFETY: the level exists only where AVX2 was detected.
            Level::Avx2(_) | Level::Avx512(_) => return unsafe { read_with_avx2(self, pair) },
            Level::Scalar => {}
        }
        self.forward::<Plain>(pair)
    }

    #[inline(always)]
    fn forward<V: Lanes>(&self, pair: Pair<'_>) -> Logits {
        let (width, parts) = (self.width, &self.parts);
        let count = pair.pieces.len();
        let mut rows = self.embedded::<V>(pair);
        let inner = parts.layers.first().map_or(0, |layer| layer.wide.columns());
        let mut three = vec![0.0_f32; count * 3 * width];
        let mut mixed = vec![0.0_f32; count * width];
        let mut wide = vec![0.0_f32; count * inner];
        let mut room = Room::new(count, width / parts.heads);
        for layer in &parts.layers {
            layer.three.apply(&layer.three.coded::<V>(&rows), &mut three, |value: V| value);
            for of in 0..parts.heads {
                let square = parts.distance.len() / parts.heads;
                let table = parts.distance.chunks_exact(square.max(1)).nth(of);
                let distance = table.map(|table| Distance { table, places: square.isqrt() });
                room.head::<V>(&three, of, distance.as_ref(), &mut mixed);
            }
            let coded = layer.mixed.coded::<V>(&mixed);
            layer.mixed.apply(&coded, &mut mixed, |value: V| value);
            self.add_and_norm::<V>(&mut rows, &mixed, &layer.first);
            layer.wide.apply(&layer.wide.coded::<V>(&rows), &mut wide, gelu::<V>);
            layer.narrow.apply(&layer.narrow.coded::<V>(&wide), &mut mixed, |value: V| value);
            self.add_and_norm::<V>(&mut rows, &mixed, &layer.second);
        }
        self.concluded::<V>(&rows, pair.sides)
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
            for (out, code) in eights_mut(row).iter_mut().zip(codes.as_chunks::<EIGHT>().0) {
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
    fn concluded<V: Lanes>(&self, rows: &[f32], sides: &[i64]) -> Logits {
        let (width, head) = (self.width, &self.parts.head);
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

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn read_with_avx2(model: &Model, pair: Pair<'_>) -> Logits {
    model.forward::<Wide>(pair)
}

/// A row less its mean, over its deviation, times weight, plus bias.
#[inline(always)]
fn normalise<V: Lanes>(row: &mut [f32], affine: &Affine, epsilon: f32) {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let width = row.len() as f32;
    let mean = V::splat(total::<V>(row, |value| value) / width);
    change(row, |value: V| value.less(mean));
    let scale = V::splat(1.0 / (total::<V>(row, |value| value.times(value)) / width + epsilon).sqrt());
    let lines = eights(&affine.weight).iter().zip(eights(&affine.bias));
    for (values, (weight, bias)) in eights_mut(row).iter_mut().zip(lines) {
        V::load(values).times(scale).times(V::load(weight)).plus(V::load(bias)).store(values);
    }
}
