//! Nodes, and bands that pass columns on their way, in rows that cross little.

use std::collections::BTreeMap;

use super::columns::Columns;
use super::graph::{End, Graph};

/// How often the rows are sorted after their neighbours.
const SWEEPS: usize = 12;

/// A place in a column: a node, or where the bands to a later node pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) column: usize,
    pub(super) node: usize,
    pub(super) is_passing: bool,
}

/// From a spot to one in the next column. Bands to the same node run together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) customers: f64,
    /// Whose customers these are.
    pub(super) bands: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    /// The first ones are the nodes, in their order.
    pub(super) spots: Vec<Spot>,
    pub(super) links: Vec<Link>,
    /// Spots by column, from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    /// Bands to an earlier column or to their own.
    pub(super) returning: Vec<usize>,
}

pub(super) fn grid(graph: &Graph, columns: &Columns) -> Grid {
    let nodes = columns.of.iter().enumerate();
    let mut spots: Vec<Spot> = nodes
        .map(|(node, column)| Spot {
            column: *column,
            node,
            is_passing: false,
        })
        .collect();
    let mut passing: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut links: BTreeMap<(usize, usize), Link> = BTreeMap::new();
    let mut returning = Vec::new();
    for (at, band) in graph.bands.iter().enumerate() {
        let (start, end) = (columns.of[band.from], columns.of[band.to]);
        if end <= start {
            returning.push(at);
            continue;
        }
        let mut from = band.from;
        for column in start + 1..=end {
            let to = if column == end {
                band.to
            } else {
                *passing.entry((column, band.to)).or_insert_with(|| {
                    spots.push(Spot {
                        column,
                        node: band.to,
                        is_passing: true,
                    });
                    spots.len() - 1
                })
            };
            let link = links.entry((from, to)).or_insert_with(|| Link {
                from,
                to,
                customers: 0.0,
                bands: Vec::new(),
            });
            link.customers += band.customers;
            link.bands.push(at);
            from = to;
        }
    }
    let mut by_column = vec![Vec::new(); columns.count];
    for (at, spot) in spots.iter().enumerate() {
        by_column[spot.column].push(at);
    }
    let mut grid = Grid {
        spots,
        links: links.into_values().collect(),
        columns: by_column,
        returning,
    };
    grid.sort(graph);
    grid
}

impl Grid {
    /// Sorts each column by where its neighbours stand, to and fro, and keeps the best.
    fn sort(&mut self, graph: &Graph) {
        let ranks: Vec<_> = self.spots.iter().map(|it| rank(graph, *it)).collect();
        for column in &mut self.columns {
            column.sort_by_key(|it| ranks[*it]);
        }
        let mut before: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.spots.len()];
        let mut after = before.clone();
        for link in &self.links {
            before[link.to].push((link.from, link.customers));
            after[link.from].push((link.to, link.customers));
        }
        // Returning bands draw their ends to the lanes, which lie beyond the first row.
        let mut lanes = vec![0.0; self.spots.len()];
        for band in self.returning.iter().map(|it| &graph.bands[*it]) {
            if band.from != band.to {
                lanes[band.from] += band.customers;
                lanes[band.to] += band.customers;
            }
        }
        let mut best = (self.crossings(), self.columns.clone());
        for sweep in 0..SWEEPS {
            let count = self.columns.len();
            for step in 0..count {
                let leftwards = sweep % 2 == 0;
                let column = if leftwards { count - 1 - step } else { step };
                let neighbours = if leftwards { &after } else { &before };
                let at = self.positions();
                let mut row: Vec<(f64, usize)> = self.columns[column]
                    .iter()
                    .map(|spot| {
                        (
                            middle(&neighbours[*spot], lanes[*spot], &at).unwrap_or(at[*spot]),
                            *spot,
                        )
                    })
                    .collect();
                row.sort_by(|(one, a), (two, b)| ranks[*a].cmp(&ranks[*b]).then(one.total_cmp(two)));
                self.columns[column] = row.into_iter().map(|it| it.1).collect();
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    /// By spot, from 0 at the top of its column to 1 at the bottom.
    fn positions(&self) -> Vec<f64> {
        let mut positions = vec![0.5; self.spots.len()];
        for column in &self.columns {
            for (at, spot) in column.iter().enumerate() {
                positions[*spot] = (at as f64 + 0.5) / column.len() as f64;
            }
        }
        positions
    }

    /// Customers who cross others: of two links that cross, the fewer.
    fn crossings(&self) -> f64 {
        let at = self.positions();
        let mut by_column: Vec<Vec<(f64, f64, f64)>> = vec![Vec::new(); self.columns.len()];
        for link in &self.links {
            by_column[self.spots[link.from].column].push((at[link.from], at[link.to], link.customers));
        }
        let mut sum = 0.0;
        for links in &by_column {
            for (count, one) in links.iter().enumerate() {
                for two in &links[..count] {
                    if (one.0 - two.0) * (one.1 - two.1) < 0.0 {
                        sum += one.2.min(two.2);
                    }
                }
            }
        }
        sum
    }
}

/// Who leaves runs below all others, and ends have their order.
fn rank(graph: &Graph, spot: Spot) -> Option<End> {
    let end = graph.nodes[spot.node].end();
    end.filter(|it| !spot.is_passing || *it >= End::Churned)
}

/// The middle of the neighbours, weighted by customers, of whom `lanes` go to the lanes.
fn middle(neighbours: &[(usize, f64)], lanes: f64, at: &[f64]) -> Option<f64> {
    let most = neighbours.iter().map(|it| it.1).fold(lanes, f64::max);
    let weight: f64 = (neighbours.iter().map(|it| it.1).chain([lanes]))
        .map(|it| it / most)
        .sum();
    let sum: f64 = neighbours
        .iter()
        .map(|(spot, customers)| at[*spot] * customers / most)
        .sum();
    (weight > 0.0).then(|| sum / weight)
}
