//! From what is known of places to steps and branches.

use super::delay::{self, DelayFinding};
use super::ends::{Ends, Outcome};
use super::event_log::EventLog;
use super::findings::{BranchFinding, StepFinding};
use super::moves::{Moves, STOP, total};
use super::names::Ids;
use super::options::FitOptions;
use super::places::{Before, Places};
use super::shape::{Branch, Shape, Step};
use super::silence::{Known, known, ticks_of};
use super::window::Window;
use crate::journey::delay::DelayLaw;
use crate::journey::law::{Bounds, Law};

/// What is worked out of, once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) log: &'a EventLog,
    pub(crate) places: &'a Places,
    pub(crate) moves: &'a Moves,
    pub(crate) ends: &'a Ends,
    pub(crate) window: &'a Window,
    pub(crate) options: &'a FitOptions,
}

/// What became of places.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// By place: its step, if anybody ever came there.
    pub(crate) steps: Vec<Option<usize>>,
    /// By place: what is known of it, if it leads on.
    pub(crate) known: Vec<Option<Known>>,
    pub(crate) findings: Vec<StepFinding>,
    pub(crate) assumptions: Vec<String>,
}

/// Adds the steps of all places to the shape, with their branches, and the step where customers
/// enter.
pub(crate) fn build(ground: Ground<'_>, ids: &mut Ids, shape: &mut Shape) -> Built {
    let mut built = Built {
        steps: vec![None; ground.places.len()],
        known: vec![None; ground.places.len()],
        ..Built::default()
    };
    steps(ground, ids, shape, &mut built);
    entry(ground, ids, shape, &built);
    let mut ways = Ends2 {
        silent: None,
        by_place: vec![None; ground.places.len()],
    };
    for place in 0..ground.places.len() {
        if let Some(step) = built.steps[place] {
            let finding = branches(ground, ids, shape, &mut built, &mut ways, place, step);
            built.findings.push(finding);
        }
    }
    built
}

/// Steps at which journeys end, made when they are needed.
struct Ends2 {
    silent: Option<usize>,
    by_place: Vec<Option<usize>>,
}

fn steps(ground: Ground<'_>, ids: &mut Ids, shape: &mut Shape, built: &mut Built) {
    let activities = ground.log.activities();
    let plain: Vec<String> = activities.iter().map(|it| ids.give(it)).collect();
    let mut order: Vec<usize> = (0..ground.places.len()).collect();
    order.sort_by_key(|&it| (ground.places.place(it).activity, it));
    for place in order {
        if ground.moves.visits[place].count == 0 {
            continue;
        }
        let activity = ground.places.place(place).activity as usize;
        let name = &activities[activity];
        let (id, title) = match ground.places.place(place).before {
            Before::Anything => (plain[activity].clone(), name.clone()),
            Before::Nothing => (ids.give(&format!("{name}__first")), format!("{name} (at the start)")),
            Before::Activity(before) => {
                let before = &activities[before as usize];
                (
                    ids.give(&format!("{name}__after_{before}")),
                    format!("{name} (after {before})"),
                )
            }
            Before::NoVisit => (ids.give(&format!("{name}__once")), format!("{name} (first time)")),
            Before::Visit => (ids.give(&format!("{name}__again")), format!("{name} (again)")),
        };
        let is_last = ground.moves.visits[place].led_on() == 0 && ground.ends.is_last[activity];
        let outcome = is_last.then(|| ground.ends.outcome(activity));
        built.steps[place] = Some(shape.add(Step {
            title: (id.replace('_', " ") != title).then_some(title),
            id,
            place: Some(place),
            converts: outcome.is_none() && ground.ends.converts[activity],
            outcome,
            ..Step::default()
        }));
    }
}

/// Where customers enter: the only first activity there is, or a fork between them.
fn entry(ground: Ground<'_>, ids: &mut Ids, shape: &mut Shape, built: &Built) {
    let starts: Vec<(usize, u64)> = (0..ground.places.len())
        .filter_map(|place| Some((built.steps[place]?, ground.moves.starts[place])))
        .filter(|it| it.1 > 0)
        .collect();
    let cases: u64 = starts.iter().map(|it| it.1).sum();
    if let [(only, _)] = starts[..] {
        shape.entry = only;
        return;
    }
    let mut branches: Vec<Branch> = starts
        .into_iter()
        .map(|(to, count)| Branch {
            to,
            chance: count as f64 / cases as f64,
            count: count as f64,
            by: Vec::new(),
            after: None,
            remark: None,
        })
        .collect();
    branches.sort_by(|one, other| other.count.total_cmp(&one.count));
    shape.entry = shape.add(Step {
        id: ids.give("start"),
        remarks: vec!["Where cases begin; nothing happens here.".to_owned()],
        branches,
        ..Step::default()
    });
}

