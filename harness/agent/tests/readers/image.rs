//! The image of a server's release, made as a lab's is, and a container of it with its ports at this machine's loopback address.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use relapse_engine::Engine;
use relapse_images::{BuildSpec, ImageSpec, Images};
use testcontainers::bollard::models::PortBinding;
use testcontainers::bollard::query_parameters::ListContainersOptionsBuilder;
use testcontainers::core::{ExecCommand, IntoContainerPort};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

/// On every container of these tests, with the process that started it.
const LABEL: &str = "relapse.test.readers";
/// What is awaited here takes a second or two on a machine at rest.
pub(crate) const WITHIN: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_millis(50);

/// A release of a server, and how its image is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Release {
    pub(crate) version: &'static str,
    /// As in the topologies, where one has it: then it is there already.
    image: &'static str,
    arguments: &'static [(&'static str, &'static str)],
    /// Tested with `--include-ignored` only.
    pub(crate) is_nightly: bool,
}

impl Release {
    pub(crate) const fn new(
        version: &'static str,
        image: &'static str,
        arguments: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { version, image, arguments, is_nightly: false }
    }

    pub(crate) const fn nightly(self) -> Self {
        Self { is_nightly: true, ..self }
    }
}

/// An image that may have to be made.
pub(crate) struct Image {
    engine: Engine,
    spec: ImageSpec,
    pub(crate) version: &'static str,
}

impl Image {
    /// From `docker/SERVER`, or from the folder of that name beside these tests.
    pub(crate) fn of(engine: Engine, server: &str, release: &Release) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let places = [here.join("../../docker"), here.join("tests/readers")].map(|place| place.join(server));
        let context: PathBuf = places.into_iter().find(|place| place.join("Dockerfile").is_file()).unwrap();
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let args: BTreeMap<_, _> = release.arguments.iter().map(pair).collect();
        let build = BuildSpec { args, ..BuildSpec::of(context) };
        Self { engine, spec: ImageSpec { tag: release.image.into(), build: Some(build) }, version: release.version }
    }

    /// A container of it.
    pub(crate) async fn start(&self, setup: Setup<'_>) -> Server {
        let ids = Images::new(self.engine.clone()).ensure(std::slice::from_ref(&self.spec), &|_| ()).await.unwrap();
        let id = ids.of(&self.spec.tag);
        let (algorithm, digits) = id.split_once(':').unwrap();
        let published: HashMap<_, _> =
            setup.ports.iter().map(|port| (format!("{port}/tcp"), Some(vec![at_loopback()]))).collect();
        let resolver: Option<Vec<String>> = setup.resolver.map(|address| vec![address.to_owned()]);
        let mut image = GenericImage::new(algorithm, digits);
        for port in setup.ports {
            image = image.with_exposed_port(port.tcp());
        }
        let mut request = image.with_label(LABEL, std::process::id().to_string()).with_host_config_modifier(move |host| {
            host.publish_all_ports = None;
            host.port_bindings = Some(published.clone());
            host.dns.clone_from(&resolver);
        });
        if !setup.command.is_empty() {
            request = request.with_cmd(setup.command.iter().copied());
        }
        for (name, value) in setup.environment {
            request = request.with_env_var(*name, *value);
        }
        for (path, text) in setup.files {
            request = request.with_copy_to(*path, text.as_bytes().to_vec());
        }
        Server(request.start().await.unwrap())
    }
}

/// What is special about a container.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Setup<'a> {
    /// Paths, and what is written there.
    pub(crate) files: &'a [(&'a str, &'a str)],
    /// What is reached from here.
    pub(crate) ports: &'a [u16],
    /// Instead of the image's own.
    pub(crate) command: &'a [&'a str],
    pub(crate) environment: &'a [(&'a str, &'a str)],
    /// The address of the machine's name server, instead of the engine's.
    pub(crate) resolver: Option<&'a str>,
}

fn at_loopback() -> PortBinding {
    PortBinding { host_ip: Some("127.0.0.1".into()), host_port: Some(String::new()) }
}

/// A running server. It is gone with this value, also when a test fails.
pub(crate) struct Server(ContainerAsync<GenericImage>);

/// What a command within came to.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i64,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Server {
    pub(crate) fn id(&self) -> &str {
        self.0.id()
    }

    /// Where a port of it is reached from here.
    pub(crate) async fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.0.get_host_port_ipv4(port.tcp()).await.unwrap()))
    }

    /// Runs a command in it to its end.
    pub(crate) async fn exec(&self, command: &[&str]) -> Said {
        let mut running = self.0.exec(ExecCommand::new(command.iter().copied())).await.unwrap();
        let stdout = String::from_utf8_lossy(&running.stdout_to_vec().await.unwrap()).into_owned();
        let stderr = String::from_utf8_lossy(&running.stderr_to_vec().await.unwrap()).into_owned();
        let code = until(async || running.exit_code().await.unwrap()).await;
        Said { code: code.unwrap_or_else(|| panic!("{command:?} has no end")), stdout, stderr }
    }

    /// Runs a command of the shell in it, which has to succeed; gives what it printed.
    pub(crate) async fn shell(&self, script: &str) -> String {
        let said = self.exec(&["sh", "-ec", script]).await;
        assert_eq!(said.code, 0, "{script}: {said:?}");
        said.stdout
    }

    /// What it has written to its standard output so far.
    pub(crate) async fn log(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout_to_vec().await.unwrap()).into_owned()
    }

    /// Ends it, as the engine does: its configuration and its image say by which signal.
    pub(crate) async fn stop(&self) {
        self.0.stop_with_timeout(Some(1)).await.unwrap();
    }
}

/// Asks until there is an answer, or [`WITHIN`] is over.
pub(crate) async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(AGAIN).await;
        }
    };
    tokio::time::timeout(WITHIN, asked).await.ok()
}

/// The containers of this process that are still there.
pub(crate) async fn left(engine: &Engine) -> Vec<String> {
    let label = format!("{LABEL}={}", std::process::id());
    let filters = HashMap::from([("label".to_owned(), vec![label])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let all = engine.docker().list_containers(Some(options)).await.unwrap();
    all.into_iter().map(|one| one.names.unwrap_or_default().join(" ")).collect()
}
