//! One record of the timeline.

use std::net::IpAddr;

use serde::Serialize;

use super::gap::Gap;
use crate::verdict::Verdict;
use relapse_wire::hold::Holding;
use relapse_wire::log::Line;
use relapse_wire::members::Reading;
use relapse_wire::poll::{Out, Sample};
use relapse_wire::promql::Answer;
use relapse_wire::resolve::Resolution;
use relapse_wire::visit::{Asked, End, Hop};

/// One record.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Milliseconds since the lab's beginning.
    pub at_ms: u64,
    /// What was done or seen.
    #[serde(flatten)]
    pub what: Record,
}

/// What a container has used, from its start.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Usage {
    /// The scheduler's periods in which it wanted a processor.
    pub periods: u64,
    /// Those in which its limit held it up.
    pub throttled_periods: u64,
    /// Processor time.
    pub cpu_seconds: f64,
    /// Memory, now.
    pub memory_bytes: u64,
}

/// What somebody browses with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Client {
    /// Our visitor.
    Visitor,
    /// A real browser.
    Browser,
}

/// Which of the three a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// A state that is taken as given.
    Given,
    /// An attempt.
    When,
    /// An expectation.
    Then,
}

/// What was done or seen.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Record {
    /// A step of the scenario began.
    Step {
        /// With its keyword.
        text: String,
        /// In the feature file.
        line: usize,
        /// Given, When or Then; an And is what it follows.
        kind: StepKind,
    },
    /// Something that the harness attempted for a user, and what came of it.
    Attempt {
        /// For example `push`.
        name: String,
        /// For example `to-hutohu/example`.
        target: String,
        /// `success` or `failure`.
        outcome: String,
        /// In words.
        detail: String,
    },
    /// A container of the lab changed.
    Container {
        /// The service.
        service: String,
        /// Its state from now on.
        state: State,
    },
    /// A service's own health check said something new.
    Health {
        /// The service.
        service: String,
        /// `healthy` or `unhealthy`.
        status: String,
    },
    /// The kernel killed a process of a service, because the service's memory limit was reached.
    OutOfMemory {
        /// The service.
        service: String,
    },
    /// A line of a service's log.
    Log {
        /// The service.
        service: String,
        /// As written, cleaned of control characters.
        text: String,
        /// What it says, if it is one that the lab understands.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<Line>,
    },
    /// A user opened a URL.
    Opened {
        /// The user.
        user: String,
        /// The URL.
        url: String,
        /// The visit's number.
        visit: u32,
        /// With what.
        with: Client,
    },
    /// A request of a visit is being sent.
    Asked {
        /// The user.
        user: String,
        /// The visit's number.
        visit: u32,
        /// The request.
        asked: Box<Asked>,
    },
    /// A request of a visit and its answer.
    Hop {
        /// The user.
        user: String,
        /// The visit's number.
        visit: u32,
        /// The request.
        hop: Box<Hop>,
    },
    /// A visit ended.
    VisitEnded {
        /// The user.
        user: String,
        /// The visit's number.
        visit: u32,
        /// How.
        end: End,
    },
    /// A service was asked what a name means.
    Resolved {
        /// The service that was asked.
        service: String,
        /// Its answer.
        resolution: Resolution,
    },
    /// What came of one request of a user who asks again and again.
    Sample {
        /// The user.
        user: String,
        /// The request.
        sample: Sample,
    },
    /// The requests that are still out, of a user who asks again and again: also the sign that he still does.
    Out {
        /// The user.
        user: String,
        /// What he asks for.
        url: String,
        /// When each was due.
        out: Out,
    },
    /// What a service uses of its machine.
    Used {
        /// The service.
        service: String,
        /// By the engine's count.
        usage: Usage,
    },
    /// What a user holds open.
    Held {
        /// The user.
        user: String,
        /// How many.
        holding: Holding,
    },
    /// Which processes a service runs.
    Processes {
        /// The service.
        service: String,
        /// The command of each, with its arguments.
        commands: Vec<String>,
    },
    /// A file of a service was looked into.
    File {
        /// The service.
        service: String,
        /// The file, in its container.
        path: String,
        /// What was looked for.
        text: String,
        /// How many lines have it; `None` where there is no such file.
        lines: Option<usize>,
    },
    /// A list of a tier's instances was read.
    Members {
        /// The tier.
        tier: String,
        /// Whose list.
        service: String,
        /// What it has.
        reading: Reading,
    },
    /// A Prometheus was asked a question.
    Queried {
        /// The service.
        service: String,
        /// Its answer.
        answer: Answer,
    },
    /// Something that a source would have told may be missing.
    Gap(Gap),
    /// What the harness saw of its own attempt: that there was nothing to do, that a service did not get ready.
    Noted {
        /// In words.
        text: String,
    },
    /// An expectation was judged.
    Judged {
        /// The step's text.
        text: String,
        /// The verdict.
        verdict: Verdict,
        /// What was seen.
        seen: String,
    },
}

/// The state of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum State {
    /// It exists.
    Created,
    /// It runs, with an address in each network.
    Running {
        /// Network name and address.
        addresses: Vec<(String, IpAddr)>,
    },
    /// Its processes are stopped where they stood.
    Paused,
    /// Its main process ended.
    Exited {
        /// The exit code.
        code: i64,
    },
    /// It is gone.
    Removed,
}

impl State {
    /// The word that a step uses for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running { .. } => "running",
            Self::Paused => "paused",
            Self::Exited { .. } => "exited",
            Self::Removed => "removed",
        }
    }
}
