//! One cookie by RFC 6265: what a `Set-Cookie` line means where it came from, and whether a request carries the cookie.

use std::net::IpAddr;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::date;

/// As browsers: name, value and attributes together.
const MAX_BYTES: usize = 4096;

/// A cookie in the jar. Times are seconds of Unix time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::probes) struct Cookie {
    pub(in crate::probes) name: String,
    pub(in crate::probes) value: String,
    pub(in crate::probes) domain: String,
    /// It had no `Domain`: only the host that set it gets it back.
    pub(in crate::probes) host_only: bool,
    pub(in crate::probes) path: String,
    pub(in crate::probes) secure: bool,
    pub(in crate::probes) http_only: bool,
    /// `None` lasts as long as the jar: the visitor never closes its browser.
    pub(in crate::probes) expires: Option<u64>,
}

/// A cookie that was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::probes) struct Refused {
    pub(in crate::probes) name: String,
    pub(in crate::probes) domain: String,
    pub(in crate::probes) why: String,
}

impl Cookie {
    /// Reads a `Set-Cookie` line of an answer from `url` (section 5.2 and 5.3).
    /// `SameSite` is not read: every request of a visitor is a top-level navigation or goes to the page's own origin.
    ///
    /// # Errors
    /// Why a browser would not take it.
    pub(in crate::probes) fn parse(line: &str, url: &Url, now: u64) -> Result<Self, Refused> {
        let host = host_of(url);
        let mut parts = line.split(';');
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap_or_default();
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        let mut cookie = Self {
            name,
            value,
            domain: host.clone(),
            host_only: true,
            path: default_path(url),
            secure: false,
            http_only: false,
            expires: None,
        };
        let mut max_age = None;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => {
                    cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                    cookie.host_only = false;
                }
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "path" => cookie.path = default_path(url),
                "secure" => cookie.secure = true,
                "httponly" => cookie.http_only = true,
                "expires" => cookie.expires = date::parse(value).or(cookie.expires),
                "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
                _ => {}
            }
        }
        // Max-Age wins over Expires; at most 0 is the past.
        if let Some(seconds) = max_age {
            cookie.expires = Some(u64::try_from(seconds).map_or(0, |after| now.saturating_add(after)));
        }
        if cookie.domain == host {
            cookie.host_only |= host.parse::<IpAddr>().is_ok() || !host.contains('.');
        }
        match cookie.refusal(line, url, &host) {
            Some(why) => Err(Refused { name: cookie.name, domain: cookie.domain, why }),
            None => Ok(cookie),
        }
    }

    fn refusal(&self, line: &str, url: &Url, host: &str) -> Option<String> {
        if self.name.is_empty() {
            return Some("it has no name".into());
        }
        if line.len() > MAX_BYTES {
            return Some(format!("it has {} bytes, and {MAX_BYTES} are the most", line.len()));
        }
        if !domain_matches(host, &self.domain) {
            return Some(format!("{host} may not set a cookie for {}", self.domain));
        }
        // All that can be said without a list of public suffixes: a single label is a whole top-level domain.
        if !self.host_only && !self.domain.contains('.') {
            return Some(format!("{} is a public suffix", self.domain));
        }
        if self.secure && url.scheme() != "https" {
            return Some("it is Secure, and the answer came over plain http".into());
        }
        None
    }

    /// Why a request for `url` does not carry it; `None` when it does (section 5.4).
    pub(in crate::probes) fn withheld_from(&self, url: &Url) -> Option<String> {
        let host = host_of(url);
        if self.host_only && host != self.domain {
            return Some(format!("it is for the host {} alone, and not for {host}", self.domain));
        }
        if !domain_matches(&host, &self.domain) {
            return Some(format!("domain {} does not match {host}", self.domain));
        }
        if !path_matches(url.path(), &self.path) {
            return Some(format!("path {} does not match {}", self.path, url.path()));
        }
        if self.secure && url.scheme() != "https" {
            return Some("it is Secure, and the request is plain http".into());
        }
        None
    }

    /// Whether two cookies are the same one with different content.
    pub(in crate::probes) fn is_same_as(&self, other: &Self) -> bool {
        (&self.name, &self.domain, &self.path) == (&other.name, &other.domain, &other.path)
    }

    pub(in crate::probes) fn is_over(&self, now: u64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// Lower case, without a port.
pub(in crate::probes) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase()
}

