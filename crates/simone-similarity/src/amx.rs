//! The kernels for AMX, which multiplies tiles of 16 rows by 64 bytes; each has its twin in plain code, most in `scalar`.
//!
//! Not for choosing: `avx512` does, which holds the token that proves detection, and whoever asks for that.
//!
//! Compilers offer no stable names for these instructions, so they are written out. Tiles are set up and given back within
//! each call; code that the compiler makes uses none.
#![expect(unsafe_code, reason = "the instructions have no safe names, and read and write through pointers")]

use std::arch::asm;
use std::arch::x86_64::{__cpuid_count, _mm512_fmadd_pd, _mm512_setzero_pd};
use std::sync::OnceLock;

use crate::avx512::{is_here, total, widened, widened_rest};
use crate::digits::{DIGITS, GROUP, SUMS, TILE};
use crate::lines::{self, Middle};
use crate::packed::{CODES_A_STEP, PackedCodes, TOGETHER};
use crate::scalar::LANES;

/// Rows of a tile.
const TILE_ROWS: usize = 16;
/// Bytes of a row of a tile.
const TILE_BYTES: usize = 64;

/// Proof that this processor has AMX with products of bytes, beside AVX-512, and that the system lets this process use it.
#[derive(Clone, Copy, Debug)]
pub struct Amx(());

impl Amx {
    /// Rows of a tile.
    pub const ROWS: usize = TILE_ROWS;
    /// Bytes of a row of a tile.
    pub const BYTES: usize = TILE_BYTES;
    /// Rows for which a panel is read once, at most.
    pub const BLOCK: usize = 4 * TILE_ROWS;

    pub(crate) fn detect() -> Option<Self> {
        static IS_HERE: OnceLock<bool> = OnceLock::new();
        IS_HERE.get_or_init(|| is_here() && has_tiles() && is_allowed()).then_some(Self(()))
    }

    /// As `scalar::packed_dots`; the width must be whole steps.
    pub(crate) fn packed_dots(self, packed: &PackedCodes, codes: &[i8], added: &[i32], out: &mut [i32]) {
        let width = packed.width();
        assert!(width > 0 && width.is_multiple_of(CODES_A_STEP), "whole steps");
        assert_eq!(packed.values().len(), width * TOGETHER, "packed codes of that width");
        assert_eq!(codes.len(), added.len() * width, "rows of that width");
        assert_eq!(out.len(), added.len() * TOGETHER, "a line for each row");
        for (line, &added) in out.chunks_exact_mut(TOGETHER).zip(added) {
            line.fill(added);
        }
        let mut set_up = 0;
        for (codes, out) in codes.chunks(TILE_ROWS * width).zip(out.chunks_mut(TILE_ROWS * TOGETHER)) {
            let rows = codes.len() / width;
            // SAFETY: the token proves that tiles may be used. They cover `rows` rows of `codes` (of `width` bytes) and of `out`
            // (of 64 numbers), and the packed codes, of which each step of four columns has 256 bytes.
            unsafe {
                if set_up != rows {
                    set_up = rows;
                    configure(&Config::for_codes(rows, width % TILE_BYTES));
                }
                packed_block(packed.values().as_ptr(), codes.as_ptr(), width, out.as_mut_ptr());
            }
        }
        release();
    }

    /// Sums of the products of rows of bytes without sign and sixteen columns of bytes with one; none are added to.
    ///
    /// A step of a row holds four inputs, a step of the panel the four weights of each column beside one another.
    ///
    /// # Panics
    /// If the steps are not whole tiles of sixteen, or `codes` and `sums` not whole tiles of sixteen rows.
    pub fn panel_sums(self, codes: &[[u8; 4]], panel: &[[i8; TILE_BYTES]], sums: &mut [[i32; TILE_ROWS]]) {
        let steps = panel.len();
        assert!(steps > 0 && steps.is_multiple_of(TILE_ROWS), "whole tiles of weights");
        assert!(sums.len().is_multiple_of(TILE_ROWS) && codes.len() == sums.len() * steps, "whole tiles of rows");
        // SAFETY: the token proves that tiles may be used.
        unsafe { configure(&Config::whole()) };
        let blocks = codes.chunks(Self::BLOCK * steps).zip(sums.chunks_mut(Self::BLOCK));
        for (codes, sums) in blocks {
            let (from, to) = (codes.as_ptr().cast(), sums.as_mut_ptr().cast());
            // SAFETY: tiles are whole; `codes` and `sums` hold as many tiles of rows as the name says, and the panel `steps`
            // steps of 64 bytes.
            unsafe {
                match sums.len() / TILE_ROWS {
                    1 => panel_block_of_one(from, panel.as_ptr().cast(), steps, to),
                    2 => panel_block_of_two(from, panel.as_ptr().cast(), steps, to),
                    3 => panel_block_of_three(from, panel.as_ptr().cast(), steps, to),
                    _ => panel_block_of_four(from, panel.as_ptr().cast(), steps, to),
                }
            }
        }
        release();
    }

