//! What every layout keeps, whatever the graph.

use proptest::prelude::*;

use super::*;

const SPACING: Spacing = Spacing {
    node: 20.0,
    lane: 8.0,
    layer: (30.0, 90.0),
    head: 8.0,
    stub: 5.0,
};

fn node(width: f64, height: f64) -> Node {
    Node {
        size: Size { width, height },
        phase: None,
        last: false,
    }
}

fn arrow(from: usize, to: usize) -> Arrow {
    Arrow {
        from,
        to,
        label: Size {
            width: 30.0,
            height: 14.0,
        },
    }
}

fn graph(nodes: usize, arrows: &[(usize, usize)]) -> Graph {
    Graph {
        nodes: vec![node(80.0, 40.0); nodes],
        arrows: arrows.iter().map(|(from, to)| arrow(*from, *to)).collect(),
    }
}

fn grown(area: Rect, by: f64) -> Rect {
    Rect {
        left: area.left - by,
        top: area.top - by,
        right: area.right + by,
        bottom: area.bottom + by,
    }
}

fn is_in(point: Point, area: Rect) -> bool {
    (area.left..=area.right).contains(&point.0) && (area.top..=area.bottom).contains(&point.1)
}

/// Checks all that a layout promises.
fn check(graph: &Graph, direction: Direction, layout: &Layout) {
    let sheet = Rect {
        left: 0.0,
        top: 0.0,
        right: layout.size.width,
        bottom: layout.size.height,
    };
    let labels: Vec<(usize, Rect)> = layout
        .arrows
        .iter()
        .enumerate()
        .filter_map(|(at, route)| {
            let (x, y) = route.label?;
            let label = graph.arrows[at].label;
            let area = Rect {
                left: x - label.width / 2.0,
                top: y - label.height / 2.0,
                right: x + label.width / 2.0,
                bottom: y + label.height / 2.0,
            };
            Some((at, area))
        })
        .collect();
    for (at, area) in layout.nodes.iter().enumerate() {
        let asked = graph.nodes[at].size;
        assert!(area.width() > asked.width - 1e-6 && area.height() > asked.height - 1e-6);
        for other in &layout.nodes[at + 1..] {
            assert!(!area.meets(*other), "{area:?} on {other:?}");
        }
        for (_, label) in &labels {
            assert!(!grown(*area, -0.01).meets(*label), "{label:?} on {area:?}");
        }
        for corner in [(area.left, area.top), (area.right, area.bottom)] {
            assert!(is_in(corner, grown(sheet, 0.01)), "{area:?} is off {sheet:?}");
        }
    }
    for (at, (_, label)) in labels.iter().enumerate() {
        for (_, other) in &labels[at + 1..] {
            assert!(!label.meets(*other), "{label:?} on {other:?}");
        }
    }
    for (at, (arrow, route)) in graph.arrows.iter().zip(&layout.arrows).enumerate() {
        let first = *route.points.first().expect("an arrow has points");
        let last = *route.points.last().expect("an arrow has points");
        let (from, to) = (layout.nodes[arrow.from], layout.nodes[arrow.to]);
        let (leaves, arrives) = match direction {
            Direction::Down => (first.1 - from.bottom, last.1 - to.top),
            Direction::Right => (first.0 - from.right, last.0 - to.left),
        };
        // Nodes larger than asked for, as all are as deep as they were asked to be.
        assert!(
            leaves.abs() < 1e-6 && arrives.abs() < 1e-6,
            "{arrow:?}: {leaves} {arrives}"
        );
        assert!(
            is_in(first, grown(from, 1e-6)) && is_in(last, grown(to, 1e-6)),
            "{arrow:?}"
        );
        for pair in route.points.windows(2) {
            for step in 0..=4 {
                let share = f64::from(step) / 4.0;
                let mix = |one: f64, other: f64| one + share * (other - one);
                let point = (mix(pair[0].0, pair[1].0), mix(pair[0].1, pair[1].1));
                assert!(
                    is_in(point, grown(sheet, 0.01)),
                    "{arrow:?} leaves the sheet at {point:?}"
                );
                for (node, area) in layout.nodes.iter().enumerate() {
                    assert!(
                        !is_in(point, grown(*area, -0.01)),
                        "{arrow:?} goes through {node} at {point:?}"
                    );
                }
                for (_, label) in labels.iter().filter(|it| it.0 != at) {
                    assert!(
                        !is_in(point, grown(*label, -0.01)),
                        "{arrow:?} goes through a label at {point:?}"
                    );
                }
            }
        }
    }
}

fn laid_out(graph: &Graph, direction: Direction, breadth_max: f64) -> Layout {
    let layout = lay_out(graph, direction, SPACING, breadth_max).expect("there is room");
    check(graph, direction, &layout);
    let breadth = match direction {
        Direction::Down => layout.size.width,
        Direction::Right => layout.size.height,
    };
    assert!(breadth <= breadth_max + 1e-6, "{breadth}");
    layout
}

