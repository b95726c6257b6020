//! What the product is for.

mod audit;
mod command_line;
mod configuration;
mod debian_trees;
mod declarations;
mod engines;
mod intents;
mod keys;
mod licences;
mod malware_and_secrets;
mod noise;
mod other_targets;
mod patches;
mod pod_security;
mod podman;
mod registries;
mod report_formats;
mod seals;
mod seals_beside;
mod shared_cache;
mod shop_image;
mod updates;
