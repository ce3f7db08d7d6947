//! Heat maps of every size: cells that can be read, and colours that mean what they say.

use super::*;
use crate::report::chart::ChartOptions;
use crate::report::chart::check::{Drawn, read, write};
use crate::report::chart::fixture;
use crate::report::chart::frame::Words;
use crate::report::chart::palette::palette;

fn table(rows: usize, columns: usize, value: impl Fn(usize, usize) -> Option<f64>) -> Table {
    let names = |title: &str, count: usize| Names {
        title: title.to_owned(),
        names: (1..=count).map(|it| format!("{it} %")).collect(),
    };
    let cell = |row: usize, column: usize| {
        let value = value(row, column);
        let words = value.map(|it| vec![format!("{it:.2}"), format!("{it:.0}")]);
        Cell {
            value,
            words: words.unwrap_or_default(),
            told: format!("row {row}, column {column}"),
            is_marked: (row, column) == (1, 1),
        }
    };
    Table {
        rows: names("steps.visit.trial.chance", rows),
        columns: names("products.licence.price", columns),
        cells: (0..rows)
            .map(|row| (0..columns).map(|column| cell(row, column)).collect())
            .collect(),
    }
}

fn draw(name: &str, table: &Table) -> Drawn {
    let mut drawn: Vec<Drawn> = [(600, false), (1_600, true), (960, false), (320, false)]
        .into_iter()
        .map(|(width, dark)| {
            let options = ChartOptions {
                width,
                dark,
                ..ChartOptions::default()
            };
            let words = Words {
                finding: "A grid of numbers".to_owned(),
                subtitle: "Every cell has its own.".to_owned(),
                description: "Row by row.".to_owned(),
            };
            let frame = Frame::new(&fixture::hotel(), words, &options).expect("it is wide enough");
            let heat = Heat::new(&frame, table);
            let (mut canvas, area) = frame
                .open(&options, heat.height_natural(), heat.height_least())
                .expect("it is high enough");
            heat.draw(&mut canvas, area);
            let svg = frame.close(canvas);
            let name = format!("heat-{name}-{width}");
            write(&name, &svg);
            read(&name, svg)
        })
        .collect();
    drawn.swap_remove(0)
}

#[test]
fn a_grid_of_every_size_is_drawn() {
    for (rows, columns) in [(1, 1), (2, 2), (5, 4), (8, 8), (3, 40), (60, 3), (100, 100)] {
        let value = |row: usize, column: usize| Some((row * 7 + column * 13) as f64 * 1.25);
        let drawn = draw(&format!("{rows}-by-{columns}"), &table(rows, columns, value));
        assert!(drawn.has("products.licence.price"), "{rows} by {columns}");
    }
}

#[test]
fn words_are_as_exact_as_there_is_room() {
    let value = |row: usize, column: usize| Some(1_000.0 + (row + column) as f64);
    assert!(draw("wide", &table(3, 3, value)).has("1004.00"));
    let narrow = draw("narrow", &table(3, 14, value));
    assert!(narrow.has("1004") && !narrow.has("1004.00"));
}

#[test]
fn unknown_numbers_and_long_names_are_drawn() {
    let mut odd = table(4, 4, |row, column| Some(-3.0 + (row * column) as f64));
    odd.cells[2][3].value = None;
    odd.rows.names = vec!["a name of many words that goes on and on ".repeat(3); 4];
    odd.columns.names = vec!["Donaudampfschifffahrtsgesellschaft".to_owned(); 4];
    odd.rows.title = "what the rows are, at length and in detail".to_owned();
    assert!(draw("odd", &odd).has("not known"));
    let huge = table(2, 2, |row, _| Some(if row == 0 { 1e290 } else { -1e290 }));
    draw("huge", &huge);
    draw("nothing", &table(2, 2, |_, _| None));
    draw("same", &table(2, 2, |_, _| Some(0.0)));
}

#[test]
fn colours_begin_at_zero_unless_differences_would_vanish() {
    let over = |values: &[f64]| Scale::over(values.iter().copied());
    assert_eq!(over(&[2.0, 8.0]), Scale::Rising { low: 0.0, high: 8.0 });
    assert_eq!(over(&[7.0, 8.0]), Scale::Rising { low: 7.0, high: 8.0 });
    assert_eq!(over(&[-8.0, -2.0]), Scale::Rising { low: -8.0, high: 0.0 });
    assert_eq!(over(&[-2.0, 8.0]), Scale::Signed { most: 8.0 });
    let colors = palette(false);
    assert_eq!(over(&[-2.0, 8.0]).color(8.0, colors), colors.heat[8]);
    assert_eq!(over(&[-8.0, 2.0]).color(-8.0, colors), colors.loss[4]);
    assert_eq!(over(&[0.0, 0.0]).color(0.0, colors), colors.heat[0]);
}
