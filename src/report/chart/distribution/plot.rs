//! The picture of a distribution: histogram, targets, the strip of quantiles, where the spread comes from.

use crate::forecast::{Estimate, Forecast, SpreadShares};
use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::legend::{Entry, Legend, Swatch};
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number::{self, known};
use crate::report::chart::palette::Palette;
use crate::report::chart::target::Goal;
use crate::report::chart::text;

use super::bins::Bin;
use super::words;

/// Pixels of the histogram, times the scale.
const FIELD_LEAST: f64 = 90.0;
const FIELD_MOST: f64 = 330.0;
/// Of the strip of quantiles and the bar of spread.
const STRIP: f64 = 16.0;
/// A target farther away than this many times the width of the histogram is only pointed at.
const REACH: f64 = 1.2;
/// So many targets have words; the others tell when pointed at.
const NAMED_MAX: usize = 4;

/// All that is drawn, laid out but for its place.
pub(super) struct Plot<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    metric: &'a MetricWords,
    bins: &'a [Bin],
    estimate: &'a Estimate,
    goals: &'a [Goal],
    whole: &'static str,
    axis: Axis,
    /// Which side of the first target a bar is on.
    sides: Legend,
    quantiles: Legend,
    sources: Option<(SpreadShares, Legend)>,
    width: f64,
}

impl<'a> Plot<'a> {
    pub(super) fn new(
        frame: &Frame,
        forecast: &Forecast,
        metric: &'a MetricWords,
        bins: &'a [Bin],
        estimate: &'a Estimate,
        goals: &'a [Goal],
        spread: Option<SpreadShares>,
    ) -> Self {
        let (sizes, colors, width) = (frame.sizes, frame.colors, frame.width);
        let legend = |entries| Legend::new(entries, sizes, width);
        let sides = goals.first().map_or_else(Vec::new, |goal| sides(goal, bins, colors));
        let quantiles = words::quantiles(metric, estimate).into_iter().map(|(what, numbers)| {
            let (swatch, color) = match what {
                "median" => (Swatch::Mark, colors.line),
                "mean" => (Swatch::Dot, colors.ink),
                "50\u{a0}%" => (Swatch::Area, colors.bands[0]),
                "80\u{a0}%" => (Swatch::Area, colors.bands[1]),
                _ => (Swatch::Area, colors.bands[2]),
            };
            let joint = if matches!(swatch, Swatch::Area) { ": " } else { " " };
            Entry::new(swatch, color, format!("{what}{joint}{numbers}"))
        });
        let sources = spread.map(|spread| {
            let entries = words::sources(spread).into_iter().zip(source_colors(colors));
            let entries = entries.map(|((share, what), color)| {
                Entry::new(Swatch::Area, color, format!("{} {what}", words::about(share)))
            });
            (spread, legend(entries.collect()))
        });
        Self {
            sizes,
            colors,
            metric,
            bins,
            estimate,
            goals,
            whole: words::whole(forecast),
            axis: axis(bins, estimate, goals, width / sizes.scale, metric),
            sides: legend(sides),
            quantiles: legend(quantiles.collect()),
            sources,
            width,
        }
    }

    pub(super) fn height_natural(&self) -> f64 {
        let scale = self.sizes.scale;
        self.around() + (0.34 * self.width).clamp(1.6 * FIELD_LEAST * scale, FIELD_MOST * scale)
    }

    pub(super) fn height_least(&self) -> f64 {
        self.around() + FIELD_LEAST * self.sizes.scale
    }

    /// Everything above and below the histogram.
    fn around(&self) -> f64 {
        self.above() + self.below()
    }

    /// The heading of the axis, the legend of sides and the words of targets.
    fn above(&self) -> f64 {
        let line = self.sizes.small.line_height();
        self.sides_height() + line + 8.0 * self.sizes.scale + self.goals_height()
    }

    fn sides_height(&self) -> f64 {
        if self.sides.height > 0.0 {
            self.sides.height + 6.0 * self.sizes.scale
        } else {
            0.0
        }
    }

    fn goals_height(&self) -> f64 {
        self.goals.len().min(NAMED_MAX) as f64 * self.sizes.strong.line_height()
    }

