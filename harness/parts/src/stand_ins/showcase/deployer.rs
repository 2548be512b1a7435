//! From a push to a served app, one deploy at a time.

use std::sync::Arc;

use anyhow::{Context, bail};
use tokio::sync::mpsc;

use super::apps::Failures;
use super::docker::Engine;
use super::order::{Order, Push};
use super::showcase_yaml::{self, App, How, Runtime};
use super::source::{self, Source};
use super::vhost::{self, Vhost};
use super::{Gate, Settings, WhenExited, app, database, gate, sites};
use crate::common::log;

/// The longest host name that a container can have.
const MOST_HOST: usize = 63;

pub(super) struct Deployer {
    options: Arc<Settings>,
    failures: Arc<Failures>,
    engine: Engine,
}

/// What came of a deploy that did not succeed.
enum Stop {
    /// It is not to be deployed.
    Refused(String),
    /// It was to be deployed, and something went wrong.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// One deploy on its way: what was done is told whatever comes of it.
struct Deploy<'a> {
    options: &'a Settings,
    engine: &'a Engine,
    host: String,
    /// What the app is told in its environment by this host.
    given: Vec<(&'static str, String)>,
    done: Vec<String>,
}

impl Deployer {
    pub(super) fn new(options: Arc<Settings>, failures: Arc<Failures>) -> Self {
        let engine = Engine::new(options.docker_api.clone());
        Self { options, failures, engine }
    }

    /// Does what is ordered, in its order, for as long as there is a queue.
    pub(super) async fn run(self, mut queue: mpsc::Receiver<Order>) {
        while let Some(order) = queue.recv().await {
            match order {
                Order::Deploy(push) => self.deploy(&push).await,
                Order::Cancel { host, done } => {
                    // Whoever asked may have gone; it is done all the same.
                    let _ = done.send(self.cancel(host).await);
                }
            }
        }
    }

    async fn deploy(&self, push: &Push) {
        let mut deploy = self.about(push.host(&self.options.app_domain));
        let (outcome, why) = match deploy.run(push).await {
            Ok(()) => ("success", None),
            Err(Stop::Refused(why)) => ("refused", Some(why)),
            Err(Stop::Failed(error)) => ("failure", Some(format!("{error:#}"))),
        };
        match (&why, outcome) {
            (None, _) => self.failures.forget(&deploy.host),
            (Some(why), "failure") => self.failures.note(&deploy.host, why),
            // What is refused leaves everything as it was.
            _ => {}
        }
        deploy.tell("deploy", outcome, why);
    }

    async fn cancel(&self, host: String) -> Result<(), String> {
        let mut deploy = self.about(host);
        let why = deploy.cancel().await.err().map(|error| format!("{error:#}"));
        let outcome = if why.is_none() { "success" } else { "failure" };
        if why.is_none() {
            self.failures.forget(&deploy.host);
        }
        deploy.tell("cancel", outcome, why.clone());
        why.map_or(Ok(()), Err)
    }

    fn about(&self, host: String) -> Deploy<'_> {
        Deploy { options: &self.options, engine: &self.engine, host, given: Vec::new(), done: Vec::new() }
    }
}

