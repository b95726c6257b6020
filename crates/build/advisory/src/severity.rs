//! Scores of CVSS vectors.

use cvss::Cvss;

/// Base score of a CVSS vector (2.0, 3.0, 3.1 or 4.0), 0.0 to 10.0; `None` when it is none.
pub fn score(vector: &str) -> Option<f64> {
    vector.parse::<Cvss>().ok().map(|vector| vector.score())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_scored() {
        for (vector, expected) in [
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", Some(7.5)),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(9.8)),
            ("CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:U/C:H/I:H/A:H", Some(7.1)),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some(9.3)),
            ("CVSS:9.0/AV:N", None),
            ("7.5", None),
        ] {
            assert_eq!(score(vector), expected, "{vector}");
        }
    }
}
