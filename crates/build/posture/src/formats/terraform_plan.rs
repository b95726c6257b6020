//! Plans and states of Terraform.

use super::{Format, Shape};
use crate::terraform;

pub(super) static FORMAT: Format = Format {
    id: "terraform-plan",
    shape: Shape::Tree {
        hints: |head| {
            head.has_key("planned_values")
                || head.has_key("resource_changes")
                || (head.has_key("terraform_version") && head.has_key("values"))
        },
        fits: terraform::fits,
        read: |reading, node, subjects| terraform::read(reading, &node, subjects),
    },
};
