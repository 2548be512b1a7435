//! `/metrics` of an instance, for Prometheus: its workers.

use prometheus::{Counter, IntGauge, Registry, TextEncoder};

use super::instance::Told;

/// As Prometheus reads it.
#[expect(clippy::cast_precision_loss)]
pub(super) fn text(told: &Told) -> prometheus::Result<String> {
    let registry = Registry::new();
    let gauge = |name: &str, help: &str, value: usize| {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(value.try_into().unwrap_or(i64::MAX));
        registry.register(Box::new(gauge))
    };
    gauge("workers", "Requests that it can work on at a time.", told.workers)?;
    gauge("workers_busy", "Workers that work or wait for the database.", told.busy)?;
    let busy = Counter::new("workers_busy_seconds_total", "Seconds that all workers together were busy.")?;
    busy.inc_by(told.busy_ms as f64 / 1000.0);
    registry.register(Box::new(busy))?;
    TextEncoder::new().encode_to_string(&registry.gather())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn workers_are_told_as_figures() {
        let (id, zone) = (String::from("webapp-1"), String::from("a"));
        let text = text(&Told { id, address: Ipv4Addr::LOCALHOST, zone, workers: 2, busy: 1, busy_ms: 1500 }).unwrap();
        let figures: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(figures, ["workers 2", "workers_busy 1", "workers_busy_seconds_total 1.5"]);
    }
}
