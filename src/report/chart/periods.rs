//! The names of periods under a field, and what they are part of under those.

use plotters::style::RGBColor;

use super::canvas::{Align, Canvas, Rect};
use super::frame::Sizes;
use super::palette::Palette;
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

/// Draws the names below a field, with a mark on its lower edge at each.
pub(super) fn draw_below(
    canvas: &mut Canvas,
    (sizes, colors): (Sizes, &Palette),
    sheet: (f64, f64),
    field: Rect,
    ticks: Vec<Tick>,
    x: impl Fn(usize) -> f64,
) {
    let (font, scale) = (sizes.small, sizes.scale);
    let under = Periods {
        sheet,
        baseline: field.bottom + 8.0 * scale + font.size,
        gap: 0.4,
        font,
        ink: colors.ink,
        muted: colors.muted,
    };
    let mark = |canvas: &mut Canvas, x: f64| {
        let ends = [(x, field.bottom), (x, field.bottom + 4.0 * scale)];
        canvas.line(&ends, colors.axis, scale);
    };
    under.draw(canvas, ticks, x, mark);
}
