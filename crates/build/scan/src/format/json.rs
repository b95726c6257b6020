//! Reports as JSON: one in the schema `boltseal.report/v1`, several in `boltseal.reports/v1`.

use boltseal_model::{HeldTo, Report, Reports};

use super::shared::inert;
use super::{Format, Style, Writer};

/// For programs: every fact, in an order that never changes.
pub static FORMAT: Format = Format {
    id: "json",
    title: "every fact, for programs; its schema is docs/reference/report.v1.schema.json",
    omits: "nothing of the report, but findings left out on purpose, unless --show-suppressed asks for them",
    source: "docs/reference/report.v1.schema.json",
    held_to: Some(HeldTo {
        what: "its own published JSON schema",
        tests: &["e2e/functional/shop_image.rs::the_json_report_keeps_to_its_published_schema"],
    }),
    writer: Writer::Many(write),
    sbom: None,
};

fn write(reports: &[Report], _: Style) -> String {
    // Every map of a report has text keys, so that serde_json has no way to fail.
    let text = match reports {
        [report] => serde_json::to_string_pretty(report),
        reports => serde_json::to_string_pretty(&Reports::of(reports)),
    };
    inert(text.unwrap_or_default()) + "\n"
}
