//! `POST /api/1.0/files`: a member's file. The real one keeps it and makes a thumbnail; here the content is read as often as that
//! takes, and forgotten.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Traq, message};
use crate::common::access::User;

/// A photograph.
pub(super) const MOST_BYTES: usize = 8 << 20;
/// Storing is one reading, decoding and scaling some more.
const READINGS: usize = 3;

/// Takes a member's file; nobody else's.
pub(super) async fn upload(State(traq): State<Arc<Traq>>, headers: HeaderMap, content: Bytes) -> Response {
    let Some(session) = traq.sessions.of(&headers) else {
        return message(StatusCode::UNAUTHORIZED, "you are not logged in");
    };
    let length = content.len();
    let work = move || (0..READINGS).map(|_| hex::encode(Sha256::digest(&content))).last().unwrap_or_default();
    let mut answer = match traq.workers.spend(length, work).await {
        Ok(digest) => {
            let id = digest.get(..32).unwrap_or_default();
            (StatusCode::CREATED, Json(json!({ "fileId": id, "size": length, "hasThumbnail": true }))).into_response()
        }
        Err(error) => {
            eprintln!("traq: an upload failed: {error:#}");
            message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }
    };
    answer.extensions_mut().insert(User(session.name));
    answer
}
