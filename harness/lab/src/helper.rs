//! A helper: a container of our agent in another container's network namespace, so that a question is asked with that machine's own
//! resolver and routes, whatever its image has. Started by testcontainers, which is good at single containers.

use testcontainers::core::error::TestcontainersError;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

use relapse_engine::label::Labels;
use relapse_images::agent_image;

/// A running helper.
pub(crate) struct Helper {
    container: ContainerAsync<GenericImage>,
    /// How often the service had been started: a container that is started again has another network namespace.
    start: usize,
}

impl Helper {
    /// Starts one beside a container.
    pub(crate) async fn beside(container: &str, labels: Labels, start: usize) -> Result<Self, TestcontainersError> {
        let target = format!("container:{container}");
        let (name, tag) = agent_image();
        let container = GenericImage::new(name, tag)
            .with_cmd(["idle"])
            .with_labels(labels.into_map())
            .with_host_config_modifier(move |host| {
                host.network_mode = Some(target.clone());
                host.publish_all_ports = None;
                host.port_bindings = None;
            })
            .start()
            .await?;
        Ok(Self { container, start })
    }

    /// The engine's id of it.
    pub(crate) fn id(&self) -> String {
        self.container.id().to_owned()
    }

    /// Whether it was started beside the service as it runs since that start.
    pub(crate) fn is_of(&self, start: usize) -> bool {
        self.start == start
    }

    /// Removes it; `Drop` would block all that runs beside it.
    pub(crate) async fn remove(self) {
        // What stays is swept with the lab.
        let _ = self.container.rm().await;
    }
}
