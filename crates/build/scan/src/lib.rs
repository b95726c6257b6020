//! One pass over one subject: layers, packages, advisories, report.
