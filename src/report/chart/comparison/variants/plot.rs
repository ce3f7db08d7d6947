//! The picture of the options: two axes, and a row for each option.

use plotters::style::RGBColor;

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::fan::Value;
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::legend::{Entry, Legend, Swatch};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::period;
use crate::report::chart::text::{self, Wrapped};

use super::super::metric::{Difference, Metric, Verdict};
use super::rows::{Columns, better_heading, written};
use super::{Row, told};

/// Between rows, times the scale.
const GAP: (f64, f64) = (5.0, 14.0);
/// Half the height of an interval, and the radius of a mean.
const BAR: f64 = 4.5;
const DOT: f64 = 4.2;

/// All that is drawn.
pub(super) struct Plot<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    metric: &'a Metric,
    rows: &'a [Row],
    names: Vec<Wrapped>,
    columns: Columns,
    value: Axis,
    difference: Axis,
    legend: Legend,
}

impl<'a> Plot<'a> {
    pub(super) fn new(frame: &Frame, metric: &'a Metric, rows: &'a [Row]) -> Self {
        let sizes = frame.sizes;
        let columns = Columns::new(frame, metric, rows);
        let shown = || rows.iter().filter_map(|it| metric.options[it.option].as_ref());
        let values = shown().flat_map(|it| seen(&it.value));
        let (low, high) = ends(values).unwrap_or((0.0, 0.0));
        let differences = shown().filter_map(|it| it.difference).flat_map(|it| seen(&it.value));
        let (less, more) = ends(differences.chain([0.0])).unwrap_or((0.0, 0.0));
        let count = |(left, right): (f64, f64)| ((right - left) / (62.0 * sizes.scale)).clamp(2.0, 8.0) as usize;
        let is_whole = !metric.words.is_money && !metric.is_share;
        let names = rows.iter().map(|it| columns.wrapped(&it.name, sizes.body));
        Self {
            sizes,
            colors: frame.colors,
            metric,
            rows,
            names: names.collect(),
            value: Axis::over(low, high, count(columns.value), is_whole),
            difference: Axis::over(less, more, count(columns.difference), is_whole),
            legend: Legend::new(key(metric, rows, frame.colors), sizes, frame.width),
            columns,
        }
    }

    /// The key, the headings and the numbers of the axes.
    fn head_height(&self) -> f64 {
        let unit = self.sizes.scale;
        self.legend.height + 10.0 * unit + 2.0 * self.sizes.small.line_height() + 8.0 * unit
    }

    /// A row without what is around it.
    fn row_height(&self, row: usize) -> f64 {
        let lines = self.names[row].lines.len() as f64;
        let names = lines * self.sizes.body.line_height();
        if self.columns.is_beside {
            names.max(2.0 * BAR * self.sizes.scale)
        } else {
            names + self.sizes.small.line_height() + (2.0 * BAR + 7.0) * self.sizes.scale
        }
    }

    fn height(&self, gap: f64) -> f64 {
        let rows: f64 = (0..self.rows.len()).map(|it| self.row_height(it)).sum();
        self.head_height() + rows + gap * self.rows.len() as f64
    }

    pub(super) fn height_natural(&self) -> f64 {
        let gap = if self.rows.len() > 20 && self.columns.is_beside {
            0.55 * GAP.1
        } else {
            GAP.1
        };
        self.height(gap * self.sizes.scale)
    }

    pub(super) fn height_least(&self) -> f64 {
        self.height(GAP.0 * self.sizes.scale)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let (colors, unit) = (self.colors, self.sizes.scale);
        self.legend.draw(canvas, (area.left, area.top), colors.ink);
        let gap = (area.height() - self.height(0.0)) / self.rows.len() as f64;
        let gap = gap.min(60.0 * unit);
        let top = area.top + self.head_height();
        self.draw_axes(canvas, area, top);
        if self.columns.is_beside {
            let bottom = top + self.height(gap) - self.head_height();
            self.draw_lines(canvas, Rect { top, bottom, ..area });
        }
        let mut y = top;
        for (at, row) in self.rows.iter().enumerate() {
            let below = y + self.row_height(at) + gap;
            if at > 0 {
                canvas.line(&[(area.left, y), (area.right, y)], colors.grid, unit);
            }
            let told = format!("{}: {}", row.name, told(self.metric, row.option));
            let place = Rect {
                left: area.left,
                top: y,
                right: area.right,
                bottom: below,
            };
            canvas.titled(&told, |canvas| self.draw_row(canvas, place, gap, at));
            y = below;
        }
    }

