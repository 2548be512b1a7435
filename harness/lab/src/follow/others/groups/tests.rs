use super::super::fake::{machine, write};
use super::*;

const ID: &str = "43c7ef6094d8b9f8f288f8ca6ac7b6d2ca7ebb621f5cad8b1ef3dbb4a5b000cd";
const OTHER: &str = "02928e6f653c2d9c78679785a979d42ef5c2a6ea5cd696bd7b2d50c9339d726f";

fn one(key: &str, ms: f64) -> Times {
    [(key.to_owned(), ms)].into()
}

fn at(root: &Path, id: &str, pid: i64) -> Result<Groups, String> {
    Groups::at(&root.join("proc"), &root.join("groups"), id, pid)
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
    let (groups, processes) = (at(root, ID, 8).unwrap(), Processes::of(root.join("proc")));
    assert_eq!(groups.used_ms(ID), Some(2.5));
    assert_eq!(groups.used_ms("none"), None);
    assert_eq!(groups.waits(&processes, ID), one("8", 30.0), "a task that has just ended is none");
    assert_eq!((groups.throttled_ms(ID), groups.throttled_ms(OTHER)), (8.0, 0.0));
    assert_eq!(groups.all(), [ID, OTHER].map(str::to_owned).into());
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
    write(root, &format!("{group}/io.pressure"), "some avg10=0.00 avg60=0.00 avg300=0.00 total=9500\nfull avg10=0 total=1\n");
    fs::create_dir_all(root.join("groups/system.slice/ssh.service")).unwrap();
    let (groups, processes) = (at(root, ID, 8).unwrap(), Processes::of(root.join("proc")));
    assert_eq!(groups.used_ms(ID), Some(4.0));
    assert_eq!((groups.waits(&processes, ID), groups.io_waited_ms(ID)), (one(ID, 7.5), Some(9.5)));
    assert_eq!(groups.throttled_ms(ID), 6.0);
    assert_eq!(groups.all(), [ID.to_owned()].into(), "a service of the machine is none");
}

#[test]
fn a_container_of_another_machine_is_not_measured() {
    let folder = machine();
    let root = folder.path();
    assert!(at(root, ID, 4_711).unwrap_err().contains("no process 4711"));
    write(root, "proc/8/cgroup", "2:cpu,cpuacct:/user.slice\n");
    assert!(at(root, ID, 8).unwrap_err().contains("is on this machine"), "another process has that number here");
}
