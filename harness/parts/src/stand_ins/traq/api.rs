//! The APIs that the page calls when it starts. Each costs work; the large ones hold more memory.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::rows::{self, id, time};
use super::{Traq, message};
use crate::common::access::User;

const MEBIBYTE: usize = 1024 * 1024;

/// What a path answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    Me,
    Channels,
    Users,
    Stamps,
    Clips,
    Stars,
    Mute,
    Unread,
    Groups,
    Latest,
    Notification,
    Webhooks,
    StampHistory,
}

/// In the page's order: the first by itself, the next three at once, then all others at once.
pub(super) const START_UP: [(&str, Call); 13] = [
    ("/api/1.0/users/me", Call::Me),
    ("/api/1.0/channels", Call::Channels),
    ("/api/1.0/users", Call::Users),
    ("/api/1.0/stamps", Call::Stamps),
    ("/api/1.0/users/me/clips", Call::Clips),
    ("/api/1.0/users/me/stars", Call::Stars),
    ("/api/1.0/users/me/mute", Call::Mute),
    ("/api/1.0/users/me/unread/channels", Call::Unread),
    ("/api/1.0/groups", Call::Groups),
    ("/api/1.0/activity/latest-messages", Call::Latest),
    ("/api/1.0/users/me/notification", Call::Notification),
    ("/api/1.0/webhooks", Call::Webhooks),
    ("/api/1.0/users/me/stamp-history", Call::StampHistory),
];

/// Answers a member; nobody else.
pub(super) async fn answer(call: Call, State(traq): State<Arc<Traq>>, headers: HeaderMap) -> Response {
    let Some(session) = traq.sessions.of(&headers) else {
        return message(StatusCode::UNAUTHORIZED, "you are not logged in");
    };
    let name = session.name.clone();
    let is_held_back = traq.limit.as_ref().is_some_and(|limit| !limit.admits(&session.id, Instant::now()));
    let mut answer = if is_held_back {
        message(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests")
    } else {
        match traq.workers.spend(call.memory_bytes(), move || call.body(&name)).await {
            Ok(Ok(body)) => ([(header::CONTENT_TYPE, "application/json; charset=UTF-8")], body).into_response(),
            Ok(Err(error)) => failed(&error.into()),
            Err(error) => failed(&error),
        }
    };
    answer.extensions_mut().insert(User(session.name));
    answer
}

fn failed(error: &anyhow::Error) -> Response {
    eprintln!("traq: a call failed: {error:#}");
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

impl Call {
    fn memory_bytes(self) -> usize {
        match self {
            Self::Channels | Self::Users | Self::Stamps => 3 * MEBIBYTE,
            Self::Latest | Self::Groups | Self::Unread => 2 * MEBIBYTE,
            _ => MEBIBYTE,
        }
    }

    fn body(self, name: &str) -> serde_json::Result<Vec<u8>> {
        fn json_of<T: Serialize>(rows: T) -> serde_json::Result<Vec<u8>> {
            serde_json::to_vec(&rows)
        }
        match self {
            Self::Me => json_of(rows::me(name)),
            Self::Channels => json_of(rows::channels()),
            Self::Users => json_of(rows::users()),
            Self::Stamps => json_of(rows::stamps()),
            Self::Clips => json_of(json!([{ "folderId": id("folder", 0), "folderName": "Default", "createdAt": time(0) }])),
            Self::Stars => json_of(rows::some_channels(12)),
            Self::Mute => json_of(rows::some_channels(5)),
            Self::Unread => json_of(rows::unread()),
            Self::Groups => json_of(rows::groups()),
            Self::Latest => json_of(rows::messages()),
            Self::Notification => json_of(rows::some_channels(30)),
            Self::Webhooks => json_of(json!([])),
            Self::StampHistory => {
                let used = |number| json!({ "stampId": id("stamp", number), "datetime": time(number) });
                json_of((0..50).map(used).collect::<Vec<_>>())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_answers_have_tens_of_kilobytes() {
        for (path, call) in START_UP {
            let length = call.body("to-hutohu").unwrap().len();
            let large = matches!(call, Call::Channels | Call::Users | Call::Stamps);
            assert_eq!(large, (30_000..120_000).contains(&length), "{path} has {length} bytes");
        }
    }
}
