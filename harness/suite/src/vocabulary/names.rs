//! What the word of a parameter names, so that it can be looked up before anything runs.

/// What a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Nothing of a topology: a number, a time, a word of the phrase itself.
    Nothing,
    /// A topology.
    Topology,
    /// Factors of the topology, each with one of its levels: `app_port at 3000 and gate at open`.
    Levels,
    /// A service of the topology, or a container that a service has made.
    Service,
    /// Several of them: `lb-1 and lb-2`, `lb-1 only`; or `nothing`.
    Services,
    /// A tier of the topology.
    Tier,
    /// A flag of the topology.
    Flag,
    /// A host that somebody in the topology is called.
    Host,
    /// The same, in a URL.
    Url,
    /// The same, with the beginning of a path or without: `q.trap.jp/api/`.
    Requests,
    /// Somebody who visits, asks, pushes. Whoever is named is there.
    User,
    /// A file or folder of the topology.
    File,
}

impl Names {
    /// As programs read it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Topology => "topology",
            Self::Levels => "levels",
            Self::Service => "service",
            Self::Services => "services",
            Self::Tier => "tier",
            Self::Flag => "flag",
            Self::Host => "host",
            Self::Url => "url",
            Self::Requests => "requests",
            Self::User => "user",
            Self::File => "file",
        }
    }
}
