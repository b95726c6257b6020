//! The report as JSON, in the schema `boltseal.report/v1`.

use boltseal_model::Report;

use super::{Format, Style};

/// For programs: every fact, in an order that never changes.
pub static FORMAT: Format =
    Format { id: "json", title: "every fact, for programs; its schema is docs/reference/report.v1.schema.json", write };

fn write(report: &Report, _: Style) -> String {
    // Every map of a report has text keys, so that serde_json has no way to fail.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}
