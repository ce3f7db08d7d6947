//! Numbers for people: no more digits than the interval supports, thousands apart, huge ones named.

mod digits;
mod scale;
mod share;

use crate::forecast::Estimate;
use digits::{DECIMALS_MAX, decimals_of, digits, is_whole, magnitude, power_of_ten, shortest, whole_part};
use scale::NAMED_FROM;
use share::{known_percent_step, percent_digits};

pub use digits::{exact, plain, whole};
pub use scale::{Kind, Scale};
pub use share::share;

/// What stands where there is no number.
pub const NOTHING: &str = "–";

/// How the numbers of one row or column are written, so that they can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// What they are numbers of.
    pub kind: Kind,
    /// Their common unit.
    pub scale: Scale,
}

impl Format {
    /// The format in which all of `values` can be read; what is `None` or not finite is ignored.
    #[must_use]
    pub fn fitting(kind: Kind, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let largest = values
            .into_iter()
            .flatten()
            .filter(|it| it.is_finite())
            .fold(0.0_f64, |largest, it| largest.max(it.abs()));
        let scale = match kind {
            Kind::Share => Scale::Plain,
            Kind::Count | Kind::Money => Scale::fitting(largest),
        };
        Self { kind, scale }
    }

    /// The format for an estimate and its 80 % interval.
    #[must_use]
    pub fn of(kind: Kind, estimate: &Estimate) -> Self {
        Self::fitting(kind, [estimate.mean, estimate.p10, estimate.p90])
    }

    /// `value` with its unit: `12,340`, `12.3 million`, `4.1 %`.
    #[must_use]
    pub fn number(self, value: Option<f64>, step: Option<f64>) -> String {
        let bare = self.bare_number(value, step);
        match self.scale.word() {
            Some(word) if bare != NOTHING && bare != "0" => format!("{bare} {word}"),
            _ => bare,
        }
    }

    /// `value` for a column whose head names the scale.
    #[must_use]
    pub fn bare_number(self, value: Option<f64>, step: Option<f64>) -> String {
        let Some(value) = value.filter(|it| it.is_finite()) else {
            return NOTHING.into();
        };
        match self.kind {
            Kind::Share => share(value, step),
            Kind::Count | Kind::Money => self.scaled(value, step),
        }
    }

    /// `11,900 to 12,800`, `9.8 to 12.3 million`, `7.2 to 8.9 %`; one number if both ends read the
    /// same, [`NOTHING`] if an end is not known.
    #[must_use]
    pub fn range(self, low: Option<f64>, high: Option<f64>, step: Option<f64>) -> String {
        let bare = self.bare_range(low, high, step);
        match self.scale.word() {
            Some(word) if bare != NOTHING && bare != "0" => format!("{bare} {word}"),
            _ => bare,
        }
    }

    /// The range for a column whose head names the scale.
    #[must_use]
    pub fn bare_range(self, low: Option<f64>, high: Option<f64>, step: Option<f64>) -> String {
        let finite = |it: &f64| match self.kind {
            // In percent it is a hundred times as large, and more if it is rounded up.
            Kind::Share => it.abs() < 1e300,
            Kind::Count | Kind::Money => it.is_finite(),
        };
        let (Some(low), Some(high)) = (low.filter(finite), high.filter(finite)) else {
            return NOTHING.into();
        };
        // Both ends keep the decimals of the finer one.
        let given_step = step;
        let step = step.unwrap_or_else(|| self.known_step(low).min(self.known_step(high)));
        let mut ends = [low, high].map(|end| match self.kind {
            Kind::Share => percent_digits(end, step),
            Kind::Count | Kind::Money => self.scaled(end, Some(step)),
        });
        if ends.iter().all(|end| is_whole(end)) {
            ends = ends.map(|end| whole_part(&end).to_owned());
        }
        let [low_text, high_text] = ends;
        if low_text == high_text {
            return self.bare_number(Some(f64::midpoint(low, high)), given_step);
        }
        match self.kind {
            Kind::Share => format!("{low_text} to {high_text} %"),
            Kind::Count | Kind::Money => format!("{low_text} to {high_text}"),
        }
    }

    fn known_step(self, value: f64) -> f64 {
        match self.kind {
            Kind::Share => known_percent_step(value * 100.0) / 100.0,
            Kind::Count | Kind::Money => {
                let divisor = self.scale.divisor();
                self.known_scaled_step(value / divisor) * divisor
            }
        }
    }

