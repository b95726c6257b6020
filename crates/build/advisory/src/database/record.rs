//! One package with everything that the database says about it, to and from bytes.

use std::collections::BTreeMap;

use boltseal_model::{FixStatus, Severity};

use super::codec::{Cursor, put_length, put_number, put_text};
use super::id::{put_id, read_id};
use crate::advisory::Date;
use crate::range::{Bound, Range};
use crate::severity::Rating;

const HAS_VECTOR: u8 = 1;
const HAS_PUBLISHED: u8 = 1 << 1;
const HAS_MODIFIED: u8 = 1 << 2;
const HAS_VERSIONS: u8 = 1 << 3;
/// One range, below the version that fixes it: the shape of most distribution advisories.
const IS_UNTIL_FIXED: u8 = 1 << 4;
const HAS_RATING: u8 = 1 << 5;
const HAS_STATUS: u8 = 1 << 6;
const HAS_MODULE: u8 = 1 << 7;

/// Ratings from here on are words; below stand scores in tenths. The position is part of the format: append only.
const FIRST_WORD: u8 = 101;
const WORDS: [Severity; 5] = [Severity::Unknown, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
/// The position is part of the format: append only.
const STATUSES: [FixStatus; 8] = [
    FixStatus::Fixed,
    FixStatus::Affected,
    FixStatus::WillNotFix,
    FixStatus::Deferred,
    FixStatus::EndOfLife,
    FixStatus::NotAffected,
    FixStatus::UnderInvestigation,
    FixStatus::ExtendedSupport,
];

const HAS_LOWER: u8 = 1;
const IS_LOWER_INCLUSIVE: u8 = 1 << 1;
const HAS_UPPER: u8 = 1 << 2;
const IS_UPPER_INCLUSIVE: u8 = 1 << 3;
/// The fixed version is the upper end.
const IS_UPPER_FIXED: u8 = 1 << 4;
/// The fixed version is another one.
const HAS_FIXED: u8 = 1 << 5;

/// What one advisory says about a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry<'a> {
    /// Index of the source in [`super::Info::sources`].
    pub source: usize,
    /// The publisher's identifier, then its aliases.
    pub ids: Vec<String>,
    /// Affected ranges.
    pub ranges: Vec<Range<&'a str>>,
    /// Affected versions that no range contains.
    pub versions: Vec<&'a str>,
    /// CVSS vector: the publisher's, or the worst that any source gives to the same CVE.
    pub vector: Option<&'a str>,
    /// What the publisher gives in place of a vector, or beside it.
    pub rating: Option<Rating>,
    /// What the publisher says about a fix, beyond the versions that it names.
    pub status: Option<FixStatus>,
    /// The only module stream whose packages are meant.
    pub module: Option<&'a str>,
    /// Day of publication.
    pub published: Option<Date>,
    /// Day of the last change.
    pub modified: Option<Date>,
}

/// A package and its advisories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRecord<'a> {
    /// Index of the namespace in [`super::Info::namespaces`].
    pub namespace: usize,
    /// Name of the package.
    pub name: &'a str,
    /// Its advisories.
    pub entries: Vec<Entry<'a>>,
}

/// Appends a package. `vector` gives the place of a vector in its section: (offset, length).
///
/// Versions and module streams are written once per package, because a distribution fixes many vulnerabilities with one
/// version.
pub fn put_package(bytes: &mut Vec<u8>, package: &PackageRecord<'_>, vector: impl Fn(&str) -> (usize, usize)) {
    put_length(bytes, package.namespace);
    put_text(bytes, package.name);
    let mut versions = BTreeMap::new();
    for entry in &package.entries {
        for version in
            entry.ranges.iter().flat_map(range_versions).chain(entry.versions.iter().copied()).chain(entry.module)
        {
            versions.insert(version, 0);
        }
    }
    put_length(bytes, versions.len());
    for (index, (version, place)) in versions.iter_mut().enumerate() {
        put_text(bytes, version);
        *place = index;
    }
    put_length(bytes, package.entries.len());
    for entry in &package.entries {
        put_entry(bytes, entry, &versions, &vector);
    }
}

