//! Proof that splits have the binomial law: single quantiles, moments, tails and cells.

use proptest::prelude::*;

use super::*;
use crate::random::Key;
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

/// Adding up from 0 loses this much.
const ADDED_UP: f64 = 1e-14;

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
    // Number of customers, chance, count k, P(K ≤ k), P(K > k).
    let known = [
        (
            1_000_000,
            0.3,
            297_021,
            3.867_726_211_728_638_4e-11,
            0.999_999_999_961_322_7,
        ),
        (
            1_000_000,
            0.3,
            298_625,
            0.001_347_367_040_818_083_4,
            0.998_652_632_959_181_9,
        ),
        (
            1_000_000,
            0.3,
            299_816,
            0.344_464_969_470_680_6,
            0.655_535_030_529_319_4,
        ),
        (1_000_000, 0.3, 300_504, 0.864_525_225_663_763, 0.135_474_774_336_236_97),
        (
            1_000_000,
            0.3,
            302_062,
            0.999_996_569_480_572_9,
            3.430_519_427_057_598e-6,
        ),
        (
            1_000_000,
            0.3,
            303_436,
            0.999_999_999_999_965_8,
            3.415_496_638_217_579_5e-14,
        ),
        (
            1_000_000_000,
            1e-6,
            794,
            8.076_542_695_439_371e-12,
            0.999_999_999_991_923_5,
        ),
        (
            1_000_000_000,
            1e-6,
            905,
            0.001_214_619_560_935_128_3,
            0.998_785_380_439_064_8,
        ),
        (
            1_000_000_000,
            1e-6,
            987,
            0.347_961_226_156_999_3,
            0.652_038_773_843_000_7,
        ),
        (
            1_000_000_000,
            1e-6,
            1_034,
            0.862_152_868_452_819_2,
            0.137_847_131_547_180_76,
        ),
        (
            1_000_000_000,
            1e-6,
            1_142,
            0.999_994_837_971_640_5,
            5.162_028_359_499_814e-6,
        ),
        (
            1_000_000_000,
            1e-6,
            1_237,
            0.999_999_999_999_782_6,
            2.173_967_937_370_893e-13,
        ),
        (
            1_000_000_000,
            0.5,
            499_897_225,
            4.015_196_324_045_958e-11,
            0.999_999_999_959_848,
        ),
        (
            1_000_000_000,
            0.5,
            499_952_565,
            0.001_349_804_099_705_074_3,
            0.998_650_195_900_294_9,
        ),
        (
            1_000_000_000,
            0.5,
            499_993_675,
            0.344_579_546_891_677_5,
            0.655_420_453_108_322_5,
        ),
        (
            1_000_000_000,
            0.5,
            500_017_392,
            0.864_333_565_242_635_5,
            0.135_666_434_757_364_48,
        ),
        (
            1_000_000_000,
            0.5,
            500_071_151,
            0.999_996_602_582_381_7,
            3.397_417_618_342_678e-6,
        ),
        (
            1_000_000_000,
            0.5,
            500_118_585,
            0.999_999_999_999_968_1,
            3.190_755_745_020_314_4e-14,
        ),
        (
            1_000_000_000_000,
            1e-9,
            794,
            8.076_716_960_552_801e-12,
            0.999_999_999_991_923_2,
        ),
        (
            1_000_000_000_000,
            1e-9,
            905,
            0.001_214_625_501_999_559_3,
            0.998_785_374_498_000_4,
        ),
        (
            1_000_000_000_000,
            1e-9,
            987,
            0.347_961_301_898_867_2,
            0.652_038_698_101_132_8,
        ),
        (
            1_000_000_000_000,
            1e-9,
            1_034,
            0.862_152_749_491_788,
            0.137_847_250_508_212_03,
        ),
        (
            1_000_000_000_000,
            1e-9,
            1_142,
            0.999_994_837_916_939_8,
            5.162_083_060_222_73e-6,
        ),
        (
            1_000_000_000_000,
            1e-9,
            1_237,
            0.999_999_999_999_782_6,
            2.174_030_231_597_452_2e-13,
        ),
        (
            1_000_000_000_000,
            0.1,
            99_998_050_000,
            4.015_555_677_436_927e-11,
            0.999_999_999_959_844_5,
        ),
        (
            1_000_000_000_000,
            0.1,
            99_999_100_000,
            0.001_349_889_660_256_953_9,
            0.998_650_110_339_743,
        ),
        (
            1_000_000_000_000,
            0.1,
            99_999_880_000,
            0.344_579_009_654_500_2,
            0.655_420_990_345_499_8,
        ),
        (
            1_000_000_000_000,
            0.1,
            100_000_330_000,
            0.864_334_281_803_126_5,
            0.135_665_718_196_873_45,
        ),
        (
            1_000_000_000_000,
            0.1,
            100_001_350_000,
            0.999_996_602_216_763_8,
            3.397_783_236_235_166_5e-6,
        ),
        (
            1_000_000_000_000,
            0.1,
            100_002_250_000,
            0.999_999_999_999_968_1,
            3.191_448_904_505_039e-14,
        ),
        (
            1_000_000_000_000_000,
            1e-12,
            794,
            8.076_717_134_819_775e-12,
            0.999_999_999_991_923_2,
        ),
        (
            1_000_000_000_000_000,
            1e-12,
            905,
            0.001_214_625_507_940_643,
            0.998_785_374_492_059_4,
        ),
        (
            1_000_000_000_000_000,
            1e-12,
            987,
            0.347_961_301_974_61,
            0.652_038_698_025_39,
        ),
        (
            1_000_000_000_000_000,
            1e-12,
            1_034,
            0.862_152_749_372_827_6,
            0.137_847_250_627_172_43,
        ),
        (
            1_000_000_000_000_000,
            1e-12,
            1_142,
            0.999_994_837_916_885,
            5.162_083_114_923_623e-6,
        ),
        (
            1_000_000_000_000_000,
            1e-12,
            1_237,
            0.999_999_999_999_782_6,
            2.174_030_293_892_462_3e-13,
        ),
        (
            1_000_000_000_000_000,
            0.001,
            999_993_503_250,
            4.015_808_973_251_084e-11,
            0.999_999_999_959_841_9,
        ),
        (
            1_000_000_000_000_000,
            0.001,
            999_997_001_500,
            0.001_349_892_684_702_614_8,
            0.998_650_107_315_297_4,
        ),
        (
            1_000_000_000_000_000,
            0.001,
            999_999_600_200,
            0.344_578_475_657_775_66,
            0.655_421_524_342_224_3,
        ),
        (
            1_000_000_000_000_000,
            0.001,
            1_000_001_099_449,
            0.864_333_852_439_784,
            0.135_666_147_560_215_97,
        ),
        (
            1_000_000_000_000_000,
            0.001,
            1_000_004_497_749,
            0.999_996_602_276_674_4,
            3.397_723_325_551_623_3e-6,
        ),
        (
            1_000_000_000_000_000,
            0.001,
            1_000_007_496_249,
            0.999_999_999_999_968_1,
            3.191_104_836_800_340_5e-14,
        ),
        (
            1_000_000_000_000_000,
            0.75,
            749_999_910_995_084,
            4.016_007_469_914_029_6e-11,
            0.999_999_999_959_839_9,
        ),
        (
            1_000_000_000_000_000,
            0.75,
            749_999_958_920_808,
            0.001_349_898_348_669_112_4,
            0.998_650_101_651_330_8,
        ),
        (
            1_000_000_000_000_000,
            0.75,
            749_999_994_522_774,
            0.344_578_258_525_538_47,
            0.655_421_741_474_461_5,
        ),
        (
            1_000_000_000_000_000,
            0.75,
            750_000_015_062_370,
            0.864_333_942_014_533_8,
            0.135_666_057_985_466_2,
        ),
        (
            1_000_000_000_000_000,
            0.75,
            750_000_061_618_787,
            0.999_996_602_328_491_7,
            3.397_671_508_229_178_4e-6,
        ),
        (
            1_000_000_000_000_000,
            0.75,
            750_000_102_697_979,
            0.999_999_999_999_968_1,
            3.190_883_545_018_195e-14,
        ),
    ];
    for (n, chance, k, below, above) in known {
        // Luck comes in steps of 2⁻⁶⁴.
        check(n, chance, k, Tails { below, above }, 1e-12, 1.1e-19);
    }
}

