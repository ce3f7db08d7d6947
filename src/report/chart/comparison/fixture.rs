//! Comparisons for tests: of shipped scenarios, and by hand.

use std::sync::atomic::AtomicBool;

use crate::engine::Engine;
use crate::forecast::{Estimate, ForecastOptions, Watch};
use crate::report::chart::fixture::{hotel, months, normal};
use crate::report::fixture::{SHIPPED, each};
use crate::scenario::{FileFormat, Scenario, Selection};
use crate::study::comparison::{
    BranchComparison, ForkComparison, MetricComparison, OptionInfo, OptionValue, PeriodComparison, StageComparison,
    SweptValue,
};
use crate::study::paired::Paired;
use crate::study::{Better, Comparison, Contender, better, compare};

/// A shipped scenario with all its variants, or with these changes if it has none.
pub(crate) fn shipped(name: &str, sets: &[&str]) -> Comparison {
    let (_, text) = SHIPPED.iter().find(|it| it.0 == name).expect("it is shipped");
    let scenario = Scenario::read(name, text.as_bytes(), FileFormat::Toml).expect("it is TOML");
    let mut selections = vec![("base".to_owned(), None, Selection::default())];
    for it in scenario.variants() {
        let selection = Selection {
            variants: vec![it.id.clone()],
            ..Selection::default()
        };
        selections.push((it.id, it.note, selection));
    }
    for set in sets {
        let selection = Selection {
            set: vec![(*set).to_owned()],
            ..Selection::default()
        };
        selections.push(("set".to_owned(), None, selection));
    }
    let contenders = selections.into_iter().map(|(option, note, selection)| {
        let (journey, _) = scenario.journey(&selection).expect("it has no mistakes");
        let mut info = hotel().scenario;
        info.name.clone_from(&journey.name);
        info.currency.clone_from(&journey.currency);
        info.file = format!("scenarios/{name}.toml");
        info.set = selection.set;
        Contender {
            info: OptionInfo {
                option,
                note,
                sweep: Vec::new(),
                scenario: info,
            },
            journey,
        }
    });
    let contenders: Vec<Contender> = contenders.collect();
    let options = ForecastOptions {
        replications: 40,
        seed: 1,
        threads: 2,
        engine: Some(Engine::Individual),
        precision: None,
    };
    let watch = Watch {
        reached: &|_, _| {},
        stop: &AtomicBool::new(false),
    };
    let comparison = compare(&contenders, options, watch).expect("it can be run");
    comparison.expect("nobody stops it")
}

/// A number of an option, and how far it is from the base.
pub(crate) fn value(metric: &str, base: Estimate, lift: Option<(f64, f64)>) -> OptionValue {
    let mean = base.mean.unwrap_or(0.0);
    let paired = lift.map(|(lift, sd)| {
        let higher = (0.5 + 0.4 * (lift / sd.max(1e-9)).clamp(-1.25, 1.25)).clamp(0.0, 1.0);
        Paired {
            difference: normal(lift * mean, sd * mean.abs()),
            lift: normal(lift, sd),
            probability_higher: (lift != 0.0 || sd != 0.0).then_some(higher),
            probability_lower: (lift != 0.0 || sd != 0.0).then_some(1.0 - higher),
        }
    });
    let lift = lift.map_or(0.0, |it| it.0);
    OptionValue {
        value: normal(mean * (1.0 + lift), base.sd.unwrap_or(0.0)),
        paired,
        probability_better: paired.and_then(|it| match better(metric)? {
            Better::Higher => it.probability_higher,
            Better::Lower => it.probability_lower,
        }),
        probability_best: better(metric).map(|_| 0.3),
        regret: better(metric).map(|_| 120.0),
    }
}

/// The hotel with alternatives of these names.
pub(crate) fn hotel_with(names: &[String]) -> Comparison {
    let forecast = hotel();
    let options = || std::iter::once("base".to_owned()).chain(names.iter().cloned());
    // Lifts that go up and down, some of them sure, one of them none at all.
    let lift = |option: usize| match option {
        0 => None,
        5 => Some((0.0, 0.0)),
        _ => Some((
            0.04 * (option as f64 * 1.7).sin() + 0.01,
            0.02 + 0.01 * (option % 4) as f64,
        )),
    };
    let metric = |name: &str, base: &Estimate| MetricComparison {
        metric: name.to_owned(),
        better: better(name),
        options: (0..=names.len()).map(|it| Some(value(name, *base, lift(it)))).collect(),
    };
    let metrics = |all: &crate::forecast::Metrics| all.iter().map(|(name, it)| metric(name, it)).collect();
    let mut totals: Vec<MetricComparison> = metrics(&forecast.totals);
    totals.retain(|it| it.metric != "conversion_rate");
    totals.push(metric("conversion_rate", &normal(0.081, 0.004)));
    Comparison {
        comparison: 1,
        forksight: "0.1.0".to_owned(),
        run: forecast.run.clone(),
        options: options()
            .map(|option| OptionInfo {
                note: (option != "base").then(|| "What would change.".to_owned()),
                option,
                sweep: Vec::new(),
                scenario: forecast.scenario.clone(),
            })
            .collect(),
        totals,
        periods: forecast
            .periods
            .iter()
            .map(|it| PeriodComparison {
                period: it.period.clone(),
                from: it.from.clone(),
                until: it.until.clone(),
                metrics: metrics(&it.metrics),
            })
            .collect(),
        funnel: forecast
            .funnel
            .iter()
            .map(|it| StageComparison {
                stage: it.stage.clone(),
                title: it.title.clone(),
                reached: metric("reached", &it.reached).options,
                from_first: metric("share", &normal(it.reached.mean.unwrap_or(0.0) / 112_340.0, 0.004)).options,
            })
            .collect(),
        forks: vec![ForkComparison {
            step: "rooms".to_owned(),
            title: "Looks at rooms".to_owned(),
            branches: ["book", "leave"]
                .map(|branch| BranchComparison {
                    branch: branch.to_owned(),
                    share: metric("share", &normal(0.4, 0.01)).options,
                })
                .into(),
        }],
        warnings: Vec::new(),
    }
}

