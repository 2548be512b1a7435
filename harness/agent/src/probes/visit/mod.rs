//! One tab of one user: a [`Visit`] as JSON on standard input, a [`Sighting`] a line on standard output, as it happens.
//! `tab` navigates, `page` reads, `hop` asks, `connection` carries, `jar` and `cookie` keep what servers say to keep.

pub(in crate::probes) mod connection;
mod cookie;
mod date;
pub(in crate::probes) mod exchange;
mod head;
mod hop;
pub(in crate::probes) mod jar;
mod moved;
mod page;
mod redirect;
mod tab;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use relapse_wire::visit::{End, Sighting, Visit};

pub(in crate::probes) use self::cookie::{Cookie, host_of};
pub(in crate::probes) use self::page::refreshes_soon;

use self::connection::Connections;
use self::hop::Hops;
use self::jar::Jar;
use self::moved::Moved;
use self::tab::Tab;
use super::trust::trust;
use crate::input::read_input;
use relapse_service::{log, stop};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The directory of the run's certificate authority, which is all that https trusts.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
    /// Where cookie jars are kept, one file a user.
    #[arg(long, env = "JARS", default_value = "/")]
    jars: PathBuf,
    /// Leaves the tab open when standard input ends: for `echo '{…}' | relapse-agent visit --keep-open`.
    #[arg(long)]
    keep_open: bool,
    /// Visits nothing, but forgets this user's cookies, and what the user's browser remembers of redirects.
    #[arg(long, value_name = "USER")]
    forget: Option<String>,
}

/// Visits. Its end is the last line, unless a signal ends it. The end of standard input closes the tab: that is all that a process
/// in a container sees when whoever started it goes away.
///
/// # Errors
/// When the visit cannot be understood, or standard output is closed.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    if let Some(user) = &options.forget {
        return Moved::beside(Jar::open(&options.jars, user)?.file()).forget().and_then(|()| Jar::forget(&options.jars, user));
    }
    let input = read_input::<Visit>();
    let visiting = async {
        let visit = input.asked.await.context("standard input was not read")??;
        let jar = Jar::open(&options.jars, &visit.user)?;
        let connections = Connections::new(trust(&options.authority).map_err(|error| format!("{error:#}")));
        let mut tab = Tab::new(Hops::new(connections, jar, visit.most_hops));
        let time = Duration::from_secs(visit.most_seconds.into());
        let end = match tokio::time::timeout(time, tab.visit(&visit)).await {
            Ok(end) => end?,
            Err(_) => End::Cut { limit: format!("most_seconds: {}", visit.most_seconds) },
        };
        Ok(log::line(&Sighting::End(end))?)
    };
    let detached = async {
        match input.ended.await {
            Ok(()) if !options.keep_open => {}
            // Nobody will say any more: the visit ends by itself.
            Ok(()) | Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        // In this order: an input that is no visit ends as well.
        biased;
        outcome = visiting => outcome,
        () = stop::stopped() => Ok(()),
        () = detached => {
            let limit = "the tab was closed: standard input ended".to_owned();
            Ok(log::line(&Sighting::End(End::Cut { limit }))?)
        }
    }
}
