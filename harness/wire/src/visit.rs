//! `relapse-agent visit`: one tab of one user. It reads a [`Visit`] as JSON from standard input and writes a [`Sighting`] a line,
//! as it happens, until the page stands still or the tab is closed (the process is ended). `relapse-agent browse` is the same in a real
//! browser.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

/// Of a page's text so much is told.
pub const MAX_SHOWN_BYTES: usize = 256 << 10;

/// What to visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Whose cookie jar: kept between visits, in a file of the visitor's container.
    pub user: String,
    /// Where to start, with scheme.
    pub url: String,
    /// `GET` to browse; anything else sends `body` as JSON.
    #[serde(default = "get")]
    pub method: String,
    /// A JSON body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<serde_json::Value>,
    /// The tab closes by itself after this many hops.
    pub most_hops: u32,
    /// The tab closes by itself after this many seconds.
    pub most_seconds: u32,
}

fn get() -> String {
    "GET".into()
}

/// One line of a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "saw", rename_all = "kebab-case")]
pub enum Sighting {
    /// A request is about to be sent: written before it is, so that one without an answer is seen to be out.
    Asked(Box<Asked>),
    /// A request and its answer.
    Hop(Box<Hop>),
    /// The visit's end: no line follows.
    End(End),
}

/// Why a request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The user typed the URL.
    Typed,
    /// An HTTP redirect led here.
    Redirect,
    /// The page's JavaScript navigated here: for a browser, a new navigation.
    Script,
    /// The page's JavaScript called an API.
    Fetch,
    /// The page refreshed itself, by `<meta http-equiv=refresh>` or a `Refresh` header: for a browser, a new navigation.
    Refresh,
}

/// A request that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Now, in milliseconds of Unix time.
    pub at_ms: u64,
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The URL's host, lower case, without a port.
    pub host: String,
    /// That of the [`Hop`] that follows once the request is over. Told by the visitor; of a browser, a request is told once it is over.
    pub request_id: String,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// When the request began, in milliseconds of Unix time.
    pub at_ms: u64,
    /// From the first byte sent to the last received.
    pub seconds: f64,
    /// Why the request was made.
    pub cause: Cause,
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The URL's host, lower case, without a port.
    pub host: String,
    /// Sent as `X-Request-Id`, and found again in the access logs of the services. Empty for a browser, which sends none.
    pub request_id: String,
    /// What the name was resolved to on the way. Empty for a browser, which does not say.
    pub resolved: Vec<IpAddr>,
    /// The address that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<SocketAddr>,
    /// The status, when there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The `Location` of a redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The names of the cookies that were sent.
    pub sent: Vec<String>,
    /// The cookies in the jar that were not sent, and why (RFC 6265).
    pub withheld: Vec<Withheld>,
    /// The cookies that the answer set, and those it tried to set in vain.
    pub set: Vec<SetCookie>,
    /// Answered from the visitor's or the browser's own cache, as a 301 can be: nobody was asked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cached: bool,
    /// The status was had; what of the rest was cut or broken off, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A cookie that stayed in the jar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The cookie's name.
    pub name: String,
    /// The domain it is for.
    pub domain: String,
    /// In words, for example `domain trapti.tech does not match example.to-hutohu.trap.show`.
    pub why: String,
}

/// A `Set-Cookie` of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCookie {
    /// The cookie's name.
    pub name: String,
    /// The domain it is for.
    pub domain: String,
    /// Why it was refused, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Something on a page that leads elsewhere: a link, or a form with a button and nothing to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What is to be read on it.
    pub text: String,
    /// `GET`, or the form's method.
    pub method: String,
    /// The whole URL.
    pub url: String,
}

/// How a visit ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum End {
    /// A page stands still: the user sees it.
    Page {
        /// Its URL.
        url: String,
        /// Its status.
        status: u16,
        /// What its program shows, or its title and its text, as a user reads it.
        shown: String,
        /// The text went on, beyond [`MAX_SHOWN_BYTES`] or where the answer was cut.
        #[serde(default, skip_serializing_if = "is_false")]
        shown_cut: bool,
        /// Where a user can go from there. Told by the visitor, not by a browser.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        links: Vec<Link>,
    },
    /// The browser's limit of 20 HTTP redirects in one navigation.
    TooManyRedirects {
        /// The last URL asked for.
        url: String,
    },
    /// No answer.
    NoAnswer {
        /// The URL asked for.
        url: String,
        /// Why.
        why: String,
    },
    /// The tab closed itself at `most_hops` or `most_seconds`; the visit was still going on.
    Cut {
        /// The limit that was reached, in words.
        limit: String,
    },
}
