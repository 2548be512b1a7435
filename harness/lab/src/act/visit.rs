//! Visits: a tab of a user, in the visitor or in a real browser. What it sees is written on the timeline as it happens.

use std::time::Duration;

use relapse_model::timeline::{Client, Missed, Record, Source, Timeline};
use relapse_wire::visit::{End, Sighting, Visit};

use super::background;
use super::error::ActError;
use crate::lab::Lab;
use crate::recorder::Recorder;
use crate::tab::{Lines, Tab};
use crate::wait;
use relapse_engine::exec;

/// A tab closes by itself after so many requests, or seconds: bounded, whatever the service under test does.
const MAX_HOPS: u32 = 20_000;
const MAX_SECONDS: u32 = 120;
/// How long `opens` waits for the page to stand still.
const RESTS_WITHIN: Duration = Duration::from_secs(2);
/// And for the page before it, which it then closes: a loop never comes to rest.
const RESTED_WITHIN: Duration = Duration::from_secs(10);

impl Lab {
    /// Opens a URL in a new tab. The page that the user had is waited for, until it stands still or 10 s are over, and closed. Returns when
    /// the new one stands still, or after 2 s with the observation that it is under way.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn open(&self, client: Client, user: &str, url: &str) -> Result<(), ActError> {
        self.rests(user, RESTED_WITHIN, "was still under way after 10 s, and is closed").await;
        self.tab(client, user, "GET", url).await?;
        self.rests(user, RESTS_WITHIN, "is still under way after 2 s").await;
        Ok(())
    }

    /// As [`Self::open`], without waiting for either.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn open_in_passing(&self, client: Client, user: &str, url: &str) -> Result<(), ActError> {
        self.tab(client, user, "GET", url).await
    }

    /// Awaits that the user's latest visit, if there is any, has come to its end; else notes it.
    async fn rests(&self, user: &str, limit: Duration, otherwise: &str) {
        let limit = limit.mul_f64(self.patience.max(1.0));
        let ended =
            |timeline: &Timeline| (timeline.latest_visit(user).is_none() || timeline.visit_end(user).is_some()).then_some(());
        if wait::until(&self.recorder, limit, ended).await.is_none() {
            self.recorder.record(Record::Noted { text: format!("the visit of {user} {otherwise}") });
        }
    }

    /// A new tab, by any method, with an empty body; the tab that the user had is closed.
    pub(super) async fn tab(&self, client: Client, user: &str, method: &str, url: &str) -> Result<(), ActError> {
        self.close(user).await?;
        let visit = Visit {
            user: user.into(),
            url: url.into(),
            method: method.into(),
            body: None,
            most_hops: MAX_HOPS,
            most_seconds: MAX_SECONDS,
        };
        let running = self.instrument(client, instrument(client), &visit).await?;
        let number = self.opened(client, user, url);
        let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), user.to_owned(), number));
        self.tabs.lock().await.insert(user.to_owned(), tab);
        Ok(())
    }

    /// Closes the user's tab and ends what the user asks for again and again; returns when both have ended. Nothing happens without.
    ///
    /// # Errors
    /// When one did not end within 15 s.
    pub async fn leave(&self, user: &str) -> Result<(), ActError> {
        self.close(user).await?;
        self.close(&background::key(user)).await
    }

    async fn close(&self, key: &str) -> Result<(), ActError> {
        // Taken out first: the lock must not be held while the tab closes.
        let tab = self.tabs.lock().await.remove(key);
        match tab {
            Some(tab) => tab.close(key).await.map_err(ActError::new),
            None => Ok(()),
        }
    }

    /// Logs a user in at a host, as the topology says how: one request, whose cookies stay in the user's jar.
    ///
    /// # Errors
    /// When the topology does not say how, or the login was not accepted: what a scenario takes as given must be so.
    pub async fn log_in(&self, client: Client, user: &str, host: &str) -> Result<(), ActError> {
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
            most_hops: 50,
            most_seconds: 30,
        };
        let mut running = self.instrument(client, instrument(client), &visit).await?;
        let number = self.opened(client, user, &login.url);
        let mut accepted = false;
        let mut answers = Vec::new();
        while let Some(line) = running.line().await {
            match sighting(&line)? {
                Sighting::Asked(asked) => self.recorder.record(Record::Asked { user: user.into(), visit: number, asked }),
                Sighting::Hop(hop) => {
                    accepted |=
                        hop.status.is_some_and(|status| status < 400) && hop.set.iter().any(|cookie| cookie.refused.is_none());
                    answers.push(hop.status.map_or_else(|| hop.error.clone().unwrap_or_default(), |status| status.to_string()));
                    self.recorder.record(Record::Hop { user: user.into(), visit: number, hop });
                }
                Sighting::End(end) => self.recorder.record(Record::VisitEnded { user: user.into(), visit: number, end }),
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
    pub async fn forget(&self, client: Client, user: &str) -> Result<(), ActError> {
        let container = self.client(client)?;
        let command = ["/relapse-agent", instrument(client), "--forget", user];
        let output = exec::run(&self.engine, &container, &command, &[], b"").await?;
        match output.code {
            0 => Ok(()),
            code => Err(ActError::new(format!("the visitor could not forget {user}: exit code {code}: {}", output.stderr))),
        }
    }

    /// The container of what people browse with.
    pub(super) fn client(&self, client: Client) -> Result<String, ActError> {
        let (service, word) = match client {
            Client::Visitor => (&self.topology.visitor, "visitor"),
            Client::Browser => (&self.topology.browser, "browser"),
        };
        let Some(service) = service else {
            return Err(ActError::new(format!(
                "this topology has no {word}: name one in x-relapse (`{word}: {{ service: … }}`)"
            )));
        };
        if !self.runs(service) {
            let profiles = self.topology.service(service).map(|service| service.profiles.join(", ")).unwrap_or_default();
            return Err(ActError::new(format!(
                "the service {service} does not run; it is raised for scenarios with the tag of its profile: {profiles}"
            )));
        }
        Ok(self.container(service))
    }

    pub(super) fn opened(&self, client: Client, user: &str, url: &str) -> u32 {
        let visit = self.recorder.read(|timeline| timeline.latest_visit(user)).map_or(0, |last| last + 1);
        self.recorder.record(Record::Opened { user: user.into(), url: url.into(), visit, with: client });
        visit
    }
}

/// The instrument that visits with it.
fn instrument(client: Client) -> &'static str {
    match client {
        Client::Visitor => "visit",
        Client::Browser => "browse",
    }
}

