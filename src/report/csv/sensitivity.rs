//! A sensitivity as a tidy table: one number a row.

use super::{Sheet, cell, header};
use crate::study::Sensitivity;

/// Everything that a sensitivity tells, one number a row: bars (`low`, `high`), shares of variance
/// (`first`, `total`), cells of tables, and what it is worth to know (`worth`). This is what
/// `sensitivity --format csv` prints.
#[must_use]
pub fn sensitivity(answer: &Sensitivity) -> String {
    let names = [
        "part",
        "path",
        "what",
        "at",
        "change",
        "other_path",
        "other_at",
        "other_change",
        "value",
        "se",
        "difference",
        "low_95",
        "high_95",
    ];
    let mut sheet = Sheet::new(&header(&names, &[], &[]));
    let mut row = |words: [&str; 3], levels: [(Option<f64>, &str); 2], other: &str, numbers: [Option<f64>; 5]| {
        let mut cells: Vec<String> = words.map(str::to_owned).to_vec();
        let [(at, change), (other_at, other_change)] = levels;
        cells.extend([
            cell(at),
            change.to_owned(),
            other.to_owned(),
            cell(other_at),
            other_change.to_owned(),
        ]);
        cells.extend(numbers.map(cell));
        sheet.row(&cells);
    };
    let none = (None, "");
    let point = |value: f64, se: f64| [Some(value), Some(se), None, None, None];
    row(
        ["base", "", ""],
        [none, none],
        "",
        point(answer.base.value, answer.base.se),
    );
    for bar in &answer.tornado {
        for (what, end) in [("low", &bar.low), ("high", &bar.high)] {
            let numbers = [Some(end.value), Some(end.se), Some(end.difference), None, None];
            let level = (end.at, end.change.as_deref().unwrap_or(""));
            row(["tornado", &bar.path, what], [level, none], "", numbers);
        }
    }
    for it in answer.shares.iter().flat_map(|it| &it.inputs) {
        for (what, share) in [("first", it.first), ("total", it.total)] {
            let numbers = [
                Some(share.value),
                Some(share.se),
                None,
                Some(share.low),
                Some(share.high),
            ];
            row(["shares", &it.path, what], [none, none], "", numbers);
        }
    }
    for table in &answer.tables {
        for (level, of_row) in table.rows.levels.iter().zip(&table.values) {
            for (other, found) in table.columns.levels.iter().zip(of_row) {
                let levels = [(level.at, level.level.as_str()), (other.at, other.level.as_str())];
                let numbers = [found.map(|it| it.value), found.map(|it| it.se), None, None, None];
                row(["by", &table.rows.path, ""], levels, &table.columns.path, numbers);
            }
        }
    }
    if let Some(it) = &answer.information {
        for choice in &it.options {
            let numbers = point(choice.mean.value, choice.mean.se);
            row(["option", &choice.option, "mean"], [none, none], "", numbers);
        }
        let everything = point(it.everything.value, it.everything.se);
        row(["information", "", "everything"], [none, none], "", everything);
        for input in &it.inputs {
            let numbers = point(input.worth.value, input.worth.se);
            row(["information", &input.path, "worth"], [none, none], "", numbers);
        }
    }
    sheet.text()
}
