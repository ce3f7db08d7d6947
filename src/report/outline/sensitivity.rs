//! A sensitivity: what moves the result, where its variance comes from, and what is worth knowing.

use super::{Block, Cell, Column, Grid, Outline, Row, Section, Tone, metric_words, one_line, run_lines};
use crate::report::level::level;
use crate::report::number::{Format, Kind, several, share, whole};
use crate::study::sensitivity::result::{Axis, Bar, End, Information, Point, Sensitivity, Share, Shares, TwoWay};

/// Standard errors on each side of an estimate in its 95 % interval.
const ERRORS: f64 = 1.96;
/// Inputs of a table of shares or worths that are told at most.
const INPUTS_MAX: usize = 20;

/// What a sensitivity comes to, with no more than `top` bars.
#[must_use]
pub fn of_sensitivity(answer: &Sensitivity, top: usize) -> Outline {
    let metric = metric_words(&answer.metric);
    let over = match answer.over.as_str() {
        "horizon" => String::new(),
        label => format!(" in {label}"),
    };
    let mut sections = vec![bars(answer, &metric, top)];
    sections.extend(answer.shares.as_ref().map(|it| shares(answer, it)));
    sections.extend(answer.tables.iter().map(|it| table(answer, it)));
    sections.extend(answer.information.as_ref().map(|it| information(answer, it)));
    if !answer.skipped.is_empty() {
        let facts = answer.skipped.iter().map(|it| super::Fact {
            name: one_line(&it.path),
            parts: vec![one_line(&it.why)],
            tone: Tone::Plain,
        });
        sections.push(Section {
            heading: "Without a bar".into(),
            blocks: vec![Block::Facts(facts.collect())],
        });
    }
    if !answer.warnings.is_empty() {
        let warnings = answer.warnings.iter().map(|it| one_line(it)).collect();
        sections.push(Section {
            heading: "Warnings".into(),
            blocks: vec![Block::Warnings(warnings)],
        });
    }
    Outline {
        title: format!("{}: what moves {metric}{over}", one_line(&answer.scenario.name)),
        subtitle: subtitle(answer),
        alerts: answer
            .run
            .cut_short
            .then(|| "Cut short: some parts are missing.".to_owned())
            .into_iter()
            .collect(),
        sections,
    }
}

/// What was looked at, how, and how much work that was.
fn subtitle(answer: &Sensitivity) -> Vec<Vec<String>> {
    let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
    let mut lines = run_lines(&answer.scenario, &answer.run, None);
    let mut how = Vec::new();
    if let (Some(begin), Some(end)) = (&answer.run.begin, &answer.run.end) {
        how.push(format!("{begin} to {end}"));
    }
    how.extend(
        answer
            .scenario
            .currency
            .as_ref()
            .map(|it| format!("money in {}", one_line(it))),
    );
    how.push(format!("seed {}", answer.run.seed));
    if answer.run.engine != "exact" {
        how.push(format!(
            "{} a bar",
            several(count(answer.run.replications), "replication")
        ));
    }
    if answer.shares.is_some() {
        how.push(format!("{} pairs of worlds", whole(answer.work.worlds)));
    }
    how.push(several(count(answer.work.evaluations), "evaluation"));
    if let Some(line) = lines.get_mut(1) {
        *line = how;
    }
    lines
}

/// How numbers of the metric are written, and to which step.
struct Writer {
    format: Format,
    step: Option<f64>,
    currency: Option<String>,
}

impl Writer {
    fn of(answer: &Sensitivity, values: &[f64]) -> Self {
        let kind = Kind::of_metric(&answer.metric);
        let finite = || values.iter().copied().filter(|it| it.is_finite());
        let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| {
            (low.min(it), high.max(it))
        });
        // A hundredth of what there is to be seen.
        let step = Some(high - low).filter(|it| it.is_finite() && *it > 0.0);
        Self {
            format: Format::fitting(kind, finite().map(Some)),
            step: step.map(|it| 10f64.powf((it / 100.0).log10().floor())),
            currency: answer.scenario.currency.clone().filter(|_| kind == Kind::Money),
        }
    }

    fn number(&self, value: f64) -> String {
        self.format.number(Some(value), self.step)
    }

    fn with_error(&self, point: Point) -> String {
        if point.se > 0.0 {
            format!("{} ± {}", self.number(point.value), self.number(ERRORS * point.se))
        } else {
            self.number(point.value)
        }
    }

    fn head(&self, words: &str) -> String {
        match &self.currency {
            Some(currency) => format!("{words}, {}", one_line(currency)),
            None => words.to_owned(),
        }
    }
}

