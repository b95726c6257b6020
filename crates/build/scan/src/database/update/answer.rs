//! What HTTP says of parts and states of a file.

use std::time::Duration;

use boltseal_http::{Request, Response};

use super::error::FetchError;
use super::feed;
use super::folder::State;

/// Asks for a file: for the rest of the part that is here, or for what changed since the state that is here.
pub fn question(address: &str, part: Option<&(u64, State)>, held: Option<&State>) -> Request {
    let mut request = Request::get(address).with("accept-encoding", "identity");
    match (part, held) {
        (Some((bytes, state)), _) => {
            request = request.with("range", format!("bytes={bytes}-"));
            if let Some(validator) = validator(state) {
                request = request.with("if-range", validator);
            }
        }
        (None, Some(state)) => {
            if let Some(etag) = &state.etag {
                request = request.with("if-none-match", etag);
            }
            if let Some(day) = &state.last_modified {
                request = request.with("if-modified-since", day);
            }
        }
        (None, None) => {}
    }
    request
}

/// What a server says of a file that it gives whole.
pub fn state(answer: &Response, address: String) -> State {
    State {
        address,
        etag: answer.header("etag").map(str::to_owned),
        last_modified: answer.header("last-modified").map(str::to_owned),
        bytes: answer.length(),
        ..State::default()
    }
}

/// What the rest of a file is asked for by: it must tell one state of the file from every other, and weak tags do not.
pub fn validator(state: &State) -> Option<&str> {
    state.etag.as_deref().filter(|etag| !etag.starts_with("W/")).or(state.last_modified.as_deref())
}

/// Bytes of the whole file, if the answer continues the part that is here.
pub fn continues(answer: &Response, from: u64, state: &State) -> Result<u64, FetchError> {
    let Some((first, last, total)) = answer.header("content-range").and_then(span) else {
        return Err(FetchError::Senseless("a part that does not say which"));
    };
    let is_rest = first == from && last.checked_add(1) == Some(total);
    let is_as_promised = state.bytes.is_none_or(|promised| promised == total);
    let is_same = answer.header("etag").is_none_or(|etag| Some(etag) == state.etag.as_deref());
    if !is_rest || !is_as_promised {
        return Err(FetchError::Senseless("another part than the one asked for"));
    }
    if is_same { Ok(total) } else { Err(FetchError::Senseless("a part of another state of the file")) }
}

/// First byte, last byte and bytes of the whole in `bytes 100-199/200`.
fn span(range: &str) -> Option<(u64, u64, u64)> {
    let (span, total) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = span.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?, total.parse().ok()?))
}

/// How long the server asks to be left alone.
pub fn retry_after(answer: &Response) -> Option<Duration> {
    answer.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The last part of an address's path.
pub fn address_name(address: &str) -> &str {
    address.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default()
}

/// The SHA-256 that a file of checksums gives for a name, or the only one in it.
pub fn checksum(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| {
        let (digest, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        feed::is_sha256(digest).then(|| (digest, rest.trim().trim_start_matches(['*', '.', '/'])))
    });
    let first = lines.next()?;
    let mut all = std::iter::once(first).chain(lines).collect::<Vec<_>>();
    if all.len() > 1 {
        all.retain(|(_, named)| *named == name);
    }
    all.first().map(|(digest, _)| (*digest).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_words_of_a_server_panic(text in "(bytes )?[ -~\\n]{0,80}", name in "[ -~]{0,20}") {
            let _ = (span(&text), address_name(&text), feed::is_askable(&text));
            let digest = checksum(&format!("{}  {name}\n{text}", "0".repeat(64)), &name);
            prop_assert!(digest.is_none_or(|digest| feed::is_sha256(&digest)));
        }
    }

    #[test]
    fn a_span_has_three_numbers() {
        assert_eq!(span("bytes 100-199/200"), Some((100, 199, 200)));
        for wrong in
            ["bytes 100-199/*", "bytes */200", "100-199/200", "bytes -199/200", "bytes 1-99999999999999999999/2"]
        {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_checksum_is_the_one_of_the_name() {
        let (a, b) = ("a".repeat(64), "B".repeat(64));
        assert_eq!(checksum(&a, "x.zip"), Some(a.clone()));
        assert_eq!(checksum(&format!("{a}  y.zip\n{b} *x.zip\n"), "x.zip"), Some(b.clone()));
        assert_eq!(checksum(&format!("{a}  y.zip\n{b}  z.zip\n"), "x.zip"), None);
        assert_eq!(checksum("<html>", "x.zip"), None);
    }

    #[test]
    fn a_weak_tag_asks_for_no_rest() {
        let state = |etag: &str, day: Option<&str>| State {
            etag: Some(etag.into()),
            last_modified: day.map(str::to_owned),
            ..State::default()
        };
        assert_eq!(validator(&state("\"a\"", Some("day"))), Some("\"a\""));
        assert_eq!(validator(&state("W/\"a\"", Some("day"))), Some("day"));
        assert_eq!(validator(&state("W/\"a\"", None)), None);
    }
}
