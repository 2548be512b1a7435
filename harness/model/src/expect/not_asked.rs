//! What is asked of a service while a Then is watched, and was not: no answer of this step's time is there.

crate::reasons! {
    /// Why a question has no answer yet.
    pub(super) enum NotAsked {
        /// The engine has not listed the service's processes since this Then began.
        Processes { service: String = "proxy" } is "processes-not-asked",
            says "the processes of {service} were not asked for",
            next "see that {service} runs; give it a longer deadline, or `--patience 2` on a slow machine";
        /// Prometheus has not answered since this Then began.
        Query { service: String = "prometheus" } is "query-not-asked",
            says "{service} was not asked yet",
            next "see that {service} runs and answers on its port; give it a longer deadline, or `--patience 2` on a slow machine";
        /// The service's resolver was not asked since this Then began.
        Name { service: String = "app", name: String = "lb.example.org" } is "name-not-asked",
            says "{service} was not asked for {name} since this step began",
            next "see that {service} runs; give it a longer deadline, or `--patience 2` on a slow machine";
        /// The engine has told no figures of the service since this Then began.
        Usage { service: String = "app" } is "usage-not-asked",
            says "what {service} uses was never asked",
            next "see that {service} runs; give it a longer deadline, or `--patience 2` on a slow machine";
        /// Whether a limit is felt shows between two figures, and there is only a moment between these.
        UsageTooShort { service: String = "app" } is "usage-too-short",
            says "what {service} uses was not asked for long enough",
            next "give it at least 2 s (`within 5s`, `throughout 2s`), and `--patience 2` on a slow machine";
        /// The service has ended well: it wants no processor any more.
        Ended { service: String = "app" } is "service-done",
            says "{service} has ended",
            next "judge it while {service} is at work, before the step at which it is done";
    }
}
