//! The picture of the time to convert: a rising step line, and by when how many have converted.

use crate::report::chart::axis::{Axis, spread};
use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Font};

use super::law::{Law, Quantile, days};
use super::scale::Unit;

/// Steps narrower than this many pixels are not told apart.
const STEP_LEAST: f64 = 0.4;
/// Columns that tell a number when pointed at, at most.
const HOVERS_MAX: f64 = 120.0;

/// All that is drawn.
pub(super) struct Plot<'a> {
    pub(super) sizes: Sizes,
    pub(super) colors: &'static Palette,
    pub(super) law: &'a Law,
    pub(super) axis: Axis,
    /// Everything, words included.
    pub(super) area: Rect,
    field: Rect,
    entries: Vec<Entry>,
}

/// Words beside the picture, about a height on it.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    /// The second of them in bold.
    words: [String; 3],
    share: f64,
    quantile: Option<Quantile>,
}

impl<'a> Plot<'a> {
    pub(super) fn new(frame: &Frame, law: &'a Law, area: Rect) -> Self {
        let (sizes, scale) = (frame.sizes, frame.sizes.scale);
        let count = ((area.height() / (50.0 * scale)) as usize).clamp(2, 8);
        let axis = Axis::over(0.0, 100.0 * law.share, count, false);
        let is_narrow = area.width() < 520.0 * scale;
        let entries = entries(law, &Unit::over(law.shown), is_narrow);
        let font = sizes.small;
        let widest = |words: &mut dyn Iterator<Item = f64>| words.fold(0.0, f64::max).ceil();
        let left = widest(&mut axis.ticks().iter().map(|(_, words)| text::width(words, font)));
        let right = widest(&mut entries.iter().map(|it| placed(it, font).1));
        let field = Rect {
            left: area.left + left + 9.0 * scale,
            top: area.top + font.line_height() + 10.0 * scale,
            right: area.right - right - 30.0 * scale,
            bottom: area.bottom - 2.0 * font.line_height() - 6.0 * scale,
        };
        Self {
            sizes,
            colors: frame.colors,
            law,
            axis,
            area,
            field,
            entries,
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.draw_shares(canvas);
        self.draw_curve(canvas);
        self.draw_days(canvas);
        self.draw_entries(canvas);
        self.draw_hover(canvas);
    }

    fn x(&self, days: f64) -> f64 {
        let share = (days / self.law.shown).clamp(0.0, 1.0);
        self.field.left + share * self.field.width()
    }

    fn y(&self, share: f64) -> f64 {
        self.axis.at(100.0 * share, self.field.bottom, self.field.top)
    }

    /// The shares, each with a line across.
    fn draw_shares(&self, canvas: &mut Canvas) {
        let (font, colors, scale, field) = (self.sizes.small, self.colors, self.sizes.scale, self.field);
        let words = text::shorten("% of customers have converted", font, 0.9 * self.area.width());
        let at = (self.area.left, self.area.top + font.size);
        canvas.text(at, &words, font, colors.muted, Align::Left);
        for (value, words) in self.axis.ticks() {
            let y = self.axis.at(value, field.bottom, field.top);
            canvas.line(&[(field.left, y), (field.right, y)], colors.grid, scale);
            let at = (field.left - 8.0 * scale, y + font.middle_to_baseline());
            canvas.text(at, &words, font, colors.muted, Align::Right);
        }
    }

    /// The area below the step line, and the line.
    fn draw_curve(&self, canvas: &mut Canvas) {
        let mut points: Vec<Point> = vec![(self.field.left, self.y(0.0))];
        let mut reached = 0.0;
        for (day, share) in &self.law.steps {
            if *day > self.law.shown {
                break;
            }
            let x = self.x(*day);
            let is_apart = points.last().is_none_or(|it| x - it.0 >= STEP_LEAST);
            if is_apart || *day == 0.0 {
                points.push((x, self.y(reached)));
                points.push((x, self.y(*share)));
                reached = *share;
            }
        }
        points.push((self.field.right, self.y(reached)));
        points.push((self.field.right, self.y(self.law.at(self.law.shown))));
        let mut outline = points.clone();
        outline.push((self.field.right, self.field.bottom));
        outline.push((self.field.left, self.field.bottom));
        canvas.polygon(&outline, self.colors.bands[2]);
        canvas.line(&points, self.colors.line, 2.2 * self.sizes.scale);
    }

    /// The time since arrival, under the axis.
    fn draw_days(&self, canvas: &mut Canvas) {
        let (font, colors, scale, field) = (self.sizes.small, self.colors, self.sizes.scale, self.field);
        let base = [(field.left, field.bottom), (field.right, field.bottom)];
        canvas.line(&base, colors.axis, scale);
        let unit = Unit::over(self.law.shown);
        let widest = text::width(&number::number(self.law.shown / unit.days, 1.0), font);
        let count = field.width() / (widest + 14.0 * scale);
        let stride = unit.stride(self.law.shown, count.min(14.0));
        let named = (self.law.shown / unit.days / stride + 1e-9).floor() as u32;
        let baseline = field.bottom + 8.0 * scale + font.size;
        for tick in 0..=named {
            let value = f64::from(tick) * stride;
            let x = self.x(value * unit.days);
            let ends = [(x, field.bottom), (x, field.bottom + 4.0 * scale)];
            canvas.line(&ends, colors.axis, scale);
            let words = number::number(value, 1.0);
            canvas.text((x, baseline), &words, font, colors.ink, Align::Middle);
        }
        let words = format!("{} since arrival", unit.plural);
        let half = text::width(&words, font) / 2.0;
        let x = f64::midpoint(field.left, field.right).max(self.area.left + half);
        let at = (x, baseline + font.line_height());
        canvas.text(at, &words, font, colors.muted, Align::Middle);
    }

    /// By when 10, 50 and 90 % of those who convert have done so, and how many do in the end.
    fn draw_entries(&self, canvas: &mut Canvas) {
        let (font, colors, scale, field) = (self.sizes.small, self.colors, self.sizes.scale, self.field);
        let wanted: Vec<f64> = self.entries.iter().map(|it| self.y(it.share)).collect();
        let middles = spread(&wanted, font.line_height(), (self.area.top, field.bottom));
        let left = field.right + 26.0 * scale;
        for ((entry, y), middle) in self.entries.iter().zip(&wanted).zip(&middles) {
            let from = entry.quantile.map_or(field.right, |it| self.x(it.days));
            let leader = [
                (from, *y),
                (field.right + 8.0 * scale, *y),
                (left - 4.0 * scale, *middle),
            ];
            canvas.line(&leader, colors.axis, scale);
            if entry.quantile.is_some() {
                canvas.line(&[(from, *y), (from, field.bottom)], colors.axis, scale);
                canvas.dot((from, *y), 4.2 * scale, colors.background);
                canvas.dot((from, *y), 3.2 * scale, colors.line);
            }
            let baseline = middle + font.middle_to_baseline();
            for (x, words, font) in placed(entry, font).0 {
                let color = if font.bold { colors.ink } else { colors.muted };
                canvas.text((left + x, baseline), words, font, color, Align::Left);
            }
        }
    }

    fn draw_hover(&self, canvas: &mut Canvas) {
        let stride = (self.law.shown / HOVERS_MAX).ceil().max(1.0);
        let count = (self.law.shown / stride).ceil() as u32;
        for column in 0..count {
            let from = f64::from(column) * stride;
            let until = (from + stride).min(self.law.shown);
            let day = until - 1.0;
            let told = format!(
                "by the end of day {}: {} have converted, {} of those who do",
                number::number(day, 1.0),
                number::share(self.law.at(day)),
                number::share(self.law.at(day) / self.law.share)
            );
            let area = Rect {
                left: self.x(from),
                right: self.x(until),
                ..self.field
            };
            canvas.hover(area, &told, self.colors.grid);
        }
    }
}

/// From the top down.
fn entries(law: &Law, unit: &Unit, is_narrow: bool) -> Vec<Entry> {
    let quantiles = law.quantiles.iter().map(|it| {
        let part = match it.part {
            0.5 => "half".to_owned(),
            part if part > 1.0 - 1e-9 => "all".to_owned(),
            part => number::share(part),
        };
        let of = if is_narrow { "" } else { " of them" };
        let (before, strong) = if it.days == 0.0 {
            (format!("{part}{of}"), "at once".to_owned())
        } else if is_narrow {
            (part, days(it.days))
        } else {
            (format!("{part}{of} in"), days(it.days))
        };
        let other = number::number(it.days / unit.days, 0.1);
        let after = if unit.days > 1.0 && !is_narrow && it.days > 0.0 {
            format!("({other} {})", if other == "1" { unit.singular } else { unit.plural })
        } else {
            String::new()
        };
        Entry {
            words: [before, strong, after],
            share: it.part * law.share,
            quantile: Some(*it),
        }
    });
    let after = if is_narrow { "in all" } else { "convert in all" };
    let share = number::share_with_interval(law.share, None).0;
    let all = Entry {
        words: [String::new(), share, after.to_owned()],
        share: law.share,
        quantile: None,
    };
    std::iter::once(all).chain(quantiles.rev()).collect()
}

/// The words of an entry, the second of them bold, each with its distance from the first.
fn placed(entry: &Entry, font: Font) -> (Vec<(f64, &str, Font)>, f64) {
    let mut x = 0.0;
    let mut placed = Vec::new();
    for (position, words) in entry.words.iter().enumerate().filter(|it| !it.1.is_empty()) {
        let font = if position == 1 { Font::bold(font.size) } else { font };
        placed.push((x, words.as_str(), font));
        x += text::width(words, font) + 0.3 * font.size;
    }
    (placed, x)
}
