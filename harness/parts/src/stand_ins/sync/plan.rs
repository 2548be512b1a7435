//! What a run sends to HAProxy, planned beforehand: which slot an instance gets follows from the slots as they were. Pure, so that what an
//! order of work comes to can be seen in a test.

use std::net::SocketAddr;

use super::order::Task;

/// With the slots that the configuration has, or with servers that are added where no slot is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SlotKind {
    /// `server-template`.
    Template,
    /// `add server`, of HAProxy 2.4 and newer.
    Dynamic,
}

/// What comes after a step that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnError {
    /// Nothing: the program ends.
    Exit,
    /// It is noted, and the other steps are done.
    Continue,
}
use crate::common::haproxy::Slot;

/// One task's commands, each with what HAProxy says where it obeyed; it may always say nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) task: Task,
    pub(super) commands: Vec<(String, &'static [&'static str])>,
}

/// What can be done, in order, and what cannot.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) failed: Vec<String>,
}

/// How slots are filled.
pub(super) struct Means<'a> {
    pub(super) backend: &'a str,
    pub(super) slot_kind: SlotKind,
    pub(super) added_check: &'a str,
}

/// Plans the tasks on slots, which become as they are to be. A task that cannot be done ends the plan, or is left out of it.
pub(super) fn plan(means: &Means<'_>, on_error: OnError, slots: &mut Vec<Slot>, tasks: Vec<Task>) -> Plan {
    let mut plan = Plan::default();
    for task in tasks {
        let commands = match &task {
            Task::Fill(address) => fill(means, slots, *address),
            Task::Free(name) => Some(free(means, slots, name)),
        };
        match (commands, &task) {
            (Some(commands), _) => plan.steps.push(Step { task, commands }),
            (None, task) => {
                plan.failed.push(match task {
                    Task::Fill(address) => format!("no slot is free for {address}"),
                    Task::Free(name) => format!("{name} cannot be freed"),
                });
                if on_error == OnError::Exit {
                    break;
                }
            }
        }
    }
    plan
}

type Commands = Vec<(String, &'static [&'static str])>;

fn fill(means: &Means<'_>, slots: &mut Vec<Slot>, address: SocketAddr) -> Option<Commands> {
    let (backend, ip, port) = (means.backend, address.ip(), address.port());
    if let Some(slot) = slots.iter_mut().find(|slot| !slot.serves()) {
        slot.fill(address);
        let name = &slot.name;
        let obeyed: &[&str] = &["IP changed", "no need to change", "port changed", "nothing changed"];
        return Some(vec![
            (format!("set server {backend}/{name} addr {ip} port {port}"), obeyed),
            (format!("set server {backend}/{name} state ready"), &[]),
        ]);
    }
    if means.slot_kind == SlotKind::Template {
        return None;
    }
    let name = format!("added-{ip}-{port}");
    let is_checked = !means.added_check.is_empty();
    let check = if is_checked { format!(" check inter {}", means.added_check) } else { String::new() };
    let mut commands: Commands = vec![(format!("add server {backend}/{name} {address}{check}"), &["New server registered"])];
    if is_checked {
        commands.push((format!("enable health {backend}/{name}"), &[]));
    }
    commands.push((format!("enable server {backend}/{name}"), &[]));
    slots.push(Slot::added(name, address));
    Some(commands)
}

fn free(means: &Means<'_>, slots: &mut Vec<Slot>, name: &str) -> Commands {
    let backend = means.backend;
    let mut commands: Commands = vec![(format!("set server {backend}/{name} state maint"), &[])];
    if name.starts_with("added-") {
        commands.push((format!("del server {backend}/{name}"), &["Server deleted"]));
        slots.retain(|slot| slot.name != name);
    }
    slots.iter_mut().filter(|slot| slot.name == name).for_each(Slot::free);
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stand_ins::sync::order::{Order, tasks};

    const TEMPLATE: Means<'_> = Means { backend: "b", slot_kind: SlotKind::Template, added_check: "" };

    fn address(last: u8) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, last], 80))
    }

    /// Two slots: one is taken by an instance that is gone, the other one is free.
    fn slots() -> Vec<Slot> {
        let mut free = Slot::added("s2".into(), address(9));
        free.free();
        vec![Slot::added("s1".into(), address(1)), free]
    }

    fn planned(order: Order, on_error: OnError, means: &Means<'_>) -> (Vec<String>, Vec<String>) {
        let (list, mut slots) = ([address(2), address(3), address(4)], slots());
        let work = tasks(order, &list, &slots);
        let Plan { steps, failed } = plan(means, on_error, &mut slots, work);
        (steps.into_iter().flat_map(|step| step.commands).map(|(text, _)| text).collect(), failed)
    }

    #[test]
    fn without_a_free_slot_fill_first_ends_and_what_came_before_is_done() {
        let (commands, failed) = planned(Order::FillFirst, OnError::Exit, &TEMPLATE);
        assert_eq!(commands, ["set server b/s2 addr 10.0.0.2 port 80", "set server b/s2 state ready"]);
        assert_eq!(failed, ["no slot is free for 10.0.0.3:80"]);
    }

    #[test]
    fn who_goes_on_frees_what_is_gone() {
        let (commands, failed) = planned(Order::FillFirst, OnError::Continue, &TEMPLATE);
        assert_eq!(commands.last().unwrap(), "set server b/s1 state maint");
        assert_eq!(failed, ["no slot is free for 10.0.0.3:80", "no slot is free for 10.0.0.4:80"]);
    }

    #[test]
    fn a_slot_that_was_freed_before_is_filled_again() {
        let (commands, failed) = planned(Order::FreeFirst, OnError::Exit, &TEMPLATE);
        let filled: Vec<&str> = commands.iter().filter(|text| text.contains(" addr ")).map(|text| &text[..15]).collect();
        assert_eq!((&*commands[0], filled), ("set server b/s1 state maint", vec!["set server b/s1", "set server b/s2"]));
        assert_eq!(failed, ["no slot is free for 10.0.0.4:80"]);
    }

    #[test]
    fn a_server_is_added_where_no_slot_is_free_and_deleted_when_it_is_gone() {
        let means = Means { slot_kind: SlotKind::Dynamic, added_check: "300ms", ..TEMPLATE };
        let (commands, failed) = planned(Order::FillFirst, OnError::Exit, &means);
        assert_eq!(commands[2], "add server b/added-10.0.0.3-80 10.0.0.3:80 check inter 300ms");
        assert_eq!(commands[3..5], ["enable health b/added-10.0.0.3-80", "enable server b/added-10.0.0.3-80"]);
        assert!(failed.is_empty());
        let mut slots = vec![Slot::added("added-1".into(), address(1))];
        let gone = plan(&means, OnError::Exit, &mut slots, vec![Task::Free("added-1".into())]);
        assert_eq!(gone.steps[0].commands[1].0, "del server b/added-1");
        assert!(slots.is_empty());
    }
}