impl Deploy<'_> {
    /// Writes the line that says what came of it.
    fn tell(self, action: &str, outcome: &str, why: Option<String>) {
        let detail: Vec<String> = self.done.into_iter().chain(why).collect();
        log::action(action, &self.host, outcome, &one_line(&detail.join("; ")));
    }

    /// Removes the app. Its database stays: what members wrote is not a deploy's.
    async fn cancel(&mut self) -> anyhow::Result<()> {
        vhost::remove(&self.options.vhost_directory, &self.host)?;
        self.done.push("removed the virtual host".into());
        // Before the container goes, so that the proxy asks nobody who is no longer there.
        self.reload().await?;
        self.remove_existing(|_| true).await?;
        sites::clear(&self.options.static_directory.join(&self.host))
    }

    async fn run(&mut self, push: &Push) -> Result<(), Stop> {
        if !is_host(&self.host) {
            return Err(Stop::Refused(format!(
                "{}: expected a host name of letters, digits and hyphens, of at most {MOST_HOST} characters",
                self.host
            )));
        }
        let Some(branch) = push.reference.strip_prefix("refs/heads/") else {
            return Err(Stop::Refused(format!("{}: only branches are deployed", push.reference)));
        };
        let source = source::fetch(&push.repository.clone_url, branch).await?;
        self.done.push(format!("cloned {} at {branch}", push.repository.clone_url));
        let text = source.showcase_yaml()?;
        let text = text.ok_or_else(|| Stop::Refused("the repository's root has no showcase.yaml".into()))?;
        let app = showcase_yaml::parse(&text).map_err(Stop::Refused)?;
        if app.branch != branch {
            return Err(Stop::Refused(format!("{branch} was pushed; showcase.yaml deploys the branch {}", app.branch)));
        }
        match &app.how {
            How::Static => self.site(&source, &app).await?,
            How::Runtime(runtime) => {
                if runtime.mariadb {
                    self.given = database::provide(self.engine, &self.options.mariadb_service, &self.host).await?;
                    self.done.push(format!("made the database {}", self.host));
                }
                match self.options.deploy_gate {
                    Gate::None => self.at_once(&source, &app, runtime).await?,
                    Gate::AnswersFirst => self.once_it_answers(&source, &app, runtime).await?,
                }
            }
        }
        Ok(())
    }

    async fn site(&mut self, source: &Source, app: &App) -> anyhow::Result<()> {
        let root = self.options.static_directory.join(&self.host);
        sites::publish(&source.directory().join(&app.work_dir), &root)?;
        self.done.push(format!("copied the files to {}", root.display()));
        let values = [("host", self.host.as_str()), ("root", &root.display().to_string())];
        let vhost = vhost::publish(&self.options.static_template, &values, &self.options.vhost_directory, &self.host)?;
        self.done.push("wrote the virtual host".into());
        let outcome = async {
            self.remove_existing(|_| true).await?;
            self.reload().await
        };
        let outcome = outcome.await;
        self.keep(Some(vhost), outcome)
    }

    /// The order of 2019: what counts is that `docker run -d` returned 0.
    async fn at_once(&mut self, source: &Source, app: &App, runtime: &Runtime) -> anyhow::Result<()> {
        let proxy = self.proxy().await?;
        let name = app::name(&self.host, &proxy.network, &self.options.app_network, &[]);
        let vhost = runtime.port.map(|port| self.publish(port, &name)).transpose()?;
        let outcome = async {
            self.remove_existing(|_| true).await?;
            self.start(&name, source, app, runtime, &proxy).await?;
            if vhost.is_some() { self.reload().await } else { Ok(()) }
        };
        let outcome = outcome.await;
        self.keep(vhost, outcome)
    }

    /// The container that serves stays until the new one has answered.
    async fn once_it_answers(&mut self, source: &Source, app: &App, runtime: &Runtime) -> anyhow::Result<()> {
        let proxy = self.proxy().await?;
        self.remove_existing(|state| state != "running").await?;
        let serving = app::existing(self.engine, &self.host).await?;
        let name = app::name(&self.host, &proxy.network, &self.options.app_network, &serving);
        let id = self.start(&name, source, app, runtime, &proxy).await?;
        let Some(port) = runtime.port else { return self.remove(&serving).await };
        match gate::answers(self.engine, &id, &proxy.network, &self.host, port).await {
            Ok(answered) => self.done.push(answered),
            Err(error) => {
                // Its name would share the answers of Docker's DNS with the container that serves.
                self.engine.remove(&id).await?;
                return Err(error.context("not published"));
            }
        }
        self.remove(&serving).await?;
        let vhost = self.publish(port, &name)?;
        let outcome = self.reload().await;
        self.keep(Some(vhost), outcome)
    }

    async fn proxy(&self) -> anyhow::Result<app::Proxy> {
        app::proxy(self.engine, &self.options.proxy_service, &self.options.app_network).await
    }

    fn publish(&mut self, port: u16, container: &str) -> anyhow::Result<Vhost> {
        let values = [("host", self.host.as_str()), ("port", &port.to_string()), ("container", container)];
        let vhost = vhost::publish(&self.options.vhost_template, &values, &self.options.vhost_directory, &self.host)?;
        self.done.push(format!("wrote the virtual host, for port {port}"));
        Ok(vhost)
    }

    async fn start(
        &mut self,
        name: &str,
        source: &Source,
        app: &App,
        runtime: &Runtime,
        proxy: &app::Proxy,
    ) -> anyhow::Result<String> {
        let mut body = app::body(&self.host, &self.options.app_image, &proxy.network, &app.work_dir, runtime, &self.given);
        body["HostConfig"]["AutoRemove"] = (self.options.app_when_exited == WhenExited::Remove).into();
        let id = self.engine.create(name, &body).await?;
        self.engine.upload(&id, app::DIRECTORY, source.tar().await?).await?;
        self.engine.start(&id).await?;
        self.done.push(format!("started the container {name} ({id:.12})"));
        Ok(id)
    }

    async fn remove_existing(&mut self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<()> {
        let mut old = app::existing(self.engine, &self.host).await?;
        old.retain(|listed| wanted(&listed.state));
        self.remove(&old).await
    }

    async fn remove(&mut self, old: &[super::docker::Listed]) -> anyhow::Result<()> {
        for listed in old {
            self.engine.remove(&listed.id).await?;
            self.done.push(format!("removed the old container {:.12} ({})", listed.id, listed.state));
        }
        Ok(())
    }

    /// What counts is the command's exit code.
    async fn reload(&mut self) -> anyhow::Result<()> {
        let command = &self.options.reload;
        if command.trim().is_empty() {
            return Ok(());
        }
        let proxy = self.proxy().await?;
        let (code, output) = self.engine.exec(&proxy.id, &words(command)).await?;
        if code != 0 {
            bail!("{command}: exit code {code}: {output}");
        }
        self.done.push(format!("{command}: exit code 0"));
        Ok(())
    }

    /// A virtual host stays if all went well; else what was there before comes back.
    fn keep(&mut self, vhost: Option<Vhost>, outcome: anyhow::Result<()>) -> anyhow::Result<()> {
        if let (Err(_), Some(vhost)) = (&outcome, vhost) {
            vhost.withdraw().context("withdrawing the virtual host")?;
            self.done.push("withdrew the virtual host".into());
        }
        outcome
    }
}

/// A plain command runs by itself; one with anything of a shell's runs in one.
fn words(command: &str) -> Vec<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-./:=,@%+".contains(c);
    if command.chars().all(plain) { command.split_whitespace().collect() } else { vec!["sh", "-c", command] }
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.len() <= MOST_HOST && host.split('.').all(is_label)
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_needs_a_shell_only_for_what_only_a_shell_can() {
        assert_eq!(words("nginx -s reload"), ["nginx", "-s", "reload"]);
        assert_eq!(words("nginx -t && nginx -s reload"), ["sh", "-c", "nginx -t && nginx -s reload"]);
    }

    #[test]
    fn a_host_leads_out_of_no_directory() {
        assert!(is_host("example.to-hutohu.trap.show"));
        for host in ["", "a..b", "../a", "a/b", "-a.b", "a_b.c", "a b", &"a".repeat(64)] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn a_detail_is_one_line() {
        assert_eq!(one_line("a\n\n  b\r\nc"), "a | b | c");
    }
}
