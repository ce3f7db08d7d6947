//! The picture of a bridge: a row for each part, where the last one ended begins the next.

use plotters::style::RGBColor;

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::legend::{Entry, Legend, Swatch};
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Wrapped};

use super::parts::{Bridge, Kind};
use super::words;

/// Pixels from row to row, times the scale.
const PITCH: f64 = 38.0;
const PITCH_LEAST: f64 = 26.0;
/// Lines of a name, where there is room.
const LINES_MOST: usize = 3;
const PITCH_MOST: f64 = 90.0;
/// The part of a row that its bar takes.
const BAR: f64 = 0.56;

/// One row.
struct Row {
    name: String,
    from: f64,
    to: f64,
    color: RGBColor,
    value: String,
    interval: Option<String>,
    share: Option<String>,
    title: String,
    whisker: Option<(f64, f64)>,
    is_sum: bool,
}

/// All that is drawn, laid out but for its place.
pub(super) struct Plot<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    metric: &'a MetricWords,
    bridge: &'a Bridge,
    rows: Vec<Row>,
    legend: Legend,
    axis: Axis,
    goal: Option<String>,
    name_width: f64,
    value_width: f64,
    with_intervals: bool,
    share_width: f64,
    share_heading: Wrapped,
    /// Whether the words of the target end before the heading of shares begins.
    is_beside: bool,
}

impl<'a> Plot<'a> {
    pub(super) fn new(frame: &Frame, metric: &'a MetricWords, bridge: &'a Bridge) -> Self {
        let (sizes, colors, width) = (frame.sizes, frame.colors, frame.width);
        let scale = sizes.scale;
        let rows = rows(metric, bridge, colors);
        let widest = |words: &mut dyn Iterator<Item = f64>| words.fold(0.0, f64::max).ceil();
        let names = widest(&mut rows.iter().map(|it| {
            let font = if it.is_sum { sizes.strong } else { sizes.body };
            text::width(&it.name, font)
        }));
        let name_width = names.clamp(40.0 * scale, 0.28 * width);
        let value_width = |intervals: bool| {
            widest(&mut rows.iter().map(|it| {
                let interval = it.interval.as_ref().filter(|_| intervals);
                let interval = interval.map_or(0.0, |it| 5.0 * scale + text::width(&format!("({it})"), sizes.small));
                text::width(&it.value, sizes.strong) + interval
            })) + 8.0 * scale
        };
        let has_shares = rows.iter().any(|it| it.share.is_some());
        let heading = text::wrap("of the forecast", sizes.small, 62.0 * scale, 3);
        let shares = rows.iter().filter_map(|it| it.share.as_ref());
        let shares = shares.map(|it| text::width(it, sizes.body));
        let headings = heading.lines.iter().map(|it| text::width(it, sizes.small));
        let share_width = widest(&mut shares.chain(headings)) + 10.0 * scale;
        let room = |values: f64, shares: f64| width - name_width - 12.0 * scale - values - shares;
        let share_width = if has_shares && room(value_width(false), share_width) >= 0.3 * width {
            share_width
        } else {
            0.0
        };
        let with_intervals = room(value_width(true), share_width) >= 0.42 * width;
        let value_width = value_width(with_intervals).min(0.4 * width);
        let field = room(value_width, share_width);
        let count = ((field / (85.0 * scale)) as usize).clamp(2, 8);
        let axis = axis(bridge, count, !metric.is_money);
        let goal = words::goal_words(metric, bridge);
        let is_beside = bridge.goal.as_ref().zip(goal.as_ref()).is_none_or(|(it, words)| {
            let left = name_width + 12.0 * scale;
            let half = text::width(words, sizes.strong) / 2.0;
            let x = axis.at(it.bound, left, left + field).max(half);
            x + half + 12.0 * scale <= width - share_width
        });
        Self {
            sizes,
            colors,
            metric,
            bridge,
            legend: Legend::new(legend(bridge, colors), sizes, width),
            axis,
            goal,
            is_beside,
            rows,
            name_width,
            value_width,
            with_intervals,
            share_width,
            share_heading: heading,
        }
    }

