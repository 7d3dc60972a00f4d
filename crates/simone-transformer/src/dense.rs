//! A layer that multiplies by a matrix of whole numbers and adds a vector.
//!
//! Not for choosing instructions: `products` does.

use crate::lanes::{LANES, Lanes, WHOLE, change_by, extremes, sixteens, total};
use simone_similarity::Level;

use crate::products::{ABREAST, BLOCK, COLUMNS, Kernel, LARGEST, MOST_INPUTS, STEP};

/// The greatest code of an activation.
const GREATEST: f32 = 255.0;

/// `x @ W + b`, `W` of 7-bit codes with a scale for each column.
///
/// The values of a row of `x`, each divided by its channel's power of two, are rounded to bytes: `low + step * code`.
#[derive(Clone, Debug)]
pub struct Dense {
    inputs: usize,
    /// In panels of columns.
    codes: Vec<[i8; STEP]>,
    kernel: Kernel,
    /// Sums of the codes of each column: what `low` is multiplied by.
    sums: Vec<f32>,
    scales: Vec<f32>,
    bias: Vec<f32>,
    /// What each channel of the input is multiplied by, a power of two.
    inverse: Vec<f32>,
}

/// Rows of activations as bytes, with what turns codes into values again; room that is used again and again.
#[derive(Default)]
pub struct Coded {
    steps: usize,
    codes: Vec<[u8; ABREAST]>,
    /// (low, step) of each row.
    ranges: Vec<(f32, f32)>,
    /// A row, each value divided by its channel's power of two.
    evened: Vec<f32>,
}

impl Dense {
    /// Of weights (inputs, columns) row by row, for an instruction set; none where sizes disagree or are no
    /// multiples of 16, or codes are beyond 63.
    #[must_use]
    pub fn new(codes: &[i8], scales: &[f32], bias: &[f32], inverse: &[f32], level: Level) -> Option<Self> {
        let (inputs, columns) = (inverse.len(), scales.len());
        let fits = codes.len() == inputs * columns && bias.len() == columns && inputs > 0 && columns > 0;
        let fits = fits && inputs <= MOST_INPUTS && codes.iter().all(|code| (-LARGEST..=LARGEST).contains(code));
        if !fits || !inputs.is_multiple_of(COLUMNS) || !columns.is_multiple_of(COLUMNS) {
            return None;
        }
        let mut sums = vec![0_i32; columns];
        for row in codes.chunks_exact(columns) {
            for (sum, code) in sums.iter_mut().zip(row) {
                *sum += i32::from(*code);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
        let sums = sums.into_iter().map(|sum| sum as f32).collect();
        let kernel = Kernel::of(level, inputs);
        Some(Self {
            inputs,
            codes: kernel.packed(codes, inputs, columns),
            kernel,
            sums,
            scales: scales.to_vec(),
            bias: bias.to_vec(),
            inverse: inverse.to_vec(),
        })
    }

    /// Inputs, count.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Columns, count.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.scales.len()
    }

    /// Rows (n, inputs) of floats as bytes, filled up with empty rows to as many as the kernel multiplies.
    #[inline(always)]
    pub fn code<V: Lanes>(&self, rows: &[f32], coded: &mut Coded) {
        let count = rows.len() / self.inputs;
        let Coded { steps, codes, ranges, evened } = coded;
        *steps = self.inputs / ABREAST;
        codes.clear();
        codes.resize(count.next_multiple_of(self.kernel.rows()) * *steps, [0; ABREAST]);
        ranges.clear();
        evened.resize(self.inputs, 0.0);
        for (row, codes) in rows.chunks_exact(self.inputs).zip(codes.chunks_exact_mut(*steps)) {
            evened.copy_from_slice(row);
            change_by(evened, &self.inverse, V::times);
            let (low, high) = extremes::<V>(evened);
            let width = high - low;
            // what is infinite or no number times zero is no number
            let is_finite = total::<V>(evened, |value| value.times(V::splat(0.0))) == 0.0;
            let factor = V::splat(if width > 0.0 { (GREATEST / width).min(f32::MAX) } else { 0.0 });
            let (least, whole) = (V::splat(low), V::splat(WHOLE));
            let codes = codes.as_flattened_mut().as_chunks_mut::<LANES>().0;
            for (codes, values) in codes.iter_mut().zip(sixteens(evened)) {
                V::load(values).less(least).times(factor).plus(whole).bytes(codes);
            }
            ranges.push(if is_finite { (low, width / GREATEST) } else { (f32::NAN, f32::NAN) });
        }
    }

    /// What comes out (n, columns), each value changed by `change`.
    #[inline(always)]
    pub fn apply<V: Lanes>(&self, coded: &Coded, out: &mut [f32], change: impl Fn(V) -> V) {
        let columns = self.columns();
        let panels = self.codes.chunks_exact(coded.steps);
        let lines = self.sums.as_chunks::<COLUMNS>().0.iter().zip(self.scales.as_chunks::<COLUMNS>().0);
        let lines = lines.zip(self.bias.as_chunks::<COLUMNS>().0);
        let mut tile = [[0_i32; COLUMNS]; BLOCK];
        for (number, (panel, ((sums, scales), bias))) in panels.zip(lines).enumerate() {
            let blocks = coded.codes.chunks(BLOCK * coded.steps).zip(coded.ranges.chunks(BLOCK));
            for ((codes, ranges), out) in blocks.zip(out.chunks_mut(BLOCK * columns)) {
                let Some(tile) = tile.get_mut(..codes.len() / coded.steps) else { continue };
                self.kernel.multiply(codes, panel, tile);
                for ((found, &(low, step)), out) in tile.iter().zip(ranges).zip(out.chunks_exact_mut(columns)) {
                    let Some(places) = out.as_chunks_mut::<COLUMNS>().0.get_mut(number) else { continue };
                    let (low, step) = (V::splat(low), V::splat(step));
                    let value = V::whole(found).times(step).plus(low.times(V::load(sums)));
                    change(value.times(V::load(scales)).plus(V::load(bias))).store(places);
                }
            }
        }
    }
}
