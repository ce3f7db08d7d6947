//! `graph`: the journey as text for Mermaid or Graphviz.

use crate::cli::args::{Graph, GraphFormat};
use crate::cli::failure::Failure;
use crate::cli::scenario;
use crate::cli::terminal::Terminal;
use crate::report::graph;

pub(super) fn graph(args: &Graph, terminal: Terminal) -> Result<(), Failure> {
    let journey = scenario::read(&args.scenario, terminal)?.journey_only()?;
    let drawing = graph::draw(&journey);
    let text = match args.format {
        GraphFormat::Dot => graph::dot(&drawing),
        GraphFormat::Mermaid => {
            let text = graph::mermaid(&drawing);
            if let Some(limit) = graph::beyond_mermaid(&drawing, &text) {
                terminal.remark(&limit);
            }
            text
        }
    };
    Terminal::data(text.as_bytes())
}
