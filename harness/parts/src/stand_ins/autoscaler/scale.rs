//! Doing what is asked: so many instances in all, more, less, or new ones in the place of old ones; in the whole tier, in a zone, or in
//! one zone after the other.

use std::net::Ipv4Addr;

use anyhow::ensure;

use super::Autoscaler;
use super::asked::{What, Where};
use super::policy::Policy;
use crate::common::log;
use crate::instruments::fleet::instance::Told;

/// What is asked: in which way, how many, who goes first, where.
pub(super) struct Asked {
    pub(super) what: What,
    pub(super) count: usize,
    pub(super) order: Option<Policy>,
    pub(super) place: Where,
}

/// In a zone, or wherever.
type Zone<'a> = Option<&'a str>;

impl Autoscaler {
    /// Returns once Consul says so as well.
    pub(super) async fn obey(&self, asked: Asked) -> anyhow::Result<()> {
        let _turn = self.turn.lock().await;
        let policy = asked.order.unwrap_or(self.options.termination);
        match &asked.place {
            Where::Tier => self.change(asked.what, asked.count, policy, None).await,
            Where::Zone(zone) => {
                let zones = self.fleet.zones().await?;
                ensure!(zones.contains(zone), "there is no zone {zone:?}: the zones are {}", zones.join(", "));
                self.change(asked.what, asked.count, policy, Some(zone)).await
            }
            Where::EachZone => {
                for zone in self.fleet.zones().await? {
                    self.change(asked.what, asked.count, policy, Some(&zone)).await?;
                }
                Ok(())
            }
        }
    }

    async fn change(&self, what: What, count: usize, policy: Policy, zone: Zone<'_>) -> anyhow::Result<()> {
        let running = self.running(zone).await?.len();
        match what {
            What::To if count >= running => self.out(count - running, zone).await,
            What::To => self.shrink(running, count, policy, zone).await,
            What::Out => self.out(count, zone).await,
            What::In => {
                ensure!(count <= running, "{count} cannot be terminated: there are {running}{}", within(zone));
                self.shrink(running, running - count, policy, zone).await
            }
            What::Replace => self.replace(count, policy, zone).await,
        }
    }

    pub(super) async fn out(&self, count: usize, zone: Zone<'_>) -> anyhow::Result<()> {
        if count == 0 {
            return Ok(());
        }
        let started: Vec<String> = self.fleet.start(count, zone).await?.into_iter().map(|one| one.id).collect();
        self.fleet.until_passing(&started).await
    }

    /// One by one, as machines are drained, or a few at a time: each is seen gone before the next goes.
    async fn shrink(&self, from: usize, to: usize, policy: Policy, zone: Zone<'_>) -> anyhow::Result<()> {
        let mut left = from;
        while left > to {
            let going = (left - to).min(self.options.terminated_at_a_time.max(1));
            self.terminate_next(going, policy, zone).await?;
            left -= going;
            log::action("scale-in", &self.options.service, "success", &format!("to {left}{}", within(zone)));
        }
        Ok(())
    }

    /// As a rolling deploy: each new instance passes before an old one goes, and all who follow know before the next one comes.
    async fn replace(&self, count: usize, policy: Policy, zone: Zone<'_>) -> anyhow::Result<()> {
        for _ in 0..count {
            ensure!(!self.running(zone).await?.is_empty(), "there is nothing to replace{}", within(zone));
            let new: Vec<String> = self.fleet.start(1, zone).await?.into_iter().map(|one| one.id).collect();
            self.fleet.until_passing(&new).await?;
            let gone = self.terminate_next(1, policy, zone).await?;
            self.followers.until_gone(&gone).await?;
            let came = format!("{} came{}", new.join(", "), within(zone));
            log::action("replace", &self.options.service, "success", &came);
        }
        Ok(())
    }

    /// The addresses of those that went.
    async fn terminate_next(&self, count: usize, policy: Policy, zone: Zone<'_>) -> anyhow::Result<Vec<Ipv4Addr>> {
        let running = self.running(zone).await?;
        let next = policy.next(&running, count);
        for id in &next {
            self.fleet.terminate(id).await?;
        }
        self.fleet.until_gone(&next).await?;
        Ok(running.iter().filter(|one| next.contains(&one.id)).map(|one| one.address).collect())
    }

    /// Those that run there, the oldest first.
    async fn running(&self, zone: Zone<'_>) -> anyhow::Result<Vec<Told>> {
        let mut running = self.fleet.running().await?;
        running.retain(|one| zone.is_none_or(|zone| one.zone == zone));
        Ok(running)
    }
}

fn within(zone: Zone<'_>) -> String {
    zone.map(|zone| format!(" in zone {zone}")).unwrap_or_default()
}
