//! The report of a forecast as one HTML page: headline, charts, tables, assumptions, and how it was
//! run. It needs no network, and no script to be read.

mod assumptions;
#[cfg(test)]
mod check;
mod contents;
mod figure;
mod headline;
mod manifest;
mod markup;
mod picture;
mod reading;
mod style;
mod table;

use super::chart::{ChartError, charts};
use super::outline::{self, Outline, Section, Topic};
use crate::forecast::Forecast;
use crate::journey::Journey;
use contents::{Chapter, chapters};
use figure::Figures;
use markup::{Ids, code, escaped, put};

/// What a page may do: show what is in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";
/// Sorting, a theme of one's own, long tables in print: nothing that is needed to read.
const SCRIPT: &str = include_str!("script.js");

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
    let mut page = Page {
        forecast,
        journey,
        ids: Ids::default(),
        figures: Figures::default(),
        text: String::new(),
    };
    let mut sections = outline::in_full(forecast);
    let mut charts = charts(forecast);
    let chapters: Vec<Chapter> = chapters(&mut sections, &mut charts, forecast);
    page.head(&outline);
    page.begin(&outline, &chapters);
    for chapter in &chapters {
        page.chapter(chapter)?;
    }
    page.end();
    Ok(page.text)
}

/// A page being written.
struct Page<'a> {
    forecast: &'a Forecast,
    journey: &'a Journey,
    ids: Ids,
    figures: Figures,
    text: String,
}

impl Page<'_> {
    fn head(&mut self, outline: &Outline) {
        let title = escaped(&outline.title);
        put!(
            self.text,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\" />\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
             <meta name=\"color-scheme\" content=\"light dark\" />\n\
             <meta name=\"generator\" content=\"forksight {}\" />\n\
             <title>{title}: forecast</title>\n<style>\n{}</style>\n</head>\n",
            escaped(&self.forecast.forksight),
            style::sheet(),
        );
    }

    /// Everything above the first chapter.
    fn begin(&mut self, outline: &Outline, chapters: &[Chapter]) {
        let main = self.ids.take("main");
        put!(
            self.text,
            "<body>\n<a class=\"skip\" href=\"#{main}\">Skip to the report</a>\n<header>\n\
             <h1>{}</h1>\n",
            escaped(&outline.title)
        );
        if let Some(description) = &self.journey.description {
            put!(self.text, "<p class=\"about\">{}</p>\n", escaped(description));
        }
        for line in outline.subtitle.iter().take(2) {
            let parts: Vec<String> = line.iter().map(|it| escaped(it)).collect();
            put!(self.text, "<p class=\"run\">{}</p>\n", parts.join(" · "));
        }
        self.text.push_str("</header>\n");
        self.text.push_str(&contents::navigation(chapters));
        put!(self.text, "<main id=\"{main}\" tabindex=\"-1\">\n");
        for alert in &outline.alerts {
            put!(
                self.text,
                "<p class=\"alert\" role=\"note\"><strong>{}</strong></p>\n",
                code(alert)
            );
        }
        if let Some(warnings) = chapters.iter().find(|it| it.topic == Some(Topic::Warnings)) {
            let count = super::number::several(self.forecast.warnings.len(), "warning");
            put!(
                self.text,
                "<p class=\"alert\" role=\"note\">The run came with <a href=\"#{}\">{count}</a>.</p>\n",
                warnings.id
            );
        }
    }

    fn chapter(&mut self, chapter: &Chapter) -> Result<(), ChartError> {
        self.ids.take(chapter.id);
        let heading = self.ids.take(&format!("{}-heading", chapter.id));
        put!(
            self.text,
            "<section id=\"{}\" aria-labelledby=\"{heading}\">\n<h2 id=\"{heading}\">{}</h2>\n",
            chapter.id,
            chapter.heading
        );
        match chapter.topic {
            Some(topic) => {
                if topic == Topic::Totals {
                    self.text.push_str(&headline::render(self.forecast));
                }
                for chart in &chapter.charts {
                    let figure = self.figures.draw(self.forecast, chart, &mut self.ids)?;
                    self.text.push_str(&figure);
                }
                for section in &chapter.sections {
                    self.section(section);
                }
            }
            None => {
                let text = chapter.written.render(self.forecast, self.journey, &mut self.ids);
                self.text.push_str(&text);
            }
        }
        self.text.push_str("</section>\n");
        Ok(())
    }

    fn section(&mut self, section: &Section) {
        for block in &section.blocks {
            let text = table::block(block, &section.heading, &mut self.ids);
            self.text.push_str(&text);
        }
    }

    fn end(&mut self) {
        put!(
            self.text,
            "</main>\n<footer><p>Made by forksight {}.</p></footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
            escaped(&self.forecast.forksight)
        );
    }
}

#[cfg(test)]
mod tests;
