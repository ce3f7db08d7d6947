//! The terminal: one screen, aligned, in colour only when asked.

mod layout;
mod table;
mod words;

use owo_colors::Style;

use super::outline::{self, Block, Fact, Outline, Section, Tone};
use crate::forecast::Forecast;
pub(crate) use table::bar;
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
/// Everything below a heading is set in by this much.
const INDENT: usize = 2;
/// Names of facts are cut to this.
const NAME_MAX: usize = 26;

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
        lines.extend(page.paragraph(&[alert.clone()], 0, Tone::Fair));
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
                        let text = [format!("! {warning}")];
                        lines.extend(self.paragraph(&text, INDENT, Tone::Fair));
                    }
                }
                Block::Note(note) => {
                    lines.extend(self.paragraph(&[note.clone()], INDENT, Tone::Faint));
                }
            }
        }
        lines
    }

    /// Parts in lines that are set in, broken between parts where that is enough.
    fn paragraph(self, parts: &[String], indent: usize, tone: Tone) -> Vec<String> {
        let margin = " ".repeat(indent);
        wrap(parts, self.width - indent)
            .iter()
            .map(|line| margin.clone() + &self.paint(line, tone))
            .collect()
    }

    fn facts(self, facts: &[Fact]) -> Vec<String> {
        let names = facts.iter().map(|it| width_of(&it.name)).max().unwrap_or(0);
        let names = names.min(NAME_MAX).min(self.width / 3);
        let room = self.width - INDENT - names - layout::GAP;
        let mut lines = Vec::new();
        for fact in facts {
            let name = pad(&cut(&fact.name, names), names);
            for (at, line) in wrap(&parts_of(&fact.parts), room).iter().enumerate() {
                let left = if at == 0 { name.as_str() } else { "" };
                lines.push(format!(
                    "{:INDENT$}{}{:gap$}{}",
                    "",
                    pad(left, names),
                    "",
                    self.paint(line, fact.tone),
                    gap = layout::GAP,
                ));
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
                format!("{part} ·")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
