//! Templates of CloudFormation.

use super::{Format, Shape};
use crate::ecs::cloudformation;

pub(super) static FORMAT: Format = Format {
    id: "cloudformation",
    shape: Shape::Tree {
        hints: |head| head.has_key("Resources") && head.has("AWS::ECS::"),
        fits: cloudformation::fits,
        read: cloudformation::read,
    },
};
