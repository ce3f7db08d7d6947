//! Whether a fork depends on something: likelihood-ratio tests, corrected for their number.

use super::moves::Visits;
use super::risks::{Patience, Risks, risks};
use crate::special::gamma_tails;

/// All tests of one kind together find a difference where there is none this often.
pub(crate) const LEVEL: f64 = 0.01;

/// A kind with fewer visits is not compared: the law of the statistic is for many.
const WORTH_MIN: f64 = 20.0;

/// A comparison of the visits of different kinds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    /// 2 Σ n ln(n / expected): under no difference about chi-squared.
    pub(crate) statistic: f64,
    pub(crate) freedom: u32,
    /// How likely a larger statistic is without a difference.
    pub(crate) p: f64,
    /// By kind: counts of the ways on in the order of their targets, silence last; as many as they
    /// are worth.
    pub(crate) counts: Vec<Vec<f64>>,
}

/// Compares visits of several kinds at the same place. `all` says which ways there are.
pub(crate) fn compare(kinds: &[&Visits], all: &Risks, patience: Patience) -> Option<Comparison> {
    let targets: Vec<u32> = all.ways.iter().map(|it| it.target).collect();
    let counts: Vec<Vec<f64>> = kinds
        .iter()
        .map(|visits| {
            let risks = risks(visits, patience);
            let of = |target: &u32| {
                risks
                    .ways
                    .iter()
                    .find(|it| it.target == *target)
                    .map_or(0.0, |it| it.chance)
            };
            let chances = targets.iter().map(of).chain((all.silent > 0.0).then_some(risks.silent));
            chances.map(|it| it * risks.worth).collect()
        })
        .collect();
    let worth = |row: &Vec<f64>| row.iter().sum::<f64>();
    let enough: Vec<&Vec<f64>> = counts.iter().filter(|it| worth(it) >= WORTH_MIN).collect();
    let rows: Vec<f64> = enough.iter().map(|it| worth(it)).collect();
    let ways = counts.first()?.len();
    let columns: Vec<f64> = (0..ways).map(|way| enough.iter().map(|it| it[way]).sum()).collect();
    let total: f64 = rows.iter().sum();
    let used = |sums: &[f64]| sums.iter().filter(|it| **it > 0.0).count();
    let (kinds, ways) = (used(&rows), used(&columns));
    if kinds < 2 || ways < 2 {
        return None;
    }
    let mut statistic = 0.0;
    for (row, sum) in enough.iter().zip(&rows) {
        for (&count, column) in row.iter().zip(&columns) {
            if count > 0.0 {
                statistic += 2.0 * count * (count * total / (sum * column)).ln();
            }
        }
    }
    let freedom = ((kinds - 1) * (ways - 1)) as u32;
    Some(Comparison {
        statistic: statistic.max(0.0),
        freedom,
        p: gamma_tails(0.5 * f64::from(freedom), 0.5 * statistic.max(0.0)).above,
        counts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::risks::{Rest, risks};

    fn visits(counts: &[u64]) -> Visits {
        let mut visits = Visits::default();
        for (target, &count) in counts.iter().enumerate() {
            visits.moved.entry(target as u32).or_default().insert(0, count);
            visits.count += count;
        }
        visits
    }

    #[test]
    fn a_table_by_hand() {
        // 2 Σ n ln(n / e) of 30, 70 and 50, 50: e is 40, 60 in both rows.
        let (one, other, all) = (visits(&[30, 70]), visits(&[50, 50]), visits(&[80, 120]));
        let endless = Patience {
            until: u32::MAX,
            rest: Rest::AsOthers,
        };
        let found = compare(&[&one, &other], &risks(&all, endless), endless).expect("it can be");
        let wanted: f64 = [(30.0_f64, 40.0_f64), (70.0, 60.0), (50.0, 40.0), (50.0, 60.0)]
            .iter()
            .map(|(n, e)| 2.0 * n * (n / e).ln())
            .sum();
        assert!((found.statistic - wanted).abs() < 1e-9);
        assert_eq!(found.freedom, 1);
        assert!((found.p - 0.003_7).abs() < 3e-4, "{}", found.p);
    }
}
