//! What packages state about their licences: any text is read, and what is read as an expression is read again as the same.
#![no_main]

use boltseal_scan::licence::Licence;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let licence = Licence::read(data);
    let _ = licence.family();
    let _ = Licence::of_all(&[data.to_owned(), "MIT".to_owned()]).family();
    if let Some(expression) = licence.spdx() {
        assert_eq!(Licence::read(expression).spdx(), Some(expression));
    }
});
