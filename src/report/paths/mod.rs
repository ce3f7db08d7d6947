//! The paths that can be changed, as a table in every format.

mod rows;

use std::fmt::Write as _;

use serde::Serialize;

pub use rows::rows;
pub(crate) use rows::when;

/// A value that can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PathRow {
    /// Its path, as `set` and `--set` take it.
    pub path: String,
    /// What it is: `chance`, `delay`, `money` …
    pub kind: String,
    /// What it is, as a scenario would write it.
    pub value: String,
    /// What variants, `--set` and calendar entries do to it, in the order they apply.
    pub changes: Vec<String>,
    /// Where it comes from.
    pub source: Option<String>,
}

const HEAD: [&str; COLUMNS] = ["path", "kind", "value", "changes", "source"];
const COLUMNS: usize = 5;

impl PathRow {
    fn cells(&self) -> [String; COLUMNS] {
        let source = self.source.clone().unwrap_or_default();
        let changes = self.changes.join("; ");
        [&self.path, &self.kind, &self.value, &changes, &source].map(String::clone)
    }
}

/// Header and rows, without the columns in which nothing stands.
fn table(rows: &[PathRow]) -> Vec<Vec<String>> {
    let cells: Vec<[String; COLUMNS]> = rows.iter().map(PathRow::cells).collect();
    let is_used = |column: &usize| *column < 3 || cells.iter().any(|it| !it[*column].is_empty());
    let columns: Vec<usize> = (0..COLUMNS).filter(is_used).collect();
    let head = HEAD.map(str::to_owned);
    let lines = std::iter::once(&head).chain(&cells);
    let picked = |line: &[String; COLUMNS]| columns.iter().map(|at| on_one_line(&line[*at])).collect();
    lines.map(picked).collect()
}

/// Wider cells, but for paths, do not push the columns beside them away.
const WIDTH_MAX: usize = 44;

/// Aligned columns.
#[must_use]
pub fn text(rows: &[PathRow]) -> String {
    let table = table(rows);
    let width = |column: usize| {
        let widths = table.iter().map(|it| it[column].chars().count());
        widths.filter(|it| column == 0 || *it <= WIDTH_MAX).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table[0].len()).map(width).collect();
    let mut text = String::new();
    for line in &table {
        let mut shown = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            write!(shown, "{cell:width$}  ").expect("a string takes any text");
        }
        writeln!(text, "{}", shown.trim_end()).expect("a string takes any text");
    }
    text
}

/// Comma-separated values with a header line (RFC 4180, lines ended by a line feed).
#[must_use]
pub fn csv(rows: &[PathRow]) -> String {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let head = HEAD.map(str::to_owned);
    let lines = std::iter::once(head).chain(rows.iter().map(PathRow::cells));
    let line = |cells: [String; COLUMNS]| cells.each_ref().map(quoted).join(",") + "\n";
    lines.map(line).collect()
}

/// A list of objects.
#[must_use]
pub fn json(rows: &[PathRow]) -> String {
    format!("{:#}\n", serde_json::json!(rows))
}

/// A Markdown table.
#[must_use]
pub fn markdown(rows: &[PathRow]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let table = table(rows);
    let mut text = line(&table[0]);
    text.push_str(&line(&vec!["---".to_owned(); table[0].len()]));
    for cells in &table[1..] {
        let plain = |text: &String| text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
        let mut cells: Vec<String> = cells.iter().map(plain).collect();
        cells[0] = format!("`{}`", cells[0]);
        text.push_str(&line(&cells));
    }
    text
}

fn on_one_line(cell: &str) -> String {
    cell.replace(|it: char| it.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<PathRow> {
        let row = |path: &str, kind: &str, value: &str, source: Option<&str>| PathRow {
            path: path.to_owned(),
            kind: kind.to_owned(),
            value: value.to_owned(),
            changes: Vec::new(),
            source: source.map(str::to_owned),
        };
        vec![
            row("steps.visit.buy.chance", "chance", "7% to 9%", None),
            row("values.seat", "value", "11 to 13", Some("venue | contract, \"signed\"")),
        ]
    }

    #[test]
    fn columns_are_aligned() {
        let expected = "\
path                    kind    value     source
steps.visit.buy.chance  chance  7% to 9%
values.seat             value   11 to 13  venue | contract, \"signed\"
";
        assert_eq!(text(&rows()), expected);
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let expected = "\
path,kind,value,changes,source
steps.visit.buy.chance,chance,7% to 9%,,
values.seat,value,11 to 13,,\"venue | contract, \"\"signed\"\"\"
";
        assert_eq!(csv(&rows()), expected);
    }

    #[test]
    fn json_says_null_where_there_is_no_source() {
        let value: serde_json::Value = serde_json::from_str(&json(&rows())).expect("it is JSON");
        assert_eq!(value[0]["path"], "steps.visit.buy.chance");
        assert!(value[0]["source"].is_null());
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        let text = markdown(&rows());
        assert!(
            text.ends_with("| `values.seat` | value | 11 to 13 | venue \\| contract, \"signed\" |\n"),
            "{text}"
        );
    }
}
