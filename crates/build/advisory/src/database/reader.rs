//! Opens the database and looks packages up.

use std::cmp::Ordering;

use boltseal_model::{Digest, Namespace};
use sha2::{Digest as _, Sha256};

use super::blocks::Blocks;
use super::codec::Cursor;
use super::cves::{self, ROW_BYTES};
use super::format::{Fields, Header, INDEX_ENTRY_BYTES, OpenError, damaged, hash};
use super::lifecycles::read_lifecycles;
use super::record::{PackageRecord, read_key, read_package};
use crate::advisory::Date;
use crate::lifecycle::Lifecycles;
use crate::probability::Probability;

/// What `db status` says of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// Short name that evidence begins with.
    pub name: String,
    /// Name of the publisher, for people.
    pub title: String,
    /// Licence of the data.
    pub licence: String,
    /// Revision of the importer that read it.
    pub revision: u32,
    /// Advisories of it.
    pub advisories: u64,
    /// Facts of other kinds: exploited vulnerabilities, likelihoods of exploitation, life cycles.
    pub facts: u64,
    /// Day of its newest advisory or change, `YYYY-MM-DD`.
    pub newest: Option<String>,
}

/// What the database knows of one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceInfo {
    /// The namespace.
    pub namespace: Namespace,
    /// Advisories for it.
    pub advisories: u64,
    /// Packages that they concern.
    pub packages: u64,
}

/// What the database is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// SHA-256 of the content: the same digest means the same advisories.
    pub digest: Digest,
    /// Advisories of all sources. Two publishers of one vulnerability count twice.
    pub advisories: u64,
    /// Packages, each once per namespace.
    pub packages: u64,
    /// Day of the newest advisory or change, `YYYY-MM-DD`. What is judged by a day is judged by this one, unless asked otherwise.
    pub newest: Option<String>,
    /// Sources, sorted by name.
    pub sources: Vec<SourceInfo>,
    /// Namespaces, sorted by name.
    pub namespaces: Vec<NamespaceInfo>,
}

/// An identifier that the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAdvisory {
    /// The identifier that was asked for.
    pub id: String,
    /// Every other identifier that some advisory gives to it, sorted.
    pub aliases: Vec<String>,
    /// Names of the sources that know it, sorted.
    pub sources: Vec<String>,
    /// Packages that it concerns, affected or not, sorted.
    pub packages: Vec<(Namespace, String)>,
}

/// An open database. It borrows the bytes, which the caller may have mapped from a file.
///
/// Look-ups may run on many threads. They fail where the file is damaged, and only there.
#[derive(Debug)]
pub struct Database<'a> {
    blocks: Blocks<'a>,
    header: Header,
    info: Info,
}

impl<'a> Database<'a> {
    /// Opens a database. Reads the header, the block checksums and the list of sources and namespaces, whatever the size.
    ///
    /// # Errors
    /// When the bytes are no database, of another format, incomplete, or damaged in what is read here.
    pub fn open(bytes: &'a [u8]) -> Result<Self, OpenError> {
        let header = Header::parse(bytes)?;
        let blocks = Blocks::open(bytes, &header)?;
        let meta = blocks.slice(0, header.lengths.meta, "list of sources")?;
        let info = read_info(meta, header.digest()?).ok_or(damaged("list of sources"))?;
        if header.lengths.index % INDEX_ENTRY_BYTES as u64 != 0 {
            return Err(damaged("index"));
        }
        if [header.lengths.exploited, header.lengths.likelihoods].iter().any(|length| length % ROW_BYTES as u64 != 0) {
            return Err(damaged("tables"));
        }
        Ok(Self { blocks, header, info })
    }

    /// What the database is about.
    pub const fn info(&self) -> &Info {
        &self.info
    }

