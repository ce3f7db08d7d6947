//! The report of a forecast as one HTML page: headline, charts, tables, assumptions, and how it was
//! run; and of a comparison. A page needs no network, and no script to be read.

mod assumptions;
#[cfg(test)]
mod check;
mod comparison;
mod contents;
mod figure;
mod headline;
mod manifest;
mod markup;
mod picture;
mod reading;
mod shell;
mod style;
mod table;

use super::chart::{self, ChartError, charts};
use super::outline::{self, Topic};
use crate::forecast::Forecast;
use crate::journey::Journey;
use contents::{Chapter, chapters};
use figure::Figures;
use markup::Ids;
use shell::Shell;

pub use comparison::render_comparison;

/// The report as an HTML document, well-formed as XML too.
///
/// `journey` is what the forecast is of: the page tells its assumptions and where they come from.
///
/// # Errors
///
/// If a chart cannot be drawn though the forecast has something for it, which would be a mistake
/// of this program.
pub fn render(forecast: &Forecast, journey: &Journey) -> Result<String, ChartError> {
    let outline = outline::of_forecast(forecast);
    let mut sections = outline::in_full(forecast);
    let mut charts = charts(forecast);
    let chapters: Vec<Chapter> = chapters(&mut sections, &mut charts, forecast);
    let shell = Shell {
        title: &outline.title,
        kind: "forecast",
        forksight: &forecast.forksight,
        description: journey.description.as_deref(),
        lines: &outline.subtitle,
        chapters: chapters.iter().map(|it| (it.id, it.heading)).collect(),
        alerts: &outline.alerts,
    };
    let (mut ids, mut figures) = (Ids::default(), Figures::default());
    let mut text = shell.begin(&mut ids);
    if let Some(warnings) = chapters.iter().find(|it| it.topic == Some(Topic::Warnings)) {
        text.push_str(&shell::warned(warnings.id, forecast.warnings.len()));
    }
    for chapter in &chapters {
        text.push_str(&shell::chapter(chapter.id, chapter.heading, &mut ids, |ids| {
            told(forecast, journey, chapter, (&mut figures, ids))
        })?);
    }
    text.push_str(&shell.end());
    Ok(text)
}

/// What a chapter tells.
fn told(
    forecast: &Forecast,
    journey: &Journey,
    chapter: &Chapter,
    (figures, ids): (&mut Figures, &mut Ids),
) -> Result<String, ChartError> {
    let Some(topic) = chapter.topic else {
        return Ok(chapter.written.render(forecast, journey, ids));
    };
    let mut text = String::new();
    if topic == Topic::Totals {
        text.push_str(&headline::render(forecast));
    }
    for it in &chapter.charts {
        let caption = figure::caption(forecast, it);
        text.push_str(&figures.draw(&it.name, &caption, ids, |width| {
            chart::svg(forecast, it.kind, &width.of(&it.options))
        })?);
    }
    for section in &chapter.sections {
        let blocks = section.blocks.iter();
        text.extend(blocks.map(|it| table::block(it, &section.heading, ids)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