    fn below(&self) -> f64 {
        let (line, scale) = (self.sizes.small.line_height(), self.sizes.scale);
        let strip = if self.quantiles.height > 0.0 {
            (STRIP + 18.0) * scale + self.quantiles.height
        } else {
            0.0
        };
        let sources = self
            .sources
            .as_ref()
            .map_or(0.0, |(_, legend)| line + (STRIP + 22.0) * scale + legend.height);
        2.0 * line + 10.0 * scale + strip + sources
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let most = self.bins.iter().map(|it| it.share).fold(0.0, f64::max);
        let height = area.height() - self.around();
        let count = ((height / (45.0 * scale)) as usize).clamp(2, 6);
        let shares = Axis::over(0.0, 100.0 * most, count, false);
        let ticks: Vec<(f64, String)> = shares
            .ticks()
            .into_iter()
            .map(|(value, words)| (value, format!("{words}\u{a0}%")))
            .collect();
        let widest = ticks.iter().map(|(_, words)| text::width(words, font));
        let left = area.left + widest.fold(0.0, f64::max).ceil() + 9.0 * scale;
        let top = area.top + self.above();
        let field = Rect {
            left,
            top,
            right: area.right - 2.0 * scale,
            bottom: top + height,
        };
        self.sides.draw(canvas, (area.left, area.top), colors.ink);
        let heading = text::shorten(&format!("share of {}", self.whole), font, area.width());
        let at = (area.left, area.top + self.sides_height() + font.size);
        canvas.text(at, &heading, font, colors.muted, Align::Left);
        for (value, words) in &ticks {
            let y = shares.at(*value, field.bottom, field.top);
            canvas.line(&[(field.left, y), (field.right, y)], colors.grid, scale);
            let at = (field.left - 8.0 * scale, y + font.middle_to_baseline());
            canvas.text(at, words, font, colors.muted, Align::Right);
        }
        self.draw_bins(canvas, field, &shares);
        let ends = [(field.left, field.bottom), (field.right, field.bottom)];
        canvas.line(&ends, colors.axis, scale);
        self.draw_goals(canvas, field);
        let below = self.draw_totals(canvas, area, field);
        let below = self.draw_strip(canvas, area, field, below);
        self.draw_sources(canvas, area, below);
    }

    fn x(&self, field: Rect, value: f64) -> f64 {
        self.axis.at(value, field.left, field.right)
    }

    fn draw_bins(&self, canvas: &mut Canvas, field: Rect, shares: &Axis) {
        let colors = self.colors;
        let unit = words::bin_unit(self.bins);
        let goal = self.goals.first();
        for bin in self.bins {
            let title = format!(
                "{}: {} of {}",
                self.metric.amount(&number::range(bin.low, bin.high, unit)),
                number::share(bin.share),
                self.whole
            );
            let part = |low: f64, high: f64| {
                let (left, right) = (self.x(field, low), self.x(field, high));
                // Bars of a histogram touch, but for a hair that keeps them apart.
                let hair = (0.08 * (right - left)).min(self.sizes.scale);
                Rect {
                    left: left + hair / 2.0,
                    right: right - hair / 2.0,
                    top: shares.at(100.0 * bin.share, field.bottom, field.top),
                    bottom: field.bottom,
                }
            };
            let turn = goal.map(|it| it.ahead().clamp(bin.low, bin.high));
            canvas.titled(&title, |canvas| match (goal, turn) {
                (Some(goal), Some(turn)) => {
                    let (below, above) = if goal.is_least {
                        (colors.ends.lost, colors.bar)
                    } else {
                        (colors.bar, colors.ends.lost)
                    };
                    for (low, high, color) in [(bin.low, turn, below), (turn, bin.high, above)] {
                        if high > low {
                            canvas.rect(part(low, high), color);
                        }
                    }
                }
                _ => canvas.rect(part(bin.low, bin.high), colors.bar),
            });
        }
    }