    fn scaled(self, value: f64, step: Option<f64>) -> String {
        if self.scale == Scale::Power && value.abs() >= NAMED_FROM {
            return power_of_ten(value, step);
        }
        let divisor = self.scale.divisor();
        let value = value / divisor;
        let known = step.is_none();
        let step = step.map_or_else(|| self.known_scaled_step(value), |step| step / divisor);
        let step = if self.scale.word().is_some() {
            step.max(10f64.powi(magnitude(value) - 3)).max(1e-6)
        } else {
            step
        };
        let mut decimals = decimals_of(step);
        if decimals > DECIMALS_MAX {
            return if value == 0.0 {
                "0".into()
            } else {
                format!("{value:.1e}")
            };
        }
        let whole_cents = self.kind == Kind::Money && self.scale == Scale::Plain;
        if whole_cents && decimals == 1 {
            decimals = 2;
        }
        let text = digits(value, step, decimals);
        if known || value == 0.0 {
            shortest(&text, whole_cents)
        } else {
            text
        }
    }

    /// The step of a number without an interval: it is known, so it keeps what can be read.
    fn known_scaled_step(self, value: f64) -> f64 {
        let size = value.abs();
        if self.scale.word().is_some() {
            10f64.powi((magnitude(size) - 1).min(-2))
        } else if size == 0.0 || size >= 100.0 || size.fract() == 0.0 {
            1.0
        } else if self.kind == Kind::Money {
            10f64.powi(magnitude(size).min(-1) - 1)
        } else {
            10f64.powi(magnitude(size) - 2)
        }
    }
}

/// The step to which an estimate is rounded: a power of ten, a tenth or less of its 80 % interval,
/// and no finer than its Monte Carlo error. `None` if it has no spread: it is known as it is.
#[must_use]
pub fn step_of(estimate: &Estimate) -> Option<f64> {
    let normal_width = estimate.sd.map(|sd| 2.0 * 1.2816 * sd);
    let width = match (estimate.p10, estimate.p90) {
        (Some(low), Some(high)) if high > low => Some(high - low),
        _ => normal_width,
    };
    let width = width.filter(|it| it.is_finite() && *it > 0.0)?;
    let simulated = estimate.se.filter(|it| it.is_finite()).map_or(0.0, |se| 2.0 * se);
    Some(10f64.powi(magnitude((width / 10.0).max(simulated))))
}

/// A number of things: `1 replication`, `1,000 replications`.
#[must_use]
pub fn several(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", whole(count as u64))
}

