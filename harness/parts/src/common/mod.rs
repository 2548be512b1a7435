//! What several parts need: listening, logging, stopping, certificates, one HTTP request over a Unix socket, Consul, HAProxy's Runtime API.

pub(crate) mod access;
pub(crate) mod authority;
pub(crate) mod consul;
pub(crate) mod files;
pub(crate) mod haproxy;
pub(crate) mod http;
pub(crate) mod lines;
pub(crate) mod listen;
pub(crate) mod log;
pub(crate) mod random;
pub(crate) mod stop;
pub(crate) mod tls;
pub(crate) mod unix_http;
