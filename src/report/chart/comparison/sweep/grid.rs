//! Two sweeps as a heat map: one down, the other across.

use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::heat::{Cell, Heat, Names, Table};
use crate::report::chart::number;
use crate::report::chart::{ChartError, ChartOptions};
use crate::study::Comparison;

use super::super::metric::{Metric, Shown};
use super::Axes;
use super::axes::Swept;

pub(super) fn draw(
    comparison: &Comparison,
    metric: &Metric,
    axes: &Axes,
    options: &ChartOptions,
) -> Result<String, ChartError> {
    let table = table(metric, axes);
    let words = Words {
        finding: super::finding(metric, axes),
        subtitle: format!(
            "{} over the horizon, the mean, at every point of the grid; the best one has a frame.",
            metric.words.name
        ),
        description: super::description(metric, axes),
    };
    let frame = Frame::new(comparison, words, options)?;
    let heat = Heat::new(&frame, &table);
    let (mut canvas, area) = frame.open(options, heat.height_natural(), heat.height_least())?;
    heat.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

fn table(metric: &Metric, axes: &Axes) -> Table {
    let [rows, columns] = [&axes.axes[0], &axes.axes[1]];
    let unknown = || Cell {
        value: None,
        words: Vec::new(),
        told: "not known".to_owned(),
        is_marked: false,
    };
    let mut cells = vec![vec![unknown(); columns.changes.len()]; rows.changes.len()];
    let best = best(metric, axes);
    let largest = axes
        .points
        .iter()
        .filter_map(|it| metric.options[it.option]?.value.line);
    let largest = largest.map(f64::abs).fold(0.0, f64::max);
    for point in &axes.points {
        let cell = &mut cells[point.places[0]][point.places[1]];
        let Some(shown) = &metric.options[point.option] else {
            continue;
        };
        let difference = shown.difference.filter(|it| !it.is_none);
        let difference = difference.map(|it| {
            let sure = it.better.map(number::share);
            let sure = sure.map(|it| format!(", {} in {it}", metric.better_word()));
            format!(
                "; {} to the base{}",
                metric.difference_and_interval(&it.value),
                sure.unwrap_or_default()
            )
        });
        *cell = Cell {
            value: shown.value.line,
            words: words(metric, shown, largest),
            told: format!(
                "{}: {}{}",
                axes.words(point),
                metric.value(shown),
                difference.unwrap_or_default()
            ),
            is_marked: best == Some(point.option),
        };
    }
    Table {
        rows: names(rows),
        columns: names(columns),
        cells,
    }
}

fn names(axis: &Swept) -> Names {
    Names {
        title: axis.path.clone(),
        names: axis.changes.iter().map(|it| it.0.clone()).collect(),
    }
}

/// The point at which the metric is best, if the points differ.
fn best(metric: &Metric, axes: &Axes) -> Option<usize> {
    let means = || {
        axes.points
            .iter()
            .filter_map(|it| Some((it.option, metric.sign() * metric.options[it.option]?.value.line?)))
    };
    let best = means().reduce(|best, it| if it.1 > best.1 { it } else { best })?;
    means().any(|it| it.1 < best.1).then_some(best.0)
}

/// A number as exactly as it is known, then shorter and shorter.
fn words(metric: &Metric, shown: &Shown, largest: f64) -> Vec<String> {
    let Some(mean) = shown.value.line else {
        return Vec::new();
    };
    let place = |digits: i32| 10f64.powi(largest.max(1e-9).log10().floor() as i32 + 1 - digits);
    let short = |digits: i32| number::on_axis((mean / place(digits)).round() * place(digits), place(digits), largest);
    vec![metric.bare_value(shown), short(3), short(2)]
}
