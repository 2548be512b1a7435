//! Scaling out by itself: target tracking, as many instances as would bring the busy share of workers down to the target.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;

use super::{Autoscaler, fleet};
use crate::common::log;

/// Between two looks at how busy the fleet is.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Looks how busy the fleet is, and scales out.
pub(super) async fn watch(scaler: Arc<Autoscaler>) {
    let mut last: Option<fleet::Load> = None;
    let mut trouble = log::Once::default();
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let outcome = async {
            let load = scaler.fleet.load().await?;
            let busy = last.as_ref().and_then(|last| load.busy_since(last));
            let count = load.instances();
            last = Some(load);
            match busy {
                Some(busy) => scaler.track(busy, count).await,
                None => Ok(()),
            }
        };
        match outcome.await {
            Ok(()) => trouble.clear(),
            Err(error) => trouble.say("not scaled", &error),
        }
    }
}

impl Autoscaler {
    /// Scales out if that share of workers, in percent, is more than the target.
    async fn track(&self, busy: f64, count: usize) -> anyhow::Result<()> {
        let wanted = wanted(count, busy, self.options.target_busy).min(self.options.most_instances);
        if wanted <= count {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        let running = self.fleet.running().await?;
        ensure!(running.len() == count, "somebody else has scaled meanwhile");
        log::action(
            "scale-out",
            &self.options.service,
            "success",
            &format!("{count} to {wanted}: {busy:.0} % of workers are busy"),
        );
        self.out(wanted - count, None).await
    }
}

/// As many instances as bring the busy share down to the target.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn wanted(count: usize, busy: f64, target: f64) -> usize {
    (count as f64 * busy / target).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn eight_busy_instances_become_fourteen() {
        assert_eq!(wanted(8, 100.0, 60.0), 14);
        assert_eq!(wanted(8, 60.0, 60.0), 8);
        assert_eq!(wanted(8, 10.0, 60.0), 2);
    }
}
