//! Who goes where: steps, entries and ends as nodes, ways between them as bands.

use std::collections::BTreeMap;

use crate::forecast::{Flow, Forecast};
use crate::report::chart::number;
use crate::report::chart::text::clean;

/// Below this share of a step, what comes in and what goes out are the same.
const ROUNDING: f64 = 1e-6;

/// Fewer customers than this are none.
const LEAST: f64 = 1e-9;

/// Where customers are in the end, in the order from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Won,
    Open,
    Other,
    Churned,
    Lost,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// An arrival stream, or the pipeline.
    Entry,
    Step,
    /// Nobody goes on from here; the parts in their order, which sum to the node's customers.
    End(Vec<(End, f64)>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) title: String,
    pub(super) role: Role,
    /// Position among [`Graph::stages`].
    pub(super) stage: Option<usize>,
    /// Mean number who pass through.
    pub(super) customers: f64,
}

impl Node {
    /// What most of those who are here in the end have become.
    pub(super) fn end(&self) -> Option<End> {
        match &self.role {
            Role::End(parts) => parts.iter().max_by(|one, two| one.1.total_cmp(&two.1)).map(|it| it.0),
            _ => None,
        }
    }
}

/// All who go straight from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Band {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Mean number; more than none.
    pub(super) customers: f64,
    /// The branches they take.
    pub(super) branches: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) bands: Vec<Band>,
    /// Titles of the stages, in the order of the funnel.
    pub(super) stages: Vec<String>,
    /// All who come in.
    pub(super) entered: f64,
}

/// The graph of those who move at all; no nodes if nobody does.
pub(super) fn graph(forecast: &Forecast) -> Graph {
    let mut making = Making::new(forecast);
    for flow in &forecast.flows {
        making.add(flow);
    }
    making.finish()
}

struct Making<'a> {
    forecast: &'a Forecast,
    graph: Graph,
    stages: Vec<&'a str>,
    entries: BTreeMap<&'a str, usize>,
    steps: BTreeMap<&'a str, usize>,
    bands: BTreeMap<(usize, usize), usize>,
    /// By node, who have left it and arrived nowhere yet.
    late: BTreeMap<usize, f64>,
}

impl<'a> Making<'a> {
    fn new(forecast: &'a Forecast) -> Self {
        let mut stages: Vec<&str> = forecast.funnel.iter().map(|it| it.stage.as_str()).collect();
        let mut titles: Vec<String> = forecast.funnel.iter().map(|it| named(&it.title, &it.stage)).collect();
        for stage in forecast.steps.iter().filter_map(|it| it.stage.as_deref()) {
            if !stages.contains(&stage) {
                stages.push(stage);
                titles.push(named(stage, stage));
            }
        }
        Self {
            forecast,
            graph: Graph {
                nodes: Vec::new(),
                bands: Vec::new(),
                stages: titles,
                entered: 0.0,
            },
            stages,
            entries: BTreeMap::new(),
            steps: BTreeMap::new(),
            bands: BTreeMap::new(),
            late: BTreeMap::new(),
        }
    }

    fn add(&mut self, flow: &'a Flow) {
        let (customers, late) = (amount(flow.customers), amount(flow.open));
        if customers + late <= 0.0 {
            return;
        }
        let from = match &flow.from {
            Some(step) => self.step(step),
            None => self.entry(flow.arrival.as_deref().unwrap_or("arrivals")),
        };
        if late > 0.0 {
            *self.late.entry(from).or_default() += late;
        }
        if customers > 0.0 {
            let to = self.step(&flow.to);
            self.band(from, to, customers, flow.branch.as_deref());
        }
    }

    fn entry(&mut self, arrival: &'a str) -> usize {
        let nodes = &mut self.graph.nodes;
        *self.entries.entry(arrival).or_insert_with(|| {
            nodes.push(node(spoken(arrival), Role::Entry, None));
            nodes.len() - 1
        })
    }

