//! By how many standard errors a mean is off from nothing.

/// The standard errors by which the mean of `differences` is off from 0, never negative.
///
/// The error is that of the sum of squares about 0: for differences that are symmetric about 0,
/// such a ratio has no heavier tails than the normal law, whatever theirs (Efron, *Student's t-test
/// under symmetry conditions*, 1969). `jump` is what a single event changes: where events are so
/// rare that hardly any is seen, the squares would be too small. What is no number is off by
/// infinitely many.
pub(super) fn errors(differences: &[f64], jump: f64) -> f64 {
    let sum = differences.iter().sum::<f64>().abs();
    let squares = differences.iter().map(|it| it * it).sum::<f64>();
    if !squares.is_finite() {
        return f64::INFINITY;
    }
    let squares = squares.max(sum * jump);
    if squares > 0.0 { sum / squares.sqrt() } else { 0.0 }
}

/// The same for differences that may be skewed: what skewness does to the ratio of a mean and its
/// error far out is taken off, to first order (Hall, *The Bootstrap and Edgeworth Expansion*, 1992,
/// § 2.6), for a ratio of about `bar`.
pub(super) fn errors_if_skewed(differences: &[f64], jump: f64, bar: f64) -> f64 {
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let moment = |power: i32| differences.iter().map(|it| (it - mean).powi(power)).sum::<f64>() / count;
    let variance = moment(2);
    let skewness = if variance > 0.0 {
        moment(3) / variance.powf(1.5)
    } else {
        0.0
    };
    let shift = skewness.abs() * (2.0 * bar * bar + 1.0) / (6.0 * count.sqrt());
    let corrected = errors(differences, jump) / (1.0 + shift / bar);
    if corrected.is_nan() { f64::INFINITY } else { corrected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_that_cancel_are_no_error_apart() {
        assert_eq!(errors(&[1.0, -1.0, 2.0, -2.0], 1.0), 0.0);
        assert_eq!(errors(&[0.0; 10], 1.0), 0.0);
    }

    #[test]
    fn a_constant_difference_stands_out_the_more_the_longer_it_lasts() {
        assert_eq!(errors(&[-0.5; 64], 0.0), 8.0);
        // A fortieth of an event each time is 1.6 events that should have been seen by now.
        assert!((errors(&[-0.025; 64], 1.0) - 1.6_f64.sqrt()).abs() < 1e-12);
        // Events of a tenth of that size would have been seen often.
        assert!((errors(&[-0.025; 64], 0.1) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_skewed_sample_has_to_be_further_off() {
        let mut differences = vec![-0.1; 100];
        differences[7] = 20.0;
        assert!(errors_if_skewed(&differences, 1.0, 5.0) < errors(&differences, 1.0) / 1.5);
        let symmetric: Vec<f64> = (0..100).map(|it| if it % 2 == 0 { 3.0 } else { -1.0 }).collect();
        let (one, other) = (errors(&symmetric, 0.0), errors_if_skewed(&symmetric, 0.0, 5.0));
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }
}