fn range_versions<'a>(range: &Range<&'a str>) -> impl Iterator<Item = &'a str> + use<'a> {
    let Range { lower, upper, fixed } = *range;
    [lower.map(|bound| bound.version), upper.map(|bound| bound.version), fixed].into_iter().flatten()
}

fn put_entry(
    bytes: &mut Vec<u8>,
    entry: &Entry<'_>,
    versions: &BTreeMap<&str, usize>,
    vector: impl Fn(&str) -> (usize, usize),
) {
    let put_version =
        |bytes: &mut Vec<u8>, version: &str| put_length(bytes, versions.get(version).copied().unwrap_or(0));
    let until_fixed = match entry.ranges.as_slice() {
        [Range { lower: None, upper: Some(Bound { version, inclusive: false }), fixed: Some(fixed) }]
            if version == fixed =>
        {
            Some(version)
        }
        _ => None,
    };
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    bytes.push(
        flag(entry.vector.is_some(), HAS_VECTOR)
            | flag(entry.published.is_some(), HAS_PUBLISHED)
            | flag(entry.modified.is_some(), HAS_MODIFIED)
            | flag(!entry.versions.is_empty(), HAS_VERSIONS)
            | flag(until_fixed.is_some(), IS_UNTIL_FIXED)
            | flag(entry.rating.is_some(), HAS_RATING)
            | flag(entry.status.is_some(), HAS_STATUS)
            | flag(entry.module.is_some(), HAS_MODULE),
    );
    put_length(bytes, entry.source);
    put_length(bytes, entry.ids.len());
    for id in &entry.ids {
        put_id(bytes, id);
    }
    if let Some((offset, length)) = entry.vector.map(vector) {
        put_length(bytes, offset);
        put_length(bytes, length);
    }
    for date in [entry.published, entry.modified].into_iter().flatten() {
        put_number(bytes, u64::from(date.days()));
    }
    bytes.extend(entry.rating.map(rating_byte));
    if let Some(status) = entry.status {
        put_length(bytes, STATUSES.iter().position(|known| *known == status).unwrap_or(0));
    }
    if let Some(module) = entry.module {
        put_version(bytes, module);
    }
    match until_fixed {
        Some(version) => put_version(bytes, version),
        None => {
            put_length(bytes, entry.ranges.len());
            for range in &entry.ranges {
                put_range(bytes, range, put_version);
            }
        }
    }
    if !entry.versions.is_empty() {
        put_length(bytes, entry.versions.len());
        for version in &entry.versions {
            put_version(bytes, version);
        }
    }
}

fn rating_byte(rating: Rating) -> u8 {
    match rating {
        Rating::Score(tenths) => tenths.min(FIRST_WORD - 1),
        Rating::Word(severity) => {
            let word = WORDS.iter().zip(FIRST_WORD..).find(|(word, _)| **word == severity);
            word.map_or(FIRST_WORD, |(_, byte)| byte)
        }
    }
}

fn read_rating(byte: u8) -> Option<Rating> {
    match byte.checked_sub(FIRST_WORD) {
        None => Some(Rating::Score(byte)),
        Some(word) => WORDS.get(usize::from(word)).copied().map(Rating::Word),
    }
}

fn put_range(bytes: &mut Vec<u8>, range: &Range<&str>, put_version: impl Fn(&mut Vec<u8>, &str)) {
    let Range { lower, upper, fixed } = *range;
    let mut flags = 0;
    if let Some(lower) = lower {
        flags |= HAS_LOWER | if lower.inclusive { IS_LOWER_INCLUSIVE } else { 0 };
    }
    if let Some(upper) = upper {
        flags |= HAS_UPPER | if upper.inclusive { IS_UPPER_INCLUSIVE } else { 0 };
    }
    let is_upper = fixed.is_some() && fixed == upper.map(|bound| bound.version);
    flags |= match fixed {
        Some(_) if is_upper => IS_UPPER_FIXED,
        Some(_) => HAS_FIXED,
        None => 0,
    };
    bytes.push(flags);
    for bound in [lower, upper].into_iter().flatten() {
        put_version(bytes, bound.version);
    }
    if let Some(fixed) = fixed.filter(|_| !is_upper) {
        put_version(bytes, fixed);
    }
}

