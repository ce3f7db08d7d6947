//! Values of assumptions in words, whatever they are.

use super::number::{Format, Kind, money, share};

/// The value of an assumption of this kind and unit: `8 %`, `EUR 12.50`, `1,200 per month`, `3 days`;
/// `change` where it is no single number.
#[must_use]
pub fn level(kind: &str, unit: Option<&str>, at: Option<f64>, change: Option<&str>) -> String {
    let Some(at) = at else {
        return change.unwrap_or(super::number::NOTHING).to_owned();
    };
    match kind {
        "chance" | "share" | "share of revenue" => share(at, None),
        "growth" => with(share(at, None), unit),
        "money" => {
            let (currency, per) = match unit.map(|it| it.split_once("per ").map_or((it, None), |it| (it.0, Some(it.1))))
            {
                None => (None, None),
                Some((currency, per)) => (Some(currency.trim()).filter(|it| !it.is_empty()), per),
            };
            let words = money(Some(at), None, currency);
            match per {
                Some(per) => format!("{words} per {per}"),
                None => words,
            }
        }
        _ => with(Format::fitting(Kind::Count, [Some(at)]).number(Some(at), None), unit),
    }
}

fn with(number: String, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{number} {unit}"),
        None => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_what_they_are() {
        for (kind, unit, at, words) in [
            ("chance", None, Some(0.0795), "7.95 %"),
            ("growth", Some("per month"), Some(0.02), "2 % per month"),
            ("money", Some("EUR"), Some(12.5), "EUR 12.50"),
            ("money", Some("EUR per month"), Some(2_200.0), "EUR 2,200 per month"),
            ("money", Some("per week"), Some(600.0), "600 per week"),
            ("arrivals", Some("per month"), Some(1_204.4), "1,204 per month"),
            ("delay", Some("days"), Some(3.3), "3.3 days"),
            ("delay", Some("days"), None, "x1.1"),
        ] {
            assert_eq!(level(kind, unit, at, Some("x1.1")), words);
        }
    }
}
