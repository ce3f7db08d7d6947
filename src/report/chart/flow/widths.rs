//! How wide everything is: bands by their customers, nodes by their bands.

use super::graph::Graph;
use super::grid::Grid;

/// The lengths a picture is made of, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measure {
    pub(super) per_customer: f64,
    /// What the thinnest band has.
    pub(super) hair: f64,
    /// Between nodes of a column.
    pub(super) gap: f64,
    /// Inner radius of a turn.
    pub(super) turn: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Widths {
    pub(super) links: Vec<f64>,
    /// In the order of [`Grid::returning`].
    pub(super) returning: Vec<f64>,
    pub(super) spots: Vec<f64>,
    /// By spot, what a band to the same node needs above it.
    pub(super) above: Vec<f64>,
    /// How many bands would be thinner than a hair.
    pub(super) hairs: usize,
}

pub(super) fn widths(graph: &Graph, grid: &Grid, measure: Measure) -> Widths {
    let width = |customers: f64| (customers * measure.per_customer).max(measure.hair);
    let is_hair = |customers: f64| customers * measure.per_customer < measure.hair;
    let mut links = vec![0.0; grid.links.len()];
    let (mut comes, mut goes) = (vec![0.0; grid.spots.len()], vec![0.0; grid.spots.len()]);
    let mut order: Vec<usize> = (0..links.len()).collect();
    order.sort_by_key(|it| grid.spots[grid.links[*it].from].column);
    for at in order {
        let link = &grid.links[at];
        // What runs together is as wide as its parts, of which each may be a hair.
        let together = grid.spots[link.from].is_passing;
        links[at] = if together {
            comes[link.from]
        } else {
            width(link.customers)
        };
        comes[link.to] += links[at];
        goes[link.from] += links[at];
    }
    let mut above = vec![0.0; grid.spots.len()];
    let mut returning = Vec::new();
    for band in &grid.returning {
        let band = &graph.bands[*band];
        let wide = width(band.customers);
        comes[band.to] += wide;
        goes[band.from] += wide;
        if band.from == band.to {
            above[band.to] = wide + 2.0 * measure.turn + 0.5 * measure.gap;
        }
        returning.push(wide);
    }
    Widths {
        links,
        returning,
        spots: comes.iter().zip(&goes).map(|(one, two)| one.max(*two)).collect(),
        above,
        hairs: graph.bands.iter().filter(|it| is_hair(it.customers)).count(),
    }
}
