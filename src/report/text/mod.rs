//! The terminal: one screen, aligned, in colour only when asked.

mod layout;
mod table;
pub(super) mod words;

use std::slice;

use owo_colors::Style;

use super::outline::{self, Block, Fact, Outline, Section, Tone};
use crate::forecast::Forecast;
use words::{cut, pad, width_of, wrap};

/// How the text is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextStyle {
    /// Whether to colour by ANSI escape sequences.
    pub colour: bool,
    /// How many columns of the terminal a line may take; at least 40 are used.
    pub width: usize,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            colour: false,
            width: 80,
        }
    }
}

/// Narrower than this nothing can be said in a line.
const WIDTH_MIN: usize = 40;
/// Longer lines of words are hard to read.
const PROSE_MAX: usize = 100;
/// Everything below a heading is set in by this much.
const INDENT: usize = 2;
/// Between parts of a line.
const DOT: &str = " · ";

/// The report of a forecast, as `--format text` prints it.
#[must_use]
pub fn render(forecast: &Forecast, style: TextStyle) -> String {
    render_outline(&outline::of_forecast(forecast), style)
}

/// Any outline as text, ending with a newline.
#[must_use]
pub fn render_outline(outline: &Outline, style: TextStyle) -> String {
    let page = Page {
        colour: style.colour,
        width: style.width.max(WIDTH_MIN),
    };
    let mut lines = vec![page.paint(&cut(&outline.title, page.width), Tone::Strong)];
    for parts in &outline.subtitle {
        lines.extend(page.paragraph(&parts_of(parts), 0, Tone::Faint));
    }
    for alert in &outline.alerts {
        lines.extend(page.paragraph(slice::from_ref(alert), 0, Tone::Fair));
    }
    for section in &outline.sections {
        lines.push(String::new());
        lines.extend(page.section(section));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// What every part of the text has to know.
#[derive(Clone, Copy)]
struct Page {
    colour: bool,
    width: usize,
}

impl Page {
    fn paint(self, text: &str, tone: Tone) -> String {
        let plain = Style::new();
        self.styled(
            text,
            match tone {
                Tone::Plain => plain,
                Tone::Strong => plain.bold(),
                Tone::Faint => plain.dimmed(),
                Tone::Good => plain.green(),
                Tone::Fair => plain.yellow(),
                Tone::Bad => plain.red(),
            },
        )
    }

    fn styled(self, text: &str, style: Style) -> String {
        if self.colour && !text.is_empty() && !style.is_plain() {
            style.style(text).to_string()
        } else {
            text.to_owned()
        }
    }

    fn section(self, section: &Section) -> Vec<String> {
        let heading = cut(&section.heading, self.width);
        let mut lines = vec![self.styled(&heading, Style::new().bold().cyan())];
        for block in &section.blocks {
            match block {
                Block::Table(grid) => lines.extend(table::lines(self, grid)),
                Block::Facts(facts) => lines.extend(self.facts(facts)),
                Block::Warnings(warnings) => {
                    for warning in warnings {
                        // The mark hangs to the left of what it marks.
                        let text = self.paragraph(slice::from_ref(warning), 2 * INDENT, Tone::Fair);
                        let mark = " ".repeat(INDENT) + &self.paint("!", Tone::Fair) + " ";
                        lines.extend(text.into_iter().enumerate().map(|(at, line)| match at {
                            0 => mark.clone() + line.trim_start(),
                            _ => line,
                        }));
                    }
                }
                Block::Note(note) => {
                    lines.extend(self.paragraph(slice::from_ref(note), INDENT, Tone::Faint));
                }
            }
        }
        lines
    }

    /// Parts in lines that are set in, broken between parts where that is enough.
    fn paragraph(self, parts: &[String], indent: usize, tone: Tone) -> Vec<String> {
        let margin = " ".repeat(indent);
        wrap(parts, self.width.min(PROSE_MAX) - indent)
            .iter()
            .map(|line| margin.clone() + &self.paint(line, tone))
            .collect()
    }

    /// Name and statement side by side if all fit so; else each statement below its name.
    fn facts(self, facts: &[Fact]) -> Vec<String> {
        let statements: Vec<String> = facts.iter().map(|it| it.parts.join(DOT)).collect();
        let widest = |width: usize, text: &String| width.max(width_of(text));
        let names = facts.iter().map(|it| &it.name).fold(0, widest);
        let beside = INDENT + names + layout::GAP + statements.iter().fold(0, widest);
        let margin = " ".repeat(INDENT);
        let mut lines = Vec::new();
        for (fact, statement) in facts.iter().zip(&statements) {
            if beside <= self.width {
                let gap = " ".repeat(layout::GAP);
                let name = pad(&fact.name, names);
                lines.push(margin.clone() + &name + &gap + &self.paint(statement, fact.tone));
            } else {
                lines.push(margin.clone() + &cut(&fact.name, self.width - INDENT));
                lines.extend(self.paragraph(&parts_of(&fact.parts), 2 * INDENT, fact.tone));
            }
        }
        lines
    }
}

/// Parts with the dot that stands between them.
fn parts_of(parts: &[String]) -> Vec<String> {
    let last = parts.len().saturating_sub(1);
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            if at == last {
                part.clone()
            } else {
                part.clone() + DOT.trim_end()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
