//! The graph in the notation of Mermaid.

use std::fmt::Write as _;

use super::{Drawing, Node, Shape, wrapped};

/// The drawing as a Mermaid flowchart.
#[must_use]
pub fn mermaid(drawing: &Drawing) -> String {
    let mut text = format!("%% {}\nflowchart TD\n", comment(&drawing.title));
    for at in (0..drawing.nodes.len()).filter(|at| drawing.nodes[*at].group.is_none()) {
        line(&mut text, 1, &node(at, &drawing.nodes[at]));
    }
    for (group, title) in drawing.groups.iter().enumerate() {
        let inside = (0..drawing.nodes.len()).filter(|at| drawing.nodes[*at].group == Some(group));
        let nodes: Vec<String> = inside.map(|at| node(at, &drawing.nodes[at])).collect();
        if !nodes.is_empty() {
            let title = quoted(std::slice::from_ref(title));
            line(&mut text, 1, &format!("subgraph g{group} [{title}]"));
            for node in &nodes {
                line(&mut text, 2, node);
            }
            line(&mut text, 1, "end");
        }
    }
    for arrow in &drawing.arrows {
        let shaft = if arrow.dashed { "-.->" } else { "-->" };
        let label = match quoted(&arrow.lines).as_str() {
            "\"\"" => String::new(),
            label => format!("|{label}|"),
        };
        line(&mut text, 1, &format!("n{} {shaft}{label} n{}", arrow.from, arrow.to));
    }
    for (shape, name, fill, stroke) in Shape::COLOURED {
        let with = drawing.nodes.iter().enumerate().filter(|(_, it)| it.shape == shape);
        let ids: Vec<String> = with.map(|(at, _)| format!("n{at}")).collect();
        if !ids.is_empty() {
            line(
                &mut text,
                1,
                &format!("classDef {name} fill:{fill},stroke:{stroke},color:#222222"),
            );
            line(&mut text, 1, &format!("class {} {name}", ids.join(",")));
        }
    }
    text
}

fn node(at: usize, node: &Node) -> String {
    let label = quoted(&node.lines);
    let (open, close) = match node.shape {
        Shape::Arrivals => ("[/", "/]"),
        Shape::Step => ("[", "]"),
        Shape::Rules => ("{{", "}}"),
        Shape::Converted | Shape::Left | Shape::Other => ("([", "])"),
    };
    format!("n{at}{open}{label}{close}")
}

fn line(text: &mut String, depth: usize, content: &str) {
    writeln!(text, "{:1$}{content}", "", 4 * depth).expect("a string takes any text");
}

fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = wrapped(lines).iter().map(|it| escaped(it)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

/// The text with everything that Mermaid, Markdown or HTML would read as a sign of their own as
/// an entity: Mermaid writes them `#35;`.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(it) = rest.next() {
        let is_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        let after = rest.peek().copied();
        let plain = match it {
            // A sign at the beginning, or a number with a full stop, would make a list.
            '-' | '+' => before.is_some(),
            '.' | '_' => is_word(before) && is_word(after),
            '%' => before != Some('%') && !matches!(after, Some('%' | '{')),
            _ => !it.is_ascii() || it.is_alphanumeric() || " ,'=()/!?".contains(it),
        };
        if plain {
            escaped.push(it);
        } else {
            write!(escaped, "#{};", u32::from(it)).expect("a string takes any text");
        }
        before = Some(it);
    }
    escaped
}

/// The text without what would make a comment a directive or end it.
fn comment(text: &str) -> String {
    let kept = |it: char| {
        if it.is_control() || "{}%".contains(it) { ' ' } else { it }
    };
    text.chars().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_flowchart_has_nodes_groups_arrows_and_colours() {
        assert_eq!(
            mermaid(&example()),
            r#"%% A "farm" shop
flowchart TD
    n0[/"search"/]
    n3(["buys"])
    n4(["drives_on"])
    subgraph g0 ["Look #38; see"]
        n1["Reads the #34;sign#34; #60;b#62;"]
        n2{{"1#46; Decides #92; 50%"}}
    end
    n0 -.->|"20,000"| n1
    n1 -->|"4 to 6 %<br/>1 to 6 days"| n2
    n1 -->|"again"| n1
    n1 --> n4
    n2 -->|"visits.sign #62;= 3 and<br/>segment == 'enterprise'"| n3
    classDef arrivals fill:#e8eef7,stroke:#4a6fa5,color:#222222
    class n0 arrivals
    classDef converted fill:#dcefe0,stroke:#2e7d46,color:#222222
    class n3 converted
    classDef left fill:#f6e3df,stroke:#b0523e,color:#222222
    class n4 left
"#
        );
    }

    #[test]
    fn no_name_can_leave_its_quotes() {
        for name in [
            "\"]; end",
            "%%{init: {}}%%",
            "`**x**`",
            "#quot;",
            "a|b",
            "x\u{2028}y",
            "- x",
        ] {
            let label = quoted(&[name.to_owned()]);
            let inside = &label[1..label.len() - 1];
            assert!(!inside.contains(['"', '`', '|', '*', '{', '[', ']', '<']), "{label}");
            assert!(!inside.contains("%%"), "{label}");
            assert!(!inside.starts_with('-'), "{label}");
        }
    }

    #[test]
    fn a_title_stays_a_comment() {
        assert_eq!(comment("a\nflowchart %%{init: {}}%%"), "a flowchart    init:      ");
    }
}
