//! What the product is for.

mod command_line;
mod debian_trees;
mod shop_image;
