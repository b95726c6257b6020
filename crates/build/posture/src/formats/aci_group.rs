//! Container groups of Azure Container Instances.

use super::{Format, Shape};
use crate::aci;

pub(super) static FORMAT: Format = Format {
    id: "aci-group",
    shape: Shape::Tree {
        hints: |head| {
            let is_other = ["kind", "$schema", "definitions"].iter().any(|key| head.has_key(key));
            head.has_top_key("properties") && head.has_key("containers") && !is_other
        },
        fits: aci::fits,
        read: |reading, node, subjects| aci::read(reading, &node, subjects),
    },
};
