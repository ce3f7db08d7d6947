//! What colours and marks mean: swatches with words, in as many lines as they need.

use plotters::style::RGBColor;

use super::canvas::{Align, Canvas, Point, Rect};
use super::frame::Sizes;
use super::text;

/// How something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Swatch {
    /// Words alone, which those after them go on.
    None,
    Area,
    Line,
    /// A line from top to bottom.
    Mark,
    Dot,
}

/// A swatch and what it means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) swatch: Swatch,
    pub(crate) color: RGBColor,
    pub(crate) words: String,
}

impl Entry {
    pub(crate) fn new(swatch: Swatch, color: RGBColor, words: impl Into<String>) -> Self {
        Self {
            swatch,
            color,
            words: words.into(),
        }
    }
}

/// Entries with their places, from the upper left corner of the legend.
pub(crate) struct Legend {
    placed: Vec<(Entry, Point)>,
    sizes: Sizes,
    pub(crate) height: f64,
}

/// Pixels between a swatch and its words, and from entry to entry, times the scale.
const GAP: f64 = 6.0;
const APART: f64 = 18.0;
const SWATCH: f64 = 14.0;

impl Legend {
    /// As many entries on a line as fit into `width`.
    pub(crate) fn new(entries: Vec<Entry>, sizes: Sizes, width: f64) -> Self {
        let (font, scale) = (sizes.small, sizes.scale);
        let line = 1.15 * font.line_height();
        let (mut x, mut y) = (0.0, 0.0);
        let mut placed = Vec::new();
        for mut entry in entries {
            let is_bare = entry.swatch == Swatch::None;
            let before = if is_bare { 0.0 } else { (SWATCH + GAP) * scale };
            entry.words = text::shorten(&entry.words, font, width - before);
            let wide = before + text::width(&entry.words, font);
            if x > 0.0 && x + wide > width {
                (x, y) = (0.0, y + line);
            }
            placed.push((entry, (x, y)));
            x += wide + if is_bare { 0.5 } else { 1.0 } * APART * scale;
        }
        let height = if placed.is_empty() { 0.0 } else { y + line };
        Self { placed, sizes, height }
    }

    /// Draws it with its upper left corner at `at`, its words in `ink`.
    pub(crate) fn draw(&self, canvas: &mut Canvas, at: Point, ink: RGBColor) {
        let (font, scale) = (self.sizes.small, self.sizes.scale);
        for (entry, place) in &self.placed {
            let (left, top) = (at.0 + place.0, at.1 + place.1);
            let baseline = top + 1.05 * font.size;
            let middle = baseline - font.middle_to_baseline();
            let right = left + SWATCH * scale;
            let centre = f64::midpoint(left, right);
            let mut words = right + GAP * scale;
            match entry.swatch {
                Swatch::None => words = left,
                Swatch::Area => {
                    let area = Rect {
                        left,
                        right,
                        top: middle - 5.0 * scale,
                        bottom: middle + 5.0 * scale,
                    };
                    canvas.rect(area, entry.color);
                }
                Swatch::Line => canvas.line(&[(left, middle), (right, middle)], entry.color, 2.4 * scale),
                Swatch::Mark => {
                    let ends = [(centre, middle - 6.0 * scale), (centre, middle + 6.0 * scale)];
                    canvas.line(&ends, entry.color, 2.6 * scale);
                }
                Swatch::Dot => canvas.dot((centre, middle), 3.6 * scale, entry.color),
            }
            canvas.text((words, baseline), &entry.words, font, ink, Align::Left);
        }
    }
}
