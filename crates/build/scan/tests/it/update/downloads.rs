//! What servers do to one file.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use boltseal_testkit::server::{Answer, Manner, Server};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::*;

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_download_that_is_cut_at_every_quarter_is_whole_in_the_end() {
    let bytes = advisories(40, 1);
    let quarter = bytes.len() / 4 + 1;
    let served = bytes.clone();
    let server = Server::start(move |asked| {
        let answer = serve(asked, &served, "\"1\"");
        if answer.body.len() > quarter { answer.cut_after(quarter) } else { answer }
    });
    let house = House::of(&server);
    let updated = house.update();
    assert!(updated.is_complete() && is_written(&updated), "{updated:?}");
    assert_eq!(house.osv(), 40);
    let starts: Vec<usize> = server.asked().iter().map(|asked| asked.range_start().unwrap_or(0)).collect();
    assert_eq!(starts, [0, quarter, 2 * quarter, 3 * quarter]);
    assert_eq!(fs::read(house.keep().join("feeds/mine/mine.zip")).unwrap(), bytes);
    assert!(house.files("partial").is_empty() && house.files("new").is_empty());
}

#[test]
fn what_did_not_change_is_not_fetched_and_the_database_stays() {
    for header in ["etag", "last-modified"] {
        let bytes = advisories(3, 1);
        let server = Server::start(move |asked| {
            let is_known = asked.header("if-none-match") == Some("\"1\"");
            let is_of_that_day = asked.header("if-modified-since") == Some("\"1\"");
            if is_known || is_of_that_day {
                return Answer::new(304, "");
            }
            Answer::new(200, bytes.clone()).with(header, "\"1\"")
        });
        let house = House::of(&server);
        assert!(is_written(&house.update()));
        let before = fs::metadata(house.database()).unwrap().modified().unwrap();
        let updated = house.update();
        assert!(matches!(updated.database, DatabaseOutcome::Current), "{header}: {updated:?}");
        assert!(updated.is_complete() && updated.feeds[0].fetched.is_none());
        assert_eq!(fs::metadata(house.database()).unwrap().modified().unwrap(), before);
    }
}

#[test]
fn a_server_that_knows_no_states_is_asked_again_and_the_same_bytes_change_nothing() {
    let bytes = advisories(3, 1);
    let server = Server::start(move |_| Answer::new(200, bytes.clone()));
    let house = House::of(&server);
    assert!(is_written(&house.update()));
    assert!(matches!(house.update().database, DatabaseOutcome::Current));
}

#[test]
fn a_part_without_a_state_is_fetched_anew_and_never_patched() {
    let (bytes, tries) = (advisories(9, 1), AtomicU32::new(0));
    let server = Server::start(move |asked| {
        assert_eq!(asked.header("range"), None);
        let answer = Answer::new(200, bytes.clone()).with("etag", "W/\"weak\"");
        if tries.fetch_add(1, Ordering::SeqCst) == 0 { answer.cut_after(500) } else { answer }
    });
    let house = House::of(&server);
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 9);
}

#[test]
fn a_state_that_changed_in_between_is_fetched_from_its_beginning() {
    let (old, new) = (advisories(20, 1), advisories(20, 2));
    let tries = AtomicU32::new(0);
    let served = new.clone();
    let server = Server::start(move |asked| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => serve(asked, &old, "\"1\"").cut_after(700),
        _ => serve(asked, &served, "\"2\""),
    });
    let house = House::of(&server);
    assert!(house.update().is_complete());
    assert_eq!(server.asked()[1].header("if-range"), Some("\"1\""));
    assert_eq!(fs::read(house.keep().join("feeds/mine/mine.zip")).unwrap(), new);
}

#[test]
fn parts_that_are_not_the_one_asked_for_are_never_patched_in() {
    let bytes = advisories(20, 1);
    type Spoil = fn(Answer, usize) -> Answer;
    let spoils: [Spoil; 5] = [
        |answer, _| answer.with("content-range", "bytes 0-9/10"),
        |answer, _| answer.with("content-range", "nonsense"),
        |answer, _| answer,
        |answer, total| answer.with("content-range", format!("bytes 700-{}/{}", total, total + 1)),
        |answer, total| answer.with("content-range", format!("bytes 700-{}/{total}", total - 1)).with("etag", "\"9\""),
    ];
    for spoil in spoils {
        let (served, tries) = (bytes.clone(), AtomicU32::new(0));
        let server = Server::start(move |asked| match (tries.fetch_add(1, Ordering::SeqCst), asked.range_start()) {
            (0, _) => serve(asked, &served, "\"1\"").cut_after(700),
            (_, Some(start)) => spoil(Answer::new(206, &served[start..]), served.len()),
            (_, None) => serve(asked, &served, "\"1\""),
        });
        let house = House::of(&server);
        assert!(house.update().is_complete());
        assert_eq!(fs::read(house.keep().join("feeds/mine/mine.zip")).unwrap(), bytes);
    }
}

