//! What the product is for.

mod command_line;
mod debian_trees;
mod licences;
mod report_formats;
mod shop_image;
