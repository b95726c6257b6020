//! Secrets that are none: what documentation and templates put in the place of one.

/// Parts of texts that nobody has for a secret. In lower case.
const WORDS: &[&str] = &[
    "example",
    "sample",
    "dummy",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "yourtoken",
    "your-token",
    "your_token",
    "your-api",
    "your_api",
    "yourapi",
    "your-secret",
    "your_secret",
    "yoursecret",
    "your-key",
    "your_key",
    "insert",
    "replace",
    "redacted",
    "notreal",
    "not-real",
    "not_real",
    "fake",
    "foobar",
    "xxxx",
    "abcdef",
    "123456",
    "deadbeef",
    "todo",
];

/// Whole texts that stand for a secret, or that everybody would try first. In lower case.
const WHOLE: &[&str] = &[
    "admin",
    "changeit",
    "default",
    "empty",
    "false",
    "foo",
    "guest",
    "hidden",
    "key",
    "localhost",
    "minioadmin",
    "mongodb",
    "mypassword",
    "mypass",
    "mysecret",
    "mysql",
    "none",
    "null",
    "optional",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "postgres",
    "postgresql",
    "private",
    "pwd",
    "rabbitmq",
    "redis",
    "required",
    "root",
    "secret",
    "test",
    "tiger",
    "testing",
    "token",
    "true",
    "undefined",
    "user",
    "username",
];

/// What begins a reference to a value that is somewhere else.
const REFERENCES: &[&str] =
    &["${", "$(", "{{", "<%", "%(", "@@", "#{", "<your", "env.", "process.env", "os.environ", "secrets."];

/// The longest run of one character, or of characters that follow each other, in a real secret.
const LONGEST_RUN: usize = 6;

/// Longer secrets are keys in base64, which have short words in them by chance, and runs where numbers are zero.
const LONGEST_READ: usize = 400;

/// Whether a secret is an example or stands for one.
pub fn is_example(secret: &[u8]) -> bool {
    if secret.len() > LONGEST_READ {
        return false;
    }
    let text = String::from_utf8_lossy(secret).to_ascii_lowercase();
    WHOLE.contains(&text.as_str())
        || WORDS.iter().any(|word| text.contains(word))
        || REFERENCES.iter().any(|start| text.contains(start))
        || longest_run(secret) > LONGEST_RUN
}

/// The longest run of bytes each of which differs by the same step, one up, one down or none, from the one before.
fn longest_run(text: &[u8]) -> usize {
    let (mut longest, mut run, mut step) = (0, 1, 2);
    for pair in text.array_windows::<2>() {
        let next = i16::from(pair[1]) - i16::from(pair[0]);
        run = match next {
            -1..=1 if next == step => run + 1,
            -1..=1 => 2,
            _ => 1,
        };
        step = next;
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_recognised() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_xxxxxxxxxxxx",
            "${TOKEN}",
            "aaaaaaaaaaaa",
            "12345678",
            "zyxwvutsrq",
            "<your token>",
            "Password",
        ] {
            assert!(is_example(text.as_bytes()), "{text}");
        }
        for text in ["Zb3kq9TnW1xY7vRt", "k8s-9f2b71c0d4e6a385", "aaabbbcccddd"] {
            assert!(!is_example(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_long_key_may_have_words_and_runs() {
        let key = ["b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAB", "todo", &"Zb3kq9TnW1xY7vRt".repeat(30)]
            .concat();
        assert!(!is_example(key.as_bytes()));
    }
}
