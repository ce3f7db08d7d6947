//! How a diagram is fitted into a width: which way it goes, how wide its cards are and what of its
//! labels is written.

use super::{Diagram, Form};
use crate::report::chart::frame::Sizes;
use crate::report::chart::layers::{self, Direction, Graph, Layout, Size, Spacing};
use crate::report::chart::text::{self, Font, Wrapped};

/// Widths of cards to try, in units of the scale.
const CARDS: [f64; 4] = [168.0, 136.0, 112.0, 92.0];
/// Lanes to try, likewise.
const LANES: [f64; 4] = [10.0, 7.0, 4.5, 3.0];
/// A diagram that goes to the right may be this many times as high as wide.
const HEIGHT_MAX: f64 = 0.8;

/// How much of a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// Every word.
    Whole,
    /// Every line, shortened.
    All,
    /// The last line.
    Last,
    Nothing,
}

/// A diagram with its words broken into lines and everything in its place.
pub(crate) struct Fitted<'a> {
    pub(super) diagram: &'a Diagram,
    pub(super) sizes: Sizes,
    pub(super) layout: Layout,
    pub(super) direction: Direction,
    pub(super) spacing: Spacing,
    pub(super) cards: Vec<CardWords>,
    /// Lines of each arrow's label.
    pub(super) labels: Vec<Vec<String>>,
}

impl Fitted<'_> {
    /// Pixels that the drawing takes.
    pub(crate) fn size(&self) -> Size {
        self.layout.size
    }
}

/// The words of a card, broken into lines.
pub(super) struct CardWords {
    pub(super) title: Wrapped,
    pub(super) notes: Vec<String>,
    pub(super) badge: Option<String>,
    pub(super) size: Size,
}

#[derive(Debug, Clone, Copy)]
struct Attempt {
    direction: Direction,
    card: f64,
    lane: f64,
    detail: Detail,
}

/// The diagram in at most `width` pixels: from left to right if that fits well, else from top to
/// bottom, with as many words as fit. `None` if it does not fit at all,
/// or is too large.
pub(crate) fn fit(diagram: &Diagram, sizes: Sizes, width: f64) -> Option<Fitted<'_>> {
    if diagram.is_too_large() {
        return None;
    }
    let attempt = |direction, card, lane, detail| Attempt {
        direction,
        card,
        lane,
        detail,
    };
    for card in CARDS {
        let attempt = attempt(Direction::Right, card, LANES[0], Detail::All);
        let fitted = attempted(diagram, sizes, attempt, f64::INFINITY)?;
        let size = fitted.size();
        if size.width <= width && size.height <= HEIGHT_MAX * width {
            return Some(fitted);
        }
        // Narrower cards make columns narrower, but not by half.
        if size.width > 2.0 * width {
            break;
        }
    }
    let down = |card, lane, detail| {
        let attempt = attempt(Direction::Down, card, lane, detail);
        attempted(diagram, sizes, attempt, width).filter(|it| it.size().width <= width)
    };
    let details = [Detail::All, Detail::Last, Detail::Nothing];
    let narrow = LANES.into_iter().flat_map(|lane| details.map(|detail| (lane, detail)));
    narrow
        .into_iter()
        .find_map(|(lane, detail)| CARDS.into_iter().find_map(|card| down(card, lane, detail)))
}

/// The diagram with all its words: to the right, or from top to bottom if it is wider than
/// `width_max` pixels that way only. `None` if it is too large.
pub(crate) fn fit_natural(diagram: &Diagram, sizes: Sizes, width_max: f64) -> Option<Fitted<'_>> {
    if diagram.is_too_large() {
        return None;
    }
    let attempt = |direction, breadth_max| {
        let attempt = Attempt {
            direction,
            card: CARDS[0],
            lane: LANES[0],
            detail: Detail::Whole,
        };
        attempted(diagram, sizes, attempt, breadth_max)
    };
    let right = attempt(Direction::Right, f64::INFINITY)?;
    if right.size().width <= width_max {
        return Some(right);
    }
    Some(attempt(Direction::Down, width_max).unwrap_or(right))
}

