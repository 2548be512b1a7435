//! What a call costs: a processor's time and memory that are really spent, so that limits on the container are felt.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Context;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// How many calls are worked on at once; others wait. The machine is the limit long before.
const MOST_AT_ONCE: usize = 64;
/// What is hashed between two looks at the clock: some tens of microseconds.
const BLOCK_BYTES: usize = 16 * 1024;
pub(super) const PAGE_BYTES: usize = 4096;

/// Does calls' work, on threads where it may block.
pub(super) struct Workers {
    cost: Duration,
    slots: Semaphore,
}

impl Workers {
    /// Each call costs this much of a processor's time.
    pub(super) fn new(cost: Duration) -> Self {
        Self { cost, slots: Semaphore::new(MOST_AT_ONCE) }
    }

    /// Does the work, and spends what it still costs after that, with this much memory held and written to meanwhile.
    ///
    /// # Errors
    /// When the thread's clock cannot be read.
    pub(super) async fn spend<T: Send + 'static>(
        &self,
        memory_bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let _slot = self.slots.acquire().await?;
        let cost = self.cost;
        tokio::task::spawn_blocking(move || spend(cost, memory_bytes, work)).await?
    }
}

fn spend<T>(cost: Duration, memory_bytes: usize, work: impl FnOnce() -> T) -> anyhow::Result<T> {
    let end = processor_time()? + cost;
    let result = work();
    let mut memory = vec![0_u8; memory_bytes.max(BLOCK_BYTES)];
    // One byte a page makes the kernel give it.
    memory.iter_mut().step_by(PAGE_BYTES).for_each(|byte| *byte = 1);
    let mut digest = Sha256::new();
    let mut blocks = memory.chunks(BLOCK_BYTES).cycle();
    while processor_time()? < end {
        digest.update(blocks.next().unwrap_or_default());
    }
    black_box((digest.finalize(), memory));
    Ok(result)
}

/// What this thread has had of a processor. Throttling does not count, so that a throttled call takes longer.
fn processor_time() -> anyhow::Result<Duration> {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Reads one of the kernel's clocks. The standard library has none of processor time, hence libc.
///
/// # Errors
/// When there is no such clock.
#[allow(unsafe_code)]
pub(super) fn clock(id: libc::clockid_t) -> anyhow::Result<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the time that clock_gettime writes.
    if unsafe { libc::clock_gettime(id, &raw mut time) } != 0 {
        return Err(std::io::Error::last_os_error()).context("reading a clock of processor time");
    }
    Ok(Duration::new(u64::try_from(time.tv_sec)?, u32::try_from(time.tv_nsec)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_s_time_is_really_spent() {
        let cost = Duration::from_millis(20);
        let before = processor_time().unwrap();
        assert_eq!(spend(cost, 1024 * 1024, || 7).unwrap(), 7);
        let spent = processor_time().unwrap() - before;
        assert!(spent >= cost && spent < 3 * cost, "{spent:?}");
    }

    #[test]
    fn work_that_costs_more_than_that_costs_no_more() {
        let work = || spend(Duration::from_millis(20), 0, || ()).unwrap();
        let before = processor_time().unwrap();
        spend(Duration::from_millis(1), 0, work).unwrap();
        assert!(processor_time().unwrap() - before < Duration::from_millis(40));
    }
}
