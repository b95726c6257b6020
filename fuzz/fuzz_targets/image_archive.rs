//! Arbitrary bytes as an image archive: index, manifest, configuration and every layer of it.
#![no_main]

use boltseal_image::{Archive, Entry, Overlay, Selector, Visitor, Want, open, read_layer};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

struct All;

impl Visitor for All {
    fn entry(&mut self, _: &Entry<'_>) -> Want {
        Want::Read
    }

    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        assert_eq!(entry.size, bytes.len() as u64);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { free_layer_bytes: 1 << 20, layer_bytes: 1 << 22, window_bytes: 1 << 20, ..Limits::default() };
    let bytes = bytes.to_vec();
    let Ok((archive, _)) = Archive::index(&bytes, &limits) else { return };
    let Ok((image, _)) = open(&archive, &Selector::default(), &limits) else { return };
    let layers = image.layers.iter().map(|layer| read_layer(&archive, layer, &limits, &mut All, &|_| {}).0).collect();
    let overlay = Overlay::stack(layers);
    for path in ["etc/os-release", "a", "a/b/c"] {
        if let Ok((layer, file)) = overlay.resolve(path, &limits) {
            assert!(!file.split('/').any(|name| name == ".."), "layer {layer}");
        }
    }
});
