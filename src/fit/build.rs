//! From what is known of places to steps and branches.

use std::collections::BTreeMap;

use super::attributes::Known as Attribute;
use super::delay::{self, DelayFinding};
use super::ends::{Ends, Outcome};
use super::event_log::EventLog;
use super::findings::{BranchFinding, StepFinding};
use super::moves::{Moves, STOP, Visits, total};
use super::names::Ids;
use super::options::FitOptions;
use super::places::{Before, Places};
use super::shape::{Branch, By, Shape, Step};
use super::silence::{Known, Left, known, ticks_of};
use super::window::Window;
use super::words;
use super::write::number;
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
    pub(crate) attributes: &'a [Attribute],
    /// By place whose fork depends on an attribute: which, and counts by value and way.
    pub(crate) by: &'a BTreeMap<usize, (usize, Vec<Vec<f64>>)>,
}

impl Ground<'_> {
    /// What is known of a place.
    pub(crate) fn known(&self, place: usize) -> Known {
        known(&self.moves.visits[place], self.patience())
    }

    /// After how many ticks silence means that a customer has left, if that was said.
    pub(crate) fn patience(&self) -> Option<u32> {
        let given = self.options.churn_after.filter(|_| !self.window.complete);
        given.map(|it| ticks_of(it, self.window.tick_days()))
    }
}

/// What became of places.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// By place: its step, if anybody ever came there.
    pub(crate) steps: Vec<Option<usize>>,
    /// By place: what is known of it, if it leads on.
    pub(crate) known: Vec<Option<Known>>,
    pub(crate) findings: Vec<StepFinding>,
    /// The step of those who are never heard of again.
    silent: Option<usize>,
    /// The step of those of whom nobody knows what becomes of them.
    unseen: Option<usize>,
    /// By place: the step of those for whom it was the last.
    ends: Vec<Option<usize>>,
    /// The step from which rare moves go on, and to which places how many.
    pub(crate) elsewhere: Option<usize>,
    rare: BTreeMap<u32, f64>,
}

