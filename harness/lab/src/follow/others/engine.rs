//! For whom an engine works. Most of its work is to start containers and to remove them: so it is for those that came or went of late.

use std::collections::{BTreeSet, VecDeque};

/// Its work for a container lasts about so many looks: it begins before the container is there, and ends after it is gone.
const OF_LATE: usize = 8;

/// The containers of an engine, and which of them came or went.
#[derive(Debug)]
pub(super) struct EngineWork {
    all: BTreeSet<String>,
    changed: VecDeque<BTreeSet<String>>,
}

impl EngineWork {
    /// As it is at first.
    pub(super) fn new(all: BTreeSet<String>) -> Self {
        Self { all, changed: VecDeque::new() }
    }

    /// The share of its work that is for a lab, given all containers that there are now, and those that the lab ever had.
    pub(super) fn share(&mut self, all: BTreeSet<String>, of_lab: &[String]) -> f64 {
        self.changed.push_back(self.all.symmetric_difference(&all).cloned().collect());
        if self.changed.len() > OF_LATE {
            self.changed.pop_front();
        }
        self.all = all;
        let changed: BTreeSet<&String> = self.changed.iter().flatten().collect();
        // Where none did, it reads logs and runs commands for all of them.
        let worked_for = if changed.is_empty() { self.all.iter().collect() } else { changed };
        let own = worked_for.iter().filter(|id| of_lab.contains(id)).count();
        #[expect(clippy::cast_precision_loss)]
        let (own, all) = (own as f64, worked_for.len().max(1) as f64);
        own / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_works_for_those_that_came_or_went_of_late_and_else_for_all() {
        let ids = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        let own = ["a".to_owned(), "b".to_owned(), "gone".to_owned()];
        let mut engine = EngineWork::new(ids("a b c d"));
        assert_eq!(engine.share(ids("a b c d"), &own), 0.5);
        assert_eq!(engine.share(ids("a b c d e"), &own), 0.0, "it starts one of another lab");
        assert_eq!(engine.share(ids("a b c d e gone"), &own), 0.5, "and one of this lab");
        for _ in 0..OF_LATE {
            engine.share(ids("a b c d e"), &own);
        }
        assert_eq!(engine.share(ids("a b c d e"), &own), 0.4, "nothing came or went for a while");
    }
}