    /// Whether any advisory is for this namespace. Where none is, a look-up says nothing about a package.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        self.namespace_index(namespace).is_some()
    }

    /// Checks everything: every block, the digest, and that every record can be read.
    ///
    /// # Errors
    /// When something is damaged.
    pub fn verify(&self) -> Result<(), OpenError> {
        let content = self.blocks.content();
        self.blocks.slice(0, content.len() as u64, "content")?;
        if Sha256::digest(content).as_slice() != self.header.content_sha256 {
            return Err(damaged("content"));
        }
        self.lifecycles()?;
        self.packages().try_for_each(|package| package.map(drop))
    }

    /// Everything about one package, by its normalised name.
    ///
    /// # Errors
    /// When what has to be read is damaged.
    pub fn package(&self, namespace: &Namespace, name: &str) -> Result<Option<PackageRecord<'a>>, OpenError> {
        let Some(namespace_index) = self.namespace_index(namespace) else { return Ok(None) };
        let hash = hash(namespace.as_str(), name);
        let (mut low, mut high) = (0, self.records());
        while low < high {
            let middle = low.midpoint(high);
            if self.index_entry(middle)?.0 < hash {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        while low < self.records() && self.index_entry(low)?.0 == hash {
            let record = self.record_bytes(low)?;
            let key = read_key(&mut Cursor::new(record)).ok_or(damaged("packages"))?;
            if key == (namespace_index, name) {
                return self.read_record(record).map(Some);
            }
            low += 1;
        }
        Ok(None)
    }

    /// Whether any advisory bears an identifier, and what it concerns. Reads the whole database.
    ///
    /// # Errors
    /// When something is damaged.
    pub fn knows(&self, id: &str) -> Result<Option<KnownAdvisory>, OpenError> {
        let mut known: Option<KnownAdvisory> = None;
        for package in self.packages() {
            let package = package?;
            for entry in package.entries.iter().filter(|entry| entry.ids.iter().any(|known| known == id)) {
                let known = known.get_or_insert_with(|| KnownAdvisory {
                    id: id.to_owned(),
                    aliases: Vec::new(),
                    sources: Vec::new(),
                    packages: Vec::new(),
                });
                known.aliases.extend(entry.ids.iter().filter(|alias| *alias != id).cloned());
                known.sources.extend(self.source_name(entry.source).map(str::to_owned));
                let namespace = self.info.namespaces.get(package.namespace).ok_or(damaged("packages"))?;
                known.packages.push((namespace.namespace.clone(), package.name.to_owned()));
            }
        }
        if let Some(known) = &mut known {
            for names in [&mut known.aliases, &mut known.sources] {
                names.sort();
                names.dedup();
            }
            known.packages.sort();
            known.packages.dedup();
        }
        Ok(known)
    }

    /// The day on which a CVE was listed as exploited in the wild.
    ///
    /// # Errors
    /// When what has to be read is damaged.
    pub fn exploited_since(&self, cve: &str) -> Result<Option<Date>, OpenError> {
        let lengths = &self.header.lengths;
        let days = self.row(lengths.start(4), lengths.exploited, cve, "exploited vulnerabilities")?;
        days.map(|days| Date::from_days(days).ok_or(damaged("exploited vulnerabilities"))).transpose()
    }

    /// The likelihood, 0.0 to 1.0, that a CVE is exploited within thirty days.
    ///
    /// # Errors
    /// When what has to be read is damaged.
    pub fn likelihood(&self, cve: &str) -> Result<Option<Probability>, OpenError> {
        let lengths = &self.header.lengths;
        let parts = self.row(lengths.start(5), lengths.likelihoods, cve, "likelihoods")?;
        parts.map(|parts| Probability::of_parts(parts).ok_or(damaged("likelihoods"))).transpose()
    }

    /// All life cycles. Reads them anew at every call; a scan needs them once.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn lifecycles(&self) -> Result<Lifecycles, OpenError> {
        let start = self.header.lengths.start(6);
        let bytes = self.blocks.slice(start, start + self.header.lengths.lifecycles, "life cycles")?;
        read_lifecycles(bytes).map(Lifecycles::new).ok_or(damaged("life cycles"))
    }

    /// The number that a table of so many bytes has for a CVE.
    fn row(&self, start: u64, length: u64, cve: &str, part: &'static str) -> Result<Option<u32>, OpenError> {
        let Some(key) = cves::key(cve) else { return Ok(None) };
        let row = |index: u64| {
            let start = start + index * ROW_BYTES as u64;
            let bytes = self.blocks.slice(start, start + ROW_BYTES as u64, part)?;
            cves::read_row(bytes).ok_or(damaged(part))
        };
        let (mut low, mut high) = (0, length / ROW_BYTES as u64);
        while low < high {
            let middle = low.midpoint(high);
            let (found, value) = row(middle)?;
            match found.cmp(&key) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(Some(value)),
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// Name of the source that an entry refers to.
    pub fn source_name(&self, source: usize) -> Option<&str> {
        self.info.sources.get(source).map(|source| source.name.as_str())
    }

    fn namespace_index(&self, namespace: &Namespace) -> Option<usize> {
        self.info.namespaces.binary_search_by(|known| known.namespace.cmp(namespace)).ok()
    }

    /// Every package, in the order of the index.
    fn packages(&self) -> impl Iterator<Item = Result<PackageRecord<'a>, OpenError>> {
        (0..self.records()).map(|index| self.read_record(self.record_bytes(index)?))
    }

    const fn records(&self) -> u64 {
        self.header.lengths.index / INDEX_ENTRY_BYTES as u64
    }

    /// (hash, offset of the record in its section).
    fn index_entry(&self, index: u64) -> Result<(u32, u64), OpenError> {
        let start = self.header.lengths.meta + index * INDEX_ENTRY_BYTES as u64;
        let mut fields = Fields(self.blocks.slice(start, start + INDEX_ENTRY_BYTES as u64, "index")?);
        fields.number32().zip(fields.number64()).ok_or(damaged("index"))
    }

    fn record_bytes(&self, index: u64) -> Result<&'a [u8], OpenError> {
        let lengths = &self.header.lengths;
        let section = lengths.start(3);
        let (_, start) = self.index_entry(index)?;
        let end = if index + 1 < self.records() { self.index_entry(index + 1)?.1 } else { lengths.packages };
        if start > end || end > lengths.packages {
            return Err(damaged("index"));
        }
        self.blocks.slice(section + start, section + end, "packages")
    }

    fn read_record(&self, record: &'a [u8]) -> Result<PackageRecord<'a>, OpenError> {
        // A damaged block of vectors shows as a record that cannot be read: the caller learns of it either way.
        read_package(record, |offset, length| self.vector(offset, length)).ok_or(damaged("packages"))
    }

    fn vector(&self, offset: usize, length: usize) -> Option<&'a str> {
        let lengths = &self.header.lengths;
        let (offset, length) = (offset as u64, length as u64);
        let end = offset.checked_add(length).filter(|&end| end <= lengths.vectors)?;
        let section = lengths.start(2);
        std::str::from_utf8(self.blocks.slice(section + offset, section + end, "vectors").ok()?).ok()
    }
}

