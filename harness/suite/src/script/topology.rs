//! The topologies of a project, and those that do not read.

use std::path::Path;

use relapse_lab::raise::outside;
use relapse_model::levels::Levels;
use relapse_model::topology::{Topology, TopologyError};

use super::Project;
use super::finding::{Finding, Kind, Place};
use super::regular::regular;

/// A Compose file that is larger was not written by anybody.
const MAX_BYTES: u64 = 4 << 20;

impl Project {
    /// A topology at some levels, with addresses that only serve to check it.
    pub(crate) fn topology(&self, lab: &str, levels: &Levels) -> Result<Topology, Finding> {
        let file = self.compose_file(lab);
        let shown = self.shown(&file);
        let text = regular(&file, MAX_BYTES).and_then(|()| std::fs::read_to_string(&file)).map_err(|error| {
            let known = self.labs();
            let near = relapse_model::nearest(lab, known.iter().map(String::as_str));
            let finding = Finding::nowhere(Kind::Topology, format!("there is no topology `{lab}`: {shown}: {error}"));
            if near.is_empty() { finding } else { finding.help(format!("did you mean {}?", near.join(", "))) }
        })?;
        let topology = Topology::read(lab, &text, levels, "10.83").map_err(|error| finding(&shown, &text, &error))?;
        if let Some(bare) = topology.bare_sockets.first().filter(|_| !self.allow_engine_socket) {
            return Err(finding(&shown, &text, bare));
        }
        let folder = file.parent().unwrap_or(&self.root);
        match outside(&topology, folder).into_iter().next() {
            Some((path, message)) => Err(finding(&shown, &text, &TopologyError { message, place: path.place })),
            None => Ok(topology),
        }
    }

    /// The names of all topologies.
    pub(crate) fn labs(&self) -> Vec<String> {
        let folders = std::fs::read_dir(self.root.join("fixtures")).into_iter().flatten();
        let mut labs: Vec<String> = folders.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        labs.retain(|lab| self.compose_file(lab).is_file());
        labs.sort();
        labs
    }

    /// What is wrong with a topology as on the day, and at each other level of each factor alone.
    pub(crate) fn check_topology(&self, lab: &str) -> Vec<Finding> {
        let day = match self.topology(lab, &Levels::new()) {
            Ok(day) => day,
            Err(finding) => return vec![finding],
        };
        let others = day.factors.iter().flat_map(|factor| factor.levels.iter().skip(1).map(move |level| (&factor.name, level)));
        let mut findings: Vec<Finding> = others
            .filter_map(|(factor, level)| {
                let error = self.topology(lab, &Levels::from([(factor.clone(), level.clone())])).err()?;
                Some(Finding { message: format!("with {factor} at {level}: {}", error.message), ..error })
            })
            .collect();
        findings.dedup_by(|a, b| a.place == b.place);
        findings
    }

    /// A path as people see it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

fn finding(shown: &str, text: &str, error: &TopologyError) -> Finding {
    let place = match error.place {
        Some((line, column)) => Place::column(shown, text, line, column),
        None => Place::file(Path::new(shown)),
    };
    Finding::new(Kind::Topology, place, &error.message)
}
