//! `graph`: the journey as a picture, or as text for Mermaid or Graphviz.

use std::path::Path;

use anyhow::Context as _;

use crate::cli::args::{Graph, GraphFormat};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Existing};
use crate::cli::scenario;
use crate::cli::terminal::Terminal;
use crate::report::{chart, graph};

/// Pixels of a picture for each pixel of its drawing: sharp on paper too.
const SCALE: f32 = 2.0;

pub(super) fn graph(args: &Graph, terminal: Terminal) -> Result<(), Failure> {
    let file = args.output.as_deref().filter(|it| it.as_os_str() != "-");
    let format = args.format.unwrap_or_else(|| meant(file));
    let journey = scenario::read(&args.scenario, terminal)?.journey_only()?;
    let drawing = graph::draw(&journey);
    let text = match format {
        GraphFormat::Dot => graph::dot(&drawing),
        GraphFormat::Svg => {
            graph::svg(&drawing).context("the graph is too large for a picture: try --format dot and Graphviz")?
        }
        GraphFormat::Mermaid => {
            let text = graph::mermaid(&drawing);
            if let Some(limit) = graph::beyond_mermaid(&drawing, &text) {
                terminal.remark(&limit);
            }
            text
        }
    };
    let Some(path) = file else {
        return Terminal::data(text.as_bytes());
    };
    let bytes = if format == GraphFormat::Svg && ending(path) == "png" {
        chart::png(&text, SCALE).with_context(|| format!("cannot draw {}", path.display()))?
    } else {
        text.into_bytes()
    };
    files::write(path, &bytes, Existing::Replace)?;
    terminal.remark(&format!("wrote {}", path.display()));
    Ok(())
}

/// The format that the name of the file stands for.
fn meant(file: Option<&Path>) -> GraphFormat {
    match file.map(ending).as_deref() {
        Some("svg" | "png") => GraphFormat::Svg,
        Some("dot" | "gv") => GraphFormat::Dot,
        _ => GraphFormat::Mermaid,
    }
}

/// What stands behind the last dot of a file's name, in small letters; nothing if there is none.
fn ending(path: &Path) -> String {
    let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
    ending.unwrap_or_default()
}
