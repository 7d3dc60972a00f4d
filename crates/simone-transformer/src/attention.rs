//! Each head mixes the rows by how well they answer one another.
//!
//! Not for the products before and after it: see `dense`.
//!
//! Source: Vaswani et al., Attention Is All You Need, 2017 (scaled dot products); Raffel et al., T5, 2020 (what a head
//! adds for the distance of two places).

use crate::functions::exponential;
use crate::lanes::{LANES, Lanes, change, extremes, sixteens_mut, total};

/// What the width of a head is a multiple of.
pub const HEAD_LANES: usize = 32;
/// Rows that are multiplied together.
const ROWS: usize = 4;

/// What a head adds for the distance of two places, (places, places) row by row.
pub struct Distance<'a> {
    pub table: &'a [f32],
    pub places: usize,
}

/// Room for one head and some rows of a pair: rows are filled up to a multiple of `ROWS`, keys and shares to one of
/// `LANES`.
pub struct Room {
    queries: Vec<f32>,
    /// (size, padded): a column for each row of the pair.
    keys: Vec<f32>,
    values: Vec<f32>,
    shares: Vec<f32>,
    mixed: Vec<f32>,
    padded: usize,
    size: usize,
    count: usize,
}

impl Room {
    /// For `own` of the `count` rows and heads of `size`.
    pub fn new(own: usize, count: usize, size: usize) -> Self {
        let (padded, rows) = (count.next_multiple_of(LANES), own.next_multiple_of(ROWS));
        Self {
            queries: vec![0.0; rows * size],
            keys: vec![0.0; padded * size],
            values: vec![0.0; count * size],
            shares: vec![0.0; rows * padded],
            mixed: vec![0.0; rows * size],
            padded,
            size,
            count,
        }
    }

    /// One head: rows `three` hold queries, keys and values of all heads beside one another; writes its part of `mixed`,
    /// whose rows answer those from `first` on.
    #[inline(always)]
    pub fn head<V: Lanes>(
        &mut self,
        three: &[f32],
        of: usize,
        distance: Option<&Distance<'_>>,
        first: usize,
        mixed: &mut [f32],
    ) {
        let (size, padded, width) = (self.size, self.padded, three.len() / self.count / 3);
        let part = |row: usize, which: usize| {
            let begin = (3 * row + which) * width + of * size;
            three.get(begin..begin + size).unwrap_or_default()
        };
        for (number, value) in self.values.chunks_exact_mut(size).enumerate() {
            value.copy_from_slice(part(number, 2));
            for (line, key) in self.keys.chunks_exact_mut(padded).zip(part(number, 1)) {
                if let Some(place) = line.get_mut(number) {
                    *place = *key;
                }
            }
        }
        let own = mixed.len() / width;
        for (number, query) in self.queries.chunks_exact_mut(size).take(own).enumerate() {
            query.copy_from_slice(part(first + number, 0));
        }
        multiply::<V>(&self.queries, size, &self.keys, padded, &mut self.shares);
        self.weigh::<V>(distance, first, own);
        multiply::<V>(&self.shares, padded, &self.values, size, &mut self.mixed);
        let rows = self.shares.chunks_exact(padded).zip(self.mixed.chunks_exact(size));
        for (out, (shares, found)) in mixed.chunks_exact_mut(width).zip(rows) {
            let whole = 1.0 / total::<V>(shares, |share| share);
            if let Some(out) = out.get_mut(of * size..).and_then(|rest| rest.get_mut(..size)) {
                out.copy_from_slice(found);
                change(out, |value: V| value.times(V::splat(whole)));
            }
        }
    }

    /// Turns products of queries and keys into shares, which are not yet divided by their sum.
    #[inline(always)]
    fn weigh<V: Lanes>(&mut self, distance: Option<&Distance<'_>>, first: usize, own: usize) {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let scale = V::splat(1.0 / (self.size as f32).sqrt());
        for (number, row) in self.shares.chunks_exact_mut(self.padded).take(own).enumerate() {
            change(row, |share: V| share.times(scale));
            if let Some(added) = distance.and_then(|d| d.table.chunks_exact(d.places).nth(first + number)) {
                for (share, value) in row.iter_mut().zip(added).take(self.count) {
                    *share += value;
                }
            }
            row.get_mut(self.count..).unwrap_or_default().fill(f32::NEG_INFINITY);
            let most = V::splat(extremes::<V>(row).1);
            change(row, |share: V| exponential(share.less(most)));
            row.get_mut(self.count..).unwrap_or_default().fill(0.0);
        }
    }
}

/// Rows (n, inner) by columns (inner or fewer, width): each sum adds in ascending order of what it runs over.
#[inline(always)]
fn multiply<V: Lanes>(rows: &[f32], inner: usize, columns: &[f32], width: usize, out: &mut [f32]) {
    for (rows, out) in rows.chunks_exact(ROWS * inner).zip(out.chunks_exact_mut(ROWS * width)) {
        let mut start = 0;
        // as many sums as hide how long an addition takes
        while V::BY_TWOS && start + 2 * LANES <= width {
            multiply_block::<V, 2>(rows, inner, columns, width, start, out);
            start += 2 * LANES;
        }
        while start < width {
            multiply_block::<V, 1>(rows, inner, columns, width, start, out);
            start += LANES;
        }
    }
}

/// The sums of `ROWS` rows and of the columns from `start` on, `N` times sixteen.
#[inline(always)]
fn multiply_block<V: Lanes, const N: usize>(
    rows: &[f32],
    inner: usize,
    columns: &[f32],
    width: usize,
    start: usize,
    out: &mut [f32],
) {
    let (first, second) = rows.split_at(2 * inner);
    let ((a, b), (c, d)) = (first.split_at(inner), second.split_at(inner));
    let mut sums = [[V::splat(0.0); N]; ROWS];
    let lines = columns.chunks_exact(width).filter_map(|line| line.get(start..)?.as_chunks::<LANES>().0.first_chunk());
    for ((((line, a), b), c), d) in lines.zip(a).zip(b).zip(c).zip(d) {
        let line: &[[f32; LANES]; N] = line;
        let others = line.each_ref().map(V::load);
        for (sums, value) in sums.iter_mut().zip([a, b, c, d]) {
            let value = V::splat(*value);
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum = sum.plus(value.times(other));
            }
        }
    }
    for (out, sums) in out.chunks_exact_mut(width).zip(sums) {
        for (place, sum) in sixteens_mut(out.get_mut(start..).unwrap_or_default()).iter_mut().zip(sums) {
            sum.store(place);
        }
    }
}
