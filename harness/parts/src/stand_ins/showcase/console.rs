//! The web console. It says who it is for by a token; without one it sends the browser to log in, and says where to return to.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION};
use hyper::{HeaderMap, Method, StatusCode, Uri};
use reqwest::Url;
use tokio::sync::{mpsc, oneshot};

use super::apps::{self, Failures};
use super::docker::Engine;
use super::order::Order;
use super::{Challenge, HostCheck, Settings, page, token};
use crate::common::access::{self, User};

struct Console {
    options: Arc<Settings>,
    engine: Engine,
    failures: Arc<Failures>,
    queue: mpsc::Sender<Order>,
}

const PLAIN: &str = "text/plain; charset=utf-8";

pub(super) fn router(options: Arc<Settings>, queue: mpsc::Sender<Order>, failures: Arc<Failures>) -> Router {
    let engine = Engine::new(options.docker_api.clone());
    let console = Arc::new(Console { options, engine, failures, queue });
    Router::new().fallback(answer).with_state(console).layer(axum::middleware::from_fn(access::log))
}

async fn answer(State(console): State<Arc<Console>>, request: Request) -> Response {
    let options = &console.options;
    let host = host(request.headers(), request.uri());
    if options.console_host_check == HostCheck::OwnHost && !is_own(&host, &options.console_url) {
        let words = format!("This is {}; there is no {host} here.\n", options.console_url);
        return self::words(StatusCode::MISDIRECTED_REQUEST, words);
    }
    if let Some(user) = token::user(request.headers(), &options.authority) {
        let mut response = match cancelled(&request) {
            Some(host) => console.cancel(&user, host).await,
            None => console.list(&user).await,
        };
        response.extensions_mut().insert(User(user));
        return response;
    }
    let back = match options.console_challenge {
        Challenge::Unauthorized => {
            return words(StatusCode::UNAUTHORIZED, "Log in first.\n".into());
        }
        Challenge::Redirect => asked_for(request.headers(), request.uri(), &host),
        Challenge::FixedReturn => format!("{}/", options.console_url.as_str().trim_end_matches('/')),
    };
    let login = log_in(&options.login_url, &back);
    respond(StatusCode::FOUND, Some((LOCATION, login)), PLAIN, "Log in first.\n".into())
}

impl Console {
    async fn list(&self, user: &str) -> Response {
        let options = &self.options;
        match apps::of(user, &options.app_domain, &options.vhost_directory, &self.engine, &self.failures).await {
            Ok(apps) => respond(StatusCode::OK, None, "text/html; charset=utf-8", page::html(user, &apps)),
            Err(error) => words(StatusCode::BAD_GATEWAY, format!("The containers cannot be listed: {error:#}\n")),
        }
    }

    /// Removes an app of that user whose deploy failed, and leads back to the list.
    async fn cancel(&self, user: &str, host: &str) -> Response {
        if !apps::is_of(host, user, &self.options.app_domain) {
            return words(StatusCode::NOT_FOUND, format!("{user} has no {host}.\n"));
        }
        if !self.failures.has(host) {
            return words(StatusCode::CONFLICT, format!("The last deploy of {host} did not fail: there is nothing to cancel.\n"));
        }
        let (done, outcome) = oneshot::channel();
        let order = Order::Cancel { host: host.to_owned(), done };
        if let Err(error) = self.queue.try_send(order) {
            return words(StatusCode::SERVICE_UNAVAILABLE, format!("The queue of deploys: {error}\n"));
        }
        match outcome.await {
            Ok(Ok(())) => respond(StatusCode::SEE_OTHER, Some((LOCATION, "/".into())), PLAIN, "Cancelled.\n".into()),
            Ok(Err(why)) => words(StatusCode::INTERNAL_SERVER_ERROR, format!("{host} was not cancelled: {why}\n")),
            Err(_) => words(StatusCode::SERVICE_UNAVAILABLE, "The deployer is gone.\n".into()),
        }
    }
}

/// The host of a request to cancel its deploy.
fn cancelled(request: &Request) -> Option<&str> {
    let path = request.uri().path().strip_prefix("/apps/")?.strip_suffix("/cancel")?;
    (request.method() == Method::POST && !path.contains('/')).then_some(path)
}

/// The URL that was asked for, as far as a server behind a proxy can know it.
fn asked_for(headers: &HeaderMap, uri: &Uri, host: &str) -> String {
    let scheme = match headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok()) {
        Some("https") => "https",
        _ => "http",
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("{scheme}://{host}{path}")
}

/// The log-in's URL, with the URL to return to.
fn log_in(login: &Url, back: &str) -> String {
    let mut url = login.clone();
    url.query_pairs_mut().append_pair("redirect", back);
    url.into()
}

/// The Host that was asked for; HTTP/1.1 prefers the one in an absolute target.
fn host(headers: &HeaderMap, uri: &Uri) -> String {
    let sent = || headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    uri.authority().map_or_else(sent, ToString::to_string)
}

fn is_own(host: &str, console: &Url) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    console.host_str().is_some_and(|own| own.eq_ignore_ascii_case(name))
}

fn words(status: StatusCode, words: String) -> Response {
    respond(status, None, PLAIN, words)
}

fn respond(status: StatusCode, header: Option<(HeaderName, String)>, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some((name, value)) = header
        && let Ok(value) = HeaderValue::from_str(&value)
    {
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(host: &str, path: &str, proto: Option<&'static str>) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(proto) = proto {
            headers.insert("x-forwarded-proto", HeaderValue::from_static(proto));
        }
        let uri = path.parse().unwrap();
        asked_for(&headers, &uri, &super::host(&headers, &uri))
    }

    #[test]
    fn the_return_url_is_built_from_the_request() {
        let login = Url::parse("https://q.trap.jp/login").unwrap();
        assert_eq!(
            log_in(&login, &back("example.to-hutohu.trap.show", "/", Some("http"))),
            "https://q.trap.jp/login?redirect=http%3A%2F%2Fexample.to-hutohu.trap.show%2F"
        );
        assert_eq!(
            log_in(&login, &back("a.example:8080", "/x%20y?b=c&d=e", Some("https"))),
            "https://q.trap.jp/login?redirect=https%3A%2F%2Fa.example%3A8080%2Fx%2520y%3Fb%3Dc%26d%3De"
        );
    }

    #[test]
    fn only_known_schemes_are_believed() {
        for proto in [None, Some("http"), Some("javascript"), Some("https, http")] {
            assert_eq!(back("h", "/", proto), "http://h/");
        }
    }

    #[test]
    fn an_absolute_target_says_which_host() {
        assert_eq!(back("other", "http://h/p", None), "http://h/p");
    }

    #[test]
    fn the_own_host_is_known_with_any_port_and_case() {
        let console = Url::parse("https://showcase.trapti.tech").unwrap();
        for (host, own) in [
            ("showcase.trapti.tech", true),
            ("Showcase.Trapti.Tech:80", true),
            ("x.showcase.trapti.tech", false),
            ("example.to-hutohu.trap.show", false),
            ("", false),
        ] {
            assert_eq!(is_own(host, &console), own, "{host}");
        }
    }
}
