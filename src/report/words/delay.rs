//! Delays in words.

use super::amount::Voice;
use crate::journey::delay::DelayLaw;
use crate::journey::law::{Bounds, Law, Z95};
use crate::journey::{DelayId, Tree};
use crate::report::notation::{is_clean, rounded, tidy};
use crate::report::number::{exact, share};

/// More values than this are not told one by one.
const VALUES_MAX: usize = 4;

impl Voice<'_> {
    /// How long a branch takes, such as `after 1 to 6 days for 9 in 10 customers`.
    pub(super) fn delay(&self, id: DelayId) -> String {
        let tree = &self.journey.delays[id.index()].tree;
        match tree {
            Tree::Leaf(DelayLaw::Known(days)) if *days <= 0.0 => "at once".to_owned(),
            Tree::Leaf(law) => format!("after {}", words(law)),
            Tree::By { .. } => format!("delay {}", self.cases(tree, &words)),
        }
    }
}

pub(super) fn words(law: &DelayLaw) -> String {
    let range = |law: &DelayLaw| {
        let (low, high) = ends(law);
        span(low, high)
    };
    let near = |days: f64| length(rounded(days, 3));
    match law {
        DelayLaw::Known(days) => length(*days),
        DelayLaw::Exponential { mean } => {
            let most = near(quantile(law, 0.9));
            format!("{} on average (exponential: 9 in 10 within {most})", length(*mean))
        }
        DelayLaw::Geometric { mean } => {
            format!("{} on average, each tick alike (geometric)", length(*mean))
        }
        DelayLaw::Uniform { low, high } => {
            format!("{}, all equally likely", span(*low, *high))
        }
        DelayLaw::Lognormal { .. } if are_written(law) => {
            format!("{} for 9 in 10 customers", range(law))
        }
        DelayLaw::Lognormal { .. } | DelayLaw::Gamma { .. } | DelayLaw::Weibull { .. } => {
            let half = near(quantile(law, 0.5));
            format!("{} for 9 in 10 customers, half within {half}", range(law))
        }
        DelayLaw::Observed(values) if values.len() <= VALUES_MAX => {
            let told = values.iter().map(|(days, weight)| {
                let weight = share(*weight, Some(0.01));
                format!("{} ({weight})", length(*days))
            });
            let told: Vec<String> = told.collect();
            format!("{}, as observed", told.join(", "))
        }
        DelayLaw::Observed(values) => {
            let count = values.len();
            format!("{} for 9 in 10 customers, as observed ({count} values)", range(law))
        }
    }
}

/// A delay in few words, such as `1 to 6 days` or `about 5 days`; nothing if there is none.
pub(crate) fn short(law: &DelayLaw) -> String {
    match law {
        DelayLaw::Known(days) if *days <= 0.0 => String::new(),
        DelayLaw::Known(days) => length(*days),
        DelayLaw::Exponential { mean } | DelayLaw::Geometric { mean } => {
            format!("about {}", length(*mean))
        }
        DelayLaw::Uniform { low, high } => span(*low, *high),
        _ => {
            let (low, high) = ends(law);
            let near = |days: f64| {
                if are_written(law) { days } else { rounded(days, 2) }
            };
            span(near(low), near(high))
        }
    }
}

/// Whether the ends of 9 in 10 are numbers of the file.
fn are_written(law: &DelayLaw) -> bool {
    match law {
        DelayLaw::Lognormal { mu, sigma } => {
            let end = |z: f64| (mu + z * sigma).exp() * 86_400.0;
            is_clean(end(-Z95)) && is_clean(end(Z95))
        }
        DelayLaw::Observed(_) => true,
        _ => false,
    }
}

/// The ends below and above which 5 % lie, in days.
fn ends(law: &DelayLaw) -> (f64, f64) {
    let digits = if are_written(law) { 12 } else { 3 };
    let end = |p| rounded(quantile(law, p), digits);
    (end(0.05), end(0.95))
}