#[test]
fn moments_and_tails_of_many_draws_are_those_of_the_law() {
    for n in [1_000_000, 1_000_000_000, 1_000_000_000_000, 1_000_000_000_000_000] {
        for chance in &CHANCES[1..14] {
            check_draws(n, *chance);
        }
    }
}

/// 200,000 draws: mean, variance, third moment and four tails, each within 5 standard errors.
fn check_draws(n: u64, chance: f64) {
    let draws = 200_000;
    let split = Split::new(chance);
    let mut luck = Key::new(17).with(n).with(chance.to_bits()).sequence();
    let smaller = f64::min(chance, 1.0 - chance);
    let (mean, variance) = (n as f64 * smaller, n as f64 * smaller * (1.0 - smaller));
    let deviation = variance.sqrt();
    let counts: Vec<u64> = (0..draws)
        .map(|_| split.draw(n, &mut luck))
        .map(|count| if chance > 0.5 { n - count } else { count })
        .collect();
    let moment = |power: i32| {
        let sum: f64 = counts
            .iter()
            .map(|count| ((*count as f64 - mean) / deviation).powi(power))
            .sum();
        sum / f64::from(draws)
    };
    // Central moments of the standardized law, in terms of 1/variance and pq.
    let (v, w) = (smaller * (1.0 - smaller), 1.0 / variance);
    let skewness = (1.0 - 2.0 * smaller) / deviation;
    let fourth = 3.0 + (1.0 - 6.0 * v) * w;
    let sixth = 15.0 + (25.0 - 130.0 * v) * w + (1.0 - 30.0 * v + 120.0 * v * v) * w * w;
    let error = |variance: f64| (variance / f64::from(draws)).sqrt();
    let name = format!("n {n}, chance {chance:e}");
    let near = |what: &str, found: f64, wanted: f64, error: f64| {
        assert!(
            (found - wanted).abs() < 5.0 * error,
            "{name}: {what} {found} for {wanted} ± {error}"
        );
    };
    // Where hardly anybody is counted at all, sums are Poisson counts.
    if mean * f64::from(draws) > 100.0 {
        near("mean", moment(1), 0.0, error(1.0));
        near("variance", moment(2), 1.0, error(fourth - 1.0));
        near("skewness", moment(3), skewness, error(sixth - skewness * skewness));
    }
    // Enumerating the tails of ever larger laws takes ever longer.
    if mean < 1e12 {
        for z in [-4.0, -2.5, 2.5, 4.0] {
            check_tail(n, smaller, z, &counts);
        }
    }
}

