//! GitHub-flavoured Markdown: what the terminal shows, ready to paste.

use super::bar::bar;
use super::outline::{self, Block, Content, Fact, Grid, Outline, Row, Tone};
use crate::forecast::Forecast;

/// The longest bar.
const BAR: usize = 12;

/// The report of a forecast, as `--format markdown` prints it.
#[must_use]
pub fn render(forecast: &Forecast) -> String {
    render_outline(&outline::of_forecast(forecast))
}

/// Any outline as Markdown, ending with a newline.
#[must_use]
pub fn render_outline(outline: &Outline) -> String {
    let mut blocks = vec![format!("# {}", escaped(&outline.title))];
    let subtitle: Vec<String> = outline
        .subtitle
        .iter()
        .map(|parts| escaped_line(&parts.join(" · ")))
        .collect();
    blocks.push(subtitle.join("  \n"));
    blocks.extend(outline.alerts.iter().map(|it| format!("**{}**", escaped(it))));
    for section in &outline.sections {
        blocks.push(format!("## {}", escaped(&section.heading)));
        blocks.extend(section.blocks.iter().map(block));
    }
    blocks.retain(|it| !it.is_empty());
    blocks.join("\n\n") + "\n"
}

fn block(block: &Block) -> String {
    match block {
        Block::Table(grid) => table(grid),
        Block::Facts(facts) => facts.iter().map(fact).collect::<Vec<String>>().join("\n"),
        Block::Warnings(warnings) => list(warnings.iter().map(|it| noted(it))),
        Block::Note(note) => noted(note),
    }
}

/// A fact as an item of a list; one without a name goes on about the one before.
fn fact(fact: &Fact) -> String {
    let parts = fact.parts.join(" · ");
    match fact.name.as_str() {
        "" => format!("  - {}", escaped_line(&parts)),
        name => format!("- **{}** {}", escaped(name), escaped(&parts)),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.map(|it| format!("- {it}")).collect::<Vec<_>>().join("\n")
}

fn table(grid: &Grid) -> String {
    let heads = grid.columns.iter().map(|column| {
        let head = match &column.band {
            Some(band) => format!("{band}: {}", column.head),
            None => column.head.clone(),
        };
        escaped(&match &column.unit {
            Some(unit) => format!("{head} ({unit})"),
            None => head,
        })
    });
    let rules = grid.columns.iter().map(|column| match column.content {
        Content::Words | Content::Bars => ":--".to_owned(),
        Content::Numbers => "--:".to_owned(),
    });
    let mut lines = vec![row(heads), row(rules)];
    lines.extend(grid.rows.iter().map(|it| row(cells(grid, it).into_iter())));
    lines.join("\n")
}

fn row(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn cells(grid: &Grid, row: &Row) -> Vec<String> {
    match row {
        Row::Cells(cells) | Row::Total(cells) => grid
            .columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| match column.content {
                Content::Bars => bar(cell.bar, BAR),
                Content::Words | Content::Numbers => {
                    let text = escaped(&cell.text);
                    if cell.tone == Tone::Strong && !text.is_empty() {
                        format!("**{text}**")
                    } else {
                        text
                    }
                }
            })
            .collect(),
        Row::Heading(text) => {
            let mut cells = vec![String::new(); grid.columns.len()];
            if let Some(first) = cells.first_mut() {
                *first = format!("**{}**", escaped(text));
            }
            cells
        }
        Row::Gap => vec!["⋮".to_owned(); grid.columns.len()],
    }
}

/// A note or warning of our own: names in backticks become code.
fn noted(note: &str) -> String {
    if !note.matches('`').count().is_multiple_of(2) {
        return escaped_line(note);
    }
    let parts: Vec<String> = note
        .split('`')
        .enumerate()
        .map(|(at, part)| {
            if at % 2 == 0 {
                escaped(part)
            } else {
                format!("`{part}`")
            }
        })
        .collect();
    line_start(parts.concat())
}

/// Text at the beginning of a line, where more would mean something.
fn escaped_line(text: &str) -> String {
    line_start(escaped(text))
}

fn line_start(text: String) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if text.starts_with(['-', '+', '#', '>', '=']) {
        format!("\\{text}")
    } else if digits > 0 && text[digits..].starts_with(['.', ')']) {
        format!("{}\\{}", &text[..digits], &text[digits..])
    } else {
        text
    }
}

/// Text whose characters mean themselves; an underscore inside a word does so anyway.
fn escaped(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let inside_word = |at: usize| {
        let is_word = |at: Option<usize>| {
            at.and_then(|at| characters.get(at))
                .is_some_and(|it| it.is_alphanumeric())
        };
        is_word(at.checked_sub(1)) && is_word(Some(at + 1))
    };
    let mut escaped = String::new();
    for (at, &character) in characters.iter().enumerate() {
        let spaced = character == '<' && characters.get(at + 1) == Some(&' ');
        match character {
            '&' => escaped.push_str("&amp;"),
            '\\' | '|' | '*' | '`' | '[' | ']' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' if !spaced => escaped.push_str("&lt;"),
            '_' if !inside_word(at) => escaped.push_str("\\_"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn check(forecast: &Forecast) -> String {
        let text = render(forecast);
        let mut columns = None;
        for line in text.lines() {
            // Every row of a table has as many cells as the one above it.
            let cells = line.replace("\\|", "").matches('|').count();
            if line.starts_with('|') {
                assert_eq!(*columns.get_or_insert(cells), cells, "{line}");
            } else {
                assert_eq!(cells, 0, "{line}");
                columns = None;
            }
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
        assert!(text.ends_with('\n') && !text.contains("\n\n\n"), "{text}");
        text
    }

    #[test]
    fn a_year_reads_well() {
        insta::assert_snapshot!(check(&fixture::saas()));
    }

    #[test]
    fn every_table_is_a_table() {
        check(&fixture::nobody());
        check(&fixture::huge(1e14));
        let text = check(&fixture::long_names());
        assert!(text.contains("\\| \\*店舗\\* \\[31m&lt;b>"), "{text}");
    }

    #[test]
    fn characters_mean_themselves() {
        for (text, meant) in [
            ("a|b", "a\\|b"),
            ("open_rate", "open_rate"),
            ("_rate_", "\\_rate\\_"),
            ("$5 & up", "\\$5 &amp; up"),
            ("< 0.1 %", "< 0.1 %"),
            ("- 1", "\\- 1"),
            ("2. x", "2\\. x"),
        ] {
            assert_eq!(escaped_line(text), meant);
        }
        assert_eq!(noted("`won` is *it*"), "`won` is \\*it\\*");
        assert_eq!(noted("- a`b"), "\\- a\\`b");
    }

    #[test]
    fn the_terminal_says_nothing_else() {
        let outline = outline::of_forecast(&fixture::saas());
        let markdown = render_outline(&outline);
        for section in &outline.sections {
            assert!(markdown.contains(&format!("## {}", section.heading)));
        }
    }
}
