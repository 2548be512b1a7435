//! Showcase, the club's PaaS: the relay and the console of one host, and the deployer that turns a push into a served app.

mod app;
mod apps;
mod console;
mod database;
mod deployer;
mod docker;
mod gate;
mod hook;
mod order;
mod page;
mod relay;
mod showcase_yaml;
mod sites;
mod source;
mod token;
mod vhost;

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use reqwest::Url;
use tokio::sync::mpsc;

use crate::common::{listen, log};

/// How many deploys may wait for their turn.
const MOST_WAITING: usize = 64;

/// Boxed, since it is by far the largest of all parts' options.
pub(crate) type Options = Box<Settings>;

#[derive(Debug, clap::Args)]
pub(crate) struct Settings {
    /// Ports that lead elsewhere, `PORT=HOST:PORT`, with spaces between them.
    #[arg(long, env = "RELAY", default_value = "")]
    relay: String,
    /// Where the console listens.
    #[arg(long, env = "CONSOLE_LISTEN")]
    console_listen: listen::Address,
    /// A Unix socket on which the console listens instead; empty: none.
    #[arg(long, env = "CONSOLE_SOCKET", default_value = "")]
    console_socket: String,
    /// What the console answers to a request without a valid token.
    #[arg(long, env = "CONSOLE_CHALLENGE", default_value = "redirect")]
    console_challenge: Challenge,
    /// Which Host the console answers to.
    #[arg(long, env = "CONSOLE_HOST_CHECK", default_value = "none")]
    console_host_check: HostCheck,
    /// The console's own address.
    #[arg(long, env = "CONSOLE_URL")]
    console_url: Url,
    /// Where a user logs in.
    #[arg(long, env = "LOGIN_URL")]
    login_url: Url,
    /// Where pushes are told of.
    #[arg(long, env = "HOOK_LISTEN")]
    hook_listen: listen::Address,
    /// What webhooks must be signed with.
    #[arg(long, env = "HOOK_SECRET", value_parser = NonEmptyStringValueParser::new(), hide_env_values = true)]
    hook_secret: String,
    /// Apps are at `<repository>.<user>.` and this.
    #[arg(long, env = "APP_DOMAIN")]
    app_domain: String,
    /// The end of the name of the Docker network that apps join; it is one of the proxy's.
    #[arg(long, env = "APP_NETWORK")]
    app_network: String,
    /// The image that apps run on.
    #[arg(long, env = "APP_IMAGE")]
    app_image: String,
    /// What becomes of an app's container when the app has exited.
    #[arg(long, env = "APP_WHEN_EXITED", default_value = "keep")]
    app_when_exited: WhenExited,
    /// Whether an app must answer before it is published.
    #[arg(long, env = "DEPLOY_GATE", default_value = "none")]
    deploy_gate: Gate,
    /// The template of a running app's virtual host, with {{host}}, {{port}} and {{container}}.
    #[arg(long, env = "VHOST_TEMPLATE")]
    vhost_template: PathBuf,
    /// The template of a static site's virtual host, with {{host}} and {{root}}.
    #[arg(long, env = "STATIC_TEMPLATE")]
    static_template: PathBuf,
    /// Where the proxy looks for virtual hosts, `*.conf`.
    #[arg(long, env = "VHOST_DIRECTORY")]
    vhost_directory: PathBuf,
    /// Where the proxy looks for static sites.
    #[arg(long, env = "STATIC_DIRECTORY")]
    static_directory: PathBuf,
    /// The service that is the proxy.
    #[arg(long, env = "PROXY_SERVICE")]
    proxy_service: String,
    /// The service that is the MariaDB server, which is also its name on the network that apps join; empty: none.
    #[arg(long, env = "MARIADB_SERVICE", default_value = "")]
    mariadb_service: String,
    /// The command that makes the proxy read its configuration again; empty: none.
    #[arg(long, env = "RELOAD", default_value = "")]
    reload: String,
    /// The Unix socket of the Docker API.
    #[arg(long, env = "DOCKER_API")]
    docker_api: PathBuf,
    /// The directory with the public key of the single sign-on, `token-public.pem`.
    #[arg(long, env = "AUTHORITY")]
    authority: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Challenge {
    /// 302 to the log-in, which returns to the URL that was asked for.
    Redirect,
    /// 401.
    Unauthorized,
    /// 302 to the log-in, which returns to the console.
    FixedReturn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HostCheck {
    /// Any.
    None,
    /// 421 for any but the console's own.
    OwnHost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WhenExited {
    /// It stays, stopped.
    Keep,
    /// The engine removes it, as `docker run --rm` asks.
    Remove,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gate {
    /// An app is published as soon as its container was started.
    None,
    /// An app is published once it has answered.
    AnswersFirst,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let relays = relay::bind(&options.relay)?;
    let console = match options.console_socket.as_str() {
        "" => options.console_listen.bind().await?,
        path => listen::Address::Unix(path.into()).bind().await?,
    };
    let hook = options.hook_listen.bind().await?;
    let options: Arc<Settings> = Arc::from(options);
    let (queue, waiting) = mpsc::channel(MOST_WAITING);
    let failures = Arc::new(apps::Failures::default());
    let deployer = deployer::Deployer::new(Arc::clone(&options), Arc::clone(&failures));
    let deploying = tokio::spawn(deployer.run(waiting));
    log::ready("showcase");
    tokio::try_join!(
        relay::serve(relays),
        listen::serve(console, console::router(Arc::clone(&options), queue.clone(), failures)),
        listen::serve(hook, hook::router(options, queue)),
    )?;
    deploying.abort();
    Ok(())
}
