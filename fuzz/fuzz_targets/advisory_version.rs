//! Every version order, and the readers of version requirements, on arbitrary texts. The laws of an order must hold.
#![no_main]

use boltseal_advisory::range::requirement::{cargo, composer, gem, maven, npm};
use boltseal_advisory::version;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str)| {
    let (a, b, c) = texts;
    let _ = cargo::parse(a);
    let _ = npm::parse(a);
    let _ = composer::parse(a);
    let _ = gem::parse(a);
    for order in version::ALL {
        let compare = order.compare;
        assert!(compare(a, a).is_eq());
        assert_eq!(compare(a, b), compare(b, a).reverse());
        if compare(a, b).is_le() && compare(b, c).is_le() {
            assert!(compare(a, c).is_le());
        }
        let _ = (order.is_valid)(a);
        let _ = maven::parse(a, order);
    }
});
