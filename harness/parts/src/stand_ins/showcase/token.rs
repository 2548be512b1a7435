//! The single sign-on's token: a cookie with a JWT, verified with the key that its issuer has published.

use std::path::Path;

use hyper::HeaderMap;
use hyper::header::COOKIE;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

const COOKIE_NAME: &str = "traP_token";
const KEY: &str = "token-public.pem";

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    sub: Option<String>,
}

/// Who sent a request, if it carries a valid token. The key is read anew for every token: its issuer may start later, or anew.
pub(super) fn user(headers: &HeaderMap, authority: &Path) -> Option<String> {
    let mut tokens = cookies(headers, COOKIE_NAME).peekable();
    tokens.peek()?;
    let path = authority.join(KEY);
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(error) => {
            eprintln!("relapse-parts: a token cannot be verified: {}: {error}", path.display());
            return None;
        }
    };
    tokens.find_map(|token| match verify(token, &pem) {
        Ok(user) => user,
        Err(error) => {
            eprintln!("relapse-parts: a token was refused: {error}");
            None
        }
    })
}

fn verify(token: &str, pem: &[u8]) -> jsonwebtoken::errors::Result<Option<String>> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_aud = false;
    validation.leeway = 0;
    let claims: Claims = decode(token, &DecodingKey::from_rsa_pem(pem)?, &validation)?.claims;
    Ok(claims.name.or(claims.sub).filter(|user| !user.is_empty()))
}

fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(found, _)| *found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};

    /// A private and a public key; 1024 bits, for speed.
    fn keys() -> (String, String) {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
        let public = key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
        (key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(), public)
    }

    fn token(private: &str, claims: &serde_json::Value) -> String {
        let key = EncodingKey::from_rsa_pem(private.as_bytes()).unwrap();
        encode(&Header::new(Algorithm::RS256), claims, &key).unwrap()
    }

    #[test]
    fn a_token_counts_until_it_expires_and_only_from_its_issuer() {
        let (private, public) = keys();
        let good = token(&private, &serde_json::json!({"name": "to-hutohu", "exp": 32_503_680_000_u64}));
        assert_eq!(verify(&good, public.as_bytes()).unwrap().as_deref(), Some("to-hutohu"));
        let sub = token(&private, &serde_json::json!({"sub": "a", "exp": 32_503_680_000_u64}));
        assert_eq!(verify(&sub, public.as_bytes()).unwrap().as_deref(), Some("a"));
        let expired = token(&private, &serde_json::json!({"name": "to-hutohu", "exp": 1}));
        assert!(verify(&expired, public.as_bytes()).is_err());
        let (_, other) = keys();
        assert!(verify(&good, other.as_bytes()).is_err());
        // The classic forgery: the public key as an HMAC's secret.
        let forged = encode(
            &Header::new(Algorithm::HS256),
            &serde_json::json!({"name": "x", "exp": 32_503_680_000_u64}),
            &EncodingKey::from_secret(public.as_bytes()),
        );
        assert!(verify(&forged.unwrap(), public.as_bytes()).is_err());
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "r_session=1; traP_token=a.b.c".parse().unwrap());
        headers.append(COOKIE, "xtraP_token=no;traP_token=d".parse().unwrap());
        assert_eq!(cookies(&headers, COOKIE_NAME).collect::<Vec<_>>(), ["a.b.c", "d"]);
    }
}
