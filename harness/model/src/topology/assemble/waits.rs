//! What a service waits for, and how it is known to be well.

use std::collections::{BTreeMap, BTreeSet};

use crate::topology::notice::Notices;
use crate::topology::service::{Condition, Health};
use crate::topology::shapes::Words;
use crate::topology::units;
use crate::topology::written::{DependsOn, Healthcheck};

/// What must have come first. What is not `required` is left out where the file does not declare it.
pub(super) fn depends_on(
    raw: DependsOn,
    declared: &BTreeSet<String>,
    notices: &mut Notices,
) -> Result<BTreeMap<String, Condition>, String> {
    match raw {
        DependsOn::None => Ok(BTreeMap::new()),
        DependsOn::Names(names) => Ok(names.into_iter().map(|name| (name, Condition::Started)).collect()),
        DependsOn::Map(map) => map
            .into_iter()
            .filter(|(other, dependency)| dependency.required || declared.contains(other))
            .map(|(other, dependency)| {
                notices.ignored("depends_on.", [("restart", &dependency.restart)]);
                let condition = match dependency.condition.as_str() {
                    "service_started" => Condition::Started,
                    "service_healthy" => Condition::Healthy,
                    "service_completed_successfully" => Condition::Completed,
                    unknown => return Err(format!("depends_on `{other}`: the condition `{unknown}` is not one of Compose's")),
                };
                Ok((other, condition))
            })
            .collect(),
    }
}

/// None where it is switched off.
pub(super) fn health(check: &Healthcheck) -> Result<Option<Health>, String> {
    let time = |text: &Option<String>| text.as_deref().map(units::nanoseconds).transpose();
    let test = match &check.test {
        _ if check.disable => return Ok(Some(Health::off())),
        None => return Err("the health check has no `test`".into()),
        Some(Words::Line(line)) => vec!["CMD-SHELL".into(), line.0.clone()],
        Some(list) => list.list()?,
    };
    if test.first().is_some_and(|word| word == "NONE") {
        return Ok(Some(Health::off()));
    }
    Ok(Some(Health {
        test,
        interval: time(&check.interval)?,
        timeout: time(&check.timeout)?,
        start_period: time(&check.start_period)?,
        start_interval: time(&check.start_interval)?,
        retries: check.retries,
    }))
}
