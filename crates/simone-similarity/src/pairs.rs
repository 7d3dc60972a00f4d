//! All pairs of rows: the similarity matrix, and late interaction of token vectors.
//!
//! Not for ranking.

use rayon::prelude::*;

use crate::digits;
use crate::level::Level;
use crate::rows::{NonFinite, Rows};
use crate::scan::{score, widen};

/// Rows of a block: with 384 columns two blocks of f64 stay in the second-level cache.
const BLOCK: usize = 48;

/// Cosine of every pair of rows -> `out` (count * count), symmetric to the bit.
///
/// # Errors
/// The first row that is not finite.
pub fn similarity_matrix(level: Level, rows: Rows<'_>, out: &mut [f32]) -> Result<(), NonFinite> {
    let count = rows.count();
    if count == 0 {
        return Ok(());
    }
    rows.finite()?;
    let lengths = lengths(level, rows);
    if level.has_tiles() && (1..=digits::WIDEST).contains(&rows.width()) && count > BLOCK {
        digits::fill(level, rows, &lengths, out);
        return Ok(());
    }
    let (wide, width) = widen(rows);
    let blocks: Vec<&[f64]> = wide.chunks(BLOCK * width).collect();
    let fill = |(block, out): (usize, &mut [f32])| {
        let mut dots = [0.0; BLOCK * BLOCK];
        let Some(left) = blocks.get(block) else { return };
        for (other, right) in blocks.iter().enumerate().skip(block) {
            let rights = right.len() / width;
            let used = dots.split_at_mut(left.len() / width * rights).0;
            level.wide_dots(left, right, width, used);
            for (i, line) in used.chunks_exact(rights).enumerate() {
                let own = lengths.get(block * BLOCK + i).copied().unwrap_or_default();
                let start = i * count + other * BLOCK;
                let places = out.get_mut(start..start + rights).unwrap_or_default();
                level.scores(line, own, lengths.get(other * BLOCK..).unwrap_or_default(), places);
            }
        }
    };
    if count <= BLOCK {
        fill((0, out));
    } else {
        out.par_chunks_mut(BLOCK * count).enumerate().for_each(fill);
    }
    mirror(out, 0, count);
    Ok(())
}

/// Copies what lies right of the diagonal blocks to the left of them; `lines` are whole lines, the first of them `first`.
fn mirror(lines: &mut [f32], first: usize, count: usize) {
    const LINES: usize = 16;
    let blocks = (lines.len() / count).div_ceil(BLOCK);
    if blocks < 2 {
        return; // a diagonal block is whole
    }
    let middle = blocks / 2 * BLOCK;
    let (upper, lower) = lines.split_at_mut(middle * count);
    lower.par_chunks_mut(LINES * count).enumerate().for_each(|(group, below)| {
        let column = first + middle + group * LINES;
        for (row, above) in upper.chunks_exact(count).enumerate() {
            let values = above.get(column..).unwrap_or_default();
            for (line, &value) in below.chunks_exact_mut(count).zip(values) {
                if let Some(place) = line.get_mut(first + row) {
                    *place = value;
                }
            }
        }
    });
    rayon::join(|| mirror(upper, first, count), || mirror(lower, first + middle, count));
}

fn lengths(level: Level, rows: Rows<'_>) -> Vec<f64> {
    (0..rows.count()).map(|index| level.dot(rows.row(index), rows.row(index)).sqrt()).collect()
}

/// For each claim token the best cosine among the evidence tokens -> one per claim token; 0.0 without evidence tokens.
///
/// Both must be finite and of one width.
///
/// Source: Khattab and Zaharia, `ColBERT`, 2020 (the `MaxSim` operator, per token).
#[must_use]
pub fn alignment(level: Level, claim: Rows<'_>, evidence: Rows<'_>) -> Vec<f32> {
    if evidence.count() == 0 || claim.count() == 0 {
        return vec![0.0; claim.count()];
    }
    let ((claims, width), (evidences, _)) = (widen(claim), widen(evidence));
    let (claim_lengths, evidence_lengths) = (lengths(level, claim), lengths(level, evidence));
    let mut dots = vec![0.0; claim.count() * evidence.count()];
    level.wide_dots(&claims, &evidences, width, &mut dots);
    dots.chunks_exact(evidence.count())
        .zip(&claim_lengths)
        .map(|(line, own)| {
            let scores = line.iter().zip(&evidence_lengths).map(|(dot, length)| score(*dot, *own, *length));
            scores.fold(f32::NEG_INFINITY, f32::max)
        })
        .collect()
}
