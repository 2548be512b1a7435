//! Images: had before a lab is raised, and made again only when what goes into them changed.
//!
//! [`plan`] finds what is needed and in which order; [`agent`], [`base`] and [`build`] are the three ways to get one; [`program`] has
//! cargo make a binary that a build needs;
//! [`digest`] tells whether one is up to date; [`catalogue`] lists and removes. Another way to get a base image is a file beside
//! [`mmdebstrap`], called by [`base`].

mod agent;
mod base;
mod build;
mod cache;
mod catalogue;
mod context;
mod debian;
mod digest;
mod dockerfile;
mod error;
mod ignore;
mod mmdebstrap;
mod plan;
mod private;
mod program;
mod static_build;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

pub use agent::carries_agent;
pub(crate) use agent::image as agent_image;
pub use catalogue::{Kept, OurImage, Removal};
pub use context::ContextError;
pub use dockerfile::{DockerfileError, bases};
pub use error::ImageError;

use crate::engine::{Engine, answer};
use plan::{Make, Node};

/// On every image that is made here, with the value `1`.
pub const IMAGE: &str = "relapse.image";
/// What an image was made from: a SHA-256 in hexadecimal digits.
pub const INPUTS: &str = "relapse.inputs";
/// The tag under which an image was made. Images that others build from ours inherit the labels, but not the tag.
pub const TAG: &str = "relapse.tag";

/// How many images are made at once.
const AT_ONCE: usize = 2;

/// An image that a lab needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSpec {
    /// As in Compose: `relapse-nginx:1.22`, `nginx`.
    pub tag: String,
    /// How to build it, if it is built here.
    pub build: Option<BuildSpec>,
}

/// As Compose's `build:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildSpec {
    /// The folder.
    pub context: PathBuf,
    /// Relative to the folder.
    pub dockerfile: String,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// The stage to build; the last one if none is said.
    pub target: Option<String>,
}

impl BuildSpec {
    /// The folder's `Dockerfile`, without arguments.
    #[must_use]
    pub fn of(context: PathBuf) -> Self {
        Self { context, dockerfile: "Dockerfile".into(), args: BTreeMap::new(), target: None }
    }
}

/// What happens to an image. Of each image that is not there yet there is `Started`, `Line`s, and `Done` unless it fails.
#[derive(Debug, Clone, PartialEq)]
pub enum ImageEvent {
    /// It is being made.
    Started {
        /// The image.
        tag: String,
        /// For example `building docker/nginx/Dockerfile`.
        what: String,
    },
    /// A line of its log.
    Line {
        /// The image.
        tag: String,
        /// Without a line break.
        text: String,
    },
    /// It is there.
    Done {
        /// The image.
        tag: String,
        /// How long it took.
        seconds: f64,
    },
    /// It was there, made from the same inputs.
    UpToDate {
        /// The image.
        tag: String,
    },
}

/// Who hears of events.
pub type Progress<'a> = &'a (dyn Fn(ImageEvent) + Send + Sync);

/// The progress of one image.
pub(crate) struct Report<'a> {
    progress: Progress<'a>,
    tag: &'a str,
}

impl Report<'_> {
    fn line(&self, text: &str) {
        tracing::debug!(image = self.tag, "{text}");
        (self.progress)(ImageEvent::Line { tag: self.tag.into(), text: text.into() });
    }
}

/// The images of one engine.
#[derive(Debug, Clone)]
pub struct Images {
    engine: Engine,
}

/// The engine's ids of images, by their tags as in Compose. A lab uses these: another relapse, built from other sources, may take the
/// tags over at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids(BTreeMap<String, String>);

impl Ids {
    /// The id of a tag as Compose says it; the tag itself if it was not asked for.
    #[must_use]
    pub fn of(&self, tag: &str) -> String {
        self.0.get(&plan::normal(tag)).cloned().unwrap_or_else(|| tag.to_owned())
    }
}

/// What is known of an image before it is made.
enum State {
    /// It is there.
    Current {
        /// The engine's id.
        id: String,
        /// Whether it bears the tag that Compose gives it, or only its private one.
        named: bool,
    },
    /// It is not there, or its inputs changed.
    Stale {
        /// The id of the one that is to be replaced.
        old: Option<String>,
        /// The context that was read for the digest, and the digest.
        inputs: Option<(Vec<context::Entry>, String)>,
    },
}

