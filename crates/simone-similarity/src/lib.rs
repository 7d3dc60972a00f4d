//! Cosine scores, exact to the bit, over rows of 32-bit floats.
//!
//! Not for text or for Python: callers bring slices.
//!
//! Every score is defined, not merely approximated: sums are taken in `f64` over eight lanes (index modulo 8), each lane
//! in ascending order, then lanes 0 to 7; the cosine is `f32(dot / (sqrt(a.a) * sqrt(b.b)))`, 0.0 beside a zero vector.
//! Products of two `f32` are exact in `f64`, so fused and separate multiply-add agree and every instruction set gives
//! the same bits. Equal scores order by lower index. Threads are rayon's current pool; results do not depend on them.

mod compressed;
mod digits;
mod halves;
mod level;
mod lines;
mod near;
mod near_codes;
mod packed;
mod pairs;
mod rows;
mod scalar;
mod scan;
mod tiles;
mod top;

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

#[cfg(target_arch = "x86_64")]
pub use amx::Amx;
pub use compressed::{Certified, Compressed, WIDEST, compress, top_k_compressed};
pub use halves::{Coarse, coarsen, halves_of};
pub use level::Level;
pub use near::{Near, near_pairs};
pub use pairs::{alignment, similarity_matrix};
pub use rows::{NonFinite, Rows, ShapeError};
pub use scan::{cosines, euclidean, normalize};
pub use top::{ROWS_PER_TASK, Ranked, top_k};