/// The share of `counts` beyond z deviations.
fn check_tail(n: u64, chance: f64, z: f64, counts: &[u64]) {
    let mean = n as f64 * chance;
    let cut = mean + z * (mean * (1.0 - chance)).sqrt();
    if cut < 0.0 {
        return;
    }
    let tails = binomial_tails(n, chance, cut as u64);
    let below = counts.iter().filter(|it| **it <= cut as u64).count() as f64;
    let (found, wanted) = if z < 0.0 {
        (below, tails.below)
    } else {
        (counts.len() as f64 - below, tails.above)
    };
    let expected = wanted * counts.len() as f64;
    // A Poisson count of less than 1 may well be 5.
    let bar = 5.0 * expected.max(1.0).sqrt();
    assert!(
        (found - expected).abs() < bar,
        "n {n}, chance {chance:e}: {found} for {expected} beyond {z} deviations"
    );
}

#[test]
fn draws_fall_evenly_into_cells_of_even_chances() {
    let laws = [
        (3, 0.4),
        (25, 0.1),
        (60, 0.05),
        (200, 0.5),
        (1_000, 0.07),
        (30_000, 0.9),
        (1_000_000, 0.3),
        (1_000_000_000, 1e-7),
        (1_000_000_000_000, 0.25),
        (1_000_000_000_000, 1e-9),
    ];
    for (n, chance) in laws {
        check_cells(n, chance, 1_000_000);
    }
}

/// Chi-square over up to 50 cells: mean cells − 1, variance twice that.
fn check_cells(n: u64, chance: f64, draws: u32) {
    let mean = n as f64 * chance;
    let deviation = (mean * (1.0 - chance)).sqrt();
    let mut cuts: Vec<u64> = (1..50)
        .map(|cell| crate::special::normal_quantile(Tails::from_below(f64::from(cell) / 50.0)))
        .map(|z| (mean + z * deviation).clamp(0.0, (n - 1) as f64) as u64)
        .collect();
    cuts.dedup();
    let tails: Vec<Tails> = cuts.iter().map(|cut| binomial_tails(n, chance, *cut)).collect();
    let split = Split::new(chance);
    let mut luck = Key::new(23).with(n).with(chance.to_bits()).sequence();
    let mut found = vec![0_u32; cuts.len() + 1];
    for _ in 0..draws {
        let count = split.draw(n, &mut luck);
        found[cuts.partition_point(|cut| *cut < count)] += 1;
    }
    let mut before = Tails::NONE_BELOW;
    let mut off = 0.0;
    for (found, after) in found.iter().zip(tails.into_iter().chain([Tails::NONE_ABOVE])) {
        let expected = before.until(after) * f64::from(draws);
        off += (f64::from(*found) - expected).powi(2) / expected;
        before = after;
    }
    let freedom = cuts.len() as f64;
    assert!(
        (off - freedom).abs() < 5.0 * (2.0 * freedom).sqrt(),
        "n {n}, chance {chance}: chi-square {off} of {freedom} degrees"
    );
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
