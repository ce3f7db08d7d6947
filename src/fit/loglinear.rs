//! Counts by month as a log-linear Poisson model: a level, growth, and a factor by calendar month.
//!
//! Fitted by iterated weighted least squares (`McCullagh` & Nelder, *Generalized Linear Models*,
//! 1989); what varies more than Poisson counts do is told by Pearson's statistic.

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogLinear {
    counts: Vec<f64>,
    fitted: Vec<f64>,
    coefficients: Vec<f64>,
    /// Covariances of the coefficients, row by row, if counts were Poisson.
    covariances: Vec<f64>,
    grows: bool,
    has_season: bool,
    /// Twice the logarithm of how much likelier the counts are under a model that knows them.
    pub(crate) deviance: f64,
    /// Whether the fit came to rest.
    pub(crate) is_sound: bool,
}

/// Fits counts of consecutive months; `months` says which calendar month each is, from 0.
pub(crate) fn log_linear(counts: &[f64], months: &[usize], grows: bool, has_season: bool) -> LogLinear {
    let rows: Vec<Vec<f64>> = (0..counts.len())
        .map(|at| row(at as f64, months[at], grows, has_season))
        .collect();
    let size = rows[0].len();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let mut coefficients = vec![0.0; size];
    coefficients[0] = mean.max(1e-9).ln();
    let predict = |coefficients: &[f64]| -> Vec<f64> {
        let logs = rows.iter().map(|row| dot(row, coefficients).clamp(-30.0, 30.0));
        logs.map(f64::exp).collect()
    };
    let (mut is_sound, mut covariances) = (false, Vec::new());
    for _ in 0..60 {
        let fitted = predict(&coefficients);
        let mut normal = vec![0.0; size * size];
        let mut right = vec![0.0; size];
        for ((row, &mu), &count) in rows.iter().zip(&fitted).zip(counts) {
            let working = mu * dot(row, &coefficients) + count - mu;
            for (i, one) in row.iter().enumerate() {
                right[i] += one * working;
                for (j, other) in row.iter().enumerate() {
                    normal[i * size + j] += mu * one * other;
                }
            }
        }
        let Some(inverse) = inverted(&normal, size) else { break };
        let next: Vec<f64> = (0..size)
            .map(|i| dot(&inverse[i * size..(i + 1) * size], &right))
            .collect();
        let moved = next
            .iter()
            .zip(&coefficients)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        (coefficients, covariances) = (next, inverse);
        if moved < 1e-9 {
            is_sound = true;
            break;
        }
    }
    let fitted = predict(&coefficients);
    let deviance = counts.iter().zip(&fitted).map(|(&y, &mu)| deviance(y, mu));
    LogLinear {
        deviance: deviance.sum(),
        counts: counts.to_vec(),
        is_sound: is_sound && coefficients.iter().all(|it| it.is_finite()),
        fitted,
        coefficients,
        covariances,
        grows,
        has_season,
    }
}

/// Twice the logarithm of how much likelier a count is if it was known than under a Poisson law.
pub(crate) fn deviance(came: f64, expected: f64) -> f64 {
    let log = if came > 0.0 { came * (came / expected).ln() } else { 0.0 };
    2.0 * (log - (came - expected))
}

impl LogLinear {
    /// The level of the month so many after the first, seasons aside.
    pub(crate) fn level(&self, at: f64) -> f64 {
        let base = self.coefficients[0] + if self.grows { at * self.coefficients[1] } else { 0.0 };
        base.clamp(-30.0, 30.0).exp() * self.mean_season()
    }

    /// The standard error of the logarithm of the level, if counts were Poisson.
    pub(crate) fn error(&self, at: f64) -> f64 {
        let size = self.coefficients.len();
        if self.covariances.len() < size * size {
            return 0.0;
        }
        let mut row = vec![0.0; size];
        row[0] = 1.0;
        if self.grows {
            row[1] = at;
        }
        // The mean over the calendar: a twelfth of each month's factor.
        if self.has_season {
            for factor in &mut row[size - 11..] {
                *factor = 1.0 / 12.0;
            }
        }
        let variance: f64 = (0..size)
            .map(|i| row[i] * dot(&self.covariances[i * size..(i + 1) * size], &row))
            .sum();
        variance.max(0.0).sqrt()
    }

