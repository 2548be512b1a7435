//! Stand-ins: each replaces private software of one incident, and is configured by its environment alone.

pub(crate) mod autoscaler;
pub(crate) mod control_plane;
pub(crate) mod showcase;
pub(crate) mod sync;
pub(crate) mod traq;
