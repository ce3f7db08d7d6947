//! How many of the last months tell best how many customers come next, and how far off they were.
//!
//! A level may shift: then all of the past is a bad guide. Every one of the last months is forecast
//! from the months before it, once from all of them and once from the last few; fewer are taken only
//! where they were better by more than chance (the differences of Diebold and Mariano, *Comparing
//! predictive accuracy*, 1995, with Poisson deviance as the loss).

use jiff::civil::Date;

use super::loglinear::deviance;

/// So many months are forecast from those before, if there are as many.
const TRIED: usize = 12;
/// With fewer that can be tried, nothing is known of how well any did.
const TRIED_MIN: usize = 4;
/// How many of the last months are tried.
const WINDOWS: [usize; 4] = [24, 12, 6, 3];
/// The mean difference has to be so many standard errors.
const ERRORS_MIN: f64 = 2.0;

/// What the last months say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Recent {
    /// So many of the last months tell best; all of them, if that is as good.
    pub(crate) months: usize,
    /// How far off they were.
    pub(crate) misses: Option<Misses>,
}

/// How far forecasts of one month were off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Misses {
    /// How many months were forecast.
    pub(crate) count: f64,
    /// How many times the variance of Poisson counts they were off.
    pub(crate) excess: f64,
    /// The squared coefficient of variation of a factor that explains it.
    pub(crate) varies: f64,
}

/// What the last of `months` say, if the month after some is expected to bring `next`.
pub(crate) fn recent(months: &[(Date, f64)], fewest: usize, next: impl Fn(&[(Date, f64)]) -> f64) -> Recent {
    let all = months.len();
    let tried = TRIED.min(all.saturating_sub(fewest));
    if tried < TRIED_MIN {
        return Recent {
            months: all,
            misses: None,
        };
    }
    let expected = |window: usize| -> Vec<f64> {
        let ends = all - tried..all;
        ends.map(|it| next(&months[it.saturating_sub(window)..it]).max(1e-6))
            .collect()
    };
    let came: Vec<f64> = months[all - tried..].iter().map(|it| it.1).collect();
    let (mut best, mut best_expected) = (all, expected(all));
    for window in WINDOWS.into_iter().filter(|it| it + tried <= all && *it >= fewest) {
        let other = expected(window);
        if is_better(&came, &other, &best_expected) {
            (best, best_expected) = (window, other);
        }
    }
    Recent {
        months: best,
        misses: Some(misses(&came, &best_expected)),
    }
}

/// Whether the first of two series of expectations was closer by more than chance.
fn is_better(came: &[f64], one: &[f64], other: &[f64]) -> bool {
    let gains: Vec<f64> = came
        .iter()
        .zip(one.iter().zip(other))
        .map(|(&came, (&one, &other))| deviance(came, other) - deviance(came, one))
        .collect();
    let count = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / count;
    let variance = gains.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (count - 1.0);
    mean > 0.0 && mean > ERRORS_MIN * (variance / count).sqrt()
}

fn misses(came: &[f64], expected: &[f64]) -> Misses {
    let count = came.len() as f64;
    let both = || came.iter().zip(expected);
    let squares: f64 = expected.iter().map(|it| it * it).sum();
    Misses {
        count,
        excess: both().map(|(y, mu)| (y - mu).powi(2) / mu).sum::<f64>() / count,
        varies: (both().map(|(y, mu)| (y - mu).powi(2) - mu).sum::<f64>() / squares).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, poisson_quantile};
    use jiff::civil::date;

    fn mean(months: &[(Date, f64)]) -> f64 {
        months.iter().map(|it| it.1).sum::<f64>() / months.len() as f64
    }

    fn drawn(seed: u64, rates: impl Iterator<Item = f64>) -> Vec<(Date, f64)> {
        let mut stream = Key::new(seed).stream();
        rates
            .map(|it| (date(2026, 1, 1), poisson_quantile(it, stream.uniform()) as f64))
            .collect()
    }

    #[test]
    fn a_level_that_stays_is_told_by_all_months() {
        let kept = |seed: &u64| {
            let found = recent(&drawn(*seed, [100.0; 36].into_iter()), 3, mean);
            let misses = found.misses.expect("there are enough months");
            assert!(misses.varies < 0.02, "{misses:?}");
            found.months == 36
        };
        let kept = (0..100).filter(kept).count();
        assert!(kept >= 85, "{kept} of 100");
    }

    #[test]
    fn a_level_that_shifted_is_told_by_the_last_months() {
        for seed in 0..20 {
            let rates = (0..30).map(|it| if it < 20 { 400.0 } else { 60.0 });
            let found = recent(&drawn(seed, rates), 3, mean);
            assert!(found.months <= 12, "{found:?}");
        }
        assert_eq!(recent(&drawn(1, [100.0; 6].into_iter()), 3, mean).misses, None);
    }
}
