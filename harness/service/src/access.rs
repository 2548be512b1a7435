//! One access line for every request that a server of ours answers.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use relapse_wire::log::Access;

/// Put into an answer's extensions by a handler that knows who is logged in.
#[derive(Debug, Clone)]
pub struct User(pub String);

/// Middleware: `axum::middleware::from_fn(access::log)`. It sees the answer's head, so its seconds are those until the body began.
pub async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let path = request.uri().path_and_query().map_or("/", |both| both.as_str()).to_owned();
    let host = text(request.headers(), header::HOST.as_str());
    // A request with an absolute target has no need of a Host header.
    let host = if host.is_empty() { request.uri().authority().map(ToString::to_string).unwrap_or_default() } else { host };
    let mut line = Access {
        at: 0.0,
        id: text(request.headers(), "x-request-id"),
        host,
        method: request.method().to_string(),
        path,
        status: 0,
        upstream: String::new(),
        tried: None,
        seconds: 0.0,
        user: String::new(),
    };
    let response = next.run(request).await;
    line.at = super::log::now();
    line.status = response.status().as_u16();
    line.seconds = began.elapsed().as_secs_f64();
    if let Some(User(name)) = response.extensions().get::<User>() {
        line.user.clone_from(name);
    }
    super::log::access(line);
    response
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}
