//! The graph in the notation of Graphviz.

use std::fmt::Write as _;

use super::{Drawing, Node, Shape, wrapped};

const HEAD: &str = r##"    graph [rankdir=TB, nodesep=0.35, ranksep=0.55, fontname="Helvetica,Arial,sans-serif", fontsize=13, labelloc=t, labeljust=l]
    node [shape=box, style="rounded,filled", fillcolor="white", color="#555555", fontname="Helvetica,Arial,sans-serif", fontsize=12]
    edge [color="#555555", fontname="Helvetica,Arial,sans-serif", fontsize=10, arrowsize=0.7]
"##;

/// The drawing as a Graphviz digraph, for `dot`.
#[must_use]
pub fn dot(drawing: &Drawing) -> String {
    let title = quoted(std::slice::from_ref(&drawing.title));
    let mut text = format!("digraph {title} {{\n{HEAD}    label={title}\n");
    for at in (0..drawing.nodes.len()).filter(|at| drawing.nodes[*at].group.is_none()) {
        line(&mut text, 1, &node(at, &drawing.nodes[at]));
    }
    for (group, title) in drawing.groups.iter().enumerate() {
        let inside = (0..drawing.nodes.len()).filter(|at| drawing.nodes[*at].group == Some(group));
        let nodes: Vec<String> = inside.map(|at| node(at, &drawing.nodes[at])).collect();
        if !nodes.is_empty() {
            line(&mut text, 1, &format!("subgraph cluster_{group} {{"));
            let title = quoted(std::slice::from_ref(title));
            let look = "style=\"rounded,filled\", color=\"#cccccc\", fillcolor=\"#fafafa\"";
            line(&mut text, 2, &format!("graph [label={title}, {look}]"));
            for node in &nodes {
                line(&mut text, 2, node);
            }
            line(&mut text, 1, "}");
        }
    }
    for arrow in &drawing.arrows {
        let mut look = Vec::new();
        if arrow.lines.iter().any(|it| !it.is_empty()) {
            // Graphviz puts labels right at the line.
            let apart: Vec<String> = wrapped(&arrow.lines).iter().map(|it| format!(" {it} ")).collect();
            look.push(format!("label={}", joined(&apart)));
        }
        if arrow.dashed {
            look.push("style=dashed".to_owned());
        }
        // Graphviz puts the end of an arrow below its beginning: a way back to an earlier stage is
        // turned round, and its head with it, so that stages stay in their order.
        let groups = (drawing.nodes[arrow.from].group, drawing.nodes[arrow.to].group);
        let is_back = matches!(groups, (Some(from), Some(to)) if from > to);
        if is_back {
            look.push("dir=back".to_owned());
        }
        let look = if look.is_empty() {
            String::new()
        } else {
            format!(" [{}]", look.join(", "))
        };
        let (upper, lower) = if is_back {
            (arrow.to, arrow.from)
        } else {
            (arrow.from, arrow.to)
        };
        line(&mut text, 1, &format!("n{upper} -> n{lower}{look}"));
    }
    text.push_str("}\n");
    text
}

fn node(at: usize, node: &Node) -> String {
    let shape = match node.shape {
        Shape::Arrivals => ", shape=parallelogram, style=filled",
        Shape::Step => "",
        Shape::Rules => ", shape=hexagon, style=filled",
        Shape::Converted | Shape::Left | Shape::Other => ", shape=ellipse, style=filled",
    };
    let coloured = Shape::COLOURED.iter().find(|it| it.0 == node.shape);
    let colours = coloured.map_or(String::new(), |(_, _, fill, stroke)| {
        format!(", fillcolor=\"{fill}\", color=\"{stroke}\"")
    });
    format!("n{at} [label={}{shape}{colours}]", quoted(&node.lines))
}

fn line(text: &mut String, depth: usize, content: &str) {
    writeln!(text, "{:1$}{content}", "", 4 * depth).expect("a string takes any text");
}

/// A quoted string of lines that are not too long.
fn quoted(lines: &[String]) -> String {
    joined(&wrapped(lines))
}

/// A quoted string; backslashes would be escapes and quotes its end.
fn joined(lines: &[String]) -> String {
    let escape = |it: &String| it.replace('\\', "\\\\").replace('"', "\\\"");
    let lines: Vec<String> = lines.iter().map(escape).collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_digraph_has_nodes_clusters_and_arrows() {
        let text = dot(&example());
        for expected in [
            "digraph \"A \\\"farm\\\" shop\" {",
            "    n0 [label=\"search\", shape=parallelogram, style=filled, fillcolor=\"#e8eef7\", color=\"#4a6fa5\"]",
            "    subgraph cluster_0 {",
            "        n1 [label=\"Reads the \\\"sign\\\" <b>\"]",
            "        n2 [label=\"1. Decides \\\\ 50%\", shape=hexagon, style=filled]",
            "    n0 -> n1 [label=\" 20,000 \", style=dashed]",
            "    n1 -> n2 [label=\" 4 to 6 % \\n 1 to 6 days \"]",
            "    n1 -> n4",
        ] {
            assert!(text.lines().any(|it| it == expected), "{expected}\n{text}");
        }
        assert!(!text.contains("Unused"));
    }

    #[test]
    fn a_way_back_to_an_earlier_stage_keeps_the_stages_in_order() {
        let mut drawing = example();
        drawing.nodes[3].group = Some(1);
        drawing.arrows[4].from = 3;
        drawing.arrows[4].to = 2;
        drawing.arrows[4].lines = vec!["again".to_owned()];
        assert!(dot(&drawing).contains("    n2 -> n3 [label=\" again \", dir=back]\n"));
    }
}
