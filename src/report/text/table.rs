//! A table in lines of a terminal.

use owo_colors::Style;

use super::layout::{GAP, Place, UNDER_HEADING, layout};
use super::words::{cut, pad, pad_left, width_of};
use super::{INDENT, Page};
use crate::report::bar::bar;
use crate::report::outline::{Cell, Content, Grid, Row, Tone};

pub(super) fn lines(page: Page, grid: &Grid) -> Vec<String> {
    let tables = layout(grid, page.width - INDENT);
    let mut lines = Vec::new();
    for (at, places) in tables.iter().enumerate() {
        if at > 0 {
            lines.push(String::new());
        }
        lines.extend(head(page, grid, places));
        for row in &grid.rows {
            lines.push(match row {
                Row::Cells(cells) | Row::Total(cells) => cells_line(page, grid, places, cells),
                Row::Heading(text) => {
                    let text = cut(text, page.width - INDENT);
                    " ".repeat(INDENT) + &page.paint(&text, Tone::Strong)
                }
                Row::Gap => line(places, |place| {
                    aligned(page, "⋮", Tone::Faint, grid.columns[place.column].content, place)
                }),
            });
        }
    }
    lines
}

/// The names of the bands, of the columns and their units, as far as there are any.
fn head(page: Page, grid: &Grid, places: &[Place]) -> Vec<String> {
    let mut lines = Vec::new();
    if places.iter().any(|it| grid.columns[it.column].band.is_some()) {
        lines.push(bands(page, grid, places));
    }
    let mut texts = |text: &dyn Fn(&Place) -> String| {
        if places.iter().any(|it| !text(it).is_empty()) {
            lines.push(line(places, |place| {
                let content = grid.columns[place.column].content;
                aligned(page, &text(place), Tone::Faint, content, place)
            }));
        }
    };
    texts(&|place| grid.columns[place.column].head.clone());
    texts(&|place| grid.columns[place.column].unit.clone().unwrap_or_default());
    lines
}

/// The name of each band with a rule over all of its columns.
fn bands(page: Page, grid: &Grid, places: &[Place]) -> String {
    let chunks = places.chunk_by(|one, other| grid.columns[one.column].band == grid.columns[other.column].band);
    let parts: Vec<String> = chunks
        .map(|band| {
            let width: usize = band.iter().map(|it| it.width).sum::<usize>() + GAP * (band.len() - 1);
            match &grid.columns[band[0].column].band {
                Some(name) => {
                    let name = cut(name, width);
                    let rule = width.saturating_sub(width_of(&name) + 1);
                    let rule = if rule == 0 {
                        pad("", width - width_of(&name))
                    } else {
                        format!(" {}", "─".repeat(rule))
                    };
                    page.paint(&(name + &rule), Tone::Faint)
                }
                None => " ".repeat(width),
            }
        })
        .collect();
    " ".repeat(INDENT) + &parts.join(&" ".repeat(GAP))
}

fn cells_line(page: Page, grid: &Grid, places: &[Place], cells: &[Cell]) -> String {
    let has_headings = grid.rows.iter().any(|it| matches!(it, Row::Heading(_)));
    line(places, |place| {
        let content = grid.columns[place.column].content;
        let Some(cell) = cells.get(place.column) else {
            return " ".repeat(place.width);
        };
        match content {
            Content::Bars => {
                let bar = bar(cell.bar, place.width);
                let space = " ".repeat(place.width - width_of(&bar));
                page.styled(&bar, Style::new().cyan()) + &space
            }
            Content::Words if place.column == 0 && has_headings => {
                let text = " ".repeat(UNDER_HEADING) + &cell.text;
                aligned(page, &text, cell.tone, content, place)
            }
            Content::Words | Content::Numbers => aligned(page, &cell.text, cell.tone, content, place),
        }
    })
}

fn line(places: &[Place], text: impl Fn(&Place) -> String) -> String {
    let cells: Vec<String> = places.iter().map(text).collect();
    " ".repeat(INDENT) + &cells.join(&" ".repeat(GAP))
}

/// Painted text padded to its place; the padding is not painted, so that lines can be trimmed.
fn aligned(page: Page, text: &str, tone: Tone, content: Content, place: &Place) -> String {
    let text = cut(text, place.width);
    let space = match content {
        Content::Words | Content::Bars => pad(&text, place.width),
        Content::Numbers => pad_left(&text, place.width),
    };
    let space = " ".repeat(width_of(&space) - width_of(&text));
    let text = page.paint(&text, tone);
    match content {
        Content::Words | Content::Bars => text + &space,
        Content::Numbers => space + &text,
    }
}
