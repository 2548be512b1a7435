//! A service that ends again and again, which a scenario takes as given.

use super::error::ActError;
use crate::lab::Lab;
use crate::raise::ready;
use crate::wait;

impl Lab {
    /// Awaits that a service is in a crash loop.
    ///
    /// # Errors
    /// When it is not, within the time that a service has to get ready.
    pub async fn is_in_a_crash_loop(&self, service: &str) -> Result<(), ActError> {
        let limit = ready::LIMIT.mul_f64(self.patience);
        match wait::until(&self.recorder, limit, |timeline| timeline.crash_loop(service)).await {
            Some(_) => Ok(()),
            None => Err(ActError::new(format!("{service} is in no crash loop: it did not end by itself twice in a row"))),
        }
    }
}
