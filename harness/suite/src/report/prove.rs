//! What `prove` came to, for a terminal.

use super::terminal::heading;
use crate::analysis::Proofs;
use crate::runner::Job;

/// The closing lines; `not_run` are the jobs that never began.
pub(super) fn lines(proofs: &Proofs<'_>, not_run: &[&Job]) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (script, proof) in &proofs.gates {
        lines.push(heading(script));
        lines.extend(proof.lines().iter().map(|line| format!("  {line}")));
    }
    let incidents = proofs.incidents.iter();
    lines.extend(incidents.map(|(script, alone)| format!("{}\n  {}", heading(script), alone.sentence())));
    let left = if not_run.is_empty() { String::new() } else { format!(", {} not run", not_run.len()) };
    lines.push(format!("\n{} of {} gates are red by their last Then{left}", proofs.reds(), proofs.count));
    lines
}
