//! A cache in memory that is bounded by bytes and learns from what it let go of.
//!
//! Not for deciding what may be cached, not for what must outlive the process, and not for several threads at once: whoever
//! shares one puts a lock around it.
//!
//! The policy is W-TinyLFU with a window that moves at once. New entries pass through a window (least recently used goes
//! first); what leaves it must have been asked for more often than what the main part would let go of, by a sketch of
//! recent frequencies. Keys of either kind that were let go of are remembered for a while: one that left the window and is
//! asked for again says that the window is too small, one that left the main part that it is too large.
//!
//! What is kept depends on calls and times alone: nothing is drawn by lot, and hashes have no seed. A hash only says where
//! to look and how often a key was asked for; keys are compared byte by byte, so no collision gives a wrong value. Keys
//! crafted to collide make look-ups slow, which is why keys should be digests.
//!
//! Source: Einziger, Friedman and Manes, TinyLFU, ACM Transactions on Storage 2017; Megiddo and Modha, ARC, USENIX FAST
//! 2003 (learning from what was let go of).

mod cache;
mod key;
mod lists;
mod sketch;
mod timing;

pub use cache::{Cache, Counts, Found, Terms};
pub use key::Key;
