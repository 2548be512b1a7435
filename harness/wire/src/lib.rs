//! What the lab and the services say to each other: JSON in, NDJSON out. One file a conversation.

pub mod hold;
pub mod load;
pub mod log;
pub mod members;
pub mod page;
pub mod poll;
pub mod promql;
pub mod resolve;
pub mod visit;
