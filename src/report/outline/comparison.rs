//! A comparison: what each option comes to, how far it is from the base, and how sure that is.

mod beside;
mod difference;
mod totals;

use super::{Block, Cell, Column, Grid, Outline, Row, Section, Tone, Topic, one_line, replications};
use crate::report::number::several;
use crate::study::comparison::Comparison;
use beside::{by_period, forks, funnel};
use totals::totals;

/// Metrics whose differences are told by period.
const BY_PERIOD: [&str; 3] = ["won", "revenue", "profit"];

/// Rows of a table by period; the rest is left to files.
const ROWS: usize = 26;

/// What a comparison comes to.
#[must_use]
pub fn of_comparison(comparison: &Comparison) -> Outline {
    let base = &comparison.options[0].scenario;
    let others = comparison.options.len() - 1;
    let sections = [
        options(comparison),
        totals(comparison),
        funnel(comparison),
        forks(comparison),
    ];
    let periods = BY_PERIOD
        .iter()
        .filter_map(|metric| by_period(comparison, metric, Some(ROWS)));
    let mut sections: Vec<Section> = sections.into_iter().flatten().collect();
    sections.extend(periods);
    sections.extend(warnings(comparison));
    Outline {
        title: format!(
            "{}: the base and {}",
            one_line(&base.name),
            several(others, "alternative")
        ),
        subtitle: super::run_lines(base, &comparison.run, Some(comparison.periods.len())),
        alerts: comparison
            .run
            .cut_short
            .then(|| {
                let count = replications(&comparison.run);
                format!("Cut short: this is what the {count} that finished came to.")
            })
            .into_iter()
            .collect(),
        sections,
    }
}

/// Everything that a comparison has for a reader, with its topic: each metric in a table of its own,
/// and every period.
#[must_use]
pub fn comparison_in_full(comparison: &Comparison) -> Vec<(Topic, Section)> {
    let mut sections = vec![(Topic::Totals, table_of_options(comparison))];
    sections.extend(totals::one_by_one(comparison).into_iter().map(|it| (Topic::Totals, it)));
    let one = |topic: Topic, section: Option<Section>| section.map(|it| (topic, it));
    sections.extend(one(Topic::Funnel, funnel(comparison)));
    sections.extend(one(Topic::Forks, forks(comparison)));
    let periods = BY_PERIOD.iter().filter_map(|it| by_period(comparison, it, None));
    sections.extend(periods.map(|it| (Topic::Periods, it)));
    sections.extend(one(Topic::Warnings, warnings(comparison)));
    sections
}

fn warnings(comparison: &Comparison) -> Option<Section> {
    let warnings: Vec<String> = comparison.warnings.iter().map(|it| one_line(it)).collect();
    (!warnings.is_empty()).then(|| Section {
        heading: "Warnings".into(),
        blocks: vec![Block::Warnings(warnings)],
    })
}

/// Every option with what is different about it.
fn table_of_options(comparison: &Comparison) -> Section {
    let base = &comparison.options[0].scenario;
    let rows = comparison.options.iter().enumerate().map(|(at, it)| {
        let mut changes: Vec<String> = it.scenario.set.iter().map(|it| one_line(it)).collect();
        if it.scenario.sha256 != base.sha256 || it.scenario.file != base.file {
            changes.push(one_line(&it.scenario.file));
        }
        if let Some(variant) = it.scenario.variant.as_ref().filter(|_| changes.is_empty()) {
            changes.push(format!("variant {}", one_line(variant)));
        }
        if at == 0 {
            changes = vec!["the scenario as it is".to_owned()];
        }
        let note = it.note.as_deref().map(one_line).unwrap_or_default();
        Row::Cells(vec![
            Cell::text(one_line(&it.option)),
            Cell::text(changes.join(", ")),
            Cell::text(note),
        ])
    });
    let mut grid = Grid {
        columns: ["option", "what is different", "note"].map(Column::words).into(),
        rows: rows.collect(),
    };
    if comparison.options.iter().all(|it| it.note.is_none()) {
        grid.columns.pop();
        for row in &mut grid.rows {
            if let Row::Cells(cells) = row {
                cells.pop();
            }
        }
    }
    Section {
        heading: "What is compared".into(),
        blocks: vec![Block::Table(grid)],
    }
}

fn options(comparison: &Comparison) -> Option<Section> {
    let rows = comparison.options.iter().skip(1).filter_map(|it| {
        let base = &comparison.options[0].scenario;
        let mut said: Vec<String> = it.note.iter().map(|note| one_line(note)).collect();
        said.extend(it.scenario.set.iter().map(|change| one_line(change)));
        if it.scenario.sha256 != base.sha256 {
            said.push(one_line(&it.scenario.file));
        }
        (!said.is_empty()).then(|| super::Fact {
            name: one_line(&it.option),
            parts: said,
            tone: Tone::Plain,
        })
    });
    let facts: Vec<super::Fact> = rows.collect();
    (!facts.is_empty()).then(|| Section {
        heading: "Alternatives".into(),
        blocks: vec![Block::Facts(facts)],
    })
}
