//! Container groups of Azure Container Instances.

use super::{Format, Shape};
use crate::aci;

pub(super) static FORMAT: Format = Format {
    id: "aci-group",
    shape: Shape::Tree {
        hints: |head| {
            head.has_key("properties")
                && head.has_key("containers")
                && !head.has_key("kind")
                && !head.has("deploymentTemplate.json")
        },
        fits: aci::fits,
        read: |reading, node, subjects| aci::read(reading, &node, subjects),
    },
};
