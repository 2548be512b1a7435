//! All reasons of no verdict, by what they are about.

use super::{OwnStep, a_turn, action, agree, alert, answered, cookie, holds, idle, judge, latency, logged, members, not_asked};
use super::{queried, redirect_loop, routed, seen};
use crate::reason::Explanation;
use crate::timeline::{Missed, Silent};

/// Each group, with what it is about. A test looks for enums that are in none.
#[must_use]
pub fn reasons() -> Vec<(&'static str, Vec<Explanation>)> {
    let of_gaps = |missed: Explanation| Explanation { symptom: format!("of … not all was read: {}", missed.symptom), ..missed };
    vec![
        (
            "Visits",
            [answered::NoAnswer::all(), seen::NoPage::all(), redirect_loop::NoWay::all(), agree::NotCompared::all()].concat(),
        ),
        (
            "Requests and cookies",
            [
                logged::NoLines::all(),
                latency::NoRate::all(),
                a_turn::TooFewTurns::all(),
                cookie::NoCookie::all(),
                holds::NoHold::all(),
            ]
            .concat(),
        ),
        ("Lists and load balancers", [members::NoList::all(), routed::NoRoute::all(), idle::NotIdle::all()].concat()),
        ("Alerts", alert::NoAlerts::all()),
        ("Actions and services", [action::NoAction::all(), Silent::all()].concat()),
        ("Questions asked of services", [not_asked::NotAsked::all(), queried::NoFigure::all()].concat()),
        ("A busy machine, and steps of your own", [judge::NoLook::all(), OwnStep::all()].concat()),
        ("What was not read", Missed::all().into_iter().map(of_gaps).collect()),
    ]
}
