//! The kinds of findings, each with an example, what it means, and the next move.

use relapse_model::reason::Explain;
use serde::{Serialize, Serializer};

relapse_model::reasons! {
    /// What is wrong with a feature or a topology.
    #[derive(Copy, PartialOrd, Ord)]
    pub(crate) enum Kind {
        /// The file is not Gherkin, so nothing of it is run.
        Syntax is "syntax",
            says "this is not Gherkin: `Whenever it rains` begins with no keyword",
            next "correct the line: every line of a scenario begins with a keyword, `#`, `@` or `|`";
        /// A scenario names no topology, so there is nothing to run it on.
        NoLab is "no-lab",
            says "no step `Given the {{lab}} lab`: a scenario says which topology it runs on",
            next "write `Given the {{lab}} lab` as the first step, or in the Background; a lab is a folder of `fixtures/`";
        /// A scenario names two topologies. Raising the second would leave behind what happened in the first.
        SecondLab is "second-lab",
            says "a scenario has one lab, and it has that of line 3 already",
            next "take one of the two steps out, or make two scenarios of it";
        /// A scenario without a Then expects nothing, so it could not fail.
        NoThen is "no-then",
            says "it expects nothing: a scenario ends with at least one Then",
            next "end it with what should be, for example `Then alice should see \"Welcome\" at http://app/ within 10s`; `relapse steps` has all";
        /// A topology is not there, or does not read at some level.
        Topology is "topology",
            says "there is no topology `shpo`: fixtures/shpo/compose.yaml: No such file or directory (os error 2)",
            next "name a folder of `fixtures/` that has a Compose file, or correct that file at the line shown";
        /// Something in a topology is read, and is otherwise in a lab than the file says.
        NotLiteral is "not-literal",
            says "2 ports are not published: steps ask from inside, and `relapse up` says how to reach a service",
            next "nothing, if that is what you want; `lint --strict` refuses it";
        /// No step of the vocabulary, and none of your own, reads so.
        UnknownStep is "unknown-step",
            says "unknown step: When shop is kiled",
            next "take one of the nearest, or look through `relapse steps`; a step of your own is written in Rust";
        /// Two steps read so, one of them your own: which of them is meant is not known.
        AmbiguousStep is "ambiguous-step",
            says "ambiguous step: shop is killed",
            next "give your own step other words than those of the vocabulary";
        /// The topology declares no factor of that name.
        UnknownFactor is "unknown-factor",
            says "there is no factor `cahce`; did you mean cache?",
            next "name one of the topology's factors, or declare it under `x-relapse: factors:` in its Compose file";
        /// The factor has no such level.
        UnknownLevel is "unknown-level",
            says "the factor `cache` has no level `hot`; its levels are cold, warm",
            next "name one of its levels, or add this one to its `levels:` in the Compose file; a file of your own comes by `--set FACTOR=./FILE`";
        /// A `${NAME}` in a step is no factor of the topology, so there is nothing to put there.
        UnknownVariable is "unknown-variable",
            says "${{PROT}} is no factor of this topology; did you mean PORT?",
            next "write the factor's name in capitals, or declare it under `x-relapse: factors:`";
        /// The topology has no service of that name, or that service has no list of the tier.
        UnknownService is "unknown-part",
            says "the topology `shop` has no service `shpo`; did you mean shop?",
            next "name a service of the Compose file; for a list, one under `x-relapse: tiers: TIER: lists:`";
        /// The topology declares no tier of that name.
        UnknownTier is "unknown-tier",
            says "the topology `shop` has no tier `webap`; its tiers are webapp",
            next "name one of its tiers, or declare it under `x-relapse: tiers:`";
        /// The topology declares no flag of that name.
        UnknownFlag is "unknown-flag",
            says "the topology `shop` has no flag `slow`; its flags are slow-search",
            next "name one of its flags, or declare it under `x-relapse: flags:`";
        /// The levels that a step names cannot be meant: one factor twice, or a path.
        Words is "words",
            says "the factor `cache` is named twice: only one of its levels can be so",
            next "name each factor once, and a level by its word";
        /// Nobody in the topology has that name, so a request to it could not arrive.
        UnknownHost is "unknown-host",
            says "nobody in the topology `shop` is called `ap`; did you mean app?",
            next "ask for a service by its name, or give the service this name in the Compose file";
        /// A number, a time or a unit that cannot be meant: the step would do nothing, or always be so.
        Figure is "figure",
            says "the error rate is a share of requests, and `30ms` is a time",
            next "correct the figure; `relapse steps` has an example of each step";
        /// The Then needs records of a service whose log is only text: it could never be judged.
        DoesNotSpeak is "does-not-speak",
            says "the log of `app` is only text, so it tells of no requests",
            next "name the service under `x-relapse: speaks:` if its lines are records; if they are not, judge the text (`should log at least 1 lines with \"…\"`)";
        /// A gate that only says what should not be: a lab that does nothing at all would pass it.
        NegativeGate is "negative-gate",
            says "this gate only says what should not be: a lab that does nothing at all would pass it",
            next "add a last Then that says what users get when all is well";
        /// A gate that ends with how it came about. Its last Then is its outcome, by which `prove` finds it red.
        GateEnd is "gate-end",
            says "a gate's last Then is its outcome, by which `prove` finds it red, and this one only says how it came about",
            next "add a last Then of what users get, or of who is told; this one may stay before it";
        /// A scenario that speaks of a remedy, and has none: every factor is as on the day.
        NoLevel is "no-level",
            says "@gate speaks of a remedy, and every factor is as on the day",
            next "name the remedy's level in its `Given the {{lab}} lab with {{levels}}`, or take the tag off";
        /// An incident without its one `@why` scenario, or with more than one: `relapse why` would not know what to ask about.
        Why is "why",
            says "no scenario of the incident `trap` is tagged @why",
            next "let exactly one scenario of the folder have both @incident and @why";
        /// A tag that is nearly one of ours, and means nothing.
        Tag is "tag",
            says "the tag @contorl means nothing; did you mean @control?",
            next "correct the tag, or give it a name that is less like one of relapse's";
        /// Of whom the whole incident only ever expects something bad: if nobody could see it at all, everything would hold.
        NeverWell is "never-well",
            says "features/trap never sees alice at app well: if nobody could see it at all, this would hold as well",
            next "add one scenario, or one Then, in which it is well";
    }
}

impl Kind {
    /// Whether the scenario cannot be run, or its verdict would mean nothing. The others are what only `lint` tells.
    pub(crate) fn forbids_running(self) -> bool {
        !matches!(
            self,
            Self::NotLiteral | Self::NegativeGate | Self::GateEnd | Self::NoLevel | Self::Why | Self::Tag | Self::NeverWell
        )
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
