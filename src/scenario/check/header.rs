//! The top of the file: name, clock, money, `[run]`, and the sections put together.

use super::super::REPLICATIONS_MAX;
use super::super::RunDefaults;
use super::super::notation::duration::duration;
use super::super::notation::name_at;
use super::super::notation::quantity::{COUNT, quantity};
use super::super::notation::rate::{DISCOUNT, rate};
use super::super::spot::{Faults, Fields, Spot};
use super::super::syntax::Value;
use super::{arrivals, customer, goals, sections, steps, variants};
use crate::clock::{Duration, DurationUnit, Horizon, Period};
use crate::journey::draft::{ArrivalDraft, Draft, Name, QuantityKind, SpreadDraft, VolumeDraft};
use crate::problem::{At, Fault};

/// The keys at the top of a scenario.
pub(super) const KEYS: [&str; 25] = [
    "format",
    "name",
    "description",
    "entry",
    "begin",
    "horizon",
    "end",
    "period",
    "tick",
    "currency",
    "discount",
    "customers",
    "stages",
    "customer",
    "values",
    "products",
    "budgets",
    "arrivals",
    "pipeline",
    "steps",
    "calendar",
    "variants",
    "targets",
    "levers",
    "run",
];

/// Notes if the file does not say that it is of format 1.
pub(super) fn check_format(top: &Fields<'_>, faults: &mut Faults) {
    if let Some(format) = top.require("format", faults)
        && let Some(number) = format.integer("the number of the format, 1,", faults)
        && number != 1
    {
        let message = format!("format {number} is not known to this version");
        let fault = Fault::mistake("out-of-range", format.at, message);
        faults.push(fault.help("this version reads format 1: write `format = 1`"));
    }
}

/// The scenario without its variants; `file` names it if it does not name itself.
pub(super) fn draft(top: &Fields<'_>, file: &str, faults: &mut Faults) -> Draft {
    let begin = top.date("begin", faults).map(|(date, _)| date);
    Draft {
        name: top.string("name", faults).unwrap_or_else(|| stem(file).to_owned()),
        description: top.string("description", faults),
        entry: top.get("entry").and_then(|it| it.name("the name of a step", faults)),
        begin,
        horizon: horizon(top, faults),
        period: period(top, faults),
        tick: tick(top, faults),
        currency: top.string("currency", faults),
        discount: discount(top, faults),
        stages: sections::stages(top, faults),
        attributes: customer::attributes(top.get("customer"), faults),
        values: sections::values(top, faults),
        products: sections::products(top, faults),
        budgets: sections::budgets(top.get("budgets"), faults),
        arrivals: all_arrivals(top, faults),
        pipeline: arrivals::pipeline(top.get("pipeline"), faults),
        steps: all_steps(top, faults),
        changes: variants::calendar(top.get("calendar"), faults),
        targets: goals::targets(top, faults),
        levers: goals::levers(top, faults),
    }
}

/// `[run]`.
pub(super) fn run(top: &Fields<'_>, faults: &mut Faults) -> RunDefaults {
    let mut defaults = RunDefaults::default();
    let Some(run) = top.get("run") else {
        return defaults;
    };
    let Some(run) = run.fields("`[run]`", &["replications", "seed"], faults) else {
        return defaults;
    };
    let replications = whole(&run, "replications", 1, Some(REPLICATIONS_MAX), faults);
    defaults.replications = replications
        .and_then(|it| u32::try_from(it).ok())
        .or(defaults.replications);
    defaults.seed = whole(&run, "seed", 0, None, faults).or(defaults.seed);
    defaults
}

/// The whole number `key`, noted if it is smaller than `least` or larger than `most`.
fn whole(fields: &Fields<'_>, key: &str, least: u64, most: Option<u64>, faults: &mut Faults) -> Option<u64> {
    let spot = fields.get(key)?;
    let number = spot.integer("a whole number", faults)?;
    let fits = |it: &u64| *it >= least && most.is_none_or(|most| *it <= most);
    let fitting = u64::try_from(number).ok().filter(fits);
    if fitting.is_none() {
        let range = match most {
            Some(most) if number > 0 => format!("at most {most}"),
            _ => format!("at least {least}"),
        };
        let message = format!("`{key}` is a whole number of {range}, not {number}");
        faults.push(Fault::mistake("out-of-range", spot.at, message));
    }
    fitting
}

fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.trim_matches(['<', '>']);
    if stem.is_empty() { "scenario" } else { stem }
}

