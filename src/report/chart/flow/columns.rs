//! In which column every node stands: by stage, and within a stage by the order of its steps.

use std::collections::VecDeque;

use super::graph::{Graph, Role};

/// Neighbouring columns of one stage; of none for entries, ends and steps without a stage.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) title: Option<String>,
    pub(super) from: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    /// By node.
    pub(super) of: Vec<usize>,
    pub(super) count: usize,
    /// From left to right.
    pub(super) groups: Vec<Group>,
}

/// Entries first, ends last. A way to a later stage leads to the right, one to an earlier stage
/// back; within a stage a way leads back if it closes a circle.
pub(super) fn columns(graph: &Graph) -> Columns {
    let keys = keys(graph);
    let mut of = vec![0; graph.nodes.len()];
    let mut groups = Vec::new();
    let mut count = 0;
    if graph.nodes.iter().any(|it| it.role == Role::Entry) {
        count = 1;
        groups.push(Group {
            title: Some("Entry".to_owned()),
            from: 0,
        });
    }
    let mut distinct: Vec<usize> = keys.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    for key in distinct {
        let depths = depths(graph, &keys, key);
        groups.push(Group {
            title: (key % 2 == 1).then(|| graph.stages[key / 2].clone()),
            from: count,
        });
        for (node, depth) in &depths {
            of[*node] = count + depth;
        }
        count += 1 + depths.iter().map(|it| it.1).max().unwrap_or(0);
    }
    let is_end = |at: usize| matches!(graph.nodes[at].role, Role::End(_));
    if (0..of.len()).any(is_end) {
        for at in (0..of.len()).filter(|it| is_end(*it)) {
            of[at] = count;
        }
        groups.push(Group {
            title: Some("Outcome".to_owned()),
            from: count,
        });
        count += 1;
    }
    Columns { of, count, groups }
}

/// By node, twice its stage and one; even numbers for what lies between two stages. `None` for
/// entries and ends.
fn keys(graph: &Graph) -> Vec<Option<usize>> {
    let is_step = |at: usize| graph.nodes[at].role == Role::Step;
    let mut keys: Vec<Option<usize>> = graph.nodes.iter().map(|it| it.stage.map(|it| 2 * it + 1)).collect();
    for (at, key) in keys.iter_mut().enumerate() {
        key.take_if(|_| !is_step(at));
    }
    let ways = || graph.bands.iter().filter(|it| is_step(it.from) && is_step(it.to));
    let forwards: Vec<(usize, usize)> = ways().map(|it| (it.from, it.to)).collect();
    let backwards: Vec<(usize, usize)> = ways().map(|it| (it.to, it.from)).collect();
    spread(&mut keys, &forwards, |key| key + key % 2);
    spread(&mut keys, &backwards, |key| key - key % 2);
    for (at, key) in keys.iter_mut().enumerate() {
        if is_step(at) {
            key.get_or_insert(0);
        }
    }
    keys
}

/// Gives nodes without a key that of the nearest node from which a way leads there.
fn spread(keys: &mut [Option<usize>], ways: &[(usize, usize)], beside: impl Fn(usize) -> usize) {
    let mut next = vec![Vec::new(); keys.len()];
    for (from, to) in ways {
        next[*from].push(*to);
    }
    let mut queue: VecDeque<usize> = (0..keys.len()).filter(|it| keys[*it].is_some()).collect();
    while let Some(from) = queue.pop_front() {
        let Some(key) = keys[from].map(&beside) else { continue };
        for to in &next[from] {
            if keys[*to].is_none() {
                keys[*to] = Some(key);
                queue.push_back(*to);
            }
        }
    }
}

/// The nodes with this key, each with the length of the longest way to it within them.
fn depths(graph: &Graph, keys: &[Option<usize>], key: usize) -> Vec<(usize, usize)> {
    let is_member = |at: usize| keys[at] == Some(key);
    let mut next: Vec<Vec<(f64, usize)>> = vec![Vec::new(); graph.nodes.len()];
    let mut is_entered = vec![false; graph.nodes.len()];
    for band in graph.bands.iter().filter(|it| is_member(it.to)) {
        if is_member(band.from) {
            next[band.from].push((band.customers, band.to));
        } else {
            is_entered[band.to] = true;
        }
    }
    for ways in &mut next {
        ways.sort_by(|one, two| two.0.total_cmp(&one.0));
    }
    let members = || (0..keys.len()).filter(|it| is_member(*it));
    let roots = members().filter(|it| is_entered[*it]).chain(members());
    let (order, back) = depth_first(&next, roots);
    let mut depth = vec![0; keys.len()];
    for from in order {
        for (_, to) in &next[from] {
            if !back.contains(&(from, *to)) {
                depth[*to] = depth[*to].max(depth[from] + 1);
            }
        }
    }
    members().map(|it| (it, depth[it])).collect()
}

/// All that can be reached, each before what it leads to but for the ways back, which are the
/// second part: ways to where one has come from.
fn depth_first(
    next: &[Vec<(f64, usize)>],
    roots: impl Iterator<Item = usize>,
) -> (Vec<usize>, std::collections::BTreeSet<(usize, usize)>) {
    let mut is_seen = vec![false; next.len()];
    let mut is_on_the_way = vec![false; next.len()];
    let (mut order, mut back) = (Vec::new(), std::collections::BTreeSet::new());
    for root in roots {
        if is_seen[root] {
            continue;
        }
        is_seen[root] = true;
        is_on_the_way[root] = true;
        let mut path = vec![(root, 0)];
        while let Some((from, way)) = path.last_mut() {
            let from = *from;
            if let Some((_, to)) = next[from].get(*way) {
                *way += 1;
                if is_on_the_way[*to] {
                    back.insert((from, *to));
                } else if !is_seen[*to] {
                    is_seen[*to] = true;
                    is_on_the_way[*to] = true;
                    path.push((*to, 0));
                }
            } else {
                is_on_the_way[from] = false;
                order.push(from);
                path.pop();
            }
        }
    }
    order.reverse();
    (order, back)
}
