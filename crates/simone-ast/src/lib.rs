//! Whether a text is well formed, where it is not, and what lies where in it. JSON is the only language so far.
//!
//! Not for running code.

mod json;

pub use json::{Error, Kind, Read, Value, read_json, read_json_batch};
