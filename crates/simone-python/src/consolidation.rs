//! `simone-memory` for Python.
//!
//! Not for computing.