fn horizon(top: &Fields<'_>, faults: &mut Faults) -> (Horizon, At) {
    let year = Horizon::For(Duration {
        amount: 12.0,
        unit: DurationUnit::Month,
    });
    let both = "`horizon` is how long the forecast goes, `end` its last day: keep one";
    top.refuse_both(["horizon", "end"], both, faults);
    if let Some(spot) = top.get("horizon") {
        let read = duration(&spot, faults);
        return (read.map_or(year, Horizon::For), spot.at);
    }
    match top.date("end", faults) {
        Some((date, at)) => {
            if top.get("begin").is_none() {
                faults.push(undated(at.clone()));
            }
            (Horizon::Until(date), at)
        }
        None => (year, At::top()),
    }
}

/// A last day of a scenario without a first.
pub(crate) fn undated(at: At) -> Fault {
    let message = "a last day needs a first: the scenario has no `begin`";
    Fault::mistake("undated", at, message).help("write `begin = 2026-01-01` or the like, or `horizon = \"12 months\"`")
}

fn period(top: &Fields<'_>, faults: &mut Faults) -> Period {
    let wanted = "`\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"` or `\"year\"`";
    let word = top.get("period").and_then(|it| it.name(wanted, faults));
    let Some(word) = word else {
        return Period::Month;
    };
    let known = Period::ALL.iter().find(|(known, _)| *known == word.text);
    let Some((_, period)) = known else {
        let message = format!("`{}` is not a period", word.text);
        let fault = Fault::mistake("bad-notation", word.at, message);
        let fault = fault.help(format!("write {wanted}"));
        let words = Period::ALL.iter().map(|(word, _)| *word);
        faults.push(fault.nearest(&word.text, words));
        return Period::Month;
    };
    *period
}

fn tick(top: &Fields<'_>, faults: &mut Faults) -> (Duration, At) {
    let day = Duration {
        amount: 1.0,
        unit: DurationUnit::Day,
    };
    match top.get("tick") {
        Some(spot) => (duration(&spot, faults).unwrap_or(day), spot.at),
        None => (day, At::top()),
    }
}

fn discount(top: &Fields<'_>, faults: &mut Faults) -> Option<f64> {
    let spot = top.get("discount")?;
    let mut quantity = rate(&spot, &DISCOUNT, faults)?.quantity;
    while let QuantityKind::Sourced { is, .. } = quantity.kind {
        quantity = *is;
    }
    match quantity.kind {
        QuantityKind::Number(rate) if rate > -1.0 => Some(rate),
        QuantityKind::Number(_) => {
            let message = "a discount rate is above -100%";
            faults.push(Fault::mistake("out-of-range", spot.at, message));
            None
        }
        _ => {
            let message = "a discount rate is one known number";
            let fault = Fault::mistake("bad-notation", spot.at, message);
            faults.push(fault.help("write `6% per year`"));
            None
        }
    }
}

fn all_arrivals(top: &Fields<'_>, faults: &mut Faults) -> Vec<ArrivalDraft> {
    let why = "`customers` is short for one arrival of that many on `begin`: keep one";
    top.refuse_both(["customers", "arrivals"], why, faults);
    if top.get("steps").is_some()
        && top.get("arrivals").is_none()
        && top.get("pipeline").is_none()
        && top.get("customers").is_none()
    {
        let message = "nobody arrives";
        let fault = Fault::mistake("missing-key", At::top().on_key(), message);
        faults.push(fault.help("write `customers = 10_000`, `[arrivals.NAME]` or `[pipeline]`"));
    }
    let mut arrivals = arrivals::arrivals(top.get("arrivals"), faults);
    if let Some(spot) = top.get("customers")
        && top.get("arrivals").is_none()
    {
        arrivals.push(customers(&spot, faults));
    }
    arrivals
}

fn customers(spot: &Spot<'_>, faults: &mut Faults) -> ArrivalDraft {
    let count = if let Value::Integer(_) = spot.node.value {
        quantity(spot, &COUNT, faults)
    } else {
        spot.wrong("a whole number of customers", faults)
    };
    let id = Name {
        at: spot.at.clone().on_key(),
        ..name_at(spot, "customers")
    };
    ArrivalDraft {
        id,
        to: None,
        volume: VolumeDraft::Count(count.unwrap_or_else(|| arrivals::nothing(&spot.at)), None),
        growth: None,
        season: None,
        weekdays: None,
        from: None,
        until: None,
        spread: SpreadDraft::Poisson,
        customer: Vec::new(),
    }
}

fn all_steps(top: &Fields<'_>, faults: &mut Faults) -> Vec<crate::journey::draft::StepDraft> {
    let steps = top.require("steps", faults);
    let none =
        matches!(&steps, Some(it) if matches!(&it.node.value, Value::Table(table) if table.entries().is_empty()));
    if none {
        let fault = Fault::mistake("missing-key", At::top().key("steps").on_key(), "there are no steps");
        faults.push(fault.help("write `[steps.NAME]` for everything a customer can reach"));
    }
    steps::steps(steps, faults)
}
