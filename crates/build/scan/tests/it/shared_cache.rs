//! The layer cache in a bucket: what one machine read no other reads again, and a bad store costs time and nothing else.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use boltseal_model::{Limits, Problem, ProblemKind, Report};
use boltseal_s3::{Bucket, Settings};
use boltseal_scan::{Key, LayerCache, NoCache, Place, SharedCache};
use boltseal_testkit::image::Image;
use boltseal_testkit::server::{Answer, Asked, Manner, Server};
use proptest::prelude::*;

use crate::cache::{application, around, base, registry_target, remote};
use crate::images::share_path_key;

/// The objects of a store, which all its servers share.
type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A store that has the key of this program's tests, so that they may come in any order.
fn objects() -> Objects {
    Arc::new(Mutex::new(HashMap::from([("/team/layers/path-key".to_owned(), share_path_key().to_vec())])))
}

fn answer(objects: &Objects, asked: &Asked) -> Answer {
    let mut objects = objects.lock().unwrap();
    match (asked.method.as_str(), objects.get(&asked.path)) {
        ("GET", Some(bytes)) => Answer::new(200, bytes.clone()),
        ("GET", None) => Answer::new(404, "<Error><Code>NoSuchKey</Code></Error>"),
        ("PUT", Some(_)) if asked.header("if-none-match").is_some() => Answer::new(412, ""),
        _ => {
            objects.insert(asked.path.clone(), asked.body.clone());
            Answer::new(200, "")
        }
    }
}

fn good(objects: &Objects) -> Server {
    let objects = Arc::clone(objects);
    Server::start(move |asked| answer(&objects, asked))
}

/// A machine of its own: another folder, the same store.
fn machine(host: &str, folder: Option<&Path>) -> SharedCache {
    let endpoint = format!("http://{host}");
    let settings = Settings::read(&|variable| match variable {
        "AWS_ENDPOINT_URL" => Some(endpoint.clone()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("key".to_owned()),
        _ => None,
    });
    let place = folder.map(|folder| {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("path-key"), share_path_key()).unwrap();
        Place { folder: folder.to_owned(), most_bytes: 1 << 30 }
    });
    let bucket = Bucket::new("s3://team/layers".parse().unwrap(), settings.unwrap());
    SharedCache::open(Ok(bucket.within(Duration::from_millis(500))), place, &Limits::default())
}

fn entries(objects: &Objects) -> Vec<String> {
    objects.lock().unwrap().keys().filter(|name| !name.ends_with("/path-key")).cloned().collect()
}

/// The report without the problem that tells of the cache, and that problem.
fn apart(mut report: Report) -> (Report, Vec<Problem>) {
    let (of_cache, others) =
        report.problems.into_iter().partition(|problem| problem.kind == ProblemKind::CacheUnavailable);
    report.problems = others;
    (report, of_cache)
}

#[test]
fn what_one_machine_read_another_does_not_fetch() {
    let (store, folder) = (objects(), tempfile::tempdir().unwrap());
    let server = good(&store);
    let (registry, read) = remote(Image::new().layer(base()).layer(application()));
    let first = around(&machine(&server.host, Some(&folder.path().join("1"))), &registry, &registry_target());
    assert_eq!(first.problems, []);
    assert_eq!(entries(&store).len(), 2);
    read.store(0, Ordering::SeqCst);
    let second = around(&machine(&server.host, Some(&folder.path().join("2"))), &registry, &registry_target());
    assert_eq!(second, first);
    assert!(read.load(Ordering::SeqCst) < 20_000, "only documents are read");
    // What came from the store lies on the disk now; of the store, only its key is asked for.
    let asked = server.asked().len();
    assert_eq!(around(&machine(&server.host, Some(&folder.path().join("2"))), &registry, &registry_target()), first);
    assert_eq!(server.paths()[asked..], ["/team/layers/path-key"]);
    // Without a folder, everything comes from the store.
    read.store(0, Ordering::SeqCst);
    assert_eq!(around(&machine(&server.host, None), &registry, &registry_target()), first);
    assert!(read.load(Ordering::SeqCst) < 20_000);
    assert_eq!(around(&NoCache, &registry, &registry_target()), first, "and the cache changes nothing");
}

