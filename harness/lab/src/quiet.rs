//! Quiet: nobody uses much of the processors for a moment. A scenario that judges times waits for that before its lab is raised, while
//! nothing of its own command runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use relapse_engine::Engine;
use tokio::sync::Mutex;
use tokio::time::{MissedTickBehavior, interval};

use crate::processors;

/// So much of all processors others may use, in percent.
const MOST_PERCENT: u64 = 25;
/// How long a look takes, and how many in a row have to be quiet.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: u32 = 2;
/// How long a command waits, all its scenarios together: where others never stop, to wait again for each is of no use.
const MOST: Duration = Duration::from_secs(300);

/// What a command has left to wait. Clones share it.
#[derive(Debug, Clone)]
pub struct Quiet {
    /// Where the kernel tells; nothing if the engine is on another machine.
    proc: Option<PathBuf>,
    look: Duration,
    left: Arc<Mutex<Duration>>,
}

/// What there is to tell of the waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Others use so many percent of all processors, and it waits so long at most.
    Waits {
        /// Of all processors.
        percent: u64,
        /// What is left to wait.
        at_most: Duration,
    },
    /// Others used so many percent at the last look, and it waits no longer.
    Stays {
        /// Of all processors.
        percent: u64,
    },
}

impl std::fmt::Display for Noise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Waits { percent, at_most } => write!(
                f,
                "others use {percent} % of the processors; it waits until they use less than {MOST_PERCENT} %, for {} s at most",
                at_most.as_secs()
            ),
            Self::Stays { percent } => {
                write!(
                    f,
                    "others still use {percent} % of the processors, and it was waited for {} s; it runs all the same",
                    MOST.as_secs()
                )
            }
        }
    }
}

impl Quiet {
    /// Of the machine of an engine, which is this one if it is reached by a socket.
    #[must_use]
    pub fn of(engine: &Engine) -> Self {
        if engine.endpoint().starts_with("unix://") { Self::at("/proc") } else { Self::unasked() }
    }

    /// Of a machine whose kernel tells of itself in that folder.
    #[must_use]
    pub fn at(proc: impl Into<PathBuf>) -> Self {
        Self { proc: Some(proc.into()), ..Self::unasked() }
    }

    /// Nobody is asked: it is always quiet.
    #[must_use]
    pub fn unasked() -> Self {
        Self { proc: None, look: LOOK, left: Arc::new(Mutex::new(MOST)) }
    }

    /// Returns once it is quiet, or there is nothing left to wait.
    pub async fn comes(&self, tell: impl Fn(Noise)) {
        let Some(proc) = &self.proc else { return };
        let mut left = self.left.lock().await;
        let (mut quiet, mut told) = (0, false);
        let mut looks = interval(self.look);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.tick().await;
        while quiet < LOOKS {
            let began = Instant::now();
            let before = processors::busy_ms(proc);
            looks.tick().await;
            let Some((before, after)) = before.zip(processors::busy_ms(proc)) else { return };
            let percent = percent(after - before, began.elapsed());
            quiet = if percent < MOST_PERCENT { quiet + 1 } else { 0 };
            if quiet > 0 {
                continue;
            }
            if left.is_zero() {
                return tell(Noise::Stays { percent });
            }
            if !std::mem::replace(&mut told, true) {
                tell(Noise::Waits { percent, at_most: *left });
            }
            *left = left.saturating_sub(began.elapsed());
        }
    }
}

/// Of all processors, what was used in that time.
fn percent(busy_ms: f64, elapsed: Duration) -> u64 {
    #[expect(clippy::cast_precision_loss)]
    let all_ms = elapsed.as_secs_f64() * 1_000.0 * processors::count() as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a share")]
    let percent = (busy_ms * 100.0 / all_ms).clamp(0.0, 100.0) as u64;
    percent
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex as Told;

    use super::*;

    /// A machine whose processors are all used during so many looks, and then by nobody.
    async fn heard(busy_looks: usize, left: Duration) -> (Vec<Noise>, Duration) {
        let folder = tempfile::tempdir().unwrap();
        let stat = folder.path().join("stat");
        let write = |ticks: usize| std::fs::write(&stat, format!("cpu  {ticks} 0 0 0 0 0 0 0 0 0\n")).unwrap();
        write(0);
        let look = Duration::from_millis(40);
        let quiet = Quiet { proc: Some(folder.path().into()), look, left: Arc::new(Mutex::new(left)) };
        let (told, mut looks) = (Told::new(Vec::new()), 0);
        {
            let waiting = quiet.comes(|noise| told.lock().unwrap().push(noise));
            tokio::pin!(waiting);
            while futures_util::poll!(&mut waiting).is_pending() {
                looks += 1;
                if looks <= busy_looks {
                    write(looks * 1_000);
                }
                tokio::time::sleep(look * 2).await;
            }
        }
        let left = *quiet.left.lock().await;
        (told.into_inner().unwrap(), left)
    }

    #[tokio::test]
    async fn a_quiet_machine_is_told_of_nothing() {
        assert_eq!(heard(0, MOST).await, (vec![], MOST));
    }

    #[tokio::test]
    async fn it_waits_until_others_are_done_and_the_wait_is_told_once() {
        let (told, left) = heard(3, MOST).await;
        assert_eq!(told, [Noise::Waits { percent: 100, at_most: MOST }]);
        assert!(left < MOST);
    }

    #[tokio::test]
    async fn what_is_left_is_the_commands_and_once_nothing_is_it_runs_and_says_so() {
        let (told, left) = heard(50, Duration::from_millis(100)).await;
        assert_eq!((told.len(), told[1], left), (2, Noise::Stays { percent: 100 }, Duration::ZERO));
        assert_eq!(heard(50, Duration::ZERO).await.0, [Noise::Stays { percent: 100 }], "it is not waited for again");
    }
}
