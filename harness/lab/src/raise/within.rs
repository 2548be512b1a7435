//! What a lab may read of this machine: the project, and the files that somebody names with `--set`. A topology can come from anybody's
//! pull request, and what is copied into a lab can be read there.

use std::path::{Component, Path, PathBuf};

use relapse_model::topology::{HostPath, Topology};

/// The project of a Compose file's folder: the nearest folder upward that has `features/`; else what has `fixtures/`; else the folder.
#[must_use]
pub fn project_root(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let root = folder.ancestors().skip(1).find(|above| above.join("features").is_dir());
    let fixtures = || folder.parent().filter(|above| above.ends_with("fixtures"))?.parent();
    let root = root.or_else(fixtures).unwrap_or(&folder);
    root.canonicalize().unwrap_or_else(|_| root.to_path_buf())
}

/// The paths of a topology that lead out of the project, each with what to do. A path that is somebody's own, by `--set`, is left out.
#[must_use]
pub fn outside(topology: &Topology, folder: &Path) -> Vec<(HostPath, String)> {
    let root = project_root(folder);
    let own = |path: &&HostPath| !Path::new(&path.path).is_absolute();
    let wrong = topology.host_paths.iter().filter(own).filter_map(|path| {
        let why = within(&root, &folder.join(&path.path)).err()?;
        Some((path.clone(), format!("service `{}`: `{}` {why}", path.service, path.path)))
    });
    wrong.collect()
}

/// That a file lies within the project of the folder that it is in, wherever links lead.
///
/// # Errors
/// In words: where it leads.
pub fn within_project(file: &Path) -> Result<(), String> {
    within(&project_root(file.parent().unwrap_or(file)), file).map(drop)
}

/// Where a path really leads, if that is within `root`.
pub(super) fn within(root: &Path, path: &Path) -> Result<PathBuf, String> {
    let real = resolved(path);
    if real.starts_with(root) {
        return Ok(real);
    }
    Err(format!(
        "leads to {}, out of the project {}; a lab reads nothing else of this machine\nput it into the project; or let a factor stand \
         for a file, and name yours with `--set`",
        real.display(),
        root.display()
    ))
}

/// As the system resolves it; from what is not there, it goes on by its words.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path.canonicalize().unwrap_or_else(|_| {
        let mut real = PathBuf::new();
        for component in path.components() {
            match component {
                Component::ParentDir => drop(real.pop()),
                Component::CurDir => {}
                other => {
                    real.push(other);
                    real = real.canonicalize().unwrap_or(real);
                }
            }
        }
        real
    })
}

#[cfg(test)]
mod tests {
    use relapse_model::levels::Levels;

    use super::*;

    #[test]
    fn only_what_is_within_the_project_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (elsewhere, project) = (root.join("elsewhere"), root.join("project"));
        let lab = project.join("fixtures/shop");
        for folder in [&elsewhere, &lab, &project.join("features"), &project.join("docker/shop")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(elsewhere.join("key"), "secret").unwrap();
        std::os::unix::fs::symlink(&elsewhere, lab.join("link")).unwrap();
        std::os::unix::fs::symlink("shop.conf", lab.join("own")).unwrap();
        assert_eq!(project_root(&lab), project);
        let text = "services:
  a:
    image: x
    build: { context: ../../docker/shop, dockerfile: ../../../elsewhere/key }
    env_file: ../../../elsewhere/key
    configs: [c]
    volumes: ['./own:/a:ro', './new/../b:/b', './link/key:/c', './link/none:/d', '../../../elsewhere/key:/e', './link:/f']
configs: { c: { file: ./link/key } }
";
        let topology = Topology::read("shop", text, &Levels::new()).unwrap();
        let found = outside(&topology, &lab);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.path.as_str()).collect();
        let wanted = [
            "./link/key",
            "./link/none",
            "../../../elsewhere/key",
            "./link",
            "./link/key",
            "../../../elsewhere/key",
            "../../docker/shop/../../../elsewhere/key",
        ];
        assert_eq!(paths, wanted);
        assert!(found.iter().all(|(path, why)| path.place.is_some() && why.contains("elsewhere")), "{found:?}");
    }
}
