//! What the demo's image has that no image should: a web shell, a miner, a key that a later layer deletes, and a private key.
//!
//! None of it lies in this source tree as it is: the malware is that of the rules' own cases, which are encoded, and the keys are
//! made here, of numbers that everybody can see.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::shell;

/// Paths in the image, and the cases that lie there.
const MALWARE: &[(&str, &str)] = &[
    ("opt/shop/web/public/up.php", "php-runs-request-as-command/fires-one-line.b64"),
    ("opt/shop/web/.cache/tune.sh", "miner-command/fires-script.b64"),
];

/// A file with credentials, which the next layer deletes.
const CREDENTIALS: &str = "root/.aws/credentials";

/// Writes what one layer brings, and what the next one deletes of it.
pub fn write(brought: &Path, deleted: &Path) -> anyhow::Result<()> {
    for (path, case) in MALWARE {
        let case = shell::workspace().join("content/malware").join(case);
        let bytes = shell::command("base64", ["--decode", &case.to_string_lossy()]).output()?.stdout;
        put(brought, path, &bytes)?;
    }
    let mut numbers = Numbers(88_172_645_463_325_252);
    let id = numbers.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
    let secret = numbers.text(BASE64, 40);
    let credentials = format!("[default]\naws_access_key_id = AKIA{id}\naws_secret_access_key = {secret}\n");
    put(brought, CREDENTIALS, credentials.as_bytes())?;
    // A sequence of 1,200 bytes, as far as its header says: 0x30 0x82 0x04 0xb0.
    let key = format!("MIIEsA{}", numbers.text(BASE64, 1_599)) + "A==";
    let lines: Vec<String> = key.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let kind = "PRIVATE KEY";
    let pem = format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"));
    put(brought, "etc/ssl/private/shop.key", pem.as_bytes())?;
    let (folder, name) = CREDENTIALS.rsplit_once('/').context("a path with a folder")?;
    put(deleted, &format!("{folder}/.wh.{name}"), b"")
}

fn put(root: &Path, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = root.join(path);
    fs::create_dir_all(path.parent().context("a path in a folder")?)?;
    Ok(fs::write(path, bytes)?)
}

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Marsaglia's xorshift.
struct Numbers(u64);

impl Numbers {
    fn text(&mut self, characters: &[u8], count: usize) -> String {
        let mut one = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let index = usize::try_from(self.0 >> 33).unwrap_or_default() % characters.len();
            characters.get(index).copied().map(char::from)
        };
        (0..count).filter_map(|_| one()).collect()
    }
}