#[test]
fn a_length_that_is_a_lie_is_never_a_feed() {
    let bytes = advisories(20, 1);
    for length in [bytes.len() * 2, bytes.len() / 2] {
        let served = bytes.clone();
        let server = Server::start(move |_| Answer::new(200, served.clone()).in_manner(Manner::Lying(length)));
        let house = House::of(&server);
        let updated = house.update();
        assert!(!updated.is_complete() && !is_written(&updated), "{updated:?}");
        assert!(!house.database().exists() && house.files("feeds").is_empty());
    }
}

#[test]
fn a_server_in_trouble_is_asked_again_and_one_that_says_no_is_not() {
    for (status, tries) in [(500, 4), (503, 4), (429, 4), (404, 1), (403, 1), (304, 4), (206, 4), (416, 4)] {
        let server = Server::start(move |_| Answer::new(status, "sorry").with("retry-after", "3600"));
        let house = House::of(&server);
        let complaint = complaint(&house.update());
        assert_eq!(server.asked().len(), tries, "{status}: {complaint}");
        assert!(!house.database().exists());
    }
    let (bytes, tries) = (advisories(5, 1), AtomicU32::new(0));
    let server = Server::start(move |asked| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::new(503, ""),
        1 => Answer::default(),
        _ => serve(asked, &bytes, "\"1\""),
    });
    assert!(House::of(&server).update().is_complete());
}

#[test]
fn what_is_no_archive_never_takes_the_place_of_one() {
    let mut cut = advisories(20, 1);
    cut.truncate(cut.len() / 2);
    let mut flipped = advisories(20, 1);
    flipped[200] ^= 1;
    let mut other = zip::ZipWriter::new(Cursor::new(Vec::new()));
    other.start_file("README.txt", zip::write::SimpleFileOptions::default()).unwrap();
    let other = other.finish().unwrap().into_inner();
    for garbage in [b"<html>Sign in to the wireless network</html>".to_vec(), Vec::new(), cut, flipped, other] {
        let (good, count) = (advisories(20, 0), AtomicUsize::new(0));
        let server = Server::start(move |asked| match count.fetch_add(1, Ordering::SeqCst) {
            0 => serve(asked, &good, "\"1\""),
            _ => Answer::new(200, garbage.clone()).with("etag", "\"2\""),
        });
        let house = House::of(&server);
        assert!(house.update().is_complete());
        let database = fs::read(house.database()).unwrap();
        let updated = house.update();
        assert!(complaint(&updated).contains("damaged or something else"), "{updated:?}");
        assert!(updated.feeds[0].failures[0].has_earlier);
        assert_eq!(fs::read(house.database()).unwrap(), database);
        assert_eq!((house.osv(), house.files("partial").len()), (20, 0));
    }
}

#[test]
fn a_gzip_that_ends_early_is_damaged() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(b"#model_version:v2025.03.14,score_date:2025-04-01\ncve,epss,percentile\nCVE-2020-1000,0.5,0.9\n")
        .unwrap();
    let whole = gzip.finish().unwrap();
    for cut in [whole.len() / 2, whole.len() - 8, whole.len() - 1, whole.len()] {
        let served = whole[..cut].to_vec();
        let server = Server::start(move |_| Answer::new(200, served.clone()));
        let mut feed = feed("scores", &format!("http://{}/scores.csv.gz", server.host), "");
        feed.importer = "epss".into();
        feed.files[0].name = "scores.csv.gz".into();
        assert_eq!(House::with(vec![feed]).update().is_complete(), cut == whole.len(), "{cut}");
    }
}

#[test]
fn an_archive_that_decompresses_without_end_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["GHSA-1111-aaaa-bbbb.json", "GHSA-2222-aaaa-bbbb.json"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![b' '; 6 << 20]).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 100_000);
    let server = Server::start(move |_| Answer::new(200, bomb.clone()));
    let mut house = House::of(&server);
    house.limits.feed_unpacked_bytes = 10 << 20;
    assert!(complaint(&house.update()).contains("decompresses to more than is allowed"));
}

