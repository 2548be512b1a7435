//! What an engine said, when it did not do what was asked.

use std::error::Error as StdError;

/// The engine's own words, if it answered; else the error with its causes, each said once: hyper's text stops at "client error
/// (Connect)".
#[must_use]
pub fn in_full(error: &(dyn StdError + 'static)) -> String {
    use bollard::errors::Error::{DockerResponseServerError, DockerStreamError};
    if let Some(DockerResponseServerError { message: words, .. } | DockerStreamError { error: words }) = error.downcast_ref() {
        return format!("{}{}", words.trim(), advice([words.as_str()]));
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = inner.source();
    }
    text
}

/// What to do about an error of the engine's machine, by the words of whoever met it; empty where it says enough itself.
#[must_use]
pub fn advice<'a>(words: impl IntoIterator<Item = &'a str>) -> &'static str {
    if words.into_iter().any(|words| words.to_ascii_lowercase().contains("no space left on device")) {
        "\nThe disk of the engine's machine is full: `docker system df` says of what, `docker builder prune`, `docker image prune` and `relapse images --remove` free some."
    } else {
        ""
    }
}

/// What the engine said, and its status, when it answered with an error.
#[must_use]
pub fn answer(error: &bollard::errors::Error) -> Option<(u16, &str)> {
    match error {
        bollard::errors::Error::DockerResponseServerError { status_code, message } => Some((*status_code, message)),
        _ => None,
    }
}
