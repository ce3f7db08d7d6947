//! Laws in the notation they were most likely written in; always one that means the same.

use crate::journey::law::{Bounds, Law, Z90, Z95};

use super::{is_clean, number};

/// The ends below and above which 5 % lie, for laws that are written by them, before bounds.
pub(crate) fn interval(law: Law) -> Option<(f64, f64)> {
    let logistic = |logit: f64| 1.0 / (1.0 + (-logit).exp());
    let (low, high) = match law {
        Law::Normal { mean, sd } => {
            // Next to a sum of equal size an end at 0 would be a trace of arithmetic.
            let snap = |end: f64| if end.abs() < 1e-12 * sd { 0.0 } else { end };
            (snap(mean - Z95 * sd), snap(mean + Z95 * sd))
        }
        Law::Lognormal { mu, sigma } => ((mu - Z95 * sigma).exp(), (mu + Z95 * sigma).exp()),
        Law::LogitNormal { mu, sigma } => (logistic(mu - Z95 * sigma), logistic(mu + Z95 * sigma)),
        _ => return None,
    };
    Some((low, high))
}

/// Hits and trials, if the law is what is known after observing whole numbers of them.
pub(crate) fn is_observed(law: Law) -> Option<(f64, f64)> {
    let Law::Beta { a, b } = law else {
        return None;
    };
    let (hits, misses) = (a - 0.5, b - 0.5);
    let is_count = |it: f64| it >= 0.0 && it.fract() == 0.0;
    (is_count(hits) && is_count(misses) && hits + misses > 0.0).then_some((hits, hits + misses))
}

/// The law of an uncertain number, or of one that varies (then without `each`).
pub(crate) fn law(law: Law, bounds: Bounds, percent: bool) -> String {
    let shown = |value| number(value, percent);
    let range = |(low, high)| {
        // In a chance the sign at one end would do, but both are easier to read.
        format!("{} to {}", shown(low), shown(high))
    };
    let are_clean = |one, other| is_clean(one) && is_clean(other);
    let moments = |name, mean, sd| {
        let (mean, sd) = (number(mean, false), number(sd, false));
        format!("{{ {name} = {{ mean = {mean}, sd = {sd} }} }}")
    };
    let list = |name, values: &[f64]| {
        let values: Vec<String> = values.iter().map(|it| number(*it, false)).collect();
        format!("{{ {name} = [{}] }}", values.join(", "))
    };
    if let Some((hits, trials)) = is_observed(law) {
        return format!("{} of {}", number(hits, false), number(trials, false));
    }
    match law {
        Law::Normal { mean, sd: 0.0 } => shown(mean),
        Law::Normal { mean, sd } => {
            let ends = interval(law).filter(|(low, high)| {
                // Other intervals stand for other laws.
                let is_chance = bounds.low >= 0.0 && bounds.high <= 1.0;
                *low <= 0.0 || is_chance && *high >= 1.0
            });
            match ends {
                Some(ends) if !are_clean(mean, sd) => range(ends),
                _ => moments("normal", mean, sd),
            }
        }
        Law::Lognormal { mu, sigma } => {
            let median = mu.exp();
            let p90 = (mu + Z90 * sigma).exp();
            let mean = (mu + 0.5 * sigma * sigma).exp();
            let sd = mean * (sigma * sigma).exp_m1().sqrt();
            let ends = interval(law).unwrap_or((median, median));
            if !are_clean(ends.0, ends.1) && are_clean(median, p90) {
                let (median, p90) = (number(median, false), number(p90, false));
                format!("{{ lognormal = {{ median = {median}, p90 = {p90} }} }}")
            } else if !are_clean(ends.0, ends.1) && are_clean(mean, sd) {
                moments("lognormal", mean, sd)
            } else {
                range(ends)
            }
        }
        Law::LogitNormal { .. } => interval(law).map_or_else(String::new, range),
        Law::Beta { a, b } => list("beta", &[a, b]),
        Law::Uniform { low, high } => list("uniform", &[low, high]),
        Law::Triangular { low, mode, high } => list("triangular", &[low, mode, high]),
        Law::Gamma { shape, scale } => moments("gamma", shape * scale, shape.sqrt() * scale),
        Law::Poisson { mean } => format!("{{ poisson = {} }}", number(mean, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::draft::Distribution;

    fn check(distribution: Distribution, percent: bool, expected: &str) {
        let bounds = if percent { Bounds::CHANCE } else { Bounds::NONE };
        assert_eq!(law(Law::of(distribution, percent), bounds, percent), expected);
    }

    #[test]
    fn laws_are_written_as_they_were() {
        let interval = |low, high| Distribution::Interval { low, high };
        check(interval(0.07, 0.09), true, "7% to 9%");
        check(interval(0.0, 0.05), true, "0% to 5%");
        check(interval(0.9, 1.0), true, "90% to 100%");
        check(interval(30.0, 80.0), false, "30 to 80");
        check(interval(-5.0, 5.0), false, "-5 to 5");
        check(interval(0.0, 5.0), false, "0 to 5");
        check(interval(8.0, 8.0), false, "8");
        let observed = Distribution::Observed {
            hits: 80.0,
            trials: 400.0,
        };
        check(observed, true, "80 of 400");
        check(Distribution::Beta { a: 30.0, b: 90.0 }, true, "{ beta = [30, 90] }");
        check(
            Distribution::Uniform { low: 1.0, high: 3.0 },
            false,
            "{ uniform = [1, 3] }",
        );
        let triangular = Distribution::Triangular {
            low: 0.03,
            mode: 0.05,
            high: 0.08,
        };
        check(triangular, true, "{ triangular = [0.03, 0.05, 0.08] }");
        check(
            Distribution::Normal { mean: 50.0, sd: 4.0 },
            false,
            "{ normal = { mean = 50, sd = 4 } }",
        );
        check(
            Distribution::Normal { mean: 1.0, sd: 4.0 },
            false,
            "{ normal = { mean = 1, sd = 4 } }",
        );
        let quantiles = Distribution::LognormalQuantiles {
            median: 3200.0,
            p90: 6000.0,
        };
        check(quantiles, false, "{ lognormal = { median = 3200, p90 = 6000 } }");
        let lognormal = Distribution::Lognormal { mean: 49.0, sd: 20.0 };
        check(lognormal, false, "{ lognormal = { mean = 49, sd = 20 } }");
        let gamma = Distribution::Gamma { mean: 49.0, sd: 20.0 };
        check(gamma, false, "{ gamma = { mean = 49, sd = 20 } }");
        check(Distribution::Poisson { mean: 5.5 }, false, "{ poisson = 5.5 }");
    }
}
