//! What a request asks besides, such as a database. A fleet without one answers by itself.

use futures_util::future::BoxFuture;

/// Asked once for each request of a user. The worker is busy meanwhile.
pub trait Backend: Send + Sync + 'static {
    /// Asks, and asks for more where the request has the flag.
    ///
    /// # Errors
    /// When it is not reached or refuses: the user gets a 500.
    fn ask(&self, flagged: bool) -> BoxFuture<'_, anyhow::Result<()>>;
}
