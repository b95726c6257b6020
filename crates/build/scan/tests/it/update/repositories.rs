//! Bulletins behind mirrors and indexes, and those that are compressed with bzip2.

use std::sync::{Arc, Mutex};

use boltseal_scan::database::FetchError;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::*;

/// So many bulletins, as Amazon's repositories carry them.
fn bulletins(count: usize) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(b"<?xml version=\"1.0\"?>\n<updates>\n").unwrap();
    for number in 1..=count {
        let update = format!(
            "<update status='final' type='security'><id>ALAS2023-2030-{number:03}</id><severity>important</severity>\
             <references><reference id='CVE-2030-{number:04}' type='cve'/></references><pkglist><collection>\
             <package name='tool-{number}' version='1.0' release='2.amzn2023' epoch='0' arch='x86_64'/>\
             </collection></pkglist></update>\n"
        );
        gzip.write_all(update.as_bytes()).unwrap();
    }
    gzip.write_all(b"</updates>\n").unwrap();
    gzip.finish().unwrap()
}

fn index(location: &str, bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><repomd xmlns='http://linux.duke.edu/metadata/repo'><data type='updateinfo'>\
         <checksum type='sha256'>{digest}</checksum><location href='{location}'/></data></repomd>"
    )
}

/// A publisher of one repository: paths and what lies there.
struct Publisher {
    server: Server,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Publisher {
    /// A list of mirrors, an index and bulletins, all as they should be.
    fn start() -> Self {
        let files: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let served = Arc::clone(&files);
        let server = Server::start(move |asked| match served.lock().unwrap().get(&asked.path) {
            Some(bytes) => serve(asked, bytes, &format!("\"{}\"", bytes.len())),
            None => Answer::new(404, ""),
        });
        let publisher = Self { server, files };
        publisher.publish("first", 5);
        publisher
    }

    /// A state of the repository, under an address of its own.
    fn publish(&self, state: &str, count: usize) {
        let bytes = bulletins(count);
        self.set("/latest/mirror.list", format!("http://{}/guids/{state}/x86_64/\n", self.server.host));
        self.set(&format!("/guids/{state}/x86_64/repodata/repomd.xml"), index("repodata/updateinfo.xml.gz", &bytes));
        self.set(&format!("/guids/{state}/x86_64/repodata/updateinfo.xml.gz"), bytes);
    }

    fn set(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.lock().unwrap().insert(path.to_owned(), bytes.into());
    }

    fn house(&self) -> House {
        let address = format!("http://{}/latest/mirror.list", self.server.host);
        let mut feed = feed("amazon", &address, "holds = 'mirrors'");
        feed.importer = "amazon-updateinfo".into();
        feed.files[0].name = "amazon-updateinfo.xml.gz".into();
        House::with(vec![feed])
    }
}

fn amazon(house: &House) -> u64 {
    house.held().get("amazon-updateinfo").copied().unwrap_or(0)
}

#[test]
fn mirrors_lead_to_the_index_and_the_index_to_the_bulletins() {
    let publisher = Publisher::start();
    let house = publisher.house();
    let updated = house.update();
    assert!(updated.is_complete() && is_written(&updated), "{updated:?}");
    assert_eq!(amazon(&house), 5);
    let paths = ["mirror.list", "repomd.xml", "updateinfo.xml.gz"];
    let asked = publisher.server.paths();
    assert!(asked.len() == 3 && asked.iter().zip(paths).all(|(asked, path)| asked.ends_with(path)), "{asked:?}");
}

#[test]
fn bulletins_that_are_here_are_not_fetched_again_from_a_repository_with_another_address() {
    let publisher = Publisher::start();
    let house = publisher.house();
    assert!(house.update().is_complete());
    publisher.publish("second", 5);
    let updated = house.update();
    assert!(updated.is_complete() && matches!(updated.database, DatabaseOutcome::Current), "{updated:?}");
    assert!(!publisher.server.paths().contains(&"/guids/second/x86_64/repodata/updateinfo.xml.gz".to_owned()));
    publisher.publish("third", 7);
    assert!(is_written(&house.update()));
    assert_eq!(amazon(&house), 7);
}

#[test]
fn bulletins_that_the_index_does_not_vouch_for_are_refused() {
    let publisher = Publisher::start();
    publisher.set("/guids/first/x86_64/repodata/updateinfo.xml.gz", bulletins(6));
    let house = publisher.house();
    let complaint = complaint(&house.update());
    assert!(complaint.contains("its SHA-256 is"), "{complaint}");
    assert!(!house.database().exists() && house.files("partial").is_empty());
}

#[test]
fn an_index_that_leads_out_of_the_repository_or_nowhere_is_refused() {
    let bytes = bulletins(5);
    let index = |location: &str| index(location, &bytes);
    for (repomd, words) in [
        (index("../../../secret/updateinfo.xml.gz"), "no place in the repository"),
        (index("/secret/updateinfo.xml.gz"), "no place in the repository"),
        (index("http://127.0.0.1:1/updateinfo.xml.gz"), "no place in the repository"),
        (index("repodata//updateinfo.xml.gz"), "no place in the repository"),
        (index("repodata/%2e%2e/updateinfo.xml.gz"), "no place in the repository"),
        (index("repodata/updateinfo.xml.gz").replace("sha256", "sha"), "gives no SHA-256"),
        (index("repodata/updateinfo.xml.gz").replace("updateinfo'", "group'"), "names no updateinfo"),
        ("<html>Sign in to the wireless network".into(), "does not lead to its bulletins"),
        ("x".repeat(1 << 20), "more than 65536"),
    ] {
        let publisher = Publisher::start();
        publisher.set("/guids/first/x86_64/repodata/repomd.xml", repomd);
        let complaint = complaint(&publisher.house().update());
        assert!(complaint.contains(words), "{words}: {complaint}");
        assert!(publisher.server.paths().iter().all(|path| !path.ends_with("updateinfo.xml.gz")));
    }
}

#[test]
fn mirrors_that_anybody_can_answer_for_are_not_asked() {
    let publisher = Publisher::start();
    let (good, elsewhere) = (
        format!("http://{}/guids/first/x86_64", publisher.server.host),
        format!("http://{}/guids/first/x86_64", publisher.server.host.replace("127.0.0.1", "0.0.0.0")),
    );
    for (list, is_asked) in [
        (format!("{elsewhere}\n{good}\n"), true),
        (format!("# {good}\n{elsewhere}\n"), false),
        (format!("{good}?x=\n"), false),
        ("<html>\n".into(), false),
        (String::new(), false),
    ] {
        publisher.set("/latest/mirror.list", list.clone());
        let house = publisher.house();
        let updated = house.update();
        assert_eq!(updated.is_complete(), is_asked, "{list}: {updated:?}");
        if !is_asked {
            assert!(matches!(updated.feeds[0].failures[0].error, FetchError::Senseless(_)), "{updated:?}");
        }
    }
}

/// A definition of Oracle's, with so many spaces in it.
fn oracle(padding: usize) -> String {
    format!(
        "<oval_definitions><definitions><definition id='oval:com.oracle.elsa:def:20300001' class='patch'><metadata>\
         <title>ELSA-2030-0001: tool security update (IMPORTANT)</title><reference source='elsa' ref_id='ELSA-2030-0001'/>\
         <reference source='CVE' ref_id='CVE-2030-0001'/></metadata><criteria operator='AND'>\
         <criterion test_ref='a' comment='Oracle Linux 9 is installed'/>\
         <criterion test_ref='b' comment='tool is earlier than 0:1.2-3.el9'/></criteria></definition></definitions>{}\
         </oval_definitions>",
        " ".repeat(padding)
    )
}

fn bzip2(text: &str) -> Vec<u8> {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(text.as_bytes()).unwrap();
    bzip2.finish().unwrap()
}

fn oracle_house(bytes: Vec<u8>) -> (Server, House) {
    let server = Server::start(move |asked| serve(asked, &bytes, "\"1\""));
    let mut feed = feed("oracle", &format!("http://{}/all.xml.bz2", server.host), "");
    feed.importer = "oval".into();
    feed.files[0].name = "all.xml.bz2".into();
    (server, House::with(vec![feed]))
}

#[test]
fn definitions_compressed_with_bzip2_are_read_whole_or_not_at_all() {
    let whole = bzip2(&oracle(0));
    for cut in [0, 3, whole.len() / 2, whole.len() - 4, whole.len() - 1] {
        let (_server, house) = oracle_house(whole[..cut].to_vec());
        assert!(complaint(&house.update()).contains("damaged or something else"), "{cut}");
        assert!(!house.database().exists());
    }
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let (_server, house) = oracle_house(flipped);
    assert!(complaint(&house.update()).contains("damaged or something else"));
    let (_server, house) = oracle_house(bzip2(&oracle(0).repeat(2)));
    assert!(!house.update().is_complete() && !house.database().exists(), "two documents in one file are none");
}

#[test]
fn definitions_compressed_with_bzip2_may_be_long_and_of_several_streams() {
    // Compressors that use several threads write several streams, one after the other.
    let text = oracle(2 << 20);
    let (one, two) = text.split_at(500);
    for bytes in [bzip2(&text), [bzip2(one), bzip2(two)].concat()] {
        let (_server, house) = oracle_house(bytes);
        let updated = house.update();
        assert!(updated.is_complete(), "{updated:?}");
        assert_eq!(house.held().get("oval"), Some(&1));
    }
}

#[test]
fn a_bzip2_that_decompresses_without_end_is_refused() {
    let bomb = bzip2(&oracle(20 << 20));
    assert!(bomb.len() < 10_000);
    let (_server, mut house) = oracle_house(bomb);
    house.limits.feed_unpacked_bytes = 10 << 20;
    assert!(complaint(&house.update()).contains("decompresses to more than is allowed"));
}
