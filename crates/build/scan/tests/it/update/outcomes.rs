//! What becomes of the database, of several feeds, over several updates.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use boltseal_advisory::{Builder, Database, Source, import};
use boltseal_scan::database::{FolderError, Kept, UpdateError};

use super::*;

/// Feeds `a` and `b`, whose states are set by the test; `None` answers with 500.
struct Two {
    server: Server,
    states: Arc<Mutex<BTreeMap<String, Option<Vec<u8>>>>>,
}

impl Two {
    fn start() -> Self {
        let states: Arc<Mutex<BTreeMap<String, Option<Vec<u8>>>>> = Arc::default();
        let served = Arc::clone(&states);
        let server = Server::start(move |asked| match served.lock().unwrap().get(&asked.path) {
            Some(Some(bytes)) => serve(asked, bytes, &format!("\"{}-{}\"", bytes.len(), crc(bytes))),
            Some(None) => Answer::new(500, ""),
            None => Answer::new(404, ""),
        });
        Self { server, states }
    }

    fn set(&self, path: &str, state: Option<Vec<u8>>) {
        self.states.lock().unwrap().insert(path.to_owned(), state);
    }

    fn house(&self) -> House {
        let at = |id: &str| feed(id, &format!("http://{}/{id}", self.server.host), "");
        House::with(vec![at("a"), at("b")])
    }
}

fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

#[test]
fn a_feed_that_fails_leaves_its_last_download_in_use() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(6, 2)));
    let house = two.house();
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 10);
    two.set("/a", None);
    two.set("/b", Some(advisories(8, 2)));
    let updated = house.update();
    assert!(!updated.is_complete() && is_written(&updated), "{updated:?}");
    assert!(updated.feeds[0].failures[0].has_earlier && updated.feeds[1].failures.is_empty());
    assert_eq!(house.osv(), 12);
}

#[test]
fn a_feed_that_was_never_fetched_is_said_and_one_asked_for_by_name_keeps_the_old_database() {
    let two = Two::start();
    two.set("/a", None);
    two.set("/b", Some(advisories(6, 2)));
    let mut house = two.house();
    let updated = house.update();
    assert!(!updated.is_complete() && is_written(&updated));
    assert!(!updated.feeds[0].failures[0].has_earlier);
    let before = fs::read(house.database()).unwrap();
    two.set("/b", Some(advisories(7, 2)));
    house.only = vec!["a".into(), "b".into()];
    let updated = house.update();
    let DatabaseOutcome::Kept(Kept::Missing(missing)) = &updated.database else { panic!("{updated:?}") };
    assert_eq!(missing, &["a"]);
    assert_eq!(fs::read(house.database()).unwrap(), before);
    // What arrived is not lost.
    house.only.clear();
    two.set("/a", Some(advisories(1, 1)));
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 8);
}

#[test]
fn feeds_that_were_fetched_before_stay_in_the_database() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(6, 2)));
    let mut house = two.house();
    assert!(house.update().is_complete());
    house.only = vec!["b".into()];
    two.set("/b", Some(advisories(7, 2)));
    let updated = house.update();
    assert_eq!((updated.feeds.len(), updated.others), (1, vec!["a".to_owned()]));
    assert_eq!(house.osv(), 11);
    assert_eq!(two.server.paths().iter().filter(|path| *path == "/a").count(), 1);
}

#[test]
fn a_feed_that_shrinks_by_more_than_half_is_not_believed_unless_the_user_says_so() {
    let two = Two::start();
    two.set("/a", Some(advisories(10, 1)));
    two.set("/b", Some(advisories(10, 2)));
    let mut house = two.house();
    assert!(house.update().is_complete());
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(5, 2)));
    for _ in 0..2 {
        let updated = house.update();
        assert_eq!((updated.feeds[0].shrunk, updated.feeds[1].shrunk), (Some((10, 4)), None), "{updated:?}");
        assert!(!updated.is_complete());
        assert_eq!(house.osv(), 15);
    }
    house.accept_shrinking = true;
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 9);
    assert_eq!(two.server.paths().iter().filter(|path| *path == "/a").count(), 4);
}

#[test]
fn a_database_from_elsewhere_is_not_replaced_by_a_much_smaller_one() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(4, 2)));
    let mut house = two.house();
    let zip = house.folder.path().join("large.zip");
    fs::write(&zip, advisories(30, 1)).unwrap();
    boltseal_scan::database::build(&[zip], &house.database(), &Limits::default()).unwrap();
    let updated = house.update();
    assert!(
        matches!(updated.database, DatabaseOutcome::Kept(Kept::Shrinking { before: 30, after: 8, .. })),
        "{updated:?}"
    );
    assert_eq!(house.osv(), 30);
    house.accept_shrinking = true;
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 8);
}

#[test]
fn a_database_that_is_gone_or_damaged_is_made_anew_from_what_is_here() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(6, 2)));
    let house = two.house();
    assert!(house.update().is_complete());
    let whole = fs::read(house.database()).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    for bytes in [Some(damaged), None] {
        match bytes {
            Some(bytes) => fs::write(house.database(), bytes).unwrap(),
            None => fs::remove_file(house.database()).unwrap(),
        }
        let updated = house.update();
        assert!(is_written(&updated) && updated.is_complete(), "{updated:?}");
        assert_eq!(fs::read(house.database()).unwrap(), whole);
    }
}

