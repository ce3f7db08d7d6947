//! The picture of a demand: nested bars by period, their numbers under them where they fit.

use plotters::style::RGBColor;

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::legend::{Entry, Legend, Swatch};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::period;
use crate::report::chart::periods::Periods;
use crate::report::chart::text;

use super::words::{self, Said};
use super::{COVERED, Need};

/// Pixels of the bars, times the scale.
const FIELD_LEAST: f64 = 120.0;
const FIELD_MOST: f64 = 380.0;
/// The widest bar, times the scale.
const BAR_MOST: f64 = 90.0;

/// All that is drawn, laid out but for its place.
pub(super) struct Plot<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    said: &'a Said<'a>,
    about: Option<usize>,
    legend: Legend,
    left: f64,
    /// By period, the numbers of the table under the bars; empty if they do not fit.
    table: Vec<Vec<String>>,
    width: f64,
}

impl<'a> Plot<'a> {
    pub(super) fn new(frame: &Frame, said: &'a Said<'a>, about: Option<usize>) -> Self {
        let (sizes, colors, width) = (frame.sizes, frame.colors, frame.width);
        let legend = Legend::new(legend(said, colors), sizes, width);
        let font = sizes.small;
        let widest = axis(said, 9)
            .ticks()
            .into_iter()
            .map(|(_, words)| text::width(&words, font));
        let left = widest.chain([text::width("95", font)]).fold(0.0, f64::max).ceil() + 9.0 * sizes.scale;
        let table: Vec<Vec<String>> = said.needs.iter().map(numbers).collect();
        let slot = (width - left) / said.needs.len() as f64;
        let fits = |it: &String| text::width(it, font) + 5.0 * sizes.scale <= slot;
        let fits = said.has_covers() && table.iter().flatten().all(fits);
        Self {
            sizes,
            colors,
            said,
            about,
            legend,
            left,
            table: if fits { table } else { Vec::new() },
            width,
        }
    }

    pub(super) fn height_natural(&self) -> f64 {
        let scale = self.sizes.scale;
        self.around() + (0.34 * self.width).clamp(1.5 * FIELD_LEAST * scale, FIELD_MOST * scale)
    }

    pub(super) fn height_least(&self) -> f64 {
        self.around() + FIELD_LEAST * self.sizes.scale
    }

    fn around(&self) -> f64 {
        self.above() + self.below()
    }

    /// The legend, the unit, and room for a number over the highest bar.
    fn above(&self) -> f64 {
        self.legend.height + 2.0 * self.sizes.small.line_height() + 12.0 * self.sizes.scale
    }

    /// The periods and the table.
    fn below(&self) -> f64 {
        let line = self.sizes.small.line_height();
        let table = if self.table.is_empty() {
            0.0
        } else {
            3.0 * line + 8.0 * self.sizes.scale
        };
        2.0 * line + 8.0 * self.sizes.scale + table
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let field = Rect {
            left: area.left + self.left,
            top: area.top + self.above(),
            right: area.right,
            bottom: area.bottom - self.below(),
        };
        self.legend.draw(canvas, (area.left, area.top), colors.ink);
        let at = (area.left, area.top + self.legend.height + 4.0 * scale + font.size);
        canvas.text(at, "units", font, colors.muted, Align::Left);
        let axis = axis(self.said, ((field.height() / (50.0 * scale)) as usize).clamp(2, 8));
        for (value, words) in axis.ticks() {
            let y = axis.at(value, field.bottom, field.top);
            let color = if value == 0.0 { colors.axis } else { colors.grid };
            canvas.line(&[(field.left, y), (field.right, y)], color, scale);
            let at = (field.left - 8.0 * scale, y + font.middle_to_baseline());
            canvas.text(at, &words, font, colors.muted, Align::Right);
        }
        self.draw_bars(canvas, field, &axis);
        self.draw_marks(canvas, field, &axis);
        self.draw_about(canvas, area, field, &axis);
        self.draw_periods(canvas, area, field);
        self.draw_table(canvas, field);
    }

    fn slot(&self, field: Rect) -> f64 {
        field.width() / self.said.needs.len() as f64
    }

    fn x(&self, field: Rect, position: usize) -> f64 {
        field.left + (position as f64 + 0.5) * self.slot(field)
    }

    fn half(&self, field: Rect) -> f64 {
        (0.39 * self.slot(field)).min(BAR_MOST / 2.0 * self.sizes.scale)
    }

    fn draw_bars(&self, canvas: &mut Canvas, field: Rect, axis: &Axis) {
        let (colors, half) = (self.colors, self.half(field));
        let bottom = axis.at(0.0, field.bottom, field.top);
        for (position, need) in self.said.needs.iter().enumerate() {
            let x = self.x(field, position);
            let title = words::told(&self.said.labels[position], need);
            let bar = |value: f64| {
                let y = axis.at(value, field.bottom, field.top);
                Rect {
                    left: x - half,
                    right: x + half,
                    top: y.min(bottom),
                    bottom: y.max(bottom),
                }
            };
            canvas.titled(&title, |canvas| {
                for (value, color) in nested(self.said, need, colors) {
                    canvas.rect(bar(value), color);
                }
            });
            let slot = Rect {
                left: x - self.slot(field) / 2.0,
                right: x + self.slot(field) / 2.0,
                ..field
            };
            canvas.hover(slot, &title, colors.grid);
        }
    }