    /// As `scalar::digit_sums`.
    pub(crate) fn digit_sums(self, lefts: &[i8], right: &[i8], sums: &mut [i32]) {
        let steps = right.len() / (DIGITS * TILE);
        assert!(steps > 0 && right.len() == steps * DIGITS * TILE, "whole tiles");
        assert_eq!(lefts.len() / right.len(), sums.len() / (SUMS * TILE_ROWS * TILE_ROWS), "sums for each group");
        // SAFETY: the token proves that tiles may be used; every tile is sixteen rows of 64 bytes.
        unsafe { configure(&Config::whole()) };
        for (left, sums) in lefts.chunks_exact(right.len()).zip(sums.chunks_exact_mut(SUMS * TILE_ROWS * TILE_ROWS)) {
            // SAFETY: both sides are `steps` times five tiles, the sums six.
            unsafe { digit_block(left.as_ptr(), right.as_ptr(), steps, sums.as_mut_ptr()) };
        }
        release();
    }

    /// Defined dot products of four pairs.
    pub(crate) fn four_dots(self, lefts: [&[f32]; 4], rights: [&[f32]; 4]) -> [f64; 4] {
        let width = lefts[0].len();
        assert!(lefts.iter().chain(&rights).all(|row| row.len() == width), "rows differ in width");
        // SAFETY: the token exists only where the instructions were detected.
        unsafe { four_dots(lefts, rights) }
    }

    pub(crate) fn digits(self, row: &[f32], scale: f64, held: &mut [i8]) -> [f64; LANES] {
        // SAFETY: as above.
        unsafe { digits(row, scale, held) }
    }

    pub(crate) fn rounded(
        self,
        middle: Middle<'_>,
        low: &mut [[f32; GROUP]; GROUP],
        high: &mut [[f32; GROUP]; GROUP],
    ) -> u32 {
        // SAFETY: as above.
        unsafe { rounded(middle, low, high) }
    }
}

/// Whether the processor has tiles and multiplies bytes in them.
fn has_tiles() -> bool {
    const TILES: u32 = 1 << 24;
    const BYTE_PRODUCTS: u32 = 1 << 25;
    // SAFETY: AVX-512 was detected, so there is a leaf 7.
    #[allow(unused_unsafe, reason = "newer compilers call it safe")]
    let features = unsafe { __cpuid_count(7, 0) }.edx;
    features & (TILES | BYTE_PRODUCTS) == TILES | BYTE_PRODUCTS
}

/// Asks the system for the registers, which a process has to do once.
///
/// Source: the Linux kernel's documentation of `ARCH_REQ_XCOMP_PERM`.
#[cfg(target_os = "linux")]
fn is_allowed() -> bool {
    const ARCH_PRCTL: i64 = 158;
    const REQUEST_PERMISSION: i64 = 0x1023;
    const TILE_DATA: i64 = 18;
    let answer: i64;
    // SAFETY: a system call that touches no memory of this process.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => answer,
            in("rdi") REQUEST_PERMISSION,
            in("rsi") TILE_DATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    answer == 0
}

#[cfg(not(target_os = "linux"))]
fn is_allowed() -> bool {
    false
}

/// How many rows each tile has, and how many bytes a row.
#[repr(C, align(64))]
struct Config {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    bytes: [u16; 16],
    rows: [u8; 16],
}

impl Config {
    fn new(shapes: [(usize, usize); 8]) -> Self {
        let (mut rows, mut bytes) = ([0; 16], [0; 16]);
        for ((rows, bytes), (count, width)) in rows.iter_mut().zip(&mut bytes).zip(shapes) {
            (*rows, *bytes) = (count as u8, width as u16);
        }
        Self { palette: 1, start: 0, reserved: [0; 14], bytes, rows }
    }

    fn whole() -> Self {
        Self::new([(TILE_ROWS, TILE_BYTES); 8])
    }

    /// Four sums and one left tile of `rows`, one right tile; the last two for the `rest` of the columns.
    fn for_codes(rows: usize, rest: usize) -> Self {
        let (left, right) = ((rows, TILE_BYTES), (TILE_ROWS, TILE_BYTES));
        let rest = if rest == 0 { TILE_BYTES } else { rest };
        Self::new([left, left, left, left, left, right, (rows, rest), (rest / CODES_A_STEP, TILE_BYTES)])
    }
}

