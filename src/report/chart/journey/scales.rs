//! How much is lost, how many are on a way and how a journey ends, in a few classes each, with
//! their colours, thickness and words.

use plotters::style::RGBColor;

use crate::forecast::{Estimate, Flow};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;

/// From which share on a loss has each colour, and the words for it.
pub(super) const LOSSES: [(f64, &str); 5] = [
    (0.0, "under 10\u{a0}%"),
    (0.1, "10 to 25\u{a0}%"),
    (0.25, "25 to 50\u{a0}%"),
    (0.5, "50 to 75\u{a0}%"),
    (0.75, "75\u{a0}% or more"),
];
/// Thickness of arrows, from the fewest customers to the most.
pub(super) const WEIGHTS: [f64; 4] = [1.0, 2.0, 3.4, 5.4];

/// Who goes from a step straight to an end that is lost or churned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loss {
    pub(super) reached: f64,
    pub(super) lost: f64,
}

impl Loss {
    pub(super) fn share(self) -> f64 {
        if self.reached > 0.0 {
            (self.lost / self.reached).min(1.0)
        } else {
            0.0
        }
    }

    pub(super) fn class(self) -> usize {
        LOSSES.iter().rposition(|it| self.share() >= it.0).unwrap_or(0)
    }
}

/// What becomes of those who come to a step that ends the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Won,
    Churned,
    Lost,
    Other,
}

impl End {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Won, "won"),
        (Self::Churned, "churned"),
        (Self::Lost, "lost"),
        (Self::Other, "other end"),
    ];

    pub(super) fn read(outcome: &str) -> Self {
        match outcome {
            "converted" => Self::Won,
            "churned" => Self::Churned,
            "lost" => Self::Lost,
            _ => Self::Other,
        }
    }

    pub(super) fn word(self) -> &'static str {
        Self::ALL.iter().find(|it| it.0 == self).map_or("", |it| it.1)
    }

    pub(super) fn color(self, colors: &Palette) -> RGBColor {
        match self {
            Self::Won => colors.ends.won,
            Self::Churned => colors.ends.churned,
            Self::Lost => colors.ends.lost,
            Self::Other => colors.ends.other,
        }
    }
}

/// Who took the way within the horizon, whether or not they are there yet.
pub(super) fn decided(flow: &Flow) -> f64 {
    let known = |it: f64| number::known(Some(it)).filter(|it| *it > 0.0).unwrap_or(0.0);
    known(flow.customers) + known(flow.open)
}

/// How thick arrows are: by powers of ten below the largest.
pub(super) struct Weights {
    pub(super) largest: f64,
    pub(super) is_used: [bool; 4],
}

impl Weights {
    pub(super) fn of(flows: &[Flow]) -> Self {
        let most = flows.iter().map(decided).fold(0.0, f64::max);
        let mut weights = Self {
            largest: if most >= 1.0 {
                10f64.powf(most.log10().floor())
            } else {
                1.0
            },
            is_used: [false; 4],
        };
        for flow in flows {
            weights.is_used[weights.class(decided(flow))] = true;
        }
        weights
    }

    pub(super) fn class(&self, customers: f64) -> usize {
        let limits = [self.largest / 100.0, self.largest / 10.0, self.largest];
        limits.iter().filter(|it| customers >= **it && customers >= 1.0).count()
    }

    pub(super) fn weight(&self, customers: f64) -> f64 {
        WEIGHTS[self.class(customers)]
    }
}

/// A mean and its 80 % interval.
pub(super) fn words_of(estimate: &Estimate) -> (String, Option<String>) {
    match number::known(estimate.mean) {
        Some(mean) => number::with_interval(mean, number::interval_80(estimate)),
        None => ("not known how many".to_owned(), None),
    }
}

pub(super) fn whole(value: f64) -> String {
    number::number(
        value,
        number::unit(value, None).max(if value >= 10.0 { 1.0 } else { 0.1 }),
    )
}
