//! Lab time to a drawing's x, for lanes and charts alike.

/// A drawing's width.
pub(super) const WIDTH: f64 = 1100.0;
/// Where time begins and ends.
pub(super) const LEFT: f64 = 210.0;
const RIGHT: f64 = 1080.0;
/// A labelled mark's room; those that would lie on each other are drawn in rows.
pub(super) const LABEL: f64 = 30.0;

/// Lab time to the drawing's.
pub(super) struct Scale {
    /// When the last thing happened; not 0.
    pub(super) end_ms: u64,
}

impl Scale {
    #[expect(clippy::cast_precision_loss)]
    pub(super) fn x(&self, at_ms: u64) -> f64 {
        // Room at the end for the label of what came last.
        LEFT + (RIGHT - LABEL - LEFT) * (at_ms as f64 / self.end_ms as f64)
    }

    /// At most a dozen round moments.
    pub(super) fn ticks(&self) -> Vec<u64> {
        let steps = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];
        let step = steps.into_iter().find(|step| self.end_ms / step <= 12).unwrap_or(36_000_000);
        (0..=self.end_ms / step).map(|index| index * step).collect()
    }
}

#[expect(clippy::cast_precision_loss)]
pub(super) fn tick(ms: u64) -> String {
    if ms.is_multiple_of(1000) { format!("{} s", ms / 1000) } else { format!("{:.1} s", ms as f64 / 1000.0) }
}

pub(super) fn px(number: f64) -> String {
    format!("{number:.1}")
}
