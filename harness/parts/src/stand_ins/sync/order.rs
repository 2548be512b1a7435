//! The order of work: what is done to which slot, given the list and the slots as they are. Pure, so that both orders can be seen in a
//! test.

use std::net::SocketAddr;

use crate::common::haproxy::Slot;

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Order {
    /// New instances get slots, then the slots of those that are gone are freed.
    FillFirst,
    /// The other way round.
    FreeFirst,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    /// This instance needs a slot.
    Fill(SocketAddr),
    /// What is in this slot is gone.
    Free(String),
}

/// What is to be done, in order.
pub(super) fn tasks(order: Order, list: &[SocketAddr], slots: &[Slot]) -> Vec<Task> {
    let serving = |address: &SocketAddr| slots.iter().any(|slot| slot.serves() && slot.address == Some(*address));
    let fill = list.iter().filter(|address| !serving(address)).map(|address| Task::Fill(*address));
    let gone = |slot: &&Slot| slot.serves() && slot.address.is_some_and(|address| !list.contains(&address));
    let free = slots.iter().filter(gone).map(|slot| Task::Free(slot.name.clone()));
    match order {
        Order::FillFirst => fill.chain(free).collect(),
        Order::FreeFirst => free.chain(fill).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::haproxy::Runtime;

    /// Slots as `show servers state` tells them: `1` and `2` serve, `3` is free.
    fn slots() -> Vec<Slot> {
        let line = |number: u8, admin: u8, address: &str| {
            format!("4 b {number} s{number} {address} 2 {admin} 1 1 0 1 0 0 0 0 0 0 - 80 - 0 0 - - 0\n")
        };
        let text = format!("1\n{}{}{}", line(1, 4, "10.0.0.1"), line(2, 4, "10.0.0.2"), line(3, 5, "0.0.0.0"));
        Runtime::read(&text).unwrap()
    }

    #[test]
    fn the_orders_differ_in_what_comes_first_and_agree_on_what_is_done() {
        let list = ["10.0.0.2:80".parse().unwrap(), "10.0.0.3:80".parse().unwrap()];
        let (fill, free) = (Task::Fill(list[1]), Task::Free("s1".into()));
        assert_eq!(tasks(Order::FillFirst, &list, &slots()), [fill.clone(), free.clone()]);
        assert_eq!(tasks(Order::FreeFirst, &list, &slots()), [free, fill]);
    }

    #[test]
    fn what_is_as_it_should_be_is_left_alone() {
        let list = ["10.0.0.1:80".parse().unwrap(), "10.0.0.2:80".parse().unwrap()];
        assert_eq!(tasks(Order::FillFirst, &list, &slots()), []);
    }
}
