//! Blocks of an outline as markup: tables with captions and heads that a screen reader can use.

use super::markup::{Ids, code, escaped, put};
use crate::report::outline::{Block, Cell, Column, Content, Fact, Grid, Row, Tone};

/// Longer tables are closed until somebody opens or prints them.
const ROWS_OPEN: usize = 40;
/// Shorter tables are not broken between pages.
const ROWS_UNBROKEN: usize = 16;
/// Below this there is nothing to sort.
const ROWS_SORTED: usize = 3;

/// A block of the section with this heading.
pub(super) fn block(block: &Block, heading: &str, ids: &mut Ids) -> String {
    match block {
        Block::Table(grid) => table(grid, heading, ids),
        Block::Facts(facts) => self::facts(facts),
        Block::Warnings(warnings) => {
            let items = warnings.iter().map(|it| format!("<li>{}</li>\n", code(it)));
            format!("<ul class=\"warnings\">\n{}</ul>\n", items.collect::<String>())
        }
        Block::Note(note) => format!("<p class=\"note\">{}</p>\n", code(note)),
    }
}

fn facts(facts: &[Fact]) -> String {
    let items = facts.iter().map(|fact| {
        let parts: Vec<String> = fact.parts.iter().map(|it| escaped(it)).collect();
        format!(
            "<div class=\"fact {}\"><dt>{}</dt><dd>{}</dd></div>\n",
            tone(fact.tone),
            escaped(&fact.name),
            parts.join(" · ")
        )
    });
    format!("<dl class=\"facts\">\n{}</dl>\n", items.collect::<String>())
}

/// The class of a tone.
fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Strong => "strong",
        Tone::Faint => "faint",
        Tone::Good => "good",
        Tone::Fair => "fair",
        Tone::Bad => "bad",
    }
}

/// A table that scrolls on its own where it is too wide.
pub(super) fn table(grid: &Grid, caption: &str, ids: &mut Ids) -> String {
    let id = ids.take(caption);
    let is_flat = grid.rows.iter().all(|it| matches!(it, Row::Cells(_) | Row::Total(_)));
    // Totals of different metrics have no common order.
    let has_unit = grid.columns.first().is_some_and(|it| !it.head.is_empty());
    let is_sorted = is_flat && has_unit && grid.rows.len() >= ROWS_SORTED;
    let sort = if is_sorted { " class=\"sortable\"" } else { "" };
    let short = if grid.rows.len() <= ROWS_UNBROKEN { " short" } else { "" };
    let table = format!(
        "<div class=\"scroll{short}\" role=\"group\" aria-labelledby=\"{id}\" tabindex=\"0\">\n<table{sort}>\n\
         <caption id=\"{id}\">{}</caption>\n{}{}</table>\n</div>\n",
        escaped(caption),
        head(grid),
        body(grid),
    );
    if grid.rows.len() > ROWS_OPEN {
        format!(
            "<details>\n<summary>{}: {} rows</summary>\n{table}</details>\n",
            escaped(caption),
            grid.rows.len()
        )
    } else {
        table
    }
}

fn head(grid: &Grid) -> String {
    let columns = &grid.columns;
    let has_bands = columns.iter().any(|it| it.band.is_some());
    let rows = if has_bands { " rowspan=\"2\"" } else { "" };
    let (mut upper, mut lower) = (String::new(), String::new());
    for band in columns.chunk_by(|one, other| one.band.is_some() && one.band == other.band) {
        match &band[0].band {
            Some(name) => {
                let count = band.len();
                let name = escaped(name);
                put!(
                    upper,
                    "<th scope=\"colgroup\" class=\"band\" colspan=\"{count}\">{name}</th>"
                );
                lower.extend(band.iter().map(|it| head_cell(it, "")));
            }
            None => upper.extend(band.iter().map(|it| head_cell(it, rows))),
        }
    }
    let lower = if has_bands {
        format!("<tr>{lower}</tr>\n")
    } else {
        String::new()
    };
    format!("<thead>\n<tr>{upper}</tr>\n{lower}</thead>\n")
}

fn head_cell(column: &Column, more: &str) -> String {
    let name = match (column.content, column.head.as_str()) {
        (Content::Bars, "") => "<span class=\"unseen\">bar</span>".to_owned(),
        // A corner is the head of nothing.
        (_, "") => return format!("<td{more}></td>"),
        (_, head) => escaped(head),
    };
    let unit = column
        .unit
        .as_ref()
        .map(|it| format!(" <span class=\"unit\">{}</span>", escaped(it)));
    format!(
        "<th scope=\"col\" class=\"{}\"{more}>{name}{}</th>",
        class(column.content),
        unit.unwrap_or_default()
    )
}

fn class(content: Content) -> &'static str {
    match content {
        Content::Words => "words",
        Content::Numbers => "number",
        Content::Bars => "bars",
    }
}

/// The rows, in groups where there are headings, totals in the foot.
fn body(grid: &Grid) -> String {
    let (mut body, mut foot) = (String::new(), String::new());
    for (at, row) in grid.rows.iter().enumerate() {
        match row {
            Row::Heading(text) => {
                if at > 0 {
                    body.push_str("</tbody>\n<tbody>\n");
                }
                let count = grid.columns.len();
                let text = escaped(text);
                put!(
                    body,
                    "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{count}\">{text}</th></tr>\n"
                );
            }
            Row::Cells(cells) => body.push_str(&line(grid, cells)),
            Row::Total(cells) => foot.push_str(&line(grid, cells)),
            Row::Gap => {
                let count = grid.columns.len();
                put!(
                    body,
                    "<tr class=\"gap\"><td colspan=\"{count}\">rows left out</td></tr>\n"
                );
            }
        }
    }
    if !foot.is_empty() {
        foot = format!("<tfoot>\n{foot}</tfoot>\n");
    }
    format!("<tbody>\n{body}</tbody>\n{foot}")
}

fn line(grid: &Grid, cells: &[Cell]) -> String {
    let cells = grid.columns.iter().zip(cells).enumerate().map(|(at, (column, cell))| {
        let mut classes = class(column.content).to_owned();
        if cell.tone != Tone::Plain {
            classes = format!("{classes} {}", tone(cell.tone));
        }
        let text = match column.content {
            Content::Bars => bar(cell.bar),
            Content::Words | Content::Numbers => escaped(&cell.text),
        };
        if at == 0 {
            format!("<th scope=\"row\" class=\"{classes}\">{text}</th>")
        } else {
            format!("<td class=\"{classes}\">{text}</td>")
        }
    });
    format!("<tr>{}</tr>\n", cells.collect::<String>())
}

/// A bar for those who see; the number stands beside it.
fn bar(length: f64) -> String {
    let percent = if length.is_finite() {
        (length * 100.0).clamp(0.0, 100.0)
    } else {
        0.0
    };
    format!("<span class=\"bar\" style=\"width:{percent:.1}%\"></span>")
}
