//! Task definitions of Amazon Elastic Container Service.

use super::{Format, Shape};
use crate::ecs;

pub(super) static FORMAT: Format = Format {
    id: "ecs-task-definition",
    shape: Shape::Tree {
        hints: |head| head.has_key("containerDefinitions"),
        fits: ecs::fits,
        read: |reading, node, subjects| ecs::read(reading, &node, subjects),
    },
};
