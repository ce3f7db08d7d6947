//! What it would take as a table: one row for each lever.

use super::{Sheet, cell, header};
use crate::study::Solution;
use crate::study::solve::{Answer, Reached};

/// What each lever has to do for each target, and all of them together. This is what
/// `solve --format csv` prints.
#[must_use]
pub fn solution(solution: &Solution) -> String {
    let said = [
        "target", "lever", "answer", "change", "value", "se", "low_95", "high_95", "relative",
    ];
    let reached = [
        "expected",
        "expected_se",
        "probability",
        "margin",
        "checked_probability",
        "checked_margin",
    ];
    let mut sheet = Sheet::new(&header(&[&said[..], &reached[..]].concat(), &[], &[]));
    let of = |reached: Option<Reached>, checked: Option<Reached>| {
        let it = reached.map_or([None; 4], |it| {
            [Some(it.expected), it.se, it.probability, Some(it.margin)]
        });
        let checked = [checked.and_then(|it| it.probability), checked.map(|it| it.margin)];
        it.into_iter().chain(checked).map(cell).collect::<Vec<_>>()
    };
    for target in &solution.targets {
        let now = [target.target.clone(), String::new(), "now".to_owned()];
        let empty = |count: usize| vec![String::new(); count];
        sheet.row(&[now.to_vec(), empty(6), of(Some(target.now), None)].concat());
        for lever in &target.levers {
            let answer = match lever.answer {
                Answer::Move => "move",
                Answer::Room => "room",
                Answer::Always => "always",
                Answer::Unreachable => "unreachable",
            };
            // Without an answer the row tells how far one gets.
            let change = lever.change.as_ref().unwrap_or(&lever.best.change);
            let mut row = vec![
                target.target.clone(),
                lever.path.clone(),
                answer.to_owned(),
                change.clone(),
            ];
            let interval = lever.interval_95.map_or([None; 2], |it| it.map(Some));
            let numbers = [lever.value, lever.se, interval[0], interval[1], lever.relative];
            row.extend(numbers.map(cell));
            row.extend(of(Some(lever.reached.unwrap_or(lever.best.reached)), lever.checked));
            sheet.row(&row);
        }
        if let Some(it) = &target.together {
            let answer = if it.share.is_some() { "move" } else { "unreachable" };
            let all = [target.target.clone(), "all together".to_owned(), answer.to_owned()];
            let mut row = [all.to_vec(), vec![it.changes.join("; "), cell(it.share)], empty(4)].concat();
            row.extend(of(Some(it.reached), it.checked));
            sheet.row(&row);
        }
    }
    sheet.text()
}
