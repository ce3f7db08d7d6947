//! Proof that splits have the binomial law: single quantiles, moments, tails and cells.

mod draws;
mod quantiles;

use proptest::prelude::*;

use super::*;
use crate::special::{Tails, beta_tails};

const CHANCES: [f64; 15] = [
    1e-12,
    1e-9,
    1e-6,
    1e-3,
    0.05,
    0.1,
    0.3,
    0.499_999_9,
    0.5,
    0.500_000_1,
    0.9,
    1.0 - 1e-3,
    1.0 - 1e-6,
    1.0 - 1e-9,
    1.0 - 1e-12,
];

/// P(K ≤ k) and P(K > k).
fn binomial_tails(n: u64, chance: f64, k: u64) -> Tails {
    if k >= n {
        return Tails::NONE_ABOVE;
    }
    let more = beta_tails(k as f64 + 1.0, (n - k) as f64, chance, 1.0 - chance);
    Tails {
        below: more.above,
        above: more.below,
    }
}

#[test]
fn what_is_certain_takes_no_luck() {
    for n in [0, 1, 7, 1_000_000_000_000_000] {
        for bits in [0, 1, 1 << 63, u64::MAX] {
            for never in [0.0, -0.0, -1.0, f64::NAN] {
                assert_eq!(Split::new(never).quantile(n, bits), 0);
            }
            for always in [1.0, 1.5, f64::INFINITY] {
                assert_eq!(Split::new(always).quantile(n, bits), n);
            }
        }
    }
    for chance in CHANCES {
        assert_eq!(Split::new(chance).quantile(0, u64::MAX), 0);
        assert_eq!(Split::new(chance).quantile(1, 0), 0);
        assert_eq!(Split::new(chance).quantile(1, u64::MAX), 1);
    }
}

#[test]
fn the_worst_luck_ends() {
    for n in [1, 5, 40, 1_000, 1_000_000_000, 1_000_000_000_000_000] {
        for chance in CHANCES {
            let split = Split::new(chance);
            let (worst, best) = (split.quantile(n, 0), split.quantile(n, u64::MAX));
            let mean = n as f64 * chance;
            let deviation = (mean * (1.0 - chance)).sqrt();
            assert!(worst <= best && best <= n);
            assert!(
                best as f64 <= mean + 10.0 * deviation + 25.0,
                "n {n}, chance {chance}: {best}"
            );
            assert!(
                worst as f64 >= mean - 10.0 * deviation - 25.0,
                "n {n}, chance {chance}: {worst}"
            );
        }
    }
}

proptest! {
    #[test]
    fn more_luck_never_gives_fewer(
        exponent in 0.0..15.0_f64,
        chance in 0.0..1.0_f64,
        bits in any::<u64>(),
        step in 0_u32..60,
    ) {
        let split = Split::new(chance);
        let n = 10_f64.powf(exponent) as u64;
        let mut last = 0;
        for factor in 0..20 {
            let count = split.quantile(n, bits.saturating_add(factor << step));
            prop_assert!(count >= last && count <= n);
            last = count;
        }
    }

    #[test]
    fn more_customers_and_higher_chances_never_give_fewer(
        exponent in 0.0..9.0_f64,
        chance in 0.0..1.0_f64,
        bits in any::<u64>(),
        growth in 1e-6..0.2_f64,
    ) {
        let mut n = 10_f64.powf(exponent);
        let mut last = (0, 0);
        for step in 0..20 {
            let more = Split::new(chance).quantile(n as u64, bits);
            let likelier = Split::new(chance * (1.0 + growth * f64::from(step))).quantile(1_000, bits);
            prop_assert!(more >= last.0 && likelier >= last.1);
            last = (more, likelier);
            n *= 1.0 + growth;
        }
    }

    #[test]
    fn the_complement_has_the_opposite_luck(n in 0_u64..1_000_000, power in 1_u32..40, bits in any::<u64>()) {
        let chance = 0.5_f64.powi(power as i32);
        prop_assert_eq!(
            Split::new(chance).quantile(n, bits) + Split::new(1.0 - chance).quantile(n, !bits),
            n
        );
    }
}