    pub(super) fn height_natural(&self) -> f64 {
        let font = self.sizes.body;
        let names = self
            .rows
            .iter()
            .map(|it| text::wrap(&it.name, font, self.name_width, LINES_MOST));
        let lines = names.map(|it| it.lines.len()).max().unwrap_or(1) as f64;
        let pitch = (PITCH * self.sizes.scale).max(lines * font.line_height() + 6.0 * self.sizes.scale);
        self.around() + self.rows.len() as f64 * pitch
    }

    pub(super) fn height_least(&self) -> f64 {
        self.around() + self.rows.len() as f64 * PITCH_LEAST * self.sizes.scale
    }

    fn around(&self) -> f64 {
        self.above() + 2.0 * self.sizes.small.line_height() + 8.0 * self.sizes.scale
    }

    /// The legend, the heading of shares and the words of the target.
    fn above(&self) -> f64 {
        let (sizes, scale) = (self.sizes, self.sizes.scale);
        let goal = self.goal.as_ref().map_or(0.0, |_| sizes.strong.line_height());
        let heading = if self.share_width > 0.0 {
            self.share_heading.lines.len() as f64 * sizes.small.line_height()
        } else {
            0.0
        };
        let heading = if self.is_beside {
            heading.max(goal)
        } else {
            heading + goal
        };
        self.legend.height + heading + 8.0 * scale
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let (sizes, colors, scale) = (self.sizes, self.colors, self.sizes.scale);
        let top = area.top + self.above();
        let pitch = (area.height() - self.around()) / self.rows.len() as f64;
        let pitch = pitch.min(PITCH_MOST * scale);
        let field = Rect {
            left: area.left + self.name_width + 12.0 * scale,
            top,
            right: area.right - self.value_width - self.share_width,
            bottom: top + pitch * self.rows.len() as f64,
        };
        self.legend.draw(canvas, (area.left, area.top), colors.ink);
        if self.share_width > 0.0 {
            let lines = self.share_heading.lines.iter().rev();
            for (line, words) in lines.enumerate() {
                let y = top - 6.0 * scale - line as f64 * sizes.small.line_height();
                canvas.text((area.right, y), words, sizes.small, colors.muted, Align::Right);
            }
        }
        self.draw_axis(canvas, area, field);
        for (position, row) in self.rows.iter().enumerate() {
            let top = field.top + position as f64 * pitch;
            canvas.titled(&row.title, |canvas| {
                self.draw_row(canvas, area, field, (top, pitch), row);
            });
        }
        self.draw_joints(canvas, field, pitch);
        self.draw_goal(canvas, area, field);
        for (position, row) in self.rows.iter().enumerate() {
            let middle = field.top + (position as f64 + 0.5) * pitch;
            self.draw_value(canvas, field, middle, row);
        }
    }

    fn x(&self, field: Rect, value: f64) -> f64 {
        self.axis.at(value, field.left, field.right)
    }

