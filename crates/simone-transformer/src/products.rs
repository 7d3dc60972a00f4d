//! Products of matrices of bytes: activations of eight bits without sign by weights of seven bits with one.
//!
//! Not for scales: `dense` turns the sums into floats.
//!
//! Two products fit into 16 bits (255 * 63 * 2 < 32,768), so no instruction saturates, and sums are whole numbers.
#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "detected instructions need an unsafe call"))]

#[cfg(target_arch = "x86_64")]
use simone_similarity::Amx;
use simone_similarity::Level;

#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512};

/// Columns of a panel of weights.
pub const COLUMNS: usize = 16;
/// Rows of activations that are multiplied together.
pub const ROWS: usize = 4;
/// Rows at most whose sums are held at once: as many as tiles read a weight once for.
pub const BLOCK: usize = 64;
#[cfg(target_arch = "x86_64")]
const _: () = assert!(BLOCK == Amx::BLOCK);
/// Inputs that stand beside one another.
pub const ABREAST: usize = 4;
/// Weights of a panel for the inputs that stand beside one another.
pub const STEP: usize = COLUMNS * ABREAST;

/// Sums of rows that are multiplied together and a panel of columns.
pub type Tile = [[i32; COLUMNS]; ROWS];

/// A panel of weights: of each four inputs in turn the weights of sixteen columns, in the order of the kernel.
pub type Panel<'a> = &'a [[i8; STEP]];

/// Codes of weights run from -63 to 63.
pub const LARGEST: i8 = 63;
/// Inputs at most: so their sums fit into 32 bits.
pub const MOST_INPUTS: usize = 1 << 17;

/// How a level multiplies.
#[derive(Clone, Copy, Debug)]
pub enum Kernel {
    /// Plain code, for which the weights of an input stand beside one another; for all others, those of a column do.
    Plain,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The byte products of AVX-512 (VNNI).
    #[cfg(target_arch = "x86_64")]
    ByteProducts,
    /// The tiles of AMX.
    #[cfg(target_arch = "x86_64")]
    Tiles(Amx),
}

impl Kernel {
    /// The kernel that a level serves matrices of so many inputs with.
    #[cfg_attr(not(target_arch = "x86_64"), expect(unused_variables, reason = "only tiles ask for them"))]
    pub fn of(level: Level, inputs: usize) -> Self {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(token) => match token.tiles() {
                Some(tiles) if inputs.is_multiple_of(Amx::BYTES) => Self::Tiles(tiles),
                _ if token.has_byte_products() => Self::ByteProducts,
                _ => Self::Avx2,
            },
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) => Self::Avx2,
            _ => Self::Plain,
        }
    }

    /// Rows are filled up to a multiple of these, count.
    pub fn rows(self) -> usize {
        #[cfg(target_arch = "x86_64")]
        if matches!(self, Self::Tiles(_)) {
            return Amx::ROWS;
        }
        ROWS
    }

    /// The sums of rows, filled up to a multiple of `rows()`, and a panel, all of as many steps.
    #[inline(always)]
    pub fn multiply(self, codes: &[[u8; ABREAST]], panel: Panel<'_>, sums: &mut [[i32; COLUMNS]]) {
        match self {
            Self::Plain => plain(codes, panel, sums),
            // SAFETY: a kernel is made of a level, which exists only where its instructions were detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::sums(codes, panel, sums) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::ByteProducts => unsafe { avx512::sums(codes, panel, sums) },
            #[cfg(target_arch = "x86_64")]
            Self::Tiles(tiles) => tiles.panel_sums(codes, panel, sums),
        }
    }

    /// Weights (inputs, columns) as panels; sizes are multiples of `ABREAST` and `COLUMNS`.
    pub fn packed(self, weights: &[i8], inputs: usize, columns: usize) -> Vec<[i8; STEP]> {
        let by_column = !matches!(self, Self::Plain);
        let steps = inputs / ABREAST;
        let mut panels = vec![[0_i8; STEP]; steps * (columns / COLUMNS)];
        for (number, rows) in weights.chunks_exact((ABREAST * columns).max(1)).enumerate() {
            for (abreast, row) in rows.chunks_exact(columns).enumerate() {
                let places = panels.iter_mut().skip(number).step_by(steps);
                for (place, codes) in places.zip(row.as_chunks::<COLUMNS>().0) {
                    if by_column {
                        for (place, code) in place.iter_mut().skip(abreast).step_by(ABREAST).zip(codes) {
                            *place = *code;
                        }
                    } else if let Some(place) = place.as_chunks_mut::<COLUMNS>().0.get_mut(abreast) {
                        *place = *codes;
                    }
                }
            }
        }
        panels
    }
}

