//! The topologies of a project, and those that do not read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use relapse_lab::raise::{outside, within_project};
use relapse_model::levels::Levels;
use relapse_model::reason::Explain;
use relapse_model::topology::{ComposeFile, Notice, Topology, TopologyError, env_file};

use super::Project;
use super::finding::{Finding, Kind, Place};
use super::regular::regular;

/// A Compose file that is larger was not written by anybody.
const MAX_BYTES: u64 = 4 << 20;

/// What was read of a project's topologies: each file once, and each set of levels once, whoever asks. So what is raised is what was
/// checked, whatever happens to the file meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Topologies {
    files: BTreeMap<String, Result<Arc<ComposeFile>, Finding>>,
    at: BTreeMap<(String, Levels), Result<Arc<Topology>, Finding>>,
}

impl Project {
    /// A topology at some levels, with addresses that only serve to check it.
    pub(crate) fn topology(&self, lab: &str, levels: &Levels) -> Result<Arc<Topology>, Finding> {
        let mut known = self.topologies.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (lab.to_owned(), levels.clone());
        if let Some(known) = known.at.get(&key) {
            return known.clone();
        }
        let file = known.files.entry(lab.to_owned()).or_insert_with(|| self.read(lab)).clone();
        let topology = file.and_then(|file| self.checked(lab, &file, levels)).map(Arc::new);
        known.at.insert(key, topology.clone());
        topology
    }

    fn read(&self, lab: &str) -> Result<Arc<ComposeFile>, Finding> {
        let file = self.compose_file(lab);
        let shown = self.shown(&file);
        let text = regular(&file, MAX_BYTES).and_then(|()| std::fs::read_to_string(&file)).map_err(|error| {
            let known = self.labs();
            let near = relapse_model::nearest(lab, known.iter().map(String::as_str));
            let finding = Finding::nowhere(Kind::Topology, format!("there is no topology `{lab}`: {shown}: {error}"));
            if near.is_empty() { finding } else { finding.help(format!("did you mean {}?", near.join(", "))) }
        })?;
        let environment = self.environment(&file)?;
        ComposeFile::read(lab, &text, &environment).map(Arc::new).map_err(|error| finding(&shown, &text, &error))
    }

    /// What the file `.env` beside a Compose file sets; nothing, if there is none.
    fn environment(&self, compose: &Path) -> Result<BTreeMap<String, String>, Finding> {
        let file = compose.with_file_name(".env");
        if !file.exists() {
            return Ok(BTreeMap::new());
        }
        let wrong = |why: String| Finding::new(Kind::Topology, Place::file(Path::new(&self.shown(&file))), why);
        within_project(&file).map_err(|why| wrong(format!("`.env` {why}")))?;
        let text = regular(&file, MAX_BYTES).and_then(|()| std::fs::read_to_string(&file));
        let text = text.map_err(|error| wrong(format!("it does not read: {error}")))?;
        env_file::read(&text, &BTreeMap::new()).map_err(wrong)
    }

    fn checked(&self, lab: &str, file: &Arc<ComposeFile>, levels: &Levels) -> Result<Topology, Finding> {
        let path = self.compose_file(lab);
        let shown = self.shown(&path);
        let topology = Topology::of(file, levels).map_err(|error| finding(&shown, file.text(), &error))?;
        if let Some(bare) = topology.bare_sockets.first().filter(|_| !self.allow_engine_socket) {
            return Err(finding(&shown, file.text(), bare));
        }
        let folder = path.parent().unwrap_or(&self.root);
        match outside(&topology, folder).into_iter().next() {
            Some((path, message)) => Err(finding(&shown, file.text(), &TopologyError { message, place: path.place })),
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

    /// What is otherwise in a lab than the topology's file says.
    pub(crate) fn notices(&self, lab: &str) -> Vec<Finding> {
        let Ok(day) = self.topology(lab, &Levels::new()) else { return Vec::new() };
        let path = self.compose_file(lab);
        let shown = self.shown(&path);
        let notice = |notice: &Notice| {
            let error = TopologyError { message: notice.message.clone(), place: notice.place };
            Finding { kind: Kind::NotLiteral, next: Kind::NotLiteral.next(), ..finding(&shown, day.text(), &error) }
        };
        day.notices.iter().map(notice).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_raised_is_what_was_checked_whatever_the_file_says_by_then() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fixtures/shop/compose.yaml");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let written = |image: &str| {
            let text = format!("services:\n  web: {{ image: {image}, environment: {{ AT: '${{RELAPSE_SUBNET}}.0.9' }} }}\n");
            std::fs::write(&file, text).unwrap();
        };
        written("checked");
        let project = Project::at(folder.path().to_path_buf());
        assert!(project.check_topology("shop").is_empty());
        written("changed");
        // As the runner takes it into a plan, and as the lab raises it.
        let planned = project.clone().topology("shop", &Levels::new()).unwrap();
        let raised = planned.on("10.70").unwrap();
        assert_eq!(raised.services[0].image, "checked");
        assert_eq!(raised.services[0].environment["AT"], "10.70.0.9");
        let anew = Project::at(folder.path().to_path_buf()).topology("shop", &Levels::new()).unwrap();
        assert_eq!(anew.services[0].image, "changed");
    }
}
