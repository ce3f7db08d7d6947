//! A backtest: whether the intervals can be believed, and who would have said it better.

use super::{Block, Cell, Column, Fact, Grid, Outline, Row, Section, Tone, one_line};
use crate::fit::backtest::{Backtest, MethodScore, MetricBacktest, Prediction, VerdictKind};
use crate::report::number::{Format, Kind, several, share};

/// What a backtest came to.
#[must_use]
pub fn of_backtest(backtest: &Backtest) -> Outline {
    let run = &backtest.run;
    let mut sections = vec![verdicts(backtest)];
    for it in &backtest.metrics {
        sections.push(scores(backtest, it));
    }
    sections.extend(backtest.metrics.first().map(|it| by_period(backtest, it)));
    sections.push(origins(backtest));
    if !backtest.warnings.is_empty() {
        sections.push(Section {
            heading: "Warnings".into(),
            blocks: vec![Block::Warnings(
                backtest.warnings.iter().map(|it| one_line(it)).collect(),
            )],
        });
    }
    let source = backtest.source.as_ref().map_or("a log", |it| &it.file);
    let ahead = several(run.ahead as usize, &run.period);
    Outline {
        title: format!("Would the forecast have been right? {}", one_line(source)),
        subtitle: vec![vec![
            format!("{} to {}", run.from, run.until),
            format!("{}, up to {ahead} ahead", several(backtest.origins.len(), "origin")),
            format!("{} each", several(run.replications as usize, "replication")),
            format!("seed {}", run.seed),
        ]],
        alerts: run
            .cut_short
            .then(|| "Cut short: the last origins are missing.".to_owned())
            .into_iter()
            .collect(),
        sections,
    }
}

fn verdicts(backtest: &Backtest) -> Section {
    let facts = backtest.metrics.iter().flat_map(|metric| {
        metric.verdicts.iter().enumerate().map(|(at, it)| Fact {
            name: if at == 0 { metric.metric.clone() } else { String::new() },
            parts: vec![one_line(&it.text).replace(" %", "\u{a0}%")],
            tone: match it.kind {
                VerdictKind::Calibrated | VerdictKind::Better => Tone::Good,
                VerdictKind::TooWide | VerdictKind::Unclear => Tone::Fair,
                VerdictKind::TooNarrow | VerdictKind::Biased | VerdictKind::Worse => Tone::Bad,
            },
        })
    });
    Section {
        heading: "Can it be believed?".into(),
        blocks: vec![Block::Facts(facts.collect())],
    }
}

fn scores(backtest: &Backtest, metric: &MetricBacktest) -> Section {
    let columns = vec![
        Column::words(""),
        Column::numbers("said").spare(4),
        Column::numbers("50 %").band("held what came"),
        Column::numbers("80 %").band("held what came"),
        Column::numbers("95 %").band("held what came"),
        Column::numbers("80 % width").spare(3),
        Column::numbers("CRPS"),
        Column::numbers("pinball").spare(5),
        Column::numbers("bias").spare(1),
        Column::numbers("WAPE"),
        Column::numbers("MAPE").spare(2),
    ];
    let largest = |of: fn(&MethodScore) -> f64| metric.methods.iter().map(of).fold(0.0, f64::max);
    let format = Format::fitting(
        kind(metric),
        [Some(largest(|it| it.width_80)), Some(largest(|it| it.mae))],
    );
    let step = step(largest(|it| it.crps));
    let rows = metric.methods.iter().map(|it| Row::Cells(cells(it, format, step)));
    let mut blocks = vec![Block::Table(Grid {
        columns,
        rows: rows.collect(),
    })];
    if metric.by_ahead.len() > 1 {
        let parts = metric.by_ahead.iter().map(|it| {
            let ahead = several(it.ahead as usize, &backtest.run.period);
            format!("{ahead} ahead {} of {}", it.covered_80, it.count)
        });
        blocks.push(Block::Facts(vec![Fact {
            name: "80 % intervals".into(),
            parts: parts.collect(),
            tone: Tone::Plain,
        }]));
    }
    if metric.metric == backtest.metrics[0].metric {
        blocks.push(Block::Note(
            "CRPS (continuous ranked probability score) and pinball loss judge the whole distribution, in the unit \
             of the metric; less is better. Bias is what was expected minus what came. WAPE is the sum of absolute \
             errors of the median as a share of all that came, MAPE the mean of such shares. Neighbouring origins \
             look at the same periods, so they are not so many independent trials."
                .into(),
        ));
    }
    Section {
        heading: format!("Scores: {}", metric.metric),
        blocks,
    }
}

