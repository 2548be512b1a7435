//! The club's token: a JWT signed with RS256, by a key that is made once and kept beside the run's certificate authority. Who
//! checks tokens reads `token-public.pem` there.

use std::path::Path;

use anyhow::Context;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;
use serde::Serialize;

use super::session::now;
use crate::common::files;

const PRIVATE: &str = "token-private.pem";
const PUBLIC: &str = "token-public.pem";
const LOCK: &str = "token.lock";
const BITS: usize = 2048;
/// In seconds.
const LIFETIME: u64 = 60 * 60;

/// The key that signs tokens.
pub(super) struct TokenKey {
    key: EncodingKey,
}

#[derive(Serialize)]
struct Claims<'a> {
    name: &'a str,
    /// Seconds of Unix time, as `exp`.
    iat: u64,
    exp: u64,
}

impl TokenKey {
    /// Opens the key in a directory, and makes it if nobody has yet. It blocks, and computes for some tenths of a second.
    ///
    /// # Errors
    /// When the directory cannot be used, or holds something else.
    pub(super) fn open(directory: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(directory).with_context(|| format!("making the directory {}", directory.display()))?;
        let path = directory.join(PRIVATE);
        let pem = files::exclusively(&directory.join(LOCK), || {
            if let Some(pem) = files::read(&path)? {
                return Ok(pem);
            }
            let key = RsaPrivateKey::new(&mut OsRng, BITS).context("making the token's key")?;
            let private = key.to_pkcs8_pem(LineEnding::LF)?.to_string();
            let public = key.to_public_key().to_public_key_pem(LineEnding::LF)?;
            // The public one first: once the private one is there, both are.
            files::replace(&directory.join(PUBLIC), public.as_bytes(), files::PUBLIC)?;
            files::replace(&path, private.as_bytes(), files::PRIVATE)?;
            Ok(private)
        })?;
        let key = EncodingKey::from_rsa_pem(pem.as_bytes())
            .with_context(|| format!("{} is no RSA key: remove it and {PUBLIC}", path.display()))?;
        Ok(Self { key })
    }

    /// A token that says who somebody is, for an hour.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub(super) fn token(&self, name: &str) -> anyhow::Result<String> {
        let iat = now();
        let claims = Claims { name, iat, exp: iat + LIFETIME };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation};

    #[test]
    fn whoever_has_the_public_key_can_read_the_token() {
        let directory = files::temporary_directory("token");
        let token = TokenKey::open(&directory).unwrap().token("to-hutohu").unwrap();
        let again = TokenKey::open(&directory).unwrap().token("to-hutohu").unwrap();
        let public = std::fs::read(directory.join(PUBLIC)).unwrap();
        let key = DecodingKey::from_rsa_pem(&public).unwrap();
        for token in [token, again] {
            let read = jsonwebtoken::decode::<serde_json::Value>(&token, &key, &Validation::new(Algorithm::RS256)).unwrap();
            assert_eq!(read.claims["name"], "to-hutohu");
            assert_eq!(read.claims["exp"].as_u64().unwrap() - read.claims["iat"].as_u64().unwrap(), LIFETIME);
        }
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
