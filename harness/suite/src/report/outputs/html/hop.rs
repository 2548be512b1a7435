//! What the table of a visit and its loop have in common: where a request went, and why.

use relapse_wire::visit::Cause;

/// A URL without its query: where it is, and not what it carries.
pub(super) fn place(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

pub(super) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Typed => "typed",
        Cause::Redirect => "redirected",
        Cause::Script => "by script",
        Cause::Fetch => "call of the page",
        Cause::Refresh => "refreshed",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use relapse_wire::visit::Hop;

    pub(in super::super) fn hop(url: &str, cause: &str, status: u16) -> Hop {
        serde_json::from_value(serde_json::json!({
            "at_ms": 1, "seconds": 0.1, "cause": cause, "method": "GET", "url": url, "host": "a.example", "request_id": "",
            "resolved": [], "status": status, "sent": [], "set": [],
            "withheld": [{"name": "token", "domain": "b.example", "why": "domain b.example does not match <a.example>"}]
        }))
        .unwrap()
    }
}
