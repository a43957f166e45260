//! Dates of commits.

use std::env;

use git2::Time;

use crate::git::error::GitError;

/// A moment and the time zone it is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

impl When {
    /// Reads `2026-01-31T12:00:00Z`, `2026-01-31 12:00:00 +0100` (RFC 3339 and what git prints for
    /// `--date=iso`), or seconds with a time zone as git writes them, `@1769860800 +0100`.
    ///
    /// # Errors
    /// When the text is none of these.
    pub fn parse(text: &str) -> Result<Self, GitError> {
        let text = text.trim();
        let found = match text.strip_prefix('@') {
            Some(rest) => raw(rest),
            None if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => raw(text),
            None => written(text),
        };
        found.ok_or_else(|| GitError::Date(text.to_owned()))
    }

    /// `SOURCE_DATE_EPOCH`, see reproducible-builds.org/specs/source-date-epoch; otherwise now.
    ///
    /// # Errors
    /// When the variable is set and is no number.
    pub(crate) fn of_environment() -> Result<Self, GitError> {
        match env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => raw(&text).ok_or(GitError::Date(text)),
            Err(_) => {
                let now = git2::Signature::now("now", "now")?.when();
                Ok(When { seconds: now.seconds(), offset: now.offset_minutes() })
            }
        }
    }

    pub(crate) fn time(self) -> Time {
        Time::new(self.seconds, self.offset)
    }

    /// As in the header of a mail: `Sat, 31 Jan 2026 12:00:00 +0000` (RFC 5322).
    pub(crate) fn mail(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let local = self.seconds + i64::from(self.offset) * 60;
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let weekday = usize::try_from(days.rem_euclid(7)).ok().and_then(|n| DAYS.get(n)).unwrap_or(&"Thu");
        let month = usize::try_from(month - 1).ok().and_then(|n| MONTHS.get(n)).unwrap_or(&"Jan");
        let (sign, offset) = if self.offset < 0 { ('-', -self.offset) } else { ('+', self.offset) };
        format!(
            "{weekday}, {day} {month} {year} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60,
            offset / 60,
            offset % 60
        )
    }
}

/// `1769860800`, perhaps with ` +0100` behind it.
fn raw(text: &str) -> Option<When> {
    let mut words = text.split_whitespace();
    let seconds = words.next()?.parse().ok()?;
    let offset = words.next().map_or(Some(0), zone)?;
    words.next().is_none().then_some(When { seconds, offset })
}

/// Date, time and perhaps a zone; without one it is UTC, so that the result is the same everywhere.
fn written(text: &str) -> Option<When> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || civil(days(year, month, day)) != (year, month, day) {
        return None;
    }
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let (clock, after) = if rest.is_empty() { ("00:00:00", "") } else { (rest.get(..8)?, rest.get(8..)?) };
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    let offset = match after.trim() {
        "" | "Z" | "z" => 0,
        after => zone(after)?,
    };
    let local = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(When { seconds: local - i64::from(offset) * 60, offset })
}

/// `+0100`, `+01:00`: minutes east of UTC.
fn zone(text: &str) -> Option<i32> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?.replace(':', "");
    let (hours, minutes) = (digits.get(..2)?.parse::<i32>().ok()?, digits.get(2..)?.parse::<i32>().ok()?);
    (digits.len() == 4 && hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Days since 1970-01-01 of a date in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one; an era has 400 years.
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    (era * 400 + years + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_of_git() {
        let at = |seconds, offset| Some(When { seconds, offset });
        assert_eq!(When::parse("2026-01-31T12:00:00Z").ok(), at(1_769_860_800, 0));
        assert_eq!(When::parse("2026-01-31 13:00:00 +0100").ok(), at(1_769_860_800, 60));
        assert_eq!(When::parse("@1769860800 -0530").ok(), at(1_769_860_800, -330));
        assert_eq!(When::parse("1769860800").ok(), at(1_769_860_800, 0));
        assert_eq!(When::parse("2024-02-29").ok(), at(1_709_164_800, 0));
        for wrong in ["", "tomorrow", "2026-02-30", "2026-01-31T25:00:00Z", "@x", "2026-01-31T12:00:00+9"] {
            assert!(When::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn mails_have_the_weekday_and_the_zone() {
        let when = When { seconds: 1_769_860_800, offset: -90 };
        assert_eq!(when.mail(), "Sat, 31 Jan 2026 10:30:00 -0130");
        assert_eq!(When { seconds: 0, offset: 0 }.mail(), "Thu, 1 Jan 1970 00:00:00 +0000");
    }
}