/// Reads the namespace and the name at the head of a record.
pub fn read_key<'a>(cursor: &mut Cursor<'a>) -> Option<(usize, &'a str)> {
    Some((cursor.length()?, cursor.text()?))
}

/// Reads a whole record. `vector` gives the text at a place in the section of vectors.
pub fn read_package<'a>(
    bytes: &'a [u8],
    vector: impl Fn(usize, usize) -> Option<&'a str>,
) -> Option<PackageRecord<'a>> {
    let mut cursor = Cursor::new(bytes);
    let (namespace, name) = read_key(&mut cursor)?;
    // Counts are not trusted with an allocation: each item takes at least a byte, so what is read bounds what is held.
    let versions = read_list(&mut cursor, Cursor::text)?;
    let entries = read_list(&mut cursor, |cursor| read_entry(cursor, &versions, &vector))?;
    Some(PackageRecord { namespace, name, entries })
}

fn read_list<'a, T>(cursor: &mut Cursor<'a>, mut read: impl FnMut(&mut Cursor<'a>) -> Option<T>) -> Option<Vec<T>> {
    let count = cursor.number()?;
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(read(cursor)?);
    }
    Some(items)
}

fn read_entry<'a>(
    cursor: &mut Cursor<'a>,
    versions: &[&'a str],
    vector: impl Fn(usize, usize) -> Option<&'a str>,
) -> Option<Entry<'a>> {
    let read_version = |cursor: &mut Cursor<'a>| versions.get(cursor.length()?).copied();
    let flags = cursor.byte()?;
    let has = |flag: u8| flags & flag != 0;
    let source = cursor.length()?;
    let ids = read_list(cursor, read_id)?;
    let vector = match has(HAS_VECTOR) {
        true => Some(vector(cursor.length()?, cursor.length()?)?),
        false => None,
    };
    let mut read_date = |flag: u8| match has(flag) {
        true => Date::from_days(u32::try_from(cursor.number()?).ok()?).map(Some),
        false => Some(None),
    };
    let published = read_date(HAS_PUBLISHED)?;
    let modified = read_date(HAS_MODIFIED)?;
    let rating = if has(HAS_RATING) { Some(read_rating(cursor.byte()?)?) } else { None };
    let status = if has(HAS_STATUS) { Some(STATUSES.get(cursor.length()?).copied()?) } else { None };
    let module = if has(HAS_MODULE) { Some(read_version(cursor)?) } else { None };
    let ranges = match has(IS_UNTIL_FIXED) {
        true => {
            let version = read_version(cursor)?;
            vec![Range { lower: None, upper: Some(Bound { version, inclusive: false }), fixed: Some(version) }]
        }
        false => read_list(cursor, |cursor| read_range(cursor, read_version))?,
    };
    let versions = if has(HAS_VERSIONS) { read_list(cursor, read_version)? } else { Vec::new() };
    Some(Entry { source, ids, ranges, versions, vector, rating, status, module, published, modified })
}

fn read_range<'a>(
    cursor: &mut Cursor<'a>,
    read_version: impl Fn(&mut Cursor<'a>) -> Option<&'a str>,
) -> Option<Range<&'a str>> {
    let flags = cursor.byte()?;
    let mut bound = |present: u8, inclusive: u8| match flags & present {
        0 => Some(None),
        _ => Some(Some(Bound { version: read_version(cursor)?, inclusive: flags & inclusive != 0 })),
    };
    let lower = bound(HAS_LOWER, IS_LOWER_INCLUSIVE)?;
    let upper = bound(HAS_UPPER, IS_UPPER_INCLUSIVE)?;
    let fixed = match flags & (IS_UPPER_FIXED | HAS_FIXED) {
        0 => None,
        HAS_FIXED => Some(read_version(cursor)?),
        _ => Some(upper?.version),
    };
    Some(Range { lower, upper, fixed })
}
