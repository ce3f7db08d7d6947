//! Durations and laws of delays.

use crate::journey::delay::DelayLaw;
use crate::journey::law::{Z90, Z95};

use super::{is_clean, number, tidy};

/// A length of time, from days: `14d`, `2h`, `30min`.
pub(crate) fn duration(days: f64) -> String {
    let is_whole = |count: f64| tidy(count).fract() == 0.0;
    let units = [(1.0, "d"), (24.0, "h"), (1_440.0, "min"), (86_400.0, "s")];
    let whole = units
        .iter()
        .find(|(per_day, _)| is_whole(days * per_day))
        .filter(|_| days.abs() < 1e6);
    let (per_day, unit) = whole.copied().unwrap_or((1.0, "d"));
    number(days * per_day, false) + unit
}

/// The law of a delay.
pub(crate) fn delay(law: &DelayLaw) -> String {
    let pair = |name, [first, second]: [&str; 2], one, other| {
        let (one, other) = (duration(one), duration(other));
        format!("{{ {name} = {{ {first} = \"{one}\", {second} = \"{other}\" }} }}")
    };
    let are_clean = |one: f64, other: f64| {
        // Hours and minutes are no clean fractions of a day.
        let is_clean = |it: f64| is_clean(it * 86_400.0);
        is_clean(one) && is_clean(other)
    };
    match law {
        DelayLaw::Known(days) => duration(*days),
        DelayLaw::Exponential { mean } => format!("{{ exponential = \"{}\" }}", duration(*mean)),
        DelayLaw::Geometric { mean } => format!("{{ geometric = \"{}\" }}", duration(*mean)),
        DelayLaw::Lognormal { mu, sigma } => {
            let (low, high) = ((mu - Z95 * sigma).exp(), (mu + Z95 * sigma).exp());
            let (median, p90) = (mu.exp(), (mu + Z90 * sigma).exp());
            let mean = (mu + 0.5 * sigma * sigma).exp();
            let sd = mean * (sigma * sigma).exp_m1().sqrt();
            if !are_clean(low, high) && are_clean(median, p90) {
                pair("lognormal", ["median", "p90"], median, p90)
            } else if !are_clean(low, high) && are_clean(mean, sd) {
                pair("lognormal", ["mean", "sd"], mean, sd)
            } else {
                format!("{} to {}", duration(low), duration(high))
            }
        }
        DelayLaw::Gamma { shape, scale } => pair("gamma", ["mean", "sd"], shape * scale, shape.sqrt() * scale),
        DelayLaw::Weibull { scale, shape } => {
            let (scale, shape) = (duration(*scale), number(*shape, false));
            format!("{{ weibull = {{ scale = \"{scale}\", shape = {shape} }} }}")
        }
        DelayLaw::Uniform { low, high } => {
            let (low, high) = (duration(*low), duration(*high));
            format!("{{ uniform = [\"{low}\", \"{high}\"] }}")
        }
        DelayLaw::Observed(values) => {
            // Weights were divided by their sum; shares in percent are as good.
            let values: Vec<String> = values
                .iter()
                .map(|(days, weight)| {
                    let percent = super::rounded(weight * 100.0, 4);
                    format!("[\"{}\", {}]", duration(*days), number(percent, false))
                })
                .collect();
            format!("{{ observed = [{}] }}", values.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Duration, DurationUnit};
    use crate::journey::draft::DelayKind;

    fn days(amount: f64) -> Duration {
        Duration {
            amount,
            unit: DurationUnit::Day,
        }
    }

    #[test]
    fn durations_take_the_largest_unit_that_is_whole() {
        for (days, text) in [
            (14.0, "14d"),
            (0.0, "0d"),
            (1.5, "36h"),
            (1.0 / 24.0, "1h"),
            (1.0 / 1_440.0, "1min"),
            (90.0 / 86_400.0, "90s"),
            (-2.0, "-2d"),
        ] {
            assert_eq!(duration(days), text);
        }
    }

    #[test]
    fn delays_are_written_as_they_were() {
        for (kind, text) in [
            (DelayKind::Known(days(3.0)), "3d"),
            (DelayKind::Interval(days(1.0), days(6.0)), "1d to 6d"),
            (DelayKind::Interval(days(1.0 / 24.0), days(2.0)), "1h to 2d"),
            (DelayKind::Exponential(days(5.0)), "{ exponential = \"5d\" }"),
            (DelayKind::Geometric(days(5.0)), "{ geometric = \"5d\" }"),
            (
                DelayKind::LognormalQuantiles(days(24.0), days(60.0)),
                "{ lognormal = { median = \"24d\", p90 = \"60d\" } }",
            ),
            (
                DelayKind::Lognormal(days(24.0), days(60.0)),
                "{ lognormal = { mean = \"24d\", sd = \"60d\" } }",
            ),
            (
                DelayKind::Gamma(days(95.0), days(60.0)),
                "{ gamma = { mean = \"95d\", sd = \"60d\" } }",
            ),
            (
                DelayKind::Weibull(days(50.0), 1.2),
                "{ weibull = { scale = \"50d\", shape = 1.2 } }",
            ),
            (
                DelayKind::Uniform(days(1.0), days(60.0)),
                "{ uniform = [\"1d\", \"60d\"] }",
            ),
            (
                DelayKind::Observed(vec![(days(1.0), 3.0), (days(2.0), 1.0)]),
                "{ observed = [[\"1d\", 75], [\"2d\", 25]] }",
            ),
        ] {
            let law = DelayLaw::of(&kind).expect("it does not depend on the customer");
            assert_eq!(delay(&law), text);
        }
    }
}