#[test]
fn an_archive_of_too_many_members_is_refused_before_they_are_in_memory() {
    let bytes = advisories(2_000, 1);
    let server = Server::start(move |asked| serve(asked, &bytes, "\"1\""));
    let mut house = House::of(&server);
    house.limits.feed_index_bytes = 128 << 10;
    assert!(complaint(&house.update()).contains("lists more members than is allowed"));
    house.limits.feed_index_bytes = 512 << 10;
    assert!(house.update().is_complete());
}

#[test]
fn a_feed_that_never_ends_is_left_and_takes_no_room() {
    let server = Server::start(|_| Answer::new(200, vec![7; 1 << 16]).in_manner(Manner::Endless));
    let mut house = House::of(&server);
    house.limits.feed_bytes = 1 << 20;
    assert!(complaint(&house.update()).contains("more than 1048576 bytes"));
    assert_eq!((server.asked().len(), house.files("partial").len()), (1, 0));
    let large = Server::start(|_| Answer::new(200, "PK").in_manner(Manner::Lying(1 << 40)));
    assert!(complaint(&House::of(&large).update()).contains("which is more than is taken"));
}

#[test]
fn time_that_is_up_ends_a_download_and_keeps_what_arrived() {
    let server = Server::start(|_| Answer::new(200, vec![7; 1 << 10]).with("etag", "\"1\"").in_manner(Manner::Endless));
    let mut house = House::of(&server);
    house.patience.time = Duration::from_millis(200);
    let complaint = complaint(&house.update());
    assert!(complaint.contains("the next update goes on after"), "{complaint}");
    assert_eq!(house.files("partial"), ["mine.zip"]);
}

#[test]
fn checksums_are_compared_where_there_are_any() {
    let bytes = advisories(5, 1);
    let (right, wrong) = (hex(&bytes), hex(b"something else"));
    for (digest, is_right) in [(&right, true), (&wrong, false)] {
        let (served, sums) = (bytes.clone(), format!("{wrong}  other.zip\n{digest} *mine.zip\n"));
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/sums" => Answer::new(200, sums.clone()),
            _ => serve(asked, &served, "\"1\""),
        });
        let address = format!("http://{}/mine.zip", server.host);
        for more in [format!("sha256 = '{digest}'"), format!("checksum = 'http://{}/sums'", server.host)] {
            let updated = House::with(vec![feed("mine", &address, &more)]).update();
            assert_eq!(updated.is_complete(), is_right, "{more}: {updated:?}");
        }
    }
}

#[test]
fn a_pointer_leads_to_the_newest_file_beside_it_and_nowhere_else() {
    let (first, second, newest) = (advisories(5, 1), advisories(6, 2), std::sync::Arc::new(AtomicU32::new(0)));
    let turn = std::sync::Arc::clone(&newest);
    let server = Server::start(move |asked| match (asked.path.as_str(), turn.load(Ordering::SeqCst)) {
        ("/vex/latest.txt", 0) => Answer::new(200, "vex-1.zip\n"),
        ("/vex/latest.txt", 1) => Answer::new(200, "vex-2.zip\n"),
        ("/vex/latest.txt", _) => Answer::new(200, "../../etc/secret.zip\n"),
        ("/vex/vex-1.zip", _) => serve(asked, &first, "\"same\""),
        ("/vex/vex-2.zip", _) => serve(asked, &second, "\"same\""),
        _ => Answer::new(404, ""),
    });
    let address = format!("http://{}/vex/latest.txt", server.host);
    let house = House::with(vec![feed("mine", &address, "holds = 'name'")]);
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 5);
    newest.store(1, Ordering::SeqCst);
    assert!(house.update().is_complete());
    assert_eq!(house.osv(), 6);
    newest.store(2, Ordering::SeqCst);
    assert!(complaint(&house.update()).contains("names none"));
    assert!(server.paths().iter().all(|path| path.starts_with("/vex/")), "{:?}", server.paths());
}

#[test]
fn a_redirect_away_from_this_machine_without_tls_is_refused() {
    let bytes = advisories(5, 1);
    let other = Server::start(move |asked| serve(asked, &bytes, "\"1\""));
    // Leads here as well, but does not say so.
    let elsewhere = format!("http://{}/mine.zip", other.host.replace("127.0.0.1", "0.0.0.0"));
    let server = Server::start(move |_| Answer::new(302, "").with("location", elsewhere.clone()));
    let house = House::of(&server);
    let complaint = complaint(&house.update());
    assert!(complaint.contains("led to http://0.0.0.0"), "{complaint}");
    assert!(!house.database().exists());
}
