//! Why an image could not be had, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::context::ContextError;
use crate::dockerfile::DockerfileError;

/// Why an image could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The engine did not do what was asked.
    #[error("{tag}: the Docker engine could not {doing}: {why}")]
    Engine {
        /// The image.
        tag: String,
        /// For example `list its images`.
        doing: &'static str,
        /// What it said.
        why: String,
    },
    /// A Dockerfile that is not there.
    #[error("{tag}: {}: {source}", path.display())]
    NoDockerfile {
        /// The image.
        tag: String,
        /// Where it was looked for.
        path: PathBuf,
        /// What was seen.
        source: io::Error,
    },
    /// A Dockerfile whose `FROM`s cannot be understood.
    #[error("{tag}: {}: {source}", path.display())]
    Dockerfile {
        /// The image.
        tag: String,
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        source: DockerfileError,
    },
    /// A folder that cannot be sent to the engine.
    #[error("{tag}: the build's context cannot be read: {source}")]
    Context {
        /// The image.
        tag: String,
        /// What is wrong in it.
        source: ContextError,
    },
    /// Two services build one image in two ways.
    #[error("{tag} is built in two ways: from {} and from {}; give one of them another `image:`", first.display(), second.display())]
    TwoBuilds {
        /// The image.
        tag: String,
        /// One Dockerfile.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// Images that start from each other.
    #[error("these images start from each other: {}", tags.join(" -> "))]
    Circle {
        /// The way round.
        tags: Vec<String>,
    },
    /// A step of a Dockerfile failed.
    #[error("{tag} was not built: {why}\n  in {}, at `{step}`\n  the last lines of its log:\n{}", dockerfile.display(), indented(log))]
    Build {
        /// The image.
        tag: String,
        /// The file.
        dockerfile: PathBuf,
        /// As the engine said it: `Step 3/5 : RUN …`.
        step: String,
        /// The last lines.
        log: Vec<String>,
        /// What the engine said.
        why: String,
    },
    /// An image that is not here, cannot be pulled, and is none that can be made.
    #[error(
        "the image {image} is not on this engine and could not be pulled: {pull}\nPull or load it yourself (`docker pull {image}`, `docker load`), or give its service a `build:`; without a registry, only debian:<suite>-slim can be made here ({suites})."
    )]
    NotHad {
        /// The image.
        image: String,
        /// What the engine said to the pull.
        pull: String,
        /// The suites that can be made.
        suites: String,
    },
    /// A Debian base that could neither be pulled nor made.
    #[error("the image {image} could not be pulled: {pull}\nand could not be made from Debian's packages: {why}")]
    NotMade {
        /// The image.
        image: String,
        /// What the engine said to the pull.
        pull: String,
        /// Why mmdebstrap did not help.
        why: String,
    },
    /// The agent is neither carried nor named, and was not made.
    #[error(
        "relapse-agent, which runs in containers, cannot be had: {why}\nName a static Linux binary of it in RELAPSE_AGENT_BINARY, or install relapse on Linux (`cargo install --path harness/suite`): an installed one carries it."
    )]
    NoAgent {
        /// Why not.
        why: String,
    },
    /// A Dockerfile copies a binary that is no file, and cargo is not called for it.
    #[error(
        "{tag}: its Dockerfile copies `{binary}`, which is no file in {}. The Cargo package there would make it, but {why}\n{advice}.", context.display()
    )]
    NoProgram {
        /// The image.
        tag: String,
        /// The binary's name.
        binary: String,
        /// The folder.
        context: PathBuf,
        /// Why it is not made.
        why: String,
        /// What else can be done.
        advice: String,
    },
    /// The cache folder cannot be used.
    #[error("the cache {}: {source}\nName another folder in XDG_CACHE_HOME.", path.display())]
    Cache {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process makes images and does not come to an end.
    #[error("another process has been making images for {minutes} min (it holds {}); end it and try again", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
        /// How long this one waited.
        minutes: u64,
    },
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

impl ImageError {
    pub(crate) fn engine(tag: &str, doing: &'static str, error: &bollard::errors::Error) -> Self {
        Self::Engine { tag: tag.into(), doing, why: relapse_engine::in_full(error) }
    }
}