    fn draw_axis(&self, canvas: &mut Canvas, area: Rect, field: Rect) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.sizes.scale);
        let baseline = field.bottom + 5.0 * scale + font.size;
        let mut free = area.left;
        for (value, words) in self.axis.ticks() {
            let x = self.x(field, value);
            let color = if value == 0.0 { colors.axis } else { colors.grid };
            canvas.line(&[(x, field.top), (x, field.bottom)], color, scale);
            let half = text::width(&words, font) / 2.0;
            let centre = x.min(area.right - half).max(area.left + half);
            if centre - half >= free {
                canvas.text((centre, baseline), &words, font, colors.muted, Align::Middle);
                free = centre + half + 0.6 * font.size;
            }
        }
        if let Some(unit) = &self.metric.unit {
            let unit = text::shorten(unit, font, field.width());
            let at = (f64::midpoint(field.left, field.right), baseline + font.line_height());
            canvas.text(at, &unit, font, colors.muted, Align::Middle);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, area: Rect, field: Rect, (top, pitch): (f64, f64), row: &Row) {
        let (sizes, colors, scale) = (self.sizes, self.colors, self.sizes.scale);
        let middle = top + pitch / 2.0;
        let font = if row.is_sum { sizes.strong } else { sizes.body };
        let lines = ((pitch / font.line_height()) as usize).clamp(1, LINES_MOST);
        let name = text::wrap(&row.name, font, self.name_width, lines);
        let mut y = middle - (name.lines.len() as f64 - 1.0) * font.line_height() / 2.0;
        for line in &name.lines {
            let at = (area.left, y + font.middle_to_baseline());
            canvas.text(at, line, font, colors.ink, Align::Left);
            y += font.line_height();
        }
        let (one, other) = (self.x(field, row.from), self.x(field, row.to));
        let half = BAR * pitch / 2.0;
        // The smallest part still shows that it is there.
        let least = if row.from == row.to { 0.0 } else { 1.5 * scale };
        let (left, right) = (one.min(other), one.max(other).max(one.min(other) + least));
        if right > left {
            let bar = Rect {
                left,
                right,
                top: middle - half,
                bottom: middle + half,
            };
            canvas.rect(bar, row.color);
        }
        if let Some((low, high)) = row.whisker {
            let ends = [(self.x(field, low), middle), (self.x(field, high), middle)];
            canvas.line(&ends, colors.ink, 4.0 * scale);
        }
        if let Some(share) = row.share.as_ref().filter(|_| self.share_width > 0.0) {
            let at = (area.right, middle + font.middle_to_baseline());
            canvas.text(at, share, font, colors.ink, Align::Right);
        }
    }

    /// The number of a row, after its bar, on a ground of its own.
    fn draw_value(&self, canvas: &mut Canvas, field: Rect, middle: f64, row: &Row) {
        let (sizes, colors, scale) = (self.sizes, self.colors, self.sizes.scale);
        let ends = row.whisker.map_or(row.to, |(_, high)| high);
        let right = self
            .x(field, row.from)
            .max(self.x(field, row.to))
            .max(self.x(field, ends));
        let left = right + 6.0 * scale;
        let room = field.right + self.value_width - left;
        let value = text::shorten(&row.value, sizes.strong, room);
        let width = text::width(&value, sizes.strong);
        let interval = row.interval.as_ref().filter(|_| self.with_intervals);
        let interval = interval.map(|it| format!("({it})"));
        let all = width
            + interval
                .as_ref()
                .map_or(0.0, |it| 5.0 * scale + text::width(it, sizes.small));
        let ground = Rect {
            left: left - 2.0 * scale,
            right: left + all + 2.0 * scale,
            top: middle - 0.62 * sizes.strong.size,
            bottom: middle + 0.62 * sizes.strong.size,
        };
        canvas.rect(ground, colors.background);
        let baseline = middle + sizes.strong.middle_to_baseline();
        canvas.text((left, baseline), &value, sizes.strong, colors.ink, Align::Left);
        if let Some(interval) = interval {
            let at = (left + width + 5.0 * scale, baseline);
            canvas.text(at, &interval, sizes.small, colors.muted, Align::Left);
        }
    }

    /// Thin lines from the end of each bar to where the next begins.
    fn draw_joints(&self, canvas: &mut Canvas, field: Rect, pitch: f64) {
        let half = BAR * pitch / 2.0;
        for position in 1..self.rows.len() {
            let x = self.x(field, self.rows[position - 1].to);
            let middle = field.top + (position as f64 + 0.5) * pitch;
            let ends = [(x, middle - pitch + half), (x, middle - half)];
            canvas.line(&ends, self.colors.axis, self.sizes.scale);
        }
    }

    fn draw_goal(&self, canvas: &mut Canvas, area: Rect, field: Rect) {
        let Some((goal, words)) = self.bridge.goal.as_ref().zip(self.goal.as_ref()) else {
            return;
        };
        let (font, colors, scale) = (self.sizes.strong, self.colors, self.sizes.scale);
        let x = self.x(field, goal.bound);
        let title = format!("target {}: {}", goal.id, goal.chance());
        let top = if self.is_beside {
            field.top - 2.0 * scale
        } else {
            area.top + self.legend.height + font.line_height()
        };
        canvas.titled(&title, |canvas| {
            canvas.line(&[(x, top), (x, field.bottom)], colors.accent, 2.2 * scale);
        });
        let words = text::shorten(words, font, area.width());
        let half = text::width(&words, font) / 2.0;
        let centre = x.min(area.right - half).max(area.left + half);
        let at = (centre, top - 0.35 * font.size);
        canvas.text(at, &words, font, colors.accent, Align::Middle);
    }
}