    /// Growth of the logarithm by month and its standard error, if counts were Poisson.
    pub(crate) fn growth(&self) -> Option<(f64, f64)> {
        let size = self.coefficients.len();
        self.grows
            .then(|| (self.coefficients[1], self.covariances[size + 1].max(0.0).sqrt()))
    }

    /// The factors of the calendar months, with a mean of 1.
    pub(crate) fn season(&self) -> Option<Vec<f64>> {
        let mean = self.mean_season();
        self.has_season.then(|| self.factors().map(|it| it / mean).collect())
    }

    /// Degrees of freedom that are left.
    pub(crate) fn freedom(&self) -> f64 {
        (self.counts.len() as f64 - self.coefficients.len() as f64).max(1.0)
    }

    /// How many times the variance of Poisson counts the counts vary: Pearson's statistic by its
    /// degrees of freedom.
    pub(crate) fn excess(&self) -> f64 {
        let terms = self
            .counts
            .iter()
            .zip(&self.fitted)
            .map(|(y, mu)| (y - mu).powi(2) / mu);
        terms.sum::<f64>() / self.freedom()
    }

    /// The squared coefficient of variation of a factor that explains the excess: moments.
    pub(crate) fn varies(&self) -> f64 {
        let scale = self.counts.len() as f64 / self.freedom();
        let excess = self
            .counts
            .iter()
            .zip(&self.fitted)
            .map(|(y, mu)| scale * (y - mu).powi(2) - mu);
        let squares: f64 = self.fitted.iter().map(|it| it * it).sum();
        (excess.sum::<f64>() / squares).max(0.0)
    }

    fn factors(&self) -> impl Iterator<Item = f64> {
        let from = self.coefficients.len() - 11;
        std::iter::once(1.0).chain(self.coefficients[from..].iter().map(|it| it.exp()))
    }

    fn mean_season(&self) -> f64 {
        if self.has_season {
            self.factors().sum::<f64>() / 12.0
        } else {
            1.0
        }
    }
}

fn row(at: f64, month: usize, grows: bool, has_season: bool) -> Vec<f64> {
    let mut row = vec![1.0];
    if grows {
        row.push(at);
    }
    if has_season {
        row.extend((1..12).map(|it| f64::from(u8::from(it == month))));
    }
    row
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// The inverse of a square matrix, by Gauss and Jordan with pivots.
fn inverted(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut left = matrix.to_vec();
    let mut right = vec![0.0; size * size];
    for at in 0..size {
        right[at * size + at] = 1.0;
    }
    for column in 0..size {
        let pivot =
            (column..size).max_by(|&a, &b| left[a * size + column].abs().total_cmp(&left[b * size + column].abs()))?;
        if left[pivot * size + column].abs() < 1e-12 {
            return None;
        }
        for at in 0..size {
            left.swap(column * size + at, pivot * size + at);
            right.swap(column * size + at, pivot * size + at);
        }
        let scale = 1.0 / left[column * size + column];
        for at in 0..size {
            left[column * size + at] *= scale;
            right[column * size + at] *= scale;
        }
        for row in (0..size).filter(|it| *it != column) {
            let factor = left[row * size + column];
            for at in 0..size {
                left[row * size + at] -= factor * left[column * size + at];
                right[row * size + at] -= factor * right[column * size + at];
            }
        }
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_and_seasons_without_luck_are_found_exactly() {
        let season = [1.0, 1.2, 0.8, 1.0, 1.5, 1.0, 0.7, 1.0, 1.0, 1.1, 1.9, 2.0];
        let months: Vec<usize> = (0..36).map(|it| (it + 4) % 12).collect();
        let counts: Vec<f64> = (0..36)
            .map(|at| 200.0 * 1.03_f64.powi(at) * season[months[at as usize]])
            .collect();
        let model = log_linear(&counts, &months, true, true);
        let (growth, _) = model.growth().expect("it grows");
        assert!((growth.exp() - 1.03).abs() < 1e-9 && model.is_sound);
        let mean = season.iter().sum::<f64>() / 12.0;
        for (found, wanted) in model.season().expect("it has seasons").iter().zip(season) {
            assert!((found - wanted / mean).abs() < 1e-9);
        }
        assert!((model.level(36.0) / (200.0 * 1.03_f64.powi(36) * mean) - 1.0).abs() < 1e-9);
        assert!(model.excess() < 1e-9);
    }
}
