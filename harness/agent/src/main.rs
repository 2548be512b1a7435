//! `relapse-agent`, as containers run it.

use std::process::ExitCode;

fn main() -> ExitCode {
    relapse_agent::main()
}
