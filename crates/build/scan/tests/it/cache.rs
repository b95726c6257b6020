//! The layer cache: what was read once is not read again, and never believed where it does not fit.

use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use boltseal_image::{Archive, Blob, Store};
use boltseal_model::{Limits, ProblemKind, Report};
use boltseal_scan::content::Content;
use boltseal_scan::database::DatabaseFile;
use boltseal_scan::{DiskCache, LayerCache, NoCache, NoRegistry, Place, Registry, Silent, Sockets, Surroundings};
use boltseal_scan::{Options, Target, scan};
use boltseal_testkit::image::{Compression, Image, Layer, oci};

use crate::images::{DEBIAN, share_path_key, stanza, wheel};

/// A registry that holds one archive and counts the bytes of layers that are asked for.
pub struct Remote {
    bytes: Vec<u8>,
    read: Arc<AtomicUsize>,
}

struct Counting<'a>(Archive<'a>, Arc<AtomicUsize>);

struct Counted<'a>(Box<dyn Blob + 'a>, Arc<AtomicUsize>);

impl Registry for Remote {
    fn open(
        &self,
        _: &str,
        _: Option<&str>,
        limits: &Limits,
    ) -> Result<Box<dyn Store + '_>, Box<dyn Error + Send + Sync>> {
        let (archive, _) = Archive::index(&self.bytes, limits)?;
        Ok(Box::new(Counting(archive, self.read.clone())))
    }
}

impl Store for Counting<'_> {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        Ok(self.0.open(name)?.map(|blob| Box::new(Counted(blob, self.1.clone())) as Box<dyn Blob + '_>))
    }
}

impl Blob for Counted<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read_at(offset, buffer)?;
        self.1.fetch_add(read, Ordering::SeqCst);
        Ok(read)
    }
}

/// A cache whose indexes are made under the key that all tests of this program share.
pub fn cache(folder: &Path, most_bytes: u64) -> DiskCache {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).unwrap();
    fs::write(folder.join("path-key"), share_path_key()).unwrap();
    DiskCache::open(Place { folder: folder.to_owned(), most_bytes }).unwrap()
}

pub fn base() -> Layer {
    let noise: Vec<u8> = (0..300_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    Layer::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", stanza("openssl", "3.0.11-1~deb12u1"))
        .file("opt/noise", noise)
        .compressed(Compression::Gzip)
        .made_by("ADD base.tar /")
}

pub fn application() -> Layer {
    Layer::new().file("app/flask-0.12.2.dist-info/METADATA", wheel("flask", "0.12.2")).made_by("RUN pip install")
}

pub fn around(cache: &dyn LayerCache, registry: &dyn Registry, target: &Target) -> Report {
    searched(cache, registry, target, None)
}

pub fn searched(cache: &dyn LayerCache, registry: &dyn Registry, target: &Target, content: Option<&Content>) -> Report {
    share_path_key();
    let file = DatabaseFile::open(None, None).unwrap();
    let (database, sockets) = (file.database().unwrap(), Sockets::default());
    let around = Surroundings {
        database: &database,
        origin: file.origin(),
        registry,
        sockets: &sockets,
        cache,
        content,
        posture: None,
        progress: &Silent,
    };
    scan(target, &around, &Options::default()).unwrap().report
}

pub fn remote(image: Image) -> (Remote, Arc<AtomicUsize>) {
    let read = Arc::new(AtomicUsize::new(0));
    (Remote { bytes: oci(&[image]).unwrap().to_tar(), read: read.clone() }, read)
}

pub fn registry_target() -> Target {
    Target::parse("registry:r.example/app").unwrap()
}

#[test]
fn a_layer_of_a_registry_is_fetched_once_also_for_another_image() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let (registry, read) = remote(Image::new().layer(base()).layer(application()));
    let first = around(&cache, &registry, &registry_target());
    let first_bytes = read.swap(0, Ordering::SeqCst);
    assert!(first_bytes > 500_000, "{first_bytes}");
    let second = around(&cache, &registry, &registry_target());
    assert_eq!(second, first);
    let second_bytes = read.load(Ordering::SeqCst);
    assert!(second_bytes < 20_000, "only documents are read: {second_bytes}");
    assert_eq!(around(&NoCache, &registry, &registry_target()), first, "and the cache changes nothing");
    // The same base at another position of another image.
    let (other, read) = remote(Image::new().layer(Layer::new().file("x", "y").made_by("X")).layer(base()));
    let report = around(&cache, &other, &registry_target());
    assert!(read.load(Ordering::SeqCst) < 20_000);
    let openssl = report.packages.iter().find(|package| package.name == "openssl").unwrap();
    assert_eq!(openssl.location.layer, Some(1));
    assert_eq!(report, around(&NoCache, &other, &registry_target()));
}

