//! Digits, decimals and thousands: a number that is already rounded, as text.

/// Numbers with more decimals than this are written as a power of ten.
pub(super) const DECIMALS_MAX: i32 = 6;

/// A whole number with its thousands apart: `12,340`.
#[must_use]
pub fn whole(value: u64) -> String {
    thousands(&value.to_string())
}

/// A number with all its digits, thousands apart: `12,340.5`.
#[must_use]
pub fn exact(value: f64) -> String {
    match plain(value) {
        Some(text) if !text.contains('e') => thousands(&text),
        other => other.unwrap_or_else(|| super::NOTHING.to_owned()),
    }
}

/// A number for machines: the shortest digits that read back as the same number, whole numbers
/// without a decimal point. `None` if it is not finite.
#[must_use]
pub fn plain(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    Some(if value.fract() == 0.0 && value.abs() < 1e16 {
        // Adding zero turns -0 into 0.
        format!("{}", value + 0.0)
    } else {
        format!("{value:?}")
    })
}

pub(super) fn power_of_ten(value: f64, step: Option<f64>) -> String {
    let decimals = step.map_or(2, |step| (magnitude(value) - magnitude(step)).clamp(0, 3));
    format!("{value:.*e}", usize::try_from(decimals).unwrap_or(0))
}

/// The power of ten of the leading digit; 0 for zero.
pub(super) fn magnitude(value: f64) -> i32 {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return 0;
    }
    // A hair above, so that 0.1 + 0.2 - 0.2 and the like keep their power.
    (size.log10() + 1e-9).floor() as i32
}

pub(super) fn decimals_of(step: f64) -> i32 {
    (-magnitude(step)).max(0)
}

pub(super) fn digits(value: f64, step: f64, decimals: i32) -> String {
    // A step below the smallest number rounds nothing.
    let rounded = if step > f64::MIN_POSITIVE {
        (value / step).round() * step
    } else {
        value
    };
    let decimals = usize::try_from(decimals).unwrap_or(0);
    let text = format!("{rounded:.decimals$}");
    let text = match text.strip_prefix('-') {
        Some(size) if is_zero(size) => size,
        _ => &text,
    };
    thousands(text)
}

/// Without the decimals a known number does not need; `whole_cents` keeps all of them or none.
pub(super) fn shortest(text: &str, whole_cents: bool) -> String {
    if is_whole(text) {
        return whole_part(text).to_owned();
    }
    if whole_cents {
        text.to_owned()
    } else {
        text.trim_end_matches('0').to_owned()
    }
}

pub(super) fn is_zero(text: &str) -> bool {
    text.chars().all(|it| matches!(it, '0' | '.' | ','))
}

pub(super) fn is_whole(text: &str) -> bool {
    !text.contains('e') && text.split_once('.').is_none_or(|(_, decimals)| is_zero(decimals))
}

pub(super) fn whole_part(text: &str) -> &str {
    text.split('.').next().unwrap_or(text)
}

fn thousands(text: &str) -> String {
    let (whole, decimals) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_get_every_digit_and_no_needless_point() {
        for (value, text) in [
            (12.0, "12"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1e15, "1000000000000000"),
            (1e300, "1e300"),
            (1.0 / 3.0, "0.3333333333333333"),
        ] {
            assert_eq!(plain(value).as_deref(), Some(text));
            assert_eq!(text.parse::<f64>().ok(), Some(value));
        }
        assert_eq!(plain(f64::NAN), None);
        assert_eq!(whole(1_234_567), "1,234,567");
        assert_eq!(exact(-1_234_567.25), "-1,234,567.25");
        assert_eq!(exact(1e300), "1e300");
    }
}
