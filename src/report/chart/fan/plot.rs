//! The picture of a fan: axes, bands, median, targets and the words beside them.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::frame::Sizes;
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::period::{self, Label};
use crate::report::chart::periods;
use crate::report::chart::text;

use super::Value;
use super::targets::Mark;

/// Widest bar of a period whose neighbours are not known, times the scale.
const LONE_BAR_MAX: f64 = 120.0;
/// Where a period that is the only one stands, so that its numbers fit beside it.
const LONE_AT: f64 = 0.2;
/// From here on a point for every period is a blot.
const POINTS_MAX: usize = 40;

/// All that is drawn.
pub(super) struct Plot<'a> {
    pub(super) sizes: Sizes,
    pub(super) colors: &'static Palette,
    pub(super) labels: &'a [Label],
    pub(super) values: &'a [Value],
    pub(super) marks: &'a [Mark],
    pub(super) metric: &'a MetricWords,
    /// The period that the finding is about.
    pub(super) about: Option<usize>,
    pub(super) axis: Axis,
    /// Everything, words included.
    pub(super) area: Rect,
}

impl Plot<'_> {
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let values = self.axis.ticks();
        let field = self.field(&values);
        self.draw_values(canvas, field, &values);
        self.draw_periods(canvas, field);
        for band in [2, 1, 0] {
            self.draw_band(canvas, field, band);
        }
        if self.axis.low < 0.0 && self.axis.high > 0.0 {
            let y = self.y(field, 0.0);
            let ends = [(field.left, y), (field.right, y)];
            canvas.line(&ends, self.colors.axis, self.scale());
        }
        self.draw_line(canvas, field);
        let taken = self.draw_key(canvas, field);
        self.draw_ring(canvas, field);
        self.draw_marks(canvas, field, &taken);
        self.draw_hover(canvas, field);
    }

    pub(super) fn scale(&self) -> f64 {
        self.sizes.scale
    }

    /// Where the values go, the words around them taken off.
    fn field(&self, values: &[(f64, String)]) -> Rect {
        let (area, font, scale) = (self.area, self.sizes.small, self.scale());
        let widest = |words: &mut dyn Iterator<Item = f64>| words.fold(0.0, f64::max).ceil();
        let left = widest(&mut values.iter().map(|(_, words)| text::width(words, font)));
        let right = if self.values.len() == 1 {
            0.0
        } else {
            self.key_width() + 40.0 * scale
        };
        Rect {
            left: area.left + left + 9.0 * scale,
            top: area.top + font.line_height() + 10.0 * scale,
            right: area.right - right,
            bottom: area.bottom - 2.0 * font.line_height() - 6.0 * scale,
        }
    }

    pub(super) fn slot(&self, field: Rect) -> f64 {
        field.width() / self.values.len() as f64
    }

    pub(super) fn x(&self, field: Rect, position: usize) -> f64 {
        let share = if self.values.len() == 1 {
            LONE_AT
        } else {
            position as f64 + 0.5
        };
        field.left + share * self.slot(field)
    }

    pub(super) fn y(&self, field: Rect, value: f64) -> f64 {
        self.axis.at(value, field.bottom, field.top)
    }

    /// The values of the axis, each with a line across.
    fn draw_values(&self, canvas: &mut Canvas, field: Rect, values: &[(f64, String)]) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.scale());
        if let Some(unit) = &self.metric.unit {
            let unit = text::shorten(unit, font, 0.6 * self.area.width());
            let at = (self.area.left, self.area.top + font.size);
            canvas.text(at, &unit, font, colors.muted, Align::Left);
        }
        for (position, (value, words)) in values.iter().enumerate() {
            let y = self.y(field, *value);
            let color = if position == 0 { colors.axis } else { colors.grid };
            canvas.line(&[(field.left, y), (field.right, y)], color, scale);
            let at = (field.left - 8.0 * scale, y + font.middle_to_baseline());
            canvas.text(at, words, font, colors.muted, Align::Right);
        }
    }

    /// The periods under the axis, and what they are part of under those.
    fn draw_periods(&self, canvas: &mut Canvas, field: Rect) {
        let ticks = period::ticks(self.labels, self.slot(field), self.sizes.small);
        let sheet = (self.area.left, self.area.right);
        let x = |position| self.x(field, position);
        periods::draw_below(canvas, (self.sizes, self.colors), sheet, field, ticks, x);
    }

    fn draw_band(&self, canvas: &mut Canvas, field: Rect, band: usize) {
        let color = self.colors.bands[band];
        let at = |position: usize, value: f64| (self.x(field, position), self.y(field, value));
        for run in runs(self.values, |it| it.bands[band]) {
            if let [(position, (low, high))] = run.as_slice() {
                let (left, right) = self.lone_bar(field, *position);
                let (top, bottom) = (self.y(field, *high), self.y(field, *low));
                let bar = Rect {
                    left,
                    top,
                    right,
                    bottom,
                };
                canvas.rect(bar, color);
                continue;
            }
            let above = run.iter().map(|(position, (_, high))| at(*position, *high));
            let below = run.iter().map(|(position, (low, _))| at(*position, *low));
            let outline: Vec<Point> = above.chain(below.rev()).collect();
            canvas.polygon(&outline, color);
        }
    }

    fn draw_line(&self, canvas: &mut Canvas, field: Rect) {
        let (color, scale) = (self.colors.line, self.scale());
        for run in runs(self.values, |it| it.line) {
            if let [(position, value)] = run.as_slice() {
                let (left, right) = self.lone_bar(field, *position);
                let y = self.y(field, *value);
                canvas.line(&[(left, y), (right, y)], color, 2.6 * scale);
                continue;
            }
            let points: Vec<Point> = run
                .iter()
                .map(|(position, value)| (self.x(field, *position), self.y(field, *value)))
                .collect();
            canvas.line(&points, color, 2.2 * scale);
            if self.values.len() <= POINTS_MAX {
                for point in points {
                    canvas.dot(point, 2.7 * scale, color);
                }
            }
        }
    }

    /// Left and right of a period that stands alone.
    pub(super) fn lone_bar(&self, field: Rect, position: usize) -> (f64, f64) {
        let share = if self.values.len() == 1 { LONE_AT } else { 0.5 };
        let width = (share * self.slot(field)).min(LONE_BAR_MAX * self.scale());
        let x = self.x(field, position);
        (x - width / 2.0, x + width / 2.0)
    }

    /// Around what the finding is about.
    fn draw_ring(&self, canvas: &mut Canvas, field: Rect) {
        let about = self.about.and_then(|it| Some((it, self.values[it].line?)));
        if let Some((position, value)) = about {
            let at = (self.x(field, position), self.y(field, value));
            canvas.ring(at, 5.5 * self.scale(), self.colors.line, 1.6 * self.scale());
        }
    }

    fn draw_hover(&self, canvas: &mut Canvas, field: Rect) {
        let half = self.slot(field) / 2.0;
        for (position, (label, value)) in self.labels.iter().zip(self.values).enumerate() {
            let x = self.x(field, position);
            let column = Rect {
                left: x - half,
                right: x + half,
                ..field
            };
            canvas.hover(column, &self.told(label, value), self.colors.grid);
        }
    }

    fn told(&self, label: &Label, value: &Value) -> String {
        let Some(line) = value.line else {
            return format!("{}: not known", label.long());
        };
        let unit = number::unit(line, value.interval_80());
        let intervals = ["50", "80", "90"].into_iter().zip(value.bands);
        let intervals = intervals.filter_map(|(share, band)| {
            let (low, high) = band?;
            Some(format!("; {share} %: {}", number::range(low, high, unit)))
        });
        let line = self.metric.amount(&number::number(line, unit));
        format!("{}: {line}{}", label.long(), intervals.collect::<String>())
    }
}

/// Neighbouring periods of which something is known, with it.
pub(crate) fn runs<T: Copy>(values: &[Value], of: impl Fn(&Value) -> Option<T>) -> Vec<Vec<(usize, T)>> {
    let mut runs: Vec<Vec<(usize, T)>> = Vec::new();
    let mut is_new = true;
    for (position, value) in values.iter().enumerate() {
        match (of(value), runs.last_mut()) {
            (None, _) => is_new = true,
            (Some(it), Some(run)) if !is_new => run.push((position, it)),
            (Some(it), _) => {
                runs.push(vec![(position, it)]);
                is_new = false;
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_that_are_not_known_part_the_line() {
        let known = |line| Value { line, bands: [None; 3] };
        let values = [
            known(None),
            known(Some(1.0)),
            known(Some(2.0)),
            known(None),
            known(Some(3.0)),
        ];
        let runs = runs(&values, |it| it.line);
        assert_eq!(runs, [vec![(1, 1.0), (2, 2.0)], vec![(4, 3.0)]]);
    }
}
