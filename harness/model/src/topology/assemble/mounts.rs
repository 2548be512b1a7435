//! What is mounted into a service: volumes, files beside the Compose file, texts, the engine's socket.

use std::collections::BTreeMap;

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

/// An entry of `volumes:`.
pub(super) fn mount(entry: &Written, own_files: &[&String]) -> Result<Mounted, String> {
    let (source, target, read_only) = match entry {
        Written::Short(text) => {
            let mut pieces = text.split(':');
            let (Some(source), Some(target)) = (pieces.next(), pieces.next()) else {
                return Err(format!("volume `{text}`: write SOURCE:TARGET or SOURCE:TARGET:ro"));
            };
            let read_only = match pieces.next() {
                None | Some("rw") => false,
                Some("ro") => true,
                Some(mode) => return Err(format!("volume `{text}`: the mode `{mode}` is not supported; `ro` and `rw` are")),
            };
            (source.to_owned(), target.to_owned(), read_only)
        }
        Written::Long(long) => {
            let source = long.source.clone().ok_or_else(|| format!("the {} at `{}` has no `source`", long.kind, long.target));
            match long.kind.as_str() {
                "tmpfs" => {
                    let size = long.tmpfs.size.as_deref().map(units::bytes).transpose()?.map(|bytes| format!("size={bytes}"));
                    let mode = long.tmpfs.mode.as_ref().map(|mode| format!("mode={mode}"));
                    let options: Vec<String> = size.into_iter().chain(mode).collect();
                    return Ok(Mounted::InMemory(Tmpfs { target: long.target.clone(), options: options.join(",") }));
                }
                "bind" | "volume" => (source?, long.target.clone(), long.read_only),
                kind => return Err(format!("type `{kind}`: it is bind, volume or tmpfs")),
            }
        }
    };
    let source = match source.as_str() {
        path if engine_socket::is_one(path) => Source::EngineSocket(plain(path)),
        path if path.starts_with('.') || own_files.iter().any(|own| *own == path) => Source::Path(path.into()),
        path if elsewhere(path) => return Err(format!("volume `{path}`: {BESIDE}")),
        volume => Source::Volume(volume.into()),
    };
    Ok(Mounted::At(Mount { source, target, read_only }))
}

/// A service's use of a config.
pub(super) fn config(entry: &ConfigUse, configs: &BTreeMap<String, Config>, own_files: &[&String]) -> Result<Mount, String> {
    let (name, target) = match entry {
        ConfigUse::Short(name) => (name, None),
        ConfigUse::Long(long) => (&long.source, long.target.clone()),
    };
    let config = configs.get(name).ok_or_else(|| format!("it names the config `{name}`, which the file does not declare"))?;
    let source = match (&config.file, &config.content) {
        (Some(path), None) if elsewhere(&path.value) && !own_files.contains(&&path.value) => {
            return Err(format!("the config `{name}`: `{}`: {BESIDE}", path.value));
        }
        (Some(path), None) => Source::Path(path.value.clone()),
        (None, Some(text)) => Source::Text(text.clone()),
        _ => return Err(format!("the config `{name}` has either `file` or `content`")),
    };
    Ok(Mount { source, target: target.unwrap_or_else(|| format!("/{name}")), read_only: true })
}