    /// Targets across their periods.
    fn draw_marks(&self, canvas: &mut Canvas, field: Rect, axis: &Axis) {
        let (colors, scale) = (self.colors, self.sizes.scale);
        for mark in self.said.marks {
            let (x, half) = (self.x(field, mark.position), self.half(field) + 3.0 * scale);
            let y = axis.at(mark.bound, field.bottom, field.top);
            canvas.titled(&mark.title, |canvas| {
                canvas.line(&[(x - half, y), (x + half, y)], colors.background, 5.0 * scale);
                canvas.line(&[(x - half, y), (x + half, y)], colors.accent, 2.6 * scale);
            });
        }
    }

    /// The number of the finding over its bar.
    fn draw_about(&self, canvas: &mut Canvas, area: Rect, field: Rect, axis: &Axis) {
        let about = self.about.map(|it| (it, self.said.needs[it]));
        let Some((position, need)) = about else {
            return;
        };
        let (font, scale) = (self.sizes.strong, self.sizes.scale);
        let words = match (need.covers[2], need.mean) {
            (Some(most), _) => words::covering(most, &need),
            (None, Some(mean)) => number::number(mean, number::unit(mean, None)),
            (None, None) => return,
        };
        let marks = self.said.marks.iter().filter(|it| it.position == position);
        let highest = marks.map(|it| it.bound).chain(need.numbers()).fold(0.0, f64::max);
        let half = text::width(&words, font) / 2.0;
        let x = self.x(field, position).min(area.right - half).max(field.left + half);
        let y = axis.at(highest, field.bottom, field.top) - 6.0 * scale;
        canvas.text((x, y), &words, font, self.colors.ink, Align::Middle);
    }

    fn draw_periods(&self, canvas: &mut Canvas, area: Rect, field: Rect) {
        let (font, colors) = (self.sizes.small, self.colors);
        let under = Periods {
            sheet: (area.left, area.right),
            baseline: field.bottom + 6.0 * self.sizes.scale + font.size,
            gap: 0.4,
            font,
            ink: colors.ink,
            muted: colors.muted,
        };
        let ticks = period::ticks(self.said.labels, self.slot(field), font);
        under.draw(canvas, ticks, |position| self.x(field, position), |_, _| ());
    }

    /// What covers each period, in numbers, from the most to the least.
    fn draw_table(&self, canvas: &mut Canvas, field: Rect) {
        if self.table.is_empty() {
            return;
        }
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let line = font.line_height();
        let top = field.bottom + 2.0 * line + 14.0 * scale;
        let ends = [(field.left - self.left, top - scale), (field.right, top - scale)];
        canvas.line(&ends, colors.grid, scale);
        for (row, level) in (0..COVERED.len()).rev().enumerate() {
            let y = top + row as f64 * line + 1.1 * font.size;
            let at = (field.left - 8.0 * scale, y);
            canvas.text(at, &COVERED[level].to_string(), font, colors.muted, Align::Right);
            for (position, numbers) in self.table.iter().enumerate() {
                let at = (self.x(field, position), y);
                canvas.text(at, &numbers[level], font, colors.ink, Align::Middle);
            }
        }
    }
}

/// The values of a period's bars, the longest first, each in front of the one before.
fn nested(said: &Said<'_>, need: &Need, colors: &Palette) -> Vec<(f64, RGBColor)> {
    let covers = need.covers.into_iter().zip(colors.bands);
    let mut bars: Vec<(f64, RGBColor)> = covers.filter_map(|(value, color)| Some((value?, color))).collect();
    bars.reverse();
    if bars.is_empty() {
        bars.extend(need.mean.map(|it| (it, expected(said, colors))));
    }
    bars
}

/// The colour of bars that show what is to be expected; beside quantities that cover, another one.
fn expected(said: &Said<'_>, colors: &Palette) -> RGBColor {
    if said.has_covers() {
        colors.ends.other
    } else {
        colors.bar
    }
}

fn numbers(need: &Need) -> Vec<String> {
    let words = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |it| words::covering(it, need));
    need.covers.map(words).to_vec()
}

/// What the bars mean, and what covers the whole horizon.
fn legend(said: &Said<'_>, colors: &Palette) -> Vec<Entry> {
    let total = &said.total;
    let in_all = |words: Option<String>| match words {
        Some(words) if said.needs.len() > 1 => format!(" (in all {words})"),
        _ => String::new(),
    };
    let mut entries = Vec::new();
    if said.has_covers() {
        entries.push(Entry::new(Swatch::None, colors.ink, "covers demand in"));
        for level in (0..COVERED.len()).rev() {
            let in_all = in_all(total.covers[level].map(|it| words::covering(it, total)));
            let words = format!("{} of 100 futures{in_all}", COVERED[level]);
            entries.push(Entry::new(Swatch::Area, colors.bands[level], words));
        }
    }
    let is_bare = |it: &Need| it.covers.iter().all(Option::is_none) && it.mean.is_some();
    if said.needs.iter().any(is_bare) {
        let mean = total.mean.filter(|_| !said.has_covers());
        let in_all = in_all(mean.map(|it| number::number(it, number::unit(it, None))));
        let words = format!("to be expected{in_all}");
        entries.push(Entry::new(Swatch::Area, expected(said, colors), words));
    }
    let target = match said.marks {
        [] => return entries,
        [mark] => format!("target {}", mark.words),
        _ => "target".to_owned(),
    };
    entries.push(Entry::new(Swatch::Line, colors.accent, target));
    entries
}

fn axis(said: &Said<'_>, count: usize) -> Axis {
    let numbers = said.needs.iter().flat_map(Need::numbers);
    let numbers = numbers.chain(said.marks.iter().map(|it| it.bound));
    // Bars stand on zero.
    let (low, high) = numbers.fold((0.0, 0.0), |(low, high): (f64, f64), it| (low.min(it), high.max(it)));
    Axis::over(low, high, count, true)
}
