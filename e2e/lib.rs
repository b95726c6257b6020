//! Whole-product scenarios on real parts. There is no library here: the scenarios are in `main.rs` and the folders beside
//! it, grouped by intent.
