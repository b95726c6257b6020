//! What an engine answers about containers and images.

use super::{Format, Shape};
use crate::docker;

pub(super) static FORMAT: Format = Format {
    id: "docker-inspect",
    shape: Shape::Tree {
        hints: |head| {
            // Facts of a host hold such answers.
            !head.has("boltseal.dev/")
                && (head.has_key("HostConfig") || (head.has_key("RootFS") && head.has_key("Config")))
        },
        fits: docker::fits,
        read: |reading, node, subjects| docker::read(reading, &node, subjects),
    },
};
