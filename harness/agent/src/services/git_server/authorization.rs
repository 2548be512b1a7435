//! Who pushes, by HTTP Basic (RFC 7617). Any password will do: passwords are not what labs are about.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

/// The user of a request with Basic credentials and a password that is not empty.
pub(super) fn user(headers: &HeaderMap) -> Option<String> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    (!user.is_empty() && !password.is_empty()).then(|| user.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.parse().unwrap());
        user(&headers)
    }

    #[test]
    fn a_user_with_any_password_is_known() {
        assert_eq!(of("Basic dG8taHV0b2h1OnB3").as_deref(), Some("to-hutohu"));
        assert_eq!(of("basic YTpi").as_deref(), Some("a"));
        assert_eq!(of("Basic YTpiYg==").as_deref(), Some("a"));
    }

    #[test]
    fn nobody_is_known_by_less() {
        // In turn: no password, no user, no colon, another scheme, no base64.
        for value in ["Basic YTo=", "Basic OmI=", "Basic YQ==", "Bearer YTpi", "Basic %%%", "Basic"] {
            assert_eq!(of(value), None, "{value}");
        }
        assert_eq!(user(&HeaderMap::new()), None);
    }
}
