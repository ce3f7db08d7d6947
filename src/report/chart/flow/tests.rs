//! Flows of all kinds of journeys: what is there, that it balances, that nothing runs through a node.

use super::*;
use crate::forecast::{Flow, FunnelRow, OutcomeForecast};
use crate::report::chart::canvas::Point;
use crate::report::chart::check::{Drawn, check, check_one, plain};
use crate::report::chart::fixture::{self, normal};
use crate::report::chart::frame::Sizes;

fn drawn(name: &str, forecast: &Forecast) -> Drawn {
    check(ChartKind::Flow, name, forecast, None)
}

/// A way to a step: from a step, or as `+stream`; customers who come there, and who are late.
type Way<'a> = (&'a str, &'a str, f64, f64);

/// The hotel with another journey: steps with their stages, ways, ends.
fn journey(steps: &[(&str, Option<&str>)], ways: &[Way<'_>], ends: &[(&str, &str)]) -> Forecast {
    let mut forecast = fixture::hotel();
    let template = forecast.steps[0].clone();
    forecast.steps.clear();
    forecast.funnel.clear();
    for (id, stage) in steps {
        let mut step = template.clone();
        (*id).clone_into(&mut step.step);
        step.title = format!("Step {id}");
        step.stage = stage.map(str::to_owned);
        forecast.steps.push(step);
        if let Some(stage) = stage
            && forecast.funnel.iter().all(|it| it.stage != *stage)
        {
            forecast.funnel.push(FunnelRow {
                stage: (*stage).to_owned(),
                title: format!("Stage {stage}"),
                owner: None,
                reached: normal(1.0, 0.0),
                from_previous: None,
                from_first: None,
            });
        }
    }
    let flow = |(from, to, customers, open): &Way<'_>| Flow {
        arrival: from.strip_prefix('+').map(str::to_owned),
        from: Some((*from).to_owned()).filter(|it| !it.starts_with('+')),
        branch: Some((*to).to_owned()),
        to: (*to).to_owned(),
        customers: *customers,
        open: *open,
    };
    forecast.flows = ways.iter().map(flow).collect();
    let outcome = |(step, outcome): &(&str, &str)| OutcomeForecast {
        step: (*step).to_owned(),
        outcome: (*outcome).to_owned(),
        customers: normal(ways.iter().filter(|it| it.1 == *step).map(|it| it.2).sum(), 0.0),
    };
    forecast.outcomes = ends.iter().map(outcome).collect();
    forecast
}

/// Visits, decides, buys or leaves.
fn small() -> Forecast {
    journey(
        &[("a", None), ("b", None), ("won", None), ("lost", None)],
        &[
            ("+web", "a", 1_000.0, 0.0),
            ("a", "b", 280.0, 20.0),
            ("a", "lost", 700.0, 0.0),
            ("b", "won", 180.0, 0.0),
            ("b", "a", 0.0, 0.0),
            ("b", "lost", 100.0, 0.0),
        ],
        &[("won", "converted"), ("lost", "lost")],
    )
}

/// `count` steps in a row, each in its own stage; of each some leave and some go back one.
fn chain(count: usize) -> Forecast {
    let ids: Vec<String> = (0..count).map(|it| format!("s{it}")).collect();
    let mut steps: Vec<(&str, Option<&str>)> = ids.iter().map(|it| (it.as_str(), Some(it.as_str()))).collect();
    steps.push(("bought", None));
    steps.push(("gone", None));
    let mut ways = vec![("+search", "s0", 100_000.0, 0.0)];
    let mut here = 100_000.0;
    for (at, id) in ids.iter().enumerate() {
        let next = ids.get(at + 1).map_or("bought", String::as_str);
        ways.push((id, next, 0.7 * here, 0.01 * here));
        ways.push((id, "gone", 0.24 * here, 0.0));
        if at > 0 {
            ways.push((id, &ids[at - 1], 0.05 * here, 0.0));
        }
        here *= 0.7;
    }
    journey(&steps, &ways, &[("bought", "converted"), ("gone", "lost")])
}

