//! A copy of the project that a test edits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{relapse, root};

/// A copy of the project, to be edited.
pub(crate) struct Project {
    folder: TempDir,
    /// The Compose file that is edited.
    compose: String,
}

impl Project {
    /// Its first topology is edited.
    pub(crate) fn copy() -> Self {
        Self::of("trap")
    }

    /// That topology is edited.
    pub(crate) fn of(topology: &str) -> Self {
        Self::from(&root(), &["features", "fixtures", "docker"], topology)
    }

    /// The project of scenarios whose verdicts are known, without its scenarios.
    pub(crate) fn of_verdicts(topology: &str) -> Self {
        Self::from(&root().join("harness/suite/verdicts"), &["fixtures", "docker"], topology)
    }

    fn from(project: &Path, folders: &[&str], topology: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("relapse-test-").tempdir().unwrap();
        for name in folders {
            copy(&project.join(name), &folder.path().join(name));
        }
        Self { folder, compose: format!("fixtures/{topology}/compose.yaml") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command on this copy.
    pub(crate) fn relapse(&self) -> Command {
        let mut command = relapse();
        command.current_dir(self.path()).arg("--root").arg(self.path());
        // The copy is no member of this workspace, so cargo does not build its fakes: they are those that `with_images` had built.
        command.env("RELAPSE_FAKES_BINARY", in_containers("relapse-fakes"));
        command
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    /// `FILE:LINE` of the scenario with that name, in whichever feature of the first incident it stands.
    pub(crate) fn scenario(&self, name: &str) -> String {
        let wanted = format!("Scenario: {name}");
        let files = fs::read_dir(self.path().join("features/trap")).unwrap();
        let found = files.filter_map(|file| {
            let file = format!("features/trap/{}", file.unwrap().file_name().into_string().unwrap());
            let line = 1 + self.read(&file).lines().position(|line| line.trim() == wanted)?;
            Some(format!("{file}:{line}"))
        });
        found.last().unwrap_or_else(|| panic!("no scenario is called {name}"))
    }

    /// Replaces what is in a file exactly once.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(from).count(), 1, "{file} should have this exactly once:\n{from}");
        self.write(file, &text.replace(from, to));
    }

    /// Gives a service's variable another value; the service has it in exactly one line.
    pub(crate) fn set(&self, service: &str, variable: &str, value: &str) {
        self.in_service(service, |lines| {
            let key = format!("{variable}:");
            let mut found = lines.iter_mut().filter(|line| line.trim_start().starts_with(&key));
            let (Some(line), None) = (found.next(), found.next()) else {
                panic!("{}: {service} should have {variable} in exactly one line", self.compose);
            };
            let indent = line.len() - line.trim_start().len();
            *line = format!("{:indent$}{variable}: {}", "", Value::from(value));
        });
    }

    /// Gives a service variables that it does not have; it has none at all, or a block of them.
    pub(crate) fn give(&self, service: &str, variables: &[(&str, &str)]) {
        self.in_service(service, |lines| {
            let at = lines.iter().position(|line| line.trim_end() == "    environment:").unwrap_or_else(|| {
                lines.insert(1, "    environment:".to_owned());
                1
            });
            for (name, value) in variables {
                let line = format!("      {name}: {}", Value::from(*value));
                assert!(!lines.iter().any(|other| other.trim_start().starts_with(&format!("{name}:"))), "{service} has {name}");
                lines.insert(at + 1, line);
            }
        });
    }

    /// Edits the lines of a service, its name among them.
    pub(crate) fn in_service(&self, service: &str, edit: impl FnOnce(&mut Vec<String>)) {
        let compose = &self.compose;
        let text = self.read(compose);
        let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        let head = format!("  {service}:");
        let begin = lines.iter().position(|line| *line == head).unwrap_or_else(|| panic!("{compose}: no service {service}"));
        let is_next = |line: &String| !line.starts_with("    ") && !line.trim().is_empty();
        let end = lines.iter().skip(begin + 1).position(is_next).map_or(lines.len(), |length| begin + 1 + length);
        let mut own = lines[begin..end].to_vec();
        edit(&mut own);
        let all = [&lines[..begin], &own, &lines[end..]].concat();
        self.write(compose, &(all.join("\n") + "\n"));
    }
}

/// A program that runs in containers, as relapse had it built last: beside its own executable.
pub(crate) fn in_containers(program: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_relapse")).with_file_name("static").join(program)
}

/// The topology that most tests edit.
pub(crate) const COMPOSE: &str = "fixtures/trap/compose.yaml";

/// A topology of one service, which tells its level, and something that would turn a terminal red.
const SMALL: &str = r#"x-relapse:
  factors:
    word: { about: what the service says, levels: [hello, goodbye] }
services:
  speaker:
    image: relapse-runtime
    build: ../../docker/runtime
    command: ["sh", "-c", "printf '\\033[31m%s\\n' ${WORD:-hello}; exec sleep 600"]
    networks: [net]
    labels: { relapse.ready-log: "READY" }
networks: { net: {} }
"#;

/// A project with that topology and one scenario; the service is ready when its log has `ready`.
pub(crate) fn small(ready: &str, tag: &str, expected: &str) -> Project {
    let project = Project::copy();
    project.write("fixtures/small/compose.yaml", &SMALL.replace("READY", ready));
    let feature = format!(
        "Feature: f\n\n  {tag}\n  Scenario: s\n    Given the small lab with word at goodbye\n    \
         Then speaker should log exactly 1 lines with \"{expected}\" within 1s\n"
    );
    project.write("features/small.feature", &feature);
    project
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
