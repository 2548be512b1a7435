//! The dates of `Expires`, as loosely as RFC 6265, section 5.1.1, reads them, in seconds of Unix time.

use time::{Date, Month, Time};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a date; `None` when a part of it is missing or impossible. Dates before 1970 are 0.
pub(super) fn parse(text: &str) -> Option<u64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let is_delimiter = |c: char| !(c.is_ascii_alphanumeric() || c == ':');
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && token.contains(':') {
            time = Some(parse_time(token)?);
        } else if day.is_none() && (1..=2).contains(&digits(token)) {
            day = token[..digits(token)].parse().ok();
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() && (2..=4).contains(&digits(token)) {
            year = token[..digits(token)].parse::<i32>().ok();
        }
    }
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        year => year,
    };
    let date = Date::from_calendar_date(year, month?, day?).ok().filter(|_| year >= 1601)?;
    Some(date.with_time(time?).assume_utc().unix_timestamp().try_into().unwrap_or_default())
}

fn digits(token: &str) -> usize {
    token.bytes().take_while(u8::is_ascii_digit).count()
}

fn month_of(token: &str) -> Option<Month> {
    let start = token.get(..3)?.to_ascii_lowercase();
    let (_, number) = MONTHS.iter().zip(1_u8..).find(|(month, _)| **month == start)?;
    number.try_into().ok()
}

fn parse_time(token: &str) -> Option<Time> {
    let parts: Vec<u8> = token.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hour, minute, second] = parts[..] else { return None };
    Time::from_hms(hour, minute, second).ok()
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
