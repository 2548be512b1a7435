//! A certificate of the run's authority for a server that is not ours: written once, as files that the server reads when it starts.

use std::path::PathBuf;

use anyhow::Context;

use relapse_service::authority::Authority;
use relapse_service::{files, log};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The server's names, space separated.
    #[arg(long, env = "NAMES")]
    names: String,
    /// Where the certificate goes, as PEM.
    #[arg(long, env = "CERTIFICATE")]
    certificate: PathBuf,
    /// Where its key goes, as PEM.
    #[arg(long, env = "KEY")]
    key: PathBuf,
    /// The directory of the run's certificate authority.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
}

/// Writes both files and returns.
///
/// # Errors
/// When a name is none, or a directory cannot be used.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    // It waits for files.
    tokio::task::spawn_blocking(move || write(&options)).await?
}

fn write(options: &Options) -> anyhow::Result<()> {
    let names: Vec<String> = options.names.split_whitespace().map(Into::into).collect();
    let (certificate, key) = Authority::open(&options.authority)?.issue_pem(&names).context("NAMES")?;
    files::replace(&options.key, key.as_bytes(), files::PRIVATE)?;
    files::replace(&options.certificate, certificate.as_bytes(), files::PUBLIC)?;
    log::action("certificate", &options.names, "success", "");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};

    use relapse_service::{authority::Leaf, tls};

    #[test]
    fn the_two_files_belong_together() {
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path();
        let options = Options {
            names: "showcase.trapti.tech".into(),
            certificate: folder.join("a.pem"),
            key: folder.join("a-key.pem"),
            authority: folder.join("authority"),
        };
        write(&options).unwrap();
        let chain = vec![CertificateDer::from_pem_file(&options.certificate).unwrap()];
        let key = PrivateKeyDer::from_pem_file(&options.key).unwrap();
        assert!(tls::acceptor(Leaf { chain, key }).is_ok());
        assert!(write(&Options { names: String::new(), ..options }).is_err());
    }
}
