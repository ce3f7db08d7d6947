//! Running until the means are known precisely enough.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::engine::{AnyTally, EngineFault, Simulated, Simulator};
use crate::plan::Rates;

use super::estimate::moments;
use super::layout::{Layout, first};
use super::record::Record;

/// How precise the means of a forecast are: the largest half-width of their 95 % confidence
/// intervals, as shares of the means. Looks at `won` and `revenue`, and ignores a mean of 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// What was asked for.
    pub asked: f64,
    /// What was reached; `None` if a single replication says nothing about it.
    pub reached: Option<f64>,
}

impl Precision {
    /// Whether the means are as precise as was asked.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.reached.is_some_and(|it| it <= self.asked)
    }
}

/// Before this many replications their spread is not well enough known to stop.
const REPLICATIONS_MIN: u64 = 100;
/// Standard errors on each side of a mean in its 95 % confidence interval.
const ERRORS: f64 = 1.959_963_984_540_054;

/// Runs until the means are as precise as `asked`, but no more than `replications_max`
/// replications. `progress` is told how many are complete and how many will probably be needed.
///
/// # Errors
///
/// If a number is too large to be counted or booked.
pub fn run_until(
    simulator: &Simulator<'_>,
    layout: &Layout,
    (asked, replications_max): (f64, u64),
    extract: impl Fn(&Rates, AnyTally<'_>) -> Record + Sync,
    progress: &(dyn Fn(u64, u64) + Sync),
    stop: &AtomicBool,
) -> Result<(Simulated<Record>, Precision), EngineFault> {
    let run = |from: u64, until: u64| simulator.run(from..until, &extract, &|done| progress(done, until), stop);
    let mut done = REPLICATIONS_MIN.min(replications_max);
    let mut simulated = run(0, done)?;
    loop {
        let precision = Precision {
            asked,
            reached: if simulator.is_certain() {
                Some(0.0)
            } else {
                reached(layout, &simulated.results)
            },
        };
        if precision.is_reached() || simulated.cut_short || done >= replications_max {
            return Ok((simulated, precision));
        }
        let next = next(done, precision).min(replications_max);
        simulated.append(run(done, next)?);
        done = next;
    }
}

/// How many replications to have by the next look at them: by what these say, the half-width falls
/// with the root of their number. Depends on results only, never on threads or time.
fn next(done: u64, precision: Precision) -> u64 {
    let ratio = precision.reached.map_or(f64::INFINITY, |it| it / precision.asked);
    let wanted = done as f64 * (ratio * ratio).clamp(1.1, 3.0);
    // A look at whole tens is as good, and a count easier to read.
    ((wanted / 10.0).round() as u64 * 10).max(done + 10)
}

/// The largest half-width of the means of `won` and `revenue`, as a share of the mean.
fn reached(layout: &Layout, records: &[Record]) -> Option<f64> {
    if records.len() < 2 {
        return None;
    }
    let cells = [first::WON, layout.index.revenue].map(|metric| metric + 1);
    let widths = cells.map(|cell| {
        let values: Vec<f64> = records.iter().map(|it| it[cell]).collect();
        half_width(&values)
    });
    Some(widths.into_iter().flatten().fold(0.0, f64::max))
}

/// Half-width of the 95 % confidence interval of the mean, as a share of it; none for 0.
fn half_width(values: &[f64]) -> Option<f64> {
    let (mean, variance) = moments(values);
    let error = (variance / values.len() as f64).sqrt();
    (mean != 0.0).then(|| ERRORS * error / mean.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_half_width_is_a_share_of_the_mean() {
        // Mean 100, variance with n - 1 is 4 / 3.
        let width = half_width(&[99.0, 101.0, 99.0, 101.0]).expect("the mean is not 0");
        assert!((width - 1.96 * (1.0_f64 / 3.0).sqrt() / 100.0).abs() < 1e-5, "{width}");
        assert_eq!(half_width(&[-3.0, -3.0]), Some(0.0));
        assert_eq!(half_width(&[-1.0, 1.0]), None);
    }

    #[test]
    fn the_next_look_is_where_the_precision_may_be_reached() {
        let at = |reached: f64| Precision {
            asked: 0.01,
            reached: Some(reached),
        };
        assert_eq!(next(100, at(0.0101)), 110);
        assert_eq!(next(100, at(0.015)), 230);
        assert_eq!(next(100, at(0.5)), 300);
        assert_eq!(next(1_000, at(0.012)), 1_440);
        let unknown = Precision {
            asked: 0.01,
            reached: None,
        };
        assert_eq!(next(100, unknown), 300);
    }
}
