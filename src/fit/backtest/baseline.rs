//! What anybody could have said without a journey: the last number, that of a year ago, or a line
//! through the first and the last one.
//!
//! Formulas for points and intervals are those of Hyndman & Athanasopoulos, *Forecasting: principles
//! and practice* (3rd edition), sections 5.2, 5.5 and 5.3 (residuals).

use super::score::Law;
use crate::clock::Period;

/// A way to forecast a series from itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Baseline {
    /// The last number.
    Naive,
    /// The number of the same season, so many periods before.
    Seasonal(usize),
    /// The last number, and as much more a period as from the first to the last one.
    Drift,
}

impl Baseline {
    /// Those that make sense for periods of this kind.
    pub(crate) fn of(period: Period) -> Vec<Self> {
        let mut all = vec![Self::Naive];
        all.extend(season(period).map(Self::Seasonal));
        all.push(Self::Drift);
        all
    }

    /// The word for it in results.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::Seasonal(_) => "seasonal_naive",
            Self::Drift => "drift",
        }
    }

    /// What it says of the number `ahead` periods after the last one of `series`, 1 being the next;
    /// nothing where the series is too short to say how sure that is.
    pub(crate) fn law(self, series: &[f64], ahead: usize) -> Option<Law> {
        let count = series.len();
        let last = *series.last()?;
        let (h, lag) = (ahead as f64, self.lag());
        if count < lag + 2 {
            return None;
        }
        let slope = match self {
            Self::Drift => (last - series[0]) / (count - 1) as f64,
            Self::Naive | Self::Seasonal(_) => 0.0,
        };
        let squares: f64 = (lag..count)
            .map(|at| series[at] - series[at - lag] - slope)
            .map(|it| it * it)
            .sum();
        // As many residuals as there are, less one for a slope that was estimated.
        let parameters = usize::from(self == Self::Drift);
        let freedom = (count - lag).checked_sub(parameters).filter(|it| *it > 0)?;
        let sd = (squares / freedom as f64).sqrt();
        Some(match self {
            Self::Naive => Law::Normal {
                mean: last,
                sd: sd * h.sqrt(),
            },
            Self::Seasonal(season) => {
                let years = (ahead - 1) / season;
                Law::Normal {
                    mean: series[count - season + (ahead - 1) % season],
                    sd: sd * ((years + 1) as f64).sqrt(),
                }
            }
            Self::Drift => Law::Normal {
                mean: last + h * slope,
                sd: sd * (h * (1.0 + h / (count - 1) as f64)).sqrt(),
            },
        })
    }

    fn lag(self) -> usize {
        match self {
            Self::Naive | Self::Drift => 1,
            Self::Seasonal(season) => season,
        }
    }
}

/// After how many periods the same season comes back.
fn season(period: Period) -> Option<usize> {
    match period {
        Period::Day => Some(7),
        Period::Week => Some(52),
        Period::Month => Some(12),
        Period::Quarter => Some(4),
        Period::Year => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(baseline: Baseline, series: &[f64], ahead: usize, expected: (f64, f64)) {
        let Some(Law::Normal { mean, sd }) = baseline.law(series, ahead) else {
            panic!("{baseline:?} says something normal")
        };
        assert!((mean - expected.0).abs() < 1e-12, "{baseline:?}: mean {mean}");
        assert!((sd - expected.1).abs() < 1e-12, "{baseline:?}: sd {sd}");
    }

    #[test]
    fn points_and_spreads_are_those_of_the_textbook() {
        let series = [10.0, 14.0, 12.0, 18.0];
        // Steps of 4, −2 and 6: their squares sum to 56, over three residuals.
        check(Baseline::Naive, &series, 1, (18.0, (56.0_f64 / 3.0).sqrt()));
        check(Baseline::Naive, &series, 4, (18.0, (56.0_f64 / 3.0).sqrt() * 2.0));
        // A slope of 8/3 leaves 4/3, −14/3 and 10/3: 312/9 over two.
        let sd = (312.0_f64 / 9.0 / 2.0).sqrt();
        check(
            Baseline::Drift,
            &series,
            1,
            (18.0 + 8.0 / 3.0, sd * (4.0_f64 / 3.0).sqrt()),
        );
        check(Baseline::Drift, &series, 3, (26.0, sd * 6.0_f64.sqrt()));
        // With a season of two: 12 − 10 and 18 − 14.
        let sd = (20.0_f64 / 2.0).sqrt();
        check(Baseline::Seasonal(2), &series, 1, (12.0, sd));
        check(Baseline::Seasonal(2), &series, 2, (18.0, sd));
        check(Baseline::Seasonal(2), &series, 3, (12.0, sd * 2.0_f64.sqrt()));
    }

    #[test]
    fn a_short_series_says_nothing() {
        assert_eq!(Baseline::Naive.law(&[3.0, 4.0], 1), None);
        assert_eq!(Baseline::Drift.law(&[3.0], 1), None);
        assert_eq!(Baseline::Seasonal(12).law(&[3.0; 13], 1), None);
        assert!(Baseline::Seasonal(12).law(&[3.0; 14], 1).is_some());
    }
}
