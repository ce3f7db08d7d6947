//! Who begins where: arrival streams and the pipeline.

use crate::forecast::Forecast;
use crate::report::chart::diagram::{Arrow, Card, Form};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;

use super::map::Seen;
use super::scales::{Weights, decided, whole};

/// Streams named on a card; more are counted.
const STREAMS_MAX: usize = 6;

/// Customers of one arrival stream, or of the pipeline, who begin at the same step.
pub(super) struct Arriving {
    name: String,
    customers: f64,
    /// That, rounded to what is known of it.
    count: String,
}

/// Who begins at `step`; all of the pipeline in one.
pub(super) fn arriving(forecast: &Forecast, step: &str) -> Vec<Arriving> {
    let mut arriving: Vec<Arriving> = Vec::new();
    let mut waiting = 0.0;
    for flow in forecast.flows.iter().filter(|it| it.to == step) {
        let customers = decided(flow);
        match flow.arrival.as_deref() {
            None => {}
            Some("pipeline") => waiting += customers,
            Some(id) => arriving.push(Arriving {
                name: id.replace('_', " "),
                customers,
                count: counted(forecast, id, customers),
            }),
        }
    }
    if waiting > 0.0 {
        arriving.push(Arriving {
            name: "already under way".to_owned(),
            customers: waiting,
            count: whole(waiting),
        });
    }
    arriving
}

/// As many customers of a stream, to as many digits as its interval supports.
fn counted(forecast: &Forecast, stream: &str, customers: f64) -> String {
    let groups = forecast.groups.get("arrival").into_iter().flatten();
    let group = groups.into_iter().find(|it| it.group == stream);
    match group.and_then(|it| it.metrics.get("arrivals")) {
        Some(estimate) => number::with_interval(customers, number::interval_80(estimate)).0,
        None => whole(customers),
    }
}

/// The card of those who begin at a step.
pub(super) fn arrivals(arriving: &[Arriving], colors: &Palette) -> Card {
    let sum = |arriving: &[Arriving]| whole(arriving.iter().map(|it| it.customers).sum());
    let shown = if arriving.len() > STREAMS_MAX {
        STREAMS_MAX - 1
    } else {
        arriving.len()
    };
    let (title, mut notes) = match arriving {
        [only] => (only.name.clone(), vec![only.count.clone()]),
        _ => {
            let each = arriving[..shown].iter().map(|it| format!("{}: {}", it.name, it.count));
            ("Arrivals".to_owned(), each.collect())
        }
    };
    if arriving.len() > shown {
        let rest = &arriving[shown..];
        notes.push(format!("{} more: {}", rest.len(), sum(rest)));
    }
    let each: Vec<String> = arriving.iter().map(|it| format!("{} {}", it.name, it.count)).collect();
    Card {
        title,
        notes,
        badge: None,
        form: Form::Slanted,
        fill: colors.background,
        border: colors.axis,
        is_marked: false,
        hover: format!("Arrive here: {}", each.join(", ")),
        phase: None,
        last: false,
    }
}

pub(super) fn arrival(
    arriving: &[Arriving],
    (from, to): (usize, usize),
    steps: &[Seen<'_>],
    weights: &Weights,
    colors: &Palette,
) -> Arrow {
    let all: f64 = arriving.iter().map(|it| it.customers).sum();
    Arrow {
        from,
        to,
        words: Vec::new(),
        color: colors.axis,
        weight: weights.weight(all),
        hover: format!("{} begin at {}", whole(all), steps[to].step.title),
    }
}
