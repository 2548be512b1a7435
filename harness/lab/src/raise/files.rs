//! Files and folders beside the Compose file are copied into containers before they start: the engine may be on another machine,
//! and no container can write to the author's tree. `within` says which may be read; `archive` writes them, as they are read.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use bollard::query_parameters::UploadToContainerOptionsBuilder;
use bytes::Bytes;
use futures_util::stream;
use relapse_model::topology::{Service, Source, env_file};
use tokio::sync::mpsc;

use super::archive::{Archive, Pipe};
use super::error::RaiseError;
use super::within::{project_root, within};

use relapse_engine::label::RunId;
use relapse_engine::name;
use relapse_engine::{Engine, in_full};

/// Pieces of an archive on their way to the engine: it takes them as quickly as it can, and no more are read before it did.
const UNDER_WAY: usize = 8;

/// What is put into a container.
enum Content {
    Path(PathBuf),
    Text(String),
}

pub(super) async fn copy_in(engine: &Engine, run: &RunId, service: &Service, folder: &Path) -> Result<(), RaiseError> {
    let contents = service.mounts.iter().filter_map(|mount| {
        let content = match &mount.source {
            Source::Path(path) => Content::Path(path.into()),
            Source::Text(text) => Content::Text(text.clone()),
            Source::Volume(_) | Source::Anonymous | Source::EngineSocket(_) => return None,
        };
        Some((content, PathBuf::from(mount.target.trim_start_matches('/'))))
    });
    let contents: Vec<_> = contents.collect();
    if contents.is_empty() {
        return Ok(());
    }
    let (sender, receiver) = mpsc::channel::<Result<Bytes, Error>>(UNDER_WAY);
    let folder = folder.to_path_buf();
    let writing = tokio::task::spawn_blocking(move || write(sender, &folder, &contents));
    let body = stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|piece| (piece, receiver)) });
    let options = UploadToContainerOptionsBuilder::new().path("/").build();
    let name = name::of(run, &service.name);
    let uploaded = engine.docker().upload_to_container(&name, Some(options), bollard::body_try_stream(body)).await;
    let failed = |why| RaiseError::Engine { service: service.name.clone(), action: "take its files", why };
    // What could not be read is why the engine got no whole archive, unless the engine was the first to stop.
    match writing.await {
        Ok(Err(RaiseError::File { source, .. })) if source.kind() == ErrorKind::BrokenPipe && uploaded.is_err() => {}
        Ok(Err(error)) => return Err(error),
        Ok(Ok(())) => {}
        Err(error) => return Err(failed(error.to_string())),
    }
    uploaded.map_err(|error| failed(in_full(&error)))
}

fn write(sender: mpsc::Sender<Result<Bytes, Error>>, folder: &Path, contents: &[(Content, PathBuf)]) -> Result<(), RaiseError> {
    let root = project_root(folder);
    let mut archive = Archive::new(Pipe::new(sender.clone()), tar::HeaderMode::Deterministic);
    let written = contents.iter().try_for_each(|(content, to)| match content {
        Content::Text(text) => archive.text(to, text, 0o444).map_err(|source| file(to, source)),
        // One that is absolute is anyone's own, which `--set` names: it is read wherever it leads.
        Content::Path(own) if own.is_absolute() => {
            let real = own.canonicalize().map_err(|source| file(own, source))?;
            archive.path(&real, &real, to).map_err(|(path, source)| file(&path, source))
        }
        Content::Path(path) => {
            let from = folder.join(path);
            within(&root, &from).map_err(|why| file(&from, Error::other(why)))?;
            archive.path(&root, &from, to).map_err(|(path, source)| file(&path, source))
        }
    });
    let ended = written.and_then(|()| archive.finish().map(drop).map_err(|source| file(Path::new("the archive"), source)));
    if ended.is_err() {
        // So that the engine does not take what came for all of it.
        let _ = sender.blocking_send(Err(Error::other("not all files could be read")));
    }
    ended
}

fn file(path: &Path, source: Error) -> RaiseError {
    RaiseError::File { path: path.display().to_string(), source }
}

/// Its environment: what its files say, and stronger, what the Compose file says itself. In the files stand the topology's variables.
pub(super) fn environment(
    service: &Service,
    folder: &Path,
    variables: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, RaiseError> {
    let mut environment = BTreeMap::new();
    let mut known = variables.clone();
    let root = project_root(folder);
    for own in &service.env_files {
        let path = folder.join(&own.path);
        let wrong = |why: String| file(&path, Error::new(ErrorKind::InvalidData, why));
        within(&root, &path).map_err(wrong)?;
        match path.metadata() {
            Ok(seen) if !seen.is_file() => return Err(wrong("it is no regular file".into())),
            Err(error) if error.kind() == ErrorKind::NotFound && !own.required => continue,
            _ => {}
        }
        let text = std::fs::read_to_string(&path).map_err(|source| file(&path, source))?;
        let read = env_file::read(&text, &known).map_err(wrong)?;
        known.extend(read.clone());
        environment.extend(read);
    }
    environment.extend(service.environment.clone());
    Ok(environment)
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
