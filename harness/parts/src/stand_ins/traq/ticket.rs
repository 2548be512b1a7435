//! Tickets: who somebody is, said by the server's own name to its alias by way of the browser. Signed, short-lived, good for once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::session::now;
use crate::common::random;

/// Long enough for one redirect, in seconds.
const LIFETIME: u64 = 30;

/// Issues tickets and takes them. Its key lives as long as the process: who is on the way during a restart asks again.
pub(super) struct Tickets {
    key: String,
    /// The tickets that were taken, until they would have run out.
    taken: Mutex<HashMap<String, u64>>,
}

#[derive(Serialize, Deserialize)]
struct Ticket {
    user: String,
    alias: String,
    target: String,
    number: String,
    /// Seconds of Unix time.
    until: u64,
}

impl Tickets {
    /// With a key of its own.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self { key: random::hexadecimal(32)?, taken: Mutex::default() })
    }

    /// A ticket for a user, for that alias and target only.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(super) fn issue(&self, user: &str, alias: &str, target: &str) -> anyhow::Result<String> {
        let ticket = Ticket {
            user: user.to_owned(),
            alias: alias.to_owned(),
            target: target.to_owned(),
            number: random::hexadecimal(16)?,
            until: now() + LIFETIME,
        };
        let said = serde_json::to_vec(&ticket)?;
        let signature = self.signer(&said)?.finalize().into_bytes();
        Ok(format!("{}.{}", hex::encode(said), hex::encode(signature)))
    }

    /// Whose ticket it is.
    ///
    /// # Errors
    /// Why it is worth nothing.
    pub(super) fn take(&self, text: &str, alias: &str, target: &str) -> Result<String, String> {
        let decode = |part| hex::decode(part).ok();
        let parts = text.split_once('.').and_then(|(said, signature)| decode(said).zip(decode(signature)));
        let (said, signature) = parts.ok_or("it is no ticket")?;
        let signer = self.signer(&said).map_err(|error| error.to_string())?;
        signer.verify_slice(&signature).map_err(|_| "its signature is wrong")?;
        let ticket: Ticket = serde_json::from_slice(&said).map_err(|error| error.to_string())?;
        if ticket.until <= now() {
            return Err("it has run out".into());
        }
        if ticket.alias != alias || ticket.target != target {
            return Err("it is for another way".into());
        }
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.retain(|_, until| *until > now());
        if taken.insert(ticket.number, ticket.until).is_some() {
            return Err("it has been used".into());
        }
        Ok(ticket.user)
    }

    fn signer(&self, said: &[u8]) -> anyhow::Result<Hmac<Sha256>> {
        let mut signer = Hmac::<Sha256>::new_from_slice(self.key.as_bytes())?;
        signer.update(said);
        Ok(signer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once_and_for_its_way_only() {
        let tickets = Tickets::new().unwrap();
        let ticket = tickets.issue("u", "q.trapti.tech", "http://a/").unwrap();
        assert!(tickets.take(&ticket, "q.trap.show", "http://a/").is_err());
        assert!(tickets.take(&ticket, "q.trapti.tech", "http://b/").is_err());
        assert_eq!(tickets.take(&ticket, "q.trapti.tech", "http://a/"), Ok("u".into()));
        assert_eq!(tickets.take(&ticket, "q.trapti.tech", "http://a/"), Err("it has been used".into()));
        let foreign = Tickets::new().unwrap().issue("u", "q.trapti.tech", "http://a/").unwrap();
        assert_eq!(tickets.take(&foreign, "q.trapti.tech", "http://a/"), Err("its signature is wrong".into()));
        assert!(tickets.take("nonsense", "q.trapti.tech", "http://a/").is_err());
    }
}
