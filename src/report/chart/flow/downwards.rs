//! A picture from top to bottom, with names under the rows.

use crate::report::chart::text;

use super::label::{self, Mark};
use super::place;
use super::plan::{Heading, Plan, Task, largest};
use super::widths::Measure;

/// Of the width, what returning bands may add to the height of a picture from top to bottom.
const RUNS_MOST: f64 = 0.5;

impl Task<'_> {
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

    pub(super) fn downwards(&self, bend: f64) -> Plan {
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
            let marks: Vec<Mark> = nodes
                .map(|it| Mark {
                    node: *it,
                    middle: tops[*it] + widths.spots[*it] / 2.0,
                    width: widths.spots[*it],
                })
                .collect();
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
