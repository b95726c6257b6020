//! Templates of Azure Resource Manager.

use super::{Format, Shape};
use crate::aci::arm;

pub(super) static FORMAT: Format = Format {
    id: "arm-template",
    shape: Shape::Tree {
        hints: |head| head.has("deploymentTemplate.json") && head.has_key("$schema"),
        fits: arm::fits,
        read: arm::read,
    },
};
