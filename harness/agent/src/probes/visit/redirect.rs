//! Where a visit stops or is sent elsewhere.

use hyper::header;
use relapse_wire::visit::End;

use super::exchange::Answer;

/// Why a visit stopped before a page stood still.
pub(super) enum Stop {
    /// This is how it ended.
    End(End),
    /// The visitor itself cannot go on.
    Fault(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(error)
    }
}

/// Where an answer redirects to, if it does.
pub(super) fn redirect(answer: &Answer) -> Option<String> {
    let redirects = matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = header_text(answer, header::LOCATION);
    (redirects && !location.is_empty()).then_some(location)
}

fn header_text(answer: &Answer, name: header::HeaderName) -> String {
    let value = answer.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    value.unwrap_or_default()
}
