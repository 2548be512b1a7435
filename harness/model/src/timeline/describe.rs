//! What a record is for people: whose it is, of what kind, and what it says. Everything that shows a timeline asks here, so that a new
//! record is described in one place.

use super::{Client, Record, State, Timeline};
use crate::verdict::Verdict;
use relapse_wire::log::Line;
use relapse_wire::members::Reading;
use relapse_wire::resolve::Resolution;
use relapse_wire::visit::{End, Hop};

/// What Chromium's own page says at its limit of redirects.
pub(crate) const TOO_MANY_REDIRECTS: &str = "ERR_TOO_MANY_REDIRECTS";
/// So much of a page is shown, in characters.
const MAX_SHOWN: usize = 500;

/// Whose record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane<'a> {
    /// The scenario's steps.
    Steps,
    /// What the harness attempted, and what it saw of that.
    Attempts,
    /// A user, by name.
    User(&'a str),
    /// A service, or a container that one created, by name.
    Service(&'a str),
}

/// Of what kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// A step.
    Step,
    /// An expectation that was judged.
    Judged(Verdict),
    /// A container event, a health check's word, a page that was opened or stands still.
    Event,
    /// An attempt, or what a service says that came of one.
    Action,
    /// A request, to whoever answered it by itself. Other questions as well: what was asked got an answer.
    Served,
    /// A request that was passed on.
    Passed,
    /// A request without an answer, or with one of 500 and more; whatever else could not be had.
    Failed,
    /// What a name was resolved to.
    Dns,
}

impl Record {
    /// Whose record it is; `None` for what has no place of its own.
    #[must_use]
    pub fn lane(&self) -> Option<Lane<'_>> {
        Some(match self {
            Self::Step { .. } => Lane::Steps,
            Self::Attempt { .. } | Self::Gap(_) | Self::Noted { .. } => Lane::Attempts,
            Self::Opened { user, .. }
            | Self::Hop { user, .. }
            | Self::VisitEnded { user, .. }
            | Self::Sample { user, .. }
            | Self::Held { user, .. } => Lane::User(user),
            Self::Container { service, .. }
            | Self::Health { service, .. }
            | Self::OutOfMemory { service }
            | Self::Log { service, .. }
            | Self::Resolved { service, .. }
            | Self::Members { service, .. }
            | Self::Processes { service, .. }
            | Self::File { service, .. }
            | Self::Queried { service, .. } => Lane::Service(service),
            Self::Asked { .. } | Self::Out { .. } | Self::Used { .. } | Self::Judged { .. } => return None,
        })
    }

    /// Of what kind it is; `None` for what is no event by itself.
    #[must_use]
    pub fn tone(&self) -> Option<Tone> {
        let fine = |fine: bool| if fine { Tone::Served } else { Tone::Failed };
        Some(match self {
            Self::Step { .. } => Tone::Step,
            Self::Judged { verdict, .. } => Tone::Judged(*verdict),
            Self::Gap(_) | Self::OutOfMemory { .. } => Tone::Failed,
            Self::Attempt { .. } | Self::Noted { .. } => Tone::Action,
            Self::Container { .. }
            | Self::Health { .. }
            | Self::Opened { .. }
            | Self::VisitEnded { .. }
            | Self::Processes { .. }
            | Self::File { .. } => Tone::Event,
            Self::Hop { hop, .. } => fine(hop.status.is_some_and(|status| status < 500)),
            Self::Sample { sample, .. } => fine(sample.is_fine()),
            Self::Held { holding, .. } => fine(holding.lost == 0),
            Self::Queried { answer, .. } => fine(answer.error.is_none()),
            Self::Resolved { .. } => Tone::Dns,
            Self::Log { line: Some(Line::Action(_) | Line::Alert(_)), .. } => Tone::Action,
            Self::Log { line: Some(Line::Access(access)), .. } if access.status >= 500 => Tone::Failed,
            Self::Log { line: Some(Line::Access(access)), .. } if access.upstream.is_empty() => Tone::Served,
            Self::Log { line: Some(Line::Access(_)), .. } => Tone::Passed,
            Self::Members { reading: Reading::Unchanged, .. } => return None,
            Self::Members { reading, .. } => fine(matches!(reading, Reading::Servers(_))),
            Self::Log { line: None, .. } | Self::Asked { .. } | Self::Out { .. } | Self::Used { .. } => return None,
        })
    }

    /// Whether it is one of many of its kind: what is asked again and again says little by one answer.
    #[must_use]
    pub fn is_one_of_many(&self) -> bool {
        let access = matches!(self, Self::Log { line: Some(Line::Access(_)), .. });
        let asked = matches!(self, Self::Sample { .. } | Self::Held { .. } | Self::Members { .. } | Self::Queried { .. });
        access || asked || matches!(self, Self::Processes { .. } | Self::File { .. })
    }

    /// What it says, in words, on the timeline that it is on; `None` where [`Self::tone`] has none. `at_ms` is its own.
    #[must_use]
    pub fn describe(&self, timeline: &Timeline, at_ms: u64) -> Option<String> {
        Some(match self {
            Self::Step { text, .. } | Self::Noted { text } => text.clone(),
            Self::Judged { text, verdict, .. } => format!("{verdict}: {text}"),
            Self::Gap(gap) => format!("not read: {}: {}", gap.source, gap.why),
            Self::Attempt { name, target, outcome, .. } => format!("{name} of {target}: {outcome}"),
            Self::Container { service, state: State::Exited { code } } => format!("{service} exited with code {code}"),
            Self::Container { service, state } => format!("{service} is {}", state.word()),
            Self::Health { service, status } => format!("{service} is {status}"),
            Self::OutOfMemory { service } => format!("{service} is out of memory: a process of it was killed"),
            Self::Opened { user, url, with: Client::Visitor, .. } => format!("{user} opens {url}"),
            Self::Opened { user, url, with: Client::Browser, .. } => format!("{user} opens {url} in the browser"),
            Self::Hop { user, hop, .. } => hop_of(user, hop, timeline, at_ms),
            Self::VisitEnded { user, end, .. } => format!("{user} {}", visit_end(end)),
            Self::Sample { user, sample } => {
                format!("{user} asks: {} after {:.3} s", answer(sample.status, sample.error.as_deref()), sample.seconds)
            }
            Self::Held { user, holding } => format!("{user} holds {} WebSockets, and lost {}", holding.open, holding.lost),
            Self::Resolved { service, resolution } => format!("{service} resolves {}", resolved(resolution, timeline, at_ms)),
            Self::Processes { service, commands } => format!("{service} runs {} processes", commands.len()),
            Self::File { service, path, lines: None, .. } => format!("{service} has no {path}"),
            Self::File { service, path, text, lines: Some(lines) } => {
                format!("{lines} lines of {path} in {service} have `{text}`")
            }
            Self::Queried { answer, .. } => {
                let values: Vec<&str> = answer.values.iter().map(|value| value.value.as_str()).collect();
                let said =
                    answer.error.clone().unwrap_or_else(|| if values.is_empty() { "no data".into() } else { values.join(", ") });
                format!("{} is {said}", answer.expression)
            }
            Self::Members { reading: Reading::Unchanged, .. } => return None,
            Self::Members { service, reading: Reading::Servers(servers), .. } => {
                format!("{service} lists {}", servers.iter().filter(|server| server.listed).count())
            }
            Self::Members { service, reading: Reading::Failed(why), .. } => {
                format!("the list of {service} cannot be read: {why}")
            }
            Self::Log { service, line: Some(line), .. } => logged(service, line),
            Self::Log { line: None, .. } | Self::Asked { .. } | Self::Out { .. } | Self::Used { .. } => return None,
        })
    }
}

