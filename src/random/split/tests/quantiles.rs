//! Proof that every single quantile is that of the law: around where the count changes.

use super::{CHANCES, binomial_tails};
use crate::random::Split;
use crate::special::Tails;

/// Adding up from 0 loses this much.
const ADDED_UP: f64 = 1e-14;

/// P(K ≤ k) and P(K > k) for k from 0 on, by adding up single probabilities; n is at most 60.
fn enumerated(n: u64, chance: f64) -> Vec<Tails> {
    let mut ways = 1_u64;
    let probabilities: Vec<f64> = (0..=n)
        .map(|k| {
            let probability = ways as f64 * chance.powi(k as i32) * (1.0 - chance).powi((n - k) as i32);
            ways = (u128::from(ways) * u128::from(n - k) / u128::from(k + 1)) as u64;
            probability
        })
        .collect();
    (0..=n as usize)
        .map(|k| Tails {
            below: probabilities[..=k].iter().sum(),
            above: probabilities[k + 1..].iter().rev().sum(),
        })
        .collect()
}

/// Luck that is less than `below` or more than 1 − `above`, whichever is the smaller, by this part
/// of it; `None` if that is off the scale.
fn luck(tails: Tails, part: f64, rounding: f64) -> Option<u64> {
    const UNIT: f64 = 18_446_744_073_709_551_616.0;
    let is_low = tails.below <= 0.5;
    let tail = if is_low { tails.below } else { tails.above };
    let moved = if is_low {
        tail + part * tail + rounding.copysign(part)
    } else {
        tail - part * tail - rounding.copysign(part)
    };
    let bits = (moved * UNIT) as u64;
    (moved > 0.0 && moved < 1.0).then_some(if is_low { bits } else { !bits })
}

/// The count changes from at most k to more than k where the distribution function says so, up to
/// this part of the smaller tail.
/// and this much of the whole.
fn check(n: u64, chance: f64, k: u64, tails: Tails, part: f64, rounding: f64) {
    let split = Split::new(chance);
    let name = format!("n {n}, chance {chance:e}, k {k}, tails {tails:?}");
    if let Some(bits) = luck(tails, -part, rounding) {
        assert!(split.quantile(n, bits) <= k, "{name}: too many");
    }
    if let Some(bits) = luck(tails, part, rounding)
        && k < n
    {
        assert!(split.quantile(n, bits) > k, "{name}: too few");
    }
}

#[test]
fn quantiles_of_few_customers_are_those_of_the_enumerated_law() {
    let more = (1..60).map(|step| f64::from(step) / 60.0);
    for chance in CHANCES.into_iter().chain(more) {
        for n in (1..=40).chain([60]) {
            for (k, tails) in enumerated(n, chance).into_iter().enumerate() {
                check(n, chance, k as u64, tails, 1e-11, ADDED_UP);
            }
        }
    }
}

#[test]
fn quantiles_around_every_change_of_method_are_those_of_the_law() {
    // Variances around that where the expansion begins, means around that where adding up ends,
    // variances around that where the expansion is trusted; all counts within eight deviations.
    let chances = [1e-9, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0 - 1e-4];
    for chance in chances {
        let smaller = f64::min(chance, 1.0 - chance);
        let variance = smaller * (1.0 - smaller);
        let mut sizes = Vec::new();
        for around in [0.3, 0.7, 1.0, 1.2, 1.4, 1.6, 2.0, 3.0, 5.0, 10.0, 30.0, 90.0, 400.0] {
            sizes.push((around / variance) as u64);
        }
        for around in [18.0, 19.9, 20.1, 22.0] {
            sizes.push((around / smaller) as u64);
        }
        for n in sizes.into_iter().filter(|it| *it > 0) {
            check_all(n, chance, 1);
        }
        for around in [0.99e4, 1.01e4, 3e4, 1e5] {
            check_all((around / variance) as u64, chance, 23);
        }
    }
}

/// Checks every so manyth count within eight deviations of the mean.
fn check_all(n: u64, chance: f64, step: usize) {
    let mean = n as f64 * chance;
    let deviation = (mean * (1.0 - chance)).sqrt();
    let first = (mean - 8.0 * deviation - 3.0).max(0.0) as u64;
    let last = ((mean + 8.0 * deviation + 3.0) as u64).min(n);
    for k in (first..=last).step_by(step) {
        check(n, chance, k, binomial_tails(n, chance, k), 1e-10, ADDED_UP);
    }
}

#[test]
fn quantiles_of_many_customers_are_those_of_the_law() {
    // Tails at 10¹² customers are themselves known to about 1e-10 only.
    for (n, part) in [(1_000_000, 1e-10), (1_000_000_000, 1e-10), (1_000_000_000_000, 1e-9)] {
        for chance in CHANCES {
            let mean = n as f64 * chance;
            let deviation = (mean * (1.0 - chance)).sqrt();
            for z in [-6.0, -4.9, -4.5, -2.5, -1.0, -0.3, 0.0, 0.2, 0.9, 2.0, 4.0, 4.8, 5.5] {
                let k = mean + z * deviation;
                if k >= 0.0 && k < n as f64 {
                    check(n, chance, k as u64, binomial_tails(n, chance, k as u64), part, ADDED_UP);
                }
            }
        }
    }
}