#[test]
fn a_chain_goes_straight_down() {
    let layout = laid_out(&graph(4, &[(0, 1), (1, 2), (2, 3)]), Direction::Down, 1_000.0);
    assert_eq!(layout.size.width, 80.0);
    for pair in layout.nodes.windows(2) {
        assert!(pair[1].top > pair[0].bottom && pair[0].left == pair[1].left);
    }
    for route in &layout.arrows {
        assert!(route.points.iter().all(|it| it.0 == 40.0), "{:?}", route.points);
    }
}

#[test]
fn a_way_back_goes_around() {
    let graph = graph(4, &[(0, 1), (1, 2), (2, 3), (3, 1)]);
    for direction in [Direction::Down, Direction::Right] {
        let layout = laid_out(&graph, direction, 1_000.0);
        assert!(layout.size.width > 80.0 && layout.size.height > 40.0);
    }
}

#[test]
fn loops_parallel_arrows_and_lone_nodes_are_drawn() {
    let graph = graph(
        6,
        &[
            (0, 0),
            (0, 0),
            (0, 1),
            (0, 1),
            (0, 1),
            (1, 0),
            (1, 0),
            (3, 4),
            (4, 3),
            (3, 3),
        ],
    );
    for direction in [Direction::Down, Direction::Right] {
        laid_out(&graph, direction, 1_000.0);
    }
    assert_eq!(
        laid_out(&Graph::default(), Direction::Down, 100.0).size,
        Size::default()
    );
}

#[test]
fn phases_follow_one_another_and_the_last_come_last() {
    let mut graph = graph(5, &[(0, 1), (0, 4), (1, 2), (2, 1), (3, 0)]);
    graph.nodes[4].last = true;
    for (node, phase) in [(3, 0), (0, 1), (2, 1), (1, 2)] {
        graph.nodes[node].phase = Some(phase);
    }
    let layout = laid_out(&graph, Direction::Right, 1_000.0);
    let left: Vec<f64> = layout.nodes.iter().map(|it| it.left).collect();
    assert!(left[3] < left[0] && left[0] < left[1] && left[2] < left[1], "{left:?}");
    assert!(left.iter().all(|it| *it <= left[4]), "{left:?}");
}

#[test]
fn a_narrow_sheet_has_more_layers() {
    let fan: Vec<(usize, usize)> = (1..=8).map(|to| (0, to)).collect();
    let mut fan = graph(9, &fan);
    for arrow in &mut fan.arrows {
        arrow.label = Size::default();
    }
    let wide = laid_out(&fan, Direction::Down, 1_000.0);
    let narrow = laid_out(&fan, Direction::Down, 260.0);
    assert!(narrow.size.width <= 260.0 && narrow.size.height > 2.0 * wide.size.height);
    assert!(lay_out(&fan, Direction::Down, SPACING, 60.0).is_none());
}

#[test]
fn two_ways_that_need_not_cross_do_not() {
    // The first node leads to the last one, and the other way round.
    let layout = laid_out(&graph(4, &[(0, 3), (1, 2)]), Direction::Down, 1_000.0);
    let center = |it: usize| layout.nodes[it].left;
    assert_eq!(center(0) < center(1), center(3) < center(2));
}

#[test]
fn two_hundred_steps_are_laid_out() {
    let mut arrows: Vec<(usize, usize)> = (0..199).map(|it| (it, it + 1)).collect();
    arrows.extend((0..190).step_by(3).map(|it| (it, (it * 7 + 11) % 200)));
    arrows.extend((0..199).step_by(2).map(|it| (it, 199)));
    let graph = graph(200, &arrows);
    let layout = laid_out(&graph, Direction::Down, 1_500.0);
    assert_eq!(layout.nodes.len(), 200);
}

fn any_graph() -> impl Strategy<Value = Graph> {
    (1usize..24).prop_flat_map(|count| {
        let size = (10.0..120.0, 10.0..70.0);
        let nodes = proptest::collection::vec((size, proptest::option::of(0usize..4), any::<bool>()), count);
        let label = prop_oneof![
            1 => Just((0.0, 0.0)),
            3 => (5.0..60.0, 5.0..40.0),
        ];
        let arrows = proptest::collection::vec((0..count, 0..count, label), 0..50);
        (nodes, arrows).prop_map(|(nodes, arrows)| Graph {
            nodes: nodes
                .into_iter()
                .map(|((width, height), phase, last)| Node {
                    size: Size { width, height },
                    phase,
                    last,
                })
                .collect(),
            arrows: arrows
                .into_iter()
                .map(|(from, to, (width, height))| Arrow {
                    from,
                    to,
                    label: Size { width, height },
                })
                .collect(),
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn nothing_lies_on_anything_else(graph in any_graph(), is_down: bool, breadth_max in 100.0..2_000.0) {
        let direction = if is_down { Direction::Down } else { Direction::Right };
        if let Some(layout) = lay_out(&graph, direction, SPACING, breadth_max) {
            check(&graph, direction, &layout);
        }
        check(&graph, direction, &lay_out(&graph, direction, SPACING, f64::INFINITY).expect("there is room"));
    }
}
