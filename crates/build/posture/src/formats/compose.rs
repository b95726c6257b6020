//! Compose files.

use super::{Format, Shape};
use crate::compose;

pub(super) static FORMAT: Format = Format {
    id: "compose",
    shape: Shape::Tree {
        hints: |head| head.has_top_key("services") && !head.has_key("apiVersion"),
        fits: compose::fits,
        read: compose::read,
    },
};
