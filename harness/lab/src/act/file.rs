//! Looks into a file of a service, as it is in its container now.

use std::io::{Cursor, Read};
use std::path::Path;

use bollard::errors::Error;
use bollard::query_parameters::DownloadFromContainerOptionsBuilder;
use futures_util::{StreamExt, pin_mut};
use relapse_model::timeline::Record;
use relapse_model::topology::plain_path;

use super::error::ActError;
use crate::lab::Lab;
use relapse_engine::in_full;

/// A longer file is not read: it is asked for again and again.
const MAX_BYTES: usize = 16 << 20;
/// So many links may lead from one to the next, as the kernel allows.
const MAX_LINKS: usize = 40;

impl Lab {
    /// Looks once how many lines of a file have a text, and writes that on the timeline. Links are followed within the container.
    ///
    /// # Errors
    /// When it could not be read: there is no container, it is no file, or it is longer than 16 MiB.
    pub async fn file_lines(&self, service: &str, path: &str, text: &str) -> Result<(), ActError> {
        let container = self.find(service).await?;
        let failed = |why: String| ActError::new(format!("{path} in {service}: {why}"));
        let mut at = plain_path(path);
        for _ in 0..MAX_LINKS {
            let found = match self.archive(&container, &at).await.map_err(failed)? {
                Some(archive) => first(&archive).map_err(|error| failed(error.to_string()))?,
                None => Found::Nothing,
            };
            let lines = match found {
                Found::Link(target) => {
                    let folder = Path::new(&at).parent().unwrap_or(Path::new("/"));
                    at = plain_path(&folder.join(target).to_string_lossy());
                    continue;
                }
                Found::Other => return Err(failed("it is no file".to_owned())),
                Found::Nothing => None,
                Found::File(content) => {
                    Some(String::from_utf8_lossy(&content).lines().filter(|line| line.contains(text)).count())
                }
            };
            let (service, path, text) = (service.to_owned(), path.to_owned(), text.to_owned());
            self.recorder.record(Record::File { service, path, text, lines });
            return Ok(());
        }
        Err(failed(format!("more than {MAX_LINKS} links lead from one to the next")))
    }

    /// What is at a path of a container, as a tar; `None` when nothing is.
    async fn archive(&self, container: &str, path: &str) -> Result<Option<Vec<u8>>, String> {
        let options = DownloadFromContainerOptionsBuilder::new().path(path).build();
        let stream = self.engine.docker().download_from_container(container, Some(options));
        pin_mut!(stream);
        let mut archive = Vec::new();
        while let Some(piece) = stream.next().await {
            match piece {
                Ok(piece) => archive.extend_from_slice(&piece),
                Err(Error::DockerResponseServerError { status_code: 404, message }) if !message.contains("No such container") => {
                    return Ok(None);
                }
                Err(error) => return Err(in_full(&error)),
            }
            if archive.len() > MAX_BYTES {
                return Err(format!("it is longer than {} MiB", MAX_BYTES >> 20));
            }
        }
        Ok(Some(archive))
    }
}

/// What a tar begins with.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    File(Vec<u8>),
    Link(String),
    Other,
    Nothing,
}

fn first(archive: &[u8]) -> std::io::Result<Found> {
    let mut archive = tar::Archive::new(Cursor::new(archive));
    let Some(entry) = archive.entries()?.next() else { return Ok(Found::Nothing) };
    let mut entry = entry?;
    let kind = entry.header().entry_type();
    if kind.is_symlink() {
        return Ok(entry.link_name()?.map_or(Found::Other, |target| Found::Link(target.to_string_lossy().into_owned())));
    }
    if !kind.is_file() {
        return Ok(Found::Other);
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content)?;
    Ok(Found::File(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_a_link_and_a_folder_are_told_apart() {
        let tar_of = |kind: tar::EntryType, content: &str| {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(content.len() as u64);
            let mut tar = tar::Builder::new(Vec::new());
            match kind {
                tar::EntryType::Symlink => tar.append_link(&mut header, "a", "../b").unwrap(),
                _ => tar.append_data(&mut header, "a", content.as_bytes()).unwrap(),
            }
            tar.into_inner().unwrap()
        };
        assert_eq!(first(&tar_of(tar::EntryType::Regular, "one\ntwo")).unwrap(), Found::File(b"one\ntwo".to_vec()));
        assert_eq!(first(&tar_of(tar::EntryType::Symlink, "")).unwrap(), Found::Link("../b".into()));
        assert_eq!(first(&tar_of(tar::EntryType::Directory, "")).unwrap(), Found::Other);
        assert_eq!(first(&tar::Builder::new(Vec::new()).into_inner().unwrap()).unwrap(), Found::Nothing);
    }
}
