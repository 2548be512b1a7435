//! Paths of the author's machine, as a topology names them, and of containers. Whether the former lie within the project is for whoever can
//! look.

use std::path::{Component, Path};

use serde_yaml::Spanned;

use super::compose::Config;
use super::located::place;
use super::service::{Mount, Source};
use super::shapes::EnvFiles;
use super::written::Build;

/// A path, relative to the Compose file; absolute where it is somebody's own file, which `--set` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPath {
    /// The service that gets it.
    pub service: String,
    /// What for.
    pub of: PathUse,
    /// As it is written.
    pub path: String,
    /// 1-based line and column in the Compose file, when known.
    pub place: Option<(usize, usize)>,
}

/// What a path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathUse {
    /// A file or folder that is copied in.
    Mounted,
    /// `env_file:`, which can be missing where that is said.
    EnvFile {
        /// Whether it must be there.
        required: bool,
    },
    /// The folder of a build.
    BuildContext,
    /// Its Dockerfile.
    Dockerfile,
}

/// An absolute path of a container without `//`, `.` and `..`. Links are not looked at.
#[must_use]
pub fn plain(path: &str) -> String {
    let mut plain: Vec<&str> = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::Normal(name) => plain.extend(name.to_str()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    format!("/{}", plain.join("/"))
}

/// Those of a service.
pub(super) fn of(
    name: &str,
    mounts: &[(Mount, Option<(usize, usize)>)],
    configs: &[Config],
    env_files: Option<&Spanned<EnvFiles>>,
    build: Option<&Spanned<Build>>,
) -> Vec<HostPath> {
    let path = |of, path: &str, place| HostPath { service: name.to_owned(), of, path: path.to_owned(), place };
    let mut found: Vec<HostPath> = Vec::new();
    for (mount, place) in mounts {
        if let Source::Path(own) = &mount.source {
            found.push(path(PathUse::Mounted, own, *place));
        }
    }
    // A config's file is told where the file is named.
    for file in configs.iter().filter_map(|config| config.file.as_ref()) {
        if let Some(known) = found.iter_mut().find(|known| known.path == file.value) {
            known.place = place(file);
        }
    }
    if let Some(files) = env_files {
        found.extend(
            files
                .value
                .list()
                .into_iter()
                .map(|file| path(PathUse::EnvFile { required: file.required }, &file.path, place(files))),
        );
    }
    if let Some(build) = build {
        let (context, dockerfile) = match &build.value {
            Build::Context(context) => (context, None),
            Build::Full(full) => (&full.context, full.dockerfile.as_ref()),
        };
        found.push(path(PathUse::BuildContext, context, place(build)));
        let dockerfile = dockerfile.map(|file| path(PathUse::Dockerfile, &format!("{context}/{file}"), place(build)));
        found.extend(dockerfile);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_path_of_a_container_leads_nowhere_else() {
        assert_eq!(plain("/etc/nginx/../haproxy/./x"), "/etc/haproxy/x");
        assert_eq!(plain("//etc/../../../x/"), "/x");
        assert_eq!(plain("/"), "/");
    }
}
