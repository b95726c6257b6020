//! Dockerfiles.

use super::{Format, Shape};
use crate::dockerfile;

pub(super) static FORMAT: Format = Format {
    id: "dockerfile",
    shape: Shape::Text { fits: dockerfile::fits, is_named: dockerfile::is_named, read: dockerfile::read },
};