#[test]
fn a_copy_on_disk_is_compared_before_it_is_taken_for_known() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(&folder.path().join("cache"), 1 << 30);
    let image = oci(&[Image::new().layer(base())]).unwrap().to_tar();
    let path = folder.path().join("image.tar");
    let target = Target::Archive { path: path.clone(), tag: None };
    fs::write(&path, &image).unwrap();
    let whole = around(&cache, &NoRegistry, &target);
    assert_eq!(around(&cache, &NoRegistry, &target), whole);
    let mut altered = image;
    let middle = altered.len() / 2;
    altered[middle] ^= 0xff;
    fs::write(&path, altered).unwrap();
    let report = around(&cache, &NoRegistry, &target);
    assert!(!report.summary.complete, "an altered layer is never taken for the known one");
    let kinds: Vec<ProblemKind> = report.problems.iter().map(|problem| problem.kind).collect();
    assert!(kinds.contains(&ProblemKind::DigestMismatch), "{kinds:?}");
    // And what was read of the altered copy was not kept.
    fs::write(&path, oci(&[Image::new().layer(base())]).unwrap().to_tar()).unwrap();
    assert_eq!(around(&cache, &NoRegistry, &target), whole);
}

#[test]
fn a_damaged_file_costs_time_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let (registry, read) = remote(Image::new().layer(base()));
    let first = around(&cache, &registry, &registry_target());
    let stored = entries(folder.path());
    assert_eq!(stored.len(), 1);
    for damage in [
        (|bytes: &mut Vec<u8>| bytes.truncate(100)) as fn(&mut Vec<u8>),
        |bytes| bytes.clear(),
        |bytes| *bytes.last_mut().unwrap() ^= 1,
        |bytes| bytes[3] ^= 1,
    ] {
        let mut bytes = fs::read(&stored[0]).unwrap();
        damage(&mut bytes);
        fs::write(&stored[0], bytes).unwrap();
        read.store(0, Ordering::SeqCst);
        assert_eq!(around(&cache, &registry, &registry_target()), first);
        assert!(read.load(Ordering::SeqCst) > 500_000, "the layer was read anew");
    }
    read.store(0, Ordering::SeqCst);
    around(&cache, &registry, &registry_target());
    assert!(read.load(Ordering::SeqCst) < 20_000, "and the file is mended");
}

#[test]
fn twenty_scans_at_once_agree() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let (registry, _) = remote(Image::new().layer(base()).layer(application()));
    let expected = around(&NoCache, &registry, &registry_target());
    std::thread::scope(|scope| {
        let scans: Vec<_> = (0..20).map(|_| scope.spawn(|| around(&cache, &registry, &registry_target()))).collect();
        for scan in scans {
            assert_eq!(scan.join().unwrap(), expected);
        }
    });
    let names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into()).collect();
    assert!(names.iter().all(|name| !name.starts_with('.')), "nothing unfinished is left: {names:?}");
}

#[test]
fn the_longest_unused_make_room() {
    let folder = tempfile::tempdir().unwrap();
    let roomy = cache(folder.path(), 1 << 30);
    for number in 0..5_u64 {
        let layer = Layer::new().file("etc/os-release", DEBIAN).file("n", number.to_string());
        around(&roomy, &remote(Image::new().layer(layer)).0, &registry_target());
    }
    let mut files = entries(folder.path());
    files.sort();
    let used = std::time::SystemTime::now() - std::time::Duration::from_secs(100_000);
    for (number, path) in files.iter().enumerate() {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(used + std::time::Duration::from_secs(number as u64)).unwrap();
    }
    let size = fs::metadata(&files[0]).unwrap().len();
    cache(folder.path(), size * 2 + size / 2).trim().unwrap();
    let mut left = entries(folder.path());
    left.sort();
    assert_eq!(left, files[3..]);
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = DiskCache::open(Place { folder: folder.path().to_owned(), most_bytes: 1 }).unwrap_err();
    assert!(error.to_string().contains("chmod"), "{error}");
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.file_name().is_some_and(|name| name != "path-key")).collect()
}
