//! The names of periods under a field, and what they are part of under those.

use plotters::style::RGBColor;

use super::canvas::{Align, Canvas};
use super::period::{Row, Tick};
use super::text::{self, Font};

/// Where the names stand, and how.
pub(super) struct Periods {
    /// The edges that no name may cross.
    pub(super) sheet: (f64, f64),
    /// The line that the names of periods stand on; what they are part of stands on the next one.
    pub(super) baseline: f64,
    /// Room between neighbours, in sizes of the font.
    pub(super) gap: f64,
    pub(super) font: Font,
    pub(super) ink: RGBColor,
    pub(super) muted: RGBColor,
}

impl Periods {
    /// Draws the names at the places that `x` tells, those left out that would stand on others; at
    /// each of them `mark` is drawn before.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        ticks: Vec<Tick>,
        x: impl Fn(usize) -> f64,
        mut mark: impl FnMut(&mut Canvas, f64),
    ) {
        let (font, width) = (self.font, self.sheet.1 - self.sheet.0);
        let row = || Row::new(self.sheet, self.gap * font.size);
        let (mut names, mut parts) = (row(), row());
        let draw = |canvas: &mut Canvas, row: &mut Row, (x, y): (f64, f64), words: &str, color: RGBColor| {
            let words = text::shorten(words, font, width);
            if let Some(x) = row.place(x, text::width(&words, font)) {
                canvas.text((x, y), &words, font, color, Align::Middle);
            }
        };
        for Tick {
            position,
            words,
            part_of,
        } in ticks
        {
            let x = x(position);
            mark(canvas, x);
            draw(canvas, &mut names, (x, self.baseline), &words, self.ink);
            if let Some(part_of) = part_of {
                let below = self.baseline + font.line_height();
                draw(canvas, &mut parts, (x, below), &part_of, self.muted);
            }
        }
    }
}
