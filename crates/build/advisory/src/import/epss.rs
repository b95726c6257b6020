//! FIRST's exploit prediction scores, `epss_scores-<day>.csv`.
//!
//! Source: the documentation of EPSS, "Data and statistics". A comment names the model and the day, a head line the columns
//! `cve,epss,percentile`, then one line per CVE. The percentile follows from all others and is not kept.

use boltseal_model::{Limits, ProblemKind, Problems};

use super::cisa_kev::is_cve;
use super::{Imported, Importer, Likelihood, has_extension, mentions};
use crate::advisory::Date;
use crate::document::File;
use crate::probability::Probability;

pub static IMPORTER: Importer = Importer {
    id: "epss",
    revision: 1,
    title: "Exploit Prediction Scoring System",
    licence: "free to use with attribution to FIRST",
    ecosystems: &[],
    sees: "for every scored CVE the probability that it is exploited within thirty days, and the day of the \
           score",
    misses: "packages and versions; percentiles, which follow from all other scores; former scores",
    source: "FIRST's documentation of EPSS, Data and statistics",
    held_to: None,
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["csv"]) && (head.starts_with(b"#model_version:") || mentions(head, "cve,epss"))
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(text) = file.text(bytes) {
        read(&mut file, text);
    }
    file.finish()
}

fn read(file: &mut File<'_>, text: &str) {
    let mut lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty()).peekable();
    let mut scored = None;
    while let Some((_, comment)) = lines.next_if(|(_, line)| line.starts_with('#')) {
        let day = comment.split(',').find_map(|part| part.trim_start_matches('#').strip_prefix("score_date:"));
        scored = scored.or(day.and_then(Date::parse));
    }
    match lines.next() {
        Some((_, head)) if head.starts_with("cve,epss") => {}
        _ => return file.problem(ProblemKind::Malformed, "head line does not begin with cve,epss"),
    }
    for (number, line) in lines {
        let mut cells = line.split(',');
        let (cve, probability) = (cells.next().unwrap_or_default(), cells.next().and_then(Probability::parse));
        match probability {
            Some(probability) if is_cve(cve) => {
                file.add_likelihood(Likelihood { cve: cve.to_owned(), probability, scored });
            }
            _ => file.problem(ProblemKind::Malformed, format!("line {number}: not a CVE and a probability")),
        }
    }
}
