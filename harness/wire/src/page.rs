//! A page that acts by JavaScript carries its program as JSON, in `<script type="application/json" id="program">`.
//! The page's own JavaScript executes it in a browser; the visitor reads the same JSON. There is no second copy of the truth.
//! A page sets `data-state` of that element to `running` while it executes the program, and to `ended` when it stands still.

use serde::{Deserialize, Serialize};

/// What a page does once it is loaded, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Executed in order; the program ends at its end, at a navigation, or where a step says so.
    pub steps: Vec<Step>,
}

/// One step of a page's program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Step {
    /// Calls all paths at once, with the page's cookies, and waits for every answer.
    Fetch {
        /// Paths on the page's own origin.
        paths: Vec<String>,
        /// What the page shows, and stops at, when one of them fails (no answer, or a status of 400 and above).
        /// Without it, a failure is ignored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_failure: Option<String>,
    },
    /// Counts this load in the tab's `sessionStorage`; above `most`, the page shows `message` and stops.
    Count {
        /// The key in `sessionStorage`.
        key: String,
        /// How many loads are still fine.
        most: u32,
        /// What the page shows afterwards.
        message: String,
    },
    /// Sets `location.href` to `prefix` and the page's own query parameter, percent-encoded. Without that parameter it
    /// shows `otherwise`.
    Navigate {
        /// For example `/pipeline?redirect=`.
        prefix: String,
        /// The query parameter's name.
        parameter: String,
        /// What the page shows when there is nowhere to go.
        otherwise: String,
    },
    /// Shows something, and stops.
    Show {
        /// What the page shows; the browser finds it in the element with the id `shown`.
        message: String,
    },
}