    fn x(axis: &Axis, (left, right): (f64, f64), area: Rect, value: f64) -> f64 {
        axis.at(value, area.left + left, area.left + right)
    }

    /// Both axes: where they are, and the level that options are held against.
    fn axes(&self) -> [(&Axis, (f64, f64), Option<f64>); 2] {
        let base = self.metric.options[0].and_then(|it| it.value.line);
        [
            (&self.value, self.columns.value, base),
            (&self.difference, self.columns.difference, Some(0.0)),
        ]
    }

    /// The lines of both axes.
    fn draw_lines(&self, canvas: &mut Canvas, area: Rect) {
        let (colors, unit) = (self.colors, self.sizes.scale);
        for (axis, columns, level) in self.axes() {
            let values = axis.ticks().into_iter().map(|(value, _)| (value, colors.grid, unit));
            let level = level.map(|it| (it, colors.axis, 1.4 * unit));
            for (value, color, width) in values.chain(level) {
                let x = Self::x(axis, columns, area, value);
                canvas.line(&[(x, area.top), (x, area.bottom)], color, width);
            }
        }
    }

    /// Headings and numbers of both axes.
    fn draw_axes(&self, canvas: &mut Canvas, area: Rect, top: f64) {
        let (font, colors, unit) = (self.sizes.small, self.colors, self.sizes.scale);
        let numbers = top - 8.0 * unit - 0.1 * font.size;
        let headings = numbers - font.line_height();
        let is_beside = self.columns.is_beside;
        let difference = match self.metric.difference_unit() {
            Some(unit) => format!("difference to the base, {unit}"),
            None => "difference to the base".to_owned(),
        };
        // The numbers of both axes stand in one row.
        let mut row = period::Row::new((area.left, area.right), 0.5 * font.size);
        for ((axis, columns, _), heading) in self.axes().into_iter().zip([self.metric.heading(), difference]) {
            for (value, words) in axis.ticks() {
                let x = Self::x(axis, columns, area, value);
                if let Some(x) = row.place(x, text::width(&words, font)) {
                    canvas.text((x, numbers), &words, font, colors.muted, Align::Middle);
                }
            }
            let room = columns.1 - columns.0 + if is_beside { 8.0 * unit } else { 0.0 };
            let short = heading.split(" to the").next().unwrap_or_default();
            let fits = text::width(&heading, font) <= room;
            let heading = text::shorten(if fits { &heading } else { short }, font, room);
            let at = (area.left + columns.0, headings);
            canvas.text(at, &heading, font, colors.muted, Align::Left);
        }
        if is_beside {
            let at = (area.left + self.columns.right, headings);
            canvas.text(at, &better_heading(self.metric), font, colors.muted, Align::Right);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, place: Rect, gap: f64, at: usize) {
        let (sizes, colors, unit) = (self.sizes, self.colors, self.sizes.scale);
        let row = &self.rows[at];
        let top = place.top + gap / 2.0;
        let lines = &self.names[at].lines;
        let is_beside = self.columns.is_beside;
        let height = self.row_height(at);
        let font = sizes.body;
        let text_top = if is_beside {
            top + (height - lines.len() as f64 * font.line_height()) / 2.0
        } else {
            top
        };
        for (line, words) in lines.iter().enumerate() {
            let baseline = text_top + (line as f64 + 0.5) * font.line_height() + font.middle_to_baseline();
            canvas.text((place.left, baseline), words, font, colors.ink, Align::Left);
        }
        let middle = if is_beside {
            top + height / 2.0
        } else {
            top + height - (BAR + 1.0) * unit
        };
        if !is_beside {
            // Words stand above the marks, and no line goes through them.
            let half = (BAR + 3.0) * unit;
            let lines = Rect {
                top: middle - half,
                bottom: middle + half,
                ..place
            };
            self.draw_lines(canvas, lines);
        }
        self.draw_numbers(canvas, place, (middle, top), row, lines.len());
        let Some(shown) = &self.metric.options[row.option] else {
            return;
        };
        let mark = if row.option == 0 {
            (colors.ends.other, colors.muted)
        } else {
            (colors.bands[1], colors.line)
        };
        let at = |value: f64| Self::x(&self.value, self.columns.value, place, value);
        draw_mark(canvas, &shown.value, (&at, middle, unit), mark);
        if let Some(it) = shown.difference.filter(|it| !it.is_none) {
            let at = |value: f64| Self::x(&self.difference, self.columns.difference, place, value);
            draw_mark(canvas, &it.value, (&at, middle, unit), mark_of(&it, colors));
        }
    }

    fn draw_numbers(&self, canvas: &mut Canvas, place: Rect, (middle, top): (f64, f64), row: &Row, lines: usize) {
        let (sizes, colors) = (self.sizes, self.colors);
        let (value, difference, better) = written(self.metric, row);
        if self.columns.is_beside {
            let font = sizes.body;
            let baseline = middle + font.middle_to_baseline();
            let numbers = self.columns.numbers;
            let ends = [
                (numbers.0, &value),
                (numbers.1, &difference),
                (self.columns.right, &better),
            ];
            for (right, words) in ends {
                canvas.text((place.left + right, baseline), words, font, colors.ink, Align::Right);
            }
            return;
        }
        let font = sizes.small;
        let baseline = top + lines as f64 * sizes.body.line_height() + font.size;
        let (left, right) = (place.left + self.columns.numbers.0, place.left + self.columns.numbers.1);
        canvas.text((left, baseline), &value, font, colors.ink, Align::Left);
        let mut told = match (difference.as_str(), row.option) {
            ("", 0) => "base".to_owned(),
            ("none", _) => "no difference".to_owned(),
            _ => difference.clone(),
        };
        if !better.is_empty() {
            let longer = format!("{told}, {} in {better}", self.metric.better_word());
            let fits = text::width(&longer, font) <= place.right - right;
            told = if fits { longer } else { format!("{told}, {better}") };
        }
        let told = text::shorten(&told, font, place.right - right);
        if row.option > 0 {
            canvas.text((right, baseline), &told, font, colors.ink, Align::Left);
        }
    }
}

/// An interval with its mean on it.
fn draw_mark(
    canvas: &mut Canvas,
    value: &Value,
    (at, middle, unit): (&dyn Fn(f64) -> f64, f64, f64),
    (band, dot): (RGBColor, RGBColor),
) {
    if let Some((low, high)) = value.interval_80() {
        let bar = Rect {
            left: at(low),
            top: middle - BAR * unit,
            right: at(high),
            bottom: middle + BAR * unit,
        };
        canvas.rect(bar, band);
    }
    if let Some(mean) = value.line {
        canvas.dot((at(mean), middle), DOT * unit, dot);
    }
}

/// The colours of an interval of differences and of its mean.
fn mark_of(difference: &Difference, colors: &Palette) -> (RGBColor, RGBColor) {
    match difference.verdict {
        Verdict::Better => (colors.bands[1], colors.line),
        Verdict::Worse => (colors.ends.lost, colors.accent),
        Verdict::Unsure => (colors.ends.other, colors.muted),
    }
}

fn key(metric: &Metric, rows: &[Row], colors: &'static Palette) -> Vec<Entry> {
    let mut entries = vec![Entry::new(Swatch::Dot, colors.ink, "mean")];
    let shown = || rows.iter().filter_map(|it| metric.options[it.option].as_ref());
    if shown().any(|it| it.value.interval_80().is_some()) {
        let words = format!("80{}% of futures", text::NO_BREAK);
        entries.push(Entry::new(Swatch::Area, colors.bands[1], words));
    }
    let words = match metric.better {
        Some(_) => ["better than the base", "worse", "may be luck"],
        None => ["more than the base", "less", "may be luck"],
    };
    let verdicts = [Verdict::Better, Verdict::Worse, Verdict::Unsure];
    for (verdict, words) in verdicts.into_iter().zip(words) {
        let mut differences = shown().filter_map(|it| it.difference);
        if let Some(it) = differences.find(|it| it.verdict == verdict && !it.is_none) {
            entries.push(Entry::new(Swatch::Dot, mark_of(&it, colors).1, words));
        }
    }
    entries
}

/// The numbers of a value that are drawn.
fn seen(value: &Value) -> Vec<f64> {
    let interval = value.interval_80().into_iter().flat_map(|(low, high)| [low, high]);
    interval
        .chain(value.line)
        .filter_map(|it| number::known(Some(it)))
        .collect()
}

fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |ends, it| match ends {
        None => Some((it, it)),
        Some((low, high)) => Some((it.min(low), it.max(high))),
    })
}
