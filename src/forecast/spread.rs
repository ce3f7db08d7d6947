//! Where the variance of a total comes from: what is not known, how many come, what they do.

use crate::engine::exact::Moment;

use super::estimate::moments;
use super::{SpreadShares, Table};

/// The shares of each metric's variance, from its moments in some worlds, by world and metric.
///
/// By the law of total variance: the variance of the worlds' means, and the means of what arrivals
/// and customers contribute within a world. A metric without variance is left out.
#[must_use]
pub fn spread(names: &[&str], worlds: &[Vec<Moment>]) -> Table<SpreadShares> {
    let count = worlds.len() as f64;
    let shares = |(metric, name): (usize, &&str)| {
        let means: Vec<f64> = worlds.iter().map(|it| it[metric].mean).collect();
        let within = |part: fn(&Moment) -> f64| worlds.iter().map(|it| part(&it[metric])).sum::<f64>() / count;
        // Of a single world nothing can be seen but what happens within it.
        let assumptions = if worlds.len() > 1 { moments(&means).1 } else { 0.0 };
        let (arrivals, customers) = (within(|it| it.arrivals), within(|it| it.customers));
        let all = assumptions + arrivals + customers;
        (all > 0.0 && all.is_finite()).then(|| {
            let shares = SpreadShares {
                assumptions: assumptions / all,
                arrivals: arrivals / all,
                customers: customers / all,
            };
            ((*name).to_owned(), shares)
        })
    };
    Table(names.iter().enumerate().filter_map(shares).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(mean: f64, arrivals: f64, customers: f64) -> Moment {
        Moment {
            mean,
            arrivals,
            customers,
        }
    }

    #[test]
    fn the_variance_of_means_and_the_means_of_variances_are_all_there_is() {
        let worlds = [
            vec![moment(90.0, 30.0, 20.0), moment(5.0, 0.0, 0.0)],
            vec![moment(110.0, 50.0, 40.0), moment(5.0, 0.0, 0.0)],
        ];
        let found = spread(&["won", "profit"], &worlds);
        // Means vary by 200 with n − 1; within worlds 40 and 30.
        let expected = SpreadShares {
            assumptions: 200.0 / 270.0,
            arrivals: 40.0 / 270.0,
            customers: 30.0 / 270.0,
        };
        assert_eq!(found, Table(vec![("won".to_owned(), expected)]));
    }

    #[test]
    fn one_world_knows_of_no_assumptions() {
        let found = spread(&["won"], &[vec![moment(90.0, 30.0, 10.0)]]);
        let shares = found.get("won").expect("there is variance");
        assert_eq!(
            (shares.assumptions, shares.arrivals, shares.customers),
            (0.0, 0.75, 0.25)
        );
    }
}
