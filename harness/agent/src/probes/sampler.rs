//! Asking for one thing again and again: a request when it is due, whatever became of the one before; and what is still out, all the time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use relapse_wire::poll::{EVERY_MS, MAX_OUT, Out, PollLine, Sample};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior};

use relapse_service::lines::Lines;
use relapse_service::{log, stop};

/// A request that is not over so long after it was due is given up.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// How often, and for how long.
pub(super) struct Pace {
    pub(super) every: Duration,
    pub(super) seconds: u32,
    /// A request that is due while so many are out is not sent.
    pub(super) max_out: usize,
    /// Who is asked.
    pub(super) host: String,
}

/// Whoever asks.
pub(super) trait Ask: Send + Sync + 'static {
    /// One request, that is over by the deadline; when it was due and how long it took is not for the asker to say.
    ///
    /// # Errors
    /// Only what is the asker's own fault: it ends all.
    fn ask(&self, deadline: Instant) -> impl Future<Output = anyhow::Result<Sample>> + Send;
}

struct Sampler {
    host: String,
    lines: Lines<PollLine>,
    /// When each was due, and its number. Lines are said under this lock: what was due and is not in an `Out` has been told before it.
    out: Mutex<BTreeSet<(u64, u64)>>,
}

/// Asks until standard input ends, the time is over, or a signal comes.
///
/// # Errors
/// What is the asker's own fault, or that nobody reads.
pub(super) async fn run(pace: Pace, asker: impl Ask, ended: oneshot::Receiver<()>) -> anyhow::Result<()> {
    anyhow::ensure!(pace.seconds > 0, "most_seconds is 0: expected at least 1");
    let (lines, writing) = Lines::begin();
    let sampler = Arc::new(Sampler { host: pace.host.clone(), lines, out: Mutex::default() });
    let (fault, mut faults) = mpsc::channel(1);
    let beating = async {
        let mut beats = tokio::time::interval(Duration::from_millis(EVERY_MS));
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            if let Err(error) = sampler.beat() {
                return error;
            }
        }
    };
    let outcome = tokio::select! {
        error = beating => Err(error),
        Some(error) = faults.recv() => Err(error),
        never = asking(&pace, &sampler, Arc::new(asker), fault) => match never {},
        () = tokio::time::sleep(Duration::from_secs(pace.seconds.into())) => Ok(()),
        () = stop::stopped() => Ok(()),
        _ = ended => Ok(()),
    };
    let written = sampler.lines.end(writing).await;
    outcome.and(written)
}

async fn asking(
    pace: &Pace,
    sampler: &Arc<Sampler>,
    asker: Arc<impl Ask>,
    fault: mpsc::Sender<anyhow::Error>,
) -> std::convert::Infallible {
    let mut ticks = tokio::time::interval(pace.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for number in 0.. {
        let due = ticks.tick().await;
        let at_ms = unix_ms(due);
        let told = if sampler.begin(at_ms, number, pace.max_out) {
            let (sampler, asker, fault) = (sampler.clone(), asker.clone(), fault.clone());
            tokio::spawn(async move {
                let told = match asker.ask(due + TIMEOUT).await {
                    Ok(sample) => sampler.over(number, due, at_ms, sample),
                    Err(error) => Err(error),
                };
                if let Err(error) = told {
                    // The first one ends all.
                    let _ = fault.try_send(error);
                }
            });
            Ok(())
        } else {
            let why = format!("not sent: {} requests before it had no answer yet", pace.max_out);
            sampler.over(number, due, at_ms, Sample { error: Some(why), ..Sample::default() })
        };
        if let Err(error) = told {
            let _ = fault.try_send(error);
        }
    }
    std::future::pending().await
}

impl Sampler {
    /// Whether it is sent.
    fn begin(&self, at_ms: u64, number: u64, max_out: usize) -> bool {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.len() < max_out && out.insert((at_ms, number))
    }

    fn over(&self, number: u64, due: Instant, at_ms: u64, sample: Sample) -> anyhow::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.remove(&(at_ms, number));
        let sample = Sample { at_ms, seconds: due.elapsed().as_secs_f64(), host: self.host.clone(), ..sample };
        self.lines.line(PollLine::Sample(sample))
    }

    fn beat(&self) -> anyhow::Result<()> {
        let out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let due = out.iter().take(MAX_OUT).map(|(at_ms, _)| *at_ms).collect();
        let timeout_ms = u64::try_from(TIMEOUT.as_millis()).unwrap_or(u64::MAX);
        self.lines.line(PollLine::Out(Out { at_ms: unix_ms(Instant::now()), due, timeout_ms }))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn unix_ms(at: Instant) -> u64 {
    ((log::now() - at.elapsed().as_secs_f64()) * 1000.0) as u64
}
