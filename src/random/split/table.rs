//! What all splits look up: quantiles of the normal law by random bits, and powers of e.

use std::f64::consts::PI;
use std::fmt;
use std::sync::LazyLock;

use crate::special::{Tails, normal_quantile};

/// Tables that are made once.
#[derive(PartialEq)]
pub(super) struct Tables {
    /// For every cell of the numbers of 63 bits, each octave of which has as many cells: the normal
    /// law's quantile in terms of the place in the cell.
    quantiles: [[f64; TERMS]; OCTAVES * CELLS],
    /// e^−x for every sixteenth from 0 to less than [`EXP_MAX`].
    pub(super) exp: [f64; 16 * EXP_MAX as usize],
}

impl fmt::Debug for Tables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // They are the same for all splits, and long.
        formatter.write_str("Tables")
    }
}

/// Where the table of powers of e ends.
pub(super) const EXP_MAX: u8 = 8;

const OCTAVES: usize = 20;
const CELLS_LOG2: u32 = 4;
const CELLS: usize = 1 << CELLS_LOG2;
const TERMS: usize = 5;

/// How far [`quantile`] may be off.
pub(super) const PRECISION: f64 = 4e-10;

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    quantiles: std::array::from_fn(polynomial),
    exp: std::array::from_fn(|cell| (-(cell as f64) / 16.0).exp()),
});

/// The tables, made when they are first asked for.
pub(super) fn tables() -> &'static Tables {
    &TABLES
}

/// The quantile of the normal law at the number of (0, 1) that `bits` stand for; `None` in the
/// outer 10⁻⁶ of the law, which the table does not hold.
#[inline]
pub(super) fn quantile(tables: &Tables, bits: u64) -> Option<f64> {
    let is_above = (bits as i64 >> 63) as u64;
    let tail = bits ^ is_above;
    let leading = (tail | 1).leading_zeros();
    let scaled = tail << leading;
    let at = (leading << CELLS_LOG2) + ((scaled >> (63 - CELLS_LOG2)) as u32 & (CELLS as u32 - 1));
    let cell = tables.quantiles.get(at as usize - CELLS)?;
    // From −2⁶³ to 2⁶³ within the cell.
    let x = ((scaled << (CELLS_LOG2 + 1)) ^ (1 << 63)) as i64 as f64;
    let square = x * x;
    let z = (cell[0] + cell[1] * x) + square * (cell[2] + cell[3] * x + square * cell[4]);
    Some(f64::from_bits(z.to_bits() ^ (is_above & (1 << 63))))
}

/// Both tails at the number of (0, 1) that `bits` stand for.
pub(super) fn tails(bits: u64) -> Tails {
    let part = |bits: u64| (bits as f64 + 0.5) * 0.5_f64.powi(64);
    Tails {
        below: part(bits),
        above: part(!bits),
    }
}

/// The polynomial through the quantiles at Chebyshev's points of a cell.
fn polynomial(at: usize) -> [f64; TERMS] {
    let (octave, cell) = (at / CELLS, at % CELLS);
    let width = 0.25 * 0.5_f64.powi(octave as i32) / CELLS as f64;
    let points: [f64; TERMS] = std::array::from_fn(|point| (PI * (point as f64 + 0.5) / TERMS as f64).cos());
    // Newton's divided differences.
    let mut differences = points.map(|point| {
        let below = width * ((CELLS + cell) as f64 + 0.5 * (point + 1.0));
        normal_quantile(Tails::from_below(below))
    });
    for order in 1..TERMS {
        for at in (order..TERMS).rev() {
            differences[at] = (differences[at] - differences[at - 1]) / (points[at] - points[at - order]);
        }
    }
    let mut terms = [0.0; TERMS];
    for at in (0..TERMS).rev() {
        for power in (0..TERMS).rev() {
            let lower = if power > 0 { terms[power - 1] } else { differences[at] };
            terms[power] = lower - points[at] * terms[power];
        }
    }
    std::array::from_fn(|power| terms[power] * 0.5_f64.powi(63 * power as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_table_are_within_their_precision() {
        let tables = tables();
        for step in 0..400_000_u64 {
            let bits = (step << 40).wrapping_mul(0x9e37_79b9) >> (step % 24);
            for bits in [bits, !bits] {
                let Some(found) = quantile(tables, bits) else { continue };
                let wanted = normal_quantile(tails(bits));
                assert!(
                    (found - wanted).abs() < 0.5 * PRECISION,
                    "{bits:x}: {found} for {wanted}"
                );
            }
        }
    }

    #[test]
    fn the_table_ends_at_a_millionth() {
        let tables = tables();
        assert!(quantile(tables, 1 << 43).is_some());
        assert!(quantile(tables, (1 << 43) - 1).is_none());
        assert!(quantile(tables, !(1 << 43)).is_some());
        assert!(quantile(tables, !((1 << 43) - 1)).is_none());
        assert!(quantile(tables, 0).is_none() && quantile(tables, u64::MAX).is_none());
    }
}