impl Images {
    /// Of this engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// Has every wanted image, and what those start from. Makes what is missing or whose inputs changed, two at a time;
    /// other processes of this user wait meanwhile.
    ///
    /// # Errors
    /// The first [`ImageError`]; what was under way is finished first.
    pub async fn ensure(&self, wanted: &[ImageSpec], progress: Progress<'_>) -> Result<Ids, ImageError> {
        let mut nodes = plan::plan(wanted)?;
        program::make(&mut nodes, progress).await?;
        if let Some(ids) = self.all_current(&nodes).await? {
            for node in nodes {
                progress(ImageEvent::UpToDate { tag: node.tag });
            }
            return Ok(Ids(ids));
        }
        let _lock = cache::lock(|| {
            if let Some(node) = nodes.last() {
                Report { progress, tag: &node.tag }.line("another process is making images; waiting for it");
            }
        })
        .await?;
        self.make_all(&nodes, progress).await
    }

    async fn all_current(&self, nodes: &[Node]) -> Result<Option<BTreeMap<String, String>>, ImageError> {
        let mut ids = BTreeMap::new();
        for node in nodes {
            match self.state(node, &ids).await? {
                State::Current { id, .. } => ids.insert(node.tag.clone(), id),
                State::Stale { .. } => return Ok(None),
            };
        }
        Ok(Some(ids))
    }

    async fn make_all(&self, nodes: &[Node], progress: Progress<'_>) -> Result<Ids, ImageError> {
        let mut waiting: VecDeque<&Node> = nodes.iter().collect();
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let mut running = FuturesUnordered::new();
        let mut failed = None;
        loop {
            while failed.is_none()
                && running.len() < AT_ONCE
                && let Some(at) = waiting.iter().position(|node| node.needs.iter().all(|tag| ids.contains_key(tag)))
                && let Some(node) = waiting.remove(at)
            {
                let ids = ids.clone();
                running.push(async move { (&node.tag, self.make(node, &ids, progress).await) });
            }
            match running.next().await {
                None => return failed.map_or(Ok(Ids(ids)), Err),
                Some((tag, Ok(id))) => {
                    ids.insert(tag.clone(), id);
                }
                Some((tag, Err(error))) if failed.is_some() => tracing::warn!(image = tag, %error, "failed as well"),
                Some((_, Err(error))) => failed = Some(error),
            }
        }
    }

    /// Has one image; those that it starts from are there. Answers its id.
    async fn make(&self, node: &Node, ids: &BTreeMap<String, String>, progress: Progress<'_>) -> Result<String, ImageError> {
        let began = Instant::now();
        let tag = node.tag.as_str();
        let (old, inputs) = match self.state(node, ids).await? {
            State::Current { id, named } => {
                if !named {
                    // Another build of ours has the tag; what starts from it must find this one.
                    private::name(&self.engine, &id, tag).await?;
                }
                progress(ImageEvent::UpToDate { tag: tag.into() });
                return Ok(id);
            }
            State::Stale { old, inputs } => (old, inputs),
        };
        let what = match &node.make {
            Make::Agent => "from the binary that this executable carries".into(),
            Make::Alias => "a second name".into(),
            Make::Build { spec, .. } => format!("building {}", plan::path_of(spec).display()),
            Make::Base => "looking for it elsewhere".into(),
        };
        progress(ImageEvent::Started { tag: tag.into(), what });
        let report = Report { progress, tag };
        match (&node.make, inputs) {
            (Make::Agent, _) => agent::make(self, &report).await?,
            (Make::Alias, _) => {
                let id = node.needs.iter().find_map(|needed| ids.get(needed)).map_or("", String::as_str);
                private::name(&self.engine, id, tag).await?;
                progress(ImageEvent::Done { tag: tag.into(), seconds: began.elapsed().as_secs_f64() });
                return Ok(id.to_owned());
            }
            (Make::Build { spec, .. }, Some((entries, digest))) => {
                let order = build::Build {
                    tag,
                    dockerfile: spec.dockerfile.trim_start_matches("./"),
                    shown_as: plan::path_of(spec),
                    args: &spec.args,
                    target: spec.target.as_deref(),
                    digest: &digest,
                    entries,
                };
                build::build(self, &report, order).await?;
            }
            (Make::Build { .. } | Make::Base, _) => base::make(self, tag, &report).await?,
        }
        let Some((id, labels)) = self.look(tag).await? else {
            let why = "it is not there although it was made; is something else removing images?".into();
            return Err(ImageError::Engine { tag: tag.into(), doing: "keep it", why });
        };
        if let Some(private) = labels.get(INPUTS).and_then(|inputs| private::tag(tag, inputs)) {
            private::name(&self.engine, &id, &private).await?;
            self.thin_out(tag).await?;
        }
        if let Some(old) = old.filter(|old| *old != id) {
            catalogue::forget(&self.engine, &old).await;
        }
        progress(ImageEvent::Done { tag: tag.into(), seconds: began.elapsed().as_secs_f64() });
        Ok(id)
    }

