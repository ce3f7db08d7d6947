//! Where everything goes: from left to right if names fit between the columns, else from top to
//! bottom, with names under the rows.

use crate::report::chart::canvas::Point;
use crate::report::chart::frame::Sizes;
use crate::report::chart::text::{self, Font};

use super::columns::Columns;
use super::graph::Graph;
use super::grid::Grid;
use super::label::{self, Label};
use super::place::{self, Ends, Margins};
use super::returns::{Returns, returns};
use super::widths::{Measure, Widths, widths};

/// Pixels between columns that a name needs, times the scale: large or small names.
const GAP_LEAST: f64 = 62.0;
const GAP_LEAST_DENSE: f64 = 48.0;
/// How much smaller small names are.
const DENSE: f64 = 0.87;
/// Of the width, what returning bands may add to the height of a picture from top to bottom.
const RUNS_MOST: f64 = 0.5;
/// Pixels along which bands bend from row to row, times the scale.
const BEND: f64 = 44.0;
const BEND_LEAST: f64 = 12.0;
/// Of the width that they have where there is room, bands keep this much if there is little.
const SHRINK: f64 = 0.3;
/// Of the width that they want, what they must have at least from left to right.
const LEAST: f64 = 0.5;

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
    before: f64,
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
        let per_customer = largest(SHRINK * most, most, |it| fits(it, labels));
        task.rightwards(per_customer, labels, Some(height))
    }
}

