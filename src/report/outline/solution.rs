//! What it would take: for each target, how far each lever has to be moved.

use super::{
    Block, Cell, Column, Fact, Grid, Outline, Row, Section, Tone, metric_words, one_line, replications, run_lines,
    spoken,
};
use crate::report::number::{Format, Kind, NOTHING, several, share};
use crate::study::Solution;
use crate::study::solve::{Answer, End, LeverSolution, Reached, TargetSolution, Together};

/// What it takes to reach targets.
#[must_use]
pub fn of_solution(solution: &Solution) -> Outline {
    let mut sections: Vec<Section> = solution.targets.iter().map(|it| target(solution, it)).collect();
    if !solution.warnings.is_empty() {
        let warnings = solution.warnings.iter().map(|it| one_line(it)).collect();
        sections.push(Section {
            heading: "Warnings".into(),
            blocks: vec![Block::Warnings(warnings)],
        });
    }
    let mut subtitle = run_lines(&solution.scenario, &solution.run, None);
    let trials = usize::try_from(solution.trials).unwrap_or(usize::MAX);
    let each = replications(&solution.run);
    subtitle.push(vec![format!("{} of {each}", several(trials, "trial"))]);
    Outline {
        title: format!("{}: what it would take", one_line(&solution.scenario.name)),
        subtitle,
        alerts: Vec::new(),
        sections,
    }
}

fn target(solution: &Solution, target: &TargetSolution) -> Section {
    let words = Words::of(solution, target);
    let mut blocks = vec![Block::Facts(vec![now(target, &words)])];
    blocks.push(Block::Table(levers(target, &words)));
    blocks.extend(
        target
            .together
            .as_ref()
            .map(|it| Block::Facts(vec![together(target, it, &words)])),
    );
    let notes = target.levers.iter().flat_map(|lever| {
        let path = one_line(&lever.path);
        lever.notes.iter().map(move |it| format!("{path}: {}", one_line(it)))
    });
    blocks.extend(notes.map(Block::Note));
    if target.levers.iter().any(|it| it.checked.is_some()) {
        let note = "`checked` is what the change comes to with other luck, under the next seed.";
        blocks.push(Block::Note(note.to_owned()));
    }
    Section {
        heading: words.heading(target),
        blocks,
    }
}

/// How the numbers of a target are written.
struct Words {
    kind: Kind,
    unit: String,
}

impl Words {
    fn of(solution: &Solution, target: &TargetSolution) -> Self {
        let kind = Kind::of_metric(&target.metric);
        let currency = solution.scenario.currency.as_deref().filter(|_| kind == Kind::Money);
        Self {
            kind,
            unit: currency.map(|it| format!(" {}", one_line(it))).unwrap_or_default(),
        }
    }

    fn bare(&self, value: f64, se: Option<f64>) -> String {
        // A tenth of the error, or four digits where there is none.
        let error = se
            .filter(|it| *it > 0.0)
            .map(|it| 10f64.powf((2.0 * it).log10().floor()));
        let step = error.unwrap_or_else(|| 10f64.powf(value.abs().max(1e-9).log10().floor() - 3.0));
        Format::fitting(self.kind, [Some(value)]).number(Some(value), Some(step.min(1.0)))
    }

    fn amount(&self, value: f64, se: Option<f64>) -> String {
        self.bare(value, se) + &self.unit
    }

    fn heading(&self, target: &TargetSolution) -> String {
        let bound = match (target.at_least, target.at_most) {
            (Some(bound), _) => format!("at least {}", self.plain(bound)),
            (_, Some(bound)) => format!("at most {}", self.plain(bound)),
            _ => String::new(),
        };
        let over = match target.over.as_str() {
            "horizon" => String::new(),
            over => format!(" in {}", one_line(over)),
        };
        let sure = match target.confidence {
            Some(confidence) => format!(", {} sure", share(confidence, None)),
            None => ", on average".to_owned(),
        };
        // A target that was typed is called what was typed.
        let name = if target.target.contains(['<', '>']) {
            String::new()
        } else {
            format!("{}: ", spoken(&target.target))
        };
        format!("{name}{} {bound}{over}{sure}", metric_words(&target.metric))
    }

    fn plain(&self, value: f64) -> String {
        Format::fitting(self.kind, [Some(value)]).number(Some(value), None) + &self.unit
    }

    /// What a journey comes to, beside the target.
    fn reached(&self, reached: &Reached) -> Vec<String> {
        let mut parts = vec![format!("{} expected", self.amount(reached.expected, reached.se))];
        parts.extend(
            reached
                .probability
                .map(|it| format!("met in {}", share(it, Some(0.01)))),
        );
        parts
    }
}

