//! One sweep as a line: the metric over the values, and below it the difference to the base.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::fan::Value;
use crate::report::chart::frame::{Frame, Sizes, Words};
use crate::report::chart::legend::{Entry, Legend, Swatch};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::period;
use crate::report::chart::text;
use crate::report::chart::{ChartError, ChartOptions};
use crate::study::Comparison;

use super::super::metric::{Metric, Shown};
use super::super::plane::{Plane, key};
use super::Axes;
use super::axes::Swept;

/// Height of the field of the metric and of its differences, times the scale.
const FIELD: (f64, f64) = (180.0, 300.0);
const LEAST: f64 = 70.0;
/// What the lower field has of the upper one's height.
const LOWER: f64 = 0.6;
const NOTHING: Value = Value {
    line: None,
    bands: [None; 3],
};

pub(super) fn draw(
    comparison: &Comparison,
    metric: &Metric,
    axes: &Axes,
    options: &ChartOptions,
) -> Result<String, ChartError> {
    let axis = &axes.axes[0];
    let words = Words {
        finding: super::finding(metric, axes),
        subtitle: format!(
            "{} over the horizon by {}, and its difference to the base.",
            metric.words.name, axis.path
        ),
        description: super::description(metric, axes),
    };
    let frame = Frame::new(comparison, words, options)?;
    let plot = Plot::new(&frame, metric, axes);
    let (mut canvas, area) = frame.open(options, plot.height_natural(&frame), plot.height(LEAST * plot.unit()))?;
    plot.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

struct Plot<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    metric: &'a Metric,
    axis: &'a Swept,
    /// By value of the sweep.
    shown: Vec<Option<Shown>>,
    values: Vec<Value>,
    differences: Vec<Value>,
    base: Option<f64>,
    legend: Legend,
}

impl<'a> Plot<'a> {
    fn new(frame: &Frame, metric: &'a Metric, axes: &'a Axes) -> Self {
        let axis = &axes.axes[0];
        let mut values = vec![NOTHING; axis.changes.len()];
        let mut differences = values.clone();
        let mut all = vec![None; axis.changes.len()];
        for point in &axes.points {
            if let Some(shown) = &metric.options[point.option] {
                all[point.places[0]] = Some(*shown);
                values[point.places[0]] = shown.value;
                differences[point.places[0]] = shown.difference.map_or(NOTHING, |it| it.value);
            }
        }
        let base = metric.options[0].and_then(|it| it.value.line);
        let mut entries = key(values.iter().chain(&differences), frame.colors);
        entries.push(Entry::new(Swatch::Line, frame.colors.muted, "the base"));
        Self {
            sizes: frame.sizes,
            colors: frame.colors,
            metric,
            axis,
            shown: all,
            values,
            differences,
            base,
            legend: Legend::new(entries, frame.sizes, frame.width),
        }
    }

    fn unit(&self) -> f64 {
        self.sizes.scale
    }

    /// Everything but the two fields.
    fn around(&self) -> f64 {
        let line = self.sizes.small.line_height();
        self.legend.height + 2.0 * (line + 8.0 * self.unit()) + 3.0 * line + 34.0 * self.unit()
    }

    fn height(&self, field: f64) -> f64 {
        self.around() + (1.0 + LOWER) * field
    }