/// Codes of rows by fours, with the place of their sums.
pub fn by_fours<'a>(
    codes: &'a [[u8; ABREAST]],
    steps: usize,
    sums: &'a mut [[i32; COLUMNS]],
) -> impl Iterator<Item = ([&'a [[u8; ABREAST]]; ROWS], &'a mut Tile)> {
    codes.chunks_exact((ROWS * steps).max(1)).zip(sums.as_chunks_mut::<ROWS>().0).map(move |(block, tile)| {
        let (first, second) = block.split_at(2 * steps);
        let ((a, b), (c, d)) = (first.split_at(steps), second.split_at(steps));
        ([a, b, c, d], tile)
    })
}

fn plain(codes: &[[u8; ABREAST]], panel: Panel<'_>, sums: &mut [[i32; COLUMNS]]) {
    for (rows, tile) in by_fours(codes, panel.len(), sums) {
        *tile = Tile::default();
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums by the definition, of codes and weights that are not packed.
    fn defined(codes: &[u8], weights: &[i8], inputs: usize, columns: usize) -> Vec<i32> {
        let sum = |row: &[u8], column: usize| -> i32 {
            let ours = weights.iter().skip(column).step_by(columns);
            row.iter().zip(ours).map(|(code, weight)| i32::from(*code) * i32::from(*weight)).sum()
        };
        codes.chunks(inputs).flat_map(|row| (0..columns).map(move |column| sum(row, column))).collect()
    }

    fn check(codes: &[u8], weights: &[i8], inputs: usize, columns: usize) {
        let count = codes.len() / inputs;
        let wanted = defined(codes, weights, inputs, columns);
        for level in Level::all() {
            let kernel = Kernel::of(level, inputs);
            let steps = inputs / ABREAST;
            let mut held = codes.to_vec();
            held.resize(count.next_multiple_of(kernel.rows()) * inputs, 0);
            let mut sums = vec![[0x55_i32; COLUMNS]; held.len() / inputs];
            for (number, panel) in kernel.packed(weights, inputs, columns).chunks_exact(steps).enumerate() {
                kernel.multiply(held.as_chunks::<ABREAST>().0, panel, &mut sums);
                for (found, wanted) in sums.iter().zip(wanted.chunks(columns)) {
                    let wanted = wanted.get(number * COLUMNS..(number + 1) * COLUMNS);
                    assert_eq!(Some(found.as_slice()), wanted, "{level:?}, {count} rows of {inputs}");
                }
            }
        }
    }

    #[test]
    fn no_level_saturates_at_the_bounds() {
        for inputs in [16, 48, 64, 192] {
            for signs in [[63, 63], [-63, -63], [63, -63]] {
                let weights: Vec<i8> = signs.into_iter().cycle().take(inputs * COLUMNS).collect();
                check(&vec![255; 4 * inputs], &weights, inputs, COLUMNS);
            }
        }
    }

    #[test]
    fn every_level_gives_the_defined_sums_for_any_number_of_rows() {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 24
        };
        for (inputs, columns) in [(64, 16), (80, 32), (384, 48)] {
            let weights: Vec<i8> = (0..inputs * columns).map(|_| (next() % 127) as i8 - 63).collect();
            for count in [1, 3, 15, 16, 17, 33, 48, 63, 64, 65, 130] {
                let codes: Vec<u8> = (0..count * inputs).map(|_| next() as u8).collect();
                check(&codes, &weights, inputs, columns);
            }
        }
    }
}
