//! Amounts of money in cells.

use super::refusal::Reason;

/// Ten-thousandths in one.
const ONE: i64 = 10_000;
/// More than this does not fit a scenario.
const MAX: u64 = 1_000_000_000_000 * ONE.unsigned_abs();

/// The money in a cell, in ten-thousandths, half of one away from zero; none if it is empty.
///
/// # Errors
///
/// If it is no amount, if it could be two (`1,000` may be a thousand or one), or if it is more than a
/// scenario can have.
pub(super) fn read(cell: &[u8]) -> Result<Option<i64>, Reason> {
    let cell = std::str::from_utf8(cell).map_err(|_| Reason::Value)?.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let amount = plain(cell).or_else(|| scientific(cell)).ok_or(Reason::Value)?;
    if amount.unsigned_abs() > MAX {
        return Err(Reason::Large);
    }
    Ok(Some(amount))
}

/// Digits with a point or comma.
fn plain(cell: &str) -> Option<i64> {
    let (sign, digits) = match cell.as_bytes() {
        [b'-', ..] => (-1, &cell[1..]),
        [b'+', ..] => (1, &cell[1..]),
        _ => (1, cell),
    };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let is_ambiguous = digits.contains(',') && decimals.len() == 3;
    if whole.len() + decimals.len() == 0 || !all_digits(whole) || !all_digits(decimals) || is_ambiguous {
        return None;
    }
    // Of more digits than fit it is enough to know that they do not.
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().unwrap_or(i64::MAX)
    };
    let digit = |at: usize| decimals.as_bytes().get(at).map_or(0, |it| i64::from(it - b'0'));
    let part = digit(0) * 1_000 + digit(1) * 100 + digit(2) * 10 + digit(3) + i64::from(digit(4) >= 5);
    Some(sign * whole.saturating_mul(ONE).saturating_add(part))
}

/// `1.5e3`, as programs write large or small numbers.
fn scientific(cell: &str) -> Option<i64> {
    let is_number = cell.bytes().all(|it| it.is_ascii_digit() || b"+-.eE".contains(&it));
    let amount: f64 = cell.parse().ok().filter(|_| is_number)?;
    Some((amount * ONE as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_ten_thousandths() {
        for (cell, amount) in [
            ("12.5", 125_000),
            ("-0.00005", -1),
            ("+7", 70_000),
            (".5", 5_000),
            ("3.", 30_000),
            ("12,50", 125_000),
            (" 1000 ", 10_000_000),
            ("1.000", 10_000),
            ("1.5e3", 15_000_000),
            ("2E-2", 200),
            ("0.00004", 0),
        ] {
            assert_eq!(read(cell.as_bytes()), Ok(Some(amount)), "{cell}");
        }
        assert_eq!(read(b" "), Ok(None));
        for cell in ["1,000", "twelve", "1.2.3", "--1", "$5", "NaN", "inf", ".", "-"] {
            assert_eq!(read(cell.as_bytes()), Err(Reason::Value), "{cell}");
        }
        assert_eq!(read(b"-1000000000000"), Ok(Some(-10_000_000_000_000_000)));
        for cell in ["1000000000000.01", "1e99", "-99999999999999999999"] {
            assert_eq!(read(cell.as_bytes()), Err(Reason::Large), "{cell}");
        }
    }
}
