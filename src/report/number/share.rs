//! Shares in percent, from tiny to almost all.

use super::NOTHING;
use super::digits::{decimals_of, digits, is_whole, is_zero, magnitude, shortest, whole_part};

/// Smaller shares are only said to be smaller, in percent.
const PERCENT_MIN: f64 = 0.001;

/// A share in percent: `4.1 %`, `< 0.001 %`, `> 99 %`. Only what is certain reads 0 % or 100 %.
///
/// Without a step it has three significant digits (of what it lacks to 100 %, if that is less).
#[must_use]
pub fn share(value: f64, step: Option<f64>) -> String {
    let percent = value * 100.0;
    if !percent.is_finite() {
        return NOTHING.into();
    }
    let known = step.is_none();
    let step = percent_step(step.unwrap_or_else(|| known_percent_step(percent) / 100.0));
    let text = digits(percent, step, decimals_of(step));
    let edge = |percent: f64| shortest(&digits(percent, step, decimals_of(step)), false);
    let reads_all = is_whole(&text) && whole_part(&text) == "100";
    if value > 0.0 && is_zero(&text) {
        format!("< {} %", edge(step))
    } else if value < 1.0 && reads_all {
        format!("> {} %", edge(100.0 - step))
    } else if known || reads_all || value == 0.0 {
        format!("{} %", shortest(&text, false))
    } else {
        format!("{text} %")
    }
}

pub(super) fn percent_digits(value: f64, step: f64) -> String {
    let step = percent_step(step);
    digits(value * 100.0, step, decimals_of(step))
}

/// The step in percentage points: never coarser than one, never finer than can be read.
fn percent_step(step: f64) -> f64 {
    10f64.powi(magnitude((step * 100.0).clamp(PERCENT_MIN, 1.0)))
}

pub(super) fn known_percent_step(percent: f64) -> f64 {
    let lacks = 100.0 - percent;
    let smaller = if percent > 0.0 && lacks > 0.0 {
        percent.min(lacks)
    } else {
        percent.abs()
    };
    if smaller == 0.0 {
        1.0
    } else {
        10f64.powi(magnitude(smaller) - 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certain_shares_read_as_nothing_or_all() {
        for (value, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.04, "4 %"),
            (0.07, "7 %"),
            (0.041, "4.1 %"),
            (0.2, "20 %"),
            (0.020_34, "2.03 %"),
            (0.713, "71.3 %"),
            (0.001_23, "0.123 %"),
            (0.995, "99.5 %"),
            (0.000_000_1, "< 0.001 %"),
            (0.999_999_99, "> 99.999 %"),
            (-0.12, "-12 %"),
            (1.25, "125 %"),
        ] {
            assert_eq!(share(value, None), text, "{value}");
        }
        assert_eq!(share(0.003, Some(0.01)), "< 1 %");
        assert_eq!(share(0.997, Some(0.01)), "> 99 %");
        assert_eq!(share(0.367, Some(0.01)), "37 %");
        assert_eq!(share(0.5, Some(0.1)), "50 %");
    }
}
