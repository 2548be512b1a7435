//! traQ, the club's chat and single sign-on, as far as its neighbours saw it in 2019: a login with a session cookie, the APIs that
//! its page calls at start-up (each costs real work), the page at `/login`, and `/pipeline`, which hands out the club's token.
//! `session` is who is logged in, `api` what the page loads, `spa` the page, `pipeline` where it sends people with what `token` made,
//! `metrics` what it tells Prometheus of itself.

mod api;
mod cost;
mod limit;
mod metrics;
mod pipeline;
mod rows;
mod session;
mod spa;
mod ticket;
mod token;
mod upload;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use clap::ValueEnum;
use serde_json::json;

use self::cost::Workers;
use self::limit::Limit;
use self::metrics::Metrics;
use self::pipeline::{RedirectPolicy, Site};
use self::session::Sessions;
use self::spa::Spa;
use self::ticket::Tickets;
use self::token::TokenKey;
use crate::common::authority::Authority;
use crate::common::listen::Address;
use crate::common::{access, log, tls};

const MOST_BODY_BYTES: usize = 64 * 1024;
/// 13 of them make one start of the page.
const MOST_CALLS_A_SECOND: usize = 20;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where it listens, with TLS.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0:443")]
    listen: Address,
    /// Its name.
    #[arg(long, env = "NAME")]
    name: String,
    /// Its other names, space separated.
    #[arg(long, env = "ALIASES", default_value = "")]
    aliases: String,
    /// Domains, besides the name's own, that it sets the token for; space separated. Each needs an alias there.
    #[arg(long, env = "TOKEN_DOMAINS", default_value = "")]
    token_domains: String,
    /// What is at `/login`.
    #[arg(long, env = "SPA", value_enum, default_value_t = Spa::LoadThenRedirect)]
    spa: Spa,
    /// Where `/pipeline` redirects to.
    #[arg(long, env = "REDIRECT_POLICY", value_enum, default_value_t = RedirectPolicy::Any)]
    redirect_policy: RedirectPolicy,
    /// Who is held back.
    #[arg(long, env = "RATE_LIMIT", value_enum, default_value_t = RateLimit::None)]
    rate_limit: RateLimit,
    /// What a start-up call costs, in milliseconds of a processor's time.
    #[arg(long, env = "CALL_COST_MS", default_value_t = 2)]
    call_cost_ms: u64,
    /// The directory of the run's certificate authority, and of the token's keys.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
    /// Where sessions are kept, so that they survive a restart.
    #[arg(long, env = "SESSIONS", default_value = "/sessions.json")]
    sessions: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RateLimit {
    /// Nobody.
    None,
    /// A session with more than 20 start-up calls a second.
    PerSession,
}

/// What all requests share.
struct Traq {
    site: Site,
    spa: Spa,
    sessions: Sessions,
    tickets: Tickets,
    key: TokenKey,
    limit: Option<Limit>,
    workers: Workers,
    metrics: Metrics,
}

/// Serves until it is stopped.
///
/// # Errors
/// When its environment is wrong, or the address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let site = Site::new(&options.name, &options.aliases, &options.token_domains, options.redirect_policy)?;
    let listener = options.listen.bind_tcp()?;
    // Both wait for files, and the key for a long computation.
    let directory = options.authority.clone();
    let making_key = tokio::task::spawn_blocking(move || TokenKey::open(&directory));
    let (directory, names) = (options.authority, site.names().to_vec());
    let leaf = tokio::task::spawn_blocking(move || Authority::open(&directory)?.issue(&names));
    let acceptor = tls::acceptor(leaf.await??)?;
    let traq = Arc::new(Traq {
        site,
        spa: options.spa,
        sessions: Sessions::open(options.sessions)?,
        tickets: Tickets::new()?,
        key: making_key.await??,
        limit: (options.rate_limit == RateLimit::PerSession).then(|| Limit::new(MOST_CALLS_A_SECOND, Duration::from_secs(1))),
        workers: Workers::new(Duration::from_millis(options.call_cost_ms)),
        metrics: Metrics::new()?,
    });
    log::ready("traq");
    tls::serve(listener, acceptor, router(traq)).await.context("serving")
}

fn router(traq: Arc<Traq>) -> Router {
    let mut router = Router::new()
        .route("/", get(spa::chat))
        .route("/login", get(spa::login))
        .route("/metrics", get(metrics::metrics))
        .route("/pipeline", get(pipeline::pipeline))
        .route("/api/1.0/files", post(upload::upload).layer(DefaultBodyLimit::max(upload::MOST_BYTES)))
        .route("/api/1.0/login", post(session::login))
        .route("/api/1.0/logout", post(session::logout));
    for (path, call) in api::START_UP {
        router = router.route(path, get(move |traq, headers| api::answer(call, traq, headers)));
    }
    router
        .fallback(|| async { message(StatusCode::NOT_FOUND, "Not Found") })
        .method_not_allowed_fallback(|| async { message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed") })
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(middleware::from_fn_with_state(traq.clone(), metrics::count))
        .layer(middleware::from_fn(access::log))
        .with_state(traq)
}

/// An error in the form that echo gives it.
fn message(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "message": text }))).into_response()
}
