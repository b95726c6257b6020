//! One file for each analyzer, named by its id.

use crate::Analyzer;

mod apk_installed;
mod bun_lock;
mod cargo_lock;
mod dpkg_files;
mod dpkg_status;
mod go_mod;
mod node_package;
mod npm_lock;
mod os_release;
mod pdm_lock;
mod pipfile_lock;
mod pnpm_lock;
mod poetry_lock;
mod pylock_toml;
mod python_egg;
mod python_requirements;
mod python_wheel;
mod uv_lock;
mod yarn_lock;

/// Every analyzer, by id.
pub static ALL: &[&Analyzer] = &[
    &apk_installed::ANALYZER,
    &bun_lock::ANALYZER,
    &cargo_lock::ANALYZER,
    &dpkg_files::ANALYZER,
    &dpkg_status::ANALYZER,
    &go_mod::ANALYZER,
    &node_package::ANALYZER,
    &npm_lock::ANALYZER,
    &os_release::ANALYZER,
    &pdm_lock::ANALYZER,
    &pipfile_lock::ANALYZER,
    &pnpm_lock::ANALYZER,
    &poetry_lock::ANALYZER,
    &pylock_toml::ANALYZER,
    &python_egg::ANALYZER,
    &python_requirements::ANALYZER,
    &python_wheel::ANALYZER,
    &uv_lock::ANALYZER,
    &yarn_lock::ANALYZER,
];
