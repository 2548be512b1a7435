//! A repository: where it lies, and what Git says about it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use tokio::process::Command;

/// Branches and the commits they are at.
pub(super) type Branches = BTreeMap<String, String>;

/// What a ref is at that does not exist.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repository {
    pub(super) user: String,
    pub(super) app: String,
    pub(super) directory: PathBuf,
}

/// A branch that a push moved.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Update {
    /// For example `refs/heads/master`.
    pub(super) reference: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl Repository {
    /// The repository that a path is about, and the rest of the path: `/USER/APP.git/info/refs`.
    pub(super) fn of<'a>(root: &Path, path: &'a str) -> Option<(Self, &'a str)> {
        let (user, rest) = path.strip_prefix('/')?.split_once('/')?;
        let (app, rest) = rest.split_once('/')?;
        let app = app.strip_suffix(".git")?;
        let directory = root.join(user).join(format!("{app}.git"));
        (is_name(user) && is_name(app)).then(|| (Self { user: user.into(), app: app.into(), directory }, rest))
    }

    /// `USER/APP`.
    pub(super) fn full_name(&self) -> String {
        format!("{}/{}", self.user, self.app)
    }

    pub(super) fn exists(&self) -> bool {
        self.directory.join("HEAD").is_file()
    }

    /// Makes it if it does not exist.
    ///
    /// # Errors
    /// Git's own words.
    pub(super) async fn make(&self) -> anyhow::Result<()> {
        if self.exists() {
            return Ok(());
        }
        let directory = self.directory.display().to_string();
        git(Path::new("/"), &["init", "--quiet", "--bare", "--initial-branch=master", &directory]).await?;
        // No housekeeping in the background: it would go on, as an orphan, after the push has been answered.
        for (name, value) in [("http.receivepack", "true"), ("receive.autogc", "false"), ("gc.auto", "0")] {
            git(&self.directory, &["config", name, value]).await?;
        }
        Ok(())
    }

    /// # Errors
    /// Git's own words.
    pub(super) async fn branches(&self) -> anyhow::Result<Branches> {
        let listed = self.ask(&["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/"]).await?;
        let pair = |line: &str| line.split_once(' ').map(|(name, at)| (name.to_owned(), at.to_owned()));
        Ok(listed.lines().filter_map(pair).collect())
    }

    /// What a Git command prints about this repository.
    ///
    /// # Errors
    /// Git's own words.
    pub(super) async fn ask(&self, arguments: &[&str]) -> anyhow::Result<String> {
        git(&self.directory, arguments).await
    }
}

/// The branches that are not where they were. One that was deleted is not among them: Gitea's push event is not about those.
pub(super) fn moved(before: &Branches, after: &Branches) -> Vec<Update> {
    let was = |name| before.get(name).map_or(NOTHING, String::as_str);
    let moved = after.iter().filter(|(name, at)| was(*name) != at.as_str());
    moved.map(|(name, at)| Update { reference: name.clone(), before: was(name).into(), after: at.clone() }).collect()
}

async fn git(directory: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let shown = arguments.join(" ");
    let child = Command::new("git").args(arguments).current_dir(directory).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(super::backend::MAX_TIME, child)
        .await
        .with_context(|| format!("git {shown}: no end within {:?}", super::backend::MAX_TIME))?
        .with_context(|| format!("starting git {shown}"))?;
    if !output.status.success() {
        bail!("git {shown}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_repository() {
        let (found, rest) = Repository::of(Path::new("/r"), "/to-hutohu/example.git/info/refs").unwrap();
        assert_eq!((found.full_name().as_str(), rest), ("to-hutohu/example", "info/refs"));
        assert_eq!(found.directory, Path::new("/r/to-hutohu/example.git"));
    }

    #[test]
    fn a_path_out_of_the_directory_names_none() {
        for path in ["/", "/a/b/info/refs", "/a/..git/x", "/../b.git/x", "/a/.git/x", "/-a/b.git/x", "/a%2f/b.git/x", "/a/b.git"]
        {
            assert_eq!(Repository::of(Path::new("/r"), path), None, "{path}");
        }
    }

    #[test]
    fn new_and_moved_branches_are_told_and_deleted_ones_are_not() {
        let branches = |all: &[(&str, &str)]| all.iter().map(|(name, at)| (name.to_string(), at.to_string())).collect();
        let moved =
            moved(&branches(&[("a", "1"), ("b", "1"), ("gone", "1")]), &branches(&[("a", "1"), ("b", "2"), ("new", "3")]));
        let seen: Vec<(&str, &str, &str)> =
            moved.iter().map(|update| (update.reference.as_str(), update.before.as_str(), update.after.as_str())).collect();
        assert_eq!(seen, [("b", "1", "2"), ("new", NOTHING, "3")]);
    }
}
