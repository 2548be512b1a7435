//! Probes: each looks at a system as a user or an operator would, and writes what it saw.

pub(crate) mod browse;
pub(crate) mod hold;
pub(crate) mod load;
pub(crate) mod poll;
pub(crate) mod promql;
pub(crate) mod resolve;
pub(crate) mod runtime;
mod sampler;
mod target;
mod trust;
pub(crate) mod visit;
