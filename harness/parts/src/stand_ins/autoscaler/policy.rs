//! Who is terminated first.

use crate::instruments::fleet::instance::Told;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Policy {
    OldestFirst,
    NewestFirst,
}

impl Policy {
    /// Of running instances, the oldest first, the one that goes next.
    pub(super) fn next(self, running: &[Told]) -> Option<&Told> {
        match self {
            Self::OldestFirst => running.first(),
            Self::NewestFirst => running.last(),
        }
    }
}