fn hop_of(user: &str, hop: &Hop, timeline: &Timeline, at_ms: u64) -> String {
    let by = timeline.answered_by(at_ms, hop).name();
    format!("{user} {} {} → {} by {by}", hop.method, hop.url, answer(hop.status, hop.error.as_deref()))
}

/// The status, or why there is none.
fn answer(status: Option<u16>, error: Option<&str>) -> String {
    status.map_or_else(|| error.unwrap_or_default().to_owned(), |status| status.to_string())
}

fn resolved(resolution: &Resolution, timeline: &Timeline, at_ms: u64) -> String {
    let owner = |address| timeline.owner(address, at_ms).unwrap_or("nobody of this lab");
    let owners: Vec<String> = resolution.addresses.iter().map(|address| format!("{address} ({})", owner(*address))).collect();
    let name = &resolution.name;
    match &resolution.error {
        _ if !owners.is_empty() => format!("{name} to {}", owners.join(", ")),
        Some(error) => format!("{name} to nothing: {error}"),
        None => format!("{name} to nothing"),
    }
}

fn logged(service: &str, line: &Line) -> String {
    match line {
        Line::Action(action) => format!("{service}: {} of {}: {}", action.name, action.target, action.outcome),
        Line::Alert(alert) => {
            let labels: Vec<String> = alert.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{service}: alert {} is {} ({})", alert.name, alert.state, labels.join(", "))
        }
        Line::Access(access) => {
            let on = if access.upstream.is_empty() { String::new() } else { format!(", passed on to {}", access.upstream) };
            format!("{} {}{} → {}{on}", access.method, access.host, access.path, access.status)
        }
    }
}

/// How a visit ended, after the user's name.
#[must_use]
pub fn visit_end(end: &End) -> String {
    match end {
        End::Page { url, status, shown, .. } => {
            let beginning: String = shown.trim().chars().take(MAX_SHOWN).collect();
            let more = if beginning.len() < shown.trim().len() { "…" } else { "" };
            format!("sees {status} at {url}: {beginning}{more}")
        }
        End::TooManyRedirects { url } => {
            format!("was stopped by the browser's limit of redirects, at {url}: {TOO_MANY_REDIRECTS}")
        }
        End::NoAnswer { url, why } => format!("got no answer from {url}: {why}"),
        End::Cut { limit } => format!("was still on the way when the tab closed ({limit})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_says_whose_it_is_and_what() {
        let mut timeline = Timeline::default();
        let addresses = vec![("net".to_owned(), "10.0.0.2".parse().unwrap())];
        timeline.push(1, Record::Container { service: "app".into(), state: State::Running { addresses } });
        let resolution = |addresses: &[&str], error: Option<&str>| Resolution {
            name: "app".into(),
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            error: error.map(ToOwned::to_owned),
        };
        let resolved =
            |addresses: &[&str], error| Record::Resolved { service: "nginx".into(), resolution: resolution(addresses, error) };
        let read = |reading| Record::Members { tier: "web".into(), service: "consul".into(), reading };
        let cases = [
            (resolved(&["10.0.0.2", "10.0.0.9"], None), "nginx resolves app to 10.0.0.2 (app), 10.0.0.9 (nobody of this lab)"),
            (resolved(&[], Some("no such name")), "nginx resolves app to nothing: no such name"),
            (read(Reading::Failed("refused".into())), "the list of consul cannot be read: refused"),
        ];
        for (what, text) in cases {
            assert!(matches!(what.lane(), Some(Lane::Service("nginx" | "consul"))), "{what:?}");
            assert_eq!(what.describe(&timeline, 2).as_deref(), Some(text));
        }
        assert_eq!((read(Reading::Unchanged).tone(), read(Reading::Unchanged).describe(&timeline, 2)), (None, None));
    }
}
