//! Files and folders beside the Compose file are copied into containers before they start: the engine may be on another machine,
//! and no container can write to the author's tree.

use std::collections::BTreeMap;
use std::path::Path;

use bollard::query_parameters::UploadToContainerOptionsBuilder;
use relapse_model::topology::{Service, Source, env_file};

use super::{RaiseError, container};
use crate::engine::{Engine, in_full};
use crate::label::RunId;

pub(super) async fn copy_in(engine: &Engine, run: &RunId, service: &Service, folder: &Path) -> Result<(), RaiseError> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut any = false;
    for mount in &service.mounts {
        let to = Path::new(mount.target.trim_start_matches('/'));
        match &mount.source {
            Source::Path(path) => {
                // One that is absolute is anyone's own file.
                let from = folder.join(path);
                add(&mut archive, &from, to).map_err(|source| RaiseError::File { path: from.display().to_string(), source })?;
            }
            Source::Text(text) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(text.len() as u64);
                header.set_mode(0o444);
                archive
                    .append_data(&mut header, to, text.as_bytes())
                    .map_err(|source| RaiseError::File { path: mount.target.clone(), source })?;
            }
            Source::Volume(_) | Source::EngineSocket(_) => continue,
        }
        any = true;
    }
    if !any {
        return Ok(());
    }
    let failed = |why| RaiseError::Engine { part: service.name.clone(), action: "take its files", why };
    let bytes = archive.into_inner().map_err(|error| failed(error.to_string()))?;
    upload(engine, &container::name(run, &service.name), bytes).await.map_err(failed)
}

/// Its environment: what its files say, and stronger, what the Compose file says itself.
pub(super) fn environment(service: &Service, folder: &Path) -> Result<BTreeMap<String, String>, RaiseError> {
    let mut variables = BTreeMap::new();
    for (file, required) in &service.env_files {
        let path = folder.join(file);
        let shown = || path.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let read = env_file::read(&text).map_err(|why| RaiseError::File {
                    path: shown(),
                    source: std::io::Error::new(std::io::ErrorKind::InvalidData, why),
                })?;
                variables.extend(read);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => {}
            Err(source) => return Err(RaiseError::File { path: shown(), source }),
        }
    }
    variables.extend(service.environment.clone());
    Ok(variables)
}

fn add(archive: &mut tar::Builder<Vec<u8>>, from: &Path, to: &Path) -> std::io::Result<()> {
    archive.mode(tar::HeaderMode::Deterministic);
    if from.is_dir() { archive.append_dir_all(to, from) } else { archive.append_path_with_name(from, to) }
}

/// Unpacks an archive at a container's root.
pub(crate) async fn upload(engine: &Engine, container: &str, archive: Vec<u8>) -> Result<(), String> {
    let options = UploadToContainerOptionsBuilder::new().path("/").build();
    engine
        .docker()
        .upload_to_container(container, Some(options), bollard::body_full(archive.into()))
        .await
        .map_err(|error| in_full(&error))
}
