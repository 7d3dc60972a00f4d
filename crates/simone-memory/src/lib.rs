//! Which memories belong together, and which merges would lose something.
//!
//! Not for storing them. The Python reference is the specification; plans are equal to it.

mod cliques;
mod decay;
mod facts;
mod lists;
mod plan;
mod tokens;

pub use decay::decay;
pub use facts::{Fact, find_facts, find_facts_batch};
pub use plan::{ALONE, Memories, Numbering, Plan, Settings, consolidate};
