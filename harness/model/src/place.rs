//! Places: one parsed form of what a step, a browser and an access log write each in their own spelling. Two spellings of one place are the
//! same here; and a name that only begins like another one is another place.

use percent_encoding::percent_decode_str;
use url::Url;

/// A place, or a pattern of places: what a pattern does not say, it does not ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    scheme: Option<String>,
    host: String,
    port: Option<u16>,
    /// The path's segments, decoded, without an empty last one.
    segments: Vec<String>,
    /// Decoded.
    query: Option<String>,
}

impl Place {
    /// A URL with its scheme: `http://shop.test/cart`.
    ///
    /// # Errors
    /// In words, when it is none.
    pub fn url(text: &str) -> Result<Self, String> {
        let url: Url = text.parse().map_err(|error| format!("`{text}` is no URL: {error}"))?;
        let mut place = Self::of(&url).ok_or_else(|| format!("`{text}` has no host"))?;
        place.scheme = Some(url.scheme().to_owned());
        place.port = url.port_or_known_default();
        Ok(place)
    }

    /// A host, and maybe a port and the beginning of a path: `shop.test`, `shop.test:8080/api`.
    ///
    /// # Errors
    /// In words, when it names no host.
    pub fn pattern(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` names no host: write `shop.test`, or `shop.test/cart`");
        if text.starts_with('/') || text.contains("://") {
            return Err(wrong());
        }
        // The scheme is only for the parser; one without a port of its own, so that a port that is written stays.
        let url: Url = format!("relapse://{text}").parse().map_err(|_| wrong())?;
        Self::of(&url).filter(|place| !place.host.is_empty()).ok_or_else(wrong)
    }

    /// What an access log says was asked for: the `Host` header, with or without a port, and the request's target.
    #[must_use]
    pub fn request(host: &str, target: &str) -> Option<Self> {
        // To a proxy, and in HTTP/2, the target can be a whole URL.
        let path = match target.split_once("://") {
            Some((_, rest)) => rest.find(['/', '?']).map_or("/", |at| &rest[at..]),
            None => target,
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        Self::pattern(&format!("{host}{slash}{path}")).ok()
    }

    fn of(url: &Url) -> Option<Self> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        // Of a scheme that it does not know, the parser keeps the path and the host as they are written.
        let known: Url = format!("http://{}{}", url.host_str()?, url.path()).parse().ok()?;
        let mut segments: Vec<String> = known.path().trim_start_matches('/').split('/').map(decode).collect();
        while segments.last().is_some_and(String::is_empty) {
            segments.pop();
        }
        let host = known.host_str()?.trim_end_matches('.').to_owned();
        let query = url.query().filter(|query| !query.is_empty()).map(decode);
        Some(Self { scheme: None, host, port: url.port(), segments, query })
    }

    /// Whether another place is this one, or lies below it. What either does not say, such as a port that a log leaves out, is no
    /// difference.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        fn same<T: PartialEq>(own: Option<&T>, other: Option<&T>) -> bool {
            own.zip(other).is_none_or(|(own, other)| own == other)
        }
        self.host == other.host
            && same(self.scheme.as_ref(), other.scheme.as_ref())
            && same(self.port.as_ref(), other.port.as_ref())
            && other.segments.starts_with(&self.segments)
            && self.query.as_ref().is_none_or(|query| other.query.as_ref() == Some(query))
    }

    /// The host, lower case, without a port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Host, path and query as one key, by which a log's line and a browser's request are found together.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}?{}", self.host, self.segments.join("/"), self.query.as_deref().unwrap_or_default())
    }
}

/// Whether two spellings are of one host.
#[must_use]
pub fn same_host(one: &str, other: &str) -> bool {
    match (Place::pattern(one), Place::pattern(other)) {
        (Ok(one), Ok(other)) => one.host == other.host,
        _ => one.eq_ignore_ascii_case(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pattern: &str, url: &str) -> bool {
        Place::url(pattern).unwrap().covers(&Place::url(url).unwrap())
    }

    fn for_(pattern: &str, host: &str, target: &str) -> bool {
        Place::pattern(pattern).unwrap().covers(&Place::request(host, target).unwrap())
    }

    #[test]
    fn what_only_begins_like_a_place_is_another() {
        for (pattern, url) in [
            ("http://app/api", "http://app/apix"),
            ("http://app/", "http://app-1/"),
            ("http://app:80/", "http://app:8080/"),
            ("http://app/", "https://app/"),
            ("http://app/a?x=1", "http://app/a?x=2"),
            ("http://app/a/b", "http://app/a"),
        ] {
            assert!(!at(pattern, url), "{pattern} {url}");
        }
        assert!(!for_("h-1", "h-10", "/") && !for_("h/ok", "h", "/okay") && !for_("h:81", "h:80", "/"));
    }

    #[test]
    fn the_same_place_in_another_spelling_is_the_same() {
        for (pattern, url) in [
            ("http://APP/", "http://app/"),
            ("http://app:80/", "http://app/"),
            ("http://app", "http://app/"),
            ("http://app/b", "http://app/a/../b"),
            ("http://app/b/", "http://app/b"),
            ("http://app/caf%C3%A9", "http://app/café"),
            ("http://app/?q=a%20b", "http://app/?q=a b"),
            ("http://app/api", "http://app/api/v1?page=2"),
            ("http://app./", "http://app/"),
        ] {
            assert!(at(pattern, url), "{pattern} {url}");
        }
        assert!(for_("APP/ok", "app:8080", "/ok/") && for_("app", "App", "/any") && for_("app:80", "app", "/"));
        assert!(for_("app/b", "app", "/a/../b") && for_("app/x", "app", "http://app/x") && for_("app/a b", "app", "/a%20b"));
    }

    #[test]
    fn a_pattern_names_a_host() {
        for wrong in ["/ok", "http://app/", "", ":80"] {
            assert!(Place::pattern(wrong).is_err(), "{wrong}");
        }
        assert!(same_host("APP", "app.") && !same_host("app", "app-1"));
    }
}
