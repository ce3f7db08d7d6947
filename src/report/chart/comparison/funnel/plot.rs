//! The picture of stages: a group of bars for each, names to the left, numbers to the right.

use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Wrapped};

use super::super::metric::{Shown, Verdict};
use super::{Stage, lift, told};

/// The largest share of the width that names take.
const NAMES_MOST: f64 = 0.3;
const LINES_MAX: usize = 2;
/// Height of a bar, between bars, and between stages, times the scale.
const BAR: f64 = 13.0;
const APART: f64 = 5.0;
const STAGES_APART: f64 = 16.0;

/// All that is drawn.
pub(super) struct Plot<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    stages: &'a [Stage],
    names: Vec<Wrapped>,
    whole: &'a [String],
    headings: Vec<Wrapped>,
    /// Left and right of the bars, and right of the values.
    bars: (f64, f64),
    values: f64,
}

impl<'a> Plot<'a> {
    pub(super) fn new(frame: &Frame, stages: &'a [Stage], names: &'a [String]) -> Self {
        let (sizes, unit, width) = (frame.sizes, frame.sizes.scale, frame.width);
        let font = sizes.small;
        let widest =
            |words: &mut dyn Iterator<Item = String>| words.map(|it| text::width(&it, font)).fold(0.0, f64::max).ceil();
        let room = widest(&mut names.iter().cloned()).min(NAMES_MOST * width);
        let shown = || stages.iter().flat_map(|it| it.reached.iter());
        let values = widest(&mut shown().map(|it| value(it.as_ref())));
        let lifts = widest(&mut shown().filter_map(|it| lift(it.as_ref()?)));
        let gap = 9.0 * unit;
        let right = width - if lifts > 0.0 { lifts + gap } else { 0.0 };
        let heading = |(at, stage): (usize, &Stage)| {
            let share = stage.share.filter(|_| at > 0).map(number::share);
            let share = share.map(|it| format!(": {it} of {}", stages[0].title));
            text::wrap(
                &format!("{}{}", stage.title, share.unwrap_or_default()),
                sizes.strong,
                width,
                2,
            )
        };
        Self {
            sizes,
            colors: frame.colors,
            stages,
            names: names.iter().map(|it| text::wrap(it, font, room, LINES_MAX)).collect(),
            whole: names,
            headings: stages.iter().enumerate().map(heading).collect(),
            bars: (room + gap, (right - values - gap).max(room + 2.0 * gap)),
            values: right,
        }
    }

    fn row(&self, option: usize) -> f64 {
        let lines = self.names[option].lines.len() as f64;
        (lines * self.sizes.small.line_height()).max(BAR * self.sizes.scale)
    }

    fn height(&self, apart: f64) -> f64 {
        let unit = self.sizes.scale;
        let rows: f64 = (0..self.names.len()).map(|it| self.row(it) + apart).sum();
        let headings = self.headings.iter().map(|it| it.lines.len() as f64);
        let headings: f64 = headings
            .map(|it| it * self.sizes.strong.line_height() + 3.0 * unit)
            .sum();
        let count = self.stages.len() as f64;
        headings + count * rows + (count - 1.0) * STAGES_APART * unit
    }

    pub(super) fn height_natural(&self) -> f64 {
        self.height(APART * self.sizes.scale)
    }

    pub(super) fn height_least(&self) -> f64 {
        self.height(self.sizes.scale)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let unit = self.sizes.scale;
        let rows = (self.stages.len() * self.names.len()) as f64;
        let apart = ((area.height() - self.height(0.0)) / rows).min(30.0 * unit);
        let mut y = area.top;
        for (stage, heading) in self.stages.iter().zip(&self.headings) {
            let font = self.sizes.strong;
            for words in &heading.lines {
                canvas.text((area.left, y + font.size), words, font, self.colors.ink, Align::Left);
                y += font.line_height();
            }
            y += 3.0 * unit;
            let top = y;
            let most = stage
                .reached
                .iter()
                .flatten()
                .flat_map(|it| it.value.numbers().collect::<Vec<_>>());
            let most = most.fold(0.0, f64::max);
            for option in 0..self.names.len() {
                let below = y + self.row(option) + apart;
                let place = Rect {
                    left: area.left,
                    top: y,
                    right: area.right,
                    bottom: below,
                };
                let shown = stage.reached[option].as_ref();
                let told = format!("{}, {}: {}", stage.title, self.whole[option], told(shown));
                canvas.titled(&told, |canvas| self.draw_row(canvas, place, option, (shown, most)));
                y = below;
            }
            let base = stage.reached[0].and_then(|it| it.value.line);
            if let Some(x) = base.map(|it| self.x(area, it, most)) {
                canvas.line(&[(x, top), (x, y)], self.colors.axis, 1.2 * unit);
            }
            y += STAGES_APART * unit;
        }
    }

    fn x(&self, area: Rect, value: f64, most: f64) -> f64 {
        let share = if most > 0.0 {
            (value / most).clamp(0.0, 1.0)
        } else {
            0.0
        };
        area.left + self.bars.0 + share * (self.bars.1 - self.bars.0)
    }

    fn draw_row(&self, canvas: &mut Canvas, place: Rect, option: usize, (shown, most): (Option<&Shown>, f64)) {
        let (font, colors, unit) = (self.sizes.small, self.colors, self.sizes.scale);
        let middle = f64::midpoint(place.top, place.bottom);
        let lines = &self.names[option].lines;
        let first = middle - (lines.len() as f64 - 1.0) / 2.0 * font.line_height();
        for (line, words) in lines.iter().enumerate() {
            let baseline = first + line as f64 * font.line_height() + font.middle_to_baseline();
            canvas.text((place.left, baseline), words, font, colors.ink, Align::Left);
        }
        let baseline = middle + font.middle_to_baseline();
        let right = place.left + self.values;
        canvas.text((right, baseline), &value(shown), font, colors.ink, Align::Right);
        let Some(shown) = shown else { return };
        let x = |value: f64| self.x(place, value, most);
        if let Some(mean) = shown.value.line {
            let bar = Rect {
                left: x(0.0),
                top: middle - 0.5 * BAR * unit,
                right: x(mean),
                bottom: middle + 0.5 * BAR * unit,
            };
            canvas.rect(bar, if option == 0 { colors.ends.other } else { colors.bar });
        }
        if let Some((low, high)) = shown.value.interval_80().filter(|(low, high)| high > low) {
            canvas.line(&[(x(low), middle), (x(high), middle)], colors.ink, 1.2 * unit);
        }
        if let Some(lift) = lift(shown) {
            let is_sure = shown.difference.is_some_and(|it| it.verdict != Verdict::Unsure);
            let color = if is_sure { colors.ink } else { colors.muted };
            canvas.text((place.right, baseline), &lift, font, color, Align::Right);
        }
    }
}

fn value(shown: Option<&Shown>) -> String {
    let mean = shown.and_then(|it| Some((it.value.line?, it.value.interval_80())));
    mean.map_or(crate::report::number::NOTHING.to_owned(), |(mean, interval)| {
        number::with_interval(mean, interval).0
    })
}
