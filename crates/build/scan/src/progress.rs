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
