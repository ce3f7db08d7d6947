//! The bins of a histogram, checked once.

use crate::forecast::Histogram;
use crate::report::chart::number::known;

/// From where to where, and the share of all that is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bin {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) share: f64,
}

/// The bins from left to right; `None` if nothing is counted or edges are missing.
pub(super) fn of(histogram: &Histogram) -> Option<Vec<Bin>> {
    let total: f64 = histogram.counts.iter().map(|it| *it as f64).sum();
    let edges: Vec<f64> = histogram.edges.iter().map_while(|it| known(Some(*it))).collect();
    let is_sound = edges.len() == histogram.counts.len() + 1 && edges.windows(2).all(|it| it[0] < it[1]);
    (is_sound && total > 0.0).then(|| {
        let spans = edges.windows(2).zip(&histogram.counts);
        spans
            .map(|(edges, count)| Bin {
                low: edges[0],
                high: edges[1],
                share: *count as f64 / total,
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_the_bins_sum_to_one() {
        let histogram = Histogram {
            edges: vec![0.0, 1.0, 2.0, 2.5],
            counts: vec![3, 0, 1],
        };
        let bins = of(&histogram).expect("it is sound");
        assert_eq!(bins.iter().map(|it| it.share).collect::<Vec<_>>(), [0.75, 0.0, 0.25]);
    }

    #[test]
    fn a_broken_histogram_has_no_bins() {
        for (edges, counts) in [
            (vec![], vec![]),
            (vec![0.0, 1.0], vec![0]),
            (vec![0.0], vec![1]),
            (vec![1.0, 0.0], vec![1]),
            (vec![0.0, f64::INFINITY], vec![1]),
        ] {
            assert_eq!(of(&Histogram { edges, counts }), None);
        }
    }
}
