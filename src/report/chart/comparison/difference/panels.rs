//! The picture of differences: panels beside and below one another.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::legend::Legend;
use crate::report::chart::palette::Palette;
use crate::report::chart::period::{self, Label};
use crate::report::chart::periods::Periods;
use crate::report::chart::text::{self, Wrapped};

use super::super::metric::Metric;
use super::super::plane::{Plane, key};
use super::{Panel, told};

/// Height of the field of a lone panel, and of one among others, times the scale.
const LONE: (f64, f64) = (250.0, 420.0);
const AMONG: f64 = 120.0;
const LEAST: f64 = 60.0;
/// From these widths on (times the scale) two and three panels stand side by side.
const BESIDE_FROM: [f64; 2] = [500.0, 900.0];
/// Between panels, times the scale.
const GAP: (f64, f64) = (26.0, 18.0);

/// All that is drawn.
pub(super) struct Panels<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    metric: &'a Metric,
    shown: &'a [Panel],
    labels: &'a [Label],
    headings: Vec<Wrapped>,
    legend: Legend,
    columns: usize,
    width: f64,
    range: (f64, f64),
    natural: f64,
}

impl<'a> Panels<'a> {
    pub(super) fn new(frame: &Frame, metric: &'a Metric, panels: &'a [Panel], labels: &'a [Label]) -> Self {
        let (sizes, unit) = (frame.sizes, frame.sizes.scale);
        let beside = BESIDE_FROM.iter().filter(|it| frame.width >= **it * unit).count();
        let columns = (1 + beside).min(panels.len());
        let width = (frame.width - (columns - 1) as f64 * GAP.0 * unit) / columns as f64;
        let values = || panels.iter().flat_map(|it| &it.values);
        let numbers = values().flat_map(|it| it.numbers().collect::<Vec<_>>());
        let range = numbers.fold((0.0, 0.0), |(low, high), it| (it.min(low), it.max(high)));
        let heading = |panel: &Panel| {
            let told = told(metric, panel);
            let lone = panels.len() == 1;
            let lines = if lone { 3 } else { 2 };
            let words = format!("{}: {told}", panel.name);
            let fits = text::wrap(&words, sizes.strong, width, lines);
            if fits.shortened {
                // The name gives way before the numbers do.
                let mut wrapped = text::wrap(&panel.name, sizes.strong, width, 1);
                wrapped.lines.push(text::shorten(&told, sizes.strong, width));
                wrapped
            } else {
                fits
            }
        };
        let natural = if panels.len() == 1 {
            (0.4 * frame.width).clamp(LONE.0 * unit, LONE.1 * unit)
        } else {
            AMONG * unit
        };
        Self {
            sizes,
            colors: frame.colors,
            metric,
            shown: panels,
            labels,
            headings: panels.iter().map(heading).collect(),
            legend: Legend::new(key(&values(), frame.colors), sizes, frame.width),
            columns,
            width,
            range,
            natural,
        }
    }

    fn rows(&self) -> usize {
        self.shown.len().div_ceil(self.columns)
    }

    /// What is above the field of a panel in this row, and below it.
    fn around(&self, row: usize) -> (f64, f64) {
        let (sizes, unit) = (self.sizes, self.sizes.scale);
        let mut lines = self.headings.iter().skip(row * self.columns).take(self.columns);
        let lines = lines.by_ref().map(|it| it.lines.len()).max().unwrap_or(1) as f64;
        (
            lines * sizes.strong.line_height() + 8.0 * unit,
            2.0 * sizes.small.line_height() + 6.0 * unit,
        )
    }

    fn height(&self, field: f64) -> f64 {
        let unit = self.sizes.scale;
        let around: f64 = (0..self.rows()).map(|it| self.around(it).0 + self.around(it).1).sum();
        let gaps = (self.rows() - 1) as f64 * GAP.1 * unit;
        self.legend.height + 10.0 * unit + around + gaps + field * self.rows() as f64
    }

    pub(super) fn height_natural(&self) -> f64 {
        self.height(self.natural)
    }

    pub(super) fn height_least(&self) -> f64 {
        self.height(LEAST * self.sizes.scale)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let unit = self.sizes.scale;
        self.legend.draw(canvas, (area.left, area.top), self.colors.ink);
        let field = (area.height() - self.height(0.0)) / self.rows() as f64;
        let count = (field / (42.0 * unit)).clamp(2.0, 8.0) as usize;
        let is_whole = !self.metric.words.is_money && !self.metric.is_share;
        let axis = Axis::over(self.range.0, self.range.1, count, is_whole);
        let numbers = Plane::numbers_width(&axis, self.sizes);
        let mut top = area.top + self.legend.height + 10.0 * unit;
        for row in 0..self.rows() {
            let (above, below) = self.around(row);
            for column in 0..self.columns {
                let at = row * self.columns + column;
                if at >= self.shown.len() {
                    break;
                }
                let left = area.left + column as f64 * (self.width + GAP.0 * unit);
                let place = Rect {
                    left: left + numbers,
                    top: top + above,
                    right: left + self.width,
                    bottom: top + above + field,
                };
                self.draw_heading(canvas, (left, top), at);
                self.draw_panel(canvas, (left, place), &axis, at);
            }
            top += above + field + below + GAP.1 * unit;
        }
    }

    fn draw_heading(&self, canvas: &mut Canvas, (left, top): (f64, f64), at: usize) {
        let (font, heading) = (self.sizes.strong, &self.headings[at]);
        let draw = |canvas: &mut Canvas| {
            for (line, words) in heading.lines.iter().enumerate() {
                let baseline = top + font.size + line as f64 * font.line_height();
                canvas.text((left, baseline), words, font, self.colors.ink, Align::Left);
            }
        };
        if heading.shortened {
            canvas.titled(&self.shown[at].name, draw);
        } else {
            draw(canvas);
        }
    }

    fn draw_panel(&self, canvas: &mut Canvas, (left, field): (f64, Rect), axis: &Axis, at: usize) {
        let panel = &self.shown[at];
        let slot = field.width() / self.labels.len() as f64;
        let places: Vec<f64> = (0..self.labels.len())
            .map(|it| field.left + (it as f64 + 0.5) * slot)
            .collect();
        let plane = Plane {
            sizes: self.sizes,
            colors: self.colors,
            values: &panel.values,
            places: &places,
            axis,
            field,
        };
        plane.draw_axis(canvas, true);
        plane.draw_values(canvas, Some(0.0));
        self.draw_periods(canvas, (left, field), &places, slot);
        plane.draw_hover(canvas, |period| {
            let value = &panel.values[period];
            let told = match value.line {
                Some(_) => self.metric.difference_and_interval(value),
                None => "not known".to_owned(),
            };
            format!("{}, {}: {told}", panel.name, self.labels[period].long())
        });
    }

    /// The periods under a panel, and what they are part of under those.
    fn draw_periods(&self, canvas: &mut Canvas, (left, field): (f64, Rect), places: &[f64], slot: f64) {
        let (font, colors) = (self.sizes.small, self.colors);
        let under = Periods {
            sheet: (left, left + self.width),
            baseline: field.bottom + 5.0 * self.sizes.scale + font.size,
            gap: 0.5,
            font,
            ink: colors.ink,
            muted: colors.muted,
        };
        let ticks = period::ticks(self.labels, slot, font);
        under.draw(canvas, ticks, |position| places[position], |_, _| ());
    }
}
