//! A second of history, as statements write it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const DAY: u64 = 86_400;
/// The last second of the year 9999, behind which RFC 3339 has no form.
const LAST: u64 = 253_402_300_799;

/// A second in UTC, from 1970 to 9999.
///
/// It is read in any form of RFC 3339 (fractions are cut off, offsets are reckoned in) and written as `2026-11-28T05:10:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
#[schemars(with = "String")]
pub struct Timestamp(u64);

impl Timestamp {
    /// A number of seconds since 1970; `None` past the year 9999.
    pub const fn from_seconds(seconds: u64) -> Option<Self> {
        if seconds > LAST { None } else { Some(Self(seconds)) }
    }

    /// Seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; `None` if it is before it.
    pub fn since(self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0).map(Duration::from_secs)
    }

    /// The second that is `duration` later; the last one there is, if that is past it.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()).min(LAST))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Years begin in March here, so that the leap day is their last.
        let (days, rest) = (self.0 / DAY + 719_468, self.0 % DAY);
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        let year = era * 400 + year + next;
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or(ParseTimestampError)
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let number = |from: usize, to: usize| digits(text.get(from..to)?);
    let is = |at: usize, characters: &str| text.get(at..at + 1).is_some_and(|character| characters.contains(character));
    let is_spelled = is(4, "-") && is(7, "-") && is(10, "Tt") && is(13, ":") && is(16, ":");
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !is_spelled || hour > 23 || minute > 59 || second > 59 || day == 0 || day > days_of(year, month) {
        return None;
    }
    let rest = text.get(19..)?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    // Days up to the year, in years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds = days.checked_sub(719_468)? * DAY + hour * 3_600 + minute * 60 + second;
    let seconds = match (zone, zone.get(..1)?) {
        ("Z" | "z", _) => Some(seconds),
        (_, "+") => seconds.checked_sub(offset(zone)?),
        (_, "-") => Some(seconds + offset(zone)?),
        _ => None,
    };
    Timestamp::from_seconds(seconds?)
}

fn offset(zone: &str) -> Option<u64> {
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) =
        (digits(hours).filter(|_| hours.len() == 2)?, digits(minutes).filter(|_| minutes.len() == 2)?);
    (hours < 24 && minutes < 60).then_some(hours * 3_600 + minutes * 60)
}

fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

const fn days_of(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

impl TryFrom<Cow<'_, str>> for Timestamp {
    type Error = ParseTimestampError;

    fn try_from(text: Cow<'_, str>) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

/// The text is not a time of RFC 3339 between 1970 and 9999. The text itself is left out: it may be hostile and long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of RFC 3339 between 1970 and 9999, as 2026-11-28T05:10:00Z")]
pub struct ParseTimestampError;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_the_same_second_is_read_alike() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-28T23:59:59Z", 951_782_399),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("2000-03-01t00:00:00.999z", 951_868_800),
            ("2000-03-01T02:30:00+02:30", 951_868_800),
            ("2000-02-29T19:00:00.1-05:00", 951_868_800),
            ("9999-12-31T23:59:59Z", LAST),
        ] {
            assert_eq!(text.parse::<Timestamp>().map(Timestamp::seconds), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_rfc_3339_has_not_is_refused() {
        for text in [
            "",
            "2026-11-28",
            "2026-11-28T05:10:00",
            "2026-11-28 05:10:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-28T24:00:00Z",
            "2026-11-28T05:10:60Z",
            "2026-11-28T05:10:00.Z",
            "2026-11-28T05:10:00+2:00",
            "2026-11-28T05:10:00ZZ",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "+026-11-28T05:10:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(ParseTimestampError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0..=LAST) {
            let timestamp = Timestamp::from_seconds(seconds).unwrap();
            prop_assert_eq!(timestamp.to_string().parse::<Timestamp>(), Ok(timestamp));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Timestamp>();
        }

        #[test]
        fn never_panics_on_what_is_almost_a_time(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]{0,20}") {
            let _ = text.parse::<Timestamp>();
        }
    }
}