#[test]
fn damage_and_lies_cost_time_and_are_mended() {
    let store = objects();
    let server = good(&store);
    let (registry, read) = remote(Image::new().layer(base()));
    let first = around(&machine(&server.host, None), &registry, &registry_target());
    let name = entries(&store).remove(0);
    let whole = store.lock().unwrap()[&name].clone();
    let sealed = |content: &[u8]| {
        // Rightly made by somebody who may write to the store, and yet nonsense.
        use sha2::{Digest, Sha256};
        [&whole[..72], &Sha256::digest(content), content].concat()
    };
    for damaged in [
        Vec::new(),
        whole[..whole.len() / 2].to_vec(),
        [&whole[..8], &[b'0'; 64], &whole[72..]].concat(),
        [b"BSLAYER1", &whole[8..]].concat(),
        vec![7; 65 << 20],
        sealed(b""),
        sealed(&[0xdd, 0xff, 0xff, 0xff, 0xff]),
        sealed(&vec![0x91; 100_000]),
    ] {
        store.lock().unwrap().insert(name.clone(), damaged);
        read.store(0, Ordering::SeqCst);
        assert_eq!(around(&machine(&server.host, None), &registry, &registry_target()), first);
        assert!(read.load(Ordering::SeqCst) > 500_000, "the layer was read anew");
        assert_eq!(store.lock().unwrap()[&name], whole, "and the entry is mended");
    }
}

#[test]
fn a_bad_store_is_one_problem_and_the_report_is_complete() {
    let store = objects();
    let (registry, _) = remote(Image::new().layer(base()).layer(application()));
    let expected = around(&machine(&good(&store).host, None), &registry, &registry_target());
    let refusing = |status, code: &'static str| move |_: Answer| Answer::new(status, format!("<Code>{code}</Code>"));
    type Spoiling = Box<dyn Fn(Answer) -> Answer + Send + Sync>;
    let bad: Vec<(&str, Spoiling)> = vec![
        ("does not answer", Box::new(|_| Answer::new(0, ""))),
        ("broke off", Box::new(|answer| answer.cut_after(10))),
        ("broke off", Box::new(|answer| answer.in_manner(Manner::Stalling(10)))),
        ("status 403 (AccessDenied)", Box::new(refusing(403, "AccessDenied"))),
        ("status 503 (SlowDown)", Box::new(refusing(503, "SlowDown"))),
        ("status 500", Box::new(|_| Answer::new(500, "<html>\u{1b}[2J"))),
        ("another region", Box::new(|_| Answer::new(301, "").with("location", "http://127.0.0.1:1/"))),
    ];
    for (detail, spoil) in bad {
        for is_bad_at_once in [true, false] {
            let objects = Arc::clone(&store);
            let begun = Instant::now();
            let spoilt: HashMap<String, Answer> = store
                .lock()
                .unwrap()
                .iter()
                .filter(|(name, _)| is_bad_at_once || !name.ends_with("/path-key"))
                .map(|(name, bytes)| (name.clone(), spoil(Answer::new(200, bytes.clone()))))
                .collect();
            let server =
                Server::start(move |asked| spoilt.get(&asked.path).cloned().unwrap_or_else(|| answer(&objects, asked)));
            let (report, told) = apart(around(&machine(&server.host, None), &registry, &registry_target()));
            assert_eq!(report, expected, "{detail}");
            assert_eq!(told.len(), 1, "{detail}: {told:?}");
            assert!(told[0].detail.contains(detail) && told[0].detail.contains("s3://team/layers"), "{told:?}");
            assert!(report.summary.complete, "{detail}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{detail}: {:?}", begun.elapsed());
            // Two layers, read at once: nobody asks after the first failure but who was asking already.
            assert!(server.asked().len() <= 3, "{detail}: {:?}", server.paths());
        }
    }
}

