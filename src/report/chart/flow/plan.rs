//! Where everything goes: from left to right if names fit between the columns, else from top to
//! bottom, with names under the rows.

use crate::report::chart::canvas::Point;
use crate::report::chart::frame::Sizes;
use crate::report::chart::text::Font;

use super::columns::Columns;
use super::graph::Graph;
use super::grid::Grid;
use super::label::Label;
use super::place::{self, Ends, Margins};
use super::returns::{Returns, returns};
use super::widths::{Measure, Widths, widths};

/// Pixels between columns that a name needs, times the scale: large or small names.
const GAP_LEAST: f64 = 62.0;
const GAP_LEAST_DENSE: f64 = 44.0;
/// How much smaller small names are.
const DENSE: f64 = 0.85;
/// Pixels along which bands bend from row to row, times the scale.
const BEND: f64 = 44.0;
const BEND_LEAST: f64 = 12.0;
/// Of the width that they have where there is room, bands keep this much if there is little.
const SHRINK: f64 = 0.3;

/// What a plan is made from.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) graph: &'a Graph,
    pub(super) columns: &'a Columns,
    pub(super) grid: &'a Grid,
    pub(super) sizes: Sizes,
    /// Of the picture.
    pub(super) width: f64,
    pub(super) way: Way,
    /// Room for the names of the last column.
    pub(super) last_label: f64,
}

/// How a picture is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From left to right, names beside the nodes.
    Beside,
    /// The same, with smaller names.
    Dense,
    /// From top to bottom, names under the nodes.
    Down,
}

/// The title of a group of columns, and the line beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heading {
    pub(super) lines: Vec<String>,
    pub(super) title: String,
    /// Of the first line's baseline.
    pub(super) at: Point,
    pub(super) rule: [Point; 2],
}

/// Places in pixels from the upper left corner of the picture. What is along leads from entries to
/// ends; what is across starts with the lanes of returning bands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) is_top_down: bool,
    pub(super) measure: Measure,
    /// Along: where each column starts and ends.
    pub(super) columns: Vec<(f64, f64)>,
    /// Across: the upper edge of each spot.
    pub(super) tops: Vec<f64>,
    pub(super) widths: Widths,
    pub(super) returns: Returns,
    pub(super) ends: Ends,
    /// Behind and before each column, where bands run straight under words.
    pub(super) leads: Vec<(f64, f64)>,
    pub(super) labels: Vec<Label>,
    pub(super) headings: Vec<Heading>,
    /// Nodes without a label.
    pub(super) unnamed: usize,
    pub(super) height: f64,
    /// Where across begins.
    pub(super) before: f64,
}

impl Plan {
    /// The point of the picture that is so far along and across.
    pub(super) fn at(&self, along: f64, across: f64) -> Point {
        if self.is_top_down {
            (self.before + across, along)
        } else {
            (along, self.before + across)
        }
    }

    /// As high as reads well.
    pub(super) fn natural(task: &Task<'_>) -> Self {
        if task.way == Way::Down {
            task.downwards(BEND * task.sizes.scale)
        } else {
            task.rightwards(task.per_customer(), task.graph.nodes.len(), None)
        }
    }

    /// The least height there can be.
    pub(super) fn height_least(task: &Task<'_>) -> f64 {
        if task.way == Way::Down {
            task.downwards(BEND_LEAST * task.sizes.scale).height
        } else {
            task.rightwards(SHRINK * task.per_customer(), 0, None).height
        }
    }

    /// As high as that.
    pub(super) fn within(task: &Task<'_>, height: f64) -> Self {
        if task.way == Way::Down {
            let least = Self::height_least(task);
            let bends = task.grid.columns.len().saturating_sub(1).max(1) as f64;
            return task.downwards(BEND_LEAST * task.sizes.scale + (height - least).max(0.0) / bends);
        }
        let most = task.per_customer();
        let fits = |per_customer: f64, labels: usize| task.rightwards(per_customer, labels, None).height <= height;
        let count = task.graph.nodes.len();
        let (mut labels, mut none) = (0, count + 1);
        while labels + 1 < none {
            let middle = usize::midpoint(labels, none);
            if fits(SHRINK * most, middle) {
                labels = middle;
            } else {
                none = middle;
            }
        }
        let per_customer = largest(SHRINK * most, task.per_customer_most(), |it| fits(it, labels));
        task.rightwards(per_customer, labels, Some(height))
    }
}

/// The largest number between two that fits, if the least does.
pub(super) fn largest(least: f64, most: f64, fits: impl Fn(f64) -> bool) -> f64 {
    if fits(most) {
        return most;
    }
    let (mut low, mut high) = (least, most);
    for _ in 0..24 {
        let middle = f64::midpoint(low, high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

impl<'a> Task<'a> {
    /// From left to right if names fit between the columns.
    pub(super) fn new((graph, columns, grid): (&'a Graph, &'a Columns, &'a Grid), sizes: Sizes, width: f64) -> Self {
        let task = |way| {
            let task = Self {
                graph,
                columns,
                grid,
                sizes,
                width,
                way,
                last_label: 0.0,
            };
            Self {
                last_label: task.last_label(),
                ..task
            }
        };
        let fitting = [Way::Beside, Way::Dense]
            .into_iter()
            .map(task)
            .find(Self::fits_rightwards);
        fitting.unwrap_or_else(|| task(Way::Down))
    }

    pub(super) fn gap_least(&self) -> f64 {
        let least = if self.way == Way::Beside {
            GAP_LEAST
        } else {
            GAP_LEAST_DENSE
        };
        least * self.sizes.scale
    }

    /// Of the customers at a node.
    pub(super) fn label_font(&self) -> Font {
        let smaller = if self.way == Way::Dense { DENSE } else { 1.0 };
        Font::regular(self.sizes.small.size * smaller)
    }

    pub(super) fn measure(&self, per_customer: f64, fine: f64) -> Measure {
        let scale = self.sizes.scale;
        Measure {
            per_customer,
            hair: 0.8 * scale * fine,
            gap: 9.0 * scale * fine,
            turn: 5.0 * scale * fine,
        }
    }

    pub(super) fn widths(&self, measure: Measure) -> (Widths, Returns) {
        let widths = widths(self.graph, self.grid, measure);
        let returns = returns(self.graph, self.grid, &widths, measure);
        (widths, returns)
    }

    pub(super) fn loops(&self, widths: &Widths) -> Margins {
        (0..self.grid.spots.len()).map(|it| (widths.above[it], 0.0)).collect()
    }

    /// Customers in the fullest column, and in it with all lanes.
    pub(super) fn most(&self) -> (f64, f64) {
        let measure = Measure {
            per_customer: 1.0,
            hair: 0.0,
            gap: 0.0,
            turn: 0.0,
        };
        let (widths, returns) = self.widths(measure);
        let most = place::need(self.grid, &widths, &self.loops(&widths), 0.0);
        (most, most + returns.depth)
    }

    /// How thick a column is.
    pub(super) fn node(&self) -> f64 {
        (9.0 * self.sizes.scale).round()
    }

    pub(super) fn heading_font(&self) -> Font {
        Font::bold(self.sizes.small.size)
    }
}
