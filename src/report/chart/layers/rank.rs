//! Which layer each node is in: behind whatever leads to it, phases one after the other.

use super::Graph;

/// Ways on from each node, with the least number of layers between. Behind the nodes there is one
/// more for the beginning of each phase; ways there come first.
type Ways = Vec<Vec<(usize, usize)>>;

/// Layers, each with its nodes. `crowded` gives one that is too broad, with the nodes that are to
/// move behind it.
pub(super) fn layers(graph: &Graph, crowded: impl Fn(&[Vec<usize>]) -> Option<(usize, Vec<usize>)>) -> Vec<Vec<usize>> {
    let mut layers = by_length(graph);
    while let Some((at, moved)) = crowded(&layers) {
        layers[at].retain(|it| !moved.contains(it));
        layers.insert(at + 1, moved);
    }
    layers
}

fn by_length(graph: &Graph) -> Vec<Vec<usize>> {
    let count = graph.nodes.len();
    let (order, next) = without_returns(&ways(graph));
    let mut layer = vec![0; next.len()];
    for from in order.iter().copied() {
        for (to, length) in next[from].iter().copied() {
            layer[to] = layer[to].max(layer[from] + length);
        }
    }

    // Who has more ways out than in is drawn towards those.
    let mut ways_in = vec![0; next.len()];
    for (to, _) in next.iter().flatten() {
        ways_in[*to] += 1;
    }
    for from in order.iter().rev().copied().filter(|it| *it < count) {
        let latest = next[from].iter().map(|(to, length)| layer[*to] - length).min();
        let is_first = graph.arrows.iter().all(|it| it.to != from);
        if let Some(latest) = latest.filter(|_| is_first || next[from].len() > ways_in[from]) {
            layer[from] = latest;
        }
    }
    let is_last = |node: usize| graph.nodes[node].last && graph.arrows.iter().all(|it| it.from != node);
    let others = (0..count).filter(|it| !is_last(*it));
    let behind = others.map(|it| layer[it] + 1).max().unwrap_or(0);
    let mut layers = vec![Vec::new(); behind + 1];
    for node in 0..count {
        layers[if is_last(node) { behind } else { layer[node] }].push(node);
    }
    layers.retain(|it| !it.is_empty());
    layers
}

/// The arrows, and those from the nodes of a phase to the beginning of the next and from there to
/// its nodes.
fn ways(graph: &Graph) -> Ways {
    let count = graph.nodes.len();
    let mut phases: Vec<usize> = graph.nodes.iter().filter_map(|it| it.phase).collect();
    phases.sort_unstable();
    phases.dedup();
    let begin = |phase: usize| count + phases.partition_point(|it| *it < phase);
    let mut next = vec![Vec::new(); count + phases.len()];
    for (node, phase) in graph.nodes.iter().enumerate() {
        if let Some(phase) = phase.phase {
            next[begin(phase)].push((node, 0));
            if begin(phase) + 1 < next.len() {
                next[node].push((begin(phase) + 1, 1));
            }
        }
    }
    for arrow in &graph.arrows {
        let phases = (graph.nodes[arrow.from].phase, graph.nodes[arrow.to].phase);
        let is_back = matches!(phases, (Some(from), Some(to)) if from > to);
        if arrow.from != arrow.to && !is_back {
            next[arrow.from].push((arrow.to, 1));
        }
    }
    next
}

/// The nodes in an order that all ways keep, but for those that close a circle on the way from the
/// first nodes: these are left out.
fn without_returns(ways: &Ways) -> (Vec<usize>, Ways) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Never,
        Open,
        Done,
    }

    let count = ways.len();
    let mut has_way_in = vec![false; count];
    for (to, _) in ways.iter().flatten() {
        has_way_in[*to] = true;
    }
    let mut seen = vec![Seen::Never; count];
    let mut next = vec![Vec::new(); count];
    let mut done = Vec::with_capacity(count);
    let first = (0..count).filter(|it| !has_way_in[*it]);
    for root in first.chain(0..count) {
        if seen[root] != Seen::Never {
            continue;
        }
        seen[root] = Seen::Open;
        let mut path = vec![(root, 0)];
        while let Some((node, tried)) = path.last_mut() {
            let node = *node;
            let Some((to, length)) = ways[node].get(*tried).copied() else {
                seen[node] = Seen::Done;
                done.push(node);
                path.pop();
                continue;
            };
            *tried += 1;
            if seen[to] == Seen::Open {
                continue;
            }
            next[node].push((to, length));
            if seen[to] == Seen::Never {
                seen[to] = Seen::Open;
                path.push((to, 0));
            }
        }
    }
    done.reverse();
    (done, next)
}
