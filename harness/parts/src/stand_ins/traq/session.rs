//! Who is logged in: opaque sessions in a cookie, kept in a file so that they survive a restart.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Traq, message};
use crate::common::access::User;
use crate::common::{files, random};

const COOKIE: &str = "r_session";
/// Two weeks, in seconds.
const MAX_AGE: u64 = 14 * 24 * 60 * 60;
/// As many as its cache had; the oldest ends when there are more.
const MOST_SESSIONS: usize = 4096;
const MOST_MEMBERS: usize = 4096;

/// All sessions and members.
pub(super) struct Sessions {
    file: PathBuf,
    state: RwLock<Kept>,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// From the cookie's value.
    sessions: HashMap<String, Session>,
    /// From a member's name to the digest of the password. Nobody signs up here: a member's first login chooses it.
    members: HashMap<String, String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Session {
    name: String,
    /// Seconds of Unix time.
    created: u64,
}

/// A valid session.
pub(super) struct Valid {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    name: String,
    #[serde(default)]
    pass: String,
}

impl Sessions {
    /// Opens the file; none means that nobody is logged in.
    ///
    /// # Errors
    /// When it holds something else.
    pub(super) fn open(file: PathBuf) -> anyhow::Result<Self> {
        let kept = match files::read(&file)? {
            None => Kept::default(),
            Some(text) => {
                serde_json::from_str(&text).with_context(|| format!("{} holds no sessions: remove it", file.display()))?
            }
        };
        Ok(Self { file, state: RwLock::new(kept) })
    }

    /// The session that a request's cookie stands for.
    pub(super) fn of(&self, headers: &HeaderMap) -> Option<Valid> {
        let id = cookie(headers, COOKIE)?;
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let session = state.sessions.get(&id).filter(|session| !session.is_over())?;
        Some(Valid { name: session.name.clone(), id })
    }

    /// Begins a session; `None` when name and password are not right together.
    fn begin(&self, name: &str, password: &str) -> anyhow::Result<Option<String>> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if name.is_empty() || name.len() > 32 || !name.chars().all(is_plain) || password.is_empty() {
            return Ok(None);
        }
        let digest = hex::encode(Sha256::digest(format!("{name}:{password}")));
        let id = random::hexadecimal(32)?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.members.len() >= MOST_MEMBERS && !state.members.contains_key(name) {
            return Ok(None);
        }
        if *state.members.entry(name.to_owned()).or_insert_with(|| digest.clone()) != digest {
            return Ok(None);
        }
        state.sessions.retain(|_, session| !session.is_over());
        if state.sessions.len() >= MOST_SESSIONS {
            let oldest = state.sessions.iter().min_by_key(|(_, session)| session.created);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                state.sessions.remove(&oldest);
            }
        }
        state.sessions.insert(id.clone(), Session { name: name.to_owned(), created: now() });
        self.keep(&state)?;
        Ok(Some(id))
    }

    fn end(&self, id: &str) -> anyhow::Result<()> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.sessions.remove(id);
        self.keep(&state)
    }

    /// Called with the state locked, so that what is on the disk never goes back.
    fn keep(&self, state: &Kept) -> anyhow::Result<()> {
        files::replace(&self.file, &serde_json::to_vec(state)?, files::PRIVATE)
    }
}

impl Session {
    fn is_over(&self) -> bool {
        self.created + MAX_AGE <= now()
    }
}

/// `POST /api/1.0/login`. The cookie's attributes are those of traQ's `sessions/session.go` of 2018 and 2019: no `Secure`,
/// no `SameSite`, no `Domain`. Its `Expires` says the same as `Max-Age`, and is left out.
pub(super) async fn login(State(traq): State<Arc<Traq>>, Json(credentials): Json<Credentials>) -> Response {
    match traq.sessions.begin(&credentials.name, &credentials.pass) {
        Ok(Some(id)) => {
            let cookie = format!("{COOKIE}={id}; Path=/; Max-Age={MAX_AGE}; HttpOnly");
            let mut answer = (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response();
            answer.extensions_mut().insert(User(credentials.name));
            answer
        }
        Ok(None) => message(StatusCode::UNAUTHORIZED, "name or password is wrong"),
        Err(error) => failed(&error),
    }
}

/// `POST /api/1.0/logout`.
pub(super) async fn logout(State(traq): State<Arc<Traq>>, headers: HeaderMap) -> Response {
    if let Some(session) = traq.sessions.of(&headers)
        && let Err(error) = traq.sessions.end(&session.id)
    {
        return failed(&error);
    }
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly");
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}

fn failed(error: &anyhow::Error) -> Response {
    eprintln!("traq: sessions cannot be kept: {error:#}");
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// A cookie's value.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// Whole seconds of Unix time.
pub(super) fn now() -> u64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(cookies: &str) -> HeaderMap {
        [(header::COOKIE, cookies.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn a_session_survives_a_restart_and_ends_with_a_logout() {
        let directory = files::temporary_directory("sessions");
        let file = directory.join("sessions.json");
        let id = Sessions::open(file.clone()).unwrap().begin("to-hutohu", "pass").unwrap().unwrap();
        let again = Sessions::open(file).unwrap();
        let headers = with(&format!("other=1; {COOKIE}={id}"));
        assert_eq!(again.of(&headers).unwrap().name, "to-hutohu");
        again.end(&id).unwrap();
        assert!(again.of(&headers).is_none() && again.of(&HeaderMap::new()).is_none());
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn the_password_is_the_first_one_and_never_empty() {
        let directory = files::temporary_directory("passwords");
        let sessions = Sessions::open(directory.join("sessions.json")).unwrap();
        assert!(sessions.begin("a", "").unwrap().is_none());
        assert!(sessions.begin("", "x").unwrap().is_none());
        assert!(sessions.begin("a", "right").unwrap().is_some());
        assert!(sessions.begin("a", "wrong").unwrap().is_none());
        assert!(sessions.begin("a", "right").unwrap().is_some());
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
