//! What keeps a scenario from being judged to its end.

crate::reasons! {
    /// Why a scenario was not judged to its end.
    pub enum Obstacle {
        /// A service of the lab did not become ready in its time, so nothing was tried on it. At a level of a factor, `why` calls that level
        /// not applicable.
        ServiceNotReady { service: String = "app", why: String = "app (app:latest) did not become ready: exited, with code 1; awaited: its health check" } is "service-not-ready",
            says "the lab was not raised: {why}",
            next "read the end of {service}'s log above; `relapse up` the topology to look at it; if {service} runs and is only slow, run with `--patience 3`";
        /// The engine refused to make or to start a service.
        EngineRefused { service: String = "app", why: String = "app: the engine refused to start it: exec format error" } is "engine-refused",
            says "the lab was not raised: {why}",
            next "see what {service} asks for in the Compose file: its image, command, mounts and limits; `relapse doctor` says what this machine lacks";
        /// The lab was not raised, for a reason that is no service's: a file, a network, the engine.
        LabNotRaised { why: String = "no free subnet was found" } is "lab-not-raised",
            says "the lab was not raised: {why}",
            next "run `relapse doctor`; `relapse leaks --remove` frees what earlier runs left";
        /// A step came before the lab that it speaks to.
        NoLab is "no-lab-yet",
            says "no lab is raised: `Given the … lab` comes first",
            next "write `Given the {{lab}} lab` before this step, or in the Background";
        /// The harness itself could not do what the step says. What comes of an attempt is an observation; this is that there was none.
        CouldNotAct { why: String = "app: the engine refused to kill it: container is not running" } is "could-not-act",
            says "{why}",
            next "see whether the step is possible at this moment of the story; try it by hand with `relapse up --step FEATURE:LINE`";
        /// The words of a step name nothing that could be meant.
        NotUnderstood { why: String = "`Frozen{` selects no alert" } is "not-understood",
            says "{why}",
            next "correct the step; `relapse lint` shows the place, and `relapse steps` has an example of each";
        /// The topology does not read at these levels.
        TopologyWrong { why: String = "fixtures/shop/compose.yaml:7:5: there is no network `webs`" } is "topology-wrong",
            says "{why}",
            next "correct it at that line; `relapse lint fixtures/LAB` reads every level without an engine";
        /// No step of the vocabulary, and none of yours, reads so.
        UnknownStep { step: String = "shop is kiled" } is "step-unknown",
            says "unknown step `{step}`",
            next "run `relapse lint`, which names the nearest steps, or `relapse steps`, which has all";
        /// Two steps read so: one of them is your own.
        AmbiguousStep { step: String = "shop is killed", why: String = "2 steps match" } is "step-ambiguous",
            says "ambiguous step `{step}`: {why}",
            next "give your own step other words than those of the vocabulary";
        /// Somebody pressed Ctrl-C, or the process was asked to end.
        Interrupted is "interrupted",
            says "interrupted by Ctrl-C",
            next "run it again, and let it come to its end";
        /// The code of a step panicked: ours, or your own crate's.
        StepPanicked { at: String = " (it is at harness/suite/src/vocabulary/steps/services.rs:12:1)", text: String = "index out of bounds" } is "step-panicked",
            says "the step panicked{at}: {text}",
            next "if the place is in your own crate, correct it there; else please report it: it is a defect of relapse";
        /// The step did not come to its end within the longest time that any step may have.
        StepTooLong { seconds: u64 = 310_u64 } is "step-too-long",
            says "the step took longer than {seconds} s",
            next "see what it waits for, with `relapse up --step FEATURE:LINE`; on a slow machine run with `--patience 2`";
        /// The scenario is over, and the engine keeps something of its lab.
        LabNotRemoved { why: String = "the engine keeps network relapse-1_default (it has active endpoints)" } is "lab-not-removed",
            says "the lab was not removed: {why}",
            next "run `relapse leaks --remove`; a network that stays nevertheless goes when the engine is restarted";
    }
}
