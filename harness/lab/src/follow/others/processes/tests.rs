use super::super::fake::{machine, process, write};
use super::*;

/// The engine's processes now.
fn engine(processes: &mut Processes) -> Vec<u32> {
    processes.look();
    let mut pids: Vec<u32> = processes.engine().map(|(pid, _)| pid).collect();
    pids.sort_unstable();
    pids
}

#[test]
fn a_process_that_comes_later_is_seen_and_its_number_can_be_another_s_then() {
    let folder = machine();
    let mut processes = Processes::of(folder.path().join("proc"));
    assert_eq!(engine(&mut processes), [7]);
    process(folder.path(), 20, "containerd-shim", [1, 1, 1, 1], 0);
    process(folder.path(), 21, "sleep", [1, 1, 1, 1], 0);
    assert_eq!(engine(&mut processes), [7, 20]);
    fs::remove_dir_all(folder.path().join("proc/20")).unwrap();
    assert_eq!(engine(&mut processes), [7]);
    process(folder.path(), 20, "sleep", [1, 1, 1, 1], 0);
    assert_eq!(engine(&mut processes), [7]);
}

#[test]
fn the_times_of_everybody_of_the_engine_and_of_a_task() {
    let folder = machine();
    let mut processes = Processes::of(folder.path().join("proc"));
    processes.look();
    let one = |key: &str, ms: f64| Times::from([(key.to_owned(), ms)]);
    assert_eq!(processes.busy_ms(), Some(1_600.0));
    assert_eq!(processes.daemon_waits(), one("7", 2.0));
    assert_eq!(processes.engine_ms(), one("7", 400.0));
    assert_eq!(processes.task("8"), Some(("8".to_owned(), 30.0)), "its name has a bracket");
    assert_eq!(processes.task("99"), None);
    write(folder.path(), "proc/8/schedstat", "0 0\n");
    assert_eq!(processes.task("8"), Some(("8".to_owned(), 0.0)));
}
