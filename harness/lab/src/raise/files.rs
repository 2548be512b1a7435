//! Files and folders beside the Compose file are copied into containers before they start: the engine may be on another machine,
//! and no container can write to the author's tree.

use std::path::Path;

use bollard::query_parameters::UploadToContainerOptionsBuilder;
use relapse_model::topology::{Service, Source};

use super::{RaiseError, container};
use crate::engine::{Engine, in_full};
use crate::label::RunId;

pub(super) async fn copy_in(engine: &Engine, run: &RunId, service: &Service, folder: &Path) -> Result<(), RaiseError> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut any = false;
    for mount in &service.mounts {
        let Source::Path(relative) = &mount.source else { continue };
        let from = folder.join(relative);
        add(&mut archive, &from, Path::new(mount.target.trim_start_matches('/')))
            .map_err(|source| RaiseError::File { path: from.display().to_string(), source })?;
        any = true;
    }
    if !any {
        return Ok(());
    }
    let failed = |why| RaiseError::Engine { part: service.name.clone(), action: "take its files", why };
    let bytes = archive.into_inner().map_err(|error| failed(error.to_string()))?;
    upload(engine, &container::name(run, &service.name), bytes).await.map_err(failed)
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