/// # Safety
/// Tiles may be used.
unsafe fn configure(config: &Config) {
    // SAFETY: the caller's promise; 64 bytes are read.
    unsafe { asm!("ldtilecfg [{config}]", config = in(reg) std::ptr::from_ref(config), options(nostack, readonly)) };
}

/// Gives the tiles back, so that the system need not keep them.
fn release() {
    // SAFETY: called where tiles were configured.
    unsafe { asm!("tilerelease", options(nostack, nomem)) };
}

/// Rows of codes by sixty-four packed ones, added to what `out` holds.
///
/// # Safety
/// Tiles are set up by `Config::for_codes`, and the pointers lead to what those cover.
unsafe fn packed_block(packed: *const u8, codes: *const i8, width: usize, out: *mut i32) {
    let (steps, rest) = (width / TILE_BYTES, width % TILE_BYTES);
    // SAFETY: the caller's promise.
    unsafe {
        asm!(
            "tileloadd tmm0, [{out} + {line}]",
            "tileloadd tmm1, [{out} + {line} + 64]",
            "tileloadd tmm2, [{out} + {line} + 128]",
            "tileloadd tmm3, [{out} + {line} + 192]",
            "test {steps}, {steps}",
            "jz 3f",
            "2:",
            "tileloadd tmm4, [{codes} + {width}]",
            "tileloadd tmm5, [{packed} + {line}]",
            "tdpbsud tmm0, tmm4, tmm5",
            "tileloadd tmm5, [{packed} + {line} + 64]",
            "tdpbsud tmm1, tmm4, tmm5",
            "tileloadd tmm5, [{packed} + {line} + 128]",
            "tdpbsud tmm2, tmm4, tmm5",
            "tileloadd tmm5, [{packed} + {line} + 192]",
            "tdpbsud tmm3, tmm4, tmm5",
            "add {codes}, 64",
            "add {packed}, 4096",
            "dec {steps}",
            "jnz 2b",
            "3:",
            "test {rest}, {rest}",
            "jz 4f",
            "tileloadd tmm6, [{codes} + {width}]",
            "tileloadd tmm7, [{packed} + {line}]",
            "tdpbsud tmm0, tmm6, tmm7",
            "tileloadd tmm7, [{packed} + {line} + 64]",
            "tdpbsud tmm1, tmm6, tmm7",
            "tileloadd tmm7, [{packed} + {line} + 128]",
            "tdpbsud tmm2, tmm6, tmm7",
            "tileloadd tmm7, [{packed} + {line} + 192]",
            "tdpbsud tmm3, tmm6, tmm7",
            "4:",
            "tilestored [{out} + {line}], tmm0",
            "tilestored [{out} + {line} + 64], tmm1",
            "tilestored [{out} + {line} + 128], tmm2",
            "tilestored [{out} + {line} + 192], tmm3",
            out = in(reg) out,
            line = in(reg) TOGETHER * size_of::<i32>(),
            width = in(reg) width,
            codes = inout(reg) codes => _,
            packed = inout(reg) packed => _,
            steps = inout(reg) steps => _,
            rest = in(reg) rest,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

/// A function for so many tiles of sixteen rows beside one panel of sixteen columns, each weight read once for all.
macro_rules! panel_block {
    ($name:ident, $($sum:literal through $held:literal),+) => {
        /// # Safety
        /// Tiles are set up by `Config::whole`; `codes` and `sums` lead to as many tiles of rows as there are sums, each of
        /// `steps` times four bytes and of sixteen numbers, `panel` to `steps` (whole tiles) times 64 bytes.
        unsafe fn $name(codes: *const u8, panel: *const u8, steps: usize, sums: *mut u8) {
            let width = 4 * steps;
            // SAFETY: the caller's promise.
            unsafe {
                asm!(
                    $(concat!("tilezero tmm", $sum),)+
                    "2:",
                    "tileloadd tmm4, [{panel} + {line}]",
                    "mov {at}, {codes}",
                    $(
                        concat!("tileloadd tmm", $held, ", [{at} + {width}]"),
                        concat!("tdpbusd tmm", $sum, ", tmm", $held, ", tmm4"),
                        "add {at}, {tile}",
                    )+
                    "add {codes}, 64",
                    "add {panel}, 1024",
                    "dec {steps}",
                    "jnz 2b",
                    $(concat!("tilestored [{sums} + {line} + 1024 * ", $sum, "], tmm", $sum),)+
                    codes = inout(reg) codes => _,
                    panel = inout(reg) panel => _,
                    steps = inout(reg) steps / TILE_ROWS => _,
                    at = out(reg) _,
                    tile = in(reg) TILE_ROWS * width,
                    width = in(reg) width,
                    line = in(reg) TILE_BYTES,
                    sums = in(reg) sums,
                    out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                    out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                    options(nostack),
                );
            }
        }
    };
}
panel_block!(panel_block_of_one, 0 through 5);
panel_block!(panel_block_of_two, 0 through 5, 1 through 6);
panel_block!(panel_block_of_three, 0 through 5, 1 through 6, 2 through 7);
panel_block!(panel_block_of_four, 0 through 5, 1 through 6, 2 through 7, 3 through 5);

/// Sixteen rows beside sixteen: tile n holds the sum of the products of the digits of places i and j with i + j = n + 2.
///
/// # Safety
/// Tiles are set up by `Config::whole`; `left` and `right` lead to `steps` times five tiles, `sums` to six.
unsafe fn digit_block(left: *const i8, right: *const i8, steps: usize, sums: *mut i32) {
    // SAFETY: the caller's promise.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "tilezero tmm4",
            "tilezero tmm5",
            "2:",
            "tileloadd tmm6, [{left} + {line}]",
            "tileloadd tmm7, [{right} + {line}]",
            "tdpbssd tmm0, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 1024]",
            "tdpbssd tmm1, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 2048]",
            "tdpbssd tmm2, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 3072]",
            "tdpbssd tmm3, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 4096]",
            "tdpbssd tmm4, tmm6, tmm7",
            "tileloadd tmm6, [{left} + {line} + 1024]",
            "tdpbssd tmm5, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 3072]",
            "tdpbssd tmm4, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 2048]",
            "tdpbssd tmm3, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 1024]",
            "tdpbssd tmm2, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line}]",
            "tdpbssd tmm1, tmm6, tmm7",
            "tileloadd tmm6, [{left} + {line} + 2048]",
            "tdpbssd tmm2, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 1024]",
            "tdpbssd tmm3, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 2048]",
            "tdpbssd tmm4, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 3072]",
            "tdpbssd tmm5, tmm6, tmm7",
            "tileloadd tmm6, [{left} + {line} + 3072]",
            "tileloadd tmm7, [{right} + {line} + 2048]",
            "tdpbssd tmm5, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 1024]",
            "tdpbssd tmm4, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line}]",
            "tdpbssd tmm3, tmm6, tmm7",
            "tileloadd tmm6, [{left} + {line} + 4096]",
            "tdpbssd tmm4, tmm6, tmm7",
            "tileloadd tmm7, [{right} + {line} + 1024]",
            "tdpbssd tmm5, tmm6, tmm7",
            "add {left}, 5120",
            "add {right}, 5120",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {line}], tmm0",
            "tilestored [{sums} + {line} + 1024], tmm1",
            "tilestored [{sums} + {line} + 2048], tmm2",
            "tilestored [{sums} + {line} + 3072], tmm3",
            "tilestored [{sums} + {line} + 4096], tmm4",
            "tilestored [{sums} + {line} + 5120], tmm5",
            left = inout(reg) left => _,
            right = inout(reg) right => _,
            steps = inout(reg) steps => _,
            sums = in(reg) sums,
            line = in(reg) TILE_BYTES,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

/// Four sums, none of which waits for another.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn four_dots(lefts: [&[f32]; 4], rights: [&[f32]; 4]) -> [f64; 4] {
    let mut sums = [_mm512_setzero_pd(); 4];
    let width = lefts[0].len();
    let whole = width - width % LANES;
    // SAFETY: all rows are of one length, of which `whole` is a part.
    unsafe {
        for at in (0..whole).step_by(LANES) {
            for (sum, (left, right)) in sums.iter_mut().zip(lefts.iter().zip(&rights)) {
                *sum = _mm512_fmadd_pd(widened(left, at), widened(right, at), *sum);
            }
        }
        if whole < width {
            for (sum, (left, right)) in sums.iter_mut().zip(lefts.iter().zip(&rights)) {
                *sum = _mm512_fmadd_pd(widened_rest(left, whole), widened_rest(right, whole), *sum);
            }
        }
    }
    sums.map(|sum| total(sum))
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn digits(row: &[f32], scale: f64, held: &mut [i8]) -> [f64; LANES] {
    lines::digits(row, scale, held)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn rounded(middle: Middle<'_>, low: &mut [[f32; GROUP]; GROUP], high: &mut [[f32; GROUP]; GROUP]) -> u32 {
    lines::rounded(middle, low, high)
}
