//! Which memories belong together, and which merges would lose something.
//!
//! Not for storing them.
