//! One instance: an identity, an address, and workers. Whoever waits for the database keeps a worker busy.

use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, watch};

/// An instance, which may be terminated.
pub struct Instance {
    /// Its id in Consul, and what it says in `X-Served-By`.
    pub id: String,
    /// Where it listens.
    pub address: Ipv4Addr,
    /// Its zone.
    pub zone: String,
    workers: usize,
    free: Semaphore,
    busy: BusyTime,
    terminated: watch::Sender<bool>,
}

/// An instance as `GET /instances` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its id in Consul.
    pub id: String,
    /// Where it listens.
    pub address: Ipv4Addr,
    /// Its zone.
    pub zone: String,
    /// How many requests it works on at a time.
    pub workers: usize,
    /// Of those, how many work or wait for the database.
    pub busy: usize,
    /// The time that all its workers together were busy since it started: two readings give the mean between them.
    pub busy_ms: u64,
}

impl Instance {
    /// One that runs, with all its workers free.
    pub fn new(id: String, address: Ipv4Addr, zone: String, workers: usize) -> Self {
        let terminated = watch::Sender::new(false);
        Self { id, address, zone, workers, free: Semaphore::new(workers), busy: BusyTime::default(), terminated }
    }

    /// Does some work with a worker, once one is free.
    pub(super) async fn work<T>(&self, work: impl Future<Output = T>) -> T {
        // The semaphore is never closed.
        let _worker = self.free.acquire().await;
        let _busy = self.busy.begin();
        work.await
    }

    pub(super) fn terminate(&self) {
        self.terminated.send_replace(true);
    }

    pub(super) fn is_terminated(&self) -> bool {
        *self.terminated.borrow()
    }

    /// Returns once it is terminated.
    pub(super) async fn terminated(&self) {
        // The sender lives as long as the instance.
        let _ = self.terminated.subscribe().wait_for(|terminated| *terminated).await;
    }

    pub(super) fn snapshot(&self) -> Told {
        Told {
            id: self.id.clone(),
            address: self.address,
            zone: self.zone.clone(),
            workers: self.workers,
            busy: self.workers - self.free.available_permits().min(self.workers),
            busy_ms: self.busy.total_ms(),
        }
    }
}

/// The time that workers were busy, those that still are included.
struct BusyTime {
    since: Instant,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    /// Until `at_ms`.
    total_ms: u64,
    at_ms: u64,
    workers: u64,
}

impl Default for BusyTime {
    fn default() -> Self {
        Self { since: Instant::now(), now: Mutex::default() }
    }
}

impl BusyTime {
    /// Counts up to this moment, then changes how many are busy.
    fn count(&self, change: impl FnOnce(&mut u64)) -> u64 {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let at_ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        now.total_ms += now.workers * at_ms.saturating_sub(now.at_ms);
        now.at_ms = at_ms;
        change(&mut now.workers);
        now.total_ms
    }

    fn begin(&self) -> Busy<'_> {
        self.count(|workers| *workers += 1);
        Busy(self)
    }

    fn total_ms(&self) -> u64 {
        self.count(|_| ())
    }
}

struct Busy<'a>(&'a BusyTime);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.count(|workers| *workers -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_is_busy_while_it_waits_and_others_wait_for_it() {
        let instance = Instance::new("webapp-1".into(), Ipv4Addr::LOCALHOST, "a".into(), 1);
        let (release, wait) = tokio::sync::oneshot::channel::<()>();
        let first = instance.work(wait);
        tokio::pin!(first);
        assert!(futures_util::poll!(&mut first).is_pending());
        let second = instance.work(async {});
        tokio::pin!(second);
        assert!(futures_util::poll!(&mut second).is_pending());
        assert_eq!(instance.snapshot().busy, 1);
        release.send(()).unwrap();
        let _ = first.await;
        second.await;
        assert_eq!(instance.snapshot().busy, 0);
        assert!(instance.snapshot().busy_ms < 60_000);
    }
}
