//! Products of matrices of bytes: activations of eight bits without sign by weights of seven bits with one.
//!
//! Not for scales: `dense` turns the sums into floats.
//!
//! Two products fit into 16 bits (255 * 63 * 2 < 32,768), so no instruction saturates, and sums are whole numbers.
#![expect(unsafe_code, reason = "detected instructions need an unsafe call")]

use simone_similarity::Level;

#[cfg(target_arch = "x86_64")]
use crate::x86;

/// Columns of a panel of weights.
pub const COLUMNS: usize = 16;
/// Rows of activations that are multiplied together.
pub const ROWS: usize = 4;
/// Inputs that stand beside one another.
pub const ABREAST: usize = 4;
/// Weights of a panel for the inputs that stand beside one another.
pub const STEP: usize = COLUMNS * ABREAST;

/// Sums of a block of rows and a panel of columns.
pub type Tile = [[i32; COLUMNS]; ROWS];

/// A panel of weights: of each four inputs in turn the weights of sixteen columns, in the order of the kernel.
pub type Panel<'a> = &'a [[i8; STEP]];

/// The sums of four rows and a panel, all of as many steps; safe to call where its instructions exist.
type Multiply = unsafe fn(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile;

/// Codes of weights run from -63 to 63.
pub const LARGEST: i8 = 63;
/// Inputs at most: so their sums fit into 32 bits.
pub const MOST_INPUTS: usize = 1 << 17;

/// How a level multiplies.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    multiply: Multiply,
    /// Whether the weights of a column stand beside one another, or those of an input.
    by_column: bool,
}

impl Kernel {
    /// The kernel that a level serves with.
    pub fn of(level: Level) -> Self {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(token) if token.has_byte_products() => {
                Self { multiply: x86::with_byte_products, by_column: true }
            }
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) | Level::Avx512(_) => Self { multiply: x86::with_avx2, by_column: true },
            _ => Self { multiply: plain, by_column: false },
        }
    }

    /// The sums of four rows and a panel, all of as many steps.
    #[inline(always)]
    pub fn multiply(self, rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
        // SAFETY: a kernel is made of a level, which exists only where its instructions were detected.
        unsafe { (self.multiply)(rows, panel) }
    }

    /// Weights (inputs, columns) as panels.
    pub fn packed(self, weights: &[i8], inputs: usize, columns: usize) -> Vec<[i8; STEP]> {
        let steps = inputs / ABREAST;
        let mut panels = vec![[0_i8; STEP]; steps * (columns / COLUMNS)];
        for (input, row) in weights.chunks_exact(columns.max(1)).enumerate() {
            for (column, weight) in row.iter().enumerate() {
                let (abreast, within) = (input % ABREAST, column % COLUMNS);
                let place = if self.by_column { within * ABREAST + abreast } else { abreast * COLUMNS + within };
                let panel = panels.get_mut(column / COLUMNS * steps + input / ABREAST);
                if let Some(place) = panel.and_then(|step| step.get_mut(place)) {
                    *place = *weight;
                }
            }
        }
        panels
    }
}

fn plain(rows: [&[[u8; ABREAST]]; ROWS], panel: Panel<'_>) -> Tile {
    let mut tile = Tile::default();
    for (sums, row) in tile.iter_mut().zip(rows) {
        for (values, step) in row.iter().zip(panel) {
            for (values, lines) in values.as_chunks::<2>().0.iter().zip(step.as_chunks::<{ 2 * COLUMNS }>().0) {
                let [left, right] = values.map(i16::from);
                let (first, second) = lines.split_at(COLUMNS);
                for ((sum, one), other) in sums.iter_mut().zip(first).zip(second) {
                    *sum += i32::from(left * i16::from(*one) + right * i16::from(*other));
                }
            }
        }
    }
    tile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_saturates_at_the_bounds() {
        let steps = 9;
        for codes in [[63, 63], [-63, -63], [63, -63]] {
            let weights: Vec<i8> = codes.into_iter().cycle().take(steps * STEP).collect();
            for level in Level::all() {
                let kernel = Kernel::of(level);
                let panel = kernel.packed(&weights, steps * ABREAST, COLUMNS);
                let row = vec![[255_u8; ABREAST]; steps];
                let found = kernel.multiply([&row, &row, &row, &row], &panel);
                for (column, sum) in found.into_iter().flat_map(|sums| sums.into_iter().enumerate()) {
                    let ours = weights.iter().skip(column).step_by(COLUMNS);
                    let wanted: i32 = ours.map(|weight| 255 * i32::from(*weight)).sum();
                    assert_eq!(sum, wanted, "{level:?}");
                }
            }
        }
    }
}