/// Gives a step its branches and says what was found.
fn branches(
    ground: Ground<'_>,
    ids: &mut Ids,
    shape: &mut Shape,
    built: &mut Built,
    ends: &mut Ends2,
    place: usize,
    step: usize,
) -> StepFinding {
    let visits = &ground.moves.visits[place];
    let activity = ground.places.place(place).activity as usize;
    let mut finding = StepFinding {
        activity: ground.log.activities()[activity].clone(),
        step: shape.steps[step].id.clone(),
        visits: visits.count,
        open: 0,
        worth: visits.count as f64,
        outcome: shape.steps[step].outcome.map(|it| it.word().to_owned()),
        gone_after_days: None,
        branches: Vec::new(),
    };
    if shape.steps[step].outcome.is_some() {
        return finding;
    }
    let tick_days = ground.window.tick_days();
    let given = ground.options.churn_after.filter(|_| !ground.window.complete);
    let known = known(visits, given.map(|it| ticks_of(it, tick_days)));
    let moved: u64 = visits.moved.values().map(total).sum();
    finding.open = visits.count - moved;
    finding.worth = known.risks.worth;
    finding.gone_after_days = known.gone_after.map(|it| f64::from(it) * tick_days);
    let mut ways: Vec<(u32, usize, f64, u64, Option<DelayLaw>, Option<DelayFinding>)> = Vec::new();
    for way in &known.risks.ways {
        if way.target == STOP {
            let to = end(ground, ids, shape, ends, place, step);
            ways.push((STOP, to, way.chance, way.seen, None, None));
            continue;
        }
        let to = built.steps[way.target as usize].expect("somebody came there");
        let (law, found) = delay::choose(&way.delays, way.seen, tick_days);
        ways.push((way.target, to, way.chance, way.seen, law, Some(found)));
    }
    if known.risks.silent > 0.0 {
        let to = end(ground, ids, shape, ends, place, step);
        let after = known.gone_after.map(|it| DelayLaw::Known(f64::from(it) * tick_days));
        ways.push((STOP, to, known.risks.silent, 0, after, None));
    }
    ways.sort_by(|one, other| {
        (one.0 == STOP, other.2)
            .partial_cmp(&(other.0 == STOP, one.2))
            .expect("chances are numbers")
    });
    intervals(ground, &known, visits, &shape.steps[step].id, &mut ways);
    let fork = ways.len() as f64;
    for (_, to, chance, seen, after, delay) in ways {
        let count = chance * known.risks.worth;
        let rest = known.risks.worth - count;
        let law = Law::Beta {
            a: count + 0.5,
            b: rest.max(0.0) + 0.5 * (fork - 1.0).max(1.0),
        };
        let alone = fork < 2.0;
        let quantile = |p: f64| if alone { 1.0 } else { law.quantile(Bounds::CHANCE, p) };
        finding.branches.push(BranchFinding {
            to: shape.steps[to].id.clone(),
            seen,
            naive: seen as f64 / moved.max(1) as f64,
            chance,
            low: quantile(0.025),
            high: quantile(0.975),
            count,
            delay,
        });
        shape.steps[step].branches.push(Branch {
            to,
            chance,
            count,
            by: Vec::new(),
            after,
            remark: None,
        });
    }
    built.known[place] = Some(known);
    finding
}

fn intervals(
    ground: Ground<'_>,
    known: &Known,
    visits: &super::moves::Visits,
    name: &str,
    ways: &mut [(u32, usize, f64, u64, Option<DelayLaw>, Option<DelayFinding>)],
) {
    let mut findings: Vec<(u32, DelayFinding)> = ways.iter().filter_map(|it| Some((it.0, it.5.clone()?))).collect();
    let plan = delay::Plan {
        name,
        seed: ground.options.seed,
        resamples: ground.options.resamples,
        tick_days: ground.window.tick_days(),
    };
    delay::intervals(visits, known.patience, plan, &mut findings);
    for (target, finding) in findings {
        let way = ways.iter_mut().find(|it| it.0 == target && it.5.is_some());
        way.expect("it was there").5 = Some(finding);
    }
}

/// The step at which journeys end whose last activity is that of `place`.
fn end(ground: Ground<'_>, ids: &mut Ids, shape: &mut Shape, ends: &mut Ends2, place: usize, step: usize) -> usize {
    let activity = ground.places.place(place).activity as usize;
    let outcome = ground.ends.outcome(activity);
    if !ground.window.complete && !ground.ends.is_named(activity) {
        return *ends.silent.get_or_insert_with(|| {
            shape.add(Step {
                id: ids.give("silent"),
                title: Some("Never heard of again".to_owned()),
                outcome: Some(Outcome::Lost),
                ..Step::default()
            })
        });
    }
    *ends.by_place[place].get_or_insert_with(|| {
        let last = &shape.steps[step];
        let title = last.title.clone().unwrap_or_else(|| last.id.replace('_', " "));
        let id = ids.give(&format!("{}_end", last.id));
        shape.add(Step {
            id,
            title: Some(format!("{title} (last)")),
            outcome: Some(outcome),
            ..Step::default()
        })
    })
}
