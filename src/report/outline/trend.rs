//! Trends: how a metric goes from period to period, in one line of block characters.

use super::periods::by_period;
use crate::forecast::Forecast;

/// Eighths of a line, from one to all.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// More characters than this are cut where lines have 80 columns.
const WIDTH_MAX: usize = 18;

/// The means of a metric by period, the largest as high as a line; none if there are fewer than
/// two periods, or if nothing is there.
///
/// The lowest stands for zero, or for the least one if that is below zero. Many periods share a
/// character, which shows their mean.
pub(super) fn trend(forecast: &Forecast, metric: &str) -> Option<String> {
    let means: Vec<Option<f64>> = by_period(forecast, metric).iter().map(|it| it.mean).collect();
    if means.len() < 2 {
        return None;
    }
    blocks(&shared(&means, WIDTH_MAX))
}

/// What stands above trends.
pub(super) fn head(forecast: &Forecast) -> String {
    if forecast.periods.len() <= WIDTH_MAX {
        format!("by {}", forecast.run.period)
    } else {
        "over time".to_owned()
    }
}

/// At most `count` values for all of `means`: each the mean of its neighbours.
fn shared(means: &[Option<f64>], count: usize) -> Vec<Option<f64>> {
    let size = means.len().div_ceil(count).max(1);
    let mean = |chunk: &[Option<f64>]| {
        let known: Vec<f64> = chunk.iter().flatten().copied().filter(|it| it.is_finite()).collect();
        (!known.is_empty()).then(|| known.iter().map(|it| it / known.len() as f64).sum())
    };
    means.chunks(size).map(mean).collect()
}

fn blocks(values: &[Option<f64>]) -> Option<String> {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(0.0, f64::min), known().fold(0.0, f64::max));
    let range = high - low;
    if !range.is_finite() || range <= 0.0 {
        return None;
    }
    let block = |value: &Option<f64>| match value {
        Some(value) => EIGHTHS[((value - low) / range * 7.0).round() as usize],
        None => ' ',
    };
    Some(values.iter().map(block).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expected: &str) {
        let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        assert_eq!(blocks(&values).unwrap_or_default(), expected, "{values:?}");
    }

    #[test]
    fn the_largest_is_as_high_as_a_line_and_zero_stays_at_its_foot() {
        check(&[0.0, 50.0, 100.0], "▁▅█");
        check(&[90.0, 100.0], "▇█");
        check(&[-100.0, 0.0, 100.0], "▁▅█");
        check(&[-3.0, -1.0], "▁▆");
        check(&[0.0, 0.0], "");
        check(&[f64::MAX, -f64::MAX], "");
    }

    #[test]
    fn what_is_not_known_leaves_a_gap() {
        assert_eq!(blocks(&[Some(1.0), None, Some(2.0)]).as_deref(), Some("▅ █"));
        assert_eq!(blocks(&[None, None]), None);
    }

    #[test]
    fn many_periods_share_a_character() {
        let means: Vec<Option<f64>> = (0..60).map(|at| Some(f64::from(at))).collect();
        let shared = shared(&means, 24);
        assert_eq!(shared.len(), 20);
        assert_eq!(shared[0], Some(1.0));
        assert_eq!(super::shared(&[Some(1.0), None], 1), [Some(1.0)]);
    }
}
