//! Who is terminated first.

use crate::instruments::fleet::instance::Told;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Policy {
    OldestFirst,
    NewestFirst,
}

impl Policy {
    /// Of running instances, the oldest first, the ids of those that go next.
    pub(super) fn next(self, running: &[Told], count: usize) -> Vec<String> {
        let ids = running.iter().map(|instance| instance.id.clone());
        match self {
            Self::OldestFirst => ids.take(count).collect(),
            Self::NewestFirst => ids.rev().take(count).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(id: &str) -> Told {
        let address = std::net::Ipv4Addr::LOCALHOST;
        Told { id: id.into(), address, zone: "a".into(), workers: 1, busy: 0, busy_ms: 0 }
    }

    #[test]
    fn the_orders_begin_at_either_end() {
        let running = [told("1"), told("2"), told("3")];
        assert_eq!(Policy::OldestFirst.next(&running, 2), ["1", "2"]);
        assert_eq!(Policy::NewestFirst.next(&running, 2), ["3", "2"]);
        assert_eq!(Policy::NewestFirst.next(&running, 9).len(), 3);
    }
}
