//! The grid that sweeps made: its axes, and the option at each of its points.

use crate::study::Comparison;

/// One or two axes and the points between them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axes {
    pub(crate) axes: Vec<Swept>,
    pub(crate) points: Vec<Point>,
}

/// A path with the values that were tried.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Swept {
    pub(crate) path: String,
    /// Each as it was written, with its number.
    pub(crate) changes: Vec<(String, Option<f64>)>,
}

/// An option and where it is on each axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) option: usize,
    pub(crate) places: Vec<usize>,
}

impl Axes {
    /// The grid of a comparison, or why it has none that can be drawn.
    pub(crate) fn of(comparison: &Comparison) -> Result<Self, String> {
        let swept = || {
            comparison
                .options
                .iter()
                .enumerate()
                .filter(|it| !it.1.sweep.is_empty())
        };
        let Some((_, first)) = swept().next() else {
            return Err("the comparison has no sweep (`compare --sweep` makes one)".to_owned());
        };
        let count = first.sweep.len();
        if count > 2 {
            return Err(format!(
                "{count} values are swept, and a picture shows one or two of them"
            ));
        }
        let mut axes: Vec<Swept> = first
            .sweep
            .iter()
            .map(|it| Swept {
                path: it.path.clone(),
                changes: Vec::new(),
            })
            .collect();
        let mut points = Vec::new();
        for (option, info) in swept() {
            let paths = info.sweep.iter().map(|it| &it.path);
            if !paths.eq(axes.iter().map(|it| &it.path)) {
                return Err("its options sweep different values".to_owned());
            }
            let places = info
                .sweep
                .iter()
                .zip(&mut axes)
                .map(|(it, axis)| axis.place(&it.change, it.number));
            points.push(Point {
                option,
                places: places.collect(),
            });
        }
        Ok(Self { axes, points })
    }

    /// Every path that is swept with its values as they are typed: `5%..12%:8`.
    pub(crate) fn typed(comparison: &Comparison) -> Vec<(String, String)> {
        let mut axes: Vec<Swept> = Vec::new();
        for option in &comparison.options {
            for (at, it) in option.sweep.iter().enumerate() {
                if at == axes.len() {
                    axes.push(Swept {
                        path: it.path.clone(),
                        changes: Vec::new(),
                    });
                }
                axes[at].place(&it.change, it.number);
            }
        }
        axes.into_iter().map(|it| (it.path.clone(), it.typed())).collect()
    }

    /// A point in words: `steps.visit.trial.chance = 7%`.
    pub(crate) fn words(&self, point: &Point) -> String {
        let axes = self.axes.iter().zip(&point.places);
        let words = axes.map(|(axis, at)| format!("{} = {}", axis.path, axis.changes[*at].0));
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Swept {
    /// Where a change is on the axis, which takes it if it is new.
    fn place(&mut self, change: &str, number: Option<f64>) -> usize {
        let known = self.changes.iter().position(|it| it.0 == change);
        known.unwrap_or_else(|| {
            let number = number.filter(|it| it.is_finite());
            self.changes.push((change.to_owned(), number));
            self.changes.len() - 1
        })
    }

    /// Both ends and how many values there are. Values between ends are written with four decimals
    /// more than the ends have, so these are given as many as the values tell of.
    fn typed(&self) -> String {
        let decimals = |change: &str| {
            let digits = change.split_once('.').map_or("", |it| it.1);
            digits.bytes().take_while(u8::is_ascii_digit).count()
        };
        let most = self.changes.iter().map(|it| decimals(&it.0)).max().unwrap_or(0);
        let end = |change: &str| {
            let missing = most.saturating_sub(4).saturating_sub(decimals(change));
            let unit = change
                .rfind(|it: char| it.is_ascii_digit())
                .map_or(change.len(), |it| it + 1);
            let (number, unit) = change.split_at(unit);
            let dot = if missing > 0 && decimals(change) == 0 { "." } else { "" };
            format!("{number}{dot}{}{unit}", "0".repeat(missing))
        };
        let ends = self.changes.first().zip(self.changes.last());
        ends.map_or_else(String::new, |(first, last)| {
            format!("{}..{}:{}", end(&first.0), end(&last.0), self.changes.len())
        })
    }

    /// The numbers, if every change has one and they rise.
    pub(crate) fn numbers(&self) -> Option<Vec<f64>> {
        let numbers: Option<Vec<f64>> = self.changes.iter().map(|it| it.1).collect();
        numbers.filter(|all| all.windows(2).all(|it| it[1] > it[0]))
    }
}
