//! Advisories: importers, version orders, one compact database, matching.
