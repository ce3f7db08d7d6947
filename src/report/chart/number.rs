//! Numbers as words: rounded to what their interval supports, thousands separated.

use crate::forecast::Estimate;

use super::text::NO_BREAK;

/// From here on numbers are written in millions and more.
const SHORT_FROM: f64 = 1e7;
const SCALES: [(f64, &str); 4] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

/// Beyond this, arithmetic on the way to pixels and percents would overflow.
pub(crate) const LARGEST: f64 = 1e290;

/// A value as far as it is known: infinities, NaN and what is as good as infinite count as not.
pub(crate) fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|it| it.abs() <= LARGEST)
}

/// The place of the last of the first `digits` digits of `value`, such as 100 for 12,345 and 3.
fn place(value: f64, digits: i32) -> f64 {
    let first = value.abs().clamp(1.0 / LARGEST, LARGEST).log10().floor() as i32;
    10f64.powi(first + 1 - digits)
}

/// The interval that holds 80 % of the replications.
pub(crate) fn interval_80(estimate: &Estimate) -> Option<(f64, f64)> {
    interval(estimate.p10, estimate.p90)
}

/// The interval that holds 90 % of the replications.
pub(crate) fn interval_90(estimate: &Estimate) -> Option<(f64, f64)> {
    interval(estimate.p5, estimate.p95)
}

/// An interval as far as it is known.
pub(crate) fn interval(low: Option<f64>, high: Option<f64>) -> Option<(f64, f64)> {
    let interval = known(low).zip(known(high));
    interval.filter(|(low, high)| low <= high)
}

/// The last place worth writing: two digits of the interval's width, but never fewer than two of
/// the numbers, nor fractions of a hundred; without an interval, whole numbers from 100 on and four digits below.
pub(crate) fn unit(value: f64, interval: Option<(f64, f64)>) -> f64 {
    match interval {
        Some((low, high)) if high > low => {
            let largest = value.abs().max(low.abs()).max(high.abs());
            let finest = if largest < 100.0 { place(largest, 7) } else { 1.0 };
            place(high - low, 2).min(place(largest, 2)).max(finest)
        }
        _ if value == 0.0 || value.abs() >= 100.0 => 1.0,
        _ => place(value, 4).min(1.0),
    }
}

/// `value` to the place `unit`: `1,240`, `−0.25`, `12.3M`.
pub(crate) fn number(value: f64, unit: f64) -> String {
    let rounded = (value / unit).round() * unit;
    let size = rounded.abs();
    if size >= 1e15 {
        return format!("{rounded:.2e}").replace('-', "−");
    }
    let (scale, word) = if size < SHORT_FROM { (1.0, "") } else { scale_of(size) };
    format!("{}{word}", grouped(rounded / scale, decimals(unit / scale)))
}

/// A mean or median and its 80 % interval, such as `1,240` and `1,100 to 1,380`, to the same
/// place. There is no interval if it is not known or does not show at that place.
pub(crate) fn with_interval(value: f64, interval: Option<(f64, f64)>) -> (String, Option<String>) {
    let unit = unit(value, interval);
    (number(value, unit), shown(interval, unit))
}

/// The same for a share: `20.4 %` and `18.0 to 22.9 %`.
pub(crate) fn share_with_interval(value: f64, interval: Option<(f64, f64)>) -> (String, Option<String>) {
    let percent = 100.0 * value;
    let interval = interval.map(|(low, high)| (100.0 * low, 100.0 * high));
    let unit = match interval {
        Some((low, high)) if high > low => unit(percent, interval).max(share_unit(percent, 3)).min(1.0),
        _ => share_unit(percent, 3),
    };
    let range = shown(interval, unit).map(|it| format!("{it}{NO_BREAK}%"));
    (format!("{}{NO_BREAK}%", number(percent, unit)), range)
}

/// An interval to the place `unit`: `1,100 to 1,380`.
pub(crate) fn range(low: f64, high: f64, unit: f64) -> String {
    format!("{} to {}", number(low, unit), number(high, unit))
}

fn shown(interval: Option<(f64, f64)>, unit: f64) -> Option<String> {
    interval
        .filter(|(low, high)| number(*low, unit) != number(*high, unit))
        .map(|(low, high)| range(low, high, unit))
}

/// A share without an interval: `80 %`, `4.2 %`, `0.013 %`.
pub(crate) fn share(value: f64) -> String {
    let percent = 100.0 * value;
    format!("{}{NO_BREAK}%", number(percent, share_unit(percent, 2)))
}