/// The plan of a chart of this width, and what it was made from.
fn planned<T>(forecast: &Forecast, width: u32, then: impl FnOnce(&Task<'_>, &Plan) -> T) -> T {
    let graph = graph::graph(forecast);
    let columns = columns::columns(&graph);
    let grid = grid::grid(&graph, &columns);
    let sizes = Sizes::of(width);
    let room = (f64::from(width) - 44.0 * sizes.scale).floor();
    let task = Task::new((&graph, &columns, &grid), sizes, room);
    let plan = Plan::natural(&task);
    then(&task, &plan)
}

fn odd() -> Vec<(&'static str, Forecast)> {
    let mut forecasts = vec![
        ("hotel", fixture::hotel()),
        ("small", small()),
        ("15-stages", chain(15)),
        ("60-steps", chain(60)),
    ];
    for name in [
        "fork-in-the-road",
        "saas-trial",
        "web-shop",
        "b2b-inbound",
        "customer-lifecycle",
        "island-lodging",
    ] {
        forecasts.push((name, fixture::shipped(name)));
    }
    let mut long = fixture::hotel();
    for step in &mut long.steps {
        step.title = format!(
            "{} after the second visit, with at least two competitors in mind, and a week to go",
            step.title
        );
    }
    for row in &mut long.funnel {
        row.title = format!(
            "{} and whatever else belongs to it in the eyes of the department that owns it",
            row.title
        );
    }
    forecasts.push(("long", long));
    let mut wild = small();
    wild.flows[0].customers = 1e9;
    wild.flows[2].customers = 1e9 - 301.0;
    wild.flows[3].customers = 1.0;
    forecasts.push(("one-dominates", wild));
    let mut many = small();
    for at in 0..40 {
        let mut flow = many.flows[0].clone();
        flow.arrival = Some(format!("stream_{at}"));
        flow.customers = f64::from(at);
        many.flows.push(flow);
    }
    forecasts.push(("40-streams", many));
    forecasts
}

#[test]
fn each_forecast_has_a_readable_flow() {
    for (name, forecast) in odd() {
        drawn(name, &forecast);
    }
}

#[test]
fn a_flow_tells_who_comes_where_they_go_and_how_they_end() {
    let drawn = drawn("small", &small());
    for words in [
        "Of 1,000 who come in, 70 % are lost after “Step a”",
        "Step a",
        "Under way",
        "180 (18 %)",
        "800 (80 %)",
        "lost: leaves without one",
        "Entry",
        "Web",
    ] {
        assert!(drawn.has(words), "no {words}");
    }
    let titles = plain(&drawn.svg);
    for title in [
        "Step a → Step b: 280 (28 % of those who leave Step a) by B",
        "On the way to Step lost: 700 from Step a",
        "Step lost: 800 (80 % of all who come in): 800 lost.",
    ] {
        assert!(titles.contains(title), "no {title} in {titles}");
    }
    assert!(!drawn.has("comes back") && !drawn.has("too thin"));
    // Web → a → b → won, a and b → lost, a → under way; two of them pass a column; the key's four.
    assert_eq!(drawn.count("polygon"), 8 + 4);
}

#[test]
fn an_end_that_counts_two_outcomes_shows_both() {
    let mut forecast = small();
    let mut churned = forecast.outcomes[1].clone();
    "churned".clone_into(&mut churned.outcome);
    churned.customers = normal(200.0, 0.0);
    forecast.outcomes[1].customers = normal(600.0, 0.0);
    forecast.outcomes.push(churned);
    let drawn = drawn("two-outcomes", &forecast);
    assert!(plain(&drawn.svg).contains("800 (80 % of all who come in): 200 churned, 600 lost."));
    assert!(drawn.has("churned: leaves after a conversion"));
}

#[test]
fn nothing_to_draw_is_said() {
    let why = |forecast: &Forecast| {
        let error = draw(forecast, &ChartOptions::default()).expect_err("there is nothing");
        assert!(!is_worth_drawing(forecast));
        error.to_string()
    };
    let mut forecast = small();
    for flow in &mut forecast.flows {
        flow.customers = 0.0;
        flow.open = 0.0;
    }
    assert_eq!(
        why(&forecast),
        "nobody goes anywhere within the horizon, so there is no `flow` chart"
    );
    forecast.flows.clear();
    assert!(why(&forecast).starts_with("the forecast says nothing about flows; run the scenario again"));
}

#[test]
fn what_comes_into_a_node_leaves_it() {
    for (name, forecast) in odd() {
        planned(&forecast, 960, |task, plan| {
            let count = task.grid.spots.len();
            let (mut comes, mut goes, mut hairs) = (vec![0.0; count], vec![0.0; count], vec![0; count]);
            for (link, width) in task.grid.links.iter().zip(&plan.widths.links) {
                goes[link.from] += width;
                comes[link.to] += width;
                for end in [link.from, link.to] {
                    hairs[end] += link.bands.len();
                }
            }
            for turn in &plan.returns.turns {
                let band = &task.graph.bands[turn.band];
                goes[band.from] += turn.width;
                comes[band.to] += turn.width;
                hairs[band.from] += 1;
                hairs[band.to] += 1;
            }
            for (at, spot) in task.grid.spots.iter().enumerate() {
                let is_inside = comes[at] > 0.0 && goes[at] > 0.0;
                let slack = 1.0
                    + if spot.is_passing {
                        0.0
                    } else {
                        plan.measure.hair * f64::from(hairs[at] as i32)
                    };
                assert!(
                    !is_inside || (comes[at] - goes[at]).abs() <= slack,
                    "{name}: {} into {}, {} out",
                    comes[at],
                    task.graph.nodes[spot.node].title,
                    goes[at]
                );
            }
        });
    }
}

/// Boxes of nodes, along and across, a little smaller than they are.
fn boxes(task: &Task<'_>, plan: &Plan) -> Vec<Rect> {
    (0..task.graph.nodes.len())
        .map(|it| {
            let (from, until) = plan.columns[task.columns.of[it]];
            Rect {
                left: from + 0.3,
                right: until - 0.3,
                top: plan.tops[it] + 0.3,
                bottom: plan.tops[it] + plan.widths.spots[it] - 0.3,
            }
        })
        .collect()
}

/// Whether the strip between two edges gets into a box.
fn enters(one: &[Point], other: &[Point], place: Rect) -> bool {
    one.windows(2).zip(other.windows(2)).any(|(a, b)| {
        let points = [a[0], a[1], b[0], b[1]];
        let bound = |pick: fn(&Point) -> f64| {
            let all = points.iter().map(pick);
            (
                all.clone().fold(f64::INFINITY, f64::min),
                all.fold(f64::NEG_INFINITY, f64::max),
            )
        };
        let ((left, right), (top, bottom)) = (bound(|it| it.0), bound(|it| it.1));
        place.meets(Rect {
            left,
            top,
            right,
            bottom,
        })
    })
}

#[test]
fn no_band_runs_through_a_node() {
    for (name, forecast) in odd() {
        for width in [320, 960, 1_600] {
            planned(&forecast, width, |task, plan| {
                let boxes = boxes(task, plan);
                let strips = (0..task.grid.links.len()).map(|it| curve::link(task, plan, it));
                let turns = (0..plan.returns.turns.len()).map(|it| {
                    let turn = curve::turn(task, plan, it);
                    (turn.inner, turn.outer)
                });
                for (one, other) in strips.chain(turns) {
                    for (node, place) in boxes.iter().enumerate() {
                        assert!(
                            !enters(&one, &other, *place),
                            "{name} at {width}: a band runs through {}",
                            task.graph.nodes[node].title
                        );
                    }
                }
            });
        }
    }
}

#[test]
fn everything_stays_in_the_picture() {
    for (name, forecast) in odd() {
        for width in [320, 960, 1_600] {
            planned(&forecast, width, |task, plan| {
                for at in 0..plan.returns.turns.len() {
                    for (along, across) in curve::turn(task, plan, at).outer {
                        let (x, y) = plan.at(along, across);
                        assert!(
                            x >= -0.5 && x <= task.width + 0.5 && y >= -0.5 && y <= plan.height + 0.5,
                            "{name} at {width}: a band at {x}, {y}"
                        );
                    }
                }
                for column in &task.grid.columns {
                    for pair in column.windows(2) {
                        let end = plan.tops[pair[0]] + plan.widths.spots[pair[0]];
                        assert!(end <= plan.tops[pair[1]] + 0.01, "{name}: nodes on each other");
                    }
                }
            });
        }
    }
}

#[test]
fn columns_follow_the_stages() {
    let forecast = fixture::hotel();
    planned(&forecast, 960, |task, _| {
        let column = |title: &str| {
            let at = task.graph.nodes.iter().position(|it| it.title == title);
            task.columns.of[at.unwrap_or_else(|| panic!("there is {title}"))]
        };
        let titles = [
            "Search",
            "Sees an advert",
            "Reads the newsletter",
            "Looks at rooms",
            "Asks for a price",
            "Books",
            "Comes again",
            "Goes elsewhere",
        ];
        let columns: Vec<usize> = titles.iter().map(|it| column(it)).collect();
        assert_eq!(columns, (0..8).collect::<Vec<_>>());
        assert_eq!(column("Does not come back"), 7);
        assert_eq!(column("Pipeline"), 0);
    });
}

#[test]
fn ways_to_an_earlier_column_return() {
    let forecast = journey(
        &[("a", Some("one")), ("b", Some("two")), ("x", None), ("won", None)],
        &[
            ("+web", "a", 100.0, 0.0),
            ("a", "a", 30.0, 0.0),
            ("a", "b", 120.0, 0.0),
            ("b", "x", 50.0, 0.0),
            ("x", "b", 50.0, 0.0),
            ("b", "a", 20.0, 0.0),
            ("b", "won", 100.0, 0.0),
        ],
        &[("won", "converted")],
    );
    planned(&forecast, 960, |task, _| {
        let returning = |it: &usize| {
            let band = &task.graph.bands[*it];
            format!(
                "{} {}",
                task.graph.nodes[band.from].title, task.graph.nodes[band.to].title
            )
        };
        let returning: Vec<String> = task.grid.returning.iter().map(returning).collect();
        assert_eq!(returning, ["Step a Step a", "Step x Step b", "Step b Step a"]);
    });
    assert!(drawn("returning", &forecast).has("comes back"));
}

#[test]
fn a_chart_of_any_height_fits_it() {
    for forecast in [fixture::hotel(), chain(15)] {
        for width in [1_200, 500] {
            let mut options = ChartOptions {
                width,
                height: Some(1),
                ..ChartOptions::default()
            };
            let Err(ChartError::Side { allowed, .. }) = draw(&forecast, &options) else {
                panic!("one pixel is not enough");
            };
            for height in [allowed.0, allowed.0 + 60, allowed.0 + 1_000] {
                options.height = Some(height);
                check_one(
                    &format!("flow-high-{width}-{height}-{}", forecast.flows.len()),
                    &forecast,
                    ChartKind::Flow,
                    &options,
                );
            }
        }
    }
}
