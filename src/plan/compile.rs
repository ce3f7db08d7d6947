//! From a journey to a plan; cannot fail.

mod delays;
mod memory;

use crate::clock::Clock;
use crate::journey::calendar_shares;
use crate::journey::delay::DelayTable;
use crate::journey::evaluate::{amounts_depend, step_cases};
use crate::journey::{
    ArrivalStream, Atom, AttributeKind, CONVERSION, Fork, Journey, Key, LeafValue, Op, Outcome, Step, StepId, Volume,
};
use crate::random;

use super::memory::Memory;
use super::{AttributePlan, Bin, Columns, End, ForkPlan, Groups, Line, Pack, Plan, StepPlan, StreamPlan, VolumePlan};

use delays::{delays, waiting};
use memory::{memory, visited};

/// Combinations of groups that one pack may have: small enough to stay in a processor's cache.
const PACK_MAX: usize = 64;

/// Lays a journey out flat.
///
/// # Panics
///
/// Never for a journey that `build` made: it has bounded whatever is counted here.
#[must_use]
pub fn compile(journey: &Journey) -> Plan {
    let clock = &journey.clock;
    let periods = clock.periods();
    let stretches = journey.stretches();
    let bins = bins(journey, &periods, &stretches);
    let mut bin_of = vec![0; clock.ticks as usize];
    for (at, bin) in bins.iter().enumerate() {
        bin_of[bin.ticks.from as usize..bin.ticks.until as usize].fill(number(at));
    }
    let memory = memory(journey);
    let revisited = journey.in_loops();
    let visited = visited(journey, &revisited);
    let mut columns = Columns {
        streams: 0,
        branches: journey.streams.len(),
        count: 0,
        sums: 0,
    };
    columns.count = columns.branches + journey.branch_count();
    let mut steps = Vec::new();
    let (mut places, mut amounts) = (0, 0);
    for (id, step) in journey.steps() {
        let mut it = step_plan(journey, id, step, &memory, &visited, places, amounts, &mut columns);
        it.in_loop = revisited[id.index()];
        places += it.cases.count() * it.branches;
        amounts += it.cases.count() * it.lines.len();
        steps.push(it);
    }
    let mut plan = Plan {
        clock: clock.clone(),
        periods,
        bins,
        bin_of,
        stretches,
        branch_to: journey.all_branches().map(|(_, _, to, _)| to.0).collect(),
        delays: Vec::new(),
        tables: vec![DelayTable::zero()],
        laws: vec![None],
        counts_places: false,
        places,
        amounts,
        visited,
        columns,
        groups: groups(journey),
        month_of: Vec::new(),
        weekday_of: Vec::new(),
        discounts: discounts(journey),
        streams: journey
            .streams
            .iter()
            .map(|it| StreamPlan {
                to: it.to.0,
                key: key_of("stream", &it.id),
                volume: volume(journey, it),
            })
            .collect(),
        waiting: Vec::new(),
        stages: journey.stages.len(),
        attributes: attributes(journey, &memory),
        is_known: journey.draws.draws.is_empty(),
        memory,
        steps,
    };
    calendar(journey, &mut plan);
    delays(journey, &mut plan);
    plan.waiting = waiting(journey, &plan);
    plan
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("bounded by `build`")
}

fn key_of(kind: &str, name: &str) -> u64 {
    random::Key::new(0).with_text(kind).with_text(name).bits()
}

