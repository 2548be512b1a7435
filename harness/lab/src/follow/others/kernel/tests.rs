//! By folders that look as the kernel's do.

use super::*;

const ID: &str = "43c7ef6094d8b9f8f288f8ca6ac7b6d2ca7ebb621f5cad8b1ef3dbb4a5b000cd";
const OTHER: &str = "02928e6f653c2d9c78679785a979d42ef5c2a6ea5cd696bd7b2d50c9339d726f";

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A process, its state and times, and how long its only task has waited, in nanoseconds.
fn process(folder: &Path, pid: u32, name: &str, times: [u32; 4], waited: u64) {
    let [user, system, child_user, child_system] = times;
    write(folder, &format!("proc/{pid}/comm"), &format!("{name}\n"));
    let stat = format!("{pid} ({name}) S 1 1 1 0 -1 0 0 0 0 0 {user} {system} {child_user} {child_system} 20 0 1\n");
    write(folder, &format!("proc/{pid}/stat"), &stat);
    write(folder, &format!("proc/{pid}/schedstat"), &format!("1000 {waited} 3\n"));
    fs::create_dir_all(folder.join(format!("proc/{pid}/task/{pid}"))).unwrap();
}

fn machine() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "proc/stat", "cpu  100 1 50 900 5 2 3 4 0 0\ncpu0 1 1 1 1\n");
    process(root, 7, "dockerd", [10, 5, 20, 5], 2_000_000);
    process(root, 8, "nginx (8)", [1, 1, 0, 0], 30_000_000);
    fs::create_dir_all(root.join("groups")).unwrap();
    folder
}

fn one(key: &str, ms: f64) -> Times {
    [(key.to_owned(), ms)].into()
}

#[test]
fn a_process_that_comes_later_is_seen_and_its_number_can_be_another_s_then() {
    let folder = machine();
    write(folder.path(), "proc/8/cgroup", &format!("2:cpuacct:/docker/{ID}\n"));
    fs::create_dir_all(folder.path().join(format!("groups/cpuacct/docker/{ID}"))).unwrap();
    let mut kernel = at(folder.path(), ID, 8).unwrap();
    let mut engine = || {
        kernel.look();
        let mut pids: Vec<u32> = kernel.engine().map(|(pid, _)| pid).collect();
        pids.sort_unstable();
        pids
    };
    assert_eq!(engine(), [7]);
    process(folder.path(), 20, "containerd-shim", [1, 1, 1, 1], 0);
    process(folder.path(), 21, "sleep", [1, 1, 1, 1], 0);
    assert_eq!(engine(), [7, 20]);
    fs::remove_dir_all(folder.path().join("proc/20")).unwrap();
    assert_eq!(engine(), [7]);
    process(folder.path(), 20, "sleep", [1, 1, 1, 1], 0);
    assert_eq!(engine(), [7]);
}

fn at(root: &Path, id: &str, pid: i64) -> Result<Kernel, String> {
    Kernel::at(&root.join("proc"), &root.join("groups"), id, pid)
}

#[test]
fn by_the_first_version_of_cgroups_each_task_says_how_long_it_waited() {
    let folder = machine();
    let root = folder.path();
    write(root, "proc/8/cgroup", &format!("2:cpu,cpuacct:/docker/{ID}\n0::/docker/{ID}\n"));
    for (id, nanos) in [(ID, "2500000\n"), (OTHER, "1\n")] {
        write(root, &format!("groups/cpuacct/docker/{id}/cpuacct.usage"), nanos);
    }
    write(root, &format!("groups/cpuacct/docker/{ID}/tasks"), "8\n99\n");
    write(root, &format!("groups/cpu/docker/{ID}/cpu.stat"), "nr_periods 9\nnr_throttled 2\nthrottled_time 8000000\n");
    let mut kernel = at(root, ID, 8).unwrap();
    kernel.look();
    assert_eq!(kernel.busy_ms(), Some(1_600.0));
    assert_eq!(kernel.used_ms(ID), Some(2.5));
    assert_eq!(kernel.used_ms("none"), None);
    assert_eq!(kernel.waits(ID), one("8", 30.0), "a task that has just ended is none");
    assert_eq!((kernel.throttled_ms(ID), kernel.throttled_ms(OTHER)), (8.0, 0.0));
    assert_eq!(kernel.own_waits(), one("7", 2.0));
    assert_eq!(kernel.engine_ms(), one("7", 400.0));
    assert_eq!(kernel.engine_share(1), 0.5, "one of two containers");
    assert_eq!(kernel.engine_share(5), 1.0, "some have ended");
}

#[test]
fn by_the_second_version_a_container_says_it_of_all_its_tasks() {
    let folder = machine();
    let root = folder.path();
    write(root, "groups/cgroup.controllers", "cpu io\n");
    write(root, "proc/8/cgroup", &format!("0::/system.slice/docker-{ID}.scope\n"));
    let group = format!("groups/system.slice/docker-{ID}.scope");
    write(root, &format!("{group}/cpu.stat"), "usage_usec 4000\nuser_usec 1\nthrottled_usec 6000\n");
    write(root, &format!("{group}/cpu.pressure"), "some avg10=0.00 avg60=0.00 avg300=0.00 total=7500\nfull avg10=0 total=1\n");
    fs::create_dir_all(root.join("groups/system.slice/ssh.service")).unwrap();
    let kernel = at(root, ID, 8).unwrap();
    assert_eq!(kernel.used_ms(ID), Some(4.0));
    assert_eq!(kernel.waits(ID), one(ID, 7.5));
    assert_eq!(kernel.throttled_ms(ID), 6.0);
    assert_eq!(kernel.engine_share(1), 1.0);
}

#[test]
fn a_container_of_another_machine_is_not_measured() {
    let folder = machine();
    let root = folder.path();
    assert!(at(root, ID, 4_711).unwrap_err().contains("no process 4711"));
    write(root, "proc/8/cgroup", "2:cpu,cpuacct:/user.slice\n");
    assert!(at(root, ID, 8).unwrap_err().contains("is on this machine"), "another process has that number here");
}
