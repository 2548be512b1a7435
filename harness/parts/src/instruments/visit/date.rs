//! The dates of `Expires`, as loosely as RFC 6265, section 5.1.1, reads them, in seconds of Unix time.

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a date; `None` when a part of it is missing or impossible. Dates before 1970 are 0.
pub(super) fn parse(text: &str) -> Option<u64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let is_delimiter = |c: char| !(c.is_ascii_alphanumeric() || c == ':');
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && token.contains(':') {
            time = Some(parse_time(token)?);
        } else if day.is_none() && (1..=2).contains(&digits(token)) {
            day = token[..digits(token)].parse::<u64>().ok();
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() && (2..=4).contains(&digits(token)) {
            year = token[..digits(token)].parse::<u64>().ok();
        }
    }
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        year => year,
    };
    let (day, month) = (day?, month?);
    if year < 1601 || !(1..=31).contains(&day) {
        return None;
    }
    Some(seconds_until_day(year, month, day) + time?)
}

fn digits(token: &str) -> usize {
    token.bytes().take_while(u8::is_ascii_digit).count()
}

/// From 1 to 12.
fn month_of(token: &str) -> Option<u64> {
    let start = token.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().zip(1..).find(|(month, _)| **month == start).map(|(_, number)| number)
}

fn parse_time(token: &str) -> Option<u64> {
    let parts: Vec<u64> = token.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [hour @ 0..=23, minute @ 0..=59, second @ 0..=59] => Some((hour * 60 + minute) * 60 + second),
        _ => None,
    }
}

/// Whole days of the Gregorian calendar since 1970, as seconds.
fn seconds_until_day(year: u64, month: u64, day: u64) -> u64 {
    // The year begins in March, so that a leap day is its last (H. Hinnant, "chrono-compatible low-level date algorithms").
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    const DAYS_UNTIL_1970: u64 = 719_468;
    days.saturating_sub(DAYS_UNTIL_1970) * 86_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse(text), Some(784_111_777), "{text}");
        }
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(parse("Thu, 29 Feb 2024 12:00:00 GMT"), Some(1_709_208_000));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "tomorrow", "Sun, 06 Nov 1994", "Sun, 40 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