/// Quantile of the law before it is rounded to ticks, in days.
fn quantile(law: &DelayLaw, p: f64) -> f64 {
    let continuous = |law: Law| law.quantile(Bounds::NOT_NEGATIVE, p);
    match law {
        DelayLaw::Known(days) => *days,
        DelayLaw::Exponential { mean } | DelayLaw::Geometric { mean } => -mean * (-p).ln_1p(),
        DelayLaw::Lognormal { mu, sigma } => match p {
            0.05 => (mu - Z95 * sigma).exp(),
            0.5 => mu.exp(),
            0.95 => (mu + Z95 * sigma).exp(),
            _ => continuous(Law::Lognormal { mu: *mu, sigma: *sigma }),
        },
        DelayLaw::Gamma { shape, scale } => continuous(Law::Gamma {
            shape: *shape,
            scale: *scale,
        }),
        DelayLaw::Weibull { scale, shape } => scale * (-(-p).ln_1p()).powf(1.0 / shape),
        DelayLaw::Uniform { low, high } => low + p * (high - low),
        DelayLaw::Observed(values) => {
            let mut below = 0.0;
            let reached = values.iter().find(|(_, weight)| {
                below += weight;
                below >= p - 1e-12
            });
            reached.or(values.last()).map_or(0.0, |it| it.0)
        }
    }
}

/// The largest unit in which a length of time is at least one.
fn unit(days: f64) -> (f64, &'static str) {
    let units = [(1.0, "day"), (24.0, "hour"), (1_440.0, "minute")];
    let fits = |(per_day, _): &&(f64, &str)| tidy(days * per_day) >= 1.0;
    let found = units.iter().find(fits).copied();
    found.unwrap_or((86_400.0, "second"))
}

/// A length of time in words.
pub(super) fn length(days: f64) -> String {
    let (per_day, unit) = unit(days);
    let count = exact(rounded(days * per_day, 6));
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// Two lengths; the unit stands once if it is the same.
fn span(low: f64, high: f64) -> String {
    let (of_low, of_high) = (unit(low), unit(high));
    if of_low == of_high || low == 0.0 {
        let count = exact(rounded(low * of_high.0, 6));
        format!("{count} to {}", length(high))
    } else {
        format!("{} to {}", length(low), length(high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(law: &DelayLaw, long: &str, brief: &str) {
        assert_eq!(words(law), long);
        assert_eq!(short(law), brief);
    }

    fn between(low: f64, high: f64) -> DelayLaw {
        let (low, high) = (low.ln(), high.ln());
        DelayLaw::Lognormal {
            mu: f64::midpoint(low, high),
            sigma: (high - low) / (2.0 * Z95),
        }
    }

    #[test]
    fn delays_read_well() {
        check(&DelayLaw::Known(1.0), "1 day", "1 day");
        check(&DelayLaw::Known(0.5), "12 hours", "12 hours");
        check(&between(1.0, 6.0), "1 to 6 days for 9 in 10 customers", "1 to 6 days");
        check(
            &between(1.0 / 24.0, 2.0),
            "1 hour to 2 days for 9 in 10 customers",
            "1 hour to 2 days",
        );
        check(
            &DelayLaw::Exponential { mean: 5.0 },
            "5 days on average (exponential: 9 in 10 within 11.5 days)",
            "about 5 days",
        );
        check(
            &DelayLaw::Uniform { low: 0.0, high: 60.0 },
            "0 to 60 days, all equally likely",
            "0 to 60 days",
        );
        check(
            &DelayLaw::Observed(vec![(1.0 / 12.0, 0.7), (3.0, 0.3)]),
            "2 hours (70 %), 3 days (30 %), as observed",
            "2 hours to 3 days",
        );
        check(
            &DelayLaw::Weibull {
                scale: 50.0,
                shape: 1.2,
            },
            "4.21 to 125 days for 9 in 10 customers, half within 36.8 days",
            "4.2 to 120 days",
        );
        assert_eq!(short(&DelayLaw::Known(0.0)), "");
    }
}
