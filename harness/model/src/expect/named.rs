//! Some of many, by name.

/// So many are named.
const MAX_NAMED: usize = 8;

/// `: a, b, c and 4 more`.
pub(super) fn named(mut all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(MAX_NAMED);
    let shown: Vec<String> = all.by_ref().take(MAX_NAMED).collect();
    match (shown.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", shown.join(", ")),
        (false, more) => format!(": {} and {more} more", shown.join(", ")),
    }
}