fn sighting(line: &str) -> Result<Sighting, ActError> {
    serde_json::from_str(line)
        .map_err(|error| ActError::new(format!("the visitor said something else than a sighting ({error}): {line}")))
}

async fn read(mut lines: Lines, recorder: Recorder, user: String, visit: u32) {
    let (source, began_ms) = (Source::Visits { user: user.clone() }, recorder.now_ms());
    let mut ended = false;
    while let Some(line) = lines.next().await {
        match sighting(&line) {
            Ok(Sighting::Asked(asked)) => recorder.record(Record::Asked { user: user.clone(), visit, asked }),
            Ok(Sighting::Hop(hop)) => recorder.record(Record::Hop { user: user.clone(), visit, hop }),
            Ok(Sighting::End(end)) => {
                ended = true;
                recorder.record(Record::VisitEnded { user: user.clone(), visit, end });
            }
            Err(error) => recorder.gap(source.clone(), began_ms, false, Missed::VisitGarbled { why: error.to_string() }),
        }
    }
    if !ended {
        // Where nobody closed it, what more there would have been is not known.
        if let Some(why) = lines.ended_by_itself() {
            recorder.gap(source, began_ms, false, Missed::ProbeEnded { why });
        }
        recorder.record(Record::VisitEnded { user, visit, end: End::Cut { limit: "the tab was closed".into() } });
    }
}
