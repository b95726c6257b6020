//! The moment that a document bears.

use boltseal_model::Report;

use crate::format::Style;

/// When a document was made, as `2026-11-19T00:00:00`, in UTC: the moment that the style gives, otherwise the day of the
/// newest advisory, which is the state of knowledge that the document shows, otherwise the beginning of Unix time.
///
/// A report bears no clock, so that the same subject and database give the same bytes; some forms demand a time.
pub fn created(report: &Report, style: Style) -> String {
    match (style.created, report.database.newest.as_deref().filter(|date| is_date(date))) {
        (Some(seconds), _) => at(seconds),
        (None, Some(date)) => format!("{date}T00:00:00"),
        (None, None) => at(0),
    }
}

fn is_date(text: &str) -> bool {
    let shape = |(index, byte): (usize, u8)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

/// Seconds since 1970 as a date and time, in the calendar that ISO 8601 uses for all time.
fn at(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    const DAYS_OF_400_YEARS: u64 = 146_097;
    // Years of four digits are all that the forms have room for.
    let seconds = seconds.min(253_402_300_799);
    let (day, second) = (seconds / DAY, seconds % DAY);
    // Counted from the first of March of the year 0, so that a leap day is the last of its year. 719,468 days later is 1970.
    let days = day + 719_468;
    let (era, of_era) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = 400 * era + year_of_era + u64::from(month <= 2);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{:02}", second % 60)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn seconds_are_dates_of_the_calendar() {
        assert_eq!(at(0), "1970-01-01T00:00:00");
        assert_eq!(at(951_782_399), "2000-02-28T23:59:59");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00");
        assert_eq!(at(1_709_251_199), "2024-02-29T23:59:59");
        assert_eq!(at(1_798_761_599), "2026-12-31T23:59:59");
        assert_eq!(at(u64::MAX), "9999-12-31T23:59:59");
    }

    #[test]
    fn the_newest_advisory_dates_a_document_that_is_given_no_time() {
        let mut report = testing::report(Vec::new());
        assert_eq!(created(&report, Style::default()), "1970-01-01T00:00:00");
        report.database.newest = Some("2026-11-19".into());
        assert_eq!(created(&report, Style::default()), "2026-11-19T00:00:00");
        assert_eq!(created(&report, Style { created: Some(86_400), ..Style::default() }), "1970-01-02T00:00:00");
        report.database.newest = Some("\"><x>".into());
        assert_eq!(created(&report, Style::default()), "1970-01-01T00:00:00");
    }

    #[test]
    fn only_a_date_is_taken_for_one() {
        assert!(is_date("2026-11-19"));
        assert!(!is_date("2026-11-19T"));
        assert!(!is_date("today, now"));
    }
}
