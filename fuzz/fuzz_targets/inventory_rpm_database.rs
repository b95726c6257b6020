//! Any bytes as rpm's databases: of SQLite, with its journal, of its own, and of Berkeley.
#![no_main]

use boltseal_inventory::{File, wanted};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let names = ["rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"];
    for path in names.map(|name| format!("var/lib/rpm/{name}")) {
        let path = path.as_str();
        for analyzer in wanted(path) {
            let _ = (analyzer.parse)(&File { path, bytes }, &Limits::default());
        }
    }
});
