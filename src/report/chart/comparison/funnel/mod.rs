//! The funnel side by side: at every stage a bar for each option, on a scale of the stage's own.

mod plot;

use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::number::{self, known};
use crate::report::chart::text;
use crate::report::chart::{ChartError, ChartKind, ChartOptions};
use crate::study::Comparison;
use crate::study::comparison::{MetricComparison, OptionValue, StageComparison};

use super::metric::{Metric, Shown, Verdict, names, swept};
use plot::Plot;

/// More bars than this at a stage are a comb.
const OPTIONS_MAX: usize = 8;

/// A stage with those who reach it.
struct Stage {
    title: String,
    /// Share of the first stage's customers who come this far, of the base.
    share: Option<f64>,
    /// By kept option; `None` if it does not have the stage.
    reached: Vec<Option<Shown>>,
}

/// The chart as SVG.
pub(super) fn draw(comparison: &Comparison, options: &ChartOptions) -> Result<String, ChartError> {
    let kind = ChartKind::Funnel;
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(kind));
    }
    if comparison.funnel.is_empty() {
        let why = "the scenario has no stages".to_owned();
        return Err(ChartError::Nothing { kind, why });
    }
    let all = names(comparison);
    let kept = kept(comparison);
    let names: Vec<String> = kept.iter().map(|it| all[*it].clone()).collect();
    let stages: Vec<Stage> = comparison
        .funnel
        .iter()
        .map(|it| stage(comparison, it, &kept))
        .collect();
    let frame = Frame::new(comparison, words(comparison, &stages, &names), options)?;
    let plot = Plot::new(&frame, &stages, &names);
    let (mut canvas, area) = frame.open(options, plot.height_natural(), plot.height_least())?;
    plot.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

/// Whether any stage is reached.
pub(super) fn is_worth_drawing(comparison: &Comparison) -> bool {
    let mut reached = comparison.funnel.iter().flat_map(|it| it.reached.iter().flatten());
    reached.any(|it| known(it.value.mean).is_some_and(|it| it > 0.0))
}

/// The options in their order; if they are too many, the base and those that differ most at any stage.
fn kept(comparison: &Comparison) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..comparison.options.len()).collect();
    if kept.len() <= OPTIONS_MAX {
        return kept;
    }
    let size = |option: &usize| {
        let lift = |it: &StageComparison| known(it.reached[*option]?.paired?.lift.mean);
        let sizes = comparison.funnel.iter().filter_map(lift).map(f64::abs);
        sizes.fold(0.0, f64::max)
    };
    kept[1..].sort_by(|one, other| size(other).total_cmp(&size(one)));
    kept.truncate(OPTIONS_MAX);
    kept.sort_unstable();
    kept
}

fn stage(comparison: &Comparison, stage: &StageComparison, kept: &[usize]) -> Stage {
    let of = |options: &[Option<OptionValue>]| {
        let metric = MetricComparison {
            metric: "reached".to_owned(),
            better: None,
            options: kept.iter().map(|it| options[*it]).collect(),
        };
        Metric::of(comparison, &metric).options
    };
    let title = text::clean(&stage.title);
    Stage {
        title: if title.is_empty() { stage.stage.clone() } else { title },
        share: stage.from_first[0].and_then(|it| known(it.value.mean)),
        reached: of(&stage.reached),
    }
}

fn words(comparison: &Comparison, stages: &[Stage], names: &[String]) -> Words {
    let mut subtitle = vec![format!(
        "Customers who come to each stage with each option: the mean, and where 80\u{a0}% of {} are. Bars of a stage \
         begin at zero, each stage on its own scale; the line is the base.",
        super::futures(comparison)
    )];
    if names.len() < comparison.options.len() {
        subtitle.push(format!(
            "The base and the {} that differ most, of {} alternatives.",
            names.len() - 1,
            comparison.options.len() - 1
        ));
    }
    subtitle.extend(swept(comparison));
    let told = stages.iter().map(|stage| {
        let each = names.iter().zip(&stage.reached);
        let each: Vec<String> = each
            .map(|(name, shown)| format!("{name} {}", told(shown.as_ref())))
            .collect();
        format!("{}: {}.", stage.title, each.join(", "))
    });
    Words {
        finding: finding(stages, names),
        subtitle: subtitle.join(" "),
        description: told.collect::<Vec<_>>().join(" "),
    }
}

/// The largest difference that is no luck, at the last stage that has one.
fn finding(stages: &[Stage], names: &[String]) -> String {
    let sure = |shown: &Option<Shown>| {
        let difference = shown.as_ref()?.difference?;
        let is_sure = !difference.is_none && difference.verdict != Verdict::Unsure;
        difference.lift.filter(|_| is_sure)
    };
    let largest = stages.iter().rev().find_map(|stage| {
        let lifts = stage
            .reached
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((at, sure(it)?)));
        let largest = lifts.reduce(|best, it| if it.1.abs() > best.1.abs() { it } else { best })?;
        Some((stage, largest))
    });
    let known = || stages.iter().flat_map(|it| &it.reached).flatten();
    match largest {
        Some((stage, (option, lift))) => {
            let more = if lift < 0.0 { "fewer" } else { "more" };
            let share = number::share(lift.abs());
            format!("{} brings {share} {more} customers to {}", names[option], stage.title)
        }
        None if !known().any(|it| it.value.line.is_some()) => "Nothing is known of who comes to the stages".to_owned(),
        None if known().all(|it| it.difference.is_none_or(|it| it.is_none)) => {
            "No alternative changes how many come to any stage".to_owned()
        }
        None => "No alternative surely changes how many come to any stage".to_owned(),
    }
}

fn told(shown: Option<&Shown>) -> String {
    let Some(mean) = shown.and_then(|it| it.value.line) else {
        return "does not have it".to_owned();
    };
    let shown = shown.expect("its mean is known");
    let (value, range) = number::with_interval(mean, shown.value.interval_80());
    let range = range.map_or_else(String::new, |it| format!(" ({it})"));
    format!(
        "{value}{range}{}",
        lift(shown).map_or_else(String::new, |it| format!(" {it}"))
    )
}

/// How far an option is from the base, in percent of it.
fn lift(shown: &Shown) -> Option<String> {
    let difference = shown.difference.filter(|it| !it.is_none)?;
    let lift = difference.lift?;
    let words = number::share(lift);
    Some(if lift > 0.0 { format!("+{words}") } else { words })
}