    fn step(&mut self, id: &'a str) -> usize {
        let (nodes, forecast, stages) = (&mut self.graph.nodes, self.forecast, &self.stages);
        *self.steps.entry(id).or_insert_with(|| {
            let step = forecast.steps.iter().find(|it| it.step == id);
            let stage = step.and_then(|it| it.stage.as_deref());
            let stage = stage.and_then(|stage| stages.iter().position(|it| *it == stage));
            nodes.push(node(named(forecast.step_title(id), id), Role::Step, stage));
            nodes.len() - 1
        })
    }

    fn band(&mut self, from: usize, to: usize, customers: f64, branch: Option<&str>) {
        let bands = &mut self.graph.bands;
        let at = *self.bands.entry((from, to)).or_insert_with(|| {
            bands.push(Band {
                from,
                to,
                customers: 0.0,
                branches: Vec::new(),
            });
            bands.len() - 1
        });
        bands[at].customers += customers;
        bands[at].branches.extend(branch.map(spoken));
    }

    fn finish(mut self) -> Graph {
        let count = self.graph.nodes.len();
        let (mut comes, mut goes) = (vec![0.0; count], vec![0.0; count]);
        for band in &self.graph.bands {
            comes[band.to] += band.customers;
            goes[band.from] += band.customers;
        }
        for (node, late) in &self.late {
            goes[*node] += late;
        }
        let ids: BTreeMap<usize, &str> = self.steps.iter().map(|(id, node)| (*node, *id)).collect();
        let mut open = 0.0;
        let mut waits = Vec::new();
        for at in 0..count {
            let node = &mut self.graph.nodes[at];
            node.customers = comes[at].max(goes[at]);
            if node.role == Role::Entry {
                self.graph.entered += goes[at];
            }
            let parts = ids
                .get(&at)
                .map(|id| ends(self.forecast, id, comes[at]))
                .unwrap_or_default();
            if goes[at] <= 0.0 && !parts.is_empty() {
                node.role = Role::End(parts);
                continue;
            }
            let waiting = if node.role == Role::Step {
                comes[at] - goes[at]
            } else {
                0.0
            };
            let waiting = if waiting > ROUNDING * comes[at] { waiting } else { 0.0 };
            let late = self.late.get(&at).copied().unwrap_or(0.0) + waiting;
            if late > 0.0 {
                waits.push((at, late));
                open += late;
            }
        }
        if open > 0.0 {
            let mut node = node(
                "Under way at the end".to_owned(),
                Role::End(vec![(End::Open, open)]),
                None,
            );
            node.customers = open;
            self.graph.nodes.push(node);
            for (from, late) in waits {
                self.band(from, count, late, None);
            }
        }
        self.graph
    }
}

fn node(title: String, role: Role, stage: Option<usize>) -> Node {
    Node {
        title,
        role,
        stage,
        customers: 0.0,
    }
}

/// How `customers` who end at `step` are counted.
fn ends(forecast: &Forecast, step: &str, customers: f64) -> Vec<(End, f64)> {
    let rows = forecast.outcomes.iter().filter(|it| it.step == step);
    let mut parts: Vec<(End, f64)> = rows
        .map(|row| {
            let end = match row.outcome.as_str() {
                "converted" => End::Won,
                "churned" => End::Churned,
                "lost" => End::Lost,
                _ => End::Other,
            };
            (end, amount(row.customers.mean.unwrap_or(0.0)))
        })
        .collect();
    parts.sort_by_key(|it| it.0);
    let sum: f64 = parts.iter().map(|it| it.1).sum();
    if sum > 0.0 {
        parts.retain(|it| it.1 > 0.0);
        for part in &mut parts {
            part.1 *= customers / sum;
        }
    } else if let Some(first) = parts.first_mut() {
        first.1 = customers;
        parts.truncate(1);
    }
    parts
}

/// A mean number of customers; what is not known, or as good as none, counts as none.
fn amount(value: f64) -> f64 {
    number::known(Some(value)).filter(|it| *it >= LEAST).unwrap_or(0.0)
}

fn named(title: &str, id: &str) -> String {
    [title, id]
        .into_iter()
        .map(clean)
        .find(|it| !it.is_empty())
        .unwrap_or_else(|| "–".to_owned())
}

/// An id as words.
fn spoken(id: &str) -> String {
    let words = clean(&id.replace('_', " "));
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "–".to_owned(),
    }
}
