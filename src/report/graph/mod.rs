//! The journey as a graph: drawn, or in the notations of Mermaid and Graphviz.

mod dot;
mod draw;
mod mermaid;
mod svg;

pub use dot::dot;
pub use draw::{beyond_mermaid, draw};
pub use mermaid::mermaid;
pub use svg::svg;

/// What is drawn, apart from the notation: texts are plain, positions count from 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// What it shows.
    pub title: String,
    /// The stages, in the order of the funnel.
    pub groups: Vec<String>,
    /// Arrival streams and steps, in the order of the file.
    pub nodes: Vec<Node>,
    /// Arrivals and branches, in the order of the file.
    pub arrows: Vec<Arrow>,
}

/// A step, or an arrival stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its text, line by line.
    pub lines: Vec<String>,
    /// The group it is in.
    pub group: Option<usize>,
    /// What it looks like.
    pub shape: Shape,
}

/// What a node stands for, and hence looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Customers who arrive.
    Arrivals,
    /// A step that chance leads on from, or that has one way on.
    Step,
    /// A step that rules lead on from.
    Rules,
    /// The customer has what we wanted.
    Converted,
    /// The customer leaves.
    Left,
    /// Another end.
    Other,
}

impl Shape {
    /// Those that are coloured, with a name, the colour inside and the colour of the line.
    const COLOURED: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::Arrivals, "arrivals", "#e8eef7", "#4a6fa5"),
        (Self::Converted, "converted", "#dcefe0", "#2e7d46"),
        (Self::Left, "left", "#f6e3df", "#b0523e"),
        (Self::Other, "other", "#eeeeee", "#777777"),
    ];
}

/// A way from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Its text, line by line.
    pub lines: Vec<String>,
    /// Whether it shows arrivals rather than a branch.
    pub dashed: bool,
}

/// Lines longer than this are broken between words: Mermaid breaks lines of 200 pixels itself.
const LINE_MAX: usize = 24;

/// The lines with long ones broken between words, and without characters that cannot be shown.
fn wrapped(lines: &[String]) -> Vec<String> {
    let mut wrapped = Vec::new();
    for line in lines {
        let mut now = String::new();
        for word in line.split(|it: char| it.is_whitespace() || it.is_control()) {
            let length = now.chars().count() + 1 + word.chars().count();
            if !now.is_empty() && length > LINE_MAX {
                wrapped.push(std::mem::take(&mut now));
            } else if !now.is_empty() {
                now.push(' ');
            }
            now.push_str(word);
        }
        wrapped.push(now);
    }
    wrapped
}

#[cfg(test)]
pub(super) fn example() -> Drawing {
    let node = |text: &str, group, shape| Node {
        lines: vec![text.to_owned()],
        group,
        shape,
    };
    let arrow = |from, to, text: &str| Arrow {
        from,
        to,
        lines: text.lines().map(str::to_owned).collect(),
        dashed: from == 0,
    };
    Drawing {
        title: "A \"farm\" shop".to_owned(),
        groups: vec!["Look & see".to_owned(), "Unused".to_owned()],
        nodes: vec![
            node("search", None, Shape::Arrivals),
            node("Reads the \"sign\" <b>", Some(0), Shape::Step),
            node("1. Decides \\ 50%", Some(0), Shape::Rules),
            node("buys", None, Shape::Converted),
            node("drives_on", None, Shape::Left),
        ],
        arrows: vec![
            arrow(0, 1, "20,000"),
            arrow(1, 2, "4 to 6 %\n1 to 6 days"),
            arrow(1, 1, "again"),
            arrow(1, 4, ""),
            arrow(2, 3, "visits.sign >= 3 and segment == 'enterprise'"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let lines = [
            "visits.webinar >= 3 and segment == 'enterprise'".to_owned(),
            "x".repeat(50),
        ];
        let wrapped = wrapped(&lines);
        assert_eq!(wrapped[0], "visits.webinar >= 3 and");
        assert_eq!(wrapped[1], "segment == 'enterprise'");
        assert_eq!(wrapped[2].len(), 50);
    }

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(wrapped(&["a\nb\u{0}c".to_owned()]), ["a b c"]);
    }
}