pub(crate) fn names(count: usize) -> Vec<String> {
    let words = [
        "push",
        "price",
        "phone_page",
        "faster_reply",
        "loyalty",
        "discount",
        "referral",
    ];
    (0..count)
        .map(|it| {
            let number = it / words.len();
            let name = words[it % words.len()];
            if number == 0 {
                name.to_owned()
            } else {
                format!("{name}_{number}")
            }
        })
        .collect()
}

/// The hotel with a sweep over these numbers of values of one or two paths.
pub(crate) fn swept(rows: usize, columns: Option<usize>) -> Comparison {
    let swept = |path: &str, change: String, number: usize| SweptValue {
        path: path.to_owned(),
        change,
        number: Some(number as f64),
    };
    let points: Vec<Vec<SweptValue>> = (0..rows)
        .flat_map(|row| {
            (0..columns.unwrap_or(1)).map(move |column| {
                let mut point = vec![swept("steps.rooms.quote.chance", format!("{}%", row + 5), row + 5)];
                if columns.is_some() {
                    point.push(swept("products.nights.price", format!("+{}", 2 * column), 2 * column));
                }
                point
            })
        })
        .collect();
    let names: Vec<String> = points
        .iter()
        .map(|point| {
            let changes: Vec<String> = point.iter().map(|it| format!("{}={}", it.path, it.change)).collect();
            changes.join(", ")
        })
        .collect();
    let mut comparison = hotel_with(&names);
    for (option, point) in comparison.options[1..].iter_mut().zip(points) {
        option.sweep = point;
    }
    let lift = |option: &OptionInfo| {
        let number = |at: usize| option.sweep.get(at).and_then(|it| it.number);
        let (row, column) = (number(0)?, number(1).unwrap_or(0.0));
        Some((0.03 * (row - 7.0) - 0.002 * (column - 3.0).powi(2), 0.03))
    };
    let lifts: Vec<Option<(f64, f64)>> = comparison.options.iter().map(lift).collect();
    for metric in &mut comparison.totals {
        let base = metric.options[0].expect("the base has it").value;
        metric.options = lifts.iter().map(|it| Some(value(&metric.metric, base, *it))).collect();
    }
    comparison
}

/// The same without dates.
pub(crate) fn undated(mut comparison: Comparison) -> Comparison {
    comparison.run.begin = None;
    comparison.run.end = None;
    for (at, period) in comparison.periods.iter_mut().enumerate() {
        period.period = format!("month {}", at + 1);
        (period.from, period.until) = (None, None);
    }
    comparison
}

/// The same over so many months.
pub(crate) fn over_months(mut comparison: Comparison, count: u32) -> Comparison {
    let all = comparison.periods.clone();
    let months = months(count).into_iter().enumerate();
    comparison.periods = months
        .map(|(at, period)| PeriodComparison {
            period,
            ..all[at % all.len()].clone()
        })
        .collect();
    comparison
}

/// What a function makes of every value of a comparison.
pub(crate) fn mapped(mut comparison: Comparison, change: impl Fn(&mut OptionValue)) -> Comparison {
    let periods = comparison.periods.iter_mut().flat_map(|it| &mut it.metrics);
    let metrics = comparison.totals.iter_mut().chain(periods).map(|it| &mut it.options);
    let stages = comparison.funnel.iter_mut();
    let stages = stages.flat_map(|it| [&mut it.reached, &mut it.from_first]);
    let forks = comparison
        .forks
        .iter_mut()
        .flat_map(|it| &mut it.branches)
        .map(|it| &mut it.share);
    for values in metrics.chain(stages).chain(forks) {
        values.iter_mut().flatten().for_each(&change);
    }
    comparison
}

/// An estimate times a factor, as far as it is known.
pub(crate) fn times(estimate: &Estimate, factor: f64) -> Estimate {
    each(estimate, |it| it * factor)
}
