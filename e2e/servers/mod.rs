//! Servers that scenarios talk to. Each lies in a folder of its own, listens on loopback or a socket file, and ends with the
//! value that stands for it.

mod engines;

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

use boltseal_testkit::process::Process;
use tempfile::TempDir;

use crate::parts::part;

pub use boltseal_testkit::docker::DockerEngine;
pub use boltseal_testkit::process::wait_for;
pub use engines::{ContainerdDaemon, PodmanService};

/// A store of objects with the interface of S3, which computes signatures with the library of AWS and refuses others.
pub struct ObjectStore {
    /// Where it answers.
    pub endpoint: String,
    /// An access key that may do anything with its bucket `team`, and the secret half of it.
    pub key: (String, String),
    folder: TempDir,
    _process: Process,
}

/// Makes a user and a bucket before the store begins to look at signatures.
const FURNISH: &str = r#"
import boto3, sys
def client(name):
    return boto3.client(name, endpoint_url=sys.argv[1], region_name="us-east-1",
                        aws_access_key_id="any", aws_secret_access_key="any")
users = client("iam")
users.create_user(UserName="scanner")
allowed = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
users.put_user_policy(UserName="scanner", PolicyName="all", PolicyDocument=allowed)
client("s3").create_bucket(Bucket="team")
key = users.create_access_key(UserName="scanner")["AccessKey"]
print(key["AccessKeyId"], key["SecretAccessKey"])
"#;

/// Says what lies in the bucket, one line for each object.
const LIST: &str = r#"
import boto3, sys
store = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1",
                     aws_access_key_id=sys.argv[2], aws_secret_access_key=sys.argv[3])
for found in store.list_objects_v2(Bucket="team").get("Contents", []):
    print(found["Size"], found["Key"])
"#;

/// How many requests [`FURNISH`] takes.
const FURNISHING: &str = "4";

impl ObjectStore {
    /// A new one with an empty bucket.
    pub fn start() -> Option<Self> {
        let python = part("BOLTSEAL_OBJECTS")?;
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(&python)
            .args(["-m", "moto.server", "--host", "127.0.0.1", "--port", &port.to_string()])
            .env("INITIAL_NO_AUTH_ACTION_COUNT", FURNISHING)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let process = Process(process);
        wait_for("the store of objects", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        let endpoint = format!("http://127.0.0.1:{port}");
        let output = Command::new(&python).args(["-c", FURNISH, &endpoint]).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let (key, secret) = printed.trim().split_once(' ').unwrap_or_else(|| {
            panic!("the store is not furnished: {}", String::from_utf8_lossy(&output.stderr));
        });
        Some(Self { endpoint, key: (key.to_owned(), secret.to_owned()), folder, _process: process })
    }

    /// Names and sizes of the objects in its bucket.
    pub fn objects(&self) -> Vec<(String, u64)> {
        let python = part("BOLTSEAL_OBJECTS").unwrap();
        let output =
            Command::new(python).args(["-c", LIST, &self.endpoint, &self.key.0, &self.key.1]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let line = |line: &str| line.split_once(' ').map(|(size, name)| (name.to_owned(), size.parse().unwrap()));
        String::from_utf8_lossy(&output.stdout).lines().map(|text| line(text).unwrap()).collect()
    }

    /// A folder for whatever a test needs beside it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A proxy for HTTP, by tunnel or by whole addresses, that remembers the first line of every request.
pub struct Proxy {
    /// `127.0.0.1:PORT`.
    pub host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// A new one, which serves until the tests end.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (host, asked) = (listener.local_addr().unwrap().to_string(), Arc::new(Mutex::default()));
        let log = Arc::clone(&asked);
        spawn(move || {
            for client in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                spawn(move || pass_on(client, &log));
            }
        });
        Self { host, asked }
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn pass_on(mut client: TcpStream, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line);
    }
    let first = lines.first()?.trim().to_owned();
    log.lock().unwrap().push(first.clone());
    let (method, address) = first.split_once(' ')?;
    let address = address.split(' ').next()?;
    let mut server;
    if method == "CONNECT" {
        server = TcpStream::connect(address).ok()?;
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    } else {
        let (host, path) = address.strip_prefix("http://")?.split_once('/')?;
        server = TcpStream::connect(host).ok()?;
        let head = lines[1..].concat();
        server.write_all(format!("{method} /{path} HTTP/1.1\r\n{head}\r\n").as_bytes()).ok()?;
    }
    let (mut back, mut forth) = (server.try_clone().ok()?, client.try_clone().ok()?);
    spawn(move || io::copy(&mut back, &mut forth));
    io::copy(&mut reader, &mut server).ok().map(drop)
}