fn axis(bridge: &Bridge, count: usize, whole: bool) -> Axis {
    let ends = bridge.spans().map(|(_, _, to)| to);
    let others = bridge.interval_80.into_iter().flat_map(|(low, high)| [low, high]);
    let goal = bridge.goal.iter().map(|it| it.bound);
    let all = ends.chain(others).chain(goal).chain([bridge.total]);
    let (low, high) = all.fold((0.0, 0.0), |(low, high): (f64, f64), it| (low.min(it), high.max(it)));
    let high = if high > low { high } else { 1.0 };
    Axis::between(low, high, count, whole)
}

fn color_of(kind: Kind, value: f64, colors: &Palette) -> RGBColor {
    match kind {
        _ if value < 0.0 => colors.ends.lost,
        Kind::SoFar | Kind::Pipeline => colors.ends.other,
        Kind::New => colors.bar,
        Kind::Rest => colors.bands[2],
    }
}

fn legend(bridge: &Bridge, colors: &Palette) -> Vec<Entry> {
    let area = |color, words: &str| Entry::new(Swatch::Area, color, words);
    let has = |kinds: &[Kind]| bridge.parts.iter().any(|it| it.value > 0.0 && kinds.contains(&it.kind));
    let mut entries = Vec::new();
    if has(&[Kind::SoFar, Kind::Pipeline]) {
        entries.push(area(colors.ends.other, "already there"));
    }
    if has(&[Kind::New]) {
        entries.push(area(colors.bar, "new business"));
    }
    if has(&[Kind::Rest]) {
        entries.push(area(colors.bands[2], "other"));
    }
    if bridge.parts.iter().any(|it| it.value < 0.0) {
        entries.push(area(colors.ends.lost, "takes away"));
    }
    entries.push(area(colors.ends.won, "forecast"));
    if bridge.interval_80.is_some_and(|(low, high)| high > low) {
        entries.push(Entry::new(Swatch::Line, colors.ink, "80\u{a0}% interval"));
    }
    entries
}

fn rows(metric: &MetricWords, bridge: &Bridge, colors: &Palette) -> Vec<Row> {
    let has_shares = bridge.parts.len() > 1 && bridge.total > 0.0 && bridge.parts.iter().all(|it| it.value > 0.0);
    let mut rows: Vec<Row> = bridge
        .spans()
        .map(|(part, from, to)| Row {
            name: part.name.clone(),
            from,
            to,
            color: color_of(part.kind, part.value, colors),
            value: words::signed(bridge, from, to),
            interval: words::interval(part.value, part.interval_80),
            share: has_shares.then(|| number::share(part.value / bridge.total)),
            title: words::told(metric, bridge, part, from, to),
            whisker: None,
            is_sum: false,
        })
        .collect();
    rows.push(Row {
        name: "Forecast".to_owned(),
        from: 0.0,
        to: bridge.total,
        color: colors.ends.won,
        value: number::number(bridge.total, bridge.unit),
        interval: words::interval(bridge.total, bridge.interval_80),
        share: has_shares.then(|| number::share(1.0)),
        title: words::total_told(metric, bridge),
        whisker: bridge.interval_80.filter(|(low, high)| high > low),
        is_sum: true,
    });
    if let (Some(goal), Some(gap), Some(name)) = (&bridge.goal, bridge.gap(), words::gap_name(bridge)) {
        let off = words::off(bridge, gap);
        rows.push(Row {
            name: name.to_owned(),
            from: bridge.total,
            to: goal.bound,
            color: if gap > 0.0 { colors.accent } else { colors.ends.won },
            title: format!("{name}: {}", metric.amount(&off)),
            value: off,
            interval: None,
            share: None,
            whisker: None,
            is_sum: false,
        });
    }
    rows
}
