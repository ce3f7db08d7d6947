//! The report of a comparison as one HTML page: which option is best and how sure that is, charts,
//! tables side by side, and how it was made.

mod headline;
mod manifest;
#[cfg(test)]
mod tests;

use crate::report::chart::{Chart, ChartError, ChartKind, comparison};
use crate::report::outline::{self, Section, Topic, metric_words};
use crate::study::Comparison;

use super::figure::Figures;
use super::markup::Ids;
use super::shell::{self, Shell};
use super::table;

/// In the order of reading.
const TOPICS: [(Topic, &str, &str); 5] = [
    (Topic::Totals, "result", "The result"),
    (Topic::Periods, "periods", "What comes when"),
    (Topic::Funnel, "funnel", "How far customers get"),
    (Topic::Forks, "forks", "What happens at the forks"),
    (Topic::Warnings, "warnings", "Warnings"),
];
const RUN: (&str, &str) = ("run", "How it was made");

/// The report as an HTML document, well-formed as XML too.
///
/// # Errors
///
/// If a chart cannot be drawn though the comparison has something for it, which would be a mistake
/// of this program.
pub fn render_comparison(comparison: &Comparison) -> Result<String, ChartError> {
    let outline = outline::of_comparison(comparison);
    let sections = outline::comparison_in_full(comparison);
    let charts = comparison::charts(comparison);
    let has = |topic: Topic| sections.iter().any(|it| it.0 == topic) || charts.iter().any(|it| place(it) == topic);
    let told: Vec<_> = TOPICS.into_iter().filter(|it| has(it.0)).collect();
    let links = told.iter().map(|it| (it.1, it.2)).chain([RUN]);
    let shell = Shell {
        title: &outline.title,
        kind: "comparison",
        forksight: &comparison.forksight,
        description: None,
        lines: &outline.subtitle,
        chapters: links.collect(),
        alerts: &outline.alerts,
    };
    let (mut ids, mut figures) = (Ids::default(), Figures::default());
    let mut text = shell.begin(&mut ids);
    if !comparison.warnings.is_empty() {
        text.push_str(&shell::warned("warnings", comparison.warnings.len()));
    }
    for (topic, id, heading) in told {
        text.push_str(&shell::chapter(id, heading, &mut ids, |ids| {
            let here = sections.iter().filter(|it| it.0 == topic).map(|it| &it.1);
            let here: Vec<&Section> = here.collect();
            let is_result = topic == Topic::Totals;
            let mut told = String::new();
            if is_result {
                told.push_str(&headline::render(comparison));
            }
            // What the options are comes before what they come to.
            let (before, after) = here.split_at(usize::from(is_result).min(here.len()));
            told.extend(before.iter().map(|it| tables(it, ids)));
            for chart in charts.iter().filter(|it| place(it) == topic) {
                told.push_str(&draw(comparison, chart, &mut figures, ids)?);
            }
            told.extend(after.iter().map(|it| tables(it, ids)));
            Ok(told)
        })?);
    }
    let (id, heading) = RUN;
    text.push_str(&shell::chapter(id, heading, &mut ids, |_| {
        Ok(manifest::render(comparison))
    })?);
    text.push_str(&shell.end());
    Ok(text)
}

fn tables(section: &Section, ids: &mut Ids) -> String {
    let blocks = section.blocks.iter();
    blocks.map(|it| table::block(it, &section.heading, ids)).collect()
}

fn draw(compared: &Comparison, chart: &Chart, figures: &mut Figures, ids: &mut Ids) -> Result<String, ChartError> {
    let metric = metric_words(chart.options.metric.as_deref().unwrap_or_default());
    let caption = match chart.kind {
        ChartKind::Sweep => format!("{metric} over the values that were tried"),
        ChartKind::Difference => format!("{metric} by {}, differences to the base", compared.run.period),
        ChartKind::Funnel => "the funnel side by side".to_owned(),
        _ => format!("{metric} of every option"),
    };
    figures.draw(&chart.name, &caption, ids, |width| {
        comparison::svg(compared, chart.kind, &width.of(&chart.options))
    })
}

/// Where a chart is looked for.
fn place(chart: &Chart) -> Topic {
    match chart.kind {
        ChartKind::Difference => Topic::Periods,
        ChartKind::Funnel => Topic::Funnel,
        _ => Topic::Totals,
    }
}
