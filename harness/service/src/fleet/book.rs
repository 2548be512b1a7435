//! Who is where: every instance that there ever was, by address, and who would be next. Pure, so that what is refused can be seen in a
//! test.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use super::instance::Instance;
use super::network::Range;

pub(super) struct Book {
    service: String,
    addresses: Range,
    zones: Vec<String>,
    workers: usize,
    /// By address, which is by age: none is used twice, so that an address stays one instance's.
    instances: Mutex<BTreeMap<Ipv4Addr, Arc<Instance>>>,
}

/// Why nothing was started.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Zone(String),
    Room(String),
}

impl Book {
    pub(super) fn new(service: &str, addresses: Range, zones: &[String], workers: usize) -> Self {
        Self { service: service.to_owned(), addresses, zones: zones.to_vec(), workers, instances: Mutex::default() }
    }

    pub(super) fn zones(&self) -> &[String] {
        &self.zones
    }

    /// Enters so many new instances, all of them or none: in that zone, or in the zones in turn.
    ///
    /// # Errors
    /// When there is no such zone, or there are not as many addresses.
    pub(super) fn enter(&self, count: u32, zone: Option<&str>) -> Result<Vec<Arc<Instance>>, Refusal> {
        if let Some(zone) = zone.filter(|zone| !self.zones.iter().any(|known| known == zone)) {
            return Err(Refusal::Zone(format!("there is no zone {zone:?}: the zones are {}", self.zones.join(", "))));
        }
        let mut instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
        let used = u32::try_from(instances.len()).unwrap_or(u32::MAX);
        let all = self.addresses.hosts();
        if count > all.saturating_sub(used) {
            return Err(Refusal::Room(format!(
                "{count} more instances are more than there are addresses: {} has {all}, of which {used} were used, and none is used twice",
                self.addresses
            )));
        }
        let numbers = (used..used + count).filter_map(|number| Some((number, self.addresses.host(number)?)));
        let new: Vec<_> = numbers.map(|(number, address)| Arc::new(self.instance(number, address, zone))).collect();
        instances.extend(new.iter().map(|instance| (instance.address, instance.clone())));
        Ok(new)
    }

    fn instance(&self, number: u32, address: Ipv4Addr, zone: Option<&str>) -> Instance {
        let in_turn = || self.zones.get(number as usize % self.zones.len().max(1)).cloned().unwrap_or_default();
        let zone = zone.map_or_else(in_turn, ToOwned::to_owned);
        Instance::new(format!("{}-{}", self.service, number + 1), address, zone, self.workers)
    }

    /// Every instance that there ever was, the oldest first.
    pub(super) fn all(&self) -> Vec<Arc<Instance>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(super) fn at(&self, address: Ipv4Addr) -> Option<Arc<Instance>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner).get(&address).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        Book::new("webapp", "10.83.128.0/29".parse().unwrap(), &["a".into(), "b".into()], 1)
    }

    fn names_and_zones(new: &[Arc<Instance>]) -> Vec<(&str, &str)> {
        new.iter().map(|instance| (instance.id.as_str(), instance.zone.as_str())).collect()
    }

    #[test]
    fn zones_come_in_turn_unless_one_is_asked_for() {
        let book = book();
        assert_eq!(names_and_zones(&book.enter(3, None).unwrap()), [("webapp-1", "a"), ("webapp-2", "b"), ("webapp-3", "a")]);
        assert_eq!(names_and_zones(&book.enter(2, Some("b")).unwrap()), [("webapp-4", "b"), ("webapp-5", "b")]);
    }

    #[test]
    fn a_zone_that_is_not_there_is_refused_with_those_that_are() {
        let refused = book().enter(1, Some("c")).err().unwrap();
        assert_eq!(refused, Refusal::Zone("there is no zone \"c\": the zones are a, b".into()));
    }

    #[test]
    fn more_instances_than_addresses_are_refused_before_any_is_started() {
        let book = book();
        book.enter(2, None).unwrap();
        let refused = book.enter(5, None).err().unwrap();
        assert!(
            matches!(&refused, Refusal::Room(why) if why.contains("10.83.128.0/29 has 6, of which 2 were used")),
            "{refused:?}"
        );
        assert_eq!(book.all().len(), 2);
    }
}
