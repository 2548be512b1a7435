//! Containers: in which state each service is, and who owned an address when.

use std::net::IpAddr;

use super::silent::Silent;
use super::{Entry, Record, State, Timeline};

impl Timeline {
    /// The records about containers, oldest first.
    fn containers(&self) -> impl DoubleEndedIterator<Item = (u64, &str, &State)> {
        self.containers.iter().filter_map(|&index| match self.entries.get(index)? {
            Entry { at_ms, what: Record::Container { service, state } } => Some((*at_ms, service.as_str(), state)),
            _ => None,
        })
    }

    /// Whether that service's container runs, as far as is known.
    #[must_use]
    pub fn runs(&self, service: &str) -> bool {
        matches!(self.state(service), Some(State::Running { .. }))
    }

    /// Whether a service can say something: it runs, or has ended well, and then said all that it had to say.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn can_speak(&self, service: &str) -> Result<(), Silent> {
        let state = self.state(service);
        let service = service.to_owned();
        match state {
            Some(State::Running { .. } | State::Exited { code: 0 }) => Ok(()),
            Some(State::Exited { code }) => Err(Silent::Ended { service, code: *code }),
            Some(state) => Err(Silent::Stopped { service, state: state.word().to_owned() }),
            None => Err(Silent::Absent { service, others: self.services().join(", ") }),
        }
    }

    /// The latest known state of a service.
    #[must_use]
    pub fn state(&self, service: &str) -> Option<&State> {
        self.containers().rev().find_map(|(_, who, state)| (who == service).then_some(state))
    }

    /// How often a service was seen to be started, whoever started it.
    #[must_use]
    pub fn starts(&self, service: &str) -> usize {
        let mut before: Option<&State> = None;
        let mut starts = 0;
        for (_, _, state) in self.containers().filter(|(_, who, _)| *who == service) {
            // One that goes on after a pause was not started.
            let runs = matches!(state, State::Running { .. });
            starts += usize::from(runs && !matches!(before, Some(State::Paused | State::Running { .. })));
            before = Some(state);
        }
        starts
    }

    /// Every service that was ever seen, without repeats.
    #[must_use]
    pub fn services(&self) -> Vec<&str> {
        let mut services = Vec::new();
        for (_, service, _) in self.containers() {
            if !services.contains(&service) {
                services.push(service);
            }
        }
        services
    }

    /// The service that owned an address at that moment (milliseconds since the beginning).
    #[must_use]
    pub fn owner(&self, address: IpAddr, at_ms: u64) -> Option<&str> {
        let mut owner = None;
        for (_, service, state) in self.containers().take_while(|(at, ..)| *at <= at_ms) {
            match state {
                State::Running { addresses } if addresses.iter().any(|(_, own)| *own == address) => owner = Some(service),
                State::Paused => {}
                _ if owner == Some(service) => owner = None,
                _ => {}
            }
        }
        owner
    }
}
