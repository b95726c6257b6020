//! Life cycles as bytes: products with their subjects and series, all read at once.

use super::codec::{Cursor, put_length, put_number, put_text};
use crate::advisory::Date;
use crate::lifecycle::{Cycle, End, Lifecycle, Subject};

/// Ends are kept as a number: these, or the day plus [`FIRST_DAY`].
const OPEN: u64 = 0;
const PAST: u64 = 1;
/// Nothing is said. Only extended support may lack an end.
const NONE: u64 = 2;
const FIRST_DAY: u64 = 3;

/// Writes products in the order in which they are given.
pub fn put_lifecycles<'l>(products: impl ExactSizeIterator<Item = &'l Lifecycle>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if products.len() == 0 {
        return bytes;
    }
    put_length(&mut bytes, products.len());
    for product in products {
        put_text(&mut bytes, &product.title);
        put_length(&mut bytes, product.subjects.len());
        for subject in &product.subjects {
            put_text(&mut bytes, &subject.to_string());
        }
        put_length(&mut bytes, product.cycles.len());
        for cycle in &product.cycles {
            put_text(&mut bytes, &cycle.name);
            put_number(&mut bytes, end_number(Some(cycle.end)));
            put_number(&mut bytes, end_number(cycle.extended));
        }
    }
    bytes
}

fn end_number(end: Option<End>) -> u64 {
    match end {
        None => NONE,
        Some(End::Open) => OPEN,
        Some(End::Past) => PAST,
        Some(End::On(day)) => u64::from(day.days()) + FIRST_DAY,
    }
}

/// Reads what [`put_lifecycles`] writes.
pub fn read_lifecycles(bytes: &[u8]) -> Option<Vec<Lifecycle>> {
    let mut cursor = Cursor::new(bytes);
    let mut products = Vec::new();
    if cursor.is_empty() {
        return Some(products);
    }
    // Counts are not trusted with an allocation: each item takes at least a byte, so what is read bounds what is held.
    for _ in 0..cursor.number()? {
        let title = cursor.text()?.to_owned();
        let mut subjects = Vec::new();
        for _ in 0..cursor.number()? {
            subjects.push(Subject::parse(cursor.text()?));
        }
        let mut cycles = Vec::new();
        for _ in 0..cursor.number()? {
            let name = cursor.text()?.to_owned();
            let end = read_end(cursor.number()?)??;
            cycles.push(Cycle { name, end, extended: read_end(cursor.number()?)? });
        }
        products.push(Lifecycle { subjects, title, cycles });
    }
    cursor.is_empty().then_some(products)
}

fn read_end(number: u64) -> Option<Option<End>> {
    Some(match number {
        OPEN => Some(End::Open),
        PAST => Some(End::Past),
        NONE => None,
        day => Some(End::On(Date::from_days(u32::try_from(day - FIRST_DAY).ok()?)?)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn end() -> impl Strategy<Value = End> {
        let day = (0u32..50_000).prop_map(|days| End::On(Date::from_days(days).unwrap()));
        prop_oneof![Just(End::Open), Just(End::Past), day]
    }

    fn product() -> impl Strategy<Value = Lifecycle> {
        let cycle = (any::<String>(), end(), prop::option::of(end()));
        let cycle = cycle.prop_map(|(name, end, extended)| Cycle { name, end, extended });
        let subjects = prop::collection::vec("[a-z/]{1,9}".prop_map(|text| Subject::parse(&text)), 0..3);
        (subjects, any::<String>(), prop::collection::vec(cycle, 0..4))
            .prop_map(|(subjects, title, cycles)| Lifecycle { subjects, title, cycles })
    }

    proptest! {
        #[test]
        fn products_survive_the_round_trip(products in prop::collection::vec(product(), 0..4)) {
            prop_assert_eq!(read_lifecycles(&put_lifecycles(products.iter())), Some(products));
        }

        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let _ = read_lifecycles(&bytes);
        }
    }
}
