//! Visits: a tab of a user, in the visitor. What it sees is written on the timeline as it happens.

use relapse_model::timeline::What;
use relapse_model::wire::visit::{End, Sighting, Visit};
use tokio::task::JoinHandle;

use super::ActError;
use crate::exec::{self, Running};
use crate::raise::Lab;
use crate::recorder::Recorder;

/// A tab closes by itself after so many requests, or seconds: bounded, whatever the part under test does.
const MOST_HOPS: u32 = 20_000;
const MOST_SECONDS: u32 = 120;

/// An open tab.
pub(crate) struct Tab {
    reader: JoinHandle<()>,
    close: tokio::sync::oneshot::Sender<()>,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Lab {
    /// Opens a URL in a new tab; the tab that the user had is closed. Returns when the visit has begun.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn open(&self, user: &str, url: &str) -> Result<(), ActError> {
        self.leave(user).await?;
        let visit = Visit {
            user: user.into(),
            url: url.into(),
            method: "GET".into(),
            body: None,
            most_hops: MOST_HOPS,
            most_seconds: MOST_SECONDS,
        };
        let running = self.begin(&visit).await?;
        let number = self.opened(user, url);
        let (close, closed) = tokio::sync::oneshot::channel();
        let reader = tokio::spawn(read(running, self.recorder.clone(), user.to_owned(), number, closed));
        self.tabs.lock().await.insert(user.to_owned(), Tab { reader, close });
        Ok(())
    }

    /// Closes the user's tab, and returns when it has ended; nothing happens without one.
    ///
    /// # Errors
    /// When the tab did not close within 15 s.
    pub async fn leave(&self, user: &str) -> Result<(), ActError> {
        let Some(mut tab) = self.tabs.lock().await.remove(user) else { return Ok(()) };
        let (close, _) = tokio::sync::oneshot::channel();
        let _ = std::mem::replace(&mut tab.close, close).send(());
        match tokio::time::timeout(std::time::Duration::from_secs(15), &mut tab.reader).await {
            Ok(_) => Ok(()),
            Err(_) => Err(ActError::new(format!("the tab of {user} did not close within 15 s"))),
        }
    }

    /// Logs a user in at a host, as the topology says how: one request, whose cookies stay in the user's jar.
    ///
    /// # Errors
    /// When the topology does not say how, or the login was not accepted: what a scenario takes as given must be so.
    pub async fn log_in(&self, user: &str, host: &str) -> Result<(), ActError> {
        let Some(login) = self.topology.logins.get(host) else {
            return Err(ActError::new(format!(
                "this topology does not say how to log in at {host}: add it to x-relapse's logins"
            )));
        };
        let fields = [(login.name.clone(), user.into()), (login.password.clone(), user.into())];
        let visit = Visit {
            user: user.into(),
            url: login.url.clone(),
            method: "POST".into(),
            body: Some(serde_json::Value::Object(fields.into_iter().collect())),
            most_hops: 5,
            most_seconds: 20,
        };
        let mut running = self.begin(&visit).await?;
        let number = self.opened(user, &login.url);
        let mut accepted = false;
        let mut answers = Vec::new();
        while let Some(line) = running.line().await {
            match sighting(&line)? {
                Sighting::Hop(hop) => {
                    accepted |=
                        hop.status.is_some_and(|status| status < 400) && hop.set.iter().any(|cookie| cookie.refused.is_none());
                    answers.push(hop.status.map_or_else(|| hop.error.clone().unwrap_or_default(), |status| status.to_string()));
                    self.recorder.record(What::Hop { user: user.into(), visit: number, hop });
                }
                Sighting::End(end) => self.recorder.record(What::VisitEnded { user: user.into(), visit: number, end }),
            }
        }
        if accepted {
            return Ok(());
        }
        Err(ActError::new(format!("{user} could not log in at {}: {} {}", login.url, answers.join(", "), running.errors())))
    }

    /// Forgets the user's cookies.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn forget(&self, user: &str) -> Result<(), ActError> {
        let container = self.visitor()?;
        let output = exec::run(&self.engine, &container, &["/relapse-parts", "visit", "--forget", user], &[], b"").await?;
        match output.code {
            0 => Ok(()),
            code => Err(ActError::new(format!("the visitor could not forget {user}: exit code {code}: {}", output.stderr))),
        }
    }

    fn visitor(&self) -> Result<String, ActError> {
        let part = self
            .topology
            .visitor
            .as_deref()
            .ok_or_else(|| ActError::new("this topology has no visitor: name one in x-relapse (`visitor: { part: … }`)"))?;
        Ok(self.container(part))
    }

    async fn begin(&self, visit: &Visit) -> Result<Running, ActError> {
        let container = self.visitor()?;
        let mut input = serde_json::to_vec(visit).map_err(|error| ActError::new(error.to_string()))?;
        input.push(b'\n');
        Ok(exec::start(&self.engine, &container, &["/relapse-parts", "visit"], &[], &input).await?)
    }

    fn opened(&self, user: &str, url: &str) -> u32 {
        let visit = self.recorder.read(|timeline| timeline.latest_visit(user)).map_or(0, |last| last + 1);
        self.recorder.record(What::Opened { user: user.into(), url: url.into(), visit });
        visit
    }
}

fn sighting(line: &str) -> Result<Sighting, ActError> {
    serde_json::from_str(line)
        .map_err(|error| ActError::new(format!("the visitor said something else than a sighting ({error}): {line}")))
}

async fn read(
    mut running: Running,
    recorder: Recorder,
    user: String,
    visit: u32,
    mut closed: tokio::sync::oneshot::Receiver<()>,
) {
    let mut ended = false;
    let mut open = true;
    loop {
        let line = tokio::select! {
            line = running.line() => line,
            _ = &mut closed, if open => {
                open = false;
                running.close_input().await;
                continue;
            }
        };
        let Some(line) = line else { break };
        match sighting(&line) {
            Ok(Sighting::Hop(hop)) => recorder.record(What::Hop { user: user.clone(), visit, hop }),
            Ok(Sighting::End(end)) => {
                ended = true;
                recorder.record(What::VisitEnded { user: user.clone(), visit, end });
            }
            Err(error) => recorder.record(What::Trouble { message: error.to_string() }),
        }
    }
    if !ended {
        let said = running.errors();
        if !said.is_empty() {
            recorder.record(What::Trouble { message: format!("the visit of {user} broke off: {said}") });
        }
        recorder.record(What::VisitEnded { user, visit, end: End::Cut { limit: "the tab was closed".into() } });
    }
}
