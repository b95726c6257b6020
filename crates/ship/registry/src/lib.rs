//! Image registries: the client side of the OCI distribution protocol.
//!
//! A [`Reference`] names an image. [`Registries`] knows how to reach the registry that it lies in: mirrors, certificates,
//! [`Credentials`]. [`Registries::open`] gives a [`RemoteImage`], whose documents and layers are [`RemoteBlob`]s under the
//! names that they have in an OCI layout, so that whoever reads layouts reads registries. [`Registries::repository`] gives a
//! [`Repository`], which blobs and manifests are pushed to, and which [`seals`] are attached in and found again.
//!
//! Invariant: a layer is a stream that is read where it is wanted and stored nowhere; a connection that breaks goes on where
//! it broke. Documents have a size limit. A secret goes to the host that it is meant for and to the token service which that
//! host names, never over a connection that is less protected than the registry's own.
//!
//! Deliberately absent: judging the bytes of an image, which the reader of layouts does with every digest; whether a seal is to
//! be believed.

mod address;
mod authorization;
mod blob;
mod challenge;
mod credentials;
mod descriptor;
mod endpoint;
mod error;
mod form;
mod image;
mod reference;
mod registries;
mod repository;

pub mod seals;

pub use authorization::Access;
pub use blob::RemoteBlob;
pub use credentials::{Credential, CredentialError, Credentials};
pub use error::RegistryError;
pub use image::RemoteImage;
pub use reference::{ParseReferenceError, Reference};
pub use registries::{Registries, Settings};
pub use repository::Repository;
