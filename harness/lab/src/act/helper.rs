//! A helper: a container of our parts in another container's network namespace, so that a question is asked with that machine's own
//! resolver and routes, whatever its image has. Started by testcontainers, which is good at single containers.

use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

use super::ActError;
use crate::images::agent_image;
use crate::label::{HELPER, Labels};
use crate::raise::Lab;

/// A running helper.
pub(crate) struct Helper {
    container: ContainerAsync<GenericImage>,
    /// How often the part had been started: a container that is started again has another network namespace.
    start: usize,
}

impl Helper {
    /// Removes it; `Drop` would block all that runs beside it.
    pub(crate) async fn remove(self) {
        // What stays is swept with the lab.
        let _ = self.container.rm().await;
    }
}

impl Lab {
    /// The id of the helper beside a part, started when first asked for, and anew when the part was started again.
    pub(crate) async fn helper(&self, part: &str) -> Result<String, ActError> {
        // The helper outlives it in its network namespace, and what it would answer there is nobody's answer.
        if !self.runs(part) {
            return Err(ActError::new(format!("{part} does not run, and has nothing to ask with")));
        }
        let mut helpers = self.helpers.lock().await;
        let start = self.recorder.read(|timeline| timeline.starts(part));
        match helpers.get(part) {
            Some(helper) if helper.start == start => return Ok(helper.container.id().to_owned()),
            Some(_) => {
                if let Some(helper) = helpers.remove(part) {
                    helper.remove().await;
                }
            }
            None => {}
        }
        let target = format!("container:{}", self.container(part));
        let labels = Labels::of(&self.run).with(HELPER, part).into_map();
        let (name, tag) = agent_image();
        let container = GenericImage::new(name, tag)
            .with_cmd(["idle"])
            .with_labels(labels)
            .with_host_config_modifier(move |host| {
                host.network_mode = Some(target.clone());
                host.publish_all_ports = None;
                host.port_bindings = None;
            })
            .start()
            .await
            .map_err(|error| ActError::new(format!("no helper could be started beside {part}: {error}")))?;
        let id = container.id().to_owned();
        helpers.insert(part.to_owned(), Helper { container, start });
        Ok(id)
    }
}
