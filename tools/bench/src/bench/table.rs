//! The table, in Markdown.

use std::time::Duration;

use crate::measure::Cost;
use project::say;

/// The times of one chart.
#[derive(Default)]
pub(super) struct Row {
    pub(super) chart: String,
    pub(super) helm: Cost,
    pub(super) rhelm: Cost,
    /// The median of the paired ratios, not the ratio of the medians.
    pub(super) ratio: f64,
    /// The time of `cat` over the chart's files.
    pub(super) cat: Duration,
    pub(super) note: String,
}

pub(super) fn head() {
    say!("| chart | Helm ms | rhelm ms | ratio | Helm MiB | rhelm MiB | `cat` ms | |");
    say!("|---|---|---|---|---|---|---|---|");
}

/// Prints a row; a memory of at most `floor` bytes is that of the process that measures.
pub(super) fn print(row: &Row, floor: u64) {
    let at_most = if row.rhelm.memory <= floor {
        "≤ "
    } else {
        ""
    };
    say!(
        "| {} | {:.1} | {:.2} | {:.1} | {:.1} | {at_most}{:.1} | {:.2} | {} |",
        row.chart,
        milliseconds(row.helm.wall),
        milliseconds(row.rhelm.wall),
        row.ratio,
        mebibytes(row.helm.memory),
        mebibytes(row.rhelm.memory),
        milliseconds(row.cat),
        row.note,
    );
}

pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
