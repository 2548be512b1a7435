//! A fleet whose instances answer by themselves.

use relapse_service::fleet;

pub(crate) use fleet::Options;

/// Serves until it is stopped.
///
/// # Errors
/// As [`fleet::run`].
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    fleet::run(options, None).await
}
