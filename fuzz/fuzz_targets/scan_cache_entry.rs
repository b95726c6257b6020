//! What a shared cache gives, taken for what was read of a layer: it is believed or not, and the scan ends.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use boltseal_scan::database::DatabaseFile;
use boltseal_scan::{Key, LayerCache, NoRegistry, Options, Silent, Sockets, Surroundings, Target, scan};
use boltseal_testkit::image::{Image, Layer, oci};
use libfuzzer_sys::fuzz_target;

/// An image of two small layers.
static IMAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let layer = |text: &str| Layer::new().file("etc/os-release", text.to_owned()).made_by("COPY . .");
    let image = Image::new().layer(layer("ID=debian\n")).layer(layer("ID=alpine\n"));
    let path = std::env::temp_dir().join(format!("boltseal-fuzz-{}.tar", std::process::id()));
    std::fs::write(&path, oci(&[image]).expect("an image").to_tar()).expect("a file");
    path
});

static DATABASE: LazyLock<DatabaseFile> = LazyLock::new(|| DatabaseFile::open(None, None).expect("the snapshot"));

/// Gives the same for everything.
struct Same<'a>(&'a [u8]);

impl LayerCache for Same<'_> {
    fn load(&self, _: &Key) -> Option<Vec<u8>> {
        Some(self.0.to_vec())
    }

    fn store(&self, _: &Key, _: &[u8]) {}
}

fuzz_target!(|bytes: &[u8]| {
    let (database, sockets) = (DATABASE.database().expect("it is whole"), Sockets::default());
    let around = Surroundings {
        database: &database,
        origin: DATABASE.origin(),
        registry: &NoRegistry,
        sockets: &sockets,
        cache: &Same(bytes),
        content: None,
        posture: None,
        progress: &Silent,
    };
    let target = Target::Archive { path: IMAGE.clone(), tag: None };
    scan(&target, &around, &Options::default()).expect("the image is whole");
});
