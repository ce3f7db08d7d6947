//! Plain numbers: `12`, `0.08`, `"8%"`, `"10_000"`.

use super::super::spot::{Faults, Spot};
use super::super::syntax::Value;
use crate::problem::Fault;

/// A number as written in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Written {
    /// Its value, 0.08 for `8%`.
    pub(super) value: f64,
    /// Whether it was written with `%`.
    pub(super) percent: bool,
}

/// The number `text`: a sign, digits with `_` between them, a decimal point, an exponent, `%`.
pub(super) fn written(text: &str) -> Option<Written> {
    let (digits, percent) = match text.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let value = decimal(digits)?;
    Some(Written {
        value: if percent { value / 100.0 } else { value },
        percent,
    })
}

/// The number `text` without `%`.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // Rust also reads `inf`, `nan` and `infinity`.
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let bytes = unsigned.as_bytes();
    let between_digits = bytes.iter().enumerate().all(|(at, byte)| {
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        *byte != b'_' || digit(at.checked_sub(1)) && digit(at.checked_add(1))
    });
    if !between_digits {
        return None;
    }
    let value: f64 = text.replace('_', "").parse().ok()?;
    value.is_finite().then_some(value)
}

/// A whole number; those of more than 15 digits are rounded.
pub(super) fn whole(number: i64) -> f64 {
    number as f64
}

/// A plain number, also as a text, with the reason why it may be none.
pub(crate) fn number(spot: &Spot<'_>, wanted: &str, faults: &mut Faults) -> Option<f64> {
    match &spot.node.value {
        Value::Integer(number) => Some(whole(*number)),
        Value::Float(number) => Some(*number),
        Value::String(text) => {
            let number = written(text.trim());
            if number.is_none() {
                let fault = Fault::mistake("bad-notation", spot.at.clone(), format!("{text:?} is not a number"));
                faults.push(fault.help(hint(text).unwrap_or_else(|| format!("write {wanted}"))));
            }
            number.map(|it| it.value)
        }
        _ => spot.wrong(wanted, faults),
    }
}

/// What was probably meant by a text that is not a number.
pub(super) fn hint(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains(" %") {
        return Some(format!("write `{}`", text.replace(" %", "%")));
    }
    let grouped = |separators: &[char]| {
        let bare: String = text.chars().filter(|c| !separators.contains(c)).collect();
        (bare.len() < text.len() && decimal(&bare).is_some())
            .then(|| text.replace(|c| separators.contains(&c), "_"))
            .filter(|it| decimal(it).is_some())
    };
    if let Some(number) = grouped(&['\'', '’', ' ', '\u{a0}', '\u{202f}']) {
        return Some(format!("write `{number}`"));
    }
    let body = text.trim_end_matches('%');
    if body.contains(',') && decimal(&body.replace(',', "")).is_some() {
        let point = text.replacen(',', ".", 1);
        let none = text.replace(',', "_");
        return Some(if written(&point).is_some() && written(&none).is_some() {
            format!("write `{point}` or `{none}`: a decimal point, no thousands separators")
        } else {
            "numbers have a decimal point and no thousands separators".to_owned()
        });
    }
    text.parse::<f64>()
        .is_ok_and(|it| !it.is_finite())
        .then(|| "numbers are finite".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written() {
        for (text, value) in [
            ("12", 12.0),
            ("-0.5", -0.5),
            ("+3", 3.0),
            ("10_000", 10_000.0),
            ("1e3", 1_000.0),
            (".5", 0.5),
            ("8%", 0.08),
            ("12.5%", 0.125),
        ] {
            assert_eq!(written(text).map(|it| it.value), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        for text in [
            "", "%", "inf", "nan", "-inf", "1e400", "1,000", "1_", "_1", "1__0", "8 %", "x", "1.2.3", "0x10", "--1",
            "+-1", "1 000",
        ] {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn foreign_ways_to_write_a_number_are_understood_enough_to_help() {
        let help = |text| hint(text).unwrap_or_default();
        assert_eq!(help("8 %"), "write `8%`");
        assert_eq!(help("10 000"), "write `10_000`");
        assert!(help("1,000").contains("`1_000`"));
        assert!(help("3,5%").contains("`3.5%`"));
        assert_eq!(help("1e400"), "numbers are finite");
        assert_eq!(hint("many"), None);
    }
}