fn read_info(meta: &[u8], digest: Digest) -> Option<Info> {
    let mut cursor = Cursor::new(meta);
    let packages = cursor.number()?;
    let mut sources = Vec::new();
    let mut newest = 0;
    for _ in 0..cursor.number()? {
        let (name, title, licence) = (cursor.text()?, cursor.text()?, cursor.text()?);
        let revision = u32::try_from(cursor.number()?).ok()?;
        let (advisories, facts, day) = (cursor.number()?, cursor.number()?, cursor.number()?);
        newest = newest.max(day);
        sources.push(SourceInfo {
            name: name.to_owned(),
            title: title.to_owned(),
            licence: licence.to_owned(),
            revision,
            advisories,
            facts,
            newest: read_day(day)?,
        });
    }
    let mut namespaces = Vec::new();
    for _ in 0..cursor.number()? {
        let namespace = Namespace::new(cursor.text()?);
        namespaces.push(NamespaceInfo { namespace, advisories: cursor.number()?, packages: cursor.number()? });
    }
    let advisories = sources.iter().fold(0u64, |sum, source| sum.saturating_add(source.advisories));
    cursor.is_empty().then_some(Info { digest, advisories, packages, newest: read_day(newest)?, sources, namespaces })
}

/// A day as it is kept: 0 for none, otherwise the days since 1970-01-01 plus one.
fn read_day(day: u64) -> Option<Option<String>> {
    match day.checked_sub(1) {
        None => Some(None),
        Some(days) => Date::from_days(u32::try_from(days).ok()?).map(|date| Some(date.to_string())),
    }
}
