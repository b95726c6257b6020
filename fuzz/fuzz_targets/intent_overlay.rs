//! What is declared of an intent.
#![no_main]

use boltseal_intent::Overlay;
use boltseal_model::{Intent, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(overlay) = Overlay::parse(text, &Limits::default()) else { return };
    let mut intent = Intent::default();
    overlay.apply(&mut intent);
    // What was added once is there already.
    let once = intent.clone();
    overlay.apply(&mut intent);
    assert_eq!(intent, once);
});
