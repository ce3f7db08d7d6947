//! Bands and a line over positions from left to right: what differences by period and sweeps share.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::fan::{Value, runs};
use crate::report::chart::frame::Sizes;
use crate::report::chart::legend::{Entry, Swatch};
use crate::report::chart::palette::Palette;
use crate::report::chart::text;

/// From here on a point for every position is a blot.
const POINTS_MAX: usize = 40;
/// Half the width of a bar for a position whose neighbours are not known, times the scale.
const LONE_BAR: f64 = 14.0;

/// Values over positions, and the axis they are on.
pub(super) struct Plane<'a> {
    pub(super) sizes: Sizes,
    pub(super) colors: &'static Palette,
    pub(super) values: &'a [Value],
    /// Where each value is, in pixels.
    pub(super) places: &'a [f64],
    pub(super) axis: &'a Axis,
    pub(super) field: Rect,
}

impl Plane<'_> {
    /// How wide the numbers of an axis are.
    pub(super) fn numbers_width(axis: &Axis, sizes: Sizes) -> f64 {
        let ticks = axis.ticks();
        let widths = ticks.iter().map(|(_, words)| text::width(words, sizes.small));
        widths.fold(0.0, f64::max).ceil() + 9.0 * sizes.scale
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.axis.at(value, self.field.bottom, self.field.top)
    }

    /// Round values, each with a line across, and zero with a stronger one; `with_numbers` beside them.
    pub(super) fn draw_axis(&self, canvas: &mut Canvas, with_numbers: bool) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let field = self.field;
        for (value, words) in self.axis.ticks() {
            let y = self.y(value);
            canvas.line(&[(field.left, y), (field.right, y)], colors.grid, scale);
            if with_numbers {
                let at = (field.left - 8.0 * scale, y + font.middle_to_baseline());
                canvas.text(at, &words, font, colors.muted, Align::Right);
            }
        }
    }

    /// The bands, then a level across them, then the line.
    pub(super) fn draw_values(&self, canvas: &mut Canvas, level: Option<f64>) {
        for band in [2, 1, 0] {
            self.draw_band(canvas, band);
        }
        if let Some(level) = level.filter(|it| (self.axis.low..=self.axis.high).contains(it)) {
            let y = self.y(level);
            let ends = [(self.field.left, y), (self.field.right, y)];
            canvas.line(&ends, self.colors.muted, 1.2 * self.sizes.scale);
        }
        self.draw_line(canvas);
    }

    fn draw_band(&self, canvas: &mut Canvas, band: usize) {
        let color = self.colors.bands[band];
        for run in runs(self.values, |it| it.bands[band]) {
            if let [(position, (low, high))] = run.as_slice() {
                let x = self.places[*position];
                let half = LONE_BAR * self.sizes.scale;
                let bar = Rect {
                    left: x - half,
                    top: self.y(*high),
                    right: x + half,
                    bottom: self.y(*low),
                };
                canvas.rect(bar, color);
                continue;
            }
            let above = run.iter().map(|(at, (_, high))| (self.places[*at], self.y(*high)));
            let below = run.iter().map(|(at, (low, _))| (self.places[*at], self.y(*low)));
            let outline: Vec<Point> = above.chain(below.rev()).collect();
            canvas.polygon(&outline, color);
        }
    }

    fn draw_line(&self, canvas: &mut Canvas) {
        let (color, scale) = (self.colors.line, self.sizes.scale);
        for run in runs(self.values, |it| it.line) {
            let points: Vec<Point> = run
                .iter()
                .map(|(position, value)| (self.places[*position], self.y(*value)))
                .collect();
            if points.len() > 1 {
                canvas.line(&points, color, 2.0 * scale);
            }
            if self.values.len() <= POINTS_MAX || points.len() == 1 {
                for point in points {
                    canvas.dot(point, 2.6 * scale, color);
                }
            }
        }
    }

    /// Tells `told` of every position when it is pointed at.
    pub(super) fn draw_hover(&self, canvas: &mut Canvas, told: impl Fn(usize) -> String) {
        let count = self.places.len();
        for (position, x) in self.places.iter().enumerate() {
            let before = position.checked_sub(1).map(|it| f64::midpoint(self.places[it], *x));
            let after = self.places.get(position + 1).map(|it| f64::midpoint(*it, *x));
            let column = Rect {
                left: before.unwrap_or(self.field.left),
                right: after.unwrap_or(self.field.right),
                ..self.field
            };
            if count > 0 && column.right > column.left {
                canvas.hover(column, &told(position), self.colors.grid);
            }
        }
    }
}

/// What the line and the bands mean, as far as `values` have them.
pub(super) fn key<'a>(values: &(impl Iterator<Item = &'a Value> + Clone), colors: &Palette) -> Vec<Entry> {
    let mut entries = vec![Entry::new(Swatch::Line, colors.line, "mean")];
    for (band, share) in ["50", "80", "90"].into_iter().enumerate() {
        let mut bands = values.clone().filter_map(|it| it.bands[band]);
        if bands.any(|(low, high)| high > low) {
            let words = format!("{share}{}% of futures", text::NO_BREAK);
            entries.push(Entry::new(Swatch::Area, colors.bands[band], words));
        }
    }
    entries
}
