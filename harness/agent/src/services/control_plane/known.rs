//! Which endpoints each Envoy has accepted.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Stream to its Envoy's endpoints.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<(u64, BTreeMap<u64, Vec<SocketAddr>>)>);

impl Known {
    /// A number for a stream that begins.
    pub(super) fn begun(&self) -> u64 {
        let mut known = self.lock();
        known.0 += 1;
        known.0
    }

    /// It has accepted these.
    pub(super) fn accepted(&self, stream: u64, addresses: Vec<SocketAddr>) {
        self.lock().1.insert(stream, addresses);
    }

    /// Nobody is told by it any more.
    pub(super) fn ended(&self, stream: u64) {
        self.lock().1.remove(&stream);
    }

    /// What at least one has.
    pub(super) fn addresses(&self) -> BTreeSet<SocketAddr> {
        self.lock().1.values().flatten().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Vec<SocketAddr>>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_until_the_last_stream_has_accepted_a_list_without_it() {
        let (known, [a, b]) = (Known::default(), [1, 2].map(|port| SocketAddr::from(([10, 0, 0, 1], port))));
        let (one, two) = (known.begun(), known.begun());
        known.accepted(one, vec![a, b]);
        known.accepted(two, vec![a, b]);
        known.accepted(one, vec![b]);
        assert!(known.addresses().contains(&a));
        known.accepted(two, vec![b]);
        assert!(!known.addresses().contains(&a));
        known.ended(one);
        known.ended(two);
        assert!(known.addresses().is_empty());
    }
}