#[test]
fn a_store_that_may_only_be_read_is_read_and_told_of_once() {
    let store = objects();
    let known = remote(Image::new().layer(base())).0;
    around(&machine(&good(&store).host, None), &known, &registry_target());
    let objects = Arc::clone(&store);
    let server = Server::start(move |asked| match asked.method.as_str() {
        "PUT" => Answer::new(403, "<Code>AccessDenied</Code>"),
        _ => answer(&objects, asked),
    });
    let (registry, read) = remote(Image::new().layer(base()).layer(application()));
    let (report, told) = apart(around(&machine(&server.host, None), &registry, &registry_target()));
    assert!(read.load(Ordering::SeqCst) < 20_000, "the known layer is not read");
    assert_eq!((told.len(), report.summary.complete), (1, true));
}

#[test]
fn an_unusable_store_leaves_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_| Answer::new(403, ""));
    let (registry, read) = remote(Image::new().layer(base()));
    let first = around(&machine(&server.host, Some(folder.path())), &registry, &registry_target());
    read.store(0, Ordering::SeqCst);
    assert_eq!(around(&machine(&server.host, Some(folder.path())), &registry, &registry_target()), first);
    assert!(read.load(Ordering::SeqCst) < 20_000, "the layer is known from the disk");
    assert_eq!(apart(first).1.len(), 1);
}

#[test]
fn an_empty_store_gets_a_key_and_a_damaged_key_is_told() {
    share_path_key();
    let store: Objects = Arc::default();
    let server = good(&store);
    let cache = machine(&server.host, None);
    assert_eq!(store.lock().unwrap()["/team/layers/path-key"].len(), 16);
    // This program hashes by another key already, so that it must not read what that store has.
    let told = cache.trouble().unwrap();
    assert!(told.detail.ends_with("paths are hashed by another key already"), "{told:?}");
    store.lock().unwrap().insert("/team/layers/path-key".to_owned(), vec![1; 15]);
    let told = machine(&server.host, None).trouble().unwrap();
    assert!(told.detail.ends_with("its object path-key is damaged; remove it"), "{told:?}");
}

#[test]
fn twenty_scans_that_share_a_store_agree() {
    let (store, folder) = (objects(), tempfile::tempdir().unwrap());
    let server = good(&store);
    let (registry, _) = remote(Image::new().layer(base()).layer(application()));
    let expected = around(&NoCache, &registry, &registry_target());
    std::thread::scope(|scope| {
        let host = server.host.as_str();
        let (folder, registry) = (&folder, &registry);
        let one = move |number: usize| {
            let folder = folder.path().join(number.to_string());
            around(&machine(host, Some(&folder)), registry, &registry_target())
        };
        let scans: Vec<_> = (0..20).map(|number| scope.spawn(move || one(number))).collect();
        for scan in scans {
            assert_eq!(scan.join().unwrap(), expected);
        }
    });
    assert_eq!(entries(&store).len(), 2);
}

/// A cache that keeps one content for everything.
#[derive(Default)]
struct One(Mutex<Vec<u8>>);

impl LayerCache for One {
    fn load(&self, _: &Key) -> Option<Vec<u8>> {
        Some(self.0.lock().unwrap().clone()).filter(|bytes| !bytes.is_empty())
    }

    fn store(&self, _: &Key, bytes: &[u8]) {
        *self.0.lock().unwrap() = bytes.to_vec();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_content_of_an_entry_is_read_or_not(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let (registry, _) = remote(Image::new().layer(application()));
        let cache = One::default();
        around(&cache, &registry, &registry_target());
        {
            let mut bytes = cache.0.lock().unwrap();
            for (at, value) in flips {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
        }
        around(&cache, &registry, &registry_target());
    }
}