fn attempted(diagram: &Diagram, sizes: Sizes, attempt: Attempt, breadth_max: f64) -> Option<Fitted<'_>> {
    let scale = sizes.scale;
    let spacing = Spacing {
        node: 20.0 * scale,
        lane: attempt.lane * scale,
        layer: match attempt.direction {
            Direction::Right => (34.0 * scale, 70.0 * scale),
            Direction::Down => (34.0 * scale, 96.0 * scale),
        },
        head: 9.0 * scale,
        stub: match attempt.direction {
            Direction::Right => 9.0 * scale,
            Direction::Down => 5.0 * scale,
        },
    };
    let labels: Vec<Vec<String>> = diagram
        .arrows
        .iter()
        .map(|arrow| label(&arrow.words, sizes, attempt.detail))
        .collect();
    let mut cards: Vec<CardWords> = (0..diagram.cards.len())
        .map(|at| {
            // Rows of labels make cards wider, so more words fit on them.
            let own = diagram.arrows.iter().zip(&labels).filter(|it| it.0.from == at);
            let row: f64 = own.map(|it| label_size(it.1, sizes.small).width + spacing.lane).sum();
            let width_max = match attempt.direction {
                Direction::Right => attempt.card * scale,
                Direction::Down => row.max(attempt.card * scale),
            };
            words(&diagram.cards[at], sizes, width_max)
        })
        .collect();
    if attempt.direction == Direction::Right {
        // Columns have straight edges.
        let widest = cards.iter().map(|it| it.size.width).fold(0.0, f64::max);
        for card in &mut cards {
            card.size.width = widest;
        }
    }
    let graph = Graph {
        nodes: diagram
            .cards
            .iter()
            .zip(&cards)
            .map(|(card, words)| layers::Node {
                size: words.size,
                phase: card.phase,
                last: card.last,
            })
            .collect(),
        arrows: diagram
            .arrows
            .iter()
            .zip(&labels)
            .map(|(arrow, lines)| layers::Arrow {
                from: arrow.from,
                to: arrow.to,
                label: label_size(lines, sizes.small),
            })
            .collect(),
    };
    let layout = layers::lay_out(&graph, attempt.direction, spacing, breadth_max)?;
    Some(Fitted {
        diagram,
        sizes,
        layout,
        direction: attempt.direction,
        spacing,
        cards,
        labels,
    })
}

/// Pixels between the border of a card and its words.
pub(super) fn padding(form: Form, sizes: Sizes) -> (f64, f64) {
    let scale = sizes.scale;
    match form {
        Form::Box => (8.0 * scale, 5.0 * scale),
        Form::Slanted | Form::Pointed | Form::Round => (14.0 * scale, 5.0 * scale),
    }
}

/// Lines of small words, a little closer than those of a text.
pub(super) fn step(font: Font) -> f64 {
    1.25 * font.size
}

fn words(card: &super::Card, sizes: Sizes, width_max: f64) -> CardWords {
    let (beside, above) = padding(card.form, sizes);
    let inner = width_max - 2.0 * beside;
    let title = text::wrap(&card.title, sizes.strong, inner, 3);
    let notes: Vec<String> = card
        .notes
        .iter()
        .flat_map(|it| text::wrap(it, sizes.small, inner, 2).lines)
        .collect();
    let badge = card
        .badge
        .as_ref()
        .map(|it| text::shorten(&it.words, sizes.small, inner));
    let widths = title
        .lines
        .iter()
        .map(|it| text::width(it, sizes.strong))
        .chain(notes.iter().chain(&badge).map(|it| text::width(it, sizes.small)));
    let lines = step(sizes.strong) * title.lines.len() as f64 + step(sizes.small) * notes.len() as f64;
    let badge_height = if badge.is_some() { badge_height(sizes) } else { 0.0 };
    let size = Size {
        width: (widths.fold(44.0 * sizes.scale, f64::max) + 2.0 * beside).min(width_max),
        height: lines + 2.0 * above + badge_height,
    };
    CardWords {
        title,
        notes,
        badge,
        size,
    }
}

pub(super) fn badge_height(sizes: Sizes) -> f64 {
    step(sizes.small) + 4.0 * sizes.scale
}

fn label(words: &[String], sizes: Sizes, detail: Detail) -> Vec<String> {
    let (words, width_max, lines_max) = match detail {
        Detail::Whole => (words, 165.0, usize::MAX),
        Detail::All => (words, 118.0, 2),
        Detail::Last => (&words[words.len().saturating_sub(1)..], 118.0, 2),
        Detail::Nothing => (&words[..0], 118.0, 2),
    };
    let lines = words
        .iter()
        .flat_map(|it| text::wrap(it, sizes.small, width_max * sizes.scale, lines_max).lines);
    lines.filter(|it| !it.is_empty()).collect()
}

fn label_size(lines: &[String], font: Font) -> Size {
    let widest = lines.iter().map(|it| text::width(it, font)).fold(0.0, f64::max);
    Size {
        width: if lines.is_empty() {
            0.0
        } else {
            widest + 0.4 * font.size
        },
        height: lines.len() as f64 * step(font),
    }
}