fn bins(journey: &Journey, periods: &[crate::clock::PeriodSpan], stretches: &[u32]) -> Vec<Bin> {
    let mut starts: Vec<u32> = stretches.to_vec();
    starts.extend(periods.iter().map(|it| it.ticks.from));
    starts.extend(journey.targets.iter().flat_map(|it| [it.ticks.from, it.ticks.until]));
    starts.retain(|it| *it < journey.clock.ticks);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts[1..].iter().copied().chain([journey.clock.ticks]);
    starts
        .iter()
        .zip(ends)
        .map(|(from, until)| {
            // Periods that no tick starts in are empty; the last one that starts in time has it.
            let period = periods.partition_point(|it| it.ticks.from <= *from) - 1;
            Bin {
                ticks: crate::clock::TickRange { from: *from, until },
                period: number(period),
                stretch: number(stretches.partition_point(|it| *it <= *from) - 1),
            }
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "each is a running total of the layout")]
fn step_plan(
    journey: &Journey,
    id: StepId,
    step: &Step,
    memory: &Memory,
    visited: &[usize],
    first_place: usize,
    first_amount: usize,
    columns: &mut Columns,
) -> StepPlan {
    let cases = step_cases(journey, id).expect("bounded by `build`");
    let axes = cases
        .axes()
        .map(|(key, class_of, stride)| {
            let field = memory.field(key).expect("every key of a table is remembered");
            (field, class_of.iter().map(|class| class * number(stride)).collect())
        })
        .collect();
    let lines = lines(journey, step);
    let varies = lines.iter().any(|line| line_varies(journey, *line));
    let mut column = |wanted: bool, count: usize| {
        wanted.then(|| {
            columns.count += count;
            columns.count - count
        })
    };
    let is_end = matches!(step.fork, Fork::End(_));
    let converts = step.events.contains(&CONVERSION);
    let ends_converted = matches!(step.fork, Fork::End(Outcome::Converted));
    let won_column = column(converts || ends_converted, 1);
    let lost_column = column(is_end && !ends_converted, 1);
    let counts_cells = !lines.is_empty() && !varies && amounts_depend(journey, id);
    let cell_column = column(counts_cells, cases.count());
    let first_sum = columns.sums;
    if varies {
        columns.sums += lines.len();
    }
    let field = |id| memory.field(Key::Attribute(id));
    StepPlan {
        fork: match &step.fork {
            Fork::End(Outcome::Converted) => ForkPlan::End(End::Converted),
            Fork::End(Outcome::Left) => ForkPlan::End(End::Left),
            Fork::End(Outcome::Other) => ForkPlan::End(End::Other),
            Fork::Single => ForkPlan::Single,
            Fork::Chances { .. } | Fork::Observed(_) => ForkPlan::Chances,
            Fork::Rules(rules) => ForkPlan::Rules(rules.clone()),
        },
        branches: journey.branches(id).len(),
        first_branch: journey.branches(id).next().map_or(0, crate::journey::BranchId::index),
        first_place,
        axes,
        first_amount,
        varies,
        books: varies || (journey.discount.is_some() && !lines.is_empty()),
        delays_differ: false,
        // What nothing looks at need not be remembered.
        sets: step
            .sets
            .iter()
            .filter_map(|(id, value)| Some((field(*id)?, u64::from(*value))))
            .collect(),
        adds: step
            .adds
            .iter()
            .filter_map(|(id, amount)| {
                let largest = journey.attributes[id.index()].size() as i64 - 1;
                Some((field(*id)?, *amount, largest))
            })
            .collect(),
        stage: step.stage.map_or(0, |it| it.0 + 1),
        converts: converts || ends_converted,
        in_loop: false,
        visit: visited.iter().position(|it| *it == id.index()),
        won_column,
        lost_column,
        cell_column,
        first_sum,
        key: key_of("step", &step.id),
        cases,
        lines,
    }
}

/// Everything booked at a step, units before what depends on them and shares of revenue last.
fn lines(journey: &Journey, step: &Step) -> Vec<Line> {
    let mut lines: Vec<Line> = step.revenue.map(Line::Revenue).into_iter().collect();
    for (product, amount) in &step.units {
        let units = lines.len();
        lines.push(Line::Units(product.0, *amount));
        let it = &journey.products[product.index()];
        lines.extend(it.price.map(|price| Line::ProductRevenue(product.0, units, price)));
        lines.extend(it.cost.map(|cost| Line::ProductCost(product.0, units, cost)));
    }
    let part = |cost: &crate::journey::Cost| cost.part.map_or(u32::MAX, |it| it.0);
    let (shares, plain): (Vec<_>, Vec<_>) = step.costs.iter().partition(|it| it.of_revenue);
    lines.extend(plain.iter().map(|it| Line::Cost(part(it), it.amount)));
    lines.extend(shares.iter().map(|it| Line::CostShare(part(it), it.amount)));
    lines
}

/// Whether some value of the line is drawn every time it is booked.
fn line_varies(journey: &Journey, line: Line) -> bool {
    let (Line::Revenue(id)
    | Line::Units(_, id)
    | Line::ProductRevenue(_, _, id)
    | Line::ProductCost(_, _, id)
    | Line::Cost(_, id)
    | Line::CostShare(_, id)) = line;
    let mut open = vec![id];
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let all = journey.changes.iter().flat_map(|it| &it.changes);
        let changed = all.filter_map(|it| match (&it.target, &it.op) {
            (crate::journey::ChangeTarget::Assumption(target), Op::To(tree)) if *target == id => Some(tree),
            _ => None,
        });
        for tree in changed.chain([&journey.assumption(id).tree]) {
            for (_, leaf) in tree.leaves() {
                match leaf.value {
                    LeafValue::Each(_) => return true,
                    LeafValue::Value(id) => open.push(id),
                    LeafValue::Known(_) | LeafValue::Drawn(_) => {}
                }
            }
        }
    }
    false
}

