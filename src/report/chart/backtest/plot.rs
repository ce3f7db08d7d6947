//! The picture of a backtest: a panel for each distance, with bars for intervals and dots for what
//! came.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::frame::Sizes;
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::period::{self, Label};
use crate::report::chart::periods;
use crate::report::chart::text;
use crate::report::number::several;

use super::Panel;

/// Widest bar, times the scale.
const BAR_MAX: f64 = 26.0;
/// What bars take of the room of a period.
const BAR: f64 = 0.72;

/// All that is drawn.
pub(super) struct Plot<'a> {
    pub(super) sizes: Sizes,
    pub(super) colors: &'static Palette,
    pub(super) labels: &'a [Label],
    /// What came, by position.
    pub(super) came: &'a [f64],
    pub(super) panels: &'a [Panel<'a>],
    /// What the periods are: `month`.
    pub(super) period: &'a str,
    pub(super) axis: Axis,
    /// Everything, words included.
    pub(super) area: Rect,
}

/// Half the width of a bar.
fn half_of_bar(slot: f64, scale: f64) -> f64 {
    0.5 * (BAR * slot).min(BAR_MAX * scale)
}

impl Plot<'_> {
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let (font, scale) = (self.sizes.small, self.sizes.scale);
        let values = self.axis.ticks();
        let left = values
            .iter()
            .map(|it| text::width(&it.1, font))
            .fold(0.0, f64::max)
            .ceil()
            + 9.0 * scale;
        let below = 2.0 * font.line_height() + 6.0 * scale;
        let each = (self.area.height() - below) / self.panels.len() as f64;
        for (at, panel) in self.panels.iter().enumerate() {
            let top = self.area.top + at as f64 * each;
            let field = Rect {
                left: self.area.left + left,
                right: self.area.right,
                top: top + 1.8 * font.line_height(),
                bottom: top + each - 0.5 * font.line_height(),
            };
            self.draw_head(canvas, panel, top);
            self.draw_values(canvas, field, &values);
            self.draw_panel(canvas, panel, field);
            if at + 1 == self.panels.len() {
                self.draw_periods(canvas, field);
            }
        }
    }

    fn slot(&self, field: Rect) -> f64 {
        field.width() / self.labels.len() as f64
    }

    fn x(&self, field: Rect, position: usize) -> f64 {
        field.left + (position as f64 + 0.5) * self.slot(field)
    }

    fn y(&self, field: Rect, value: f64) -> f64 {
        self.axis.at(value, field.bottom, field.top)
    }

    /// How far ahead, and how often the intervals held.
    fn draw_head(&self, canvas: &mut Canvas, panel: &Panel<'_>, top: f64) {
        let font = self.sizes.small;
        let baseline = top + 0.3 * font.line_height() + font.size;
        let name = format!("{} ahead", several(panel.ahead as usize, self.period));
        canvas.text((self.area.left, baseline), &name, font, self.colors.ink, Align::Left);
        let held = panel.said.iter().filter(|it| it.1.covers(80)).count();
        let words = format!("{held} of {} within 80\u{a0}%", panel.said.len());
        let room = self.area.width() - text::width(&name, font) - font.size;
        if text::width(&words, font) <= room {
            canvas.text(
                (self.area.right, baseline),
                &words,
                font,
                self.colors.muted,
                Align::Right,
            );
        }
    }

    fn draw_values(&self, canvas: &mut Canvas, field: Rect, values: &[(f64, String)]) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        for (position, (value, words)) in values.iter().enumerate() {
            let y = self.y(field, *value);
            let color = if position == 0 { colors.axis } else { colors.grid };
            canvas.line(&[(field.left, y), (field.right, y)], color, scale);
            let at = (field.left - 8.0 * scale, y + font.middle_to_baseline());
            canvas.text(at, words, font, colors.muted, Align::Right);
        }
    }

    fn draw_panel(&self, canvas: &mut Canvas, panel: &Panel<'_>, field: Rect) {
        let (colors, scale) = (self.colors, self.sizes.scale);
        let slot = self.slot(field);
        for (position, said) in &panel.said {
            let x = self.x(field, *position);
            for (level, color) in [95, 80, 50].into_iter().zip(colors.bands.into_iter().rev()) {
                let half = half_of_bar(slot, scale);
                let (low, high) = said.interval(level);
                let (top, bottom) = (self.y(field, high), self.y(field, low));
                let bar = Rect {
                    left: x - half,
                    right: x + half,
                    top,
                    bottom: bottom.max(top + 0.5 * scale),
                };
                canvas.rect(bar, color);
            }
            let half = half_of_bar(slot, scale);
            let y = self.y(field, said.p50);
            canvas.line(&[(x - half, y), (x + half, y)], colors.line, 1.8 * scale);
        }
        let came = |at: usize| (self.x(field, at), self.y(field, self.came[at]));
        let points: Vec<Point> = (0..self.came.len()).map(came).collect();
        if points.len() > 1 {
            canvas.line(&points, colors.ink, 1.2 * scale);
        }
        let radius = (0.25 * slot).clamp(1.6 * scale, 3.2 * scale);
        for (position, point) in points.into_iter().enumerate() {
            let said = panel.said.iter().find(|it| it.0 == position).map(|it| it.1);
            let is_outside = said.is_some_and(|it| !it.covers(80));
            if is_outside {
                canvas.dot(point, radius + 1.6 * scale, colors.background);
            }
            let (color, radius) = if is_outside {
                (colors.accent, radius + 0.6 * scale)
            } else {
                (colors.ink, radius)
            };
            canvas.dot(point, radius, color);
        }
        for (position, said) in &panel.said {
            let x = self.x(field, *position);
            let column = Rect {
                left: x - slot / 2.0,
                right: x + slot / 2.0,
                ..field
            };
            let unit = number::unit(said.p50, Some((said.p10, said.p90)));
            let told = format!(
                "{}: {} came; forecast {}; 80\u{a0}%: {}; 95\u{a0}%: {}",
                self.labels[*position].long(),
                number::number(said.actual, number::unit(said.actual, None)),
                number::number(said.p50, unit),
                number::range(said.p10, said.p90, unit),
                number::range(said.p2_5, said.p97_5, unit),
            );
            canvas.hover(column, &told, colors.grid);
        }
    }

    /// The periods under the last panel, and what they are part of.
    fn draw_periods(&self, canvas: &mut Canvas, field: Rect) {
        let ticks = period::ticks(self.labels, self.slot(field), self.sizes.small);
        let sheet = (self.area.left, self.area.right);
        let x = |position| self.x(field, position);
        periods::draw_below(canvas, (self.sizes, self.colors), sheet, field, ticks, x);
    }
}
