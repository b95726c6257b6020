//! Configurations of images.

use super::{Format, Shape};
use crate::docker::image;

pub(super) static FORMAT: Format = Format {
    id: "image-configuration",
    shape: Shape::Tree {
        hints: |head| head.has_key("rootfs") && (head.has_key("config") || head.has_key("architecture")),
        fits: image::fits,
        read: |reading, node, subjects| image::read(reading, &node, subjects),
    },
};
