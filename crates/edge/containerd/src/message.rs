//! The messages, as far as they matter here. Fields that are not named are skipped.
//!
//! Source: `api/services/images/v1/images.proto`, `api/services/content/v1/content.proto` and `api/types/descriptor.proto`
//! of containerd.

/// Asks which image a name stands for.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetImageRequest {
    #[prost(string, tag = "1")]
    pub name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct GetImageResponse {
    #[prost(message, optional, tag = "1")]
    pub image: Option<Image>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Image {
    #[prost(message, optional, tag = "3")]
    pub target: Option<Target>,
}

/// A reference to a manifest or an index.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Target {
    #[prost(string, tag = "1")]
    pub media_type: String,
    #[prost(string, tag = "2")]
    pub digest: String,
    #[prost(int64, tag = "3")]
    pub size: i64,
}

/// Asks what is known of a blob.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InfoRequest {
    #[prost(string, tag = "1")]
    pub digest: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct InfoResponse {
    #[prost(message, optional, tag = "1")]
    pub info: Option<Info>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Info {
    #[prost(int64, tag = "2")]
    pub size: i64,
}

/// Asks for a stretch of a blob.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReadContentRequest {
    #[prost(string, tag = "1")]
    pub digest: String,
    #[prost(int64, tag = "2")]
    pub offset: i64,
    #[prost(int64, tag = "3")]
    pub size: i64,
}

/// One piece of it; several follow each other. What it says of its offset counts from the beginning of the answer in some
/// versions, and from that of the blob by the documentation, so that nothing can be made of it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReadContentResponse {
    #[prost(bytes = "bytes", tag = "2")]
    pub data: bytes::Bytes,
}