#[test]
fn quantiles_of_many_customers_agree_with_sixty_digits() {
    // Number of customers, chance, count k and the smaller of P(K ≤ k) and P(K > k).
    let known = [
        (1e6, 0.3, 297_021, 3.867_726_211_728_638_4e-11),
        (1e6, 0.3, 298_625, 0.001_347_367_040_818_083_4),
        (1e6, 0.3, 299_816, 0.344_464_969_470_680_6),
        (1e6, 0.3, 300_504, 0.135_474_774_336_236_97),
        (1e6, 0.3, 302_062, 3.430_519_427_057_598e-6),
        (1e6, 0.3, 303_436, 3.415_496_638_217_579_5e-14),
        (1e9, 1e-6, 794, 8.076_542_695_439_371e-12),
        (1e9, 1e-6, 905, 0.001_214_619_560_935_128_3),
        (1e9, 1e-6, 987, 0.347_961_226_156_999_3),
        (1e9, 1e-6, 1_034, 0.137_847_131_547_180_76),
        (1e9, 1e-6, 1_142, 5.162_028_359_499_814e-6),
        (1e9, 1e-6, 1_237, 2.173_967_937_370_893e-13),
        (1e9, 0.5, 499_897_225, 4.015_196_324_045_958e-11),
        (1e9, 0.5, 499_952_565, 0.001_349_804_099_705_074_3),
        (1e9, 0.5, 499_993_675, 0.344_579_546_891_677_5),
        (1e9, 0.5, 500_017_392, 0.135_666_434_757_364_48),
        (1e9, 0.5, 500_071_151, 3.397_417_618_342_678e-6),
        (1e9, 0.5, 500_118_585, 3.190_755_745_020_314_4e-14),
        (1e12, 1e-9, 794, 8.076_716_960_552_801e-12),
        (1e12, 1e-9, 905, 0.001_214_625_501_999_559_3),
        (1e12, 1e-9, 987, 0.347_961_301_898_867_2),
        (1e12, 1e-9, 1_034, 0.137_847_250_508_212_03),
        (1e12, 1e-9, 1_142, 5.162_083_060_222_73e-6),
        (1e12, 1e-9, 1_237, 2.174_030_231_597_452_2e-13),
        (1e12, 0.1, 99_998_050_000, 4.015_555_677_436_927e-11),
        (1e12, 0.1, 99_999_100_000, 0.001_349_889_660_256_953_9),
        (1e12, 0.1, 99_999_880_000, 0.344_579_009_654_500_2),
        (1e12, 0.1, 100_000_330_000, 0.135_665_718_196_873_45),
        (1e12, 0.1, 100_001_350_000, 3.397_783_236_235_166_5e-6),
        (1e12, 0.1, 100_002_250_000, 3.191_448_904_505_039e-14),
        (1e15, 1e-12, 794, 8.076_717_134_819_775e-12),
        (1e15, 1e-12, 905, 0.001_214_625_507_940_643),
        (1e15, 1e-12, 987, 0.347_961_301_974_61),
        (1e15, 1e-12, 1_034, 0.137_847_250_627_172_43),
        (1e15, 1e-12, 1_142, 5.162_083_114_923_623e-6),
        (1e15, 1e-12, 1_237, 2.174_030_293_892_462_3e-13),
        (1e15, 0.001, 999_993_503_250, 4.015_808_973_251_084e-11),
        (1e15, 0.001, 999_997_001_500, 0.001_349_892_684_702_614_8),
        (1e15, 0.001, 999_999_600_200, 0.344_578_475_657_775_66),
        (1e15, 0.001, 1_000_001_099_449, 0.135_666_147_560_215_97),
        (1e15, 0.001, 1_000_004_497_749, 3.397_723_325_551_623_3e-6),
        (1e15, 0.001, 1_000_007_496_249, 3.191_104_836_800_340_5e-14),
        (1e15, 0.75, 749_999_910_995_084, 4.016_007_469_914_029_6e-11),
        (1e15, 0.75, 749_999_958_920_808, 0.001_349_898_348_669_112_4),
        (1e15, 0.75, 749_999_994_522_774, 0.344_578_258_525_538_47),
        (1e15, 0.75, 750_000_015_062_370, 0.135_666_057_985_466_2),
        (1e15, 0.75, 750_000_061_618_787, 3.397_671_508_229_178_4e-6),
        (1e15, 0.75, 750_000_102_697_979, 3.190_883_545_018_195e-14),
    ];
    for (n, chance, k, tail) in known {
        let tails = if (k as f64) < n * chance {
            Tails::from_below(tail)
        } else {
            Tails::from_above(tail)
        };
        // Luck comes in steps of 2⁻⁶⁴.
        check(n as u64, chance, k, tails, 1e-12, 1.1e-19);
    }
}
