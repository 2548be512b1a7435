//! What a service in a lab is made of: listening, logging, stopping, certificates, requests over a Unix socket, and the clients of Consul and
//! HAProxy's Runtime API. The agent is built from it, and so is any service that is written in Rust, such as the fakes of this repository.
//!
//! `fleet` is a whole service: many instances in one process. What a request does besides is for whoever runs it to say.

pub mod access;
pub mod authority;
pub mod consul;
pub mod files;
pub mod fleet;
pub mod haproxy;
pub mod http;
pub mod lines;
pub mod listen;
pub mod log;
pub mod random;
pub mod stop;
pub mod tls;
pub mod unix_http;
