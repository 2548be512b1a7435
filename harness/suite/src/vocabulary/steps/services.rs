//! Services and their containers: what is done to them, what they are, what they use.

use relapse_lab::Lab;
use relapse_model::expect::processes::Processes;
use relapse_model::expect::state::ServiceState;
use relapse_model::expect::throttled::Throttled;
use relapse_model::expect::{Expectation, Kind, Observation};
use relapse_model::timeline::{Record, Silent, Source, Timeline};

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{ChangeWord, Comparison, Condition, Deadline, Service, Should};

// Which services may be in one is read before the scenario starts: see `crash_phrase`.
step! {
    /// It ends by itself, is started again, and ends. Without this step, a lab with such a service is not raised.
    State: "{service} is in a crash loop",
    example: "app is in a crash loop",
    async fn is_in_a_crash_loop(world: &mut World, service: Service) {
        world.act(async |lab| lab.is_in_a_crash_loop(&service.0).await).await;
    }
}

step! {
    /// It is killed, stopped, paused, resumed, started, restarted or removed, and that is seen to take hold. One that is started is awaited
    /// until it is ready, by its ready text or health check, or has ended.
    Trigger: "{service} is {change}",
    example: "traq is restarted",
    async fn changes(world: &mut World, service: Service, change: ChangeWord) {
        world.act(async |lab| lab.change(&service.0, change.0).await).await;
    }
}

step! {
    /// A command, as an operator would run it. It is split at white space and quotes, without a shell. What came of it is a `run` of that
    /// service.
    Trigger: "{string} is run in {service}",
    example: "\"/relapse-agent runtime 'set server webapp/webapp1 state drain'\" is run in lb-1",
    async fn is_run(world: &mut World, command: String, service: Service) {
        world.act(async |lab| lab.run(&command, &service.0).await).await;
    }
}

step! {
    /// Its container is running, exited, paused or removed; or in a crash loop, which is neither running nor exited.
    Mechanism: "{service} {should} be {state} {deadline}",
    example: "example.to-hutohu.trap.show should be exited within 5s",
    rests_on: [Containers],
    async fn is_in_state(world: &mut World, service: Service, should: Should, state: Condition, deadline: Deadline) {
        world.expect(should.0, deadline.0, ServiceState { service: service.0, state: state.0 }).await;
    }
}

step! {
    /// So many processes run in its container.
    Mechanism: "{service} {should} run {comparison} processes {deadline}",
    example: "proxy-1 should run at least 5 processes within 5s",
    rests_on: [Processes],
    async fn runs(world: &mut World, service: Service, should: Should, comparison: Comparison, deadline: Deadline) {
        let expectation = Processes { service: service.0.clone(), comparison: comparison.0 };
        let probe = async |lab: &Lab| lab.processes(&service.0).await;
        world.expect_probing(should.0, deadline.0, expectation, &service.0, probe).await;
    }
}

step! {
    /// In at least half of the scheduler's periods of the last two seconds, its processor limit held it up.
    Mechanism: "{service} {should} be throttled {deadline}",
    example: "traq should be throttled within 10s",
    rests_on: [Usage],
    async fn is_throttled(world: &mut World, service: Service, should: Should, deadline: Deadline) {
        let expectation = Throttled { service: service.0.clone() };
        let probe = async |lab: &Lab| lab.usage(&service.0).await;
        world.expect_probing(should.0, deadline.0, expectation, &service.0, probe).await;
    }
}

step! {
    /// Since the lab's beginning, the kernel has killed a process of its container because the service's memory limit was reached. Whether
    /// the container went on is `should be exited`.
    Mechanism: "{service} {should} run out of memory {deadline}",
    example: "cache should run out of memory within 20s",
    rests_on: [Containers],
    async fn runs_out_of_memory(world: &mut World, service: Service, should: Should, deadline: Deadline) {
        world.expect(should.0, deadline.0, OutOfMemory { service: service.0 }).await;
    }
}

/// The kernel has killed a process of a service for its memory limit.
struct OutOfMemory {
    service: String,
}

impl Expectation for OutOfMemory {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        // The engine's events, which everything rests on.
        Some(Vec::new())
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let Self { service } = self;
        if timeline.state(service).is_none() {
            return Observation::unknown(Silent::Absent { service: service.clone(), others: timeline.services().join(", ") });
        }
        let killed = |record: &Record| matches!(record, Record::OutOfMemory { service: who } if who == service);
        let times = timeline.entries().iter().filter(|entry| killed(&entry.what)).count();
        Observation::of(times > 0, format!("processes of {service} that were killed for its memory limit: {times}"))
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::expect::Fact;
    use relapse_model::timeline::State;

    use super::*;

    #[test]
    fn only_a_service_that_was_there_can_be_said_not_to_have_run_out_of_memory() {
        let mut timeline = Timeline::default();
        let look = |timeline: &Timeline, service: &str| OutOfMemory { service: service.into() }.look(timeline).fact;
        assert_eq!(look(&timeline, "cache"), Fact::Unknown);
        timeline.push(1, Record::Container { service: "cache".into(), state: State::Running { addresses: Vec::new() } });
        timeline.push(2, Record::OutOfMemory { service: "cache-1".into() });
        assert_eq!(look(&timeline, "cache"), Fact::NotSo);
        timeline.push(3, Record::OutOfMemory { service: "cache".into() });
        assert_eq!(look(&timeline, "cache"), Fact::So);
    }
}