fn bars(answer: &Sensitivity, metric: &str, top: usize) -> Section {
    let values = answer.tornado.iter().flat_map(|it| [it.low.value, it.high.value]);
    let writer = Writer::of(answer, &values.chain([answer.base.value]).collect::<Vec<_>>());
    let has_luck = answer.run.engine != "exact";
    let longest = answer.tornado.first().map_or(0.0, |it| it.swing);
    let mut columns = vec![
        Column::words("assumption"),
        Column::numbers("from").spare(2),
        Column::numbers("to").spare(3),
        Column::numbers(writer.head(&format!("{metric} at low"))),
        Column::numbers("at high"),
        Column::numbers("swing"),
    ];
    if has_luck {
        columns.push(Column::numbers("± 95 %"));
    }
    columns.push(Column::bars());
    let rows = answer.tornado.iter().take(top).map(|bar| {
        let end = |end: &End| {
            let words = level(&bar.kind, bar.unit.as_deref(), end.at, end.change.as_deref());
            if end.limited { format!("{words} *") } else { words }
        };
        let mut cells = vec![
            Cell::text(one_line(&bar.title)),
            Cell::text(end(&bar.low)).tone(Tone::Faint),
            Cell::text(end(&bar.high)).tone(Tone::Faint),
            Cell::text(writer.number(bar.low.value)),
            Cell::text(writer.number(bar.high.value)),
            Cell::text(writer.number(bar.swing)).tone(Tone::Strong),
        ];
        if has_luck {
            cells.push(Cell::text(writer.number(ERRORS * bar.swing_se)).tone(Tone::Faint));
        }
        cells.push(Cell::bar(if longest > 0.0 { bar.swing / longest } else { 0.0 }));
        Row::Cells(cells)
    });
    let mut blocks = Vec::new();
    if answer.tornado.is_empty() {
        blocks.push(Block::Note(
            "Nothing is uncertain in this scenario; `--all` moves what is fixed by a tenth.".to_owned(),
        ));
    } else {
        blocks.push(Block::Table(Grid {
            columns,
            rows: rows.collect(),
        }));
    }
    let left_out = answer.tornado.len().saturating_sub(top);
    if left_out > 0 {
        blocks.push(Block::Note(format!(
            "{} with smaller swings left out; `--top` shows more.",
            several(left_out, "assumption")
        )));
    }
    let base = writer.with_error(answer.base);
    let said = if answer.tornado.iter().all(|it: &Bar| it.uncertain) {
        "Each is at its 5 % and its 95 %"
    } else {
        "What is uncertain is at its 5 % and its 95 %, what is fixed a tenth lower and higher"
    };
    blocks.push(Block::Note(format!(
        "{said}, the others at their means: there it is {base}."
    )));
    if answer.tornado.iter().any(|it| it.low.limited || it.high.limited) {
        blocks.push(Block::Note(
            "* Held back: the other chances of the fork leave no more.".to_owned(),
        ));
    }
    Section {
        heading: "One at a time".into(),
        blocks,
    }
}

fn percent(it: Share) -> String {
    // Estimates stray below zero by their error.
    share(it.value.max(0.0), Some(0.01))
}

fn interval(it: Share) -> String {
    let half = ERRORS * it.se;
    format!("± {}", share(half, Some(0.01)).replace(" %", ""))
}

fn shares(answer: &Sensitivity, shares: &Shares) -> Section {
    let largest = shares.inputs.iter().map(|it| it.total.value).fold(0.0, f64::max);
    let rows = shares.inputs.iter().take(INPUTS_MAX).map(|it| {
        Row::Cells(vec![
            Cell::text(one_line(&it.title)),
            Cell::text(percent(it.first)),
            Cell::text(interval(it.first)).tone(Tone::Faint),
            Cell::text(percent(it.total)).tone(Tone::Strong),
            Cell::text(interval(it.total)).tone(Tone::Faint),
            Cell::bar(if largest > 0.0 {
                (it.total.value / largest).clamp(0.0, 1.0)
            } else {
                0.0
            }),
        ])
    });
    let grid = Grid {
        columns: vec![
            Column::words("input"),
            Column::numbers("alone"),
            Column::numbers("95 %").spare(2),
            Column::numbers("in all"),
            Column::numbers("95 %").spare(1),
            Column::bars(),
        ],
        rows: rows.collect(),
    };
    let writer = Writer::of(answer, &[shares.mean - shares.sd, shares.mean + shares.sd]);
    let mut blocks = vec![Block::Table(grid)];
    blocks.push(Block::Note(format!(
        "Over worlds it is {} on average, with a standard deviation of {}. `alone` is by how much the variance \
         falls if this is known, `in all` what is left if everything else is; draws that depend on each other are \
         one input.",
        writer.number(shares.mean),
        writer.number(shares.sd)
    )));
    let together = 1.0 - shares.alone.value;
    if together > ERRORS * shares.alone.se {
        blocks.push(Block::Note(format!(
            "About {} of the variance is due to assumptions acting together.",
            share(together, Some(0.01))
        )));
    }
    blocks.push(Block::Note(match shares.luck {
        Some(luck) => format!(
            "Plain luck comes on top: it is {} {} of the variance of a forecast.",
            percent(luck),
            interval(luck)
        ),
        None => {
            "There is no luck in these numbers; `forksight run` tells how much of a forecast's range it is.".to_owned()
        }
    }));
    let widest = shares.inputs.iter().map(|it| ERRORS * it.total.se).fold(0.0, f64::max);
    if widest > 0.1 {
        blocks.push(Block::Note(
            "The shares are not precise yet: more `--worlds` make the intervals narrower.".to_owned(),
        ));
    }
    Section {
        heading: "All at once: where the variance comes from".into(),
        blocks,
    }
}