    /// Each target's line and, above the histogram, its words in a row of their own.
    fn draw_goals(&self, canvas: &mut Canvas, field: Rect) {
        let (font, colors, scale) = (self.sizes.strong, self.colors, self.sizes.scale);
        let row = font.line_height();
        let rows = self.rows();
        let bottom = |position: usize| {
            let above = rows.iter().position(|it| *it == position);
            let above = above.map_or(0, |it| rows.len() - 1 - it);
            field.top - above as f64 * row
        };
        for (position, goal) in self.goals.iter().enumerate() {
            let x = self.x(field, goal.ahead());
            let title = format!("target {}: {}", goal.id, goal.chance());
            canvas.titled(&title, |canvas| {
                canvas.line(&[(x, bottom(position)), (x, field.bottom)], colors.accent, 2.2 * scale);
            });
        }
        for position in &rows {
            let goal = &self.goals[*position];
            let value = goal.ahead();
            let words = if value > self.axis.high {
                format!("{} \u{2192}", goal.chance())
            } else if value < self.axis.low {
                format!("\u{2190} {}", goal.chance())
            } else {
                goal.chance()
            };
            let words = text::shorten(&words, font, field.width());
            let width = text::width(&words, font);
            let x = self.x(field, value);
            // On the side that meets it, if there is room.
            let wanted = if goal.is_least { x - 1.0 } else { x + 1.0 - width };
            let left = wanted.min(field.right - width).max(field.left);
            let place = Rect {
                left: left - 2.0 * scale,
                right: left + width + 2.0 * scale,
                top: bottom(*position) - row,
                bottom: bottom(*position) - scale,
            };
            canvas.rect(place, colors.background);
            let at = (left, place.bottom - 0.28 * font.size);
            canvas.text(at, &words, font, colors.accent, Align::Left);
        }
    }

    /// The targets whose words are written, from the uppermost row down: in an order in which their
    /// lines do not cross the words of others.
    fn rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.goals.len().min(NAMED_MAX)).collect();
        rows.sort_by(|one, other| self.goals[*one].ahead().total_cmp(&self.goals[*other].ahead()));
        if self.goals.first().is_some_and(|it| !it.is_least) {
            rows.reverse();
        }
        rows
    }

    /// The values under the histogram and what they are; says where that ends.
    fn draw_totals(&self, canvas: &mut Canvas, area: Rect, field: Rect) -> f64 {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let baseline = field.bottom + 6.0 * scale + font.size;
        let mut free = area.left;
        for (value, words) in self.axis.ticks() {
            let x = self.x(field, value);
            let half = text::width(&words, font) / 2.0;
            let centre = x.min(area.right - half);
            let ends = [(x, field.bottom), (x, field.bottom + 4.0 * scale)];
            canvas.line(&ends, colors.axis, scale);
            if centre - half >= free {
                canvas.text((centre, baseline), &words, font, colors.ink, Align::Middle);
                free = centre + half + 0.6 * font.size;
            }
        }
        let unit = match &self.metric.unit {
            Some(unit) if self.metric.is_money || unit == "customers" => format!(", {unit}"),
            _ => String::new(),
        };
        let what = format!("{} over the whole horizon{unit}", self.metric.inside());
        let what = text::shorten(&what, font, field.width());
        let at = (f64::midpoint(field.left, field.right), baseline + font.line_height());
        canvas.text(at, &what, font, colors.muted, Align::Middle);
        at.1 + 0.36 * font.size
    }

    /// The quantiles as a strip under the histogram, and their numbers.
    fn draw_strip(&self, canvas: &mut Canvas, area: Rect, field: Rect, below: f64) -> f64 {
        if self.quantiles.height == 0.0 {
            return below;
        }
        let (colors, scale) = (self.colors, self.sizes.scale);
        let top = below + 10.0 * scale;
        let bottom = top + STRIP * scale;
        let middle = f64::midpoint(top, bottom);
        let (low, high) = (
            self.x(field, self.bins[0].low),
            self.x(field, self.bins[self.bins.len() - 1].high),
        );
        canvas.line(&[(low, middle), (high, middle)], colors.axis, scale);
        let estimate = self.estimate;
        let bands = [
            (number::interval_90(estimate), colors.bands[2]),
            (number::interval_80(estimate), colors.bands[1]),
            (number::interval(estimate.p25, estimate.p75), colors.bands[0]),
        ];
        for (interval, color) in bands {
            if let Some((low, high)) = interval.filter(|(low, high)| high > low) {
                let band = Rect {
                    left: self.x(field, low),
                    right: self.x(field, high),
                    top,
                    bottom,
                };
                canvas.rect(band, color);
            }
        }
        if let Some(median) = known(estimate.p50) {
            let x = self.x(field, median);
            let ends = [(x, top - 2.0 * scale), (x, bottom + 2.0 * scale)];
            canvas.line(&ends, colors.line, 2.6 * scale);
        }
        if let Some(mean) = known(estimate.mean) {
            let at = (self.x(field, mean), middle);
            canvas.dot(at, 4.6 * scale, colors.background);
            canvas.dot(at, 3.6 * scale, colors.ink);
        }
        let at = (area.left, bottom + 8.0 * scale);
        self.quantiles.draw(canvas, at, colors.ink);
        at.1 + self.quantiles.height
    }

    /// Where the spread comes from, as one bar.
    fn draw_sources(&self, canvas: &mut Canvas, area: Rect, below: f64) {
        let Some((spread, legend)) = &self.sources else {
            return;
        };
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let baseline = below + 10.0 * scale + font.size;
        let headings = [
            "Where the spread comes from, as shares of the variance",
            "Where the spread comes from",
        ];
        let fits = |it: &&str| text::width(it, font) <= area.width();
        let heading = headings.into_iter().find(fits).unwrap_or(headings[1]);
        let heading = text::shorten(heading, font, area.width());
        canvas.text((area.left, baseline), &heading, font, colors.muted, Align::Left);
        let top = baseline + 0.45 * font.size;
        let mut left = area.left;
        for ((share, what), color) in words::sources(*spread).into_iter().zip(source_colors(colors)) {
            let width = known(Some(share)).unwrap_or(0.0).clamp(0.0, 1.0) * area.width();
            let part = Rect {
                left,
                right: (left + width - scale).min(area.right),
                top,
                bottom: top + STRIP * scale,
            };
            if part.right > part.left {
                let title = format!("{} of the variance: {what}", words::about(share));
                canvas.titled(&title, |canvas| canvas.rect(part, color));
            }
            left += width;
        }
        let at = (area.left, top + (STRIP + 7.0) * scale);
        legend.draw(canvas, at, colors.ink);
    }
}

