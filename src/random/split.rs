//! Binomial counts by inversion: how many of any number of customers have the luck of a chance.

mod expansion;
mod few;
mod settle;
mod table;
#[cfg(test)]
mod tests;

use super::Sequence;
use few::few;
use settle::settle;
use table::{Tables, quantile, tables};

/// A chance, made ready to split customers by.
///
/// One word of 64 random bits makes one count: the quantile of the binomial law at the uniform
/// number that the bits stand for, whatever the number of customers. So a count grows with the
/// bits, with the chance and with the number of customers, and what is split with the same luck
/// under slightly other assumptions comes out slightly other.
///
/// The law is exact to double precision for up to 10¹⁵ customers: no cumulative probability is off
/// by more than about 10⁻¹⁴.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The chance or its complement, whichever is smaller: the *smaller side*.
    chance: f64,
    /// The same as `leading` · 2^−(64 + `shift`); 0 where customers cannot number enough.
    leading: u64,
    shift: u32,
    /// Whether the smaller side is the complement.
    is_complement: bool,
    /// Variance of the count of one customer.
    variance: f64,
    /// Chance over complement, of the smaller side.
    odds: f64,
    /// ln of the larger side.
    ln_other: f64,
    /// What is looked up.
    tables: &'static Tables,
}

impl Split {
    /// Makes a chance ready; below 0 (or not a number) is never, above 1 is always.
    #[must_use]
    pub fn new(chance: f64) -> Self {
        let certain = if chance > 0.0 { chance.min(1.0) } else { 0.0 };
        let is_complement = certain > 0.5;
        let smaller = if is_complement { 1.0 - certain } else { certain };
        let (leading, shift) = leading_bits(smaller);
        Self {
            chance: smaller,
            leading,
            shift,
            is_complement,
            variance: smaller * (1.0 - smaller),
            odds: smaller / (1.0 - smaller),
            ln_other: (-smaller).ln_1p(),
            tables: tables(),
        }
    }

    /// How many of `n` customers it falls to; takes one word of `luck`.
    #[inline]
    pub fn draw(&self, n: u64, luck: &mut Sequence) -> u64 {
        self.quantile(n, luck.bits())
    }

    /// The smallest k with P(K ≤ k) ≥ u, where u is the number of (0, 1) that `bits` stand for.
    #[inline]
    #[must_use]
    pub fn quantile(&self, n: u64, bits: u64) -> u64 {
        // The luck of one side is the bad luck of the other.
        if self.is_complement {
            n - self.smaller_side(n, !bits)
        } else {
            self.smaller_side(n, bits)
        }
    }

    #[inline]
    fn smaller_side(&self, n: u64, bits: u64) -> u64 {
        let count = n as i64 as f64;
        let variance = count * self.variance;
        if variance < MANY_VARIANCE {
            return few(self, count, bits);
        }
        let Some(z) = quantile(self.tables, bits) else {
            return settle(self, n, bits);
        };
        let (whole, fraction) = self.mean(n);
        let (beyond, doubt) = expansion::quick(self, variance, z);
        let beyond = fraction + beyond;
        // Rounds to the nearest whole number, which then stands in the lowest bits.
        let shifted = beyond + ROUNDING;
        if (beyond - (shifted - ROUNDING)).abs() + doubt > 0.5 {
            return settle(self, n, bits);
        }
        whole.wrapping_add(shifted.to_bits()).wrapping_sub(ROUNDING.to_bits())
    }

    /// The mean of the smaller side, as a whole number and a fraction.
    ///
    /// A mean of 10¹⁴ customers in one floating-point number could be off by a hundredth.
    #[inline]
    fn mean(&self, n: u64) -> (u64, f64) {
        let scaled = (u128::from(n) * u128::from(self.leading)) >> self.shift;
        let fraction = (scaled as u64 >> 1) as i64 as f64 * (1.0 / (1_u64 << 63) as f64);
        ((scaled >> 64) as u64, fraction)
    }
}

/// From this variance on, the expansion leaves few counts in doubt.
const MANY_VARIANCE: f64 = 2.0;

/// 3 · 2⁵¹: adding it leaves no place for fractions.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// `chance` as a number of 64 bits · 2^−(64 + shift); 0 if it is below 2⁻⁶³.
fn leading_bits(chance: f64) -> (u64, u32) {
    let bits = chance.to_bits();
    let exponent = (bits >> 52) as u32;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    match 1022_u32.checked_sub(exponent) {
        Some(shift) if shift < 63 => (mantissa << 11, shift),
        _ => (0, 0),
    }
}
