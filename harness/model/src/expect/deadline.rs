//! Deadlines: `within 10s` is convergence, `throughout 30s` an invariant.

/// How long an expectation has, or has to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// It holds at some moment before that many milliseconds are over.
    Within(u64),
    /// It holds at every moment for that many milliseconds.
    Throughout(u64),
}

impl Deadline {
    /// The time it may take, in milliseconds; patience makes a convergence's longer, never an invariant's.
    #[must_use]
    pub fn milliseconds(self, patience: f64) -> u64 {
        match self {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Self::Within(ms) => (ms as f64 * patience) as u64,
            Self::Throughout(ms) => ms,
        }
    }
}

/// So many times as long as it says, a deadline lasts at most.
const MOST: u64 = 4;

/// How long a time lasts of which others have taken so much: until what they did not take reaches it, and at most four times as long. In
/// milliseconds, as both are.
#[must_use]
pub fn stretched(limit_ms: u64, taken_ms: u64) -> u64 {
    limit_ms.saturating_add(taken_ms).min(limit_ms.saturating_mul(MOST))
}

impl std::str::FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(' ') {
            Some(("within", time)) => milliseconds(time).map(Self::Within),
            Some(("throughout", time)) => milliseconds(time).map(Self::Throughout),
            _ => Err(format!("`{text}` is no deadline: write `within 10s` or `throughout 2s`")),
        }
    }
}

/// `200ms`, `10s`, `1.5s`, `2m` in milliseconds.
///
/// # Errors
/// In words, naming the forms.
pub fn milliseconds(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1.0,
        "s" => 1_000.0,
        "m" => 60_000.0,
        _ => return Err(format!("`{text}` is no time: write 200ms, 10s or 2m")),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    digits.parse::<f64>().map(|number| (number * unit) as u64).map_err(|_| format!("`{text}` is no time: write 200ms, 10s or 2m"))
}
