//! The host list on the HAProxy's machine: a line of `address:port` for each instance, replaced in one go, so that whoever reads it
//! reads a whole one. It is not forced to the disk: a machine that loses power gets a new list from Consul.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;

use crate::common::files;

/// Writes a list in the place of the one before.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(path: &Path, addresses: &[String]) -> anyhow::Result<()> {
    let text: String = addresses.iter().map(|address| format!("{address}\n")).collect();
    files::replace(path, text.as_bytes(), files::PUBLIC)
}

/// Reads one.
///
/// # Errors
/// When it is not there, or has a line that is no address.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<SocketAddr>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {shown}"))?;
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| line.parse().with_context(|| format!("{shown}: {line:?} is no address with a port"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written_and_replaced_whole() {
        let folder = std::env::temp_dir().join(format!("relapse-hosts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("hosts");
        for list in [vec!["10.0.0.1:80".to_owned(), "10.0.0.2:80".to_owned()], vec!["10.0.0.3:80".to_owned()]] {
            write(&path, &list).unwrap();
            assert_eq!(read(&path).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>(), list);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
