//! `cargo test` runs the same runner on the same features.

fn main() -> std::process::ExitCode {
    relapse::command::test_main()
}
