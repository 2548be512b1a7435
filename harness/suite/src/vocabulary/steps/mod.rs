//! The steps: a file for each concept. What a step says about itself stands beside its function.

mod actions;
mod alerts;
mod browser;
mod connections;
mod figures;
mod files;
mod lab;
mod lists;
mod logs;
mod names;
mod services;
mod tiers;
mod traffic;
mod visits;

use relapse_model::reason::Explanation;

/// This module, as its steps name it.
pub(super) const MODULE: &str = module_path!();

/// The concepts, in the order in which people read of them, with their headings.
pub(super) const CONCEPTS: [(&str, &str); 14] = [
    ("lab", "The lab"),
    ("services", "Services"),
    ("visits", "Visits"),
    ("browser", "Visits in a real browser"),
    ("actions", "Pushes and other actions"),
    ("traffic", "Traffic"),
    ("connections", "Connections that stay"),
    ("names", "Names"),
    ("logs", "Logs"),
    ("files", "Files"),
    ("tiers", "Tiers and flags"),
    ("lists", "Lists of a tier"),
    ("figures", "Figures"),
    ("alerts", "Alerts"),
];

/// Why steps that have reasons of their own cannot tell.
pub(crate) fn reasons() -> Vec<Explanation> {
    [files::NoFile::all(), names::NoAddress::all()].concat()
}
