//! Evidence: what expectations rest on, when there is none, and how a service of one's own can give it.
//!
//! `said` is what services say, `seen` what is seen of them from outside.

mod said;
mod seen;

/// What an expectation rests on. Everything rests on the engine as well: where it could not be read, nothing is known of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// What the engine says of a service's container.
    Containers,
    /// What the visitor saw.
    Visits,
    /// What a real browser saw.
    Browser,
    /// Who a request was passed on to.
    PassedOn,
    /// What users got who ask again and again.
    Traffic,
    /// A service's log, as text.
    Log,
    /// The requests that a service says it answered.
    Requests,
    /// What was attempted, and what came of it.
    Actions,
    /// What somebody was told of alerts.
    Alerts,
    /// A service's list of a tier.
    List,
    /// What a name means to a service.
    Resolver,
    /// The processes of a service's container.
    Processes,
    /// What a service uses of its machine.
    Usage,
    /// What is in a file of a service.
    Files,
    /// What a Prometheus answers.
    Prometheus,
}

/// A kind of evidence in words, as Markdown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    /// Its heading.
    pub(crate) heading: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    /// When there is none, and so no verdict.
    pub(crate) without: &'static str,
    /// How a service of one's own gives it.
    pub(crate) give: &'static str,
    /// Something to copy, and the language that it is in.
    pub(crate) example: Option<(&'static str, &'static str)>,
}

impl Evidence {
    /// All of it, in the order in which people read of it.
    pub(crate) const ALL: [Self; 15] = [
        Self::Containers,
        Self::Visits,
        Self::Browser,
        Self::PassedOn,
        Self::Traffic,
        Self::Log,
        Self::Requests,
        Self::Actions,
        Self::Alerts,
        Self::List,
        Self::Resolver,
        Self::Processes,
        Self::Usage,
        Self::Files,
        Self::Prometheus,
    ];

    /// As programs read it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Containers => "containers",
            Self::Visits => "visits",
            Self::Browser => "browser",
            Self::PassedOn => "passed-on",
            Self::Traffic => "traffic",
            Self::Log => "log",
            Self::Requests => "requests",
            Self::Actions => "actions",
            Self::Alerts => "alerts",
            Self::List => "list",
            Self::Resolver => "resolver",
            Self::Processes => "processes",
            Self::Usage => "usage",
            Self::Files => "files",
            Self::Prometheus => "prometheus",
        }
    }

    /// In words.
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Containers => seen::CONTAINERS,
            Self::Visits => seen::VISITS,
            Self::Browser => seen::BROWSER,
            Self::PassedOn => said::PASSED_ON,
            Self::Traffic => seen::TRAFFIC,
            Self::Log => said::LOG,
            Self::Requests => said::REQUESTS,
            Self::Actions => said::ACTIONS,
            Self::Alerts => said::ALERTS,
            Self::List => said::LIST,
            Self::Resolver => seen::RESOLVER,
            Self::Processes => seen::PROCESSES,
            Self::Usage => seen::USAGE,
            Self::Files => seen::FILES,
            Self::Prometheus => seen::PROMETHEUS,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
