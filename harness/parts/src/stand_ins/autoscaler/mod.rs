//! The autoscaler: starts instances while workers are busy, and terminates by its policy. It scales out by itself, and in only when it is
//! told, as a schedule would.
//!
//! `fleet` is how it starts and terminates, `followers` who has to know, `policy` who goes first, `watch` how it scales out by itself, `scale` how it does what it is
//! told, `asked` what that can be, `ask` the command that tells it.

pub(crate) mod ask;
mod asked;
mod fleet;
mod followers;
mod policy;
mod scale;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use tokio::sync::Mutex;

use crate::common::consul::Consul;
use crate::common::listen::{self, Address};
use crate::common::log;
use asked::{What, Where, Words};
use fleet::Fleet;
use followers::Followers;
use policy::Policy;
use scale::Asked;

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Where the fleet is controlled.
    #[arg(long, env = "FLEET", default_value = "http://fleet:9000")]
    fleet: String,
    /// Which instances pass.
    #[arg(long, env = "CONSUL", default_value = "http://consul:8500")]
    consul: String,
    /// The service's name, there and in the log.
    #[arg(long, env = "SERVICE")]
    service: String,
    /// Instances at the beginning.
    #[arg(long, env = "INSTANCES")]
    instances: usize,
    /// Never more, of its own accord.
    #[arg(long, env = "MOST_INSTANCES")]
    most_instances: usize,
    /// The share of workers that should be busy, in percent.
    #[arg(long, env = "TARGET_BUSY", default_value_t = 60.0)]
    target_busy: f64,
    /// Who goes first.
    #[arg(long, env = "TERMINATION", default_value = "oldest-first")]
    termination: Policy,
    /// How many go together when the tier shrinks; each such group is seen gone before the next one goes.
    #[arg(long, env = "TERMINATED_AT_A_TIME", default_value_t = 1)]
    terminated_at_a_time: usize,
    /// Where the lists are that others make of Consul's, each with a line of `address:port` for each instance.
    #[arg(long, env = "FOLLOWED_BY", value_delimiter = ' ')]
    followed_by: Vec<String>,
    /// Where it is told what to do.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:9000")]
    listen: Address,
}

struct Autoscaler {
    options: Options,
    fleet: Fleet,
    followers: Followers,
    /// One thing at a time.
    turn: Mutex<()>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the first instances cannot be started, or the address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let listener = options.listen.bind().await?;
    let fleet = Fleet::new(&options.fleet, Consul::new(&options.consul)?, &options.service)?;
    let followers = Followers::new(&options.followed_by)?;
    let scaler = Arc::new(Autoscaler { fleet, followers, options, turn: Mutex::default() });
    let begin = Asked { what: What::To, count: scaler.options.instances, order: None, place: Where::Tier };
    scaler.obey(begin).await?;
    tokio::spawn(watch::watch(scaler.clone()));
    let router = Router::new().route("/{what}/{count}", post(asked)).with_state(scaler);
    log::ready("autoscaler");
    listen::serve(listener, router).await
}

async fn asked(
    State(scaler): State<Arc<Autoscaler>>,
    Path((what, count)): Path<(String, usize)>,
    Query(words): Query<Words>,
) -> (StatusCode, String) {
    let understood = || anyhow::Ok(Asked { what: what.parse()?, count, order: words.order()?, place: words.zone() });
    let asked = match understood() {
        Ok(asked) => asked,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error:#}\n")),
    };
    match scaler.obey(asked).await {
        Ok(()) => (StatusCode::OK, String::new()),
        Err(error) => (StatusCode::CONFLICT, format!("{error:#}\n")),
    }
}
