//! How a long scan tells that it goes on.

/// Told about the layers as they are read. Called from several threads at once.
pub trait Progress: Sync {
    /// A layer of so many stored bytes is about to be read.
    fn layer_started(&self, layer: u32, bytes: u64, instruction: Option<&str>);
    /// So many more stored bytes of it were read.
    fn layer_advanced(&self, layer: u32, bytes: u64);
    /// The layer is read.
    fn layer_finished(&self, layer: u32);
    /// Something whose size nobody knows is about to be copied to this machine's disk.
    fn transfer_started(&self, what: &str);
    /// So many more bytes of it were copied.
    fn transfer_advanced(&self, bytes: u64);
    /// It is copied.
    fn transfer_finished(&self);
}

/// Told about the files of an update as they are fetched. Called from several threads at once.
pub trait UpdateProgress: Sync {
    /// A file is about to arrive, of which so many bytes are here already, and so many there will be, if anybody says.
    fn download_started(&self, file: &str, here: u64, bytes: Option<u64>);
    /// So many more bytes of it arrived.
    fn download_advanced(&self, file: &str, bytes: u64);
    /// No more of it will arrive by this connection.
    fn download_finished(&self, file: &str);
    /// The database is about to be built.
    fn database_started(&self);
    /// It is built, or will not be.
    fn database_finished(&self);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn layer_started(&self, _: u32, _: u64, _: Option<&str>) {}
    fn layer_advanced(&self, _: u32, _: u64) {}
    fn layer_finished(&self, _: u32) {}
    fn transfer_started(&self, _: &str) {}
    fn transfer_advanced(&self, _: u64) {}
    fn transfer_finished(&self) {}
}

impl UpdateProgress for Silent {
    fn download_started(&self, _: &str, _: u64, _: Option<u64>) {}
    fn download_advanced(&self, _: &str, _: u64) {}
    fn download_finished(&self, _: &str) {}
    fn database_started(&self) {}
    fn database_finished(&self) {}
}
