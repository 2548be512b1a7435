//! What a request names: its target and its host, as RFC 9112 (sections 3.2 and 3.2.1) has them.

use reqwest::Url;

/// Path and query: what an origin server is asked for.
pub(super) fn path_and_query(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The `Host`: the port is said where it is not the scheme's own.
pub(super) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Host and port, to connect to.
pub(super) fn address(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_said_where_it_is_not_the_scheme_s_own() {
        let of = |text: &str| {
            let url: Url = text.parse().unwrap();
            (authority(&url), path_and_query(&url), address(&url))
        };
        assert_eq!(of("https://a.test"), ("a.test".into(), "/".into(), "a.test:443".into()));
        assert_eq!(of("http://a.test:8080/b?c=d#e"), ("a.test:8080".into(), "/b?c=d".into(), "a.test:8080".into()));
    }
}
