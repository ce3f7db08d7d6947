//! Comparisons as tables: every metric of every option, and the points of sweeps.

use super::{ESTIMATE, Sheet, cell, columns, estimate_cells, header};
use crate::study::Comparison;
use crate::study::comparison::MetricComparison;

/// Every metric of every option, over the horizon (whose period is empty) and by period, with what
/// sets it apart from the base. This is what `compare --format csv` prints.
#[must_use]
pub fn comparison(comparison: &Comparison) -> String {
    let said = ["period", "from", "until", "metric", "option"];
    let standing = ["probability_better", "probability_best", "regret"];
    let estimates = [
        ESTIMATE.map(str::to_owned).to_vec(),
        columns("difference"),
        columns("lift"),
    ];
    let mut sheet = Sheet::new(&header(&said, &estimates, &standing));
    let mut rows = |[period, from, until]: [&str; 3], metrics: &[MetricComparison]| {
        for metric in metrics {
            for (option, value) in comparison.options.iter().zip(&metric.options) {
                let Some(value) = value else { continue };
                let said = [period, from, until, &metric.metric, &option.option];
                let mut row: Vec<String> = said.map(str::to_owned).to_vec();
                row.extend(estimate_cells(&value.value));
                let paired = value.paired.map(|it| [it.difference, it.lift]).unwrap_or_default();
                row.extend(paired.iter().flat_map(estimate_cells));
                row.extend([value.probability_better, value.probability_best, value.regret].map(cell));
                sheet.row(&row);
            }
        }
    };
    rows([""; 3], &comparison.totals);
    for it in &comparison.periods {
        let days = [it.from.as_deref(), it.until.as_deref()].map(Option::unwrap_or_default);
        rows([&it.period, days[0], days[1]], &it.metrics);
    }
    sheet.text()
}

/// The points of the grid that sweeps made, one row each: the value of every path that is swept, as a
/// number if all have one, and every metric over the horizon with its difference to the base.
/// `None` if nothing was swept.
#[must_use]
pub fn sweep(comparison: &Comparison) -> Option<String> {
    let points: Vec<usize> = (0..comparison.options.len())
        .filter(|it| !comparison.options[*it].sweep.is_empty())
        .collect();
    let first = &comparison.options[*points.first()?].sweep;
    let paths: Vec<&str> = first.iter().map(|it| it.path.as_str()).collect();
    let value = |option: usize, axis: usize| comparison.options[option].sweep.get(axis);
    let has_numbers = |axis: usize| {
        points
            .iter()
            .all(|it| value(*it, axis).is_some_and(|it| it.number.is_some()))
    };
    let of_metric = |it: &MetricComparison| {
        let estimates = ["mean", "se", "p10", "p90"];
        let value = estimates.map(|estimate| format!("{}_{estimate}", it.metric));
        let difference = estimates.map(|estimate| format!("{}_difference_{estimate}", it.metric));
        [&value[..], &difference, &[format!("{}_probability_better", it.metric)]].concat()
    };
    let metrics: Vec<Vec<String>> = comparison.totals.iter().map(of_metric).collect();
    let mut sheet = Sheet::new(&header(&[&["option"], &paths[..]].concat(), &metrics, &[]));
    for &option in &points {
        let mut row = vec![comparison.options[option].option.clone()];
        row.extend((0..paths.len()).map(|axis| match value(option, axis) {
            Some(it) if has_numbers(axis) => cell(it.number),
            it => it.map_or_else(String::new, |it| it.change.clone()),
        }));
        for metric in &comparison.totals {
            let value = metric.options[option].as_ref();
            let difference = value.and_then(|it| it.paired).map(|it| it.difference);
            for estimate in [value.map(|it| it.value), difference].map(Option::unwrap_or_default) {
                row.extend([estimate.mean, estimate.se, estimate.p10, estimate.p90].map(cell));
            }
            row.push(cell(value.and_then(|it| it.probability_better)));
        }
        sheet.row(&row);
    }
    Some(sheet.text())
}
