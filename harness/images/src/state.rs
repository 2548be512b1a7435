//! Whether an image is there, made from the same inputs.

use std::collections::{BTreeMap, HashMap};

use crate::context::{self, ContextError};
use crate::error::ImageError;
use crate::images::Images;
use crate::mark::INPUTS;
use crate::plan::{Make, Node};
use crate::{agent, digest, private};

/// What is known of an image before it is made.
pub(crate) enum State {
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
    /// What is known of an image; those that it starts from are there, with these ids.
    pub(crate) async fn state(&self, node: &Node, ids: &BTreeMap<String, String>) -> Result<State, ImageError> {
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
            Make::Agent => (Vec::new(), agent::digest().unwrap_or_default()),
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
}
