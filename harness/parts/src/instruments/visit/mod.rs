//! One tab of one user: a [`Visit`] as JSON on standard input, a [`Sighting`] a line on standard output, as it happens.
//! `poll` asks for one thing again and again, without a tab. `tab` navigates, `page` reads, `hop` asks, `connection` carries, `jar` and `cookie` keep what servers say to keep.

mod connection;
mod cookie;
mod date;
pub(in crate::instruments) mod exchange;
mod head;
mod hop;
mod jar;
mod moved;
mod page;
pub(crate) mod poll;
mod redirect;
pub(in crate::instruments) mod sampler;
mod tab;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use relapse_model::wire::visit::{End, Sighting, Visit};
use reqwest::Url;
use rustls::ClientConfig;
use tokio::sync::oneshot;

pub(in crate::instruments) use self::cookie::{Cookie, host_of};
pub(in crate::instruments) use self::page::refreshes_soon;

use self::connection::Connections;
use self::hop::Hops;
use self::jar::Jar;
use self::moved::Moved;
use self::tab::Tab;
use crate::common::{authority, log, stop, tls};

const MOST_INPUT_BYTES: u64 = 1024 * 1024;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The directory of the run's certificate authority, which is all that https trusts.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
    /// Where cookie jars are kept, one file a user.
    #[arg(long, env = "JARS", default_value = "/")]
    jars: PathBuf,
    /// Leaves the tab open when standard input ends: for `echo '{…}' | relapse-parts visit --keep-open`.
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

/// Trusts the run's authority only. It is read for each visit: the authority may have been made since.
pub(in crate::instruments) fn trust(directory: &Path) -> anyhow::Result<Arc<ClientConfig>> {
    tls::install_provider();
    let roots = authority::trusted(directory)?;
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// [`trust`], where a URL of that scheme needs it: whoever asks again and again would otherwise take a fault of his own for the server's.
///
/// # Errors
/// When there is no authority yet.
pub(in crate::instruments) fn trust_for(url: &Url, directory: &Path) -> anyhow::Result<Option<Arc<ClientConfig>>> {
    if !matches!(url.scheme(), "https" | "wss") {
        return Ok(None);
    }
    trust(directory).map(Some).with_context(|| format!("{url} cannot be asked"))
}

/// What somebody asks for, and until when.
pub(in crate::instruments) struct Input<T> {
    pub(in crate::instruments) asked: oneshot::Receiver<anyhow::Result<T>>,
    /// Answers once standard input has ended.
    pub(in crate::instruments) ended: oneshot::Receiver<()>,
}

/// Reads standard input on a thread of its own: a read that waits must not keep the process from ending.
pub(in crate::instruments) fn read_input<T: serde::de::DeserializeOwned + Send + 'static>() -> Input<T> {
    let (sender, asked) = oneshot::channel();
    let (ended_sender, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        // The value's own end is enough: whoever asked may keep the stream open.
        let bounded = (&mut input).take(MOST_INPUT_BYTES);
        let value = T::deserialize(&mut serde_json::Deserializer::from_reader(bounded))
            .with_context(|| format!("standard input has not the JSON that {} describes", std::any::type_name::<T>()));
        let _ = sender.send(value);
        if std::io::copy(&mut input, &mut std::io::sink()).is_ok() {
            let _ = ended_sender.send(());
        }
    });
    Input { asked, ended }
}
