//! What people and machines get to see of outcomes. The runner never prints.

pub(crate) mod failure;
pub(crate) mod finding;
pub(crate) mod json;
pub(crate) mod terminal;
pub(crate) mod why;
