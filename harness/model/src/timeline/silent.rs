//! Who cannot tell anything now: what such a service did not say is no evidence.

crate::reasons! {
    /// Why a service cannot say anything.
    pub enum Silent {
        /// The service has ended, and not well. What it did not say is no evidence: it may have had more to say.
        Ended { service: String = "app", code: i64 = 137_i64 } is "service-ended",
            says "{service} is exited, with code {code}",
            next "find out why {service} ended, by the end of its log; if the story ends it, judge what it says before that step";
        /// The service is paused, removed or not started yet. Nobody hears from it, so what it did not say is no evidence.
        Stopped { service: String = "app", state: String = "paused" } is "service-not-running",
            says "{service} is {state}",
            next "let {service} run again first (`When {service} is resumed`, or `is started`), or judge it before the step that stops it";
        /// No container of that name was ever seen in this lab: a profile is not switched on, or nobody has made it yet.
        Absent { service: String = "ap", others: String = "app, proxy" } is "no-container",
            says "there is no container of {service}; there are {others}",
            next "name one of those that are there; where {service} has a profile, tag the scenario with it; where a step makes it, wait for that first";
    }
}
