//! Images that nobody here builds: pulled, or, for Debian without a registry, made from Debian's packages.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;

use crate::error::ImageError;
use crate::event::Report;
use crate::images::Images;
use crate::mmdebstrap;
use relapse_engine::in_full;

/// How long a registry may take for its first word, and between two.
const FIRST_WORD: Duration = Duration::from_secs(20);
const NEXT_WORD: Duration = Duration::from_secs(120);

/// The registries that this process could not reach: they are not asked again.
static UNREACHABLE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Has the image, by whatever way there is.
pub(crate) async fn make(images: &Images, image: &str, report: &Report<'_>) -> Result<(), ImageError> {
    let registry = registry_of(image);
    let unreachable = UNREACHABLE.lock().unwrap_or_else(PoisonError::into_inner).contains(registry);
    let pulled = if unreachable {
        Err(Refusal { why: format!("the registry {registry} could not be reached before"), unreachable })
    } else {
        report.line(&format!("pulling from {registry}"));
        pull(images, image, report).await
    };
    let Err(refusal) = pulled else { return Ok(()) };
    if refusal.unreachable {
        UNREACHABLE.lock().unwrap_or_else(PoisonError::into_inner).insert(registry.into());
    }
    let Some(suite) = mmdebstrap::suite_of(image) else {
        let suites = mmdebstrap::SUITES.join(", ");
        return Err(ImageError::NotHad { image: image.into(), pull: refusal.why, suites });
    };
    report.line(&format!("not pulled ({}); making it from Debian's packages", refusal.why));
    mmdebstrap::make(images, image, suite, report).await.map_err(|why| ImageError::NotMade {
        image: image.into(),
        pull: refusal.why,
        why,
    })
}

struct Refusal {
    why: String,
    /// The registry itself, not only the image.
    unreachable: bool,
}

async fn pull(images: &Images, image: &str, report: &Report<'_>) -> Result<(), Refusal> {
    let options = CreateImageOptions { from_image: Some(image.into()), ..Default::default() };
    let mut stream = images.engine.create_image(Some(options), None, None);
    let mut patience = FIRST_WORD;
    let mut shown = String::new();
    loop {
        match tokio::time::timeout(patience, stream.next()).await {
            Err(_) => {
                return Err(Refusal { why: format!("no answer within {} s", patience.as_secs()), unreachable: true });
            }
            Ok(None) => return Ok(()),
            Ok(Some(Err(error))) => {
                let why = in_full(&error);
                return Err(Refusal { unreachable: is_unreachable(&why), why });
            }
            Ok(Some(Ok(said))) => {
                patience = NEXT_WORD;
                // Progress comes in many lines that differ in bytes only.
                let status = format!("{} {}", said.status.unwrap_or_default(), said.id.unwrap_or_default());
                if status != shown {
                    report.line(status.trim());
                    shown = status;
                }
            }
        }
    }
}

/// Whether the engine's words mean that no registry was there, rather than that it has no such image.
fn is_unreachable(why: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "dial tcp",
        "lookup ",
        "no such host",
        "i/o timeout",
        "Client.Timeout",
        "deadline exceeded",
        "connection refused",
        "x509:",
    ];
    SIGNS.iter().any(|sign| why.contains(sign))
}

/// The host in an image's name; Docker's own registry where there is none.
fn registry_of(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries() {
        assert_eq!(registry_of("debian:sid-slim"), "docker.io");
        assert_eq!(registry_of("team/app:1"), "docker.io");
        assert_eq!(registry_of("ghcr.io/team/app:1"), "ghcr.io");
        assert_eq!(registry_of("localhost:5000/app"), "localhost:5000");
    }

    #[test]
    fn a_missing_image_is_no_missing_registry() {
        assert!(is_unreachable("Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host"));
        assert!(!is_unreachable("manifest for debian:nope not found: manifest unknown"));
        assert!(!is_unreachable("pull access denied for nope, repository does not exist"));
    }
}
