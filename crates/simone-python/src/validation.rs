//! `simone-validation` for Python.
//!
//! Not for computing.
