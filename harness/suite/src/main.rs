//! The command.

fn main() -> std::process::ExitCode {
    relapse::command::main()
}