fn table(answer: &Sensitivity, table: &TwoWay) -> Section {
    let values: Vec<f64> = table.values.iter().flatten().flatten().map(|it| it.value).collect();
    let writer = Writer::of(answer, &values);
    let words = |axis: &Axis, at: usize| {
        let it = &axis.levels[at];
        level(&axis.kind, axis.unit.as_deref(), it.at, Some(&it.level))
    };
    let mut columns = vec![Column::words(one_line(&table.rows.title))];
    columns.extend(
        (0..table.columns.levels.len())
            .map(|at| Column::numbers(words(&table.columns, at)).band(one_line(&table.columns.title))),
    );
    let rows = table.values.iter().enumerate().map(|(at, row)| {
        let cells = row.iter().map(|it| match it {
            Some(point) => Cell::text(writer.number(point.value)),
            None => Cell::text(crate::report::number::NOTHING).tone(Tone::Faint),
        });
        Row::Cells(
            std::iter::once(Cell::text(words(&table.rows, at)))
                .chain(cells)
                .collect(),
        )
    });
    let grid = Grid {
        columns,
        rows: rows.collect(),
    };
    Section {
        heading: format!(
            "By {} and {}",
            one_line(&table.rows.title),
            one_line(&table.columns.title)
        ),
        blocks: vec![Block::Table(grid)],
    }
}

fn information(answer: &Sensitivity, it: &Information) -> Section {
    let means = || it.options.iter().map(|it| it.mean.value);
    let writer = Writer::of(answer, &means().chain([0.0]).collect::<Vec<_>>());
    let rows = it.options.iter().map(|choice| {
        let is_best = choice.option == it.best;
        Row::Cells(vec![
            Cell::text(one_line(&choice.option)).tone(if is_best { Tone::Strong } else { Tone::Plain }),
            Cell::text(writer.with_error(choice.mean)),
            Cell::text(share(choice.best_in, Some(0.01))),
        ])
    });
    let options = Grid {
        columns: vec![
            Column::words("option"),
            Column::numbers(writer.head("expected")),
            Column::numbers("best in"),
        ],
        rows: rows.collect(),
    };
    let worths = it
        .inputs
        .iter()
        .map(|it| it.worth.value)
        .chain([0.0, it.everything.value]);
    let writer = Writer::of(answer, &worths.collect::<Vec<_>>());
    let most = it.everything.value;
    let row = |name: String, worth: Point, tone: Tone| {
        Row::Cells(vec![
            Cell::text(name).tone(tone),
            Cell::text(writer.with_error(worth)),
            Cell::bar(if most > 0.0 {
                (worth.value / most).clamp(0.0, 1.0)
            } else {
                0.0
            }),
        ])
    };
    let mut rows = vec![row("everything".to_owned(), it.everything, Tone::Strong)];
    let inputs = it.inputs.iter().take(INPUTS_MAX);
    rows.extend(inputs.map(|it| row(one_line(&it.title), it.worth, Tone::Plain)));
    let worths = Grid {
        columns: vec![
            Column::words("to know"),
            Column::numbers(writer.head("is worth up to")),
            Column::bars(),
        ],
        rows,
    };
    let count = usize::try_from(it.worlds).unwrap_or(usize::MAX);
    Section {
        heading: "What it is worth to find out before deciding".into(),
        blocks: vec![
            Block::Table(options),
            Block::Table(worths),
            Block::Note(format!(
                "Without finding out more, `{}` is best. Knowing something is worth what a choice made with that \
                 knowledge gains over it, on average over {}; ± is its 95 % interval.",
                one_line(&it.best),
                several(count, "world")
            )),
        ],
    }
}