    fn height_natural(&self, frame: &Frame) -> f64 {
        self.height((0.3 * frame.width).clamp(FIELD.0 * self.unit(), FIELD.1 * self.unit()))
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let (unit, line) = (self.unit(), self.sizes.small.line_height());
        self.legend.draw(canvas, (area.left, area.top), self.colors.ink);
        let field = (area.height() - self.around()) / (1.0 + LOWER);
        let is_whole = !self.metric.words.is_money && !self.metric.is_share;
        let over = |(low, high): (f64, f64), height: f64| {
            let count = (height / (46.0 * unit)).clamp(2.0, 8.0) as usize;
            Axis::over(low, high, count, is_whole)
        };
        let upper = over(ends(&self.values, self.base), field);
        let lower = over(ends(&self.differences, Some(0.0)), LOWER * field);
        let numbers = Plane::numbers_width(&upper, self.sizes).max(Plane::numbers_width(&lower, self.sizes));
        let inner = Rect {
            left: area.left + numbers,
            right: area.right,
            ..area
        };
        let places = self.places(inner);
        let top = area.top + self.legend.height + 10.0 * unit;
        let panels = [
            (&self.values, &upper, self.base, self.metric.heading(), field),
            (
                &self.differences,
                &lower,
                Some(0.0),
                self.difference_heading(),
                LOWER * field,
            ),
        ];
        let mut y = top;
        for (values, axis, level, heading, height) in panels {
            let font = self.sizes.small;
            let heading = text::shorten(&heading, font, area.width());
            canvas.text(
                (area.left, y + font.size),
                &heading,
                font,
                self.colors.muted,
                Align::Left,
            );
            y += line + 8.0 * unit;
            let plane = Plane {
                sizes: self.sizes,
                colors: self.colors,
                values,
                places: &places,
                axis,
                field: Rect {
                    top: y,
                    bottom: y + height,
                    ..inner
                },
            };
            plane.draw_axis(canvas, true);
            plane.draw_values(canvas, level);
            plane.draw_hover(canvas, |at| self.told(at));
            y += height + 10.0 * unit;
        }
        self.draw_changes(canvas, area, (&places, y - 2.0 * unit));
    }

    fn difference_heading(&self) -> String {
        match self.metric.difference_unit() {
            Some(unit) => format!("Difference to the base, {unit}"),
            None => "Difference to the base".to_owned(),
        }
    }

    /// Where each value is: by its number, or one after the other.
    fn places(&self, field: Rect) -> Vec<f64> {
        let count = self.axis.changes.len();
        let evenly = || (0..count).map(|it| it as f64).collect();
        let numbers = self.axis.numbers().unwrap_or_else(evenly);
        let margin = (0.4 * field.width() / count as f64).min(40.0 * self.unit());
        let (first, last) = (numbers[0], numbers[count - 1]);
        let room = field.width() - 2.0 * margin;
        let place = |number: f64| {
            let share = if last > first {
                (number / 2.0 - first / 2.0) / (last / 2.0 - first / 2.0)
            } else {
                0.5
            };
            field.left + margin + share * room
        };
        numbers.into_iter().map(place).collect()
    }

    /// The values of the sweep under both fields, the means under these, and what is swept.
    fn draw_changes(&self, canvas: &mut Canvas, area: Rect, (places, top): (&[f64], f64)) {
        let (font, colors) = (self.sizes.small, self.colors);
        let baseline = top + font.size;
        let mut row = period::Row::new((area.left, area.right), 0.9 * font.size);
        for (at, (change, _)) in self.axis.changes.iter().enumerate() {
            let mean = self.shown[at].map_or_else(String::new, |it| self.metric.bare_value(&it));
            let change = text::shorten(change, font, 0.4 * area.width());
            let wide = text::width(&change, font).max(text::width(&mean, font));
            if let Some(x) = row.place(places[at], wide) {
                canvas.text((x, baseline), &change, font, colors.ink, Align::Middle);
                canvas.text(
                    (x, baseline + font.line_height()),
                    &mean,
                    font,
                    colors.muted,
                    Align::Middle,
                );
            }
        }
        let path = text::shorten(&self.axis.path, font, area.width());
        let at = (
            f64::midpoint(area.left, area.right),
            baseline + 2.0 * font.line_height(),
        );
        canvas.text(at, &path, font, colors.muted, Align::Middle);
    }

    fn told(&self, at: usize) -> String {
        let change = format!("{} = {}", self.axis.path, self.axis.changes[at].0);
        let (value, difference) = (&self.values[at], &self.differences[at]);
        let Some(mean) = value.line else {
            return format!("{change}: not known");
        };
        let (number, range) = number::with_interval(mean, value.interval_80());
        let range = range.map_or_else(String::new, |it| format!(" ({it})"));
        let amount = self.metric.amount(&number);
        let difference = self.metric.difference_and_interval(difference);
        format!("{change}: {amount}{range}; {difference} to the base")
    }
}

fn ends(values: &[Value], level: Option<f64>) -> (f64, f64) {
    let numbers = values.iter().flat_map(|it| it.numbers().collect::<Vec<_>>());
    let mut ends: Option<(f64, f64)> = None;
    for it in numbers.chain(level) {
        ends = Some(ends.map_or((it, it), |(low, high)| (it.min(low), it.max(high))));
    }
    ends.unwrap_or((0.0, 0.0))
}
