//! One file for each analyzer, named by its id.

use crate::Analyzer;

mod apk_installed;
mod bun_lock;
mod cargo_lock;
mod cocoapods_lock;
mod composer_lock;
mod conan_lock;
mod conda_package;
mod dotnet_deps;
mod dpkg_copyright;
mod dpkg_files;
mod dpkg_status;
mod dpkg_sums;
mod gem_installed;
mod gem_lock;
mod go_binary;
mod go_mod;
mod go_sum;
mod gradle_lock;
mod java_archive;
mod licence_file;
mod maven_pom;
mod mix_lock;
mod node_package;
mod npm_lock;
mod nuget_lock;
mod os_release;
mod pdm_lock;
mod pipfile_lock;
mod pnpm_lock;
mod poetry_lock;
mod program_version;
mod pub_lock;
mod pylock_toml;
mod python_egg;
mod python_requirements;
mod python_wheel;
mod rpm_database;
mod rpm_manifest;
mod runtime_version;
mod rust_binary;
mod swift_resolved;
mod uv_lock;
mod yarn_lock;

/// Every analyzer, by id.
pub static ALL: &[&Analyzer] = &[
    &apk_installed::ANALYZER,
    &bun_lock::ANALYZER,
    &cargo_lock::ANALYZER,
    &cocoapods_lock::ANALYZER,
    &composer_lock::ANALYZER,
    &conan_lock::ANALYZER,
    &conda_package::ANALYZER,
    &dotnet_deps::ANALYZER,
    &dpkg_copyright::ANALYZER,
    &dpkg_files::ANALYZER,
    &dpkg_status::ANALYZER,
    &dpkg_sums::ANALYZER,
    &gem_installed::ANALYZER,
    &gem_lock::ANALYZER,
    &go_binary::ANALYZER,
    &go_mod::ANALYZER,
    &go_sum::ANALYZER,
    &gradle_lock::ANALYZER,
    &java_archive::ANALYZER,
    &licence_file::ANALYZER,
    &maven_pom::ANALYZER,
    &mix_lock::ANALYZER,
    &node_package::ANALYZER,
    &npm_lock::ANALYZER,
    &nuget_lock::ANALYZER,
    &os_release::ANALYZER,
    &pdm_lock::ANALYZER,
    &pipfile_lock::ANALYZER,
    &pnpm_lock::ANALYZER,
    &poetry_lock::ANALYZER,
    &program_version::ANALYZER,
    &pub_lock::ANALYZER,
    &pylock_toml::ANALYZER,
    &python_egg::ANALYZER,
    &python_requirements::ANALYZER,
    &python_wheel::ANALYZER,
    &rpm_database::ANALYZER,
    &rpm_manifest::ANALYZER,
    &runtime_version::ANALYZER,
    &rust_binary::ANALYZER,
    &swift_resolved::ANALYZER,
    &uv_lock::ANALYZER,
    &yarn_lock::ANALYZER,
];

pub(crate) use program_version::is_known as is_known_program;
