//! Names of nodes with their customers: beside a node, or under a row of them.

use crate::report::chart::canvas::{Point, Rect};
use crate::report::chart::number;
use crate::report::chart::text::{self, Font};

use super::graph::Role;
use super::plan::Task;
use super::words;

/// Lines that the title of a node may take.
const LINES_MAX: usize = 4;
/// Lines of labels under a row.
const LEVELS_MAX: usize = 24;

/// A line of words with the left end of its baseline.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) at: Point,
    pub(super) words: String,
    pub(super) font: Font,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    pub(super) node: usize,
    pub(super) lines: Vec<Line>,
    /// From the node to words that are not beside it.
    pub(super) leader: Option<[Point; 2]>,
}

/// A label without a place.
pub(super) struct Block {
    pub(super) node: usize,
    pub(super) height: f64,
    lines: Vec<(String, Font)>,
}

fn title_font(task: &Task<'_>) -> Font {
    Font::bold(task.label_font().size)
}

/// Customers in words, of those who end here with their share of all who come in.
fn count(task: &Task<'_>, node: usize) -> String {
    let node = &task.graph.nodes[node];
    let all = task.graph.entered;
    let count = words::count(node.customers);
    match node.role {
        Role::End(_) if all > 0.0 => format!("{count} ({})", number::share(node.customers / all)),
        _ => count,
    }
}

/// How wide a label is on two lines.
pub(super) fn natural_width(task: &Task<'_>, node: usize) -> f64 {
    let title = text::width(&task.graph.nodes[node].title, title_font(task));
    title.max(text::width(&count(task, node), task.label_font())) + 1.0
}

pub(super) fn block(task: &Task<'_>, node: usize, width: f64) -> Block {
    let (title, small) = (title_font(task), task.label_font());
    let mut lines: Vec<(String, Font)> = text::wrap(&task.graph.nodes[node].title, title, width, LINES_MAX)
        .lines
        .into_iter()
        .map(|it| (it, title))
        .collect();
    let count = text::wrap(&count(task, node), small, width, 2);
    lines.extend(count.lines.into_iter().map(|it| (it, small)));
    Block {
        node,
        height: lines.len() as f64 * pitch(task.label_font()),
        lines,
    }
}

/// Lines of a label are closer than those of a paragraph.
fn pitch(font: Font) -> f64 {
    1.18 * font.size
}

impl Block {
    /// The label with the middle of its left edge there.
    pub(super) fn at(&self, (left, middle): Point) -> Label {
        let top = middle - self.height / 2.0;
        let line = |(at, (words, font)): (usize, &(String, Font))| Line {
            at: (left, top + at as f64 * pitch(*font) + 0.95 * font.size),
            words: words.clone(),
            font: *font,
        };
        Label {
            node: self.node,
            lines: self.lines.iter().enumerate().map(line).collect(),
            leader: None,
        }
    }
}

/// What a label under a row says, and how wide that is.
struct Words {
    node: usize,
    /// Of the node.
    middle: f64,
    /// Whether the node is as wide.
    is_covered: bool,
    title: String,
    count: String,
    width: f64,
}

/// A node of a row.
pub(super) struct Mark {
    pub(super) node: usize,
    pub(super) middle: f64,
    pub(super) width: f64,
}

/// Labels under the row of nodes that `marks` has, the top of the first line at `top`;
/// and how high they are together. Who finds no room has none.
pub(super) fn row(task: &Task<'_>, marks: &[Mark], top: f64) -> (Vec<Label>, f64) {
    let small = task.label_font();
    let between = 5.0 * task.sizes.scale;
    let mut words: Vec<Words> = marks
        .iter()
        .map(|mark| {
            let count = count(task, mark.node);
            let count_width = text::width(&count, small);
            let room = (task.width - between - count_width).max(0.4 * task.width);
            let title = text::shorten(&task.graph.nodes[mark.node].title, title_font(task), room);
            let title_width = text::width(&title, title_font(task));
            let width = title_width + between + count_width;
            Words {
                node: mark.node,
                middle: mark.middle,
                is_covered: width <= mark.width,
                title,
                count,
                width,
            }
        })
        .collect();
    // Under the nodes, large ones first; or else in steps towards the middle, which needs more lines.
    let customers = |it: &Words| task.graph.nodes[it.node].customers;
    words.sort_by(|one, two| customers(two).total_cmp(&customers(one)));
    let under = stacked(task, &words, top, false);
    if under.0.len() == words.len() {
        return under;
    }
    let center = task.width / 2.0;
    let out = |it: &Words| (it.middle - center).abs();
    words.sort_by(|one, two| (two.is_covered.cmp(&one.is_covered)).then(out(one).total_cmp(&out(two))));
    let steps = stacked(task, &words, top, true);
    if steps.0.len() > under.0.len() { steps } else { under }
}

/// Labels one after the other, each in the first line that has room for it.
fn stacked(task: &Task<'_>, words: &[Words], top: f64, in_steps: bool) -> (Vec<Label>, f64) {
    let (small, scale) = (task.label_font(), task.sizes.scale);
    let pitch = 1.25 * small.size;
    let mut taken: Vec<Rect> = Vec::new();
    let mut labels = Vec::new();
    let mut height = 0.0f64;
    for label in words {
        let (middle, width) = (label.middle, label.width);
        let (rightwards, leftwards) = (middle - 2.0 * scale, middle + 2.0 * scale - width);
        let lefts = match (in_steps && !label.is_covered, middle < task.width / 2.0) {
            (false, _) => vec![middle - width / 2.0, rightwards, leftwards],
            (true, true) => vec![rightwards],
            (true, false) => vec![leftwards],
        };
        let found = (0..LEVELS_MAX).find_map(|level| {
            let upper = top + level as f64 * pitch;
            let leader = Rect {
                left: middle - 1.0,
                right: middle + 1.0,
                top,
                bottom: upper,
            };
            if taken.iter().any(|it| it.meets(leader)) {
                return None;
            }
            lefts
                .iter()
                .map(|left| left.clamp(0.0, (task.width - width).max(0.0)))
                .map(|left| Rect {
                    left: left - 2.0 * scale,
                    right: left + width + 2.0 * scale,
                    top: upper,
                    bottom: upper + pitch,
                })
                .find(|place| !taken.iter().any(|it| it.meets(*place)))
                .map(|place| (place, leader))
        });
        let Some((place, leader)) = found else { continue };
        height = height.max(place.bottom - top);
        taken.push(place);
        let baseline = place.top + 0.95 * small.size;
        let left = place.left + 2.0 * scale;
        let line = |at: f64, words: &str, font: Font| Line {
            at: (at, baseline),
            words: words.to_owned(),
            font,
        };
        let has_leader = leader.bottom > leader.top;
        if has_leader {
            taken.push(leader);
        }
        labels.push(Label {
            node: label.node,
            lines: vec![
                line(left, &label.title, title_font(task)),
                line(left + width - text::width(&label.count, small), &label.count, small),
            ],
            leader: has_leader.then_some([(middle, top), (middle, leader.bottom + 0.1 * pitch)]),
        });
    }
    (labels, height)
}
