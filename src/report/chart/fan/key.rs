//! The names of the line and the bands, written where they end.

use plotters::style::RGBColor;

use crate::report::chart::axis::spread;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::number;
use crate::report::chart::text;

use super::plot::{Plot, runs};

const SHARES: [&str; 3] = ["50\u{a0}%", "80\u{a0}%", "90\u{a0}%"];

/// A name for the line or a band.
struct Entry {
    words: String,
    /// What it points at.
    value: f64,
    color: RGBColor,
    is_line: bool,
}

impl Plot<'_> {
    /// The widest of the names.
    pub(super) fn key_width(&self) -> f64 {
        self.widest(&self.key(false))
    }

    fn widest(&self, entries: &[Entry]) -> f64 {
        let widths = entries.iter();
        let widths = widths.map(|it| text::width(&it.words, self.sizes.small));
        widths.fold(0.0, f64::max).ceil()
    }

    /// The last period of which something is known.
    fn last(&self) -> Option<usize> {
        self.values.iter().rposition(|it| it.line.is_some())
    }

    /// What the line and the bands are called, from top to bottom.
    fn key(&self, with_numbers: bool) -> Vec<Entry> {
        let Some(last) = self.last().map(|it| self.values[it]) else {
            return Vec::new();
        };
        let line = last.line.unwrap_or(0.0);
        let unit = number::unit(line, last.interval_80());
        let said = |words: &str, numbers: &str| {
            if with_numbers {
                format!("{words}: {numbers}")
            } else {
                words.to_owned()
            }
        };
        let mut inner = line;
        let mut entries = Vec::new();
        for (band, words) in SHARES.into_iter().enumerate() {
            let Some((low, high)) = last.bands[band].filter(|_| self.has_width(band)) else {
                continue;
            };
            let numbers = number::range(low, high, unit);
            entries.push(Entry {
                words: said(words, &numbers),
                value: f64::midpoint(inner.min(high), high),
                color: self.colors.bands[band],
                is_line: false,
            });
            inner = high;
        }
        entries.reverse();
        let has_median = last.bands.iter().any(Option::is_some);
        entries.push(Entry {
            words: said(
                if has_median { "median" } else { "expected" },
                &self.metric.amount(&number::number(line, unit)),
            ),
            value: line,
            color: self.colors.line,
            is_line: true,
        });
        entries
    }

    /// Whether the band is more than a line anywhere.
    fn has_width(&self, band: usize) -> bool {
        let mut bands = self.values.iter().filter_map(|it| it.bands[band]);
        bands.any(|(low, high)| high > low)
    }

    /// Writes the names; says what they and their leaders cover.
    pub(super) fn draw_key(&self, canvas: &mut Canvas, field: Rect) -> Vec<Rect> {
        let Some(last) = self.last() else {
            return Vec::new();
        };
        let (font, colors, scale) = (self.sizes.small, self.colors, self.scale());
        let is_lone = runs(self.values, |it| it.line).last().is_some_and(|run| run.len() == 1);
        let from = if is_lone {
            self.lone_bar(field, last).1
        } else {
            self.x(field, last)
        };
        let is_only = self.values.len() == 1;
        let (entries, left) = if is_only {
            let left = from + 52.0 * scale;
            let entries = self.key(true);
            let fits = left + self.widest(&entries) <= self.area.right;
            (if fits { entries } else { self.key(false) }, left)
        } else {
            let entries = self.key(false);
            let left = self.area.right - self.widest(&entries);
            (entries, left)
        };
        let wanted: Vec<f64> = entries.iter().map(|it| self.y(field, it.value)).collect();
        let middles = spread(&wanted, font.line_height(), (field.top, field.bottom));
        let right = left + self.widest(&entries);
        let mut taken = vec![Rect {
            left: from + scale,
            top: wanted.iter().chain(&middles).copied().fold(f64::MAX, f64::min) - font.size,
            right,
            bottom: wanted.iter().chain(&middles).copied().fold(f64::MIN, f64::max) + font.size,
        }];
        taken.retain(|it| it.right > it.left);
        for ((entry, wanted), middle) in entries.iter().zip(&wanted).zip(&middles) {
            let swatch = left - 16.0 * scale;
            let bend = if is_only { from } else { field.right.max(from) } + 5.0 * scale;
            let leader = [
                (from + 3.0 * scale, *wanted),
                (bend, *wanted),
                (swatch - 3.0 * scale, *middle),
            ];
            canvas.line(&leader, colors.axis, 0.8 * scale);
            let half = if entry.is_line { 1.3 } else { 5.0 } * scale;
            let swatch = Rect {
                left: swatch,
                right: swatch + 11.0 * scale,
                top: middle - half,
                bottom: middle + half,
            };
            canvas.rect(swatch, entry.color);
            let at = (left, middle + font.middle_to_baseline());
            canvas.text(at, &entry.words, font, colors.ink, Align::Left);
        }
        taken
    }
}