/// So many digits; near 100 % one fewer, but of what is missing, or a rare loss would read as none.
fn share_unit(percent: f64, digits: i32) -> f64 {
    let missing = (100.0 - percent).abs();
    let (telling, digits) = if missing < 10.0 {
        (missing, digits - 1)
    } else {
        (percent.abs(), digits)
    };
    if telling < 1e-9 {
        return 1.0;
    }
    place(telling, digits).min(1.0)
}

/// A value on an axis whose values lie `step` apart and go up to `largest`: `12k`, `1.2M`.
pub(crate) fn on_axis(value: f64, step: f64, largest: f64) -> String {
    if largest >= 1e18 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let (scale, word) = if largest < 1e4 { (1.0, "") } else { scale_of(largest) };
    // `999,995` is shorter than `0.999995M`.
    let is_long = largest < 1e9 && decimals(step / scale) > 3;
    let (scale, word) = if is_long { (1.0, "") } else { (scale, word) };
    let word = if value == 0.0 { "" } else { word };
    let decimals = if value == 0.0 { 0 } else { decimals(step / scale) };
    format!("{}{word}", grouped(value / scale, decimals))
}

fn scale_of(size: f64) -> (f64, &'static str) {
    SCALES
        .into_iter()
        .find(|(scale, _)| size >= *scale)
        .unwrap_or((1.0, ""))
}

/// Decimals that show the place `unit`.
fn decimals(unit: f64) -> usize {
    // 0.1 is a little more than a tenth: without the allowance its logarithm rounds up.
    (0..12)
        .find(|it| {
            let places = unit * 10f64.powi(*it);
            (places - places.round()).abs() < 1e-6 && places.round() >= 1.0
        })
        .unwrap_or(12) as usize
}

fn grouped(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|it| matches!(it, b'1'..=b'9')) {
        text.push('−');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, interval: (f64, f64), expected: (&str, &str)) {
        let (text, range) = with_interval(value, Some(interval));
        assert_eq!((text.as_str(), range.as_deref()), (expected.0, Some(expected.1)));
    }

    #[test]
    fn numbers_are_rounded_to_what_the_interval_supports() {
        check(1_237.4, (1_103.0, 1_381.0), ("1,240", "1,100 to 1,380"));
        check(10_230.4, (10_190.0, 10_271.0), ("10,230", "10,190 to 10,271"));
        check(124.0, (119.9, 128.1), ("124", "120 to 128"));
        check(2.31, (0.0, 5.0), ("2.3", "0 to 5"));
        check(-51_230.0, (-60_100.0, 2_100.0), ("−51,000", "−60,000 to 2,000"));
        check(1.234_56e9, (1.1e9, 1.381e9), ("1.23B", "1.1B to 1.38B"));
        check(0.000_123, (0.0001, 0.0002), ("0.00012", "0.0001 to 0.0002"));
    }

    #[test]
    fn an_interval_without_width_is_not_written() {
        assert_eq!(with_interval(12.0, Some((12.0, 12.0))), ("12".into(), None));
        assert_eq!(with_interval(1_234.56, None), ("1,235".into(), None));
        assert_eq!(with_interval(0.0, None), ("0".into(), None));
    }

    #[test]
    fn shares_show_what_is_rare() {
        let plain = |value| share(value).replace(NO_BREAK, " ");
        assert_eq!(plain(0.8), "80 %");
        assert_eq!(plain(0.0424), "4.2 %");
        assert_eq!(plain(0.000_1), "0.01 %");
        assert_eq!(plain(0.944), "94 %");
        assert_eq!(plain(0.999_87), "99.99 %");
        assert_eq!(plain(0.0), "0 %");
        assert_eq!(plain(1.0), "100 %");
        let (text, _) = share_with_interval(0.6, Some((0.591, 0.609)));
        assert_eq!(text.replace(NO_BREAK, " "), "60 %");
        let (text, range) = share_with_interval(0.204, Some((0.18, 0.229)));
        assert_eq!(text.replace(NO_BREAK, " "), "20.4 %");
        assert_eq!(range.expect("it has a width").replace(NO_BREAK, " "), "18 to 22.9 %");
    }

    #[test]
    fn an_axis_is_short() {
        assert_eq!(on_axis(2_000.0, 1_000.0, 5_000.0), "2,000");
        assert_eq!(on_axis(12_000.0, 2_000.0, 14_000.0), "12k");
        assert_eq!(on_axis(1_200_000.0, 200_000.0, 1_400_000.0), "1.2M");
        assert_eq!(on_axis(-0.5, 0.5, 1.0), "−0.5");
        assert_eq!(on_axis(0.0, 200_000.0, 1_400_000.0), "0");
        assert_eq!(on_axis(999_995.0, 5.0, 1_000_010.0), "999,995");
    }
}
