//! Which instructions serve, found out once, and the kernels by that choice.
//!
//! Not for loops over many rows: `scan`, `pairs` and `top` hold those.

use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use crate::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use crate::avx512::Avx512;
use crate::digits::GROUP;
use crate::lines::{Asked, AskedTogether, Middle, Packing};
#[cfg(target_arch = "aarch64")]
use crate::neon::Neon;
use crate::packed::{PackedCodes, PackedRows};
use crate::rows::Rows;
use crate::scalar::{self, LANES};
use crate::tiles::{LEFTS, Tile};

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug)]
pub enum Level {
    /// Plain code; runs everywhere.
    Scalar,
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// AVX-512 F, BW, DQ and VL, with or without VNNI, and AMX beside that.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
}

/// The same kernel of whatever level it is.
macro_rules! serve {
    ($level:ident, $kernel:ident($($argument:expr),*)) => {
        match $level {
            Level::Scalar => scalar::$kernel($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(token) => token.$kernel($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(token) => token.$kernel($($argument),*),
            #[cfg(target_arch = "aarch64")]
            Level::Neon(token) => token.$kernel($($argument),*),
        }
    };
}

/// The same kernel of the tiles, or its twin.
macro_rules! by_tile {
    ($level:ident, $kernel:ident($($argument:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        if let Level::Avx512(token) = $level
            && let Some(tiles) = token.tiles()
        {
            return tiles.$kernel($($argument),*);
        }
        scalar::$kernel($($argument),*)
    }};
}

impl Level {
    /// Every level that this processor has, plain code first, the fastest last.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut found = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            found.extend(Avx2::detect().map(Self::Avx2));
            found.extend(Avx512::detect().map(Self::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        found.extend(Neon::detect().map(Self::Neon));
        found
    }

    /// The best this processor has.
    #[must_use]
    pub fn detected() -> Self {
        static FOUND: OnceLock<Level> = OnceLock::new();
        *FOUND.get_or_init(|| Self::all().pop().unwrap_or(Self::Scalar))
    }

    /// The level of that name, where this processor has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|level| level.name() == name)
    }

    /// Its name for reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2+fma",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) if token.tiles().is_some() => "avx512+vnni+amx",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) if token.has_byte_products() => "avx512+vnni",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "neon",
        }
    }

    /// Whether products of codes are so much faster than those of floats that estimates pay in bytes.
    pub(crate) fn has_byte_products(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) => token.has_byte_products(),
            _ => false,
        }
    }

    /// Whether products of halves are so fast that it pays to read fewer bytes.
    pub(crate) fn has_half_products(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => true,
            _ => self.has_byte_products(),
        }
    }

    /// Whether products of bytes are made tile by tile, and so are faster than what comes before and after them.
    pub(crate) fn has_tiles(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) => token.tiles().is_some(),
            _ => false,
        }
    }

    pub(crate) fn dot(self, left: &[f32], right: &[f32]) -> f64 {
        serve!(self, dot(left, right))
    }

    pub(crate) fn squared_distance(self, left: &[f32], right: &[f32]) -> f64 {
        serve!(self, squared_distance(left, right))
    }

    /// For every row its dot product with `query` and with itself.
    pub(crate) fn dots_and_squares(self, query: &[f32], rows: Rows<'_>, take: impl FnMut(usize, f64, f64)) {
        serve!(self, dots_and_squares(query, rows, take));
    }

    /// Single-precision estimates of all dot products -> `out[row * queries.count() + query]`; `packed` are the queries.
    pub(crate) fn estimates(self, queries: Rows<'_>, packed: &PackedRows, rows: Rows<'_>, out: &mut [f32]) {
        serve!(self, estimates(queries, packed, rows, out));
    }

    /// Single-precision estimates of the dot product of every row with `query` and with itself.
    pub(crate) fn estimates_and_squares(self, query: &[f32], rows: Rows<'_>, dots: &mut [f32], squares: &mut [f32]) {
        serve!(self, estimates_and_squares(query, rows, dots, squares));
    }

    /// Defined dot products of widened rows of `width` (whole lanes) -> `out[left * rights + right]`.
    pub(crate) fn wide_dots(self, left: &[f64], right: &[f64], width: usize, out: &mut [f64]) {
        serve!(self, wide_dots(left, right, width, out));
    }

    /// Dot product of `query` with every row of `codes` -> `out`; exact, codes being in -127..=127.
    pub(crate) fn code_dots(self, query: &[i8], codes: &[i8], out: &mut [i32]) {
        serve!(self, code_dots(query, codes, out));
    }

    /// Dot product of `query`, whole steps of codes, with every row of `halves` -> `out`; exact. The layout is that of `halves`.
    pub(crate) fn half_dots(self, query: &[i8], halves: &[u8], out: &mut [i32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => token.half_dots(query, halves, out),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) => token.half_dots(query, halves, out),
            _ => scalar::half_dots(query, halves, out),
        }
    }

    /// Products of every packed row, raised by 128, with every row of `codes`, and `added` -> `out[row * TOGETHER + packed row]`.
    pub(crate) fn packed_dots(self, packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
        serve!(self, packed_dots(packed, codes, added, out));
    }

    /// For each group on the left the sums of products of its digits with those on the right, as `digits` lays them out.
    pub(crate) fn digit_sums(self, lefts: &[i8], right: &[i8], sums: &mut [i32]) {
        by_tile!(self, digit_sums(lefts, right, sums))
    }

    /// Defined dot products of four pairs of rows of one width.
    pub(crate) fn four_dots(self, lefts: [&[f32]; 4], rights: [&[f32]; 4]) -> [f64; 4] {
        by_tile!(self, four_dots(lefts, rights))
    }

    /// As `lines` says; so the two that follow.
    pub(crate) fn digits(self, row: &[f32], scale: f64, held: &mut [i8]) -> [f64; LANES] {
        by_tile!(self, digits(row, scale, held))
    }

    pub(crate) fn rounded(
        self,
        middle: Middle<'_>,
        low: &mut [[f32; GROUP]; GROUP],
        high: &mut [[f32; GROUP]; GROUP],
    ) -> u32 {
        by_tile!(self, rounded(middle, low, high))
    }

    pub(crate) fn any_reaches(self, dots: &[i32], least: i32) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) => token.any_reaches(dots, least),
            _ => scalar::any_reaches(dots, least),
        }
    }

    /// As `tiles` says.
    pub(crate) fn reaching(self, tile: &Tile<'_>) -> [u32; LEFTS] {
        serve!(self, reaching(tile))
    }

    /// As `lines` says; so the five that follow.
    pub(crate) fn scores(self, dots: &[f64], own: f64, lengths: &[f64], out: &mut [f32]) {
        serve!(self, scores(dots, own, lengths, out));
    }

    pub(crate) fn scaled(self, row: &[f32], length: f64, out: &mut [f32]) {
        serve!(self, scaled(row, length, out));
    }

    pub(crate) fn encode(self, row: &[f32], length: f64, scale: f64, codes: &mut [i8]) -> [f64; LANES] {
        serve!(self, encode(row, length, scale, codes))
    }

    pub(crate) fn may_reach(self, estimates: &[f32], floors: &[f32], length: f32) -> bool {
        serve!(self, may_reach(estimates, floors, length))
    }

    pub(crate) fn uppers(self, dots: &[i32], asked: Asked, rows: Packing<'_>, out: &mut [f32]) -> f32 {
        serve!(self, uppers(dots, asked, rows, out))
    }

    pub(crate) fn meet(self, dots: &[i32], scale: f32, residual: f32, asked: &mut AskedTogether) -> bool {
        serve!(self, meet(dots, scale, residual, asked))
    }
}
