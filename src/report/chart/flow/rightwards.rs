//! A picture from left to right, with names beside the nodes.

use crate::report::chart::text;

use super::label;
use super::place;
use super::plan::{Heading, Plan, Task, largest};
use super::returns::Returns;

/// Of the width that they want, what they must have at least from left to right.
const LEAST: f64 = 0.5;
/// Of that width, what they have at most in a high picture.
const ENLARGED: f64 = 4.0;

impl Task<'_> {
    pub(super) fn last_label(&self) -> f64 {
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
        let free = self.width - self.last_label - runs - columns * self.node();
        free / (columns - 1.0).max(1.0)
    }

    pub(super) fn fits_rightwards(&self) -> bool {
        self.leaves_gaps(LEAST * self.per_customer_wanted())
    }

    fn per_customer_wanted(&self) -> f64 {
        let scale = self.sizes.scale;
        let budget = (0.36 * self.width).clamp(150.0 * scale, 380.0 * scale);
        let (column, all) = self.most();
        (budget / column).min(1.35 * budget / all)
    }

    pub(super) fn per_customer(&self) -> f64 {
        let wanted = self.per_customer_wanted();
        largest(LEAST * wanted, wanted, |it| self.leaves_gaps(it))
    }

    /// As wide as a customer can be in a high picture.
    pub(super) fn per_customer_most(&self) -> f64 {
        let wanted = self.per_customer_wanted();
        largest(LEAST * wanted, ENLARGED * wanted, |it| self.leaves_gaps(it))
    }

    fn leaves_gaps(&self, per_customer: f64) -> bool {
        let (_, returns) = self.widths(self.measure(per_customer, 1.0));
        self.gap_along(&returns) >= self.gap_least()
    }

    pub(super) fn rightwards(&self, per_customer: f64, labels: usize, height: Option<f64>) -> Plan {
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
}
