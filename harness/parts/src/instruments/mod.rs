//! Instruments: general parts that any topology may use.

pub(crate) mod alert_receiver;
pub(crate) mod browse;
pub(crate) mod certificate;
pub(crate) mod dns;
pub(crate) mod exporter;
pub(crate) mod fleet;
pub(crate) mod git_server;
pub(crate) mod hold;
pub(crate) mod list_exporter;
pub(crate) mod load;
pub(crate) mod members;
pub(crate) mod promql;
pub(crate) mod resolve;
pub(crate) mod route;
pub(crate) mod runtime;
pub(crate) mod socket_proxy;
pub(crate) mod visit;
pub(crate) mod webapp;
