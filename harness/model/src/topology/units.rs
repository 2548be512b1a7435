//! Sizes and times as Compose writes them.

/// How a size is written.
const SIZE: &str = "write 512m, 64k, 1.5g or a number of bytes";

/// `512m`, `64k`, `1.5G`, `64MiB`, or a number of bytes; in bytes.
pub(super) fn bytes(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no size: {SIZE}");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let shift = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(wrong()),
    };
    if let Ok(whole) = digits.parse::<i64>() {
        return whole.checked_mul(1 << shift).filter(|bytes| *bytes >= 0).ok_or_else(wrong);
    }
    #[expect(clippy::cast_precision_loss, reason = "a size that is not whole is rounded anyway")]
    let bytes = digits.parse::<f64>().map_err(|_| wrong())? * (1_i64 << shift) as f64;
    #[expect(clippy::cast_possible_truncation, reason = "whole bytes count, as in Compose")]
    if (0.0..9e18).contains(&bytes) { Ok(bytes as i64) } else { Err(wrong()) }
}

/// Each unit of a time, in nanoseconds.
const UNITS: [(&str, f64); 7] = [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];

/// `200ms`, `1.5s`, `1m30s`, `24h`; in nanoseconds. It is Go's form, which is Compose's.
pub(super) fn nanoseconds(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no time: write 200ms, 10s, 1m30s or 24h");
    let mut sum = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let (_, nanoseconds) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        sum += digits.parse::<f64>().map_err(|_| wrong())? * nanoseconds;
        rest = after;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it lies between the bounds")]
    if !text.is_empty() && (0.0..9e18).contains(&sum) { Ok(sum as i64) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::{bytes, nanoseconds};

    #[test]
    fn sizes_are_read_as_compose_reads_them() {
        for (text, size) in [
            ("1000", 1000),
            ("64k", 64 << 10),
            ("1.5G", 3 << 29),
            ("0.5g", 1 << 29),
            ("64MiB", 64 << 20),
            ("1 gb", 1 << 30),
            ("2t", 2 << 40),
            ("0", 0),
        ] {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "g", "much", "1x", "-1m", "1.2.3m", "99999999999t", "nan"] {
            assert!(bytes(text).unwrap_err().contains("no size"), "{text}");
        }
    }

    #[test]
    fn times_are_read_as_compose_reads_them() {
        for (text, seconds) in
            [("1m30s", 90.0), ("24h", 86400.0), ("1.5s", 1.5), ("200ms", 0.2), ("1h1m1s", 3661.0), ("10us", 1e-5)]
        {
            #[expect(clippy::cast_possible_truncation)]
            let wanted = (seconds * 1e9_f64).round() as i64;
            assert_eq!(nanoseconds(text), Ok(wanted), "{text}");
        }
        for text in ["", "5", "s", "1 m", "1m 30s", "-1s", "1x", "1.2.3s"] {
            assert!(nanoseconds(text).unwrap_err().contains("no time"), "{text}");
        }
    }
}
