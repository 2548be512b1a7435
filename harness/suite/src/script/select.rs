//! Which scenarios are meant: paths with lines, and tag expressions. Selecting nothing is an error.

use std::path::{Path, PathBuf};

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;

use super::finding::Finding;
use super::{Project, Script, parse::parse};

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// `PATH` or `PATH:LINE`; all features if there is none.
    pub(crate) paths: Vec<String>,
    /// A tag expression.
    pub(crate) tags: Option<String>,
}

/// Why nothing was selected.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Paths, lines or tags that mean nothing.
    Use(String),
    /// Features that do not read.
    Features(Vec<Finding>),
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self::Use(message)
    }
}

/// What was read of some paths.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// In the order of their files and lines.
    pub(crate) scripts: Vec<Script>,
    /// Files that do not read.
    pub(crate) findings: Vec<Finding>,
    /// The number of files.
    pub(crate) files: usize,
}

/// The scripts that are meant, in the order of their files and lines.
pub(crate) fn select(project: &Project, selection: &Selection) -> Result<Vec<Script>, Refused> {
    let expression =
        match &selection.tags {
            None => None,
            Some(text) => Some(text.parse::<TagOperation>().map_err(|error| {
                format!("--tags `{text}` is no tag expression ({error}); for example `@gate and not @nightly`")
            })?),
        };
    let Reading { mut scripts, findings, .. } = read(project, &selection.paths)?;
    if !findings.is_empty() {
        return Err(Refused::Features(findings));
    }
    let before = scripts.len();
    let mut known: Vec<String> = scripts.iter().flat_map(|script| &script.tags).map(|tag| format!("@{tag}")).collect();
    known.sort();
    known.dedup();
    scripts.retain(|script| expression.as_ref().is_none_or(|tags| tags.eval(&script.tags)));
    if scripts.is_empty() {
        let why = match &selection.tags {
            Some(tags) if before > 0 => {
                format!("none of {before} scenarios has the tags `{tags}`; there are {}", known.join(" "))
            }
            _ => "there is no feature file there".to_owned(),
        };
        return Err(Refused::Use(format!("no scenario selected: {why}")));
    }
    Ok(scripts)
}

/// The scripts of some paths, all features if there are none, with what does not read.
pub(crate) fn read(project: &Project, paths: &[String]) -> Result<Reading, String> {
    let mut reading = Reading::default();
    if paths.is_empty() {
        collect(project, &project.root.join("features"), None, &mut reading)?;
    }
    for path in paths {
        let (path, line) = split(path);
        let line =
            line.map(|line| line.parse::<usize>().map_err(|_| format!("{path}:{line}: the line is no number"))).transpose()?;
        let found = [PathBuf::from(path), project.root.join(path)].into_iter().find(|path| path.exists());
        let found = found.ok_or_else(|| format!("{path}: no such file or folder, here or in {}", project.root.display()))?;
        collect(project, &found, line, &mut reading)?;
    }
    Ok(reading)
}

fn split(path: &str) -> (&str, Option<&str>) {
    match path.rsplit_once(':') {
        Some((file, line)) if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) => (file, Some(line)),
        _ => (path, None),
    }
}

fn collect(project: &Project, path: &Path, line: Option<usize>, reading: &mut Reading) -> Result<(), String> {
    for file in files(path)? {
        let absolute = file.canonicalize().unwrap_or_else(|_| file.clone());
        let shown = absolute.strip_prefix(&project.root).unwrap_or(&file).display().to_string();
        reading.files += 1;
        let mut found = match parse(&file, &shown) {
            Ok(found) => found,
            Err(finding) => {
                reading.findings.push(finding);
                continue;
            }
        };
        if let Some(line) = line {
            let all: Vec<String> = found.iter().map(|script| format!("{} {}", script.line, script.name)).collect();
            found.retain(|script| script.line <= line && line <= script.last_line);
            if found.is_empty() {
                return Err(format!("{shown}:{line}: no scenario there; the file's scenarios:\n  {}", all.join("\n  ")));
            }
        }
        reading.scripts.append(&mut found);
    }
    Ok(())
}

/// The feature files in a folder, sorted, or the file itself.
fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            found.extend(files(&entry)?);
        } else if entry.extension().is_some_and(|extension| extension == "feature") {
            found.push(entry);
        }
    }
    Ok(found)
}