/// Section 5.1.3: the same, or a host within that domain; an address is only ever the same.
fn domain_matches(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    let within = host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'));
    within && host.parse::<IpAddr>().is_err()
}

/// Section 5.1.4: the same, or below.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path).is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

/// Up to the last slash, without it.
fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        None | Some(0) => "/".into(),
        Some(end) => url.path()[..end].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn set(line: &str, from: &str) -> Result<Cookie, Refused> {
        Cookie::parse(line, &url(from), 1000)
    }

    #[test]
    fn without_a_domain_it_is_for_that_host_alone() {
        let cookie = set("r_session=1; Path=/; HttpOnly", "https://q.trap.jp/api/1.0/login").unwrap();
        assert!(cookie.host_only && cookie.http_only);
        assert_eq!(cookie.withheld_from(&url("https://q.trap.jp/x")), None);
        let why = cookie.withheld_from(&url("https://a.q.trap.jp/")).unwrap();
        assert!(why.contains("the host q.trap.jp alone"), "{why}");
    }

    #[test]
    fn a_domain_reaches_all_hosts_below_it_and_no_other() {
        let cookie = set("t=1; Domain=.trap.jp; Path=/", "https://q.trap.jp/pipeline").unwrap();
        assert_eq!(cookie.withheld_from(&url("http://console.trap.jp/")), None);
        assert_eq!(cookie.withheld_from(&url("http://trap.jp/")), None);
        assert_eq!(
            cookie.withheld_from(&url("http://example.to-hutohu.trap.show/")).unwrap(),
            "domain trap.jp does not match example.to-hutohu.trap.show"
        );
        assert!(cookie.withheld_from(&url("http://eviltrap.jp/")).is_some());
    }

    #[test]
    fn foreign_domains_and_public_suffixes_are_refused() {
        for (line, what) in [
            ("t=1; Domain=trapti.tech", "may not set a cookie for trapti.tech"),
            ("t=1; Domain=deeper.q.trap.jp", "may not set"),
            ("t=1; Domain=jp", "jp is a public suffix"),
            ("=1", "no name"),
            ("nonsense", "no name"),
        ] {
            let refused = set(line, "https://q.trap.jp/").expect_err(line);
            assert!(refused.why.contains(what), "{line}: {}", refused.why);
        }
        assert!(set("t=1; Secure", "http://q.trap.jp/").unwrap_err().why.contains("plain http"));
        assert!(set("t=1; Domain=0.0.1", "http://127.0.0.1/").is_err());
    }

    #[test]
    fn secure_and_path_hold_it_back() {
        let cookie = set("t=1; Secure; Path=/api", "https://q.trap.jp/").unwrap();
        assert!(cookie.withheld_from(&url("http://q.trap.jp/api")).unwrap().contains("plain http"));
        assert!(cookie.withheld_from(&url("https://q.trap.jp/apiary")).unwrap().contains("path /api"));
        assert_eq!(cookie.withheld_from(&url("https://q.trap.jp/api/1.0")), None);
        assert_eq!(set("t=1", "https://q.trap.jp/api/1.0/login").unwrap().path, "/api/1.0");
    }

    #[test]
    fn max_age_wins_over_expires() {
        let line = "t=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(set(line, "http://a.jp/").unwrap().expires, Some(1060));
        assert!(set("t=1; Max-Age=-1", "http://a.jp/").unwrap().is_over(1));
        assert!(set("t=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a.jp/").unwrap().is_over(1));
        assert!(!set("t=1; Expires=soon", "http://a.jp/").unwrap().is_over(u64::MAX));
    }
}