#[test]
fn a_database_of_importers_that_read_otherwise_is_built_anew_from_what_is_here() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(6, 2)));
    let house = two.house();
    assert!(house.update().is_complete());
    assert!(matches!(house.update().database, DatabaseOutcome::Current));
    // A database as an earlier importer left it, with the note that it was built from these very files.
    let importer = import::ALL.iter().find(|importer| importer.id == "osv").unwrap();
    let mut builder = Builder::new();
    let source = builder.source(Source { revision: importer.revision - 1, ..importer.source() });
    for (name, bytes) in [("a", advisories(4, 1)), ("b", advisories(6, 2))] {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for index in 0..zip.len() {
            let (imported, _) = (importer.import)(name, &read(&mut zip, index), &Limits::default());
            builder.add_all(source, imported);
        }
    }
    let bytes = builder.finish();
    fs::write(house.database(), &bytes).unwrap();
    let note = house.keep().join("built.json");
    let mut built: serde_json::Value = serde_json::from_slice(&fs::read(&note).unwrap()).unwrap();
    built["database"] = Database::open(&bytes).unwrap().info().digest.to_string().into();
    fs::write(&note, built.to_string()).unwrap();
    assert_eq!(house.osv(), 10);
    assert!(is_written(&house.update()));
    assert!(matches!(house.update().database, DatabaseOutcome::Current));
}

fn read(zip: &mut zip::ZipArchive<Cursor<Vec<u8>>>, index: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    zip.by_index(index).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_folder_of_downloads_is_a_source_of_db_build() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(6, 2)));
    let house = two.house();
    assert!(house.update().is_complete());
    let copy = house.folder.path().join("copy.db");
    boltseal_scan::database::build(&[house.keep().join("feeds")], &copy, &Limits::default()).unwrap();
    assert_eq!(fs::read(copy).unwrap(), fs::read(house.database()).unwrap());
}

#[test]
fn files_that_a_feed_does_not_name_any_more_are_left_out_and_those_put_there_by_hand_are_not() {
    let two = Two::start();
    two.set("/a", Some(advisories(4, 1)));
    two.set("/b", Some(advisories(6, 2)));
    let house = two.house();
    assert!(house.update().is_complete());
    fs::write(house.keep().join("feeds/a/old.zip"), advisories(100, 1)).unwrap();
    fs::create_dir(house.keep().join("feeds/by-hand")).unwrap();
    fs::write(house.keep().join("feeds/by-hand/own.zip"), advisories(3, 3)).unwrap();
    let updated = house.update();
    assert!(is_written(&updated));
    assert_eq!((house.osv(), updated.others), (13, vec!["by-hand".to_owned()]));
    assert!(!house.keep().join("feeds/a/old.zip").exists());
    assert!(matches!(house.update().database, DatabaseOutcome::Current));
}

#[test]
fn nobody_else_may_work_in_the_folder_or_write_to_it() {
    use std::os::unix::fs::PermissionsExt;

    let (inner, calls) = (Arc::new(Mutex::new(None::<PathBuf>)), AtomicUsize::new(0));
    let keep = Arc::clone(&inner);
    let bytes = advisories(3, 1);
    let server = Server::start(move |asked| {
        let keep = keep.lock().unwrap().clone().unwrap();
        let house = House::with(Vec::new());
        let plan = Plan {
            feeds: &[],
            only: &[],
            keep: &keep,
            database: &house.database(),
            accept_shrinking: false,
            patience: Patience::default(),
            limits: Limits::default(),
        };
        let error = update(&plan, &Silent).unwrap_err();
        assert!(matches!(error, UpdateError::Folder(FolderError::Busy { .. })), "{error}");
        assert!(error.to_string().contains(&format!("(process {})", std::process::id())), "{error}");
        calls.fetch_add(1, Ordering::SeqCst);
        serve(asked, &bytes, "\"1\"")
    });
    let house = House::of(&server);
    *inner.lock().unwrap() = Some(house.keep());
    assert!(house.update().is_complete());
    assert_eq!(server.asked().len(), 1);
    fs::set_permissions(house.keep(), fs::Permissions::from_mode(0o777)).unwrap();
    let plan = Plan {
        feeds: &house.feeds,
        only: &[],
        keep: &house.keep(),
        database: &house.database(),
        accept_shrinking: false,
        patience: Patience::default(),
        limits: Limits::default(),
    };
    let error = update(&plan, &Silent).unwrap_err();
    assert!(matches!(error, UpdateError::Folder(FolderError::Unusable { .. })), "{error}");
}

#[test]
fn a_feed_of_several_files_is_used_as_far_as_it_is_here() {
    let two = Two::start();
    two.set("/one", Some(advisories(3, 1)));
    two.set("/two", Some(advisories(5, 2)));
    let host = &two.server.host;
    let more = format!("[[files]]\nname = 'two.zip'\naddress = 'http://{host}/two'");
    let house = House::with(vec![feed("both", &format!("http://{host}/one"), &more)]);
    assert!(house.update().is_complete());
    assert_eq!((house.osv(), house.files("feeds")), (8, vec!["both.zip".to_owned(), "two.zip".to_owned()]));
    two.set("/two", None);
    two.set("/one", Some(advisories(4, 1)));
    let updated = house.update();
    assert_eq!(updated.feeds[0].failures.len(), 1);
    assert_eq!(house.osv(), 9);
}
