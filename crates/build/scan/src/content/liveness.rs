//! Asks whoever issued a secret whether it still opens something. Only where the user says so: the secret leaves this machine.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use boltseal_content::secret::{Liveness, Verify};
use boltseal_http::{Client, Request, Trust};
use sha2::{Digest, Sha256};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long all answers together may take: a scan is not kept from ending by hosts that are slow.
const ALL_TOGETHER: Duration = Duration::from_secs(180);
/// Bytes of an answer that are looked at. Who somebody is takes some hundred.
const ANSWER_BYTES: u64 = 1 << 20;

/// Asks about one secret after the other, about each once.
#[derive(Debug)]
pub struct Verifier {
    client: Client,
    /// A host that stands in for every other: for tests, which reach no network.
    instead: Option<String>,
    most: usize,
    known: Mutex<Known>,
    answered: Condvar,
}

#[derive(Debug, Default)]
struct Known {
    /// What is known of secrets, by a digest of them and of the host; nothing yet of those that are being asked about.
    answers: BTreeMap<[u8; 32], Option<String>>,
    begun: Option<Instant>,
}

impl Verifier {
    /// Asks over TLS, about so many secrets at most.
    pub fn new(trust: &Trust, most: usize) -> Self {
        Self { client: Client::new(trust), instead: None, most, known: Mutex::default(), answered: Condvar::new() }
    }

    /// Asks a stand-in for every host, `HOST:PORT`.
    #[doc(hidden)]
    #[must_use]
    pub fn instead(mut self, host: String) -> Self {
        self.instead = Some(host);
        self
    }

    /// What is known of a secret afterwards, for the evidence of a finding.
    pub fn verified(&self, verify: &Verify, secret: &[u8]) -> String {
        let host = verify.host();
        let key = Sha256::new().chain_update(host).chain_update([0]).chain_update(secret).finalize().into();
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            // Another thread that has found the same secret asks already.
            let is_asked = |known: &mut Known| known.answers.get(&key).is_some_and(Option::is_none);
            let waited = self.answered.wait_timeout_while(known, ALL_TOGETHER, is_asked);
            let mut known = waited.unwrap_or_else(PoisonError::into_inner).0;
            match known.answers.get(&key) {
                Some(Some(answer)) => return answer.clone(),
                Some(None) => return format!("{host} has not answered"),
                None => {}
            }
            let begun = *known.begun.get_or_insert_with(Instant::now);
            if known.answers.len() >= self.most || begun.elapsed() > ALL_TOGETHER {
                return format!("{host} was not asked about it: too much was asked already");
            }
            // Counted before it is asked, so that threads do not ask more together than they may.
            known.answers.insert(key, None);
        }
        let answer = match self.asked(verify, secret) {
            Ok(Liveness::Live) => format!("live: {host} takes it"),
            Ok(Liveness::Refused) => format!("refused by {host}"),
            Err(reason) => format!("{host} could not be asked: {reason}"),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.answers.insert(key, Some(answer.clone()));
        drop(known);
        self.answered.notify_all();
        answer
    }

    /// Reasons name neither address nor headers, so that no secret is in them.
    fn asked(&self, verify: &Verify, secret: &[u8]) -> Result<Liveness, String> {
        let headers = verify.headers_with(secret).ok_or("no header can hold it")?;
        let address = match &self.instead {
            Some(host) => verify.url.replacen(verify.host(), host, 1),
            None => verify.url.clone(),
        };
        let request = if verify.post { Request::post_form(address, String::new()) } else { Request::get(address) };
        let request = request.within(PATIENCE).without_redirects();
        let request = headers.into_iter().fold(request, |request, (name, value)| request.with(name, value));
        let answer = self.client.send(&request).map_err(|error| error.to_string())?;
        let status = answer.status();
        // A body that is too long or breaks off says nothing; the status still may.
        let body = answer.into_bytes(ANSWER_BYTES).unwrap_or_default();
        verify.meaning(status, &body).ok_or_else(|| format!("it answers with the status {status}"))
    }
}