/// What bars mean that meet the target and that do not, as far as there are any.
fn sides(goal: &Goal, bins: &[Bin], colors: &Palette) -> Vec<Entry> {
    let (low, high) = (bins[0].low, bins[bins.len() - 1].high);
    let (below, above) = (low < goal.ahead(), high > goal.ahead());
    let (meets, misses) = if goal.is_least { (above, below) } else { (below, above) };
    let bound = format!("{} {}", goal.sign(), goal.words());
    let mut entries = Vec::new();
    if meets {
        entries.push(Entry::new(Swatch::Area, colors.bar, format!("meets {bound}")));
    }
    if misses {
        entries.push(Entry::new(Swatch::Area, colors.ends.lost, format!("misses {bound}")));
    }
    entries
}

fn source_colors(colors: &Palette) -> [plotters::style::RGBColor; 3] {
    [colors.line, colors.axis, colors.ends.other]
}

/// From the first bin to the last, and as far as targets and quantiles are near.
fn axis(bins: &[Bin], estimate: &Estimate, goals: &[Goal], width: f64, metric: &MetricWords) -> Axis {
    let (low, high) = (bins[0].low, bins[bins.len() - 1].high);
    let span = high - low;
    let near = |it: &f64| (low - REACH * span..=high + REACH * span).contains(it);
    let others = goals.iter().map(Goal::ahead);
    let others = others.chain([estimate.p5, estimate.p95, estimate.mean].into_iter().filter_map(known));
    let (least, most) = others
        .filter(near)
        .fold((low, high), |(least, most), it| (least.min(it), most.max(it)));
    let room = 0.02 * (most - least);
    let count = ((width / 90.0) as usize).clamp(3, 9);
    Axis::between(least - room, most + room, count, !metric.is_money)
}
