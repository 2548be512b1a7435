//! Who asks in the place of a service: a helper in its network namespace.

use super::error::ActError;
use crate::helper::Helper;
use crate::lab::Lab;
use relapse_engine::label::Labels;

impl Lab {
    /// The id of the helper beside a service, started when first asked for, and anew when the service was started again.
    pub(crate) async fn helper(&self, service: &str) -> Result<String, ActError> {
        // The helper outlives it in its network namespace, and what it would answer there is nobody's answer.
        if !self.runs(service) {
            return Err(ActError::new(format!("{service} does not run, and has nothing to ask with")));
        }
        let mut helpers = self.helpers.lock().await;
        let start = self.recorder.read(|timeline| timeline.starts(service));
        match helpers.remove(service) {
            Some(helper) if helper.is_of(start) => {
                let id = helper.id();
                helpers.insert(service.to_owned(), helper);
                return Ok(id);
            }
            Some(earlier) => earlier.remove().await,
            None => {}
        }
        let helper = Helper::beside(&self.container(service), Labels::of(&self.run).helper(service), start)
            .await
            .map_err(|error| ActError::new(format!("no helper could be started beside {service}: {error}")))?;
        let id = helper.id();
        helpers.insert(service.to_owned(), helper);
        Ok(id)
    }
}
