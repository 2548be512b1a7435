//! Every link of a chain is measured: for each there is a mutation of the project that turns exactly that Then red and leaves all
//! others held. Where two links could only die together, one of them would not be measured.
//!
//! A mutation is something that could have been otherwise on the day, as an edit of a copy of the project. A Then that is added to
//! the scenario needs a row: the test says which has none.

use std::num::NonZeroU8;
use std::sync::Mutex;

use super::mutate::{PATIENCE, table, violated};
use super::{Project, Then, with_images};

/// A lab alone leaves half of a small machine idle.
const SIDE_BY_SIDE: usize = 2;

/// The chain of an incident: the Thens of a feature's only scenario.
pub(crate) struct Chain {
    pub(crate) topology: &'static str,
    pub(crate) feature: &'static str,
    pub(crate) mutations: &'static [Mutation],
}

pub(crate) struct Mutation {
    pub(crate) about: &'static str,
    pub(crate) edit: fn(&Project),
    pub(crate) red: Red,
}

/// Words of the Thens that turn red, as they stand in the feature.
pub(crate) enum Red {
    /// This one alone.
    Exactly(&'static str),
    /// This one does not hold, and what follows from it is red.
    First(&'static str),
}

impl Chain {
    /// Tries every mutation; panics, naming each link that none turns red alone, and each mutation that did something else.
    pub(crate) fn measure(&self) {
        self.try_those(|_| true);
    }

    /// The same of those that the chain must not survive, and of the one that turns the incident itself red.
    pub(crate) fn measure_the_gravest(&self) {
        let last = links(&Project::of(self.topology).read(self.feature)).pop().unwrap_or_default();
        self.try_those(|mutation| match mutation.red {
            Red::First(_) => true,
            Red::Exactly(words) => last.starts_with(words),
        });
    }

    fn try_those(&self, is_tried: impl Fn(&Mutation) -> bool) {
        with_images();
        let chain = links(&Project::of(self.topology).read(self.feature));
        let mut wrong = Vec::new();
        for link in &chain {
            let measured =
                self.mutations.iter().any(|mutation| matches!(mutation.red, Red::Exactly(words) if link.starts_with(words)));
            if !measured {
                wrong.push(format!("no mutation turns exactly this link red: {link}"));
            }
        }
        // A name on the command line cannot choose among the rows of one test.
        let only = std::env::var("RELAPSE_TEST_ONLY").unwrap_or_default();
        let tried: Vec<&Mutation> =
            self.mutations.iter().filter(|mutation| is_tried(mutation) && mutation.about.contains(&only)).collect();
        let rows = Mutex::new(tried.into_iter());
        let wrong = Mutex::new(wrong);
        std::thread::scope(|scope| {
            for _ in 0..SIDE_BY_SIDE {
                scope.spawn(|| {
                    // In a statement of its own, so that nothing is locked meanwhile.
                    while let Some(mutation) = { rows.lock().unwrap().next() } {
                        if let Err(why) = self.with_patience(mutation, chain.len()) {
                            wrong.lock().unwrap().push(format!("{}:\n{why}", mutation.about));
                        }
                    }
                });
            }
        });
        let wrong = wrong.into_inner().unwrap();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
    }

    fn with_patience(&self, mutation: &Mutation, links: usize) -> Result<(), String> {
        let mut outcome = Ok(());
        for patience in PATIENCE {
            outcome = self.try_out(mutation, links, patience);
            match &outcome {
                Ok(()) => break,
                Err(why) => println!("         {} is not as expected with patience {patience}:\n{why}", mutation.about),
            }
        }
        outcome
    }

    fn try_out(&self, mutation: &Mutation, links: usize, patience: NonZeroU8) -> Result<(), String> {
        let project = Project::of(self.topology);
        (mutation.edit)(&project);
        if let Red::First(words) = mutation.red {
            project.write(self.feature, &hurried_after(words, &project.read(self.feature)));
        }
        let thens = violated(&project, self.feature, patience, mutation.about)?;
        if thens.len() != links {
            return Err(format!("{links} Thens are in the feature, and {} were judged", thens.len()));
        }
        let with = |verdict: &str| -> Vec<&Then> { thens.iter().filter(|then| then.verdict == verdict).collect() };
        let red = with("violated");
        let fits = match mutation.red {
            Red::Exactly(words) => with("held").len() + 1 == links && red.len() == 1 && red[0].text.starts_with(words),
            // What then never was has no outcome, and so no verdict; what counts is that it does not hold.
            Red::First(words) => thens.iter().any(|then| then.verdict != "held" && then.text.starts_with(words)),
        };
        if fits { Ok(()) } else { Err(table(&thens)) }
    }
}

/// Adds a service to a topology that tells of an action which nobody did, from the lab's beginning. What never was has no outcome, and a
/// Then about it is inconclusive, not red.
pub(crate) fn pretend(project: &Project, compose: &str, action: &str, target: &str, outcome: &str) {
    let line = format!(r#"{{"action":{{"name":"{action}","target":"{target}","outcome":"{outcome}"}}}}"#);
    let service = format!(
        "  pretender:\n    image: relapse-consul\n    command:\n      - sh\n      - -c\n      - |\n        echo '{line}'\n        exec sleep infinity\n"
    );
    project.replace(compose, "\nservices:\n", &format!("\nservices:\n{service}"));
    project.replace(compose, "  speaks: [", "  speaks: [pretender, ");
}

/// What comes after that Then is not waited for: whether it holds is not asked.
fn hurried_after(words: &str, feature: &str) -> String {
    let at = feature.find(words).and_then(|at| Some(at + feature[at..].find('\n')?)).unwrap_or(feature.len());
    let (before, after) = feature.split_at(at);
    let hurried = |line: &str| line.rsplit_once(" within ").map_or(line.into(), |(said, _)| format!("{said} within 1s"));
    let lines: Vec<String> = after.split('\n').map(hurried).collect();
    before.to_owned() + &lines.join("\n")
}

/// The Thens of a feature's only scenario, and what is joined to them.
fn links(feature: &str) -> Vec<String> {
    let mut in_thens = false;
    let mut found = Vec::new();
    for line in feature.lines().map(str::trim) {
        match line.split_once(' ') {
            Some(("Then", rest)) => {
                in_thens = true;
                found.push(rest.to_owned());
            }
            Some(("And" | "But", rest)) if in_thens => found.push(rest.to_owned()),
            Some(("Given" | "When", _)) => in_thens = false,
            _ => {}
        }
    }
    found
}
