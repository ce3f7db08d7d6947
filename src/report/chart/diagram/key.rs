//! What the colours and lines of a diagram mean.

use plotters::style::RGBColor;

use super::Form;
use super::draw::outline;
use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::frame::Sizes;
use crate::report::chart::palette::Palette;
use crate::report::chart::text;

/// What stands before the words of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Swatch {
    /// A card: form, fill and border.
    Card(Form, RGBColor, RGBColor),
    /// A stripe.
    Stripe(RGBColor),
    /// A line, as a multiple of a thin one.
    Line(RGBColor, f64),
    /// A marked border.
    Mark(RGBColor),
    /// Nothing: the words are a heading.
    Heading,
}

/// Entries in lines.
pub(crate) struct Key {
    sizes: Sizes,
    /// By line, each with its left end.
    lines: Vec<Vec<(f64, Swatch, String)>>,
}

impl Key {
    /// Puts groups of entries into lines of at most `width` pixels; a group begins a line.
    pub(crate) fn new(groups: &[Vec<(Swatch, String)>], sizes: Sizes, width: f64) -> Self {
        let mut lines = Vec::new();
        for group in groups.iter().filter(|it| !it.is_empty()) {
            let mut line: Vec<(f64, Swatch, String)> = Vec::new();
            let mut left = 0.0;
            for (swatch, words) in group {
                let indent = indent(*swatch, sizes);
                let words = text::shorten(words, sizes.small, width - indent);
                let needed = indent + text::width(&words, sizes.small);
                if !line.is_empty() && left + needed > width {
                    lines.push(std::mem::take(&mut line));
                    left = 0.0;
                }
                line.push((left, *swatch, words));
                left += needed + 14.0 * sizes.scale;
            }
            lines.push(line);
        }
        Self { sizes, lines }
    }

    pub(crate) fn height(&self) -> f64 {
        self.lines.len() as f64 * self.step()
    }

    fn step(&self) -> f64 {
        1.55 * self.sizes.small.size
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas, colors: &Palette, at: Point) {
        let font = self.sizes.small;
        for (number, line) in self.lines.iter().enumerate() {
            let middle = at.1 + (number as f64 + 0.5) * self.step();
            for (left, swatch, words) in line {
                let left = at.0 + left;
                self.draw_swatch(canvas, *swatch, left, middle);
                let x = left + indent(*swatch, self.sizes);
                let baseline = middle + font.middle_to_baseline();
                canvas.text((x, baseline), words, font, colors.muted, Align::Left);
            }
        }
    }

    fn draw_swatch(&self, canvas: &mut Canvas, swatch: Swatch, left: f64, middle: f64) {
        let scale = self.sizes.scale;
        let area = |height: f64| Rect {
            left,
            right: left + 20.0 * scale,
            top: middle - height * scale,
            bottom: middle + height * scale,
        };
        match swatch {
            Swatch::Card(form, fill, border) => {
                let mut outline = outline(area(5.5), form, 0.6 * scale);
                canvas.polygon(&outline, fill);
                outline.extend(outline.first().copied());
                canvas.line(&outline, border, scale);
            }
            Swatch::Stripe(color) => canvas.rect(area(4.5), color),
            Swatch::Line(color, weight) => {
                let ends = [(left, middle), (left + 20.0 * scale, middle)];
                canvas.line(&ends, color, weight * scale);
            }
            Swatch::Mark(color) => {
                let mut outline = outline(area(5.5), Form::Box, scale);
                outline.extend(outline.first().copied());
                canvas.line(&outline, color, 2.5 * scale);
            }
            Swatch::Heading => {}
        }
    }
}

fn indent(swatch: Swatch, sizes: Sizes) -> f64 {
    match swatch {
        Swatch::Heading => 0.0,
        _ => 26.0 * sizes.scale,
    }
}
