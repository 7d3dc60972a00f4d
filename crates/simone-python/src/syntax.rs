//! `simone-ast` for Python.
//!
//! Not for computing.
