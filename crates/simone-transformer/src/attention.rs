//! Each head mixes the rows by how well they answer one another.
//!
//! Not for the products before and after it: see `dense`.
//!
//! Source: Vaswani et al., Attention Is All You Need, 2017 (scaled dot products); Raffel et al., T5, 2020 (what a head
//! adds for the distance of two places).

use crate::functions::exponential;
use crate::lanes::{LANES, total};

/// Values of a head that are summed side by side; the width of a head is a multiple of it.
pub const ABREAST: usize = 32;

/// What a head adds for the distance of two places, (places, places) row by row.
pub struct Distance<'a> {
    pub table: &'a [f32],
    pub places: usize,
}

/// One head: rows `three` hold queries, keys and values of all heads beside one another; writes its part of `mixed`.
#[inline(always)]
pub fn head(three: &[f32], width: usize, of: usize, size: usize, distance: Option<&Distance<'_>>, mixed: &mut [f32]) {
    let count = three.len() / (3 * width);
    let padded = count.next_multiple_of(LANES);
    let part = |row: usize, which: usize| {
        let start = row * 3 * width + which * width + of * size;
        three.get(start..start + size).unwrap_or_default()
    };
    let mut keys = vec![0.0_f32; size * padded];
    for row in 0..count {
        for (line, value) in keys.chunks_exact_mut(padded).zip(part(row, 1)) {
            if let Some(place) = line.get_mut(row) {
                *place = *value;
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let scale = 1.0 / (size as f32).sqrt();
    let mut shares = vec![0.0_f32; padded];
    for row in 0..count {
        let query = part(row, 0);
        for (number, sums) in shares.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut found = [0.0_f32; LANES];
            for (value, line) in query.iter().zip(keys.chunks_exact(padded)) {
                if let Some(keys) = line.as_chunks::<LANES>().0.get(number) {
                    for (sum, key) in found.iter_mut().zip(keys) {
                        *sum += value * key;
                    }
                }
            }
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum = found * scale;
            }
        }
        let asked = shares.get_mut(..count).unwrap_or_default();
        if let Some(added) = distance.and_then(|d| d.table.chunks_exact(d.places).nth(row)) {
            for (share, value) in asked.iter_mut().zip(added) {
                *share += value;
            }
        }
        let most = asked.iter().copied().fold(f32::NEG_INFINITY, |a, b| if b > a { b } else { a });
        for share in &mut *asked {
            *share = exponential(*share - most);
        }
        shares.get_mut(count..).unwrap_or_default().fill(0.0);
        let whole = 1.0 / total(&shares, |share| share);
        let start = row * width + of * size;
        let out = mixed.get_mut(start..start + size).unwrap_or_default();
        for (number, out) in out.as_chunks_mut::<ABREAST>().0.iter_mut().enumerate() {
            let mut sums = [0.0_f32; ABREAST];
            for (other, share) in shares.iter().take(count).enumerate() {
                if let Some(values) = part(other, 2).as_chunks::<ABREAST>().0.get(number) {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += share * value;
                    }
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = sum * whole;
            }
        }
    }
}
