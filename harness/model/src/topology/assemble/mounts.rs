//! What is mounted into a service: volumes, files beside the Compose file, texts, the engine's socket.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use crate::topology::compose::Config;
use crate::topology::engine_socket;
use crate::topology::paths::plain;
use crate::topology::service::{Mount, Source, Tmpfs};
use crate::topology::units;
use crate::topology::written::{ConfigUse, Mount as Written};

pub(super) const BESIDE: &str = "only paths within the project (`./…`) and named volumes, so that it is the same everywhere";

/// Whether a path is none beside the Compose file: from a root, of a user's home, or of the net.
pub(super) fn elsewhere(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.contains("://")
}

/// What an entry of `volumes:` is.
pub(super) enum Mounted {
    At(Mount),
    InMemory(Tmpfs),
}

/// How Compose lets people say how a mount is done on their own machine: nothing that a lab's copies have.
const OWN_MACHINE: [&str; 14] = [
    "z",
    "Z",
    "cached",
    "delegated",
    "consistent",
    "nocopy",
    "private",
    "rprivate",
    "shared",
    "rshared",
    "slave",
    "rslave",
    "bind",
    "rbind",
];

/// An entry of `volumes:`.
pub(super) fn mount(entry: &Written, own_files: &[&String]) -> Result<Mounted, String> {
    let (source, target, read_only) = match entry {
        Written::Short(text) => {
            let mut pieces = text.splitn(3, ':');
            let (first, second, modes) = (pieces.next().unwrap_or_default(), pieces.next(), pieces.next());
            let Some(target) = second.filter(|target| target.starts_with('/')) else {
                return match second {
                    // A path that is alone is the target.
                    None if text.starts_with('/') => Ok(anonymous(text)),
                    _ => Err(format!(
                        "volume `{text}`: write SOURCE:TARGET or SOURCE:TARGET:ro, with a target that begins with `/`"
                    )),
                };
            };
            let modes: Vec<&str> = modes.map(|modes| modes.split(',').collect()).unwrap_or_default();
            if let Some(mode) = modes.iter().find(|mode| !matches!(**mode, "ro" | "rw") && !OWN_MACHINE.contains(mode)) {
                return Err(format!("volume `{text}`: the mode `{mode}` is not supported; `ro` and `rw` are"));
            }
            (first.to_owned(), target.to_owned(), modes.contains(&"ro"))
        }
        Written::Long(long) => match (long.kind.as_str(), &long.source) {
            ("tmpfs", _) => {
                let size = long.tmpfs.size.as_deref().map(units::bytes).transpose()?.map(|bytes| format!("size={bytes}"));
                let mode = long.tmpfs.mode.as_ref().map(|mode| format!("mode={mode}"));
                let options: Vec<String> = size.into_iter().chain(mode).collect();
                return Ok(Mounted::InMemory(Tmpfs { target: long.target.clone(), options: options.join(",") }));
            }
            ("volume", None) => return Ok(anonymous(&long.target)),
            ("bind", None) => return Err(format!("the bind at `{}` has no `source`", long.target)),
            ("bind" | "volume", Some(source)) => (source.clone(), long.target.clone(), long.read_only),
            (kind, _) => return Err(format!("type `{kind}`: it is bind, volume or tmpfs")),
        },
    };
    let source = match source.as_str() {
        path if engine_socket::is_one(path) => Source::EngineSocket(plain(path)),
        path if path.starts_with('.') || own_files.iter().any(|own| *own == path) => Source::Path(path.into()),
        path if elsewhere(path) => return Err(format!("volume `{path}`: {BESIDE}")),
        volume => Source::Volume(volume.into()),
    };
    Ok(Mounted::At(Mount { source, target, read_only }))
}

fn anonymous(target: &str) -> Mounted {
    Mounted::At(Mount { source: Source::Anonymous, target: target.to_owned(), read_only: false })
}

/// What a service's use of a config or of a secret needs to know.
pub(super) struct Files<'a> {
    /// `config` or `secret`.
    pub(super) kind: &'static str,
    pub(super) declared: &'a BTreeMap<String, Spanned<Config>>,
    /// Where it goes, unless it is said.
    pub(super) folder: &'static str,
    pub(super) own_files: &'a [&'a String],
    pub(super) variables: &'a BTreeMap<String, String>,
}

impl Files<'_> {
    /// What is mounted.
    pub(super) fn mount(&self, entry: &ConfigUse) -> Result<Mount, String> {
        let kind = self.kind;
        let (name, target) = entry.named();
        let declared =
            self.declared.get(name).ok_or_else(|| format!("it names the {kind} `{name}`, which the file does not declare"))?;
        let source = match (&declared.value.file, &declared.value.content, &declared.value.environment) {
            (Some(path), None, None) if elsewhere(&path.value) && !self.own_files.contains(&&path.value) => {
                return Err(format!("the {kind} `{name}`: `{}`: {BESIDE}", path.value));
            }
            (Some(path), None, None) => Source::Path(path.value.clone()),
            (None, Some(text), None) => Source::Text(text.clone()),
            (None, None, Some(variable)) => Source::Text(
                self.variables
                    .get(variable)
                    .cloned()
                    .ok_or_else(|| format!("the {kind} `{name}`: the variable `{variable}` is not set; `.env` can set it"))?,
            ),
            _ => return Err(format!("the {kind} `{name}` has either `file`, `content` or `environment`")),
        };
        let target = match target {
            Some(absolute) if absolute.starts_with('/') => absolute.to_owned(),
            within => format!("{}/{}", self.folder, within.unwrap_or(name)),
        };
        Ok(Mount { source, target, read_only: true })
    }
}
