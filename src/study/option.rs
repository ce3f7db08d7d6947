//! Which of several options is better, and what choosing another costs.

use serde::{Deserialize, Serialize};

/// Whether more of a metric is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// Which way a metric is better; `None` where that depends on what one wants, as with arrivals, who
/// is under way, or events.
#[must_use]
pub fn better(metric: &str) -> Option<Better> {
    match metric {
        "won" | "conversions" | "revenue" | "profit" | "present_value" | "conversion_rate" => Some(Better::Higher),
        "lost" | "churned" | "cost" | "churn_rate" => Some(Better::Lower),
        _ if metric.starts_with("units.") => Some(Better::Higher),
        _ if metric.starts_with("costs.") => Some(Better::Lower),
        _ => None,
    }
}

/// How an option stands among all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    /// Share of replications in which it is the best; those that tie share it.
    pub(super) probability_best: f64,
    /// How far it is from the best one, on average.
    pub(super) regret: f64,
}

/// How each option stands, from what each comes to in every replication. Replications in which
/// one of them is not known are left out.
pub(super) fn standings(options: &[Vec<f64>], better: Better) -> Vec<Standing> {
    let sign = match better {
        Better::Higher => 1.0,
        Better::Lower => -1.0,
    };
    let mut sums = vec![(0.0, 0.0); options.len()];
    let replications = options.iter().map(Vec::len).min().unwrap_or(0);
    let mut count = 0.0;
    for at in 0..replications {
        if options.iter().any(|it| !it[at].is_finite()) {
            continue;
        }
        count += 1.0;
        let best = options.iter().map(|it| sign * it[at]).fold(f64::NEG_INFINITY, f64::max);
        let are_best = options.iter().filter(|it| sign * it[at] == best).count() as f64;
        for (sum, option) in sums.iter_mut().zip(options) {
            let value = sign * option[at];
            if value == best {
                sum.0 += 1.0 / are_best;
            }
            sum.1 += best - value;
        }
    }
    sums.into_iter()
        .map(|(best, regret)| Standing {
            probability_best: best / count,
            regret: regret / count,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regret_is_what_the_best_one_has_more() {
        let options = [vec![10.0, 10.0, 10.0, 10.0], vec![12.0, 4.0, 10.0, f64::NAN]];
        let standings = standings(&options, Better::Higher);
        assert!((standings[0].regret - 2.0 / 3.0).abs() < 1e-12);
        assert!((standings[1].regret - 2.0).abs() < 1e-12);
        assert_eq!(standings[0].probability_best, 0.5);
        assert_eq!(standings[1].probability_best, 0.5);
    }

    #[test]
    fn of_costs_less_is_better() {
        let options = [vec![10.0, 10.0], vec![12.0, 11.0]];
        let standings = standings(&options, Better::Lower);
        assert_eq!((standings[0].probability_best, standings[0].regret), (1.0, 0.0));
        assert_eq!((standings[1].probability_best, standings[1].regret), (0.0, 1.5));
    }
}