    async fn state(&self, node: &Node, ids: &BTreeMap<String, String>) -> Result<State, ImageError> {
        let present = self.look(&node.tag).await?;
        let inputs = match &node.make {
            Make::Base => {
                return Ok(match present {
                    Some((id, _)) => State::Current { id, named: true },
                    None => State::Stale { old: None, inputs: None },
                });
            }
            Make::Alias => {
                let named = present.filter(|(id, _)| node.needs.iter().any(|needed| ids.get(needed) == Some(id)));
                return Ok(match named {
                    Some((id, _)) => State::Current { id, named: true },
                    None => State::Stale { old: None, inputs: None },
                });
            }
            Make::Agent => (Vec::new(), agent::digest()),
            Make::Build { spec, text, program } => {
                let bases: Vec<_> =
                    node.needs.iter().map(|tag| (tag.clone(), ids.get(tag).cloned().unwrap_or_default())).collect();
                let (spec, text, program) = (spec.clone(), text.clone(), program.clone());
                let read = tokio::task::spawn_blocking(move || {
                    let mut entries = context::read(&spec.context, spec.dockerfile.trim_start_matches("./"))?;
                    if let Some(program) = program {
                        entries.push(program.entry()?);
                        // In the order in which they would be read, were it a file.
                        entries.sort_by(|a, b| a.path.cmp(&b.path));
                    }
                    let digest = digest::of_build(&text, &entries, &spec.args, spec.target.as_deref(), &bases);
                    Ok::<_, ContextError>((entries, digest))
                });
                let read = read.await.map_err(|error| ImageError::Engine {
                    tag: node.tag.clone(),
                    doing: "be given its files",
                    why: error.to_string(),
                })?;
                read.map_err(|source| ImageError::Context { tag: node.tag.clone(), source })?
            }
        };
        let same = |labels: &HashMap<String, String>| labels.get(INPUTS) == Some(&inputs.1);
        let named = present.as_ref().filter(|(_, labels)| same(labels)).map(|(id, _)| id.clone());
        let private = match private::tag(&node.tag, &inputs.1) {
            Some(private) => self.look(&private).await?.filter(|(_, labels)| same(labels)).map(|(id, _)| id),
            None => named.clone(),
        };
        if let Some(id) = private {
            return Ok(State::Current { named: named.as_ref() == Some(&id), id });
        }
        // Found under the common tag only: made before there were private ones, or by hand.
        Ok(State::Stale { old: present.map(|(id, _)| id), inputs: Some(inputs) })
    }

    /// The id and labels of an image, if it is there.
    async fn look(&self, tag: &str) -> Result<Option<(String, HashMap<String, String>)>, ImageError> {
        match self.engine.inspect_image(tag).await {
            Ok(seen) => {
                let labels = seen.config.and_then(|config| config.labels).unwrap_or_default();
                Ok(seen.id.map(|id| (id, labels)))
            }
            Err(error) if answer(&error).is_some_and(|(status, _)| status == 404) => Ok(None),
            Err(error) => Err(ImageError::engine(tag, "look at it", &error)),
        }
    }
}
