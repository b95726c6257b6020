//! Facts of a host, as `boltseal audit --facts` writes them.

use super::{Format, Shape};
use crate::host;

pub(super) static FORMAT: Format = Format {
    id: "host-facts",
    shape: Shape::Tree {
        hints: |head| head.has_key("kind") && head.has("boltseal.dev/"),
        fits: host::fits,
        read: |reading, node, subjects| host::read(reading, &node, subjects),
    },
};
