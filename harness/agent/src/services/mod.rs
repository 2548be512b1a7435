//! General services that any topology may use.

pub(crate) mod alert_receiver;
pub(crate) mod certificate;
pub(crate) mod control_plane;
pub(crate) mod dns;
pub(crate) mod exporter;
pub(crate) mod fleet;
pub(crate) mod git_server;
pub(crate) mod list_exporter;
pub(crate) mod route;
pub(crate) mod socket_proxy;
pub(crate) mod webapp;