/// An amount of money with its label: `EUR 12,340`, `€12.3 million`, `-€480`.
#[must_use]
pub fn money(value: Option<f64>, step: Option<f64>, currency: Option<&str>) -> String {
    let text = Format::fitting(Kind::Money, [value]).number(value, step);
    match currency {
        Some(_) if text == NOTHING => text,
        Some(label) if label.chars().any(char::is_alphanumeric) => format!("{label} {text}"),
        Some(sign) => match text.strip_prefix('-') {
            Some(size) => format!("-{sign}{size}"),
            None => format!("{sign}{text}"),
        },
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mean: f64, p10: f64, p90: f64) -> Estimate {
        Estimate {
            mean: Some(mean),
            p10: Some(p10),
            p90: Some(p90),
            ..Estimate::default()
        }
    }

    fn check(kind: Kind, (mean, p10, p90): (f64, f64, f64), number: &str, range: &str) {
        let estimate = estimate(mean, p10, p90);
        let format = Format::of(kind, &estimate);
        let step = step_of(&estimate);
        assert_eq!(format.number(estimate.mean, step), number);
        assert_eq!(format.range(estimate.p10, estimate.p90, step), range);
    }

    fn check_known(kind: Kind, value: f64, text: &str) {
        let format = Format::fitting(kind, [Some(value)]);
        assert_eq!(format.number(Some(value), None), text, "{value}");
    }

    #[test]
    fn the_interval_decides_the_digits() {
        let count = Kind::Count;
        check(count, (12_342.7, 11_904.0, 12_796.0), "12,340", "11,900 to 12,800");
        check(count, (391.2, 361.0, 420.0), "391", "361 to 420");
        check(count, (3.2, 2.0, 5.0), "3.2", "2 to 5");
        check(count, (2.75, 1.5, 4.0), "2.8", "1.5 to 4.0");
        check(count, (0.03, 0.0, 0.2), "0.03", "0 to 0.20");
        check(
            count,
            (1_003_124.0, 980_000.0, 1_020_500.0),
            "1,003,000",
            "980,000 to 1,021,000",
        );
        check(Kind::Money, (9.8, 8.0, 12.0), "9.80", "8 to 12");
        check(Kind::Money, (9.8, 8.5, 12.0), "9.80", "8.50 to 12.00");
        check(Kind::Money, (-480.0, -9_000.0, 8_100.0), "0", "-9,000 to 8,000");
        check(Kind::Money, (-4_812.0, -9_020.0, -800.0), "-4,800", "-9,000 to -800");
        check(Kind::Share, (0.0801, 0.072, 0.0889), "8.0 %", "7.2 to 8.9 %");
        check(Kind::Share, (0.41, 0.1, 0.9), "41 %", "10 to 90 %");
    }

    #[test]
    fn the_simulation_error_decides_where_it_is_the_larger_one() {
        let noisy = Estimate {
            se: Some(60.0),
            ..estimate(12_342.7, 12_300.0, 12_390.0)
        };
        let count = Format::of(Kind::Count, &noisy);
        assert_eq!(count.number(noisy.mean, step_of(&noisy)), "12,300");
    }

    #[test]
    fn a_spread_that_the_interval_misses_still_counts() {
        let rare = Estimate {
            sd: Some(0.17),
            ..estimate(0.03, 0.0, 0.0)
        };
        let count = Format::of(Kind::Count, &rare);
        assert_eq!(count.number(rare.mean, step_of(&rare)), "0.03");
        assert_eq!(count.range(rare.p10, rare.p90, step_of(&rare)), "0");
    }

    #[test]
    fn a_number_without_an_interval_is_known() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (10_000.0, "10,000"),
            (-10_000.0, "-10,000"),
            (24_493.44, "24,493"),
            (61.234, "61.2"),
            (61.0, "61"),
            (61.04, "61"),
            (0.041_23, "0.0412"),
            (1.5, "1.5"),
            (1.2e-9, "1.2e-9"),
        ] {
            check_known(Kind::Count, value, text);
        }
        for (value, text) in [
            (49.0, "49"),
            (49.5, "49.50"),
            (0.4, "0.40"),
            (0.004_2, "0.0042"),
            (24_493.44, "24,493"),
        ] {
            check_known(Kind::Money, value, text);
        }
    }

    #[test]
    fn huge_numbers_are_named() {
        check_known(Kind::Count, 9_999_999.0, "9,999,999");
        check_known(Kind::Count, 12_345_678.0, "12.35 million");
        check_known(Kind::Count, -1.2e9, "-1.2 billion");
        check_known(Kind::Count, 7.25e12, "7.25 trillion");
        check_known(Kind::Count, 3.4e15, "3.40e15");
        let count = Kind::Count;
        check(count, (10.9e6, 9.8e6, 12.3e6), "10.9 million", "9.8 to 12.3 million");
        check(count, (3.4e15, 3.1e15, 3.7e15), "3.40e15", "3.10e15 to 3.70e15");
        check(count, (5e6, 0.0, 2e7), "5 million", "0 to 20 million");
    }

    #[test]
    fn what_does_not_exist_is_a_dash() {
        let count = Format::fitting(Kind::Count, []);
        assert_eq!(count.number(None, None), NOTHING);
        assert_eq!(count.number(Some(f64::NAN), Some(1.0)), NOTHING);
        assert_eq!(count.range(None, Some(3.0), None), NOTHING);
        assert_eq!(money(None, None, Some("EUR")), NOTHING);
        let share = Format::fitting(Kind::Share, []);
        assert_eq!(share.range(Some(0.0), Some(-1e307), None), NOTHING);
        assert_eq!(step_of(&Estimate::default()), None);
    }

    proptest::proptest! {
        #[test]
        fn every_number_has_a_text(value: f64, width: f64) {
            let step = step_of(&estimate(value, value, value + width.abs()));
            for kind in [Kind::Count, Kind::Money, Kind::Share] {
                let format = Format::fitting(kind, [Some(value)]);
                for step in [None, step] {
                    for text in [
                        format.number(Some(value), step),
                        format.range(Some(value), Some(value + width), step),
                        money(Some(value), step, Some("EUR")),
                    ] {
                        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                    }
                }
            }
        }

        #[test]
        fn a_number_is_as_near_as_its_step(value in -9e6..9e6, power in -4..6) {
            let step = 10f64.powi(power);
            for kind in [Kind::Count, Kind::Money] {
                let text = Format::fitting(kind, []).number(Some(value), Some(step));
                let read: f64 = text.replace(',', "").parse().expect("it is a number");
                assert!((read - value).abs() <= 0.500_001 * step, "{value} as {text}");
            }
        }
    }

    #[test]
    fn a_column_shares_its_unit() {
        let million = Format::fitting(Kind::Money, [Some(9e5), Some(2.4e7), None]);
        assert_eq!(million.scale.word(), Some("million"));
        assert_eq!(million.bare_number(Some(9e5), Some(1e4)), "0.90");
        assert_eq!(million.bare_number(Some(2.4e7), Some(1e5)), "24.0");
        assert_eq!(million.bare_number(Some(1_200.0), None), "0.0012");
        assert_eq!(million.bare_number(Some(0.0), None), "0");
    }

    #[test]
    fn money_carries_its_label() {
        assert_eq!(money(Some(12_340.0), None, Some("EUR")), "EUR 12,340");
        assert_eq!(money(Some(-480.0), None, Some("€")), "-€480");
        assert_eq!(money(Some(1.23e7), None, Some("$")), "$12.3 million");
        assert_eq!(money(Some(0.4), None, None), "0.40");
    }
}