/// The largest number between two that fits, if the least does.
fn largest(least: f64, most: f64, fits: impl Fn(f64) -> bool) -> f64 {
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
        let task = |way| Self {
            graph,
            columns,
            grid,
            sizes,
            width,
            way,
        };
        let fitting = [Way::Beside, Way::Dense]
            .into_iter()
            .map(task)
            .find(Self::fits_rightwards);
        fitting.unwrap_or_else(|| task(Way::Down))
    }

    fn gap_least(&self) -> f64 {
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

    fn measure(&self, per_customer: f64, fine: f64) -> Measure {
        let scale = self.sizes.scale;
        Measure {
            per_customer,
            hair: 0.8 * scale * fine,
            gap: 9.0 * scale * fine,
            turn: 5.0 * scale * fine,
        }
    }

    fn widths(&self, measure: Measure) -> (Widths, Returns) {
        let widths = widths(self.graph, self.grid, measure);
        let returns = returns(self.graph, self.grid, &widths, measure);
        (widths, returns)
    }

    fn loops(&self, widths: &Widths) -> Margins {
        (0..self.grid.spots.len()).map(|it| (widths.above[it], 0.0)).collect()
    }

    /// Customers in the fullest column, and in it with all lanes.
    fn most(&self) -> (f64, f64) {
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
    fn node(&self) -> f64 {
        (9.0 * self.sizes.scale).round()
    }

    // From left to right.

    fn last_label(&self) -> f64 {
        let last = self.grid.columns.last().into_iter().flatten();
        let nodes = last.map(|it| self.grid.spots[*it].node);
        let widest = nodes.map(|it| label::natural_width(self, it)).fold(0.0, f64::max);
        widest.clamp(50.0 * self.sizes.scale, 0.2 * self.width).ceil() + self.label_gap()
    }

    fn label_gap(&self) -> f64 {
        5.0 * self.sizes.scale
    }

    /// What is left between two columns beside the runs of returning bands.
    fn gap_along(&self, returns: &Returns) -> f64 {
        let runs: f64 = returns.gaps.iter().map(|(out, back)| out + back).sum();
        let columns = self.columns.count as f64;
        let free = self.width - self.last_label() - runs - columns * self.node();
        free / (columns - 1.0).max(1.0)
    }

    fn fits_rightwards(&self) -> bool {
        let measure = self.measure(LEAST * self.per_customer_wanted(), 1.0);
        self.gap_along(&self.widths(measure).1) >= self.gap_least()
    }

    fn per_customer_wanted(&self) -> f64 {
        let scale = self.sizes.scale;
        let budget = (0.36 * self.width).clamp(150.0 * scale, 380.0 * scale);
        let (column, all) = self.most();
        (budget / column).min(1.35 * budget / all)
    }

    fn per_customer(&self) -> f64 {
        let wanted = self.per_customer_wanted();
        largest(LEAST * wanted, wanted, |it| {
            let (_, returns) = self.widths(self.measure(it, 1.0));
            self.gap_along(&returns) >= self.gap_least()
        })
    }

    fn rightwards(&self, per_customer: f64, labels: usize, height: Option<f64>) -> Plan {
        let measure = self.measure(per_customer, 1.0);
        let (widths, returns) = self.widths(measure);
        let gap = self.gap_along(&returns);
        let mut columns = Vec::new();
        let mut along = 0.0;
        for (out, back) in returns.gaps.iter().take(self.columns.count) {
            let gap = if columns.is_empty() { 0.0 } else { gap };
            let from = f64::round(along + out + gap + back);
            along = from + self.node();
            columns.push((from, along));
        }

        let headings = self.headings_above(&columns);
        let before = headings.iter().map(|it| it.lines.len()).max().unwrap_or(0) as f64;
        let before = if before > 0.0 {
            before * self.sizes.small.line_height() + 14.0 * self.sizes.scale
        } else {
            0.0
        };

        let mut margins = self.loops(&widths);
        let mut nodes: Vec<usize> = (0..self.graph.nodes.len()).collect();
        nodes.sort_by(|one, two| {
            self.graph.nodes[*two]
                .customers
                .total_cmp(&self.graph.nodes[*one].customers)
        });
        nodes.truncate(labels);
        let room = |node: usize| {
            let column = self.columns.of[node];
            let next = columns
                .get(column + 1)
                .map_or(self.width, |it| it.0 - 3.0 * self.sizes.scale);
            next - columns[column].1 - self.label_gap()
        };
        let blocks: Vec<_> = nodes.iter().map(|it| label::block(self, *it, room(*it))).collect();
        for block in &blocks {
            let spare = (block.height - widths.spots[block.node]).max(0.0) / 2.0;
            let margin = &mut margins[block.node];
            *margin = (margin.0.max(spare), margin.1.max(spare));
        }
        let need = place::need(self.grid, &widths, &margins, measure.gap);
        let until = match height {
            Some(height) => (height - before).max(returns.depth + need),
            None => returns.depth + need,
        };
        let tops = place::place(self.grid, &widths, &margins, measure.gap, (returns.depth, until));
        let labels = blocks.iter().map(|block| {
            let middle = before + tops[block.node] + widths.spots[block.node] / 2.0;
            block.at((columns[self.columns.of[block.node]].1 + self.label_gap(), middle))
        });
        Plan {
            is_top_down: false,
            measure,
            ends: place::ends(self.graph, self.grid, &widths, &returns, &tops),
            labels: labels.collect(),
            headings,
            unnamed: self.graph.nodes.len() - blocks.len(),
            leads: vec![(0.0, 0.0); columns.len()],
            columns,
            tops,
            widths,
            returns,
            height: before + until,
            before,
        }
    }

    /// Titles of the stages over their columns.
    fn headings_above(&self, columns: &[(f64, f64)]) -> Vec<Heading> {
        let (font, scale) = (self.heading_font(), self.sizes.scale);
        let groups = &self.columns.groups;
        let titled = groups
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((at, it, it.title.as_ref()?)));
        let mut headings: Vec<Heading> = titled
            .map(|(at, group, title)| {
                let left = columns[group.from].0;
                let right = groups
                    .get(at + 1)
                    .map_or(self.width, |it| columns[it.from].0 - 8.0 * scale);
                Heading {
                    lines: text::wrap(title, font, right - left, 3).lines,
                    title: title.clone(),
                    at: (left, 0.0),
                    rule: [(left, 0.0), (right, 0.0)],
                }
            })
            .collect();
        let lines = headings.iter().map(|it| it.lines.len()).max().unwrap_or(0) as f64;
        for heading in &mut headings {
            let own = heading.lines.len() as f64;
            heading.at.1 = (lines - own) * font.line_height() + font.size;
            for end in &mut heading.rule {
                end.1 = lines * font.line_height() + 2.0 * scale;
            }
        }
        headings
    }

    fn heading_font(&self) -> Font {
        Font::bold(self.sizes.small.size)
    }

    // From top to bottom.

    /// How far gaps, turns and hairs have to shrink, and how wide a customer can be.
    fn downwards_measure(&self) -> Measure {
        let need = |per_customer: f64, fine: f64| {
            let measure = self.measure(per_customer, fine);
            let (widths, returns) = self.widths(measure);
            returns.depth + place::need(self.grid, &widths, &self.loops(&widths), measure.gap)
        };
        let fine = (0.5 * self.width / need(0.0, 1.0)).min(1.0);
        let most = self.width / self.most().1;
        let runs = |per_customer: f64| {
            let (_, returns) = self.widths(self.measure(per_customer, fine));
            returns.gaps.iter().map(|(out, back)| out + back).sum::<f64>()
        };
        let runs_most = runs(0.0) + RUNS_MOST * self.width;
        let per_customer = largest(0.0, most, |it| need(it, fine) <= self.width && runs(it) <= runs_most);
        self.measure(per_customer, fine)
    }

    fn downwards(&self, bend: f64) -> Plan {
        let measure = self.downwards_measure();
        let (widths, returns) = self.widths(measure);
        let margins = self.loops(&widths);
        let tops = place::place(self.grid, &widths, &margins, measure.gap, (returns.depth, self.width));

        let scale = self.sizes.scale;
        let font = self.heading_font();
        let mut along = 0.0;
        let mut columns = Vec::new();
        let mut leads = Vec::new();
        let (mut labels, mut headings) = (Vec::new(), Vec::new());
        for column in 0..self.columns.count {
            let group = self.columns.groups.iter().find(|it| it.from == column);
            let heading = group.and_then(|it| it.title.as_ref());
            let lead = heading.map_or(0.0, |_| font.line_height() + 7.0 * scale);
            if let Some(title) = heading {
                let start = along + if column == 0 { 0.0 } else { returns.gaps[column].1 };
                let top = start + 2.0 * scale;
                headings.push(Heading {
                    lines: vec![text::shorten(title, font, self.width)],
                    title: title.clone(),
                    at: (0.0, top + font.size),
                    rule: [(0.0, start), (self.width, start)],
                });
            }
            let from = f64::round(along + returns.gaps[column].1 + lead);
            let until = from + self.node();
            let nodes = self.grid.columns[column]
                .iter()
                .filter(|it| !self.grid.spots[**it].is_passing);
            let marks: Vec<(usize, f64)> = nodes.map(|it| (*it, tops[*it] + widths.spots[*it] / 2.0)).collect();
            let (row, strip) = label::row(self, &marks, until + 2.0 * scale);
            labels.extend(row);
            columns.push((from, until));
            leads.push((strip + 2.0 * scale, lead));
            let is_last = column + 1 == self.columns.count;
            along = until + strip + 2.0 * scale + returns.gaps[column + 1].0 + if is_last { 0.0 } else { bend };
        }
        Plan {
            is_top_down: true,
            measure,
            ends: place::ends(self.graph, self.grid, &widths, &returns, &tops),
            unnamed: self.graph.nodes.len() - labels.len(),
            columns,
            tops,
            widths,
            returns,
            leads,
            labels,
            headings,
            height: along,
            before: 0.0,
        }
    }
}