fn now(target: &TargetSolution, words: &Words) -> Fact {
    let mut parts = words.reached(&target.now);
    if let (Some(assured), Some(confidence)) = (target.now.assured, target.confidence) {
        let side = if target.at_least.is_some() {
            "at least"
        } else {
            "at most"
        };
        let sure = share(confidence, None);
        parts.push(format!(
            "{side} {} with {sure}",
            words.amount(assured, target.now.margin_se)
        ));
    }
    parts.push(if target.is_met {
        "the target is met as things are".to_owned()
    } else {
        format!("{} short", words.amount(-target.now.margin, target.now.margin_se))
    });
    Fact {
        name: "As things are".to_owned(),
        parts,
        tone: if target.is_met { Tone::Good } else { Tone::Fair },
    }
}

fn levers(target: &TargetSolution, words: &Words) -> Grid {
    let is_checked = target.levers.iter().any(|it| it.checked.is_some());
    let head = if target.is_met { "may go to" } else { "takes" };
    let mut columns = vec![
        Column::words("within"),
        Column::numbers(head),
        Column::numbers("± 95 %").spare(1),
        Column::numbers("relative"),
        Column::numbers("then expected"),
    ];
    if is_checked {
        columns.push(Column::numbers("checked").spare(2));
    }
    // A path is too long for a column: it is what one types, and is never cut.
    let rows = target.levers.iter().flat_map(|it| {
        let cells = Row::Cells(lever(it, words, is_checked));
        [Row::Heading(one_line(&it.path)), cells]
    });
    Grid {
        columns,
        rows: rows.collect(),
    }
}

fn lever(lever: &LeverSolution, words: &Words, is_checked: bool) -> Vec<Cell> {
    let limits = format!("{} to {}", lever.limits[0], lever.limits[1]);
    let limits = Cell::text(one_line(&limits)).tone(Tone::Faint);
    let empty = || Cell::text(String::new());
    let mut cells = match lever.answer {
        Answer::Always | Answer::Unreachable => {
            let (said, tone) = if lever.answer == Answer::Always {
                ("met anywhere", Tone::Good)
            } else {
                ("not enough", Tone::Bad)
            };
            let End { change, reached } = &lever.best;
            let change = one_line(change_of(change, &lever.path));
            let then = format!("{} at {change}", words.bare(reached.expected, reached.se));
            vec![
                limits,
                Cell::text(said.to_owned()).tone(tone),
                empty(),
                empty(),
                Cell::text(then),
            ]
        }
        Answer::Move | Answer::Room => {
            let change = lever.change.as_deref().map_or(NOTHING, |it| change_of(it, &lever.path));
            let relative = lever.relative.map_or_else(|| NOTHING.to_owned(), signed_percent);
            let then = lever
                .reached
                .map_or_else(String::new, |it| words.bare(it.expected, it.se));
            let error = lever.se.filter(|it| *it > 0.0).map(|se| error(change, 1.96 * se));
            vec![
                limits,
                Cell::text(one_line(change)).tone(Tone::Strong),
                Cell::text(error.unwrap_or_default()).tone(Tone::Faint),
                Cell::text(relative),
                Cell::text(then),
            ]
        }
    };
    if is_checked {
        let checked = lever.checked.and_then(|it| it.probability);
        let checked = checked.map(|it| format!("met in {}", share(it, Some(0.01))));
        cells.push(Cell::text(checked.unwrap_or_default()).tone(Tone::Faint));
    }
    cells
}

/// The error of a change, in the unit that the change is written in.
fn error(change: &str, half: f64) -> String {
    let (factor, unit) = if change.ends_with("pp") {
        (100.0, "pp")
    } else if change.contains('%') {
        (100.0, "%")
    } else {
        (1.0, "")
    };
    let half = half * factor;
    let digits = (1.0 - half.abs().max(1e-9).log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{half:.digits$}{unit}")
}

/// `+12.3 %`
fn signed_percent(value: f64) -> String {
    let percent = value * 100.0;
    let digits = if percent.abs() < 10.0 { 2 } else { 1 };
    format!("{percent:+.digits$} %")
}

/// What stands behind the path in `PATH=CHANGE`.
fn change_of<'a>(set: &'a str, path: &str) -> &'a str {
    set.strip_prefix(path)
        .and_then(|it| it.strip_prefix('='))
        .unwrap_or(set)
}

fn together(target: &TargetSolution, together: &Together, words: &Words) -> Fact {
    let changes = together.changes.iter().map(|it| one_line(it));
    let mut parts: Vec<String> = Vec::new();
    let tone = match together.share {
        Some(part) => {
            parts.push(format!("enough at {} of their way", share(part, Some(0.001))));
            Tone::Good
        }
        None => {
            parts.push("not enough: the target cannot be reached".to_owned());
            Tone::Bad
        }
    };
    parts.extend(changes);
    parts.extend(words.reached(&together.reached));
    if together.share.is_none() {
        let missing = words.amount(-together.reached.margin, together.reached.margin_se);
        let sure = match target.confidence {
            Some(confidence) => format!(" with {}", share(confidence, None)),
            None => String::new(),
        };
        parts.push(format!("{missing} short{sure}"));
    }
    Fact {
        name: "All together".to_owned(),
        parts,
        tone,
    }
}
