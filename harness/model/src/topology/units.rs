//! Sizes and times as Compose writes them.

/// `512m`, `64k`, `1g`, or a number of bytes; in bytes.
pub(super) fn bytes(text: &str) -> Result<i64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return Err(format!("`{text}` is no size: write 512m, 64k or 1g")),
    };
    let number = digits.parse::<i64>().ok().and_then(|number| number.checked_mul(factor));
    number.ok_or_else(|| format!("`{text}` is no size: write 512m, 64k or 1g"))
}

/// `200ms`, `10s`, `1m`.
pub(super) fn nanoseconds(text: &str) -> Result<i64, String> {
    crate::expect::deadline::milliseconds(text).map(|ms| i64::try_from(ms).unwrap_or(i64::MAX).saturating_mul(1_000_000))
}