/// Adds the steps of all places to the shape, with their branches, and the step where customers
/// enter.
pub(crate) fn build(ground: Ground<'_>, ids: &mut Ids, shape: &mut Shape) -> Built {
    let mut built = Built {
        steps: vec![None; ground.places.len()],
        known: vec![None; ground.places.len()],
        ends: vec![None; ground.places.len()],
        ..Built::default()
    };
    steps(ground, ids, shape, &mut built);
    entry(ground, ids, shape, &built);
    for place in 0..ground.places.len() {
        if let Some(step) = built.steps[place] {
            let finding = branches(ground, ids, shape, &mut built, place, step);
            built.findings.push(finding);
        }
    }
    go_on(shape, &built, ground.options.min_share);
    built
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
            converts: outcome.is_none() && ground.ends.converts(activity),
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

/// A way on from a step, on its way to becoming a branch.
struct Draft {
    /// Which ways of the estimate it is, by their position; silence comes after all of them.
    columns: Vec<usize>,
    /// The one target that it leads to; none for ends and for rare ways that are taken together.
    target: Option<u32>,
    to: usize,
    is_end: bool,
    chance: f64,
    seen: u64,
    after: Option<DelayLaw>,
    delay: Option<DelayFinding>,
}

/// Gives a step its branches and says what was found.
fn branches(
    ground: Ground<'_>,
    ids: &mut Ids,
    shape: &mut Shape,
    built: &mut Built,
    place: usize,
    step: usize,
) -> StepFinding {
    let visits = &ground.moves.visits[place];
    let activity = ground.places.place(place).activity as usize;
    let mut finding = StepFinding {
        activity: ground.log.activities()[activity].clone(),
        step: shape.steps[step].id.clone(),
        visits: visits.count,
        cases: ground.moves.cases[place],
        open: 0,
        worth: visits.count as f64,
        outcome: shape.steps[step].outcome.map(|it| it.word().to_owned()),
        gone_after_days: None,
        followed_days: None,
        unknown: 0.0,
        branches: Vec::new(),
    };
    if shape.steps[step].outcome.is_some() {
        return finding;
    }
    let tick_days = ground.window.tick_days();
    let known = ground.known(place);
    let moved: u64 = visits.moved.values().map(total).sum();
    finding.open = visits.count - moved;
    finding.worth = known.risks.worth;
    finding.unknown = known.risks.unknown;
    finding.followed_days = (!visits.waiting.is_empty()).then(|| f64::from(known.patience.until) * tick_days);
    finding.gone_after_days = known.gone_after.map(|it| f64::from(it) * tick_days);
    let mut drafts = drafts(ground, ids, shape, built, &known, (place, step));
    drafts.sort_by(|one, other| one.is_end.cmp(&other.is_end).then(other.chance.total_cmp(&one.chance)));
    intervals(ground, &known, visits, &shape.steps[step].id, &mut drafts);
    let by = ground.by.get(&place);
    shape.steps[step].by = by.map(|it| By {
        attribute: ground.attributes[it.0].id.clone(),
        values: ground.attributes[it.0].values.clone(),
    });
    let fork = drafts.len() as f64;
    for draft in drafts {
        let count = draft.chance * known.risks.worth;
        let law = Law::Beta {
            a: count + 0.5,
            b: (known.risks.worth - count).max(0.0) + 0.5 * (fork - 1.0).max(1.0),
        };
        let quantile = |p: f64| {
            if fork < 2.0 {
                1.0
            } else {
                law.quantile(Bounds::CHANCE, p)
            }
        };
        let by = by.map_or_else(Vec::new, |(_, counts)| by_value(counts, &draft, ground.options.point));
        finding.branches.push(BranchFinding {
            to: shape.steps[draft.to].id.clone(),
            seen: draft.seen,
            naive: draft.seen as f64 / moved.max(1) as f64,
            chance: draft.chance,
            low: quantile(0.025),
            high: quantile(0.975),
            count,
            delay: draft.delay,
        });
        shape.steps[step].branches.push(Branch {
            to: draft.to,
            chance: draft.chance,
            count,
            by,
            after: draft.after,
            remark: None,
        });
    }
    shape.steps[step].remarks = words::of_step(&finding, &known, shape.tick_seconds);
    built.known[place] = Some(known);
    finding
}

/// What each value's count of a branch is, or its share; values that nobody had are like all.
fn by_value(counts: &[Vec<f64>], draft: &Draft, point: bool) -> Vec<f64> {
    let of = |row: &Vec<f64>| {
        let sum: f64 = row.iter().sum();
        let own: f64 = draft.columns.iter().map(|&it| row[it]).sum();
        match sum > 0.0 {
            false => draft.chance,
            true if point => own / sum,
            true => own,
        }
    };
    counts.iter().map(of).collect()
}

fn drafts(
    ground: Ground<'_>,
    ids: &mut Ids,
    shape: &mut Shape,
    built: &mut Built,
    known: &Known,
    (place, step): (usize, usize),
) -> Vec<Draft> {
    let tick_days = ground.window.tick_days();
    let (mut drafts, mut rare) = (Vec::new(), Vec::new());
    for (column, way) in known.risks.ways.iter().enumerate() {
        if way.target == STOP {
            drafts.push(Draft {
                columns: vec![column],
                target: None,
                to: end(ground, ids, shape, built, known.rest, (place, step)),
                is_end: true,
                chance: way.chance,
                seen: way.seen,
                after: None,
                delay: None,
            });
        } else if way.chance < ground.options.min_share {
            rare.push(column);
        } else {
            let (after, delay) = delay::choose(&way.delays, way.seen, tick_days);
            drafts.push(Draft {
                columns: vec![column],
                target: Some(way.target),
                to: built.steps[way.target as usize].expect("somebody came there"),
                is_end: false,
                chance: way.chance,
                seen: way.seen,
                after,
                delay: Some(delay),
            });
        }
    }
    if !rare.is_empty() {
        drafts.push(together(ids, shape, built, known, rare, tick_days));
    }
    if known.risks.silent > 0.0 {
        drafts.push(Draft {
            columns: vec![known.risks.ways.len()],
            target: None,
            to: end(ground, ids, shape, built, known.rest, (place, step)),
            is_end: true,
            chance: known.risks.silent,
            seen: 0,
            after: known.gone_after.map(|it| DelayLaw::Known(f64::from(it) * tick_days)),
            delay: None,
        });
    }
    drafts
}

/// Rare ways as one, to the step from which rare moves go on.
fn together(
    ids: &mut Ids,
    shape: &mut Shape,
    built: &mut Built,
    known: &Known,
    columns: Vec<usize>,
    tick_days: f64,
) -> Draft {
    let mut delays: BTreeMap<u32, f64> = BTreeMap::new();
    let chance: f64 = columns.iter().map(|&it| known.risks.ways[it].chance).sum();
    let seen = columns.iter().map(|&it| known.risks.ways[it].seen).sum();
    for &column in &columns {
        let way = &known.risks.ways[column];
        *built.rare.entry(way.target).or_default() += way.chance * known.risks.worth;
        for (ticks, share) in &way.delays {
            *delays.entry(*ticks).or_default() += share * way.chance / chance;
        }
    }
    let delays: Vec<(u32, f64)> = delays.into_iter().collect();
    let (after, delay) = delay::choose(&delays, seen, tick_days);
    let to = *built.elsewhere.get_or_insert_with(|| {
        shape.add(Step {
            id: ids.give("elsewhere"),
            title: Some("Rare moves".to_owned()),
            ..Step::default()
        })
    });
    Draft {
        columns,
        target: None,
        to,
        is_end: false,
        chance,
        seen,
        after,
        delay: Some(delay),
    }
}

/// Lets rare moves go on to where they led.
fn go_on(shape: &mut Shape, built: &Built, min_share: f64) {
    let Some(elsewhere) = built.elsewhere else { return };
    let sum: f64 = built.rare.values().sum();
    let step = &mut shape.steps[elsewhere];
    step.remarks.push(format!(
        "Moves that are less than {} % of a fork, of all forks taken together. From here they go where they \
         led, wherever they came from.",
        number(min_share * 100.0)
    ));
    let mut branches: Vec<Branch> = built
        .rare
        .iter()
        .map(|(target, count)| Branch {
            to: built.steps[*target as usize].expect("somebody came there"),
            chance: count / sum,
            count: *count,
            by: Vec::new(),
            after: None,
            remark: None,
        })
        .collect();
    branches.sort_by(|one, other| other.count.total_cmp(&one.count));
    step.branches = branches;
}

fn intervals(ground: Ground<'_>, known: &Known, visits: &Visits, name: &str, drafts: &mut [Draft]) {
    let named = drafts.iter().filter_map(|it| Some((it.target?, it.delay.clone()?)));
    let mut findings: Vec<(u32, DelayFinding)> = named.collect();
    let plan = delay::Plan {
        name,
        seed: ground.options.seed,
        resamples: ground.options.resamples,
        tick_days: ground.window.tick_days(),
    };
    delay::intervals(visits, known.patience, plan, &mut findings);
    for (target, finding) in findings {
        if let Some(draft) = drafts.iter_mut().find(|it| it.target == Some(target)) {
            draft.delay = Some(finding);
        }
    }
}

/// The step at which journeys end whose last activity is that of `place`.
fn end(
    ground: Ground<'_>,
    ids: &mut Ids,
    shape: &mut Shape,
    built: &mut Built,
    rest: Left,
    (place, step): (usize, usize),
) -> usize {
    let activity = ground.places.place(place).activity as usize;
    let outcome = ground.ends.outcome(activity);
    if !ground.window.complete && !ground.ends.is_named(activity) {
        if rest == Left::Unseen {
            return *built.unseen.get_or_insert_with(|| {
                shape.add(Step {
                    id: ids.give("unseen"),
                    title: Some("Not followed any longer".to_owned()),
                    outcome: Some(Outcome::Other),
                    remarks: vec!["The log is too short to tell what becomes of them.".to_owned()],
                    ..Step::default()
                })
            });
        }
        return *built.silent.get_or_insert_with(|| {
            shape.add(Step {
                id: ids.give("silent"),
                title: Some("Never heard of again".to_owned()),
                outcome: Some(Outcome::Lost),
                ..Step::default()
            })
        });
    }
    *built.ends[place].get_or_insert_with(|| {
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
