//! From what was read to a topology: at some levels, and on some subnet.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::TopologyError;
use super::factor::{self, PLACEHOLDER};
use super::file::ComposeFile;
use super::notice::Notices;
use super::whole::Topology;
use super::{assemble, compose, interpolate};
use crate::levels::Levels;
use assemble::Read;

impl Topology {
    /// Reads the Compose file `text` of the topology `name`, with `levels` other than as on the day. Its addresses only serve to check
    /// it, until [`Topology::on`] gives it those of a lab.
    ///
    /// # Errors
    /// With the place in the file: not YAML, an unknown key, an unknown factor or level.
    pub fn read(name: &str, text: &str, levels: &Levels) -> Result<Self, TopologyError> {
        Self::of(&Arc::new(ComposeFile::read(name, text, &BTreeMap::new())?), levels)
    }

    /// The same of a file that was read already.
    ///
    /// # Errors
    /// As [`Topology::read`].
    pub fn of(file: &Arc<ComposeFile>, levels: &Levels) -> Result<Self, TopologyError> {
        made(file, levels, PLACEHOLDER)
    }

    /// The same topology, at the same levels and of the very text that was read, on another subnet: the first two octets of a lab's
    /// addresses, for example `10.83`.
    ///
    /// # Errors
    /// Where a file makes more of its subnet than addresses, so that it does not read on this one.
    pub fn on(&self, subnet: &str) -> Result<Self, TopologyError> {
        made(&self.file, &self.levels, subnet)
    }
}

fn made(file: &Arc<ComposeFile>, levels: &Levels, subnet: &str) -> Result<Topology, TopologyError> {
    let ours = factor::variables(&file.factors, levels, subnet)?;
    let mut variables = file.environment.clone();
    variables.extend(ours);
    let mut notices = Notices::default();
    let text = interpolate::interpolate(&file.text, &variables, &factor::names(&file.factors), &mut notices)?;
    let read = Read { variables, levels: factor::all_levels(&file.factors, levels), notices };
    assemble::topology(file, compose::read(&text)?, read)
}
