//! Which scenarios are meant: paths with lines, and tag expressions. Selecting nothing is an error.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;

use super::finding::Finding;
use super::incident::folder;
use super::parse::{Parsed, parse};
use super::{Project, Script};
use relapse_model::text::clean;

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
    let expression = match &selection.tags {
        None => None,
        Some(text) => Some(expression(text)?),
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

/// All scripts of the incident's folder that a script is in; those of its file where it lies in none.
pub(crate) fn beside(project: &Project, script: &Script) -> Result<Vec<Script>, Refused> {
    let path = folder(&script.feature).map_or_else(|| script.feature.clone(), |folder| format!("features/{folder}"));
    let path = project.root.join(path).display().to_string();
    select(project, &Selection { paths: vec![path], tags: None })
}

/// Signs of a tag expression that its reader goes into one another for: nobody writes so many.
const MAX_SIGNS: usize = 200;

fn expression(text: &str) -> Result<TagOperation, String> {
    let signs = text.split_inclusive(['(', ')']).flat_map(str::split_whitespace).count() + text.matches(['(', ')']).count();
    if signs > MAX_SIGNS {
        let begin: String = text.chars().take(40).collect();
        return Err(format!(
            "--tags `{begin}…` has more than {MAX_SIGNS} words and parentheses; name fewer tags, or give a scenario a tag of its own"
        ));
    }
    text.parse().map_err(|error| format!("--tags `{text}` is no tag expression ({error}); for example `@gate and not @nightly`"))
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
        let shown = clean(&shown);
        let mut found = match parse(&file, &shown) {
            Ok(Parsed { scripts, findings }) => {
                reading.findings.extend(findings);
                scripts
            }
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

/// The feature files in a folder, sorted, or the file itself; each once, whatever links lead to it.
fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    walk(path, &mut BTreeSet::new(), &mut found)?;
    Ok(found)
}

fn walk(path: &Path, seen: &mut BTreeSet<PathBuf>, found: &mut Vec<PathBuf>) -> Result<(), String> {
    if !seen.insert(path.canonicalize().unwrap_or_else(|_| path.to_path_buf())) {
        return Ok(());
    }
    if !path.is_dir() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    let wanted = |entry: &&PathBuf| entry.is_dir() || entry.extension().is_some_and(|extension| extension == "feature");
    entries.iter().filter(wanted).try_for_each(|entry| walk(entry, seen, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_once_whatever_links_lead_to_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.feature"), "").unwrap();
        std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("a.feature", folder.path().join("b.feature")).unwrap();
        assert_eq!(files(folder.path()).unwrap(), [folder.path().join("a.feature")]);
    }

    #[test]
    fn a_tag_expression_has_a_bound() {
        assert!(expression("(@a or @b) and not (@c)").is_ok());
        for long in [format!("{}@a{}", "(".repeat(20_000), ")".repeat(20_000)), format!("{}@a", "not ".repeat(20_000))] {
            assert!(expression(&long).unwrap_err().contains("more than 200"));
        }
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("a.feature");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(parse(&pipe, "a.feature").err().unwrap().to_string().contains("no regular file"));
        std::fs::File::create(folder.path().join("b")).unwrap().set_len(1 << 40).unwrap();
        assert!(crate::script::regular::regular(&folder.path().join("b"), 1 << 20).unwrap_err().to_string().contains("MiB"));
    }
}