/// How arrivals are shared out over the days, apart from numbers that may differ by world.
fn volume(journey: &Journey, stream: &ArrivalStream) -> VolumePlan {
    let (clock, weekdays) = (&journey.clock, stream.weekdays.as_ref());
    match &stream.volume {
        Volume::Rate(_, per) => VolumePlan::Rate {
            shares: calendar_shares::day_shares(clock, *per, weekdays, None, stream.days).expect("checked by `build`"),
            growth_units: stream.growth.map(|(_, per)| calendar_shares::growth_units(clock, per)),
        },
        Volume::Series(totals) => VolumePlan::Series(
            totals
                .iter()
                .map(|it| {
                    let shares = calendar_shares::series_shares(clock, it.first, it.is_day, weekdays, stream.days);
                    let shares = shares.expect("checked by `build`").into_iter().enumerate();
                    shares
                        .filter(|(_, share)| *share > 0.0)
                        .map(|(day, share)| (number(day), share))
                        .collect()
                })
                .collect(),
        ),
        Volume::Count(_, day) => VolumePlan::Count(clock.tick_with(*day)),
    }
}

fn groups(journey: &Journey) -> Groups {
    let arrivals = journey.streams.len() + 1;
    let categories = journey
        .attributes
        .iter()
        .enumerate()
        .filter_map(|(at, it)| match &it.kind {
            AttributeKind::Category(values) => Some((Some(at), values.len())),
            AttributeKind::Counter { .. } => None,
        });
    let mut packs: Vec<Pack> = Vec::new();
    for grouping in [(None, arrivals)].into_iter().chain(categories) {
        match packs.iter_mut().find(|it| it.len() * grouping.1 <= PACK_MAX) {
            Some(pack) => pack.groupings.push(grouping),
            None => packs.push(Pack {
                first_row: 0,
                groupings: vec![grouping],
            }),
        }
    }
    let mut rows = 0;
    for pack in &mut packs {
        pack.first_row = rows;
        rows += pack.len();
    }
    Groups { packs, rows }
}

fn attributes(journey: &Journey, memory: &Memory) -> Vec<AttributePlan> {
    journey
        .attributes
        .iter()
        .enumerate()
        .map(|(at, it)| AttributePlan {
            field: memory.field(Key::Attribute(crate::journey::AttributeId::at(at))),
            key: key_of("attribute", &it.id),
            is_grouped: matches!(it.kind, AttributeKind::Category(_)),
        })
        .collect()
}

fn discounts(journey: &Journey) -> Option<Vec<f64>> {
    let rate = journey.discount?;
    let clock = &journey.clock;
    let factor = |tick: u32| (1.0 + rate).powf(-f64::from(tick) * clock.tick_days() / 365.0);
    Some((0..clock.ticks).map(factor).collect())
}

fn calendar(journey: &Journey, plan: &mut Plan) {
    let mut looks_at = (false, false);
    for step in &plan.steps {
        if let ForkPlan::Rules(rules) = &step.fork {
            for it in rules {
                it.each_atom(&mut |atom, _, _| {
                    looks_at.0 |= atom == Atom::Month;
                    looks_at.1 |= atom == Atom::Weekday;
                });
            }
        }
    }
    let clock: &Clock = &journey.clock;
    let dates = (0..clock.ticks).map(|tick| clock.date(clock.day_of(tick)));
    if looks_at.0 {
        plan.month_of = dates.clone().map(|it| it.month().unsigned_abs()).collect();
    }
    if looks_at.1 {
        plan.weekday_of = dates
            .map(|it| it.weekday().to_monday_one_offset().unsigned_abs())
            .collect();
    }
}
