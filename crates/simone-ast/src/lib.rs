//! Code in eight languages: trees, syntax errors with places, structural queries, outlines and paths.
//!
//! Not for running code.
