//! What a fit found and assumed.

use super::{Block, Cell, Column, Grid, Outline, Row, Section, one_line, share};
use crate::fit::{BranchFinding, FitReport, StepFinding};
use crate::report::number::{several, whole};

/// More rows than this are for the JSON.
const ROWS_MAX: usize = 40;

/// What a fit found and assumed, for reading.
#[must_use]
pub fn of_fit(report: &FitReport) -> Outline {
    let mut subtitle = Vec::new();
    if let Some(source) = &report.source {
        subtitle.push(vec![one_line(&source.file)]);
    }
    let open = if report.complete {
        "all finished".to_owned()
    } else {
        format!("{} still open", whole(report.open))
    };
    subtitle.push(vec![
        format!("{} to {}", report.from, report.until),
        several(report.cases as usize, "case"),
        open,
        several(report.events as usize, "event"),
    ]);
    subtitle.push(vec![
        format!("forecast from {}", report.begin),
        format!("clock of {}", report.tick),
    ]);
    let sections = [
        forks(report),
        delays(report),
        tests(report),
        words("Arrivals", &report.arrivals),
        words("Assumed", &report.assumptions),
    ];
    Outline {
        title: "A journey from a log".to_owned(),
        subtitle,
        alerts: report.warnings.iter().map(|it| one_line(it)).collect(),
        sections: sections.into_iter().flatten().collect(),
    }
}

fn forks(report: &FitReport) -> Option<Section> {
    let columns = vec![
        Column::words("Step"),
        Column::numbers("Visits"),
        Column::numbers("Open").spare(2),
        Column::words("Leads to"),
        Column::numbers("Seen"),
        Column::numbers("Chance"),
        Column::numbers("95 % interval").spare(1),
    ];
    let rows = report.steps.iter().flat_map(|step| {
        let mut rows: Vec<Row> = step
            .branches
            .iter()
            .enumerate()
            .map(|it| fork(report, step, it.0, it.1))
            .collect();
        if let Some(outcome) = &step.outcome {
            let end = [
                called(report, &step.step),
                whole(step.visits),
                String::new(),
                format!("({outcome})"),
            ];
            let blank = std::iter::repeat_n(String::new(), 3);
            rows.push(Row::Cells(end.into_iter().chain(blank).map(Cell::text).collect()));
        }
        rows
    });
    table("What comes next", columns, rows.collect())
}

fn fork(report: &FitReport, step: &StepFinding, at: usize, branch: &BranchFinding) -> Row {
    let first = |text: String| if at == 0 { text } else { String::new() };
    let width = branch.high - branch.low;
    let cells = [
        first(called(report, &step.step)),
        first(whole(step.visits)),
        first(whole(step.open)),
        called(report, &branch.to),
        whole(branch.seen),
        share(branch.chance, Some(width)),
        format!(
            "{} to {}",
            share(branch.low, Some(width)),
            share(branch.high, Some(width))
        ),
    ];
    Row::Cells(cells.into_iter().map(Cell::text).collect())
}

/// A step by its activity, or by its id if it is one of several of the activity, or of none.
fn called(report: &FitReport, id: &str) -> String {
    let known = report.steps.iter().find(|it| it.step == id);
    let alone = known.filter(|step| report.steps.iter().filter(|it| it.activity == step.activity).count() == 1);
    one_line(&alone.map_or_else(|| id.replace("__", " ").replace('_', " "), |it| it.activity.clone()))
}

fn delays(report: &FitReport) -> Option<Section> {
    let columns = vec![
        Column::words("From"),
        Column::words("To"),
        Column::words("Law"),
        Column::numbers("Mean").unit(Some("days".to_owned())),
        Column::numbers("95 % interval").spare(1),
        Column::numbers("Median").unit(Some("days".to_owned())),
        Column::numbers("Distance").spare(2),
    ];
    let rows = report.steps.iter().flat_map(|step| {
        let timed = step.branches.iter().filter_map(|it| Some((it, it.delay.as_ref()?)));
        let timed = timed.filter(|it| it.1.family != "none");
        timed.map(|(branch, delay)| {
            let ends = delay.mean_days.low.zip(delay.mean_days.high);
            let best = delay.best.as_ref();
            let cells = [
                called(report, &step.step),
                called(report, &branch.to),
                delay.family.clone(),
                days(delay.mean_days.value),
                ends.map_or_else(String::new, |(low, high)| format!("{} to {}", days(low), days(high))),
                days(delay.median_days.value),
                best.map_or_else(String::new, |it| format!("{:.3} ({})", it.distance, it.family)),
            ];
            Row::Cells(cells.into_iter().map(Cell::text).collect())
        })
    });
    table("How long it takes", columns, rows.collect())
}

fn days(days: f64) -> String {
    match days {
        it if it >= 100.0 => format!("{it:.0}"),
        it if it >= 10.0 => format!("{it:.1}"),
        it if it >= 0.1 => format!("{it:.2}"),
        it => format!("{it:.4}"),
    }
}

fn tests(report: &FitReport) -> Option<Section> {
    let columns = vec![
        Column::words("Fork at"),
        Column::words("Depends on"),
        Column::numbers("Statistic"),
        Column::numbers("Freedom").spare(1),
        Column::numbers("p"),
        Column::words("In the scenario"),
    ];
    let found = report.tests.iter().filter(|it| it.differs).map(|it| {
        let p = if it.p < 1e-6 {
            "< 0.000001".to_owned()
        } else {
            format!("{:.6}", it.p)
        };
        let used = if it.used { "yes" } else { "no" };
        let cells = [
            one_line(&it.activity),
            one_line(&it.on),
            format!("{:.1}", it.statistic),
            it.freedom.to_string(),
            p,
            used.to_owned(),
        ];
        Row::Cells(cells.into_iter().map(Cell::text).collect())
    });
    table("Forks that depend on more than the step", columns, found.collect())
}

fn table(heading: &str, columns: Vec<Column>, mut rows: Vec<Row>) -> Option<Section> {
    if rows.is_empty() {
        return None;
    }
    let left = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    let mut blocks = vec![Block::Table(Grid { columns, rows })];
    if left > 0 {
        blocks.push(Block::Note(format!("{left} more rows with --format json")));
    }
    Some(Section {
        heading: heading.to_owned(),
        blocks,
    })
}

fn words(heading: &str, words: &[String]) -> Option<Section> {
    let blocks: Vec<Block> = words.iter().map(|it| Block::Note(one_line(it))).collect();
    (!blocks.is_empty()).then(|| Section {
        heading: heading.to_owned(),
        blocks,
    })
}
