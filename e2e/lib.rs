//! Whole-product scenarios on real parts; the tests are in `tests/`.