fn cells(it: &MethodScore, format: Format, step: f64) -> Vec<Cell> {
    let number = |value: f64| format.number(Some(value), Some(step));
    let percent = |value: f64| share(value, Some(0.01));
    let mut cells = vec![
        Cell::text(it.method.replace('_', " ")),
        Cell::text(it.count.to_string()).tone(Tone::Faint),
    ];
    cells.extend(it.coverage.iter().map(|it| Cell::text(percent(it.share))));
    cells.extend([
        Cell::text(number(it.width_80)),
        Cell::text(number(it.crps)).tone(Tone::Strong),
        Cell::text(number(it.pinball)).tone(Tone::Faint),
        Cell::text(number(it.bias)),
        Cell::text(it.wape.map_or_else(String::new, percent)),
        Cell::text(it.mape.map_or_else(String::new, percent)),
    ]);
    cells
}

/// Two digits of the largest error: what is smaller is luck of this backtest.
fn step(error: f64) -> f64 {
    10f64.powf((error.max(0.01) / 10.0).log10().floor())
}

fn kind(metric: &MetricBacktest) -> Kind {
    if metric.metric == "value" {
        Kind::Money
    } else {
        Kind::Count
    }
}

/// What was said one period before of each, and what came.
fn by_period(backtest: &Backtest, metric: &MetricBacktest) -> Section {
    let said = |it: &&Prediction| it.method == "forecast" && it.ahead == 1;
    let widest = metric.predictions.iter().filter(said).map(|it| it.p90 - it.p10);
    let step = Some(step(widest.fold(0.0, f64::max)));
    let rows = metric.predictions.iter().filter(said).map(|it| {
        let format = Format::fitting(kind(metric), [Some(it.actual), Some(it.p97_5)]);
        let inside = it.covers(80);
        Row::Cells(vec![
            Cell::text(&it.period),
            Cell::text(format.number(Some(it.actual), None)).tone(Tone::Strong),
            Cell::text(format.number(Some(it.p50), step)),
            Cell::text(format.range(Some(it.p10), Some(it.p90), step)).tone(Tone::Faint),
            Cell::text(format.range(Some(it.p2_5), Some(it.p97_5), step)).tone(Tone::Faint),
            Cell::text(if inside { "" } else { "outside" }).tone(if inside { Tone::Plain } else { Tone::Bad }),
        ])
    });
    let columns = vec![
        Column::words(&backtest.run.period),
        Column::numbers("came"),
        Column::numbers("median"),
        Column::numbers("80 % range"),
        Column::numbers("95 % range").spare(1),
        Column::words(""),
    ];
    Section {
        heading: format!("One {} ahead: {}", backtest.run.period, metric.metric),
        blocks: vec![Block::Table(Grid {
            columns,
            rows: rows.collect(),
        })],
    }
}

fn origins(backtest: &Backtest) -> Section {
    let rows = backtest.origins.iter().map(|it| {
        Row::Cells(vec![
            Cell::text(&it.begin),
            Cell::text(crate::report::number::whole(it.cases)),
            Cell::text(crate::report::number::whole(it.events)),
            Cell::text(crate::report::number::whole(it.open)),
            Cell::text(&it.engine).tone(Tone::Faint),
        ])
    });
    Section {
        heading: "Origins".into(),
        blocks: vec![
            Block::Table(Grid {
                columns: vec![
                    Column::words("forecast from"),
                    Column::numbers("cases"),
                    Column::numbers("events"),
                    Column::numbers("under way"),
                    Column::words("engine"),
                ],
                rows: rows.collect(),
            }),
            Block::Note(
                "Each forecast is made from what had happened by then: nothing of its first day and later ones \
                 was known."
                    .into(),
            ),
        ],
    }
}
