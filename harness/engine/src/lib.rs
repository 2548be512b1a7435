//! One client of the Docker engine: found, reached and checked once; its errors in full; what things are called and labelled there; and
//! commands in its containers. It knows nothing of labs and images.

mod connect;
pub mod exec;
pub mod label;
pub mod name;
mod said;

pub use connect::{Engine, EngineError, OLDEST_API};
pub use said::{advice, answer, in_full};
