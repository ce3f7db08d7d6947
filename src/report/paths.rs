//! The paths that can be changed, as a table in every format.

use std::fmt::Write as _;

use serde::Serialize;

/// A value that can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathRow {
    /// Its path, as `set` and `--set` take it.
    pub path: String,
    /// What it is: `chance`, `delay`, `cost` …
    pub kind: String,
    /// What it is now, as a scenario would write it.
    pub value: String,
    /// Where it comes from.
    pub source: Option<String>,
}

const HEAD: [&str; 4] = ["path", "kind", "value", "source"];

impl PathRow {
    fn cells(&self) -> [&str; 4] {
        let source = self.source.as_deref().unwrap_or_default();
        [&self.path, &self.kind, &self.value, source]
    }
}

/// Aligned columns; the source only where there is one.
#[must_use]
pub fn text(rows: &[PathRow]) -> String {
    let table: Vec<[String; 4]> = std::iter::once(HEAD)
        .chain(rows.iter().map(PathRow::cells))
        .map(|cells| cells.map(on_one_line))
        .collect();
    let width = |column: usize| {
        let widths = table.iter().map(|it| it[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let (path_width, kind_width, value_width) = (width(0), width(1), width(2));
    let mut text = String::new();
    for [path, kind, value, source] in &table {
        let line =
            format!("{path:path_width$}  {kind:kind_width$}  {value:value_width$}  {source}");
        writeln!(text, "{}", line.trim_end()).expect("a string takes any text");
    }
    text
}

/// Comma-separated values with a header line (RFC 4180, lines ended by a line feed).
#[must_use]
pub fn csv(rows: &[PathRow]) -> String {
    let quoted = |cell: &str| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let lines = std::iter::once(HEAD).chain(rows.iter().map(PathRow::cells));
    lines
        .map(|cells| cells.map(quoted).join(",") + "\n")
        .collect()
}

/// A list of objects.
#[must_use]
pub fn json(rows: &[PathRow]) -> String {
    format!("{:#}\n", serde_json::json!(rows))
}

/// A Markdown table.
#[must_use]
pub fn markdown(rows: &[PathRow]) -> String {
    let line = |cells: [String; 4]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(HEAD.map(str::to_owned));
    text.push_str("| --- | --- | --- | --- |\n");
    for row in rows {
        let [path, kind, value, source] = row.cells().map(on_one_line);
        let plain = |text: &str| {
            text.replace('\\', "\\\\")
                .replace('|', "\\|")
                .replace('<', "&lt;")
        };
        let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
        text.push_str(&line([
            code(&path),
            plain(&kind),
            plain(&value),
            plain(&source),
        ]));
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
            source: source.map(str::to_owned),
        };
        vec![
            row("steps.visit.buy.chance", "chance", "7% to 9%", None),
            row(
                "values.seat",
                "value",
                "11 to 13",
                Some("venue | contract, \"signed\""),
            ),
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
path,kind,value,source
steps.visit.buy.chance,chance,7% to 9%,
values.seat,value,11 to 13,\"venue | contract, \"\"signed\"\"\"
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
            text.ends_with(
                "| `values.seat` | value | 11 to 13 | venue \\| contract, \"signed\" |\n"
            ),
            "{text}"
        );
    }
}
