//! Has every image that is wanted, and makes those that are missing or whose inputs changed.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;

use crate::error::ImageError;
use crate::event::{ImageEvent, Progress, Report};
use crate::ids::ImageIds;
use crate::images::Images;
use crate::mark::INPUTS;
use crate::plan::{self, Make, Node};
use crate::spec::ImageSpec;
use crate::state::State;
use crate::{agent, base, build, cache, catalogue, private, program};

/// How many images are made at once: each waits for the network as often as for a processor.
const AT_ONCE: usize = 3;

impl Images {
    /// Has every wanted image, and what those start from. Makes what is missing or whose inputs changed, three at a
    /// time; other processes of this user wait meanwhile.
    ///
    /// # Errors
    /// The first [`ImageError`]; what was under way is finished first.
    pub async fn ensure(&self, wanted: &[ImageSpec], progress: Progress<'_>) -> Result<ImageIds, ImageError> {
        let mut nodes = plan::plan(wanted)?;
        let bases: Vec<Node> = nodes.iter().filter(|node| matches!(node.make, Make::Base)).cloned().collect();
        // Neither needs the other.
        let (programs, bases) = join(programs(&mut nodes, progress), self.bases(&bases, progress)).await;
        programs?;
        let lock = bases?;
        if let Some(ids) = self.all_current(&nodes).await? {
            for node in nodes {
                progress(ImageEvent::UpToDate { tag: node.tag });
            }
            return Ok(ImageIds(ids));
        }
        let _lock = match lock {
            Some(lock) => lock,
            None => locked(&nodes, progress).await?,
        };
        self.make_all(&nodes, progress).await
    }

    /// Has what the images start from. Gives the lock under which it was made, where something was.
    async fn bases(&self, bases: &[Node], progress: Progress<'_>) -> Result<Option<File>, ImageError> {
        if self.all_current(bases).await?.is_some() {
            return Ok(None);
        }
        let lock = locked(bases, progress).await?;
        self.make_all(bases, progress).await?;
        Ok(Some(lock))
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

    async fn make_all(&self, nodes: &[Node], progress: Progress<'_>) -> Result<ImageIds, ImageError> {
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
                None => return failed.map_or(Ok(ImageIds(ids)), Err),
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
            Make::Agent => "from its binary".into(),
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
}

/// Has the binaries that images are made of.
async fn programs(nodes: &mut [Node], progress: Progress<'_>) -> Result<(), ImageError> {
    for node in nodes {
        match &mut node.make {
            Make::Build { spec, program: Some(program), .. } => {
                program::make(program, &node.tag, &spec.context, progress).await?
            }
            Make::Agent => agent::have(progress).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Waits until no other process makes images.
async fn locked(nodes: &[Node], progress: Progress<'_>) -> Result<File, ImageError> {
    cache::lock(|| {
        if let Some(node) = nodes.last() {
            Report { progress, tag: &node.tag }.line("another process is making images; waiting for it");
        }
    })
    .await
}
