//! A table of two assumptions as a heat map.

use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::heat::{Cell, Heat, Names, Table};
use crate::report::chart::{ChartError, ChartOptions};
use crate::report::level::level;
use crate::study::sensitivity::result::{Axis, Point, TwoWay};
use crate::study::{Better, Sensitivity};

use super::Told;

pub(super) fn draw(answer: &Sensitivity, table: &TwoWay, options: &ChartOptions) -> Result<String, ChartError> {
    let points: Vec<Point> = table.values.iter().flatten().copied().flatten().collect();
    let told = Told::of(answer, &points.iter().map(|it| it.value).collect::<Vec<_>>());
    let best = best(answer, &points);
    let names = |axis: &Axis| Names {
        title: axis.title.clone(),
        names: (0..axis.levels.len()).map(|at| words_of(axis, at)).collect(),
    };
    let cell = |row: usize, column: usize, point: Option<Point>| {
        let place = format!(
            "{} {}, {} {}",
            table.rows.title,
            words_of(&table.rows, row),
            table.columns.title,
            words_of(&table.columns, column)
        );
        Cell {
            value: point.map(|it| it.value),
            words: point.map(|it| vec![told.number(it.value)]).unwrap_or_default(),
            told: match point {
                Some(point) => format!("{place}: {}", told.amount(point.value)),
                None => format!("{place}: chances of a fork would pass 1"),
            },
            is_marked: point.is_some_and(|it| Some(it.value) == best),
        }
    };
    let cells: Vec<Vec<Cell>> = table
        .values
        .iter()
        .enumerate()
        .map(|(row, of_row)| {
            let cells = of_row.iter().enumerate();
            cells.map(|(column, point)| cell(row, column, *point)).collect()
        })
        .collect();
    let heat_table = Table {
        rows: names(&table.rows),
        columns: names(&table.columns),
        cells,
    };
    let frame = Frame::new(answer, words(table, &points, best, &told), options)?;
    let heat = Heat::new(&frame, &heat_table);
    let (mut canvas, area) = frame.open(options, heat.height_natural(), heat.height_least())?;
    heat.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

fn words_of(axis: &Axis, at: usize) -> String {
    let it = &axis.levels[at];
    level(&axis.kind, axis.unit.as_deref(), it.at, Some(&it.level))
}

fn best(answer: &Sensitivity, points: &[Point]) -> Option<f64> {
    let values = points.iter().map(|it| it.value).filter(|it| it.is_finite());
    match answer.better? {
        Better::Higher => values.max_by(f64::total_cmp),
        Better::Lower => values.min_by(f64::total_cmp),
    }
}

fn words(table: &TwoWay, points: &[Point], best: Option<f64>, told: &Told) -> Words {
    let low = points.iter().map(|it| it.value).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|it| it.value).fold(f64::NEG_INFINITY, f64::max);
    let finding = if low <= high {
        format!(
            "{} from {} by {} and {}",
            told.subject(),
            told.range(low, high),
            table.rows.title,
            table.columns.title
        )
    } else {
        format!("No room for {} and {} together", table.rows.title, table.columns.title)
    };
    let marked = if best.is_some() { ", the best in a frame" } else { "" };
    Words {
        finding,
        subtitle: format!("All other assumptions are at their means{marked}."),
        description: String::new(),
    }
}
